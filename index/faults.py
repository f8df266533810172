"""What SQLite says becomes what a user can act on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from tingfeng import StoreError


def read_only(path: str) -> StoreError:
    """Nothing may be written there."""
    return StoreError(
        f"{path} 只能读取：文件或文件夹没有写权限。请修改权限，或把它复制到可写的文件夹",
        f"{path} is open for reading only: file or folder may not be written. Change the"
        " permissions, or copy it to a folder that you may write",
    )


def being_read(path: str) -> StoreError:
    """A reader of an old state keeps the log from being emptied."""
    return StoreError(
        f"帖子已删除，但另一个程序一直在读 {path}，旧内容还留在日志文件里。请结束它，再运行一次",
        f"the posts are removed, but another program keeps reading {path}, so that their bytes are"
        " still in its log: end it, and run this again",
    )


def foreign(path: str) -> StoreError:
    """Somebody else made the file."""
    return StoreError(
        f"{path} 不是听风的数据库。请另选一个文件；听风没有改动它",
        f"{path} is not a tingfeng database: choose another file; this one was left as it was",
    )


@contextmanager
def said(path: str) -> Iterator[None]:
    """Say what SQLite raises about the file *path*; what is no fault of the file passes as it is."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        told = _explained(path, error)
        if told is None:
            raise
        raise told from error


def _explained(path: str, error: sqlite3.DatabaseError) -> StoreError | None:
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:
        case sqlite3.SQLITE_NOTADB:
            return foreign(path)
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StoreError(
                f"{path} 一直被另一个程序占用。请等它写完，或结束它之后重试",
                f"{path} is being written by another program: wait for it, or end it, and retry",
            )
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM | sqlite3.SQLITE_READONLY:
            return StoreError(
                f"无法写入 {path}（{error}）。请检查文件和文件夹的权限",
                f"{path} cannot be written ({error}): check the permissions of file and folder",
            )
        case sqlite3.SQLITE_FULL | sqlite3.SQLITE_IOERR:
            return StoreError(
                f"写入 {path} 失败（{error}）。请检查磁盘空间；已提交的数据不受影响",
                f"writing {path} failed ({error}): check the disk; what was committed is safe",
            )
        case sqlite3.SQLITE_CORRUPT:
            return StoreError(
                f"{path} 已损坏（{error}）。请停止写入，用备份恢复，或用 sqlite3 .recover 抢救",
                f"{path} is damaged ({error}): stop writing, restore a backup, or try .recover",
            )
    return None
