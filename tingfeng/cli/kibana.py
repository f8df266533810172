"""kibana build, check, import: dashboards, saved searches and data views."""

from __future__ import annotations

import argparse
import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tingfeng.cli.screen import Screen
from tingfeng.cli.session import now, settings_of
from tingfeng.core.errors import InputError

if TYPE_CHECKING:
    from index.kibana.checks import Fault
    from index.kibana.filling import Filled
    from index.kibana.importing import Brought

_STATES = {
    "made": ("新建", "made"),
    "replaced": ("覆盖", "replaced"),
    "kept": ("保留原样", "kept as it was"),
    "failed": ("失败", "failed"),
}


def build(args: argparse.Namespace, screen: Screen) -> int:
    """Write the file that Kibana imports, in the language of the settings or of ``--lang``."""
    from index.kibana.build import decoded, encoded, objects
    from tingfeng.pipeline.kibana import names

    found = list(objects(names(settings_of(args, screen)), screen.lang))
    if args.decoded is not None:
        args.decoded.mkdir(parents=True, exist_ok=True)
        for each in found:
            _write(args.decoded / f"{each['type']}.{each['id']}.json", _readable(decoded(each)))
    _write(args.output, b"".join(encoded(each) + b"\n" for each in found))
    counts = Counter(each["type"] for each in found)
    shown = ", ".join(f"{kind} {number}" for kind, number in counts.items())
    screen.say(
        f"{args.output}：{shown}。导入：tingfeng kibana import，或 Kibana → Stack Management → Saved"
        " Objects → Import",
        f"{args.output}: {shown}. Bring it in: `tingfeng kibana import`, or Kibana → Stack Management"
        " → Saved Objects → Import",
    )
    screen.answer({"file": str(args.output), "objects": dict(counts)})
    return 0


def _readable(value: object) -> bytes:
    import json

    return f"{json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True)}\n".encode()


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise InputError(
            f"写不了 {path}：{error.strerror}。换一个位置", f"cannot write {path}: {error.strerror}"
            ". Choose another place",
        ) from error  # fmt: skip


def check(args: argparse.Namespace, screen: Screen) -> int:
    """Look a file over without Kibana; 1 where something is wrong."""
    from index.kibana.checks import check as faults_of
    from tingfeng.pipeline.kibana import names

    which = names(settings_of(args, screen))
    data = _file(args, screen)
    faults = faults_of(data, which)
    for fault in faults:
        _tell(fault, screen, args.file)
    lines = sum(1 for line in data.split(b"\n") if line.strip())
    if not faults:
        screen.say(f"{lines} 个对象，没有问题", f"{lines} objects, no fault")
    answer: dict[str, Any] = {"objects": lines, "faults": [_json(one, screen) for one in faults]}
    if args.data:
        answer |= _filled(args, screen)
    screen.answer(answer)
    return 1 if faults else 0


def _filled(args: argparse.Namespace, screen: Screen) -> dict[str, Any]:
    """Say how much each panel shows now, and of which time."""
    from tingfeng.pipeline.kibana import filled

    found, newest = filled(settings_of(args, screen), screen.lang, now())
    heads = (
        screen.pick("仪表板", "dashboard"), screen.pick("面板、列表", "panel, list"),
        screen.pick("文档", "documents"), screen.pick("行", "rows"), "",
    )  # fmt: skip
    screen.table("", heads, [
        (one.place, one.title, one.documents, one.rows, screen.pick(*_seen(one))) for one in found
    ])  # fmt: skip
    for place in dict.fromkeys(one.place for one in found if one.place):
        screen.say(*_spanned([one for one in found if one.place == place], newest))
    panels = [
        {"dashboard": one.place, "title": one.title, "documents": one.documents, "rows": one.rows,
         "since": one.since}
        for one in found
    ]  # fmt: skip
    return {"panels": panels, "newest_post": newest}


def _spanned(panels: list[Filled], newest: datetime | None) -> tuple[str, str]:
    """What time a dashboard shows when it opens, and where the posts are that it does not show."""
    since = panels[0].since
    assert since is not None
    zh = f"{panels[0].place}：打开时从 {since:%Y-%m-%d} 看起"
    en = f"{panels[0].place}: opens with what is since {since:%Y-%m-%d}"
    if any(one.documents for one in panels):
        return zh, en
    if newest is None:
        return f"{zh}；没有数据，索引里还没有帖子", f"{en}; empty, the index has no post yet"
    if newest >= since:
        return f"{zh}；没有数据", f"{en}; empty"
    return (
        f"{zh}；没有数据，最新的帖子是 {newest:%Y-%m-%d} 的：在 Kibana 右上角放宽时间",
        f"{en}; empty, the newest post is of {newest:%Y-%m-%d}: widen the time at the top right of"
        " Kibana",
    )


def _seen(one: Filled) -> tuple[str, str]:
    return ("", "") if one.documents else ("空", "empty")


def _file(args: argparse.Namespace, screen: Screen) -> bytes:
    """The file that was named, else what would be built now."""
    from index.kibana.build import ndjson
    from tingfeng.pipeline.kibana import names

    if args.file is None:
        return ndjson(names(settings_of(args, screen)), screen.lang)
    try:
        found: bytes = args.file.read_bytes()
    except OSError as error:
        raise InputError(
            f"读不了 {args.file}：{error.strerror}", f"cannot read {args.file}: {error.strerror}"
        ) from error
    return found


def _tell(fault: Fault, screen: Screen, file: Path | None) -> None:
    where = f"{file}: {fault.where}" if file else fault.where
    screen.say(
        f"{where}：{fault.what.zh}。{fault.remedy.zh}",
        f"{where}: {fault.what.en}; {fault.remedy.en}",
    )


def _json(fault: Fault, screen: Screen) -> dict[str, str]:
    return {
        "where": fault.where,
        "what": fault.what.into(screen.lang),
        "remedy": fault.remedy.into(screen.lang),
    }


def import_(args: argparse.Namespace, screen: Screen) -> int:
    """Bring the objects into Kibana; 1 where one of them failed."""
    from index.kibana import importing
    from index.kibana.checks import check as faults_of
    from tingfeng.pipeline.kibana import names, reach

    settings = settings_of(args, screen)
    which = names(settings)
    space = settings.kibana.space if args.space is None else args.space
    data = _file(args, screen)
    if faults := faults_of(data, which):
        for fault in faults:
            _tell(fault, screen, args.file)
        screen.answer({"faults": [_json(fault, screen) for fault in faults]})
        return 1
    kibana = reach(settings, space=space)
    version = importing.wait(kibana, args.wait, sleep=time.sleep)
    if args.create_space and space and importing.make_space(kibana, space):
        screen.say(f"空间 {space}：新建", f"space {space}: made")
    brought = importing.bring(kibana, data, overwrite=not args.keep)
    failed = [each for each in brought if each.state == "failed"]
    if args.default and not failed:
        importing.default_view(kibana, which.alias("posts"))
    _told(brought, kibana.address, screen)
    screen.answer({
        "kibana": kibana.address, "version": version, "space": space,
        "objects": [_brought(each, screen) for each in brought],
    })  # fmt: skip
    return 1 if failed else 0


def _told(brought: list[Brought], address: str, screen: Screen) -> None:
    rows = [(each.type, each.id, each.title, screen.pick(*_STATES[each.state])) for each in brought]
    heads = (screen.pick("种类", "kind"), "id", screen.pick("标题", "title"), "")
    screen.table(f"Kibana {address}", heads, rows)
    for each in brought:
        if each.why:
            screen.say(
                f"{each.type} {each.id}：{each.why.zh}", f"{each.type} {each.id}: {each.why.en}"
            )
    if any(each.state == "replaced" for each in brought):
        screen.say(
            "覆盖了同 id 的对象；要改的请先在 Kibana 里另存副本，副本不会被覆盖",
            "objects of the same ids were replaced; change a copy: copies are left alone",
        )


def _brought(each: Brought, screen: Screen) -> dict[str, str | None]:
    return {
        "type": each.type, "id": each.id, "title": each.title, "state": each.state,
        "why": each.why.into(screen.lang) if each.why else None,
    }  # fmt: skip
