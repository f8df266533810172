"""Where creators live: what sources said of them, their posts, what people said, and scores."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol

from tingfeng.core.analysis import Document
from tingfeng.core.creator import CreatorEntry, Provenance, Snapshot
from tingfeng.core.post import Engagement, Kind

CreatorOutcome = Literal["new", "changed", "seen", "objected", "expired"]
"""``new``: a creator not stored before. ``changed``: another snapshot of a known one. ``seen``: this
very snapshot is stored. ``objected``: refused, the creator asked for that. ``expired``: refused, it
may no longer be kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatorCard:
    """All that holds of one creator's account at one moment, folded from its snapshots."""

    snapshot: Snapshot
    """Of each field the latest that is said and has not expired; of maps, audiences and prices, of
    each entry. Its provenance is that of the latest snapshot."""

    said_by: Mapping[str, Provenance]
    """Who says a field, by its name; ``medians.likes``, ``audience.gender``, ``price.video`` of the
    entries, with ``.declared`` or ``.undeclared`` behind where that is said."""

    followers: tuple[tuple[date, int], ...] = ()
    """By day (Asia/Shanghai), oldest first; of several on one day the last."""

    published: tuple[tuple[date, int], ...] = ()
    """Likewise, how many posts the account shows."""

    snapshots: int = 1
    """How many it is folded from."""

    expires_at: datetime
    """When the last of it expires."""

    @property
    def key(self) -> str:
        """Identity of the account, ``platform:id``."""
        return self.snapshot.key


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatorPost:
    """One post of a creator, as narrow as scoring needs it."""

    key: str
    kind: Kind
    published_at: datetime | None
    engagement: Engagement | None
    """The latest."""

    facts: str | None
    """What :meth:`CreatorStore.keep_facts` was given; ``None``: nothing since its words or reading
    changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentCount:
    """The comments under one post of a creator."""

    comments: int
    voices: int
    """Distinct commenters after near-duplicates are one."""

    copies: int
    """How many of them belong to a near-duplicate group of two or more."""

    timed: int
    """How many say when they were written, to the hour."""

    night: int
    """How many of these between 02:00 and 05:00 Asia/Shanghai."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRun:
    """One reckoning of scores: what was asked, of what, and when."""

    id: str
    at: datetime
    config: str
    """Hash of target, weights, curves and version of the code: the same inputs under the same
    config give the same scores."""

    inputs: str
    """Hash of the profiles."""

    brand: str = ""
    preset: str = ""
    about: Mapping[str, str] = field(default_factory=dict)
    """Whatever else tells runs apart."""


class CreatorStore(Protocol):
    """Where creators live. Every call is one transaction, unless it walks."""

    def put_creators(
        self,
        snapshots: Iterable[Snapshot],
        *,
        hashed: Callable[[str, str], str],
        now: datetime,
    ) -> list[CreatorOutcome]:
        """Take in snapshots; the outcome of each. *hashed* is
        :meth:`~tingfeng.core.privacy.Privacy.author`: by it the posts of a creator are found, those
        stored already and those to come, and from now on they bear the creator's name.
        """

    def snapshots(self, key: str) -> list[Snapshot]:
        """All that is stored of one account, oldest first."""

    def creators(
        self, keys: Iterable[str] | None = None, *, platform: str | None = None, now: datetime
    ) -> Iterator[CreatorCard]:
        """Folded, in the order in which they came in; of these *keys* only, or of one platform."""

    def documents_of(self, key: str, since: datetime | None = None) -> Iterator[Document]:
        """The creator's posts, newest first, those without a date last; all kinds."""

    def unfounded(self, version: str, since: datetime) -> Iterator[Document]:
        """Read posts of creators, published since then, for which no facts of *version* are kept.
        Facts of another version are dropped. Safe to interleave with :meth:`keep_facts`.
        """

    def keep_facts(self, version: str, facts: Mapping[str, str]) -> None:
        """Keep a small text by key of post, to be made again whenever the post's words or reading
        change.
        """

    def works(
        self, since: datetime, keys: Iterable[str] | None = None
    ) -> Iterator[tuple[str, Sequence[CreatorPost]]]:
        """Each creator's key with the posts (no comments, no reposts) published since then, newest
        first, in the order of :meth:`creators`; creators without any are left out.
        """

    def commented(self, since: datetime) -> Mapping[str, CommentCount]:
        """By key of a creator's post published since then, where comments under it are stored."""

    def note_creators(self, entries: Sequence[CreatorEntry]) -> None:
        """Put what people said behind what was said before. Raises StoreError for a creator that
        is not stored, a link of an account to itself, and a risk without proof.
        """

    def creator_log(self, key: str | None = None) -> list[CreatorEntry]:
        """All that was said, or what names one account, in the order in which it was."""

    def forget_creator(
        self, key: str, *, author: str, now: datetime, by: str = "", reason: str = ""
    ) -> bool:
        """Remove snapshots, entries, scores and the name on the posts, and refuse what comes of
        this account; whether anything was there. *author* is its keyed hash: the only thing that
        stays, beside a line in the audit. The posts stay without a name: see
        :meth:`~tingfeng.core.ports.PostStore.forget`, which does this too.
        """

    def expire_creators(self, now: datetime) -> int:
        """Remove snapshots past their expiry, and creators of whom none is left, with all that is
        kept of them; how many snapshots went.
        """

    def keep_scores(self, run: ScoreRun, scores: Mapping[str, str]) -> None:
        """Keep scores, by key as JSON, under *run*; may be called again for more of the same run."""

    def score_runs(self) -> list[ScoreRun]:
        """Oldest first."""

    def scores(self, run: str, keys: Iterable[str] | None = None) -> Iterator[tuple[str, str]]:
        """Key and JSON of one run, in the order of :meth:`creators`."""


__all__ = [
    "CommentCount", "CreatorCard", "CreatorOutcome", "CreatorPost", "CreatorStore", "ScoreRun",
]  # fmt: skip
