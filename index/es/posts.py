"""Documents of posts and what hangs on them: found by key, changed by who saw what they change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from index.es.deadletters import DeadLetters
from index.es.documents import (
    Source,
    Stored,
    document_id,
    post_source,
    stored_from,
)
from index.es.encoding import encoded
from index.es.fetching import answered, fetched
from index.es.found import Found, gone, hanging_ids, news
from index.es.hanging import engagement_sources, mention_sources
from index.es.layout import post_id
from index.es.shelf import Shelf
from index.es.writer import Action, BulkWriter, Settled
from index.facts import Key, split_key
from tingfeng import Message, StoreError

if TYPE_CHECKING:
    from index.es.connect import Cluster

LOOK_UP = 1000
"""Documents asked for in one request: some megabytes of answer."""


Change = Callable[[Stored], Stored | None]
"""A post to what becomes of it; ``None``: nothing does."""


@dataclass(slots=True)
class Posts:
    """Posts on one cluster. A change is refused, and made again, if somebody else made one."""

    cluster: Cluster
    shelf: Shelf
    ensure: Callable[[str], bool]
    """Makes a missing index; whether it is there now."""

    letters: str | None = None
    """File for documents that the cluster refuses."""

    _writer: BulkWriter | None = None
    say: Callable[[Message], None] | None = None
    """Told while the cluster keeps us waiting, and why."""

    dead: set[str] = field(default_factory=set)
    """Ids of documents that the cluster refused for good, since somebody last looked."""

    _refused: set[str] = field(default_factory=set)
    """Ids of documents that somebody else wrote first."""

    _dead_letters: DeadLetters | None = None

    def find(self, keys: Iterable[Key]) -> dict[Key, Found]:
        """The posts that are there, as they are now."""
        ids = {post_id(*key): key for key in keys}
        found: dict[Key, Found] = {}
        listed = list(ids)
        for start in range(0, len(listed), LOOK_UP):
            found |= self._find({id: ids[id] for id in listed[start : start + LOOK_UP]})
        return found

    def _find(self, ids: dict[str, Key]) -> dict[Key, Found]:
        places = self._places(list(ids))
        found = {
            ids[id]: Found(partition=place["partition"], n=place["n"])
            for id, place in places.items()
        }
        names = self.cluster.names
        asked = [
            {"_index": names.index("posts", place["partition"]), "_id": id}
            for id, place in places.items()
        ]
        for each in fetched(self.cluster, asked) if asked else ():
            if each.get("found"):
                stored = stored_from(each["_source"])
                found[ids[each["_id"]]] = Found(
                    partition=stored.place, n=stored.n, stored=stored, version=each["_version"]
                )
        return found

    def _places(self, ids: list[str]) -> dict[str, Any]:
        """Partition and number of each post: from the book of places, else by search."""
        with self.cluster.said():
            answer = self.cluster.client.mget(index=self.cluster.names.index("keys"), ids=ids)
        places = {
            each["_id"]: each["_source"] for each in answered(answer["docs"]) if each.get("found")
        }
        unknown = [id for id in ids if id not in places]
        if unknown:  # a post that came by `tingfeng es sync` stands in no book
            query = {"ids": {"values": unknown}}
            for hit in self.shelf.all("posts", query, [{"n": "asc"}], source=["partition", "n"]):
                places[hit["_id"]] = hit["_source"]
        return places

    def change(self, keys: Iterable[Key], by: Change) -> None:
        """Change posts that are there, each until nobody interferes."""
        waiting, attempt = set(keys), 0
        while waiting:
            changes = [
                (new, replace(found, attempt=attempt))
                for found in self.find(waiting).values()
                if found.stored is not None and (new := by(found.stored)) is not None
            ]
            waiting, attempt = self.write(changes), attempt + 1
            self.clear(waiting)

    def clear(self, refused: set[Key]) -> None:
        """Of posts that were removed while they were changed, take off what was just hung on them."""
        if refused:
            there = {key for key, one in self.find(refused).items() if one.stored is not None}
            if lost := [":".join(key) for key in refused - there]:
                self.sweep(lost)

    def write(self, changes: Sequence[tuple[Stored, Found | None]]) -> set[Key]:
        """Write posts, each in place of what was found; the keys of those that were refused.

        What hangs on a post is written before it: a kill in between leaves the old post, and with
        it the knowledge of what must still be done.
        """
        refused = self._take_places([new for new, found in changes if found is None])
        rest = [one for one in changes if document_id(one[0]) not in refused]
        for new, found in rest:
            self._write_hanging(new, found)
        refused |= self._settled(
            owners={id: document_id(n) for n, f in rest for id in hanging_ids(n, f)}
        )
        for new, found in rest:
            if document_id(new) not in refused:
                version = None if found is None else found.next
                self._add("posts", new.place, document_id(new), post_source(new), version)
        refused |= self._settled()
        self.shelf.stale |= {"posts", "mentions", "engagement"}
        return {split_key(new.post.key) for new, _ in changes if document_id(new) in refused}

    def _take_places(self, new: Sequence[Stored]) -> set[str]:
        for each in new:
            source = {"partition": each.place, "n": each.n}
            self._add("keys", "", document_id(each), source, None)
        return self._settled()

    def _write_hanging(self, new: Stored, found: Found | None) -> None:
        version = 1 if found is None else found.next_hanging
        for id, source in mention_sources(new):
            self._add("mentions", new.place, id, source, version)
        for id in gone(new, found):
            self._add("mentions", new.place, id, None, version)
        for id, source in engagement_sources(news(new, found)):
            self._add("engagement", new.place, id, source, version)

    def remove(self, keys: Iterable[str]) -> None:
        """Delete posts and all that hangs on them, also what a killed writer left; their places in
        the book last.
        """
        named = list(keys)
        self.sweep(named)
        for place in self.find(map(split_key, named)).values():
            if place.stored is not None:
                self._add("posts", place.partition, document_id(place.stored), None, None)
        self._settled()
        for key in named:
            self._add("keys", "", post_id(*split_key(key)), None, None)
        self._settled()
        self.shelf.stale.add("posts")

    def sweep(self, keys: Sequence[str]) -> None:
        """Delete what hangs on posts, whoever hung it there and whether or not the post knows."""
        query = {"terms": {"post_key": list(keys)}}
        for family in ("mentions", "engagement"):
            hits = self.shelf.all(family, query, [{"_doc": "asc"}], anew=True, source=False)
            for index, id in [(hit["_index"], hit["_id"]) for hit in hits]:
                self._bulk.add(Action(index=index, id=id, source=None))
            self.shelf.stale.add(family)
        self._settled()

    def _add(
        self, family: str, partition: str, id: str, source: Source | None, version: int | None
    ) -> None:
        self._bulk.add(
            Action(
                index=self.cluster.names.index(family, partition),
                id=id,
                source=None if source is None else encoded(source),
                version=version,
                create=version is None and source is not None,
            )
        )

    @property
    def _bulk(self) -> BulkWriter:
        if self._writer is None:
            self._dead_letters = DeadLetters(self.letters) if self.letters else None
            self._writer = BulkWriter(
                self.cluster.client,
                settled=self._note,
                missing=self.ensure,
                dead=self._dead_letters,
                say=self.say,
            )
        return self._writer

    def _note(self, action: Action, settled: Settled) -> None:
        if settled == "stale":
            self._refused.add(action.id)
        elif settled == "dead":
            self.dead.add(action.id)

    def _settled(self, owners: dict[str, str] | None = None) -> set[str]:
        """Ids refused since the last call, or of the posts that *owners* says they hang on."""
        if self._writer is not None:
            try:
                self._writer.flush()
            except BaseException:
                self._refused.clear()
                self._give_up()  # a writer that failed stays so; the next call may fare better
                raise
        if self.dead and self._dead_letters is None:
            listed = ", ".join(sorted(self.dead)[:3])
            self.dead.clear()
            raise StoreError(
                f"Elasticsearch 拒绝了文档 {listed}，其余的已写入。请用 letters 指定一个文件来保存被拒的文档",
                f"Elasticsearch refused the documents {listed}; the others were written. Name a"
                " file for refused documents (letters)",
            )
        if owners is not None:
            self.dead |= {owners[id] for id in self.dead if id in owners}
        refused = {id if owners is None else owners[id] for id in self._refused}
        self._refused.clear()
        return refused

    def _give_up(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        if self._dead_letters is not None:
            self._dead_letters.close()
            self._dead_letters = None

    def close(self) -> None:
        """Let go of threads and file; every call has waited for what it wrote."""
        self._give_up()
