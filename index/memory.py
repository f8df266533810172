"""A dict: for tests and first looks, and the reference meaning of every query."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b
from itertools import islice

from index.edits import revised, sightings, storable, superseded
from index.emotions import storable as storable_reading
from index.forget_memory import Stored
from index.memory_creators import MemoryCreators
from index.memory_query import Cell, Matcher, cells, counts, grouped, in_order
from index.record import regrouped, unknown_post
from index.times import whole
from index.words import keyword_worthy
from tingfeng import (
    SUSPECT_AUTHORS,
    SUSPECT_COPIES,
    Analysis,
    Axis,
    Count,
    Document,
    Engagement,
    Observation,
    Outcome,
    Post,
    Query,
    Step,
)


class MemoryStore(MemoryCreators):
    """Implements :class:`tingfeng.Store`; gone when the program ends."""

    def __init__(self) -> None:
        super().__init__()
        self._came = 0

    def put(self, seen: Iterable[Observation], *, now: datetime) -> list[Outcome]:
        return [self._take(each, now) for each in list(seen)]

    def _take(self, seen: Observation, now: datetime) -> Outcome:
        if self._refuses(seen.post, now):
            return "forgotten"
        post = storable(seen.post)
        stored = self._stored.get(post.key)
        if stored is None:
            self._came += 1
            stored = self._stored[post.key] = Stored(post, whole(now), self._came)
            _observe(stored, seen.engagement, timed=True)
            return "new"
        changed = _revise(stored, post)
        changed |= _observe(stored, seen.engagement, timed=seen.timed)
        return "changed" if changed else "seen"

    def record(self, analyses: Sequence[Analysis], *, of: Mapping[str, str] | None = None) -> None:
        words, known = of or {}, self._stored
        latest = {one.key: one for one in analyses}
        for key in [key for key in latest if key in words]:
            if key not in known or known[key].post.words != words[key]:
                del latest[key]
        found = regrouped(latest.values(), known.__contains__, words)
        for analysis in found:
            for named in (analysis.key, analysis.copy_of):
                if named is not None and named not in known:
                    raise unknown_post(named)
        for analysis in [storable_reading(each) for each in found]:
            known[analysis.key].analysis = analysis

    def unread(self, reader: str, *, limit: int | None = None) -> Iterator[Post]:
        return islice(
            (
                stored.post
                for stored in self._in_order()
                if stored.analysis is None or stored.analysis.reader != reader
            ),
            limit,
        )

    def untagged(self, lexicon: str) -> Iterator[Document]:
        for stored in self._in_order():
            if stored.analysis is not None and stored.analysis.lexicon != lexicon:
                yield self._document(stored)

    def _in_order(self) -> Iterator[Stored]:
        """Posts as they came in, and those that come while the caller works."""
        last = 0
        while True:
            after = (each for each in self._stored.values() if each.n > last)
            page = list(islice(after, 500))
            if not page:
                return
            yield from page
            last = page[-1].n

    def recent(self, reader: str, limit: int = 131_072) -> Iterator[Analysis]:
        readings = [stored.analysis for stored in self._stored.values()]
        printed = [
            each
            for each in readings
            if each is not None and each.reader == reader and each.fingerprint
        ]
        for reading in printed[max(0, len(printed) - limit) :]:
            yield Analysis(
                platform=reading.platform,
                id=reading.id,
                reader="",
                lexicon="",
                fingerprint=reading.fingerprint,
                copy_of=reading.copy_of,
            )

    def get(self, key: str) -> Document | None:
        stored = self._stored.get(key)
        return None if stored is None else self._document(stored)

    def copies(self, root: str) -> Iterator[Document]:
        found = self._documents()
        return (one for one in found if one.analysis is not None and one.analysis.copy_of == root)

    def search(self, query: Query) -> Iterator[Document]:
        found = list(enumerate(self._documents()))
        match = Matcher(query)
        matching = [(n, document) for n, document in found if match(document)]
        return (document for _, document in islice(in_order(matching, query), query.limit))

    def count(
        self, query: Query, by: Sequence[Axis] = (), *, step: Step | None = None
    ) -> list[Count]:
        return counts(grouped(self._cells(query, by, step)))

    def voices(
        self, query: Query, by: Sequence[Axis] = (), *, step: Step | None = None
    ) -> list[Count]:
        voices: dict[object, list[Cell]] = defaultdict(list)
        for cell in self._cells(query, by, step):
            voices[cell.by, cell.voice].append(cell)
        return counts(grouped(min(same, key=lambda cell: cell.rank) for same in voices.values()))

    def stamps(self, query: Query, *, step: Step) -> Mapping[tuple[str, datetime], str]:
        """By brand and step: a text that is another one once anything has changed of what is meant
        by *query* there. What has no posts is left out.
        """
        found: dict[tuple[str, datetime], list[str]] = defaultdict(list)
        for document in self._documents():
            for cell in cells(document, query, ("brand", "time"), step):
                brand, begin = cell.by
                assert isinstance(begin, datetime)
                found[str(brand), begin].append(repr(document))
        return {
            place: blake2b("\n".join(told).encode(), digest_size=6).hexdigest()
            for place, told in found.items()
        }

    def _cells(self, query: Query, by: Sequence[Axis], step: Step | None) -> list[Cell]:
        return [cell for document in self._documents() for cell in cells(document, query, by, step)]

    def authors(self, query: Query) -> int:
        match = Matcher(query)
        posts = [document.post for document in self._documents() if match(document)]
        return len({post.author.id for post in posts if post.author is not None})

    def terms(self, query: Query) -> Mapping[str, int]:
        match, found = Matcher(query), Counter[str]()
        for document in self._documents():
            if document.analysis is not None and match(document):
                found.update(set(document.analysis.tokens))
        return {token: posts for token, posts in found.items() if keyword_worthy(token)}

    def totals(self) -> Mapping[str, int]:
        documents = self._documents()
        readings = [each.analysis for each in documents if each.analysis is not None]
        return {
            "posts": len(documents),
            "comments": sum(each.post.kind == "comment" for each in documents),
            "read": len(readings),
            "unread": len(documents) - len(readings),
            "no_text": sum(reading.sentiment is None for reading in readings),
            "undated": sum(each.post.published_at is None for each in documents),
            "mentions": sum(len(reading.mentions) for reading in readings),
            "bytes": 0,
        }

    def observations(self, key: str) -> list[Observation]:
        stored = self._stored.get(key)
        if stored is None:
            return []
        counted = [stored.engagements[at] for at in sorted(stored.engagements)]
        return sightings(_versions(stored), counted)

    def close(self) -> None:
        """Nothing is held."""

    def _documents(self) -> list[Document]:
        suspects, names = self._suspects(), self._names()
        return [self._document(stored, suspects, names) for stored in self._stored.values()]

    def _document(
        self,
        stored: Stored,
        suspects: set[str] | None = None,
        names: Mapping[str, str] | None = None,
    ) -> Document:
        suspects = self._suspects() if suspects is None else suspects
        names = self._names() if names is None else names
        reading = stored.analysis
        return Document(
            post=self._named(stored.post, names),
            analysis=reading,
            engagement=stored.latest,
            indexed_at=stored.indexed_at,
            suspected=reading is not None and reading.copy_of in suspects,
            earlier=tuple(post.words for post in stored.earlier),
        )

    def _suspects(self) -> set[str]:
        groups = defaultdict(list)
        for stored in self._stored.values():
            reading = stored.analysis
            if reading is not None and reading.copy_of and stored.post.kind != "repost":
                groups[reading.copy_of].append(stored.post.author)
        return {
            root
            for root, authors in groups.items()
            if len(authors) >= SUSPECT_COPIES
            and len({each.id for each in authors if each is not None}) >= SUSPECT_AUTHORS
        }


def _revise(stored: Stored, seen: Post) -> bool:
    old, new = stored.post, revised(stored.post, seen)
    if new == old:
        return False
    if new.collected_at != old.collected_at:
        stored.earlier.append(old)
    stored.earlier = [post for post in stored.earlier if not superseded(post, new)]
    if new.words != old.words:
        stored.analysis = None
    stored.post = new
    return True


def _observe(stored: Stored, engagement: Engagement | None, *, timed: bool) -> bool:
    if engagement is None:
        return False
    at, latest = whole(engagement.observed_at), stored.latest
    if at in stored.engagements:
        return False
    if not timed and latest is not None and latest.counts == engagement.counts:
        return False
    stored.engagements[at] = replace(engagement, observed_at=at)
    return True


def _versions(stored: Stored) -> list[Post]:
    now = stored.post
    old = [
        replace(now, title=post.title, text=post.text, collected_at=post.collected_at)
        for post in stored.earlier
    ]
    return [*old, now]
