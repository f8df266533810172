"""From questions about names to places: whose clause is whose, and what is known of each name."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.clauses import Span, clause
from nlp.mention_features import Place
from nlp.mentions import Candidate
from nlp.sense import known_names
from nlp.surface import plain
from tingfeng import Asked

_RULES = {
    "near": "near", "topic": "near", "official": "near", "never": "never",
    "no context": "no context", "plain": "plain", "boundary": "plain", "again": "plain",
    "account": "account",
}  # fmt: skip
"""What the rules of :mod:`nlp.mentions` come down to for a name in :mod:`nlp.nicknames`; of several
houses with one name the first that holds."""


def placed(asked: Sequence[Asked]) -> list[Place]:
    """The places asked about, in order. Rivals of a name are the other names asked about in the
    same text, and every brand there that is shipped with this package.
    """
    together: dict[str, list[int]] = {}
    for number, one in enumerate(asked):
        together.setdefault(one.text, []).append(number)
    places: dict[int, Place] = {}
    for text, numbers in together.items():
        known, folded = known_names(text), plain(text)
        spans = [(asked[number].start, asked[number].end) for number in numbers]
        for number in numbers:
            one = asked[number]
            rivals = _rivals(text, (one.start, one.end), spans, known)
            span = clause(text, one.start, one.end, rivals)
            places[number] = Place(
                text, folded, one.start, one.end, span, rivals, one.register, _rule(one, known)
            )
    return [places[number] for number in range(len(asked))]


def _rule(one: Asked, known: Sequence[Candidate]) -> str:
    if one.hint is not None:
        return "near" if one.hint >= 0.5 else "never"
    here = {c.rule.partition(":")[0] for c in known if (c.start, c.end) == (one.start, one.end)}
    return next((found for rule, found in _RULES.items() if rule in here), "")


def _rivals(
    text: str, own: Span, spans: Sequence[Span], known: Sequence[Candidate]
) -> tuple[Span, ...]:
    """Where other brands stand: not the same house by another name, as far as that is known."""
    houses: dict[Span, set[str]] = {}
    for one in known:
        if one.accepted:
            houses.setdefault((one.start, one.end), set()).add(one.brand)

    def house(span: Span) -> set[str]:
        return set().union(*(names for place, names in houses.items() if _meet(place, span)))

    mine, name = house(own), plain(text[slice(*own)])
    found = {
        span
        for span in {*spans, *houses}
        if not _meet(span, own) and not house(span) & mine and not _same(text, span, name)
    }
    return tuple(
        sorted(s for s in found if not any(t != s and t[0] <= s[0] and s[1] <= t[1] for t in found))
    )


def _meet(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _same(text: str, span: Span, name: str) -> bool:
    """云雀 and 云雀Pro are of one house."""
    other = plain(text[slice(*span)])
    return other in name or name in other
