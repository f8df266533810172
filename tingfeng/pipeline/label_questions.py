"""What people are asked: posts that were edited after an answer, then what the reader is unsure of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from tingfeng.core.analysis import Document, Mention, Sentiment
from tingfeng.core.correction import Correction, named
from tingfeng.core.ports import Store
from tingfeng.core.query import Query
from tingfeng.core.wording import Text
from tingfeng.pipeline.label_copies import about, outlived


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something that the reader was not sure of."""

    document: Document
    brand: str | None
    """``None``: the attitude of the whole post."""
    sentiment: Sentiment
    """What it says so far."""
    mention: Mention | None = None
    earlier: Correction | None = None
    """What was answered about this post before its author wrote these words."""


def questions(store: Store, standing: Sequence[Correction], query: Query) -> Iterator[Question]:
    """What to ask about posts that *query* (for uncertain ones) means: about its brands, without
    any about whole posts. Of *standing* answers, first those that an edit outlived; what the reader
    is sure of by now, too. Of posts that one answer decides one is asked.
    """
    asked = set()
    for one in chain(_outlived(store, standing, query), _unsure(store, standing, query)):
        place = _place(one)
        if place not in asked:
            asked.add(place)
            yield one


def _outlived(store: Store, standing: Sequence[Correction], query: Query) -> Iterator[Question]:
    for said, document in outlived(store, standing):
        post, at = document.post, document.post.published_at
        if said.brand not in (query.brands or (None,)):
            continue
        if query.since is not None and (at is None or at < query.since):
            continue
        if query.platforms and post.platform not in query.platforms:
            continue
        one = _question(document, said.brand)
        # Others may have spoken about these very words: of a copy, or by a rule.
        if one is not None and one.sentiment.by == "model":
            yield replace(one, earlier=said)


def _unsure(store: Store, standing: Sequence[Correction], query: Query) -> Iterator[Question]:
    answers: dict[tuple[str, str | None], list[Correction]] = defaultdict(list)
    for said in standing:
        answers[said.key, said.brand].append(said)
    for document in store.search(query):
        for brand in query.brands or (None,):
            one = _question(document, brand)
            if one is None or one.sentiment.label != "uncertain":
                continue
            if not any(about(document, said) for said in answers[document.post.key, brand]):
                yield one


def _question(document: Document, brand: str | None) -> Question | None:
    """What may be asked about *brand* in *document*; ``None``: the reader finds nothing there."""
    analysis = document.analysis
    if analysis is None:
        return None
    if brand is None:
        side = analysis.sentiment
        return Question(document=document, brand=None, sentiment=side) if side else None
    attitude = analysis.attitude(brand)
    for one in analysis.mentions:
        if one.brand == brand and one.sentiment.label == attitude:
            return Question(document=document, brand=brand, sentiment=one.sentiment, mention=one)
    return None


def _place(one: Question) -> tuple[object, ...]:
    """The same for questions that one answer decides: see :class:`tingfeng.core.wording.Wording`."""
    analysis, text = one.document.analysis, Text(one.document.post.words)
    group = analysis and analysis.copy_of
    if group is None or analysis is None:
        return one.brand, text.said or one.document.post.key
    return one.brand, group, text.naming(named(analysis, one.brand))
