"""From scores to a matrix: prices, agencies and audiences of whoever may be chosen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import isnan
from typing import TYPE_CHECKING

from tingfeng.core.message import Message
from tingfeng.core.query import Query
from tingfeng.pipeline.kol_profiles import DAYS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tingfeng.kol.crowd import Crowd
    from tingfeng.kol.matrix import Candidate
    from tingfeng.kol.sketch import Sketch
    from tingfeng.pipeline.kol_score import Scored
    from tingfeng.pipeline.kol_target import Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Who may be chosen, and whom the brand wants to reach."""

    candidates: tuple[Candidate, ...]
    crowd: Crowd
    unpriced: int
    """Creators without a price in the currency asked for: they cannot be weighed."""
    review: frozenset[str] = frozenset()
    """Keys of whom a person must look at before any contract."""

    @property
    def people(self) -> NDArray[np.float64]:
        """Wanted people by segment."""
        return self.crowd.people


def field_of(found: Scored, asked: Wanted) -> Field:
    """All priced creators as candidates; who is vetoed or not known well enough is barred, and says
    why.
    """
    from tingfeng.kol.crowd import PEOPLE, crowd
    from tingfeng.kol.matrix import Candidate

    rated, measures = found.ratings, found.ratings.measures
    cards = {card.key: card for card in found.store.creators(now=found.now)}
    audiences = [cards[key].snapshot.audience if key in cards else () for key in measures.keys]
    reached = crowd(rated, audiences, people={**PEOPLE, **asked.people})
    sketches = _sketches(found)
    candidates = []
    for row, key in enumerate(measures.keys):
        price = float(measures.price[row])
        if isnan(price) or key not in cards:
            continue
        followers = rated.effective[row]
        tier = rated.tiers.of(
            measures.platforms[row], None if isnan(followers) else round(followers)
        )
        candidates.append(
            Candidate(
                key=key, name=measures.names[row], platform=measures.platforms[row], tier=tier,
                price=price, fit=float(rated.value[row]), reach=reached.reach[row],
                category=measures.categories[row], agency=cards[key].snapshot.agency or "",
                rival=float(measures.rival[row]) <= _LATELY, barred=_BARS.get(rated.verdicts[row]),
                sketch=sketches.get(key),
            )
        )  # fmt: skip
    return Field(
        candidates=tuple(candidates),
        crowd=reached,
        unpriced=len(measures) - len(candidates),
        review=frozenset(
            key for key, said in zip(measures.keys, rated.verdicts, strict=True) if said == "review"
        ),
    )


_LATELY = 90
"""Days since work for a competitor."""

_BARS: Mapping[str, Message] = {
    "vetoed": Message("已淘汰", "vetoed"),
    "not enough data": Message("数据不足", "not enough data"),
}


def _sketches(found: Scored) -> dict[str, Sketch]:
    """By creator: who answers under its posts, by keyed hash. One walk through the stored comments."""
    from tingfeng.kol.sketch import Sketch

    since = found.now - timedelta(days=DAYS)
    owner = {post.key: key for key, posts in found.store.works(since) for post in posts if post.key}
    people: dict[str, set[str]] = defaultdict(set)
    for document in found.store.search(Query(kinds=("comment",), since=since)):
        post = document.post
        key = owner.get(f"{post.platform}:{post.parent}") if post.parent else None
        if key and post.author and post.author.id:
            people[key].add(post.author.id)
    return {key: Sketch.of(voices) for key, voices in people.items()}


__all__ = ["Field", "field_of"]
