"""A pack of evidence: files with their hashes, and whether they are still what they were."""

from __future__ import annotations

import json
import re
import tempfile
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

from tingfeng import SHANGHAI, Exhibit, InputError, Lang, Message
from tingfeng.core.exhibit import flaws
from tingfeng.insight.evidence_tables import Holding
from tingfeng.insight.export import unwritable, workbook
from tingfeng.insight.period import show
from tingfeng.insight.table import shown

MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"
"""The same hashes as lines that ``sha256sum -c`` reads."""

_MODIFIED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")


def pack(held: Holding, lang: Lang) -> dict[str, bytes]:
    """All files of a pack by name; the same from the same holding."""
    name = f"evidence-{held.incident.id}"
    files = {f"{name}.xlsx": spreadsheet(held, lang), f"{name}.html": page(held, lang).encode()}
    files |= {_file(one): one.content.encode() for one in held.shown}
    listed = {
        each: {"sha256": _hash(content), "bytes": len(content)} for each, content in files.items()
    }
    manifest = {
        "made_by": f"tingfeng {held.version}",
        "made_at": _utc(held.made_at),
        "incident": held.incident.id,
        "brand": held.incident.brand,
        "verify": f"tingfeng alerts evidence --verify FOLDER; or: sha256sum -c {SUMS}",
        "files": listed,
        "head": held.head,
        "chain": [_line(one) for one in held.exhibits],
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
    sums = "".join(f"{one['sha256']}  {each}\n" for each, one in listed.items())
    sums += f"{_hash(text.encode())}  {MANIFEST}\n"
    return {**files, MANIFEST: text.encode(), SUMS: sums.encode()}


def _file(one: Exhibit) -> str:
    return f"exhibits/{one.number:03}.json"


def _line(one: Exhibit) -> dict[str, Any]:
    return {
        "number": one.number, "kind": one.kind, "about": one.about,
        "at": one.at and _utc(one.at), "kept_at": _utc(one.kept_at), "key": one.key,
        "file": _file(one) if one.content else None, "sha256": one.sha256,
        "previous": one.previous, "link": one.link,
    }  # fmt: skip


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _hash(content: bytes) -> str:
    return sha256(content).hexdigest()


def spreadsheet(held: Holding, lang: Lang) -> bytes:
    """The tables as an xlsx; its inner clocks stand at the moment the pack was made."""
    book, _ = workbook(held.tables(), lang)
    draft = BytesIO()
    book.save(draft)
    with zipfile.ZipFile(draft) as saved:
        parts = {each.filename: saved.read(each) for each in saved.infolist()}
    when = f"{held.made_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}".encode()
    core = "docProps/core.xml"
    parts[core] = _MODIFIED.sub(rb"\g<1>" + when + rb"\g<2>", parts[core])
    return zipped(parts, held.made_at)


def zipped(files: Mapping[str, bytes], at: datetime) -> bytes:
    """*files* in one archive, all of them of the moment *at*."""
    local = at.astimezone(SHANGHAI)
    draft = BytesIO()
    with zipfile.ZipFile(draft, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, local.timetuple()[:6])
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return draft.getvalue()


def page(held: Holding, lang: Lang) -> str:
    """A self-contained page to be printed: no scripts, nothing loaded from anywhere."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("tingfeng.insight"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip

    def told(cell: Any) -> Any:
        value = shown(cell, lang)
        if isinstance(value, float):
            return f"{value:.1%}"
        return show(value) if isinstance(value, datetime) else value

    about, exhibits, *tables = held.tables()
    return environment.get_template("evidence.html.j2").render(
        lang=lang, held=held, about=about, exhibits=exhibits, tables=tables, told=told,
        t=lambda zh, en: zh if lang == "zh" else en, into=lambda message: message.into(lang),
    )  # fmt: skip


# -- on disk --------------------------------------------------------------------------------------


def write(held: Holding, path: Path, *, lang: Lang) -> dict[str, bytes]:
    """Write a pack to the folder or ``.zip`` *path*, or only its ``.xlsx`` or ``.html``: whole or not
    at all, and never over an earlier one. What was written, by name.

    Raises:
        InputError: *path* is there already, or cannot be written.

    """
    if path.exists() and not (path.is_dir() and not any(path.iterdir())):
        raise InputError(
            f"{path} 已存在：证据包不覆盖旧的，请换个名字（-o）",
            f"{path} is there already, and packs are not written over: give another name (-o)",
        )
    files = pack(held, lang)
    ending = path.suffix.lower()
    try:
        if ending in (".xlsx", ".html"):
            files = {path.name: next(files[one] for one in files if one.endswith(ending))}
            path.write_bytes(files[path.name])
        elif ending == ".zip":
            path.write_bytes(zipped(files, held.made_at))
        else:
            _folder(path, files)
    except OSError as error:
        raise unwritable(path, error) from error
    return files


def _folder(path: Path, files: Mapping[str, bytes]) -> None:
    with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as draft:
        whole = Path(draft) / path.name
        for name, content in files.items():
            (whole / name).parent.mkdir(parents=True, exist_ok=True)
            (whole / name).write_bytes(content)
        whole.rename(path)


class Verified:
    """What became of the pack *path*, a folder or ``.zip``.

    Raises:
        InputError: there is no pack.

    """

    def __init__(self, path: Path) -> None:
        files = _read(path)
        self.manifest_sha256 = _hash(files[MANIFEST])
        self.flaws: list[Message] = []
        """What is wrong; empty: nothing is."""
        try:
            told = json.loads(files[MANIFEST])
            self._files(files, told["files"])
            chain = [_exhibit(told["incident"], line, files) for line in told["chain"]]
            self.flaws += flaws(chain)
            head = chain[-1].link if chain else ""
            if head != told["head"]:
                self._say("链尾与清单不符", "the chain does not end where the manifest says")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise _no_pack(path) from error
        self.incident, self.head, self.exhibits = str(told["incident"]), head, len(chain)
        self.made_at, self.files = str(told["made_at"]), len(told["files"])

    def _files(self, files: Mapping[str, bytes], listed: Mapping[str, Any]) -> None:
        for name, said in listed.items():
            if name not in files:
                self._say(f"缺少 {name}", f"{name} is missing")
            elif _hash(files[name]) != said["sha256"]:
                self._say(f"{name} 被改过", f"{name} was changed")
        for name in sorted({*files} - {*listed, MANIFEST, SUMS}):
            self._say(f"多出 {name}，不在清单里", f"{name} is not in the manifest")

    def _say(self, zh: str, en: str) -> None:
        self.flaws.append(Message(zh, en))


def _exhibit(incident: str, line: Mapping[str, Any], files: Mapping[str, bytes]) -> Exhibit:
    name = line["file"]
    # Of a file that is missing it was said already; its line is not to be called changed too.
    content = files.get(name, b"").decode("utf-8", "replace") if name else ""
    at = line["at"] and datetime.fromisoformat(line["at"])
    return Exhibit(
        incident=incident, number=line["number"], kind=line["kind"], about=line["about"], at=at,
        kept_at=datetime.fromisoformat(line["kept_at"]), key=line["key"], content=content,
        sha256=line["sha256"], previous=line["previous"], link=line["link"],
    )  # fmt: skip


def _read(path: Path) -> dict[str, bytes]:
    try:
        if path.is_dir():
            found = {
                one.relative_to(path).as_posix(): one.read_bytes()
                for one in sorted(path.rglob("*"))
                if one.is_file()
            }
        else:
            with zipfile.ZipFile(path) as archive:
                found = {
                    one.filename: archive.read(one)
                    for one in archive.infolist()
                    if not one.is_dir()
                }
    except (OSError, zipfile.BadZipFile) as error:
        raise _no_pack(path) from error
    if MANIFEST not in found:
        raise _no_pack(path)
    return found


def _no_pack(path: Path) -> InputError:
    return InputError(
        f"{path} 不是证据包：要有能读的 {MANIFEST}",
        f"{path} is no pack of evidence: it has no {MANIFEST} that can be read",
    )
