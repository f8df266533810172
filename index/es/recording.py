"""Readings on their way into the cluster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from index.emotions import storable
from index.es.documents import Stored
from index.es.found import Found
from index.es.groups import Groups, touched
from index.es.posts import Posts
from index.facts import Key, split_key
from index.record import regrouped, unknown_post
from tingfeng import Analysis

CHUNK = 500
"""Readings written together."""


class Recording:
    """One call of record."""

    def __init__(self, posts: Posts, groups: Groups, of: Mapping[str, str]) -> None:
        self._posts, self._groups, self._of = posts, groups, of

    def keep(self, analyses: Sequence[Analysis]) -> None:
        """Keep them in place of earlier readings of the same posts."""
        given = {one.key: one for one in analyses}
        latest = {split_key(one.key): one for one in map(storable, self._checked(given))}
        keys = list(latest)
        for start in range(0, len(keys), CHUNK):
            waiting, attempt = set(keys[start : start + CHUNK]), 0
            while waiting:
                waiting, attempt = self._keep(latest, waiting, attempt), attempt + 1
        # Their posts stay unread, and the dead letters tell why; the next put is not about them.
        self._posts.dead.clear()

    def _checked(self, given: Mapping[str, Analysis]) -> list[Analysis]:
        """Those whose post is there, and is the one that was read."""
        roots = {one.copy_of for one in given.values() if one.copy_of}
        found = self._posts.find(map(split_key, {*given, *roots}))
        words = {one.stored.post.key: one.stored.post.words for one in found.values() if one.stored}
        of = self._of
        meant = [one for key, one in given.items() if key not in of or words.get(key) == of[key]]
        readings = regrouped(meant, words.__contains__, of)
        for reading in readings:
            for named in (reading.key, reading.copy_of):
                if named is not None and named not in words:
                    raise unknown_post(named)
        return readings

    def _keep(self, latest: Mapping[Key, Analysis], keys: set[Key], attempt: int) -> set[Key]:
        changes: list[tuple[Stored, Found]] = []
        roots: set[str] = set()
        for key, found in self._posts.find(keys).items():
            old = found.stored
            if old is None or self._of.get(old.post.key, old.post.words) != old.post.words:
                continue
            # Who leaves a group for none is no member that a judgement of the group would meet.
            grouped = latest[key].copy_of is not None
            new = replace(old, analysis=latest[key], suspected=old.suspected and grouped)
            roots |= touched(old, new)
            changes.append((new, replace(found, attempt=attempt)))
        note = self._groups.plan(roots)
        refused = self._posts.write(changes)
        self._posts.clear(refused)
        self._groups.judge(roots, note)
        return refused
