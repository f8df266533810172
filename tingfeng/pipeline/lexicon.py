"""Each alias of a lexicon on stored posts, before it is saved."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from tingfeng.core.brand import Alias, Brand
from tingfeng.core.ports import PostStore
from tingfeng.core.query import Query

AROUND = 12
"""Characters shown to either side of an example."""


class Candidate(Protocol):
    """A place where an alias stands; see :class:`nlp.mentions.Candidate`."""

    @property
    def brand(self) -> str:
        """Name of the brand."""

    @property
    def alias(self) -> str:
        """Entry of the lexicon."""

    @property
    def start(self) -> int:
        """Offset of the first character."""

    @property
    def end(self) -> int:
        """Offset behind the last."""

    @property
    def accepted(self) -> bool:
        """Whether it means the brand."""

    @property
    def rule(self) -> str:
        """Why."""


@dataclass(slots=True, kw_only=True)
class Line:
    """One alias with one verdict for one reason."""

    brand: str
    alias: str
    accepted: bool
    rule: str
    mentions: int = 0
    posts: int = 0
    examples: list[str]
    """What stands around it, each with the key of its post."""


def tried(
    known: Sequence[Brand], names: Sequence[str], trial: Sequence[Alias]
) -> tuple[Brand, ...]:
    """What a test is about: the brands *names* of those *known*, all without any; or the aliases on
    *trial*, as the first of *names*.
    """
    if trial:
        return (Brand(name=names[0] if names else trial[0].text, aliases=tuple(trial)),)
    return tuple(one for one in known if not names or one.name in names)


def test_lexicon(
    store: PostStore,
    explain: Callable[[str], Iterable[Candidate]],
    *,
    examples: int,
    limit: int,
) -> tuple[list[Line], int]:
    """Try a lexicon on the newest *limit* posts; its lines by brand, and posts looked at."""
    lines: dict[tuple[str, str, bool, str], Line] = {}
    looked = 0
    for document in store.search(Query(limit=limit)):
        looked += 1
        words, met = document.post.words, set()
        for one in explain(words):
            rule = _reason(one.rule)
            key = (one.brand, one.alias, one.accepted, rule)
            line = lines.get(key)
            if line is None:
                line = lines[key] = Line(
                    brand=one.brand, alias=one.alias, accepted=one.accepted, rule=rule,
                    examples=[],
                )  # fmt: skip
            line.mentions += 1
            if key not in met:
                met.add(key)
                line.posts += 1
                if len(line.examples) < examples:
                    line.examples.append(f"{_around(words, one)}（{document.post.key}）")
    ordered = sorted(
        lines.values(), key=lambda one: (one.brand, one.alias, not one.accepted, -one.posts)
    )
    return ordered, looked


def _reason(rule: str) -> str:
    """*rule* as one line of the table: of a probability (``model:0.93``) the first decimal."""
    return rule[:-1] if re.fullmatch(r"model:\d\.\d\d", rule) else rule


def _around(words: str, one: Candidate) -> str:
    left, right = words[max(one.start - AROUND, 0) : one.start], words[one.end : one.end + AROUND]
    return " ".join(f"{left}【{words[one.start : one.end]}】{right}".split())


def completed(brand: Brand) -> Brand:
    """*brand*; without aliases, with what is known of its name."""
    if any(alias.entity == "brand" for alias in brand.aliases):
        return brand
    from nlp.nicknames import suggest

    return replace(brand, aliases=(*suggest(brand.name), *brand.aliases))
