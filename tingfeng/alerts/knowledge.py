"""Past incidents as knowledge: which earlier ones a new one is like, and why."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tingfeng import Closing, Entry, Incident, Message, Store
from tingfeng.alerts.acks import lessons

if TYPE_CHECKING:
    from collections.abc import Mapping

SAME_BRAND = 0.25
SAME_RULE = 0.15
WORDS = 0.6
"""What each likeness weighs; together 1. Words weigh most: what it is about is what one learns from."""

LEAST = 0.3
"""Below it, or without a word in common, two incidents share little more than the rule that fired."""

LOOKED_AT = 200
"""Earlier incidents compared, the latest first: years of them, and their posts are read."""

_SHOWN = 5
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """An incident with its words, and what the team wrote of it."""

    incident: Incident
    words: frozenset[str]
    lesson: Closing | None = None

    @property
    def written(self) -> str:
        """All that the team wrote."""
        lesson = self.lesson
        if lesson is None:
            return ""
        return f"{lesson.reason}\n{lesson.cause}\n{lesson.action}\n{lesson.outcome}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """An earlier incident that is like another one."""

    incident: Incident
    score: float
    """0 to 1: :data:`SAME_BRAND`, :data:`SAME_RULE`, and :data:`WORDS` times the share of their
    words, weighed by how rare they are, that both have."""
    same_brand: bool
    same_rule: bool
    words: tuple[str, ...]
    """That both have, the rarest first."""
    lesson: Closing | None

    @property
    def why(self) -> Message:
        """In what they are alike."""
        zh, en = [], []
        if self.same_brand:
            zh.append("同一品牌")
            en.append("same brand")
        if self.words:
            zh.append("都说到 " + "、".join(self.words[:_SHOWN]))
            en.append("both speak of " + ", ".join(self.words[:_SHOWN]))
        if self.same_rule:
            zh.append("同一类规则")
            en.append("same kind of rule")
        return Message("，".join(zh), ", ".join(en))


def similar(new: Past, earlier: Sequence[Past], *, top: int = 3) -> list[Likeness]:
    """The *earlier* incidents most like *new*, the most alike first.

    A word that the team wrote of an earlier one counts as said in it.
    """
    said = {one.incident.id: one.words | _written_of(one, new.words) for one in earlier}
    rarity = _rarity([new.words, *said.values()])
    found = [_likeness(new, one, said[one.incident.id], rarity) for one in earlier]
    found = [one for one in found if one.words and one.score >= LEAST]
    found.sort(key=lambda one: (-one.score, -one.incident.opened_at.timestamp()))
    return found[:top]


def similar_to(
    store: Store, logbook: Iterable[Entry], incident: Incident, *, top: int = 3
) -> list[Likeness]:
    """The incidents of *store* before *incident* that are most like it."""
    learnt = lessons(logbook)
    before = [one for one in store.incidents() if one.opened_at < incident.opened_at]
    past = [
        Past(incident=one, words=words_of(store, one), lesson=learnt.get(one.id))
        for one in before[:LOOKED_AT]
        if one.id != incident.id
    ]
    return similar(Past(incident=incident, words=words_of(store, incident)), past, top=top)


def words_of(store: Store, incident: Incident) -> frozenset[str]:
    """Words of two letters or more in the telling posts, as far as these are still kept."""
    found: set[str] = set()
    for key in incident.evidence.posts:
        document = store.get(key)
        if document is not None and document.analysis is not None:
            names = {mention.alias.casefold() for mention in document.analysis.mentions}
            tokens = (token.casefold() for token in document.analysis.tokens)
            found |= {one for one in tokens if _WORD.fullmatch(one) and one not in names}
    return frozenset(found - {incident.brand.casefold()})


def _written_of(one: Past, words: Iterable[str]) -> frozenset[str]:
    text = one.written.casefold()
    return frozenset(word for word in words if word in text)


def _rarity(bags: Sequence[frozenset[str]]) -> Mapping[str, float]:
    """A word that every incident has says least (ln 2), one of a single incident most."""
    seen = Counter(word for bag in bags for word in bag)
    return {word: math.log1p(len(bags) / times) for word, times in seen.items()}


def _likeness(new: Past, one: Past, words: frozenset[str], rarity: Mapping[str, float]) -> Likeness:
    shared = new.words & words
    weight = sum(rarity[word] for word in new.words | words)
    overlap = sum(rarity[word] for word in shared) / weight if weight else 0.0
    brand = one.incident.brand == new.incident.brand
    rule = _kind(one.incident) == _kind(new.incident)
    return Likeness(
        incident=one.incident,
        score=SAME_BRAND * brand + SAME_RULE * rule + WORDS * overlap,
        same_brand=brand,
        same_rule=rule,
        words=tuple(sorted(shared, key=lambda word: (-rarity[word], word))),
        lesson=one.lesson,
    )


def _kind(incident: Incident) -> str:
    """``share`` of ``share_1h``."""
    return incident.evidence.rule.partition("_")[0]
