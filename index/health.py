"""Whether a store file is well, for ``tingfeng doctor``."""

from __future__ import annotations

import sqlite3

from index.schema import VERSION
from tingfeng import Message


def check(
    db: sqlite3.Connection, path: str, *, read_only: bool = False
) -> list[tuple[bool, Message]]:
    """Integrity, schema version, size and journal mode: is it well, and a sentence for people."""
    last = _read_only(path) if read_only else _journal(db)
    left = [] if read_only else _left_behind(db)
    return [_integrity(db, path), _version(db), _size(db, path), *left, last]


def _read_only(path: str) -> tuple[bool, Message]:
    return False, Message(
        f"只读：{path} 或它的文件夹没有写权限，可以查询，不能导入、分析和监测。请修改权限，"
        "或复制到可写的文件夹",
        f"read-only: {path} or its folder may not be written; questions work, importing, analysing"
        " and watching do not. Change the permissions, or copy it to a folder that you may write",
    )


def _integrity(db: sqlite3.Connection, path: str) -> tuple[bool, Message]:
    try:
        faults = [line for (line,) in db.execute("PRAGMA quick_check(3)") if line != "ok"]
    except sqlite3.DatabaseError as error:  # so damaged that the check itself stumbles
        faults = [str(error)]
    if faults:
        shown = "; ".join(faults)
        return False, Message(
            f"数据库 {path} 已损坏：{shown}。请停止写入，用备份恢复",
            f"database {path} is damaged: {shown}. Stop writing and restore a backup",
        )
    return True, Message(f"数据库 {path} 完好", f"database {path} is sound")


def _version(db: sqlite3.Connection) -> tuple[bool, Message]:
    (version,) = db.execute("PRAGMA user_version").fetchone()
    return version == VERSION, Message(f"结构版本 {version}", f"schema version {version}")


def _size(db: sqlite3.Connection, path: str) -> tuple[bool, Message]:
    size, free = db.execute(
        "SELECT page_count * page_size, freelist_count * page_size"
        " FROM pragma_page_count, pragma_page_size, pragma_freelist_count"
    ).fetchone()
    return True, Message(
        f"占用 {size / 1e6:.1f} MB，其中 {free / 1e6:.1f} MB 可再用",
        f"{size / 1e6:.1f} MB on disk, {free / 1e6:.1f} MB of it free for reuse",
    )


def _left_behind(db: sqlite3.Connection) -> list[tuple[bool, Message]]:
    (unclean,) = db.execute("SELECT unclean FROM upkeep").fetchone()
    if not unclean:
        return []
    return [
        (
            False,
            Message(
                "已遗忘的内容在文件里还有残留：再运行一次同样的 tingfeng forget，或等 watch 每天的清理",
                "bytes of what was forgotten are still in the file: run the same `tingfeng forget`"
                " again, or let `tingfeng watch` do it within a day",
            ),
        )
    ]


def _journal(db: sqlite3.Connection) -> tuple[bool, Message]:
    (mode,) = db.execute("PRAGMA journal_mode").fetchone()
    if mode == "wal":
        return True, Message("WAL 模式：读写互不阻塞", "WAL mode: readers never block writers")
    return False, Message(
        f"日志模式为 {mode}，读写会互相等待。请把文件放在本机磁盘上（网络盘不支持 WAL）",
        f"journal mode is {mode}, readers and writers wait for each other: keep the file on a"
        " local disk (network drives cannot do WAL)",
    )
