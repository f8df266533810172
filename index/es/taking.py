"""Sightings on their way into the cluster: each judged by what is there, again if that changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime

from index.es.documents import Stored
from index.es.found import Found
from index.es.groups import Groups, touched
from index.es.intake import again, first
from index.es.layout import post_id
from index.es.posts import Posts
from index.es.shelf import Shelf
from index.facts import Key
from tingfeng import Observation, Outcome


class Taking:
    """One call of put."""

    def __init__(self, shelf: Shelf, posts: Posts, groups: Groups, now: datetime) -> None:
        self._shelf, self._posts, self._groups, self._now = shelf, posts, groups, now

    def take(self, chunk: Sequence[Observation], barred: AbstractSet[Key]) -> list[Outcome]:
        """The outcome of each, in order; everything is written when this returns.

        *barred*: posts that must not come in.
        """
        outcomes: list[Outcome] = ["forgotten"] * len(chunk)
        waiting = {place: seen for place, seen in enumerate(chunk) if _key(seen) not in barred}
        attempt = 0
        meant: dict[Key, Stored] = {}
        while waiting:
            found = self._posts.find({_key(seen) for seen in waiting.values()})
            mine = {key for key, one in found.items() if _is(one.stored, meant.get(key))}
            waiting = {place: seen for place, seen in waiting.items() if _key(seen) not in mine}
            numbers = self._numbers(waiting.values(), found)
            states = {key: one.stored for key, one in found.items() if one.stored is not None}
            before = dict(states)
            for place, seen in waiting.items():
                key = _key(seen)
                if (known := states.get(key)) is not None:
                    states[key], outcomes[place] = again(known, seen)
                else:
                    there = found[key].partition if key in found else None
                    states[key] = first(seen, n=numbers[key], now=self._now, partition=there)
                    outcomes[place] = "new"
            meant = states
            refused = self._write(before, states, found, attempt)
            waiting = {place: seen for place, seen in waiting.items() if _key(seen) in refused}
            attempt += 1
        dead, self._posts.dead = self._posts.dead, set()
        return [
            "refused" if post_id(*_key(seen)) in dead and outcome != "forgotten" else outcome
            for seen, outcome in zip(chunk, outcomes, strict=True)
        ]

    def _numbers(self, seen: Iterable[Observation], found: dict[Key, Found]) -> dict[Key, int]:
        """Of posts that nobody saw before, in the order in which they come."""
        numbers = {key: one.n for key, one in found.items()}
        new = [key for key in dict.fromkeys(map(_key, seen)) if key not in numbers]
        if new:
            start = self._shelf.number(len(new))
            numbers |= {key: start + place for place, key in enumerate(new)}
        return numbers

    def _write(
        self,
        before: dict[Key, Stored],
        after: dict[Key, Stored],
        found: dict[Key, Found],
        attempt: int,
    ) -> set[Key]:
        """Keys of posts that somebody else wrote meanwhile."""
        changed = {key: new for key, new in after.items() if new is not before.get(key)}
        roots = {root for key, new in changed.items() for root in touched(before.get(key), new)}
        note = self._groups.plan(roots)
        refused = self._posts.write(
            [
                (new, replace(found[key], attempt=attempt) if key in found else None)
                for key, new in changed.items()
            ]
        )
        self._groups.judge(roots, note)
        return refused


def _is(there: Stored | None, meant: Stored | None) -> bool:
    """Whether we were refused by ourselves: the answer to an earlier request was lost."""
    if there is None or meant is None:
        return False
    return replace(there, partition=None) == replace(meant, partition=None)


def _key(seen: Observation) -> Key:
    return seen.post.platform, seen.post.id
