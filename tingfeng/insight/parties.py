"""What the parties say of an incident, in their own words, the good with the bad."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import get_args

from tingfeng import LABELS, Document, Label, Message, platform_name
from tingfeng.insight.brief import Brief
from tingfeng.insight.counted import total
from tingfeng.insight.loudest import loudest, reactions
from tingfeng.insight.people import PARTIES, Party, party, pseudonym, size
from tingfeng.insight.period import show
from tingfeng.insight.sentiment import LABEL_NAMES, Split
from tingfeng.insight.sheet import Block, Line, Part, Proof, Quote, line, part
from tingfeng.insight.survey import CUT, Survey
from tingfeng.insight.top_negatives import shortened

_STANCES: tuple[Label, ...] = ("negative", "positive", "neutral")
"""One quotation of each, where there is one."""

_TRIED = 20
"""Loudest texts among which one by ordinary people is looked for."""


def parties(brief: Brief, brand: str, found: Survey) -> Part:
    """Numbers and quotations of each party; of those that said nothing it is said."""
    blocks: list[Block] = [Line(said=CUT, tone="warn")] if found.cut else []
    for side in get_args(Party):
        if side == "ordinary":
            blocks += _ordinary(brief, brand, found)
        else:
            blocks += _heard(brief, brand, side, found.parties.get(side, ()))
    return part("各方观点", "What the parties say", *blocks)


def _heard(brief: Brief, brand: str, side: Party, posts: Sequence[Document]) -> Iterator[Block]:
    name = PARTIES[side]
    if not posts:
        yield line(f"{name.zh}：库中没有其发言。", f"{name.en}: none in the store.", tone="none")
        return
    told = [_label(one, brand) for one in posts]
    counts = {label: told.count(label) for label in LABELS}
    keys = tuple(one.post.key for one in posts)
    yield _numbers(name, len(posts), counts,
                   Proof(what=Message("帖子", "posts"), posts=len(posts), keys=keys))  # fmt: skip
    for label in _STANCES:
        first = next((one for one in posts if _label(one, brand) == label), None)
        if first is not None:
            yield _quote(brief, first, label)


def _ordinary(brief: Brief, brand: str, found: Survey) -> Iterator[Block]:
    """All that no other party said."""
    asked = brief.scope.query(brief.period, brand)
    every = Split.of(total(brief.store, asked))
    others = [one for posts in found.parties.values() for one in posts]
    told = [_label(one, brand) for one in others]
    counts = {label: int(getattr(every, label)) - told.count(label) for label in LABELS}
    proofs = [Proof.of("全部提及", "all posts", every.posts, asked)]
    if others:
        keys = tuple(one.post.key for one in others)
        what = Message("减去其他各方", "less the other parties")
        proofs.append(Proof(what=what, posts=len(others), keys=keys))
    yield _numbers(PARTIES["ordinary"], every.posts - len(others), counts, *proofs)
    for label in _STANCES:
        query = brief.scope.query(brief.period, brand, labels=(label,))
        for loud in loudest(brief.store, query, limit=_TRIED):
            if party(loud.document) == "ordinary":
                yield _quote(brief, loud.document, label)
                break


def _numbers(name: Message, posts: int, counts: dict[Label, int], *proofs: Proof) -> Line:
    zh = "，".join(f"{LABEL_NAMES[label].zh} {counts[label]}" for label in LABELS)
    en = ", ".join(f"{LABEL_NAMES[label].en} {counts[label]}" for label in LABELS)
    return line(f"{name.zh}：{posts} 条（{zh}）。", f"{name.en}: {posts} posts ({en}).", *proofs)


def _quote(brief: Brief, document: Document, label: Label) -> Quote:
    post, seen = document.post, reactions(document)
    who, big, stance = pseudonym(document), size(document), LABEL_NAMES[label]
    when = show(post.published_at) if post.published_at else "–"
    zh = [stance.zh, platform_name(post.platform, "zh"), when, who.zh, big.zh]
    en = [stance.en, platform_name(post.platform, "en"), when, who.en, big.en]
    if seen is not None:
        zh.append(f"互动 {seen}")
        en.append(f"reactions {seen}")
    about = Line(
        said=Message(" · ".join(zh), " · ".join(en)),
        cited=brief.citations.cite([document]),
        tone="small",
    )
    return Quote(text=shortened(document), about=about)


def _label(document: Document, brand: str) -> Label | None:
    return document.analysis.attitude(brand) if document.analysis else None
