"""One stream of records within a file, and the kinds of file that hold none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Literal

from tingfeng import InputError, Message

HEAD = 256 << 10
"""Bytes looked at to tell what a file is."""

_NOT_OURS = (
    (b"\xfd7zXZ", "xz"), (b"BZh", "bzip2"), (b"7z\xbc\xaf", "7z"), (b"Rar!", "rar"),
    (b"\x28\xb5\x2f\xfd", "zstd"), (b"%PDF", "PDF"), (b"SQLite format 3", "SQLite"),
    (b"PAR1", "Parquet"), (b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF8", "GIF"),
    (b"\x80\x04\x95", "pickle"), (b"\x89HDF", "HDF5"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One stream of records: the file itself, or one file of an archive."""

    name: str
    """Name of the file; of one within an archive ``archive.zip › path``."""

    kind: Literal["text", "workbook"]
    open: Callable[[], IO[bytes]]
    """From the start, as often as asked; whoever asks closes it."""

    position: Callable[[], int]
    """Bytes of the file on disk that were consumed by the last opened stream."""

    within: str = ""
    """Path within the archive."""

    fault: Message | None = None
    """Not readable, and why; other members of the same archive may be."""


def refuse_known(name: str, head: bytes) -> None:
    """Raise InputError if *head* is the beginning of a kind of file that we know and cannot read."""
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        if "EncryptedPackage".encode("utf-16-le") in head:
            raise InputError(
                f"{name} 是加密的工作簿：请在 Excel 中去掉密码后另存",
                f"{name} is a password-protected workbook: save it without the password",
            )
        raise InputError(
            f"{name} 是旧版 Excel（.xls）：请另存为 .xlsx 或 CSV UTF-8",
            f"{name} is an old Excel file (.xls): save it as .xlsx or CSV UTF-8",
        )
    for magic, kind in _NOT_OURS:
        if head.startswith(magic):
            raise InputError(
                f"{name} 是 {kind} 文件：请解压或导出为 csv、json、jsonl、xlsx（可再压成 gz 或 zip）",
                f"{name} is a {kind} file: unpack or export it as csv, json, jsonl or xlsx "
                "(gz and zip are read)",
            )
