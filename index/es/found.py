"""A post as it was found in the cluster, and what a change of it means for what hangs on it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from index.es.documents import Stored
from index.es.hanging import OVERALL, engagement_sources, mention_sources
from index.es.layout import mention_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A post's place, and what stands there."""

    partition: str
    n: int
    stored: Stored | None = None
    """``None``: the place was taken by someone who was then killed, or is about to write."""

    version: int = 0
    attempt: int = 0
    """How often a change was refused since."""

    @property
    def next(self) -> int | None:
        """The version that a change of the post itself bears: exactly the next one, so that of two
        changes made from the same state one is refused. ``None``: the post is to be made.
        """
        return self.version + 1 if self.version else None

    @property
    def next_hanging(self) -> int:
        """What hangs on the post may bear a version of a writer that was killed, or of a post that
        was removed: each refusal reaches four times as far.
        """
        return self.version + (1 << 2 * self.attempt)


def news(new: Stored, found: Found | None) -> Stored:
    """*new* with those looks at its counts alone that the index does not have as they are now."""
    old = found.stored if found is not None else None
    dated = old is not None and old.post.published_at == new.post.published_at
    if old is None or not dated or brands(old) != brands(new):
        return new
    known = set(old.engagements)
    return replace(new, engagements=tuple(one for one in new.engagements if one not in known))


def brands(stored: Stored) -> set[str]:
    """That it mentions."""
    return {one.brand for one in stored.analysis.mentions} if stored.analysis else set()


def gone(new: Stored, found: Found | None) -> list[str]:
    """Ids of the mentions that the post no longer makes."""
    if found is None or found.stored is None:
        return []
    left = brands(found.stored) - brands(new)
    return [mention_id(new.post.platform, new.post.id, brand, OVERALL) for brand in sorted(left)]


def hanging_ids(new: Stored, found: Found | None) -> list[str]:
    """Ids of all that may be written or deleted with *new*."""
    hanging = [*mention_sources(new), *engagement_sources(new)]
    return [*gone(new, found), *(id for id, _ in hanging)]
