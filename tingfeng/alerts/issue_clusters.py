"""What the negative posts of the last day are about, as far as it is new: clusters of posts by
different people that share words which were not said like this in the two weeks before.

Words that many people say together are joined to an issue; the posts that say two of its words are
its posts. So several phrasings of one thing meet in the words that they share, and one post by a
thousand accounts is still one phrasing. No order of posts matters.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

from tingfeng.alerts.bins import Bin
from tingfeng.alerts.issue_past import DAYS, Past
from tingfeng.alerts.issue_sketch import Sketch, unpacked
from tingfeng.alerts.tail import negative_binomial_score

AUTHORS = 3
"""Who must say a word, and two words together, for it to count at all."""

ALONE = 6
"""Who must say a word for it to be an issue without another one."""

LIFT = 4.0
"""So many times as often as usual a word must be said: a crisis makes every complaint louder, and
what is said at all times names no issue."""

TOGETHER = 0.3
"""Cosine from which two words are of one issue. Lower, words of anger that go with everything chain
two crises to one; higher, one crisis falls into its phrasings."""

SHARED = 0.34
"""Share of the smaller cluster's posts from which two are one: a side of the same thing."""

COPIES = 3.0
"""One text by however many accounts counts as so many voices at most: fewer than an issue needs, so
that a reply bomb opens none."""

DISPERSION = 1.0
"""Complaints come in fits: variance μ + μ² rather than μ."""


class Heard(NamedTuple):
    """A sketch, and where it stood."""

    sketch: Sketch
    bin: int
    platform: str
    weight: float
    """For how many voices it stands where not all were kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Posts that speak of one thing."""

    terms: tuple[tuple[int, int], ...]
    """And by how many people each is said, most first."""
    members: tuple[Heard, ...]
    said: frozenset[int]
    """Words that are new, whatever cluster they belong to, and that two of its people say."""
    authors: int
    voices: float
    """The same with copies damped: see :data:`COPIES`."""
    count: float
    """Voices, with those that were not kept."""
    usual: float
    """Such posts in a day, by the two weeks before."""
    days: float
    """That were compared with."""
    daily: float
    """Negative voices in a usual day, whatever they say."""
    score: float
    """-log10 of the chance to hear so many voices where *usual* is to be expected."""
    last: int
    """Bin of the latest."""

    @property
    def words(self) -> frozenset[int]:
        """Its terms."""
        return frozenset(term for term, _ in self.terms)

    @property
    def posts(self) -> frozenset[int]:
        """Its posts."""
        return frozenset(one.sketch.post for one in self.members)

    @property
    def marks(self) -> frozenset[int]:
        """By which rules count its posts."""
        return frozenset(one.sketch.mark for one in self.members) - {0}

    @property
    def followers(self) -> int:
        """Of its biggest negative author."""
        return max((one.sketch.followers for one in self.members if one.sketch.negative), default=0)

    @property
    def redline(self) -> int:
        """Voices with red-line words."""
        return len(
            {(one.bin, one.sketch.group, one.sketch.author)
             for one in self.members if one.sketch.redline}
        )  # fmt: skip

    @property
    def platforms(self) -> dict[str, int]:
        """How many people say it where."""
        people: dict[str, set[int]] = defaultdict(set)
        for one in self.members:
            if one.sketch.negative:
                people[one.platform].add(one.sketch.author)
        return {name: len(found) for name, found in sorted(people.items()) if name}


def heard(day: Iterable[tuple[int, Bin]]) -> list[Heard]:
    """What was kept of the bins of a day."""
    found = []
    for number, bin in day:
        if not bin.said:
            continue
        total, sketches = unpacked(bin.said)
        kept = len({(one.group, one.author) for one in sketches if one.negative})
        weight = max(1.0, total / kept) if kept else 1.0
        names = list(bin.counts)
        for one in sketches:
            place = names[one.platform] if one.platform < len(names) else ""
            found.append(Heard(one, number, place, weight))
    return found


def clusters(voices: Sequence[Heard], past: Past) -> tuple[Cluster, ...]:
    """Those among *voices*, the loudest first."""
    people: dict[int, dict[int, float]] = defaultdict(dict)
    for one in voices:
        if one.sketch.negative:
            for term in one.sketch.terms:
                said = people[term]
                author = one.sketch.author
                said[author] = max(said.get(author, 0.0), one.weight)
    often = {term: said for term, said in people.items() if len(said) >= AUTHORS}
    if not often:
        return ()
    new = {
        term: len(said)
        for term, said in often.items()
        if sum(said.values()) >= LIFT * (past.rate(term) + 0.5 / (past.days or 1))
    }
    groups = [frozenset(group) for group in _joined(voices, new)]
    made = [_members(voices, group) for group in _merged(voices, groups)]
    totals = _totals(voices)
    found = [_cluster(group, members, new, past, totals) for group, members in made]
    return tuple(sorted(found, key=lambda one: (-one.voices, -one.authors, one.terms)))


def _totals(voices: Sequence[Heard]) -> float:
    seen = {(one.bin, one.sketch.group, one.sketch.author): one.weight
            for one in voices if one.sketch.negative}  # fmt: skip
    return sum(seen.values())


def _joined(voices: Sequence[Heard], new: Mapping[int, int]) -> list[set[int]]:
    """Words that are said together, joined."""
    together: dict[tuple[int, int], set[int]] = defaultdict(set)
    for one in voices:
        if one.sketch.negative:
            mine = sorted(term for term in one.sketch.terms if term in new)
            for pair in combinations(mine, 2):
                together[pair].add(one.sketch.author)
    root = {term: term for term in new}

    def find(term: int) -> int:
        while root[term] != term:
            term = root[term]
        return term

    for (a, b), both in sorted(together.items()):
        if len(both) >= AUTHORS and len(both) >= TOGETHER * math.sqrt(new[a] * new[b]):
            low, high = sorted((find(a), find(b)))
            root[high] = low
    groups: dict[int, set[int]] = defaultdict(set)
    for term in new:
        groups[find(term)].add(term)
    return [
        group
        for _, group in sorted(groups.items())
        if len(group) > 1 or any(new[term] >= ALONE for term in group)
    ]


def _members(
    voices: Sequence[Heard], group: frozenset[int]
) -> tuple[frozenset[int], tuple[Heard, ...]]:
    least = min(len(group), 2)
    return group, tuple(one for one in voices if len(group & one.sketch.terms) >= least)


def _merged(voices: Sequence[Heard], groups: list[frozenset[int]]) -> list[frozenset[int]]:
    """Groups whose posts are mostly those of another are one with it."""
    posts = [
        {one.sketch.post for one in _members(voices, group)[1] if one.sketch.negative}
        for group in groups
    ]
    order = sorted(range(len(groups)), key=lambda i: (-len(posts[i]), sorted(groups[i])))
    kept: list[tuple[frozenset[int], set[int]]] = []
    for i in order:
        group, mine = groups[i], posts[i]
        for place, (other, theirs) in enumerate(kept):
            if len(mine & theirs) >= SHARED * min(len(mine), len(theirs)):
                kept[place] = (other | group, theirs | mine)
                break
        else:
            kept.append((group, set(mine)))
    return [group for group, _ in kept]


def _cluster(
    group: frozenset[int],
    members: tuple[Heard, ...],
    new: Mapping[int, int],
    past: Past,
    total: float,
) -> Cluster:
    weights: dict[int, float] = {}
    texts: dict[int, int] = {}
    said: dict[int, set[int]] = defaultdict(set)
    for one in members:
        author = one.sketch.author
        if one.sketch.negative:
            weights[author] = max(weights.get(author, 0.0), one.weight)
            for term in one.sketch.terms:
                if term in new:
                    said[term].add(author)
            # Of several texts by one author one counts, whichever order they came in.
            texts[author] = min(texts.get(author, one.sketch.group), one.sketch.group)
    voices = sum(min(float(size), COPIES) for size in Counter(texts.values()).values())
    count = sum(weights.values())
    days = min(past.days, DAYS)
    usual = (past.alike(group) + 0.5) / days if days else math.inf
    # Where all else is louder than usual, each thing that is said is.
    louder = max(1.0, (total - count) / past.negatives) if past.negatives else 1.0
    expected = usual * louder
    score = negative_binomial_score(int(voices), expected, DISPERSION) if days else 0.0
    return Cluster(
        terms=tuple(sorted(((term, new[term]) for term in group), key=lambda one: (-one[1], one[0]))),
        members=members,
        said=frozenset(term for term, people in said.items() if len(people) > 1),
        authors=len(texts),
        voices=voices,
        count=count,
        usual=usual,
        days=days,
        daily=past.negatives,
        score=score if voices > expected else 0.0,
        last=max((one.bin for one in members if one.sketch.negative), default=0),
    )  # fmt: skip
