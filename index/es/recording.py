"""Readings on their way into the cluster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from index.es.documents import Stored
from index.es.groups import Groups, touched
from index.es.posts import Found, Posts
from index.facts import Key, split_key
from index.record import unknown_post
from tingfeng import Analysis

CHUNK = 500
"""Readings written together."""


class Recording:
    """One call of record."""

    def __init__(self, posts: Posts, groups: Groups, of: Mapping[str, str]) -> None:
        self._posts, self._groups, self._of = posts, groups, of

    def keep(self, analyses: Sequence[Analysis]) -> None:
        """Keep them in place of earlier readings of the same posts."""
        latest = {(each.platform, each.id): each for each in analyses}
        self._check(latest)
        keys = list(latest)
        for start in range(0, len(keys), CHUNK):
            waiting, attempt = set(keys[start : start + CHUNK]), 0
            while waiting:
                waiting, attempt = self._keep(latest, waiting, attempt), attempt + 1

    def _check(self, latest: Mapping[Key, Analysis]) -> None:
        roots = {split_key(each.copy_of) for each in latest.values() if each.copy_of}
        found = self._posts.find({*latest, *roots})
        for key in (*latest, *sorted(roots)):
            if key not in found or found[key].stored is None:
                raise unknown_post(":".join(key))

    def _keep(self, latest: Mapping[Key, Analysis], keys: set[Key], attempt: int) -> set[Key]:
        changes: list[tuple[Stored, Found]] = []
        roots: set[str] = set()
        for key, found in self._posts.find(keys).items():
            old = found.stored
            if old is None or self._of.get(old.post.key, old.post.words) != old.post.words:
                continue
            new = replace(old, analysis=latest[key])
            roots |= touched(old, new)
            changes.append((new, replace(found, extra=attempt)))
        note = self._groups.plan(roots)
        refused = self._posts.write(changes)
        self._groups.judge(roots, note)
        return refused
