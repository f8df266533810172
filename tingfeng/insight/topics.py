"""What was talked about, and how that changed: texts that spread as copies, and growing words."""

from __future__ import annotations

from dataclasses import dataclass

from tingfeng import Document, Message, Query
from tingfeng.insight.brief import Brief
from tingfeng.insight.chart import interval_text
from tingfeng.insight.counted import has_data, total
from tingfeng.insight.period import Period
from tingfeng.insight.proportion import growth, signed
from tingfeng.insight.sentiment import Split
from tingfeng.insight.sheet import Block, Line, Part, Proof, Row, grid, line, part
from tingfeng.insight.survey import CUT, Survey, survey
from tingfeng.insight.top_negatives import shortened
from tingfeng.insight.words import NOTHING_BEFORE, words

LEAST = 3
"""Posts that make a topic: two people may say the same by chance."""

TOP, GONE, WORDS = 10, 5, 10

DEFINITION = Message(
    f"议题按近似重复的内容聚类（同一文案的不同改写算一类，至少 {LEAST} 条），另列升温词；没有用语言模型归纳。"
    "“新”＝库中此前没有这一类的帖子。",
    f"Topics are groups of near-duplicates (rewordings of one text, at least {LEAST} posts), with "
    "growing words beside them; no language model summed anything up. “New”: the store holds no "
    "earlier post of the group.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One group of near-duplicates in two periods."""

    first: Document
    """The post that opens the group."""
    now: Split
    before: int | None
    """``None``: no data then."""
    new: bool
    asked: Query
    earlier: Query


def topics(brief: Brief, brand: str, found: Survey) -> list[Part]:
    """Groups of now, groups of the period before that lost their voice, growing words."""
    before = brief.period.before()
    known = has_data(brief.store, before)
    now = [_topic(brief, brand, root, known=known) for root, n in found.groups[:TOP] if n >= LEAST]
    rows = [_row(brief, one) for one in now if one is not None]
    blocks: list[Block] = []
    if found.cut:
        blocks.append(Line(said=CUT, tone="warn"))
    if rows:
        blocks.append(grid("议题（首帖）|本期|上期|变化|负面占比 [95% 区间]",
                           "topic (first post)|posts|before|change|negative share [95% interval]",
                           rows))  # fmt: skip
    else:
        blocks.append(
            line(f"没有达到 {LEAST} 条的雷同内容，不成议题。",
                 f"No text was repeated in {LEAST} posts or more: no topic.", tone="none")
        )  # fmt: skip
    blocks += _gone(brief, brand, found, known=known)
    return [part("议题变化", "Topics", *blocks), _words(brief, brand)]


def _topic(brief: Brief, brand: str, root: str, *, known: bool) -> Topic | None:
    first = brief.store.get(root)
    asked = brief.scope.query(brief.period, brand, copies_of=root)
    earlier = brief.scope.query(brief.period.before(), brand, copies_of=root)
    ever = brief.scope.query(None, brand, copies_of=root, until=brief.period.since)
    if first is None:
        return None
    return Topic(
        first=first,
        now=Split.of(total(brief.store, asked)),
        before=total(brief.store, earlier).posts if known else None,
        new=total(brief.store, ever).posts == 0,
        asked=asked,
        earlier=earlier,
    )


def _row(brief: Brief, one: Topic) -> Row:
    moved = "新" if one.new else signed(growth(one.now.posts, one.before))
    moved_en = "new" if one.new else moved
    share = one.now.share("negative")
    proofs = [Proof.of("本期", "now", one.now.posts, one.asked)]
    if one.before is not None:
        proofs.append(Proof.of("上期", "before", one.before, one.earlier))
    return Row(
        cells=(_name(one.first), one.now.posts, "–" if one.before is None else one.before,
               Message(moved, moved_en),
               Message(interval_text(share, "zh"), interval_text(share, "en"))),
        proofs=tuple(proofs),
        cited=brief.citations.cite([one.first]),
    )  # fmt: skip


def _name(first: Document) -> str | Message:
    """The text itself, and whether it looks like a water army's."""
    words = shortened(first, 60)
    if not first.suspected:
        return words
    return Message(f"{words}（疑似水军）", f"{words} (suspected water army)")


def _gone(brief: Brief, brand: str, found: Survey, *, known: bool) -> list[Block]:
    """Groups that were topics in the period before and are none now."""
    if not known:
        return [line("上期没有足够数据，不比较议题的消退。",
                     "Too little data before: what faded cannot be told.", tone="none")]  # fmt: skip
    before: Period = brief.period.before()
    old = survey(brief.store, brief.scope.query(before, brand))
    still = {root for root, posts in found.groups if posts >= LEAST}
    lines: list[Block] = []
    for root, posts in old.groups:
        if posts < LEAST or root in still or len(lines) == GONE:
            continue
        one = _topic(brief, brand, root, known=True)
        if one is None or one.now.posts >= LEAST:
            continue
        lines.append(
            line(f"消退：“{shortened(one.first, 60)}”，上期 {one.before} 条，本期 {one.now.posts} 条。",
                 f"Faded: “{shortened(one.first, 60)}”, {one.before} posts before, {one.now.posts} "
                 "now.",
                 Proof.of("上期", "before", one.before or 0, one.earlier),
                 Proof.of("本期", "now", one.now.posts, one.asked),
                 cited=brief.citations.cite([one.first]))
        )  # fmt: skip
    return lines


def _words(brief: Brief, brand: str) -> Part:
    answer = words(
        brief.store, brand, brief.period, now=brief.now, brands=brief.brands, scope=brief.scope,
        limit=WORDS,
    )  # fmt: skip
    if answer.before is None:
        said = Line(said=NOTHING_BEFORE, tone="none")
        return part("新词与升温词", "New and growing words", said)
    told = answer.sentence()
    rows = []
    for one in answer.words:
        asked = brief.scope.query(brief.period.before(), brand, text=f'"{one.word}"')
        name = Message(f"{one.word}（新）", f"{one.word} (new)") if one.new else one.word
        rows.append(
            Row(
                cells=(name, one.posts, one.distinct, "–" if one.before is None else one.before,
                       signed(growth(one.posts, one.before)),
                       Message(interval_text(one.negative, "zh"), interval_text(one.negative, "en"))),
                proofs=(Proof(what=Message("本期", "now"), posts=one.posts, command=one.command),
                        Proof.of("上期", "before", one.before or 0, asked)),
                cited=brief.citations.cite(one.examples),
            )
        )  # fmt: skip
    table = grid("词|帖子|不同内容|上期|增长|负面占比 [95% 区间]",
                 "word|posts|distinct|before|growth|negative share [95% interval]", rows)  # fmt: skip
    blocks = [line(f"{told.zh}。", f"{told.en}."), Line(said=answer.definition, tone="small")]
    return part("新词与升温词", "New and growing words", *blocks, *([table] if rows else []))
