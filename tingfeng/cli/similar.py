"""similar: what else is about the same thing."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from tingfeng.cli.output import save, show
from tingfeng.cli.question import begins, ends, known_brands, known_platforms, scope_of
from tingfeng.cli.screen import Screen
from tingfeng.cli.session import asked, now
from tingfeng.core.errors import SettingsError
from tingfeng.core.message import Message
from tingfeng.core.query import Query

if TYPE_CHECKING:
    from tingfeng.insight.table import Table
    from tingfeng.pipeline.similar import Likeness, Likenesses

NOTE = Message(
    "相似度是语义向量的余弦（已减去均值）；雷同帖只列一次，原帖自己的雷同帖不列。",
    "Alike: cosine of meaning, less the mean. Near-duplicates are listed once, those of the post "
    "itself not at all.",
)


def similar(args: argparse.Namespace, screen: Screen) -> int:
    """Posts that are about the same thing as a given one, or as the words typed."""
    from tingfeng.pipeline.meaning import nearest
    from tingfeng.pipeline.similar import similar as ask
    from tingfeng.pipeline.similar import typed

    if bool(args.post) == bool(args.text):
        raise SettingsError(
            "请给出一个帖子编号，或用 --text 写一句话，二者选一",
            "give the key of a post, or words with --text: one of them",
        )

    with asked(args, screen) as pipeline:
        if args.brand:
            known_brands(pipeline, args.brand)
        args.platform = known_platforms(pipeline.store, args.platform)
        found = ask(
            pipeline, typed(args.text, now()) if args.text else args.post, _query(args),
            among=args.among, top=args.top, nearest=nearest(pipeline),
            announce=lambda missing, seconds: _announce(missing, seconds, screen),
        )  # fmt: skip
    table = _table(found)
    show(table, screen)
    save(args.output, [table], screen, args.typed)
    screen.answer({
        "post": args.post, "text": args.text, "among": found.among, "own_copies": found.own_copies,
        "similar": [_as_json(one) for one in found.found],
    })  # fmt: skip
    return 0


def _announce(missing: int, seconds: float, screen: Screen) -> None:
    screen.aside(
        f"首次编码 {missing:,} 帖，约 {seconds:,.0f} 秒",
        f"encoding {missing:,} posts for the first time: about {seconds:,.0f} seconds",
    )


def _query(args: argparse.Namespace) -> Query:
    clock = now()
    return scope_of(args).query(
        brands=tuple(args.brand),
        since=begins(args.since, at=clock) if args.since else None,
        until=ends(args.until, at=clock) if args.until else None,
    )


def _table(found: Likenesses) -> Table:
    from tingfeng.insight.sentiment import LABEL_NAMES
    from tingfeng.insight.table import Table, columns

    words = " ".join(found.post.post.words.split())
    rows = []
    for one in found.found:
        post, analysis = one.document.post, one.document.analysis
        mood = analysis.sentiment if analysis else None
        rows.append((
            round(one.cosine, 2), post.published_at, post.platform,
            LABEL_NAMES[mood.label] if mood else None, one.copies or None,
            " ".join(post.words.split())[:80], post.key,
        ))  # fmt: skip
    return Table(
        name=Message(f"意思相近：{words[:60]}", f"alike in meaning: {words[:60]}"),
        columns=columns(
            ("相似度", "alike"), ("时间", "time"), ("平台", "platform"), ("情感", "attitude"),
            ("另有雷同", "copies"), ("内容", "text"), ("键", "key"),
        ),
        rows=rows,
        notes=_notes(found),
    )  # fmt: skip


def _notes(found: Likenesses) -> tuple[Message, ...]:
    from tingfeng.pipeline.similar import CLOSE

    among = Message(f"比较了 {found.among:,} 帖", f"compared with {found.among:,} posts")
    if max((one.cosine for one in found.found), default=0.0) >= CLOSE:
        return NOTE, among
    far = Message(
        f"没有很相近的：相似度都不到 {CLOSE:g}。写长一些的一句话，或加大 --among，可能找到",
        f"nothing is much alike: all below {CLOSE:g}. A longer sentence, or a larger --among, may find it",
    )
    return far, NOTE, among


def _as_json(one: Likeness) -> dict[str, Any]:
    post, analysis = one.document.post, one.document.analysis
    mood = analysis.sentiment if analysis else None
    mentions = analysis.mentions if analysis else ()
    return {
        "key": post.key, "cosine": round(one.cosine, 4), "copies": one.copies,
        "platform": post.platform, "kind": post.kind, "published_at": post.published_at,
        "title": post.title, "text": post.text, "url": post.url, "label": mood and mood.label,
        "brands": list(dict.fromkeys(mention.brand for mention in mentions)),
    }  # fmt: skip
