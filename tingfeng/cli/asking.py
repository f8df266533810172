"""search, trend, voice, words, report: questions are answered."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tingfeng.cli.output import save, show
from tingfeng.cli.question import (
    begins,
    ends,
    known_brands,
    known_platforms,
    newest,
    period_of,
    scope_of,
)
from tingfeng.cli.screen import Screen
from tingfeng.cli.session import asked, now
from tingfeng.core.fold import parse_words
from tingfeng.core.message import Message
from tingfeng.core.query import DAY, HOUR, WEEK, Query

if TYPE_CHECKING:
    from tingfeng.core.analysis import Analysis, Document
    from tingfeng.core.ports import PostStore

SHOWN = 20
"""Posts of a search on the screen."""

TREND_DAYS, VOICE_DAYS, WORDS_DAYS = 30, 30, 7
"""How far an answer reaches back when no beginning was typed: words are news of a week."""


def search(args: argparse.Namespace, screen: Screen) -> int:
    """Search posts; with ``-o`` all of them as a spreadsheet."""
    from tingfeng.insight.counted import command
    from tingfeng.insight.listing import listing

    with asked(args, screen) as pipeline:
        store, typed_text = pipeline.store, " ".join(args.text)
        if args.brand:
            known_brands(pipeline, args.brand)
        args.platform = known_platforms(store, args.platform)
        if (named := store.get(typed_text)) is not None:
            return _one(named, screen)
        query = _query(args, pipeline.typed(typed_text))
        if typed_text.strip() and not any(parse_words(query.text)):
            screen.aside(
                f"{typed_text} 里没有可搜的词，列出全部",
                f"{typed_text} has no word that can be searched for: all are listed",
            )
        count = sum(cell.posts for cell in store.count(query))
        typed = command(query)
        if args.output:
            found = store.search(replace(query, limit=args.limit))
            table = listing(found, brand=(args.brand or [None])[0])
            rows = save(args.output, [table], screen, typed)
            screen.answer({"count": count, "query": typed, "rows": rows, "file": str(args.output)})
            return 0
        documents = list(store.search(replace(query, limit=args.limit or SHOWN)))
    _list(documents, count, screen)
    screen.answer({"count": count, "query": typed, "posts": [_as_json(one) for one in documents]})
    return 0


def _one(document: Document, screen: Screen) -> int:
    """A post that was asked for by its key, such as the evidence of an alert."""
    _list([document], 1, screen)
    screen.say(*(document.post.words,) * 2)
    screen.answer({"count": 1, "query": document.post.key, "posts": [_as_json(document)]})
    return 0


def _query(args: argparse.Namespace, text: str) -> Query:
    """What was typed, as a question to the store."""
    clock, scope = now(), scope_of(args)
    kinds = tuple(args.kind) or scope.query().kinds
    suspected = True if args.only_suspected else False if args.no_suspected else None
    return Query(
        text=text,
        brands=tuple(args.brand),
        labels=tuple(args.sentiment),
        platforms=tuple(args.platform),
        kinds=kinds,
        since=begins(args.since, at=clock) if args.since else None,
        until=ends(args.until, at=clock) if args.until else None,
        suspected=suspected,
        precise=args.precise,
        copies_of=args.copies_of,
        order=args.order,
    )


def _list(documents: Sequence[Document], count: int, screen: Screen) -> None:
    from tingfeng.insight.sentiment import LABEL_NAMES

    unread = screen.pick("未读", "unread")
    rows = []
    for one in documents:
        mood = one.analysis.sentiment if one.analysis else None
        label = LABEL_NAMES[mood.label].into(screen.lang) if mood else unread
        sides = _sides(one.analysis, screen) if one.analysis else ""
        rows.append((one.post.published_at, one.post.platform, label, sides, _short(one), one.post.url or one.post.key))  # fmt: skip
    columns = screen.pick(
        "时间 平台 全帖情感 对各品牌 内容 原文", "time platform attitude brands text original"
    ).split()
    screen.table("", columns, rows)
    screen.say(
        f"共 {count:,} 帖，显示 {len(documents)} 帖（含疑似水军与转发评论，除非另有说明；热榜不计）",
        f"{count:,} posts, {len(documents)} shown (with reposts, comments and suspected water army "
        "unless said otherwise; hot lists are not counted)",
    )


def _sides(analysis: Analysis, screen: Screen) -> str:
    """Each brand of a post with the attitude to it: ``小米 正面、华为 负面``."""
    from tingfeng.insight.sentiment import LABEL_NAMES

    found = []
    for brand in dict.fromkeys(m.brand for m in analysis.mentions):
        label = analysis.attitude(brand)
        found.append(f"{brand} {LABEL_NAMES[label].into(screen.lang)}" if label else brand)
    return "、".join(found)


def _short(document: Document, length: int = 60) -> str:
    words = " ".join(document.post.words.split())
    return words if len(words) <= length else words[: length - 1] + "…"


def _as_json(document: Document) -> dict[str, Any]:
    """Keys of one post in ``search --json``."""
    post, analysis = document.post, document.analysis
    mood = analysis.sentiment if analysis else None
    engagement = document.engagement
    names = ("likes", "comments", "reposts", "favorites", "views")
    return {
        "key": post.key, "platform": post.platform, "id": post.id, "kind": post.kind,
        "published_at": post.published_at, "title": post.title, "text": post.text,
        "url": post.url, "author": post.author.id if post.author else None,
        "sentiment": mood and {
            "label": mood.label, "negative": mood.negative,
            "neutral": mood.neutral, "positive": mood.positive, "by": mood.by,
        },
        "emotion": analysis.emotion.label if analysis and analysis.emotion else None,
        "signs": analysis.signs if analysis else (),
        "mentions": [
            {"brand": m.brand, "start": m.start, "end": m.end, "alias": m.alias, "rule": m.rule,
             "label": m.sentiment.label, "negative": m.sentiment.negative,
             "neutral": m.sentiment.neutral, "positive": m.sentiment.positive,
             "by": m.sentiment.by, "span": m.span, "advert": m.advert}
            for m in (analysis.mentions if analysis else ())
        ],
        "engagement": {name: getattr(engagement, name) for name in names} if engagement else None,
        "suspected": document.suspected,
    }  # fmt: skip


def trend(args: argparse.Namespace, screen: Screen) -> int:
    """Volume and attitude over time, brand by brand."""
    from tingfeng.insight.trend import trend as ask

    step = {"hour": HOUR, "day": DAY, "week": WEEK, None: None}[args.step]
    with asked(args, screen) as pipeline:
        args.platform = known_platforms(pipeline.store, args.platform)
        period = period_of(args, pipeline.store, days=TREND_DAYS)
        names: list[str | None] = [*known_brands(pipeline, args.brand)] or [None]
        answers = [
            ask(pipeline.store, name, period, now=now(), step=step, scope=scope_of(args))
            for name in names
        ]
    for answer in answers:
        show(answer.table(), screen)
    save(args.output, [answer.table() for answer in answers], screen, args.typed)
    screen.answer({"trends": [answer.as_json() for answer in answers]})
    return 0


def voice(args: argparse.Namespace, screen: Screen) -> int:
    """Share of voice among the brands of the lexicon."""
    from tingfeng.insight.voice import voice as ask

    with asked(args, screen) as pipeline:
        args.platform = known_platforms(pipeline.store, args.platform)
        period = period_of(args, pipeline.store, days=VOICE_DAYS)
        wanted = set(args.brand and known_brands(pipeline, args.brand))
        brands = [one for one in pipeline.brands if not wanted or one.name in wanted]
        answer = ask(pipeline.store, brands, period, now=now(), scope=scope_of(args))
    show(answer.table(), screen)
    save(args.output, [answer.table()], screen, args.typed)
    screen.answer(answer.as_json())
    return 0


def words(args: argparse.Namespace, screen: Screen) -> int:
    """New and growing words, brand by brand."""
    from tingfeng.insight.words import words as ask

    with asked(args, screen) as pipeline:
        args.platform = known_platforms(pipeline.store, args.platform)
        period = period_of(args, pipeline.store, days=WORDS_DAYS)
        names: list[str | None] = [*known_brands(pipeline, args.brand)] or [None]
        answers = [
            ask(pipeline.store, name, period, now=now(), brands=pipeline.brands,
                scope=scope_of(args), limit=args.top)
            for name in names
        ]  # fmt: skip
    for answer in answers:
        show(answer.table(), screen)
    save(args.output, [answer.table() for answer in answers], screen, args.typed)
    screen.answer({"words": [answer.as_json() for answer in answers]})
    return 0


def report(args: argparse.Namespace, screen: Screen) -> int:
    """Write the HTML report."""
    with asked(args, screen) as pipeline:
        store: PostStore = pipeline.store
        period = period_of(args, store, days=WORDS_DAYS)
        pipeline.report(args.output, period, lang=screen.lang)
        empty = newest(store) is None
    if empty:
        note = Message(
            "库里还没有帖子：先 tingfeng import", "the store is empty: `tingfeng import` first"
        )
        screen.aside(note.zh, note.en)
    screen.say(f"已写好 {args.output}", f"{args.output} is written")
    screen.answer({"report": str(args.output)})
    return 0
