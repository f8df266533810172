"""Changes of a SQLite store, page by page, as what an index must do."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from index import changes, desk
from index.es.bulk_body import Action
from index.es.documents import (
    Source,
    Stored,
    document_id,
    iso,
    post_source,
)
from index.es.encoding import encoded
from index.es.hanging import OVERALL, engagement_sources, mention_sources
from index.es.incidents import incident_source
from index.es.layout import Names, hashed, mention_id
from index.es.packing import packed
from index.rows import documents, engagement
from index.times import moment
from tingfeng import Coverage, Engagement, Incident, Post


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A post as it is now."""

    seq: int
    stored: Stored
    former: tuple[tuple[str, str], ...] = ()
    """Partition and brand of documents that stood elsewhere; brand '' is the post itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """A document that must not be there."""

    seq: int
    family: str
    partition: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Changes of one snapshot, in order."""

    until: int
    """Number of the last one: the position after this page."""

    posts: tuple[Changed, ...] = ()
    gone: tuple[Gone, ...] = ()
    incidents: tuple[tuple[int, Incident], ...] = ()
    coverage: tuple[tuple[int, Coverage], ...] = ()

    def __len__(self) -> int:
        return len(self.posts) + len(self.gone) + len(self.incidents) + len(self.coverage)


def page(db: sqlite3.Connection, after: int, limit: int) -> Page:
    """The first *limit* changes later than *after*; empty: there are none."""
    rows = db.execute(
        "SELECT seq, n, what FROM change WHERE seq > ? ORDER BY seq LIMIT ?", (after, limit)
    ).fetchall()
    words = [(seq, what.split(" ", 2)) for seq, _, what in rows if what is not None]
    return Page(
        until=rows[-1][0] if rows else after,
        posts=tuple(_changed(db, {n: seq for seq, n, _ in rows if n is not None})),
        gone=tuple(
            Gone(seq=seq, family=what[0], partition=what[1], id=what[2])
            for seq, what in words
            if what[0] not in ("incident", "coverage")
        ),
        incidents=tuple(_incidents(db, {w[1]: seq for seq, w in words if w[0] == "incident"})),
        coverage=tuple(
            _coverage(db, {(int(w[1]), w[2]): seq for seq, w in words if w[0] == "coverage"})
        ),
    )


def _changed(db: sqlite3.Connection, seqs: Mapping[int, int]) -> Iterator[Changed]:
    numbers = list(seqs)
    chosen = (json.dumps(numbers),)
    former: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for n, published, brand in db.execute(changes.FORMER, chosen):
        former[n].append((changes.place(published), brand))
    for stored in read(db, numbers):
        yield Changed(seq=seqs[stored.n], stored=stored, former=tuple(former.get(stored.n, ())))


_OBSERVED = (
    "SELECT e.n, e.observed, e.likes, e.comments, e.reposts, e.favorites, e.views, e.coins, e.heat"
    " FROM json_each(?) j CROSS JOIN engagement e ON e.n = j.value ORDER BY e.n, e.observed"
)
_EARLIER = (
    "SELECT t.n, t.title, t.text, t.collected FROM json_each(?) j"
    " CROSS JOIN earlier t ON t.n = j.value ORDER BY t.n, t.collected"
)


def read(db: sqlite3.Connection, numbers: Sequence[int]) -> Iterator[Stored]:
    """All that is known of the posts with these numbers, in that order."""
    chosen = (json.dumps(list(numbers)),)
    observed: dict[int, list[Engagement]] = defaultdict(list)
    for n, *row in db.execute(_OBSERVED, chosen):
        observed[n].append(engagement(row))
    earlier: dict[int, list[tuple[str, str, int]]] = defaultdict(list)
    for n, title, text, collected in db.execute(_EARLIER, chosen):
        earlier[n].append((title, text, collected))
    for n, found in zip(numbers, documents(db, numbers), strict=True):
        yield Stored(
            post=found.post,
            n=n,
            indexed_at=found.indexed_at,
            analysis=found.analysis,
            earlier=tuple(_earlier(found.post, earlier.get(n, ()))),
            engagements=tuple(observed.get(n, ())),
            suspected=found.suspected,
        )


def _earlier(post: Post, rows: Sequence[tuple[str, str, int]]) -> Iterator[Post]:
    for title, text, collected in rows:
        yield replace(post, title=title, text=text, collected_at=moment(collected))


def _incidents(db: sqlite3.Connection, seqs: Mapping[str, int]) -> Iterator[tuple[int, Incident]]:
    if seqs:
        for incident in desk.incidents(db, None, False):
            if incident.id in seqs:
                yield seqs[incident.id], incident


def _coverage(
    db: sqlite3.Connection, seqs: Mapping[tuple[int, str], int]
) -> Iterator[tuple[int, Coverage]]:
    for (hour, source), seq in seqs.items():
        for each in desk.coverage(db, moment(hour), moment(hour + 1)):
            if each.source == source:
                yield seq, each


def hanging(stored: Stored) -> Iterator[tuple[str, str, Source]]:
    """Family, id and source of every document of a post but its own."""
    for id, source in mention_sources(stored):
        yield "mentions", id, source
    for id, source in engagement_sources(stored):
        yield "engagement", id, source


def actions(found: Page, names: Names, epoch: int) -> Iterator[Action]:
    """What must be done to the index, whatever of it was done before.

    What hangs on a post is written before it, and what stood elsewhere is deleted after it: who
    searches meanwhile finds a moved post twice rather than not at all.
    """
    for changed in found.posts:
        yield from _post_actions(changed, names, versioned(epoch, changed.seq))
    for gone in found.gone:
        yield Action(
            index=names.index(gone.family, gone.partition),
            id=gone.id,
            source=None,
            version=versioned(epoch, gone.seq),
        )
    for seq, incident in found.incidents:
        source = {**incident_source(incident), "kept": packed(incident)}
        yield Action(
            index=names.index("incidents"),
            id=hashed(incident.id),
            source=encoded(source),
            version=versioned(epoch, seq),
        )
    for seq, each in found.coverage:
        source = coverage_source(each)
        yield Action(
            index=names.index("coverage"),
            id=hashed(each.source, source["hour"]),
            source=encoded(source),
            version=versioned(epoch, seq),
        )


def _post_actions(changed: Changed, names: Names, version: int) -> Iterator[Action]:
    stored, here = changed.stored, changed.stored.place
    own = document_id(stored)
    ids = {"mentions": set[str](), "engagement": set[str]()}
    for family, id, source in hanging(stored):
        ids[family].add(id)
        yield Action(
            index=names.index(family, here), id=id, source=encoded(source), version=version
        )
    yield Action(
        index=names.index("posts", here),
        id=own,
        source=encoded(post_source(stored)),
        version=version,
    )
    for where, brand in changed.former:
        if brand:
            left = {mention_id(stored.post.platform, stored.post.id, brand, OVERALL): "mentions"}
        else:
            left = {own: "posts"} | dict.fromkeys(ids["engagement"], "engagement")
        for id, family in left.items():
            if where != here or (family == "mentions" and id not in ids[family]):
                yield Action(index=names.index(family, where), id=id, source=None, version=version)


def coverage_source(coverage: Coverage) -> Source:
    """The document of family ``coverage``."""
    return {
        "source": coverage.source,
        "hour": iso(coverage.hour),
        "verdict": coverage.verdict,
        "requests": coverage.requests,
        "failures": coverage.failures,
        "posts": coverage.posts,
        "blind": coverage.requests == coverage.failures,
        "detail": coverage.detail,
    }


EPOCH = 1 << 40
"""Versions of one epoch: more changes than a store ever sees."""


def versioned(epoch: int, seq: int) -> int:
    """Version of a document: later changes have larger ones, and so have all of a later epoch,
    which begins when another store, or an older state of the same, takes over.
    """
    return epoch * EPOCH + seq
