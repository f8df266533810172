"""gz, zip and xlsx: what is inside, and how much of it may come out."""

from __future__ import annotations

import gzip
import io
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Literal, cast

from crawlers.exports.member import HEAD, Member, refuse_known
from tingfeng import InputError, Message

RATIO = 200
"""Real exports shrink 3 to 30 times; a bomb a thousand times."""

FREE = 256 << 20
"""Bytes that may come out before the ratio counts: a small file of one repeated record is honest."""


class _Bounded(io.RawIOBase):
    """Gives back what *inner* gives until it swells beyond belief."""

    def __init__(
        self, inner: gzip.GzipFile | IO[bytes], name: str, consumed: Callable[[], int]
    ) -> None:
        # read1 gives what there is; read would lose it where the archive is cut.
        self._read: Callable[[int], bytes] = getattr(inner, "read1", inner.read)
        self._name, self._consumed, self._out = name, consumed, 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._read(min(size, 1 << 20) if size >= 0 else 1 << 20)
        self._out += len(data)
        if self._out > FREE and self._out > RATIO * max(self._consumed(), 1):
            raise _bomb(self._name)
        return data


def _bomb(name: str) -> InputError:
    return InputError(
        f"{name} 解压后膨胀超过 {RATIO} 倍，像是压缩炸弹，已停止。确信无误时请先自行解压",
        f"{name} swells more than {RATIO} times when unpacked, like a bomb: stopped. If you trust "
        "it, unpack it yourself first",
    )


def gzipped(path: Path, raw: IO[bytes]) -> Member:
    """The one file in a gz. Raises InputError if it is an archive again."""

    def again() -> IO[bytes]:
        raw.seek(0)
        return cast("IO[bytes]", _Bounded(gzip.GzipFile(fileobj=raw), path.name, raw.tell))

    head = again().read(8)
    if head.startswith((b"PK\x03\x04", b"\x1f\x8b")):
        raise _nested(path.name)
    return Member(name=path.name, kind="text", open=again, position=raw.tell)


def _nested(name: str) -> InputError:
    return InputError(
        f"{name} 里面还是压缩包：请先解开外层再导入",
        f"{name} holds another archive: unpack the outer one first",
    )


def zipped(path: Path, raw: IO[bytes]) -> list[Member]:
    """The files in a zip, or the workbook that an xlsx is. Raises InputError if none can be read."""
    try:
        archive = zipfile.ZipFile(raw)
    except zipfile.BadZipFile as error:
        raise InputError(
            f"{path.name} 是损坏或不完整的 zip/xlsx：请重新下载或另存",
            f"{path.name} is a damaged or incomplete zip or xlsx: fetch or save it again",
        ) from error
    infos = [info for info in archive.infolist() if not _is_noise(info)]
    if any(info.filename == "[Content_Types].xml" for info in infos):
        return [_workbook(path, raw, archive)]
    if not infos:
        raise InputError(f"{path.name} 里没有文件", f"there are no files in {path.name}")
    members = [_member(path.name, archive, info, raw) for info in infos]
    faults = [member.fault for member in members if member.fault]
    if len(faults) == len(members):
        raise unreadable(path.name, faults)
    return members


_NAMED = 5
"""Members of an archive whose faults are told; the others are counted."""


def unreadable(name: str, faults: Sequence[Message]) -> InputError:
    """The error of an archive none of whose files can be read, each for its own reason."""
    if len(faults) == 1:
        return InputError(faults[0].zh, faults[0].en)
    more = len(faults) - _NAMED
    return InputError(
        f"{name} 里的 {len(faults)} 个文件都无法读取："
        + "；".join(fault.zh for fault in faults[:_NAMED])
        + (f"；另有 {more} 个" if more > 0 else ""),
        f"none of the {len(faults)} files in {name} can be read: "
        + "; ".join(fault.en for fault in faults[:_NAMED])
        + (f"; and {more} more" if more > 0 else ""),
    )


_NOISE = (".", "~$", "Thumbs.db", "desktop.ini")


def _is_noise(info: zipfile.ZipInfo) -> bool:
    """Folders, and what macOS and editors leave in archives."""
    parts = info.filename.split("/")
    return info.is_dir() or "__MACOSX" in parts or parts[-1].startswith(_NOISE)


def _name(info: zipfile.ZipInfo) -> str:
    """Chinese Windows writes names in GBK and does not say so."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return info.filename


def _workbook(path: Path, raw: IO[bytes], archive: zipfile.ZipFile) -> Member:
    names = set(archive.namelist())
    if "xl/workbook.bin" in names or not any(name.startswith("xl/") for name in names):
        raise InputError(
            f"{path.name} 不是 .xlsx 工作簿（可能是 .xlsb、Word 或 PPT）：请另存为 .xlsx 或 CSV UTF-8",
            f"{path.name} is no .xlsx workbook (.xlsb, Word, PowerPoint?): save as .xlsx or CSV",
        )
    for info in archive.infolist():
        if info.file_size > FREE and info.file_size > RATIO * max(info.compress_size, 1):
            raise _bomb(path.name)
    handles: list[IO[bytes]] = [raw]

    def again() -> IO[bytes]:
        handles[0] = path.open("rb")
        return handles[0]

    def position() -> int:
        return 0 if handles[0].closed else handles[0].tell()

    return Member(name=path.name, kind="workbook", open=again, position=position)


def _member(outer: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo, raw: IO[bytes]) -> Member:
    within, fault = _name(info), None
    name = f"{outer} › {within}"
    kind: Literal["text", "workbook"] = "text"

    def again() -> IO[bytes]:
        packed = min(info.compress_size, Path(raw.name).stat().st_size)
        inner = archive.open(info)
        return cast("IO[bytes]", _Bounded(inner, name, lambda: packed))

    def unpacked() -> IO[bytes]:
        spool = tempfile.SpooledTemporaryFile(max_size=16 << 20)  # noqa: SIM115 - handed on
        source = again()
        while data := source.read(1 << 20):
            spool.write(data)
        spool.seek(0)
        return cast("IO[bytes]", spool)

    try:
        if info.flag_bits & 1:
            raise InputError(
                f"{name} 有密码：请去掉密码后重新压缩",
                f"{name} is password-protected: pack it again without a password",
            )
        with archive.open(info) as stream:
            head = stream.read(HEAD)
        if head.startswith(b"PK\x03\x04") and b"[Content_Types].xml" in head:
            _refuse_documents(name, head)
            kind = "workbook"
        elif head.startswith((b"PK\x03\x04", b"\x1f\x8b")):
            raise _nested(name)
        elif not head:
            raise InputError(f"{name} 是空文件", f"{name} is empty")
        refuse_known(name, head)
    except (NotImplementedError, RuntimeError) as error:
        fault = Message(
            f"{name} 的压缩方式不支持（{error}）：请重新压成普通 zip",
            f"{name} is packed in a way not supported ({error}): pack it as an ordinary zip",
        )
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        fault = Message(f"{name} 已损坏：{error}", f"{name} is damaged: {error}")
    except InputError as error:
        fault = error.message
    return Member(
        name=name,
        kind=kind,
        open=unpacked if kind == "workbook" else again,
        position=raw.tell,
        within=within,
        fault=fault,
    )


def _refuse_documents(name: str, head: bytes) -> None:
    for folder, kind in ((b"word/", "Word"), (b"ppt/", "PowerPoint")):
        if folder in head and b"xl/" not in head:
            raise InputError(
                f"{name} 是 {kind} 文档，不是数据：请导入采集工具导出的文件",
                f"{name} is a {kind} document, no data: import the file the collector exported",
            )
