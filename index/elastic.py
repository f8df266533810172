"""The store of a company: Elasticsearch, shared by many watchers and searched in Kibana."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from datetime import datetime
from itertools import islice
from typing import Any

from index.edits import sightings
from index.es import cells
from index.es.bootstrap import Bootstrap
from index.es.connect import connect
from index.es.documents import Stored, stored_from
from index.es.fetching import patiently
from index.es.groups import Groups
from index.es.no_creators import NoCreators
from index.es.posts import Posts
from index.es.questions import Dsl, meant, order
from index.es.recording import Recording
from index.es.removal import ElasticRemoval
from index.es.shelf import Shelf
from index.es.taking import Taking
from index.facts import split_key
from index.words import keyword_worthy
from tingfeng import (
    Analysis,
    Axis,
    Count,
    Document,
    Message,
    Observation,
    Outcome,
    Post,
    Query,
    Step,
    StoreError,
)

PAGE = 500
"""Posts fetched at once where many are asked for."""

_BY_ARRIVAL: list[Dsl] = [{"n": "asc"}]


class ElasticStore(ElasticRemoval, NoCreators):
    """Implements :class:`tingfeng.Store` on the cluster at *url*.

    Settings as in :func:`index.es.connect.connect`. Indices are made as they are needed where the
    key allows it, else by ``tingfeng es bootstrap``. What this store wrote it also finds at once;
    what others wrote, after their index's refresh interval.
    """

    def __init__(
        self,
        *,
        letters: str | None = None,
        provisioner_key: str | None = None,
        say: Callable[[Message], None] | None = None,
        reads_only: bool = False,
        **settings: Any,
    ) -> None:
        """*letters*: file for documents that the cluster refuses; without it they only raise.
        *provisioner_key*: makes the months that a writer's key may not make. *say*: told while the
        cluster keeps us waiting. *reads_only*: what a killed process left is left to those who may
        write.
        """
        self.cluster = connect(settings)
        self._maker = connect({**settings, "api_key": provisioner_key}) if provisioner_key else None
        making = Bootstrap(self._maker or self.cluster)
        making.ready()
        self._shelf = Shelf(self.cluster)
        self._posts = Posts(self.cluster, self._shelf, making.ensure, letters=letters, say=say)
        self._groups = Groups(self._shelf, self._posts)
        if not reads_only:
            self._groups.resume()
            self.resume_removals()

    def put(self, seen: Iterable[Observation], *, now: datetime) -> list[Outcome]:
        self._groups.resume()
        taking = Taking(self._shelf, self._posts, self._groups, now)
        outcomes: list[Outcome] = []
        for chunk in _chunks(seen, PAGE):
            posts = [each.post for each in chunk]
            found = taking.take(chunk, self._refused(posts, now))
            # Whoever was forgotten meanwhile: either they saw these posts, or we see their refusal.
            late = self._refused(posts, now)
            outcomes += [
                "forgotten" if (post.platform, post.id) in late else outcome
                for post, outcome in zip(posts, found, strict=True)
            ]
        return outcomes

    def record(self, analyses: Sequence[Analysis], *, of: Mapping[str, str] | None = None) -> None:
        self._groups.resume()
        Recording(self._posts, self._groups, of or {}).keep(analyses)

    def unread(self, reader: str, *, limit: int | None = None) -> Iterator[Post]:
        waiting: Dsl = {"bool": {"must_not": [{"term": {"reader": reader}}]}}
        return islice((each.post for each in self._following(waiting)), limit)

    def untagged(self, lexicon: str) -> Iterator[Document]:
        tagged: Dsl = {"term": {"lexicon": lexicon}}
        waiting: Dsl = {"bool": {"filter": [{"exists": {"field": "reader"}}], "must_not": [tagged]}}
        return (each.document for each in self._following(waiting))

    def _following(self, query: Dsl) -> Iterator[Stored]:
        """By arrival, with those that come while the caller works."""
        last = 0
        while True:
            later: Dsl = {"bool": {"filter": [query, {"range": {"n": {"gt": last}}}]}}
            answer = self._search({"query": later, "sort": _BY_ARRIVAL, "size": PAGE})
            hits = answer["hits"]["hits"]
            if not hits:
                return
            last = hits[-1]["_source"]["n"]
            for hit in hits:
                yield stored_from(hit["_source"])

    def recent(self, reader: str, limit: int = 131_072) -> Iterator[Analysis]:
        query: Dsl = {
            "bool": {"filter": [{"term": {"reader": reader}}, {"term": {"printed": True}}]}
        }
        fields = ["platform", "post_id", "copy_of", "kept.reading.fingerprint"]
        latest = self._shelf.all("posts", query, [{"n": "desc"}], source=fields)
        with closing(latest):  # type: ignore[type-var]
            found = [hit["_source"] for hit in islice(latest, limit)]
        return (_print(source) for source in reversed(found))

    def get(self, key: str) -> Document | None:
        stored = self._stored(key)
        return None if stored is None else stored.document

    def _stored(self, key: str) -> Stored | None:
        found = self._posts.find([split_key(key)]).get(split_key(key))
        return None if found is None else found.stored

    def copies(self, root: str) -> Iterator[Document]:
        return self._documents({"term": {"copy_of": root}}, _BY_ARRIVAL)

    def search(self, query: Query) -> Iterator[Document]:
        return islice(self._documents(meant(query), order(query), query.limit), query.limit)

    def _documents(
        self, query: Dsl, sort: list[Dsl], limit: int | None = None
    ) -> Iterator[Document]:
        size = PAGE if limit is None else max(1, min(limit, PAGE))
        for hit in self._shelf.all("posts", query, sort, size=size):
            yield stored_from(hit["_source"]).document

    def nearest(
        self, vector: Sequence[float], *, by: str, query: Query, count: int
    ) -> list[Document]:
        """The *count* posts that *query* means whose vectors, made by *by*, are nearest by angle;
        posts without a vector are not asked.
        """
        self._shelf.refresh("posts")
        knn = {
            "field": "embedding",
            "query_vector": list(vector),
            "k": count,
            "num_candidates": min(10_000, max(100, 4 * count)),  # the server takes no more
            "filter": [meant(query), {"term": {"embedded_by": by}}],
        }
        with self.cluster.said():
            answer = self.cluster.client.search(
                index=self.cluster.names.alias("posts"), knn=knn, size=count,
                allow_partial_search_results=False,
            )  # fmt: skip
        return [stored_from(hit["_source"]).document for hit in answer["hits"]["hits"]]

    def count(
        self, query: Query, by: Sequence[Axis] = (), *, step: Step | None = None
    ) -> list[Count]:
        return cells.count(self._search, query, by, step)

    def voices(
        self, query: Query, by: Sequence[Axis] = (), *, step: Step | None = None
    ) -> list[Count]:
        return cells.voices(self._search, query, by, step)

    def authors(self, query: Query) -> int:
        return sum(1 for _ in cells.values(self._search, query, "author.hash"))

    def terms(self, query: Query) -> Mapping[str, int]:
        found = cells.values(self._search, query, "tokens")
        return {token: posts for token, posts in found if keyword_worthy(token)}

    def totals(self) -> Mapping[str, int]:
        filters: dict[str, Dsl] = {
            "comments": {"term": {"kind": "comment"}},
            "read": {"exists": {"field": "reader"}},
            "judged": {"exists": {"field": "sentiment"}},
            "dated": {"exists": {"field": "published_at"}},
        }
        aggs: dict[str, Dsl] = {name: {"filter": each} for name, each in filters.items()}
        aggs["mentions"] = {"sum": {"field": "mentions"}}
        answer = self._search({"size": 0, "aggs": aggs, "track_total_hits": True})
        posts, found = answer["hits"]["total"]["value"], answer["aggregations"]
        numbers = {name: found[name]["doc_count"] for name in filters}
        return {
            "posts": posts,
            "comments": numbers["comments"],
            "read": numbers["read"],
            "unread": posts - numbers["read"],
            "no_text": numbers["read"] - numbers["judged"],
            "undated": posts - numbers["dated"],
            "mentions": int(found["mentions"]["value"]),
            "bytes": self._bytes(),
        }

    def _bytes(self) -> int:
        """On disk, copies included; 0 where the key may not ask."""
        client, names = self.cluster.client, self.cluster.names
        answer = client.options(ignore_status=[401, 403]).indices.stats(
            index=f"{names.prefix}-*", metric="store"
        )
        total = answer.get("_all", {}).get("total", {})
        return int(total.get("store", {}).get("size_in_bytes", 0))

    def observations(self, key: str) -> list[Observation]:
        stored = self._stored(key)
        if stored is None:
            return []
        return sightings([*stored.earlier, stored.post], list(stored.engagements))

    def close(self) -> None:
        """Let the next process find what was written here, and let go of the connections."""
        self._posts.close()
        with suppress(StoreError):  # then they find it a refresh interval later
            for family in sorted(self._shelf.stale):
                self._shelf.refresh(family)
        self.cluster.close()
        if self._maker is not None:
            self._maker.close()

    def _search(self, body: Dsl) -> Any:
        self._shelf.refresh("posts")
        with self.cluster.said():
            return patiently(
                lambda: self.cluster.client.search(
                    index=self.cluster.names.alias("posts"),
                    allow_partial_search_results=False,
                    **body,
                )
            )


def _chunks(seen: Iterable[Observation], size: int) -> Iterator[list[Observation]]:
    rest = iter(seen)
    while chunk := list(islice(rest, size)):
        yield chunk


def _print(source: dict[str, Any]) -> Analysis:
    from base64 import b64decode

    return Analysis(
        platform=source["platform"],
        id=source["post_id"],
        reader="",
        lexicon="",
        fingerprint=b64decode(source["kept"]["reading"]["fingerprint"]),
        copy_of=source["copy_of"],
    )
