"""Files of strangers: opened, told apart, and watched while they are read."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from crawlers.exports.archives import gzipped, zipped
from crawlers.exports.member import HEAD, Member, refuse_known
from tingfeng import InputError

Progress = Callable[[int], None]


@contextmanager
def opened(path: Path) -> Iterator[list[Member]]:
    """What *path* holds. Raises InputError where that is nothing readable, and at the end if the
    file changed meanwhile: what was read before stays valid.
    """
    before = _stat(path)
    with _open(path) as raw:
        try:
            yield _members(path, raw)
        except (zlib.error, EOFError, zipfile.BadZipFile, gzip.BadGzipFile) as error:
            raise InputError(
                f"{path.name} 的压缩数据已损坏（{error}）：此前读出的内容有效，请重新下载后再导入一次",
                f"the compressed data of {path.name} is damaged ({error}): what was read before "
                "is valid; fetch the file again and import it once more",
            ) from error
    after = _stat(path)
    if before != after:
        raise InputError(
            f"{path.name} 在读取过程中被改动：已读出的内容有效，请等它写完后再导入一次",
            f"{path.name} changed while it was read: what was read is valid; import it again "
            "when its writer has finished",
        )


def _stat(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError as error:
        raise InputError(
            f"打不开 {path}：没有这个文件，或无权读取", f"cannot open {path}: {error.strerror}"
        ) from error
    if path.is_dir():
        raise InputError(
            f"{path} 是文件夹：请给出其中的文件", f"{path} is a folder: name the files in it"
        )
    if found.st_size == 0:
        raise InputError(f"{path.name} 是空文件", f"{path.name} is empty")
    return found.st_size, found.st_mtime_ns


def _open(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except OSError as error:
        raise InputError(f"无权读取 {path}", f"cannot read {path}: {error.strerror}") from error


def _members(path: Path, raw: IO[bytes]) -> list[Member]:
    head = raw.read(HEAD)
    if head.startswith(b"\x1f\x8b"):
        return [gzipped(path, raw)]
    if head.startswith(b"PK"):
        return zipped(path, raw)
    refuse_known(path.name, head)
    size = path.stat().st_size

    def again() -> IO[bytes]:
        raw.seek(0)
        return cast("IO[bytes]", _Upto(raw, size))

    return [Member(name=path.name, kind="text", open=again, position=raw.tell)]


class _Upto(io.RawIOBase):
    """The first *size* bytes: a file that is being written has no end of its own."""

    def __init__(self, inner: IO[bytes], size: int) -> None:
        self._inner, self._left = inner, size

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._inner.read(min(size, self._left) if size >= 0 else self._left)
        self._left -= len(data)
        return data
