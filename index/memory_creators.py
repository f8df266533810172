"""Creators in memory: what they mean in every store."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from index.creator_works import Comment, counted, voice
from index.creators_pack import (
    check_entry,
    digest,
    entry_packed,
    entry_unpacked,
    folded,
    storable,
    unpacked,
)
from index.forget_memory import MemoryRemoval
from index.rows import PRECISE, precision_code
from index.times import seconds, whole
from tingfeng import (
    CommentCount,
    CreatorCard,
    CreatorEntry,
    CreatorOutcome,
    CreatorPost,
    Document,
    Post,
    Removal,
    ScoreRun,
    Snapshot,
)


@dataclass(slots=True)
class _Creator:
    author: str
    platform: str
    said: dict[str, str] = field(default_factory=dict)
    """Packed snapshots by digest, in the order in which they were put."""

    def in_order(self) -> list[Snapshot]:
        return sorted(map(unpacked, self.said.values()), key=_seen)

    @property
    def name(self) -> str:
        return next((one.name for one in reversed(self.in_order()) if one.name), "")


def _seen(snapshot: Snapshot) -> datetime:
    return whole(snapshot.provenance.seen_at)


class MemoryCreators(MemoryRemoval):
    """Implements :class:`tingfeng.CreatorStore`."""

    def __init__(self) -> None:
        super().__init__()
        self._creators: dict[str, _Creator] = {}
        self._entries: list[str] = []
        self._facts: dict[str, tuple[str, Document]] = {}
        self._founded = ""
        self._runs: dict[str, tuple[ScoreRun, dict[str, str]]] = {}

    def _documents(self) -> list[Document]:
        raise NotImplementedError

    def put_creators(
        self,
        snapshots: Iterable[Snapshot],
        *,
        hashed: Callable[[str, str], str],
        now: datetime,
    ) -> list[CreatorOutcome]:
        return [self._take_creator(one, hashed, now) for one in list(snapshots)]

    def _take_creator(
        self, snapshot: Snapshot, hashed: Callable[[str, str], str], now: datetime
    ) -> CreatorOutcome:
        if snapshot.provenance.expires_at <= now:
            return "expired"
        author = hashed(snapshot.platform, snapshot.id)
        if {("creator", author), ("author", author)} & self._refused:
            return "objected"
        text = storable(snapshot)
        said = json.loads(text)
        key = f"{said['platform']}:{said['id']}"
        new = key not in self._creators
        creator = self._creators.setdefault(key, _Creator(author, said["platform"]))
        if digest(text) in creator.said:
            return "seen"
        creator.said[digest(text)] = text
        return "new" if new else "changed"

    def snapshots(self, key: str) -> list[Snapshot]:
        known = self._creators.get(key)
        return [] if known is None else known.in_order()

    def creators(
        self, keys: Iterable[str] | None = None, *, platform: str | None = None, now: datetime
    ) -> Iterator[CreatorCard]:
        wanted = None if keys is None else set(keys)
        for key, creator in list(self._creators.items()):
            if (wanted is None or key in wanted) and platform in {None, creator.platform}:
                texts = sorted(creator.said.values(), key=lambda text: _seen(unpacked(text)))
                lasting = [one for one in texts if unpacked(one).provenance.expires_at > now]
                card = folded(lasting)
                if card is not None:
                    yield card

    def _names(self) -> dict[str, str]:
        return {creator.author: creator.name for creator in self._creators.values()}

    def _named(self, post: Post, names: Mapping[str, str]) -> Post:
        if post.author is None or not names.get(post.author.id):
            return post
        return replace(post, author=replace(post.author, name=names[post.author.id]))

    def _posts_of(self, author: str, since: datetime | None) -> list[Document]:
        found = [one for one in self._documents() if one.post.author is not None]
        mine = [one for one in found if one.post.author and one.post.author.id == author]
        if since is not None:
            mine = [one for one in mine if (at := one.post.published_at) and at >= whole(since)]
        return sorted(mine, key=self._newest_first)

    def _newest_first(self, one: Document) -> tuple[float, int]:
        at = one.post.published_at
        return (float("inf") if at is None else -at.timestamp(), -self._stored[one.post.key].n)

    def documents_of(self, key: str, since: datetime | None = None) -> Iterator[Document]:
        known = self._creators.get(key)
        return iter(() if known is None else self._posts_of(known.author, since))

    def unfounded(self, version: str, since: datetime) -> Iterator[Document]:
        if self._founded != version:
            self._facts.clear()
            self._founded = version
        authors = set(self._names())
        for one in self._documents():
            post = one.post
            if (
                one.analysis is not None
                and post.author is not None
                and post.author.id in authors
                and post.kind not in ("comment", "repost")
                and post.published_at is not None
                and post.published_at >= whole(since)
                and self._fact(one) is None
            ):
                yield one

    def _fact(self, one: Document) -> str | None:
        kept = self._facts.get(one.post.key)
        same = kept is not None and _read(kept[1]) == _read(one)
        return kept[0] if kept is not None and same else None

    def keep_facts(self, version: str, facts: Mapping[str, str]) -> None:
        if version == self._founded:
            known = {one.post.key: one for one in self._documents() if one.post.key in facts}
            self._facts.update((key, (facts[key], one)) for key, one in known.items())

    def works(
        self, since: datetime, keys: Iterable[str] | None = None
    ) -> Iterator[tuple[str, Sequence[CreatorPost]]]:
        wanted = None if keys is None else set(keys)
        for key, creator in list(self._creators.items()):
            if wanted is not None and key not in wanted:
                continue
            posts = [
                CreatorPost(
                    key=one.post.key,
                    kind=one.post.kind,
                    published_at=one.post.published_at,
                    engagement=one.engagement,
                    facts=self._fact(one),
                )
                for one in self._posts_of(creator.author, since)
                if one.post.kind not in ("comment", "repost")
            ]
            if posts:
                yield key, posts

    def commented(self, since: datetime) -> Mapping[str, CommentCount]:
        documents = self._documents()
        groups = Counter(
            one.analysis.copy_of
            for one in documents
            if one.analysis is not None and one.post.kind != "repost"
        )
        mine = {key for key, posts in self._works_of_all(since) for key in posts}
        told: dict[str, list[Comment]] = defaultdict(list)
        for one in documents:
            post = one.post
            under = f"{post.platform}:{post.parent}"
            if post.kind == "comment" and post.parent is not None and under in mine:
                group = None if one.analysis is None else one.analysis.copy_of
                copied = group is not None and groups[group] > 1
                author = None if post.author is None else post.author.id
                at = post.published_at if precision_code(post.precision) <= PRECISE else None
                speaker = voice(author, post.key, group if copied else None)
                told[under].append((speaker, copied, None if at is None else seconds(at)))
        return {key: counted(found) for key, found in told.items()}

    def _works_of_all(self, since: datetime) -> Iterator[tuple[str, list[str]]]:
        for key, creator in self._creators.items():
            yield key, [one.post.key for one in self._posts_of(creator.author, since)]

    def note_creators(self, entries: Sequence[CreatorEntry]) -> None:
        for entry in entries:
            check_entry(entry, self._creators.__contains__)
        self._entries += map(entry_packed, entries)

    def creator_log(self, key: str | None = None) -> list[CreatorEntry]:
        entries = map(entry_unpacked, self._entries)
        return [one for one in entries if key is None or key in _accounts(one)]

    def forget_creator(
        self, key: str, *, author: str, now: datetime, by: str = "", reason: str = ""
    ) -> bool:
        new = ("creator", author) not in self._refused
        self._refused.add(("creator", author))
        posts = len(self._posts_of(author, None))
        found = self._drop_creator(author)
        if new or found:
            line = Removal(at=now, what="creator", subject=author, posts=0, by=by, reason=reason)
            self._audit.append(replace(line, posts=posts if found else 0))
        return found

    def _drop_creator(self, author: str) -> bool:
        keys = [key for key, one in self._creators.items() if one.author == author]
        for key in keys:
            del self._creators[key]
            self._entries = [
                one for one in self._entries if key not in _accounts(entry_unpacked(one))
            ]
            for _, scores in self._runs.values():
                scores.pop(key, None)
        return bool(keys)

    def forget(self, author: str, *, now: datetime, by: str = "", reason: str = "") -> list[str]:
        keys = super().forget(author, now=now, by=by, reason=reason)
        self._drop_creator(author)
        return keys

    def expire_creators(self, now: datetime) -> int:
        gone = 0
        for creator in list(self._creators.values()):
            old = [
                name
                for name, text in creator.said.items()
                if unpacked(text).provenance.expires_at <= now
            ]
            for name in old:
                del creator.said[name]
            gone += len(old)
            if not creator.said:
                self._drop_creator(creator.author)
        return gone

    def keep_scores(self, run: ScoreRun, scores: Mapping[str, str]) -> None:
        kept = self._runs.setdefault(run.id, (run, {}))[1]
        kept.update((key, body) for key, body in scores.items() if key in self._creators)

    def score_runs(self) -> list[ScoreRun]:
        return [run for run, _ in self._runs.values()]

    def scores(self, run: str, keys: Iterable[str] | None = None) -> Iterator[tuple[str, str]]:
        wanted = None if keys is None else set(keys)
        kept = self._runs[run][1] if run in self._runs else {}
        found = [key for key in self._creators if key in kept]
        return iter([(key, kept[key]) for key in found if wanted is None or key in wanted])


def _accounts(entry: CreatorEntry) -> tuple[str, ...]:
    return (entry.creator, entry.other) if entry.kind in ("link", "unlink") else (entry.creator,)


def _read(one: Document) -> object:
    return one.post.words, one.post.published_at, one.analysis
