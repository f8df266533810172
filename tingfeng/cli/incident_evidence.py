"""alerts evidence: what lawyers need of an incident, and whether it is still what it was."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from tingfeng.cli.incident_desk import board_of
from tingfeng.cli.session import filled, opened, settings_of
from tingfeng.core.errors import SettingsError

if TYPE_CHECKING:
    from tingfeng.cli.screen import Screen
    from tingfeng.core.message import Message


def evidence(args: argparse.Namespace, screen: Screen) -> int:
    """Pack the evidence of an incident, or verify a pack."""
    if (args.id is None) == (args.verify is None):
        raise SettingsError(
            "写一个事件编号，或 --verify 文件夹", "give the id of an incident, or --verify FOLDER"
        )
    return _pack(args, screen) if args.verify is None else _verify(args, screen)


def _pack(args: argparse.Namespace, screen: Screen) -> int:
    from hashlib import sha256

    from tingfeng.core.exhibit import flaws
    from tingfeng.insight.evidence_pack import MANIFEST, write
    from tingfeng.pipeline.evidence import holding

    with opened(args, screen) as pipeline:
        filled(pipeline)
        held = holding(pipeline, board_of(pipeline).find(args.id))
    path = args.output or Path(f"evidence-{held.incident.id}")
    files = write(held, path, lang=screen.lang)
    found = flaws(held.exhibits)
    for one in found:
        screen.aside(f"注意：库里的证据链有缺陷：{one.zh}", f"careful, the stored chain is flawed: {one.en}")  # fmt: skip
    if not held.shown:
        screen.aside(
            "这起事件没有留存的副本，证据包里只有经过和记录",
            "nothing was kept for this incident: the pack has its course and records only",
        )
    hashes = {name: sha256(content).hexdigest() for name, content in files.items()}
    screen.say(
        f"已写好 {path}：证据 {len(held.shown)} 件，通知 {len(held.notices)} 条，操作记录 {len(held.entries)} 条",
        f"{path} is written: {len(held.shown)} exhibits, {len(held.notices)} messages, "
        f"{len(held.entries)} lines of the logbook",
    )
    if MANIFEST in hashes:
        screen.say(
            f"{MANIFEST} 的 SHA-256：{hashes[MANIFEST]}。请另行记下：它证明本包此后未被改动；它不是公证，"
            "要用于诉讼请尽快对原链接做公证或可信时间戳",
            f"SHA-256 of {MANIFEST}: {hashes[MANIFEST]}. Write it down elsewhere: it proves that the "
            "pack was not changed since; it is no notary: for court have the links notarised or "
            "time-stamped soon",
        )
    screen.answer({
        "incident": held.incident.id, "brand": held.incident.brand, "made_at": held.made_at,
        "path": str(path), "files": hashes, "head": held.head, "flaws": _told(found, screen),
        "exhibits": [
            {"number": one.number, "kind": one.kind, "about": one.about, "key": one.key or None,
             "kept_at": one.kept_at, "sha256": one.sha256, "link": one.link}
            for one in held.exhibits
        ],
    })  # fmt: skip
    return 0


def _verify(args: argparse.Namespace, screen: Screen) -> int:
    from tingfeng.insight.evidence_pack import MANIFEST, Verified

    if args.settings is not None:
        settings_of(args, screen)
    found = Verified(args.verify)
    for one in found.flaws:
        screen.say(f"× {one.zh}", f"× {one.en}")
    if not found.flaws:
        screen.say(
            f"完好：{found.files} 个文件、链上 {found.exhibits} 行都与清单一致（事件 {found.incident}，"
            f"生成于 {found.made_at}）",
            f"intact: {found.files} files and {found.exhibits} lines of the chain are what the "
            f"manifest says (incident {found.incident}, made {found.made_at})",
        )
    screen.say(
        f"{MANIFEST} 的 SHA-256：{found.manifest_sha256}，请与当初另行记下的核对：连清单一起重做的包只有它能识破",
        f"SHA-256 of {MANIFEST}: {found.manifest_sha256}; compare it with the one that was written "
        "down: only that tells a pack that was made anew with its manifest",
    )
    screen.answer({
        "intact": not found.flaws, "flaws": _told(found.flaws, screen), "incident": found.incident,
        "files": found.files, "lines": found.exhibits, "head": found.head,
        "manifest_sha256": found.manifest_sha256,
    })  # fmt: skip
    return 1 if found.flaws else 0


def _told(found: list[Message], screen: Screen) -> list[str]:
    return [one.into(screen.lang) for one in found]
