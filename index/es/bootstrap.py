"""Templates and indices: made by us alone, the same again and again, refused where they differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from index.es import faults
from index.es.drift import unchanged
from index.es.fields import CHINESE, template
from index.es.layout import FAMILIES, PARTITIONED, SINGLE, UNDATED, partition
from tingfeng import SHANGHAI, StoreError

if TYPE_CHECKING:
    from index.es.connect import Cluster

NEXT_MONTHS = 2
"""Months made in advance: a program that may not make indices goes on through them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One thing that was seen to."""

    kind: Literal["template", "index"]
    name: str
    state: Literal["made", "kept"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What the indices of a family say of themselves."""

    family: str
    index: str
    version: int
    hash: str
    analyzer: str | None = None
    mappings: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """As the server has them."""


@dataclass(slots=True)
class Bootstrap:
    """Templates and indices of one version on one cluster."""

    cluster: Cluster
    visible: bool = True
    """Whether new indices are read through the aliases from their first moment."""

    _analyzer: str | None = None

    def run(self, partitions: Iterable[str] = ()) -> Iterator[Made]:
        """Make what is missing: templates, single indices, and the indices of *partitions*; always
        those of undated posts, so that no alias leads nowhere.

        Raises :class:`tingfeng.StoreError` where what is there was made by another version.
        """
        self.check()
        for family in FAMILIES:
            yield self._template(family)
        for family in SINGLE:
            yield self._index(self.cluster.names.index(family))
        for each in sorted({UNDATED, *partitions}):
            for family in PARTITIONED:
                yield self._index(self.cluster.names.index(family, each))

    def planned(self, partitions: Iterable[str] = ()) -> int:
        """How many indices :meth:`run` sees to."""
        return len(SINGLE) + len({UNDATED, *partitions}) * len(PARTITIONED)

    def ready(self) -> None:
        """What every writer asks for first: that indices are there and are ours, made where the key
        allows it.
        """
        present = {each.index for each in self.check()}
        names = self.cluster.names
        needed = [names.index(family) for family in SINGLE]
        needed += [names.index(family, UNDATED) for family in PARTITIONED]
        if present.issuperset(needed):
            return
        for _ in self.run():
            pass

    def ensure(self, index: str) -> bool:
        """Make *index* of ours if it is missing; whether it is there. ``False``: we may not.

        The server is asked every time: an index that was there may have been deleted since. For :class:`index.es.writer.BulkWriter`, which asks from any of its threads.
        """
        from elasticsearch import ApiError

        try:
            self._create(index)
        except ApiError as error:
            if error.meta.status in (401, 403):
                return False
            raise faults.explained(error, self.cluster.address) from error
        return True

    def check(self) -> list[Built]:
        """What is there; raises where it is not as this program would have made it."""
        found = self.built()
        names = self.cluster.names
        mine = [each for each in found if each.version == names.version]
        self._check_read(found)
        for each in mine:
            if each.analyzer in CHINESE:
                self._analyzer = each.analyzer
        ours = {family: self.body(family)["template"]["mappings"] for family in FAMILIES}
        for each in mine:
            wanted = ours[each.family]
            if each.hash != wanted["_meta"]["hash"] or not unchanged(each.mappings, wanted):
                raise _differs(each.index)
        return mine

    def _check_read(self, found: Iterable[Built]) -> None:
        """What is read is what the alias of the desk leads to: there is always one. Indices of a
        migration that was broken off are read by nobody, and stop nobody.
        """
        ours = self.cluster.names.version
        read = self.read_version()
        if read is None:
            read = max((each.version for each in found), default=None)
        if read is not None and read > ours:
            raise _newer(read, ours)
        if self.visible and read is not None and read < ours:
            raise _older(read, ours)

    def read_version(self) -> int | None:
        """The version that the aliases lead to; ``None``: to none."""
        alias = self.cluster.names.alias("desk")
        with self.cluster.said():
            answer = self.cluster.client.options(ignore_status=404).indices.get_alias(name=alias)
        stems = [index.rpartition("-v") for index in answer.body if isinstance(index, str)]
        versions = [int(tail) for head, _, tail in stems if head == alias and tail.isdigit()]
        return max(versions) if versions else None

    def built(self) -> list[Built]:
        """Our indices of any version, as their mappings tell: every key may read these."""
        names = self.cluster.names
        patterns = ",".join(f"{names.alias(family)}-v*" for family in FAMILIES)
        with self.cluster.said():
            answer = self.cluster.client.indices.get_mapping(
                index=patterns,
                allow_no_indices=True,
                expand_wildcards="open,closed",
                filter_path="*.mappings",
            )
        return sorted(self._told(answer.body), key=lambda each: each.index)

    def _told(self, answer: Mapping[str, Any]) -> Iterator[Built]:
        for index, told in answer.items():
            mappings = told["mappings"]
            meta = mappings.get("_meta", {})
            if meta.get("product") != "tingfeng":
                continue
            stems = {self.cluster.at(meta["version"]).names.stem(each): each for each in FAMILIES}
            family = next(
                (each for stem, each in stems.items() if f"{index}-".startswith(f"{stem}-")), None
            )
            if family is not None:
                content = mappings.get("properties", {}).get("content", {})
                yield Built(
                    family=family,
                    index=index,
                    version=meta["version"],
                    hash=meta["hash"],
                    analyzer=content.get("analyzer"),
                    mappings=mappings,
                )

    def hash(self, family: str) -> str:
        """Of the mappings that this program makes."""
        return str(self.body(family)["_meta"]["hash"])

    def body(self, family: str) -> dict[str, Any]:
        """The template of *family*. It forbids the server to make an index by itself, which would
        hide that one is missing.
        """
        made = template(
            family,
            self.cluster.names,
            analyzer=self._analyzer or self.cluster.analyzer,
            replicas=self.cluster.replicas,
            refresh=self.cluster.refresh,
        )
        if not self.visible:
            made["template"]["aliases"] = {}
        return {**made, "allow_auto_create": False}

    def _template(self, family: str) -> Made:
        name, body = self.cluster.names.stem(family), self.body(family)
        client = self.cluster.client
        with self.cluster.said():
            answer = client.options(ignore_status=404).indices.get_index_template(name=name)
            found = [each["index_template"] for each in answer.body.get("index_templates", ())]
            if found:
                self._compare(name, found[0].get("_meta", {}), body["_meta"])
            client.indices.put_index_template(name=name, **_arguments(body))
        return Made(kind="template", name=name, state="kept" if found else "made")

    def _compare(self, name: str, there: Mapping[str, Any], ours: Mapping[str, Any]) -> None:
        if there.get("product") != "tingfeng":
            raise _foreign(name)
        same = there.get("analyzer") == ours["analyzer"]
        if same and there.get("hash") != ours["hash"]:
            raise _differs(name)

    def _index(self, index: str) -> Made:
        with self.cluster.said():
            made = self._create(index)
        return Made(kind="index", name=index, state="made" if made else "kept")

    def _create(self, index: str) -> bool:
        """Whether it was not there. Everything is said here once more, so that no template that was
        changed by hand has a part in it.
        """
        from elasticsearch import BadRequestError

        body = self.body(self.family(index))["template"]
        try:
            self.cluster.client.indices.create(index=index, **body)
        except BadRequestError as error:
            if faults.error_type(error) != "resource_already_exists_exception":
                raise
            return False
        return True

    def family(self, index: str) -> str:
        """The family that *index* belongs to, by its name."""
        for family in FAMILIES:
            stem = self.cluster.names.stem(family)
            if index == stem or (family in PARTITIONED and index.startswith(f"{stem}-")):
                return family
        raise ValueError(f"{index} is none of {self.cluster.names}")


def _arguments(body: dict[str, Any]) -> dict[str, Any]:
    renamed = {"_meta": "meta"}
    return {renamed.get(name, name): value for name, value in body.items()}


def next_months(now: datetime, count: int = NEXT_MONTHS) -> list[str]:
    """Partitions of this month and of the next ones."""
    first = now.astimezone(SHANGHAI).replace(day=1)
    found = [partition(first)]
    for _ in range(count):
        first = (first + timedelta(days=31)).replace(day=1)
        found.append(partition(first))
    return found


def _newer(there: int, ours: int) -> StoreError:
    return StoreError(
        f"集群里的索引是 v{there}，由更新版本的听风建立（本程序只认识到 v{ours}）。请升级听风",
        f"the indices in the cluster are v{there}, made by a newer tingfeng (this one knows"
        f" v{ours}): upgrade tingfeng",
    )


def _older(there: int, ours: int) -> StoreError:
    return StoreError(
        f"集群里的索引是 v{there}，本程序使用 v{ours}。请运行 tingfeng es migrate",
        f"the indices in the cluster are v{there}, this program uses v{ours}: run tingfeng es"
        " migrate",
    )


def _differs(name: str) -> StoreError:
    return StoreError(
        f"{name} 的字段与本程序的不同：它由另一个版本的听风建立，或被人改过。请使用建立它的版本，"
        "或在 [elastic] 里换一个 prefix 后重新同步",
        f"the fields of {name} are not those of this program: it was made by another build of"
        " tingfeng, or changed by hand. Use the build that made it, or choose another prefix in"
        " [elastic] and sync anew",
    )


def _foreign(name: str) -> StoreError:
    return StoreError(
        f"集群里已有名为 {name} 的模板，但它不是听风的。请在 [elastic] 里换一个 prefix",
        f"the cluster has a template called {name} that is not tingfeng's: choose another prefix in"
        " [elastic]",
    )
