"""How an incident spread: key moments in order, and platform by platform."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import get_args

from tingfeng import Count, Document, Message, Query, platform_name
from tingfeng.insight.brief import Brief
from tingfeng.insight.chart import interval_text
from tingfeng.insight.dossier import KINDS, Dossier
from tingfeng.insight.loudest import loudest
from tingfeng.insight.people import PARTIES, Party, followers, pseudonym, size
from tingfeng.insight.period import show
from tingfeng.insight.sentiment import Split
from tingfeng.insight.sheet import Grid, Proof, Row, grid
from tingfeng.insight.survey import Survey
from tingfeng.insight.top_negatives import shortened
from tingfeng.insight.trend import TrendAnswer
from tingfeng.insight.verdict import LEVEL_NAMES

SPREADERS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One key moment."""

    at: datetime
    what: Message
    said: Message | str = ""
    cited: tuple[int, ...] = ()
    proofs: tuple[Proof, ...] = ()
    look: str = ""


def timeline(brief: Brief, dossier: Dossier, graph: TrendAnswer, found: Survey) -> Grid:
    """Key moments, oldest first, each moment of the same post once."""
    nodes: dict[object, Node] = {}
    for one in (
        *_firsts(brief, dossier.incident.brand),
        *_voices(brief, found),
        *_spreaders(brief, dossier.incident.brand),
        *_hot(brief, dossier.incident.brand),
        *_peak(graph),
        *_handled(dossier),
    ):
        same = one.cited or (one.at, one.what)
        known = nodes.get(same)
        nodes[same] = one if known is None else replace(known, what=_both(known.what, one.what))
    rows = [
        Row(cells=(show(one.at), one.what, one.said), proofs=one.proofs, cited=one.cited,
            look=one.look)
        for one in sorted(nodes.values(), key=lambda one: one.at)
    ]  # fmt: skip
    return grid("时间|节点|内容", "time|moment|what", rows)


def _both(one: Message, other: Message) -> Message:
    return Message(f"{one.zh}；{other.zh}", f"{one.en}; {other.en}")


def _firsts(brief: Brief, brand: str) -> Iterator[Node]:
    """The first negative post, and the first on each further platform."""
    asked = brief.scope.query(brief.period, brand, labels=("negative",))
    first = _oldest(brief, asked)
    if first is None:
        return
    yield from _post(brief, first, Message("首条负面帖", "first negative post"))
    for cell in brief.store.count(asked, ("platform", "brand")):
        id = str(cell.by[0])
        there = _oldest(brief, replace(asked, platforms=(id,)))
        if there is not None and there.post.key != first.post.key:
            zh, en = platform_name(id, "zh"), platform_name(id, "en")
            what = Message(f"{zh}首次出现负面", f"first negative post on {en}")
            yield from _post(brief, there, what)


def _voices(brief: Brief, found: Survey) -> Iterator[Node]:
    """The first of each party that is heard further."""
    for side in get_args(Party):
        dated = [one for one in found.parties.get(side, ()) if one.post.published_at]
        if dated:
            first = min(dated, key=lambda one: one.post.published_at or brief.now)
            name = PARTIES[side]
            yield from _post(brief, first, Message(f"{name.zh}首次发声", f"first of {name.en}"))


def _spreaders(brief: Brief, brand: str) -> Iterator[Node]:
    for loud in loudest(brief.store, brief.scope.query(brief.period, brand), limit=SPREADERS):
        if loud.reactions:
            what = Message(
                f"引爆帖（互动 {loud.reactions}）", f"spreader ({loud.reactions} reactions)"
            )
            yield from _post(brief, loud.document, what)


def _hot(brief: Brief, brand: str) -> Iterator[Node]:
    asked = brief.scope.query(brief.period, brand, kinds=("hot",), order="oldest", limit=SPREADERS)
    for document in brief.store.search(asked):
        yield from _post(brief, document, Message("登上热榜", "on a hot list"))


def _peak(graph: TrendAnswer) -> Iterator[Node]:
    point = graph.peak
    if point is not None and point.split is not None:
        posts = point.split.posts
        proof = Proof(what=Message("声量", "posts"), posts=posts, command=point.command)
        said = Message(
            f"至 {show(point.end)} 共 {posts} 条", f"{posts} posts until {show(point.end)}"
        )
        yield Node(at=point.start, what=Message("声量最高点", "peak"), said=said, proofs=(proof,))


def _handled(dossier: Dossier) -> Iterator[Node]:
    for step in dossier.history:
        kind, level = KINDS[step.kind], LEVEL_NAMES[step.level]
        what = Message(f"{kind.zh}（{level.zh}）", f"{kind.en} ({level.en})")
        yield Node(at=step.at, what=what, look=dossier.look)
    for ack in dossier.acks:
        said = Message(
            f"下一步：{ack.next_step or '未定'}", f"next step: {ack.next_step or 'not said'}"
        )
        what = Message(f"{ack.by} 确认", f"acknowledged by {ack.by}")
        yield Node(at=ack.at, what=what, said=said, look=dossier.look)


def _oldest(brief: Brief, query: Query) -> Document | None:
    return next(iter(brief.store.search(replace(query, order="oldest", limit=1))), None)


def _post(brief: Brief, document: Document, what: Message) -> Iterator[Node]:
    at = document.post.published_at
    if at is None:
        return
    who, big = pseudonym(document), size(document)
    name = document.post.platform
    where = Message(platform_name(name, "zh"), platform_name(name, "en"))
    about = ("", "")
    if followers(document) is not None:
        about = (f"，{big.zh}", f", {big.en}")
    said = Message(
        f"{where.zh}，{who.zh}{about[0]}：“{shortened(document, 80)}”",
        f"{where.en}, {who.en}{about[1]}: “{shortened(document, 80)}”",
    )
    yield Node(at=at, what=what, said=said, cited=brief.citations.cite([document]))


def by_platform(brief: Brief, brand: str) -> Grid:
    """Posts, negatives and the first negative post of each platform, most negatives first."""
    asked = brief.scope.query(brief.period, brand)
    rows = []
    for cell in sorted(brief.store.count(asked, ("platform", "brand")), key=_worst):
        id = str(cell.by[0])
        here = replace(asked, platforms=(id,))
        bad = replace(here, labels=("negative",))
        first = _oldest(brief, bad)
        at = first.post.published_at if first else None
        share = Split.of(cell).share("negative")
        rows.append(
            Row(
                cells=(Message(platform_name(id, "zh"), platform_name(id, "en")), cell.posts,
                       cell.negative,
                       Message(interval_text(share, "zh"), interval_text(share, "en")),
                       show(at) if at else "–"),
                proofs=(Proof.of("声量", "posts", cell.posts, here),
                        Proof.of("负面", "negative", cell.negative, bad)),
                cited=brief.citations.cite([first] if first else []),
            )
        )  # fmt: skip
    return grid("平台|声量|负面|负面占比 [95% 区间]|首条负面帖",
                "platform|posts|negative|negative share [95% interval]|first negative post", rows)  # fmt: skip


def _worst(cell: Count) -> tuple[int, int, str]:
    return -cell.negative, -cell.posts, str(cell.by[0])
