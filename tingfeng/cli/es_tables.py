"""Tables of indices: one row a family, or every month of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tingfeng.cli.screen import Cell, Screen

if TYPE_CHECKING:
    from index.es.capacity import Capacity, Room


def counted(documents: Mapping[str, int], screen: Screen, *, every: bool) -> None:
    """How many documents there are, by index."""
    total = (screen.pick("合计", "total"),)
    columns = (screen.pick("索引", "index"), screen.pick("文档", "documents"))
    rows: list[tuple[Cell, ...]] = []
    if every:
        rows += documents.items()
        rows.append((*total, sum(documents.values())))
        screen.table("", columns, rows)
        return
    for stem, months in _families(documents).items():
        largest = max(months, key=lambda month: documents[months[month]])
        own = [documents[index] for index in months.values()]
        rows.append((stem, _number(months), sum(own), largest or None, max(own)))
    rows.append((*total, None, sum(documents.values()), None, None))
    more = (screen.pick("月份", "months"), columns[1], *_largest(screen),
            screen.pick("其文档", "documents of it"))  # fmt: skip
    screen.table("", (columns[0], *more), rows)
    _told(screen)


def measured(rooms: tuple[Room, ...], screen: Screen, *, every: bool) -> None:
    """What they take, in MB of 1,000,000 bytes."""
    by_index = {room.index: room for room in rooms}
    documents = sum(room.documents for room in rooms)
    octets = sum(room.octets for room in rooms)
    total = screen.pick("合计", "total")
    index, counts, each = (screen.pick("索引", "index"), screen.pick("文档", "documents"),
                           screen.pick("每篇字节", "bytes each"))  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    if every:
        rows += [(r.index, r.documents, r.octets / 1e6, round(r.each)) for r in rooms]
        rows.append((total, documents, octets / 1e6, _share(octets, documents)))
        screen.table("", (index, counts, "MB", each), rows)
        return
    for stem, months in _families(by_index).items():
        own = {month: by_index[name] for month, name in months.items()}
        largest = max(own, key=lambda month: own[month].octets)
        held, taken = (sum(r.documents for r in own.values()), sum(r.octets for r in own.values()))
        rows.append((stem, _number(months), held, taken / 1e6, _share(taken, held),
                     largest or None, own[largest].octets / 1e6))  # fmt: skip
    rows.append((total, None, documents, octets / 1e6, _share(octets, documents), None, None))
    months_ = screen.pick("月份", "months")
    of_it = screen.pick("其 MB", "MB of it")
    screen.table("", (index, months_, counts, "MB", each, *_largest(screen), of_it), rows)
    _told(screen)


def shards(found: Capacity) -> tuple[str, str]:
    """How many, and how many the cluster takes."""
    limit = found.limit
    zh, en = (
        f"这个 prefix 的分片 {found.shards:,} 个（含副本）",
        f"{found.shards:,} shards of this prefix, replicas among them",
    )  # fmt: skip
    if limit is None:
        return zh, en
    return (
        f"{zh}；整个集群 {limit.used:,} 个，上限 {limit.most:,}",
        f"{en}; {limit.used:,} in the cluster, which takes {limit.most:,}",
    )


def _families(indices: Mapping[str, object]) -> dict[str, dict[str, str]]:
    """``tf-posts-v1`` -> month -> index; the month of a family with one index is empty."""
    from index.es.layout import parted

    found: dict[str, dict[str, str]] = {}
    for index in indices:
        stem, month = parted(index)
        found.setdefault(stem, {})[month] = index
    return found


def _number(months: Mapping[str, str]) -> int | None:
    return None if set(months) == {""} else len(months)


def _share(octets: int, documents: int) -> int:
    return round(octets / documents) if documents else 0


def _largest(screen: Screen) -> tuple[str]:
    return (screen.pick("最大的月份", "largest month"),)


def _told(screen: Screen) -> None:
    screen.say("每个月份各一行：加 --all", "a row for each month: add --all")
