"""forget, retention: what must not be kept, or no longer."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tingfeng.cli.output import save, show
from tingfeng.cli.screen import Screen
from tingfeng.cli.session import filled, opened
from tingfeng.core.errors import SettingsError
from tingfeng.core.message import Message
from tingfeng.core.platforms import NAMES
from tingfeng.core.privacy import Privacy
from tingfeng.core.removal import Removal

if TYPE_CHECKING:
    from tingfeng.pipeline import Pipeline
    from tingfeng.pipeline.forgetting import Asked, Forgotten

SHOWN = 20
"""Keys of posts shown before a person says yes; ``--json`` has all."""

YOURS = Message(
    "听风管不到、要你自己处理的：导出的表格、报告和截图，数据库的备份和快照，已经发出的消息，原始导出文件，"
    "import --suggest 起草的列对应（里面有示例值），别人的回复或转发里引用的话（用 tingfeng search 找到后加 --post）",
    "out of tingfeng's reach, for you to see to: exported tables, reports and pictures, backups and"
    " snapshots of the store, messages that were sent, the files you imported, mappings drafted by"
    " import --suggest (they show examples), and what others quote in answers and reposts (find it by"
    " `tingfeng search`, then --post)",
)  # fmt: skip

WHAT = {
    "author": Message("作者", "author"),
    "post": Message("单帖", "post"),
    "age": Message("到期", "age"),
    "creator": Message("达人反对", "a creator objected"),
}


def forget(args: argparse.Namespace, screen: Screen) -> int:
    """Show what would go, ask, and remove it for good; or show what was removed."""
    with opened(args, screen) as pipeline:
        filled(pipeline)
        if args.list:
            return _listed(pipeline, args, screen)
        asked, by = _asked(pipeline, args), person(pipeline, args)
        keys = pipeline.forgetting.found(asked)
        rows = pipeline.forgetting.rows(asked, keys)
        copies = pipeline.forgetting.copies(asked, keys)
        _announce(asked, keys, rows, copies, screen)
        if not (args.yes or agreed(screen)):
            screen.answer({"done": False, **_would(asked, keys, rows, copies)})
            return 1
        told = pipeline.forgetting.forget(asked, by=by, reason=args.reason)
    _report(told, screen)
    screen.answer({"done": True, **_would(asked, told.keys, told.rows, told.copies),
                   "labels": told.labels, "letters": told.letters,
                   "index_pending": told.index_pending,
                   "audit": [_line_json(one) for one in told.audit]})  # fmt: skip
    return 0


def _asked(pipeline: Pipeline, args: argparse.Namespace) -> Asked:
    from tingfeng.pipeline.forgetting import Asked

    if not (args.author or args.hash or args.post):
        raise SettingsError(
            "要写明删谁：--author 编号 --platform 平台，或 --hash 假名，或 --post 平台:id",
            "say whom: --author ID --platform NAME, or --hash HASH, or --post platform:id",
        )
    if bool(args.author) != bool(args.platform):
        raise SettingsError(
            "--author 和 --platform 要一起写：编号只在一个平台内有意义",
            "--author and --platform go together: an id means something on its platform only",
        )
    for hashed in args.hash:
        if not re.fullmatch("[0-9a-f]{16}", hashed):
            raise SettingsError(
                f"{hashed} 不是假名：假名是 16 位十六进制数；平台上的编号用 --author",
                f"{hashed} is no pseudonym, which is 16 hex digits; a platform's id goes with --author",
            )
    for key in args.post:
        if not all(key.partition(":")):
            raise SettingsError(
                f"{key} 不是帖子编号：写成 平台:id", f"{key} is no key of a post: write platform:id"
            )
    hashes = _hashes(pipeline, args.platform, args.author) if args.author else []
    return Asked(
        authors=tuple(dict.fromkeys([*hashes, *args.hash])),
        names=tuple(args.author),
        keys=tuple(dict.fromkeys(args.post)),
    )


def person(pipeline: Pipeline, args: argparse.Namespace) -> str:
    """Who removes: no line of the audit is without."""
    try:
        return str(args.by or pipeline.settings.person())
    except SettingsError:
        raise SettingsError(
            "要写明谁删除的：加 --by 名字，或在设置里写 [label] by",
            "say who removes: --by NAME, or [label] by in the settings",
        ) from None


def _hashes(pipeline: Pipeline, platform: str, ids: Sequence[str]) -> list[str]:
    settings = pipeline.settings
    settings.reveal(settings.author_key)  # a key made just now would find nobody
    known = {zh: id for id, zh in NAMES.items()}
    privacy = Privacy(settings.key())
    return [privacy.author(known.get(platform, platform), id) for id in ids]


def _announce(asked: Asked, keys: Sequence[str], rows: int, copies: int, screen: Screen) -> None:
    for hashed in asked.authors:
        screen.say(f"作者 {hashed}：以后不再收入", f"author {hashed}: nothing is taken in any more")
    for key in asked.keys:
        screen.say(f"帖子 {key}：以后不再收入", f"post {key}: is not taken in any more")
    screen.say(
        f"将删除 {len(keys):,} 帖及其全部分析，被拒绝的行 {rows:,}，事件留存的证据副本 {copies:,}",
        f"{len(keys):,} posts and all that was read in them will go, {rows:,} refused rows, and "
        f"{copies:,} copies that incidents kept as evidence",
    )
    for key in keys[:SHOWN]:
        screen.say(f"    {key}", f"    {key}")
    if len(keys) > SHOWN:
        left = len(keys) - SHOWN
        screen.say(f"    … 另有 {left:,} 帖", f"    … and {left:,} more")
    if asked.authors and not keys and not copies:
        screen.say(
            "库里没有这位作者的帖子：请核对编号和平台；有的来源只给昵称，可再加 --author 昵称",
            "the store has no post by this author: check id and platform; some sources give only a"
            " nickname, add it by another --author",
        )
    screen.say(YOURS.zh, YOURS.en)


def agreed(screen: Screen) -> bool:
    """Whether a person at the terminal says yes. A program, or a pipe, has --yes."""
    if screen.json or not sys.stdin.isatty():
        screen.aside("没有删除。确认无误后加 --yes", "nothing was removed; to do it, add --yes")
        return False
    screen.aside("删除后无法恢复。输入 yes 继续：", "this cannot be undone. Type yes to go on:")
    if sys.stdin.readline().strip().lower() == "yes":
        return True
    screen.aside("没有删除", "nothing was removed")
    return False


def _would(asked: Asked, keys: Sequence[str], rows: int, copies: int) -> dict[str, Any]:
    return {"authors": list(asked.authors), "posts": len(keys), "keys": list(keys),
            "refused_rows": rows, "copies": copies}  # fmt: skip


def _report(told: Forgotten, screen: Screen) -> None:
    screen.say(
        f"已删除 {len(told.keys):,} 帖，被拒绝的行 {told.rows:,}，模型说明里的编号 {told.labels:,}，"
        f"未写入的文档 {told.letters:,}，事件留存的证据副本 {told.copies:,}",
        f"removed: {len(told.keys):,} posts, {told.rows:,} refused rows, {told.labels:,} keys in"
        f" cards of models, {told.letters:,} documents that were refused, {told.copies:,} copies"
        " kept as evidence",
    )
    if told.index_pending:
        screen.say(
            "索引里还在：运行 tingfeng es sync（一直在运行的会自己跟上）",
            "still in the index: run `tingfeng es sync` (one that is running catches up by itself)",
        )
    for one in told.audit:
        screen.say(f"记录：{_line(one).zh}", f"audit: {_line(one).en}")
    if not told.audit:
        screen.say("记录：没有新的变化", "audit: nothing changed")


def _listed(pipeline: Pipeline, args: argparse.Namespace, screen: Screen) -> int:
    from tingfeng.insight.table import Table, columns

    lines = pipeline.store.audit()
    table = Table(
        name=Message("删除记录", "what was removed"),
        columns=columns(("时间", "at"), ("种类", "what"), ("假名", "hash"), ("早于", "before"),
                        ("帖数", "posts"), ("谁", "by"), ("理由", "reason")),
        rows=[(one.at, WHAT[one.what], one.subject or None, one.before, one.posts, one.by, one.reason)
              for one in lines],
    )  # fmt: skip
    show(table, screen)
    save(args.output, [table], screen, args.typed)
    screen.answer({"audit": [_line_json(one) for one in lines]})
    return 0


def _line(one: Removal) -> Message:
    what = WHAT[one.what]
    before = "" if one.before is None else f" < {one.before:%Y-%m-%d %H:%M}"
    return Message(
        f"{one.at:%Y-%m-%d %H:%M:%S} {what.zh} {one.subject}{before} {one.posts:,} 帖 {one.by} {one.reason}",
        f"{one.at:%Y-%m-%d %H:%M:%S} {what.en} {one.subject}{before} {one.posts:,} posts {one.by} {one.reason}",
    )  # fmt: skip


def _line_json(one: Removal) -> dict[str, Any]:
    return {"at": one.at, "what": one.what, "hash": one.subject, "before": one.before,
            "posts": one.posts, "by": one.by, "reason": one.reason}  # fmt: skip


def retention(args: argparse.Namespace, screen: Screen) -> int:
    """Remove posts that are older than they are kept."""
    with opened(args, screen) as pipeline:
        filled(pipeline)
        standing = pipeline.settings.keep_days
        days = args.keep_days or standing
        if days is None:
            raise SettingsError(
                "没有保存期限：写 --keep-days 天数，或在设置里写 [store] keep_days",
                "nobody said how long: --keep-days N, or [store] keep_days in the settings",
            )
        by = person(pipeline, args)
        if days != standing and not args.yes:
            old = pipeline.forgetting.old(days)
            screen.say(
                f"将删除 {old:,} 帖（早于 {days} 天；没有日期的按采集时间另计）",
                f"{old:,} posts older than {days} days will go, and undated ones collected before",
            )
            if not agreed(screen):
                screen.answer({"done": False, "keep_days": days, "posts": old})
                return 1
        gone = pipeline.forgetting.expire(days, by=by)
        pipeline.forgetting.expire_copies(pipeline.settings.evidence_days)
    screen.say(
        f"已删除超过 {days} 天的 {gone:,} 帖", f"removed {gone:,} posts older than {days} days"
    )
    if standing is None or standing > days:
        screen.say(
            f"要一直如此（导入和采集也不再收入更早的），在设置里写 [store] keep_days = {days}",
            f"to keep it so, and take in none that are older: [store] keep_days = {days}",
        )
    screen.answer({"done": True, "keep_days": days, "posts": gone})
    return 0
