"""Profiles of stored creators: what sources say, what they posted, who answers, what happened.

Creators and their posts are fetched by hundreds, not one by one, so that a hundred thousand take
minutes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from tingfeng.core.creator import CreatorEntry
from tingfeng.core.creator_store import CommentCount, CreatorCard, CreatorPost
from tingfeng.core.ports import Store
from tingfeng.kol.nouns import Profile, Risk, Work
from tingfeng.pipeline import kol_facts
from tingfeng.pipeline.kol_closeness import Closeness

if TYPE_CHECKING:
    from tingfeng.kol.corpus import Corpus

DAYS = 90
"""Age of the works that a profile looks at."""

MOST = 60
"""Works of a profile, the newest."""

PAGE = 500
"""Creators whose posts are fetched, and compared with the brand, at once: 30,000 posts, 30 MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lens:
    """What is asked about."""

    corpus: Corpus | None = None
    """Of the brand; ``None``: closeness is not reckoned."""

    comments: bool = True
    """Whether the comments under works are counted: a walk through all stored comments."""


def profiles(
    store: Store,
    keys: Collection[str] | None = None,
    *,
    now: datetime,
    lens: Lens = Lens(),
    advance: Callable[[int], None] = lambda _: None,
    unread: Callable[[int], None] = lambda _: None,
) -> Iterator[Profile]:
    """The profiles of *keys*, or of all creators, in the order in which they came in.

    Posts that were read since the last call are looked at first (:func:`kol_facts.waiting`);
    *advance* is told how many creators are done, *unread* how many of their works nobody has read.
    """
    since = now - timedelta(days=DAYS)
    around = _Around.of(store, since, comments=lens.comments)
    near = None if lens.corpus is None else Closeness(lens.corpus)
    cards = store.creators(keys, now=now)
    while page := list(islice(cards, PAGE)):
        works = dict(store.works(since, [card.key for card in page]))
        posts = [_recent(works.get(card.key, ()), now) for card in page]
        unread(
            sum(not one.facts and one.published_at is not None for mine in posts for one in mine)
        )
        close = _closeness(near, posts)
        for card, mine in zip(page, posts, strict=True):
            yield _profile(card, mine, close, around)
        advance(len(page))


def _recent(posts: Sequence[CreatorPost], now: datetime) -> Sequence[CreatorPost]:
    """At most :data:`MOST`; what a source dates into the future is not believed."""
    return [one for one in posts if one.published_at is None or one.published_at <= now][:MOST]


def _closeness(
    near: Closeness | None, posts: Sequence[Sequence[CreatorPost]]
) -> Mapping[str, float | None]:
    if near is None:
        return {}
    flat = [one for mine in posts for one in mine]
    values = near.of([one.facts for one in flat])
    return {one.key: value for one, value in zip(flat, values, strict=True)}


def _profile(
    card: CreatorCard,
    posts: Sequence[CreatorPost],
    close: Mapping[str, float | None],
    around: _Around,
) -> Profile:
    counts = [around.comments[one.key] for one in posts if one.key in around.comments]
    comments = sum(one.comments for one in counts)
    timed = sum(one.timed for one in counts)
    return Profile(
        key=card.key,
        snapshot=card.snapshot,
        followers=card.followers,
        published=card.published,
        works=tuple(_works(posts, close, around)),
        copies=sum(one.copies for one in counts) / comments if comments else None,
        commenters=comments,
        night=sum(one.night for one in counts) / timed if timed else None,
        risks=around.risks.get(card.key, ()),
    )


def _works(
    posts: Sequence[CreatorPost], close: Mapping[str, float | None], around: _Around
) -> Iterator[Work]:
    for post in posts:
        count = around.comments.get(post.key)
        work = kol_facts.work(post, None if count is None else count.voices, close.get(post.key))
        if work is not None:
            yield work


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """What is known beside the posts."""

    risks: Mapping[str, tuple[Risk, ...]]
    comments: Mapping[str, CommentCount] = field(default_factory=dict)

    @staticmethod
    def of(store: Store, since: datetime, *, comments: bool) -> _Around:
        log = store.creator_log()
        return _Around(risks=risks(log), comments=store.commented(since) if comments else {})


def risks(log: Iterable[CreatorEntry]) -> dict[str, tuple[Risk, ...]]:
    """Risk events by account. What happened to one account of a creator counts for all of them."""
    entries = list(log)
    person = linked(entries)
    events: dict[str, list[Risk]] = defaultdict(list)
    for entry in entries:
        if entry.kind == "risk" and entry.severity is not None:
            event = Risk(kind=entry.value, severity=entry.severity, on=entry.happened_on, proof=entry.proof)  # fmt: skip
            events[person.get(entry.creator, entry.creator)].append(event)
    accounts = {entry.creator for entry in entries} | set(person)
    found = {key: tuple(events.get(person.get(key, key), ())) for key in accounts}
    return {key: mine for key, mine in found.items() if mine}


def linked(log: Iterable[CreatorEntry]) -> dict[str, str]:
    """By account: the first account of the same creator. Only what a person linked is linked, and
    taking one link back leaves the others.
    """
    links: dict[frozenset[str], None] = {}
    for entry in log:
        pair = frozenset((entry.creator, entry.other))
        if entry.kind == "link":
            links[pair] = None
        elif entry.kind == "unlink":
            links.pop(pair, None)
    root: dict[str, str] = {}

    def first(key: str) -> str:
        while root.setdefault(key, key) != key:
            key = root[key]
        return key

    for pair in links:
        one, other = sorted(map(first, sorted(pair)))
        root[other] = one
    return {key: first(key) for key in list(root)}
