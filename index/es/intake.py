"""What one sighting makes of a stored post: the same as in every other store."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from index.edits import revised, storable, superseded
from index.es.documents import Stored
from index.times import whole
from tingfeng import Engagement, Observation, Outcome


def first(seen: Observation, *, n: int, now: datetime, partition: str | None = None) -> Stored:
    """A post that nobody had seen."""
    stored = Stored(post=storable(seen.post), n=n, indexed_at=whole(now), partition=partition)
    return _observed(stored, seen.engagement, timed=True)


def again(stored: Stored, seen: Observation) -> tuple[Stored, Outcome]:
    """A post after one more sighting; the very same object if that says nothing new."""
    new = _observed(_revised(stored, seen), seen.engagement, timed=seen.timed)
    return new, "seen" if new is stored else "changed"


def _revised(stored: Stored, seen: Observation) -> Stored:
    old, new = stored.post, revised(stored.post, storable(seen.post))
    if new == old:
        return stored
    earlier = stored.earlier if new.collected_at == old.collected_at else (*stored.earlier, old)
    kept = tuple(post for post in earlier if not superseded(post, new))
    stored = replace(stored, post=new, earlier=kept, partition=stored.place)
    if new.words == old.words:
        return stored
    return replace(stored, analysis=None, suspected=False, vector=None, vector_by="")


def _observed(stored: Stored, engagement: Engagement | None, *, timed: bool) -> Stored:
    if engagement is None:
        return stored
    at = whole(engagement.observed_at)
    latest = stored.engagements[-1] if stored.engagements else None
    if any(each.observed_at == at for each in stored.engagements):
        return stored
    if not timed and latest is not None and latest.counts == engagement.counts:
        return stored
    seen = [*stored.engagements, replace(engagement, observed_at=at)]
    return replace(stored, engagements=tuple(sorted(seen, key=lambda each: each.observed_at)))
