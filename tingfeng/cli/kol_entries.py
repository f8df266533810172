"""kol link, risk, object: what people say of creators."""

from __future__ import annotations

import argparse
from datetime import date
from typing import TYPE_CHECKING

from tingfeng.cli.forget import YOURS, agreed, person
from tingfeng.cli.screen import Screen
from tingfeng.cli.session import filled, opened
from tingfeng.core.errors import SettingsError

if TYPE_CHECKING:
    from tingfeng.pipeline.kol_desk import Objection


def link(args: argparse.Namespace, screen: Screen) -> int:
    """Two accounts are one creator's."""
    from tingfeng.pipeline.kol_desk import key_of, say_link

    with opened(args, screen) as pipeline:
        filled(pipeline)
        say_link(pipeline, args.one, args.other, by=person(pipeline, args), undo=args.undo)
    one, other = key_of(args.one), key_of(args.other)
    if args.undo:
        screen.say(f"已撤销关联：{one} 与 {other}", f"no longer linked: {one} and {other}")
    else:
        screen.say(
            f"已关联：{one} 与 {other} 是同一位达人", f"linked: {one} and {other} are one creator's"
        )
    screen.answer({"one": one, "other": other, "linked": not args.undo})
    return 0


def risk(args: argparse.Namespace, screen: Screen) -> int:
    """Something happened, with what shows it."""
    from tingfeng.pipeline.kol_desk import say_risk

    with opened(args, screen) as pipeline:
        filled(pipeline)
        entry = say_risk(
            pipeline, args.key, kind=args.kind, severity=args.severity, proof=args.proof or "",
            on=_day(args.on), comment=args.comment or "", by=person(pipeline, args),
        )  # fmt: skip
    screen.say(
        f"已记录：{entry.creator} {entry.value}（{entry.severity} 级），证据 {entry.proof}",
        f"noted: {entry.creator} {entry.value} (severity {entry.severity}), shown by {entry.proof}",
    )
    screen.answer({"creator": entry.creator, "kind": entry.value, "severity": entry.severity,
                   "proof": entry.proof, "by": entry.by})  # fmt: skip
    return 0


def _day(typed: str | None) -> date | None:
    if typed is None:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise SettingsError(
            f"{typed} 不是日期：写成 2026-06-01", f"{typed} is no date: write 2026-06-01"
        ) from None


def object_(args: argparse.Namespace, screen: Screen) -> int:
    """Show what would go, ask, and remove it for good."""
    from tingfeng.pipeline.kol_desk import key_of, object_to, would_go

    with opened(args, screen) as pipeline:
        filled(pipeline)
        key, by = key_of(args.key), person(pipeline, args)
        told = would_go(pipeline, key)
        _announce(told, screen, posts=args.posts)
        if not (args.yes or agreed(screen)):
            screen.answer({"done": False, **_json(told, posts=args.posts)})
            return 1
        told = object_to(pipeline, key, by=by, reason=args.reason, posts=args.posts)
    screen.say(
        f"已删除 {told.key} 的全部资料；只留下加密后的编号 {told.author}，用来拒绝再次收入",
        f"all that was kept of {told.key} is removed; only the keyed hash {told.author} stays, to"
        " refuse what comes",
    )
    if told.index_pending:
        screen.say("集群里的副本在下一次 tingfeng es sync 时更新", "the cluster follows at the next `tingfeng es sync`")  # fmt: skip
    screen.answer({"done": True, **_json(told, posts=args.posts)})
    return 0


def _announce(told: Objection, screen: Screen, *, posts: bool) -> None:
    screen.say(
        f"将删除 {told.key}：快照 {told.snapshots:,}，记录 {told.entries:,}，以及评分；以后不再收入",
        f"of {told.key} will go: {told.snapshots:,} snapshots, {told.entries:,} entries, and all scores;"
        " nothing is taken in again",
    )
    if told.posts and posts:
        screen.say(f"连同 {len(told.posts):,} 帖", f"and {len(told.posts):,} posts")
    elif told.posts:
        screen.say(
            f"{len(told.posts):,} 帖留作匿名帖子；要一并删除请加 --posts",
            f"{len(told.posts):,} posts stay without a name; to remove them too, add --posts",
        )
    if not told.snapshots:
        screen.say(
            "库里没有这个账号的资料：请核对编号；之后的导入仍会被拒绝",
            "nothing is stored of this account: check the id; imports of it are refused all the same",
        )
    for other in told.linked:
        screen.say(
            f"同一位达人的关联账号 {other} 要另行处理：tingfeng kol object {other}",
            f"the linked account {other} needs its own: `tingfeng kol object {other}`",
        )
    screen.say(YOURS.zh, YOURS.en)


def _json(told: Objection, *, posts: bool) -> dict[str, object]:
    return {"creator": told.key, "author": told.author, "snapshots": told.snapshots,
            "posts": len(told.posts), "posts_removed": posts, "entries": told.entries,
            "linked": told.linked, "refused_rows": told.rows,
            "index_pending": told.index_pending}  # fmt: skip
