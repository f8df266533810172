"""From one version of the mappings to the next: filled anew beside the old, then swapped at once.

Readers ask aliases, which lead to the old indices until one request turns all of them; nothing is
missing at any moment, and nothing is written twice. A migration that was broken off goes on where
it stopped when it is run again.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from index import changes
from index.connect import Database
from index.es.bootstrap import Bootstrap, Built
from index.es.bulk_body import Action
from index.es.documents import Source, document_id, post_source, stored_from
from index.es.encoding import encoded
from index.es.followed import hanging
from index.es.layout import FAMILIES
from index.es.position import Book
from index.es.sweep import documents
from index.es.sync import Sync
from index.es.writer import BulkWriter, Tally
from tingfeng import Message, StoreError

if TYPE_CHECKING:
    from index.es.connect import Cluster

_AT_ONCE = 50
"""Indices named in one request: an address may have 4,096 characters."""

CARRIED = ("authors", "incidents", "coverage", "metrics", "desk", "keys")
"""Families whose documents are taken over as they are; those of posts are made anew."""

WHOLE = ("posts", *CARRIED)
"""Families of which the new indices hold exactly as many documents as the old."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """What a migration did."""

    old: int
    new: int
    tally: Tally
    left: tuple[str, ...]
    """Indices of the old version: nobody reads them, and they may be deleted."""


@dataclass(slots=True, kw_only=True)
class Migration:
    """To the version of *cluster*'s names, from the one that is read now."""

    cluster: Cluster
    writes: Cluster | None = None
    """The same cluster for one who may write, if *cluster* is for one who may only make indices."""

    say: Callable[[Message], None] = lambda message: None
    clock: Callable[[], float] = time.time

    def follow(self, path: str, **options: Any) -> Migrated:
        """Fill the new indices from the store in the file *path*; *options* of :class:`Sync`.

        A sync of the old version may go on meanwhile. Before the swap it is told to stop, so that
        nothing it brings can be missing afterwards.
        """
        old = self._old()
        self._prepare(path)
        writes = self.writes or self.cluster
        made = Sync(writes, path, visible=False, makes=self.cluster, say=self.say, **options)
        with closing(made):
            made.once()
            self._retire(old)
            made.once()
            tally = made.tally
        self._swap()
        return self._done(old, tally)

    def _prepare(self, path: str) -> None:
        with closing(Database(path)) as log, log.reading() as db:
            partitions = changes.partitions(db)
        for _ in Bootstrap(self.cluster, visible=False).run(partitions):
            pass

    def copy(self, **options: Any) -> Migrated:
        """Fill the new indices from the old ones, where the cluster is the store itself; *options*
        of :class:`index.es.writer.BulkWriter`. The old indices take no writes meanwhile.

        Raises :class:`tingfeng.StoreError`, and swaps nothing, where a document would be missing.
        """
        old = self._old()
        writes = self.writes or self.cluster
        former = writes.at(old)
        self._discard()
        bootstrap = Bootstrap(self.cluster, visible=False)
        for _ in bootstrap.run():
            pass
        self._block(former, blocked=True)
        try:
            # What came last is in no search yet, and nothing else comes now.
            there = self._counted(former)
            sent = Counter[str]()
            made = {each.index for each in bootstrap.built()}
            with BulkWriter(
                writes.client, missing=bootstrap.ensure, say=self.say, **options
            ) as writer:
                for family, action in self._copied(former):
                    if action.index not in made and bootstrap.ensure(action.index):
                        made.add(action.index)
                    writer.add(action)
                    sent[family] += 1
            tally = writer.tally
            if tally.dead:
                raise _refused(tally.dead)
            # A month that was new for somebody stood under no block.
            self._compare(self._counted(former) | there, sent)
            self._swap()
        except BaseException:
            self._block(former, blocked=False)
            raise
        return self._done(old, tally)

    def _old(self) -> int:
        names = self.cluster.names
        read = Bootstrap(self.cluster, visible=False).read_version()
        if read is None:
            raise _nothing(names.prefix)
        if read >= names.version:
            raise _already(read, names.version)
        return read

    def _discard(self) -> None:
        """What a copy that was broken off left behind may know people who were forgotten since."""
        names = self.cluster.names
        built = Bootstrap(self.cluster, visible=False).built()
        with self.cluster.said():
            for each in built:
                if each.version == names.version:
                    self.cluster.client.indices.delete(index=each.index)

    def _counted(self, of: Cluster) -> Counter[str]:
        """Documents by family, the very last ones among them."""
        counted = Counter[str]()
        with of.said():
            for family in FAMILIES:
                pattern = of.names.pattern(family)
                of.client.indices.refresh(index=pattern, ignore_unavailable=True)
                answer = of.client.count(index=pattern, ignore_unavailable=True)
                counted[family] = int(answer["count"])
        return counted

    def _compare(self, there: Counter[str], sent: Counter[str]) -> None:
        """What hangs on posts is made anew from them, so that only what was sent can be counted:
        a killed writer may have left documents whose posts never came.
        """
        found = self._counted(self.writes or self.cluster)
        for family in FAMILIES:
            wanted = there[family] if family in WHOLE else sent[family]
            if not found[family] == sent[family] == wanted:
                raise _missing(self.cluster.names.stem(family), found[family], wanted)

    def _retire(self, old: int) -> None:
        book = Book((self.writes or self.cluster).at(old))
        if book.load() is not None:
            new = self.cluster.names.version
            book.change(lambda position: replace(position, retired=new), now=self.clock())

    def _swap(self) -> None:
        """One request turns every alias. The templates follow: what is made from now on is read."""
        names = self.cluster.names
        built = Bootstrap(self.cluster, visible=False).built()
        client = self.cluster.client
        with self.cluster.said():
            mine = [each for each in built if each.version == names.version]
            for start in range(0, len(mine), _AT_ONCE):
                names_of = [each.index for each in mine[start : start + _AT_ONCE]]
                client.indices.refresh(index=",".join(names_of))
            client.indices.update_aliases(actions=list(self._turns(built)))
        for _ in Bootstrap(self.cluster).run():
            pass
        with self.cluster.said():
            for version in {each.version for each in built} - {names.version}:
                for family in FAMILIES:
                    client.options(ignore_status=404).indices.delete_index_template(
                        name=self.cluster.at(version).names.stem(family)
                    )

    def _turns(self, built: list[Built]) -> Iterator[dict[str, Any]]:
        names = self.cluster.names
        for each in built:
            what = {"index": each.index, "alias": names.alias(each.family)}
            if each.version == names.version:
                yield {"add": what}
            else:
                yield {"remove": {**what, "must_exist": False}}

    def _done(self, old: int, tally: Tally) -> Migrated:
        built = Bootstrap(self.cluster).built()
        new = self.cluster.names.version
        left = tuple(each.index for each in built if each.version < new)
        return Migrated(old=old, new=new, tally=tally, left=left)

    def _block(self, former: Cluster, *, blocked: bool) -> None:
        indices = [
            each.index
            for each in Bootstrap(self.cluster, visible=False).built()
            if each.version == former.names.version
        ]
        with self.cluster.said():
            for start in range(0, len(indices), _AT_ONCE):
                self.cluster.client.indices.put_settings(
                    index=",".join(indices[start : start + _AT_ONCE]),
                    settings={"index.blocks.write": blocked or None},
                )

    def _copied(self, former: Cluster) -> Iterator[tuple[str, Action]]:
        names = self.cluster.names
        whole: Source = {"match_all": {}}
        for hit in documents(former, former.names.pattern("posts"), whole, source=True):
            stored, version = stored_from(hit["_source"]), hit["_version"]
            for family, id, source in hanging(stored):
                index = names.index(family, stored.place)
                yield (
                    family,
                    Action(index=index, id=id, source=encoded(source), version=version),
                )
            yield (
                "posts",
                Action(
                    index=names.index("posts", stored.place),
                    id=document_id(stored),
                    source=encoded(post_source(stored)),
                    version=version,
                ),
            )
        for family in CARRIED:
            for hit in documents(former, former.names.index(family), whole, source=True):
                yield (
                    family,
                    Action(
                        index=names.index(family),
                        id=hit["_id"],
                        source=encoded(hit["_source"]),
                        version=hit["_version"],
                    ),
                )

    def drop(self) -> list[str]:
        """Delete the indices of older versions; their names."""
        bootstrap = Bootstrap(self.cluster)
        bootstrap.check()  # nobody deletes what is read
        built = bootstrap.built()
        old = [each.index for each in built if each.version < self.cluster.names.version]
        with self.cluster.said():
            for index in old:
                self.cluster.client.indices.delete(index=index)
        return old


def _nothing(prefix: str) -> StoreError:
    return StoreError(
        f"没有前缀为 {prefix} 的索引可以迁移。请运行 tingfeng es bootstrap",
        f"there are no indices with the prefix {prefix} to migrate: run tingfeng es bootstrap",
    )


def _already(read: int, ours: int) -> StoreError:
    return StoreError(
        f"索引已是 v{read}（本程序使用 v{ours}），无需迁移",
        f"the indices are v{read} already (this program uses v{ours}): nothing to migrate",
    )


def _missing(stem: str, found: int, wanted: int) -> StoreError:
    return StoreError(
        f"新索引 {stem} 有 {found:,} 个文档，应有 {wanted:,} 个，迁移没有生效，旧索引照常使用。请停掉其他"
        "正在写入的程序，再运行 tingfeng es migrate",
        f"the new indices {stem} hold {found:,} documents and should hold {wanted:,}; nothing was"
        " swapped, the old indices stay in use. Stop other programs that write, and run tingfeng es"
        " migrate again",
    )


def _refused(count: int) -> StoreError:
    return StoreError(
        f"有 {count} 个文档不被新索引接受，迁移没有生效，旧索引照常使用。原因见 tingfeng es dlq list",
        f"the new indices refused {count} documents; nothing was swapped, the old indices stay in"
        " use. See tingfeng es dlq list for the reasons",
    )
