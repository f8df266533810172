"""es status, capacity, retention, snapshot, restore, dlq: how the cluster is looked after."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from itertools import islice
from typing import TYPE_CHECKING, Any

from tingfeng.cli import es_condition, es_tables
from tingfeng.cli.screen import Screen
from tingfeng.cli.session import now, settings_of
from tingfeng.core.errors import SettingsError

if TYPE_CHECKING:
    from index.es.capacity import Capacity
    from index.es.snapshot import Snapshot
    from tingfeng.pipeline.upkeep import Upkeep


def _upkeep(args: argparse.Namespace, screen: Screen) -> Upkeep:
    from tingfeng.pipeline.upkeep import Upkeep

    settings = settings_of(args, screen)
    return Upkeep(settings, clock=now, say=lambda message: screen.aside(message.zh, message.en))


def status(args: argparse.Namespace, screen: Screen) -> int:
    """The cluster and how far it has followed; 1 if its indices are not as they should be, changes
    wait too long, or documents were refused.
    """
    upkeep = _upkeep(args, screen)
    found, refused = upkeep.condition(), upkeep.refused()
    count = sum(refused.values())
    for line in es_condition.lines(found, count, direct=upkeep.file is None):
        screen.say(line.zh, line.en)
    es_tables.counted(found.documents, screen, every=args.all)
    faults = list(es_condition.faults(found, count, args))
    for fault in faults:
        screen.fault(fault)
    position = found.position
    screen.answer(
        {
            "version": found.version, "analyzer": found.analyzer, "data_nodes": found.data_nodes,
            "capabilities": list(found.capabilities), "health": found.health,
            "read_version": found.read_version, "documents": dict(found.documents),
            "drift": None if found.drift is None else found.drift.into(screen.lang),
            "position": None if position is None else asdict(position),
            "waiting": found.waiting, "lag_seconds": found.lag,
            "dead_letters": count,
            "posts": None if found.posts is None else asdict(found.posts),
        }
    )  # fmt: skip
    return int(bool(faults))


def capacity(args: argparse.Namespace, screen: Screen) -> int:
    """What every index takes, and whether any is or will be too large."""
    found = _upkeep(args, screen).capacity(args.posts_a_month)
    es_tables.measured(found.rooms, screen, every=args.all)
    screen.say(*es_tables.shards(found))
    expected = found.projected(args.posts_a_month) if args.posts_a_month else {}
    for family, (documents, octets) in expected.items():
        screen.say(
            f"预计每月 {family}：{documents:,} 个文档，{octets / 1e9:.2f} GB",
            f"expected a month of {family}: {documents:,} documents, {octets / 1e9:.2f} GB",
        )
    for warning in found.warnings:
        screen.aside(f"注意：{warning.zh}", f"note: {warning.en}")
    screen.answer(_capacity_json(found, expected, screen))
    return 0


def _capacity_json(
    found: Capacity, expected: dict[str, tuple[int, int]], screen: Screen
) -> dict[str, Any]:
    return {
        "indices": [
            {"index": room.index, "documents": room.documents, "deleted": room.deleted,
             "bytes": room.octets, "bytes_each": round(room.each, 1), "shards": room.shards}
            for room in found.rooms
        ],
        "shards": found.shards,
        "expected": {
            family: {"documents": documents, "bytes": octets}
            for family, (documents, octets) in expected.items()
        },
        "warnings": [warning.into(screen.lang) for warning in found.warnings],
    }  # fmt: skip


def retention(args: argparse.Namespace, screen: Screen) -> int:
    """Delete what is older than it is kept; other days than those of the settings need --yes."""
    upkeep = _upkeep(args, screen)
    standing = upkeep.settings.keep_days
    days = args.keep_days or standing
    if days is None:
        raise SettingsError(
            "没有保存期限：写 --keep-days 天数，或在设置里写 [store] keep_days",
            "nobody said how long: --keep-days N, or [store] keep_days in the settings",
        )
    if days != standing and not args.yes:
        old = upkeep.old(days)
        screen.say(
            f"将删除早于 {days} 天的索引 {len(old)} 个，以及其余索引里更早的零散文档",
            f"{len(old)} indices older than {days} days will go, and single older documents of"
            " the others",
        )
        for index in old:
            screen.say(f"    {index}", f"    {index}")
        screen.aside("没有删除。确认无误后加 --yes", "nothing was deleted; to do it, add --yes")
        screen.answer({"done": False, "keep_days": days, "indices": old})
        return 1
    kept = upkeep.retention(days)
    screen.say(
        f"已删除 {len(kept.indices)} 个索引、{kept.documents:,} 个零散文档",
        f"deleted {len(kept.indices)} indices and {kept.documents:,} single documents",
    )
    if standing is None or standing > days:
        screen.say(
            f"要一直如此（同步也不再写入更早的），在设置里写 [store] keep_days = {days}",
            f"to keep it so, also when syncing: [store] keep_days = {days}",
        )
    screen.answer(
        {"done": True, "keep_days": days, "indices": list(kept.indices),
         "documents": kept.documents}
    )  # fmt: skip
    return 0


def snapshot(args: argparse.Namespace, screen: Screen) -> int:
    """Copy the indices, or show what copies there are."""
    upkeep = _upkeep(args, screen)
    if args.list:
        known = upkeep.snapshots()
        columns = (screen.pick("名称", "name"), screen.pick("时间", "at"),
                   screen.pick("状态", "state"), screen.pick("索引", "indices"))  # fmt: skip
        rows = [(each.name, each.at, each.state, len(each.indices)) for each in known]
        screen.table("", columns, rows)
        screen.answer({"snapshots": [_snapshot_json(each) for each in known]})
        return 0
    taken, gone = upkeep.snapshot(args.folder, args.keep)
    screen.say(
        f"快照 {taken.name} 已完成（{len(taken.indices)} 个索引），删除旧快照 {len(gone)} 份",
        f"the snapshot {taken.name} is done ({len(taken.indices)} indices), {len(gone)} old ones"
        " deleted",
    )
    screen.answer({"snapshot": _snapshot_json(taken), "deleted": gone})
    return 0


def restore(args: argparse.Namespace, screen: Screen) -> int:
    """Bring a copy back."""
    upkeep = _upkeep(args, screen)
    found, removed = upkeep.restore(args.name, replace=args.replace)
    screen.say(
        f"已从 {found.name} 恢复 {len(found.indices)} 个索引",
        f"{len(found.indices)} indices are restored from {found.name}",
    )
    if upkeep.file is not None:
        screen.say(
            "运行 tingfeng es sync 补上后来的变化，并再次删除后来要求删除的",
            "run tingfeng es sync for what came since, and to remove what was forgotten since",
        )
    elif removed:
        screen.say(
            f"快照里有 {removed:,} 帖后来已被要求删除或已过期，已再次删除",
            f"{removed:,} posts of the copy had been forgotten or had expired since: removed again",
        )
    screen.answer({"snapshot": _snapshot_json(found), "removed": removed})
    return 0


def _snapshot_json(found: Snapshot) -> dict[str, Any]:
    return {"name": found.name, "at": found.at, "state": found.state,
            "indices": list(found.indices), "failures": found.failures}  # fmt: skip


def letters(args: argparse.Namespace, screen: Screen) -> int:
    """Which documents were refused, and why."""
    upkeep = _upkeep(args, screen)
    counts = upkeep.refused()
    with upkeep.letters() as dead:
        shown = list(islice(dead.letters(index=args.index), args.limit))
    counted = screen.pick("条数", "count")
    screen.table("", (screen.pick("索引", "index"), screen.pick("错误", "error"), counted), [
        (index, error, count) for (index, error), count in counts.items()
        if args.index in (None, index)
    ])  # fmt: skip
    columns = (
        screen.pick("时间", "at"),
        screen.pick("帖子", "post"),
        screen.pick("原因", "reason"),
    )
    screen.table("", columns, [
        (each.at, each.post_key or each.id, each.reason or each.error) for each in shown
    ])  # fmt: skip
    screen.say(f"共 {sum(counts.values()):,} 条", f"{sum(counts.values()):,} in all")
    screen.answer(
        {
            "counts": [
                {"index": index, "error": error, "count": count}
                for (index, error), count in counts.items()
            ],
            "letters": [
                {"at": each.at, "index": each.index, "id": each.id, "operation": each.operation,
                 "post": each.post_key, "status": each.status, "error": each.error,
                 "reason": each.reason, "attempts": each.attempts}
                for each in shown
            ],
        }
    )  # fmt: skip
    return 0


def retry(args: argparse.Namespace, screen: Screen) -> int:
    """Send them again; 1 if some are still refused."""
    settled, left = _upkeep(args, screen).retry(args.index)
    screen.say(
        f"写好 {settled:,} 条，仍被拒绝 {left:,} 条", f"{settled:,} settled, {left:,} still refused"
    )
    screen.answer({"settled": settled, "left": left})
    return int(left > 0)


def export(args: argparse.Namespace, screen: Screen) -> int:
    """Write them into a file of JSON lines; nobody but its owner may read it."""
    count = _upkeep(args, screen).export(args.file, args.index)
    screen.say(f"已写入 {args.file}（{count:,} 条）", f"{args.file} is written ({count:,} letters)")
    screen.answer({"file": str(args.file), "letters": count})
    return 0
