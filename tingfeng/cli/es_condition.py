"""What ``es status`` says of a cluster, in words."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tingfeng.core.message import Message
from tingfeng.core.post import SHANGHAI

if TYPE_CHECKING:
    from index.es.compared import Compared
    from index.es.condition import Condition


def faults(found: Condition, refused: int, args: argparse.Namespace) -> Iterator[Message]:
    """Why the command ends with 1."""
    if found.drift is not None:
        yield found.drift
    if found.stands_still(args.max_lag):
        yield Message(
            f"有变化等了 {args.max_lag:,} 秒以上没有同步。请看 tingfeng es sync 是否在运行，它说了什么",
            f"changes have been waiting for more than {args.max_lag:,} seconds: see whether tingfeng"
            " es sync runs, and what it says",
        )
    if refused > args.max_refused:
        yield Message(
            f"有 {refused:,} 个文档被拒绝。原因见 tingfeng es dlq list",
            f"{refused:,} documents were refused: tingfeng es dlq list says why",
        )


def lines(found: Condition, refused: int, *, direct: bool) -> Iterator[Message]:
    """How it is. *direct*: the cluster is the store itself."""
    nodes = "?" if found.data_nodes is None else str(found.data_nodes)
    pairs = "cjk" if found.analyzer == "cjk" else "standard"
    yield Message(
        f"Elasticsearch {found.version or '?'}，数据节点 {nodes}，状态 {found.health or '?'}，"
        f"中文分析器 {pairs}，结构 v{found.read_version or '–'}",
        f"Elasticsearch {found.version or '?'}, data nodes {nodes}, health {found.health or '?'},"
        f" analyzer {pairs}, indices v{found.read_version or '–'}",
    )
    if direct:
        yield Message("直接写入，无需同步", "written to directly, there is nothing to sync")
    else:
        yield from _followed(found)
    if found.posts is not None:
        yield from _posts(found.posts, settled=found.waiting == 0)
    yield Message(f"被拒绝的文档 {refused:,}", f"refused documents: {refused:,}")


def _followed(found: Condition) -> Iterator[Message]:
    if found.position is None:
        yield Message("还没有同步过", "nothing was ever synced")
        return
    if found.waiting is None:
        yield Message(
            "同步自另一个库，或本机没有这个库", "synced from another store, or it is not here"
        )
        return
    lag = ("–", "–") if found.lag is None else (f"{found.lag:,.0f} 秒", f"{found.lag:,.0f} seconds")
    yield Message(
        f"同步到第 {found.position.seq:,} 号变化，还差 {found.waiting:,} 个，落后 {lag[0]}",
        f"synced up to change {found.position.seq:,}, {found.waiting:,} are waiting,"
        f" {lag[1]} behind",
    )
    if found.waiting and found.position.caught_up is None:
        yield Message(
            "首次装载未完成；若已停下，再次运行 tingfeng es sync 会接着写，已写入的不会重复",
            "the first load is not finished; if it has stopped, run tingfeng es sync again: it goes"
            " on from there, and nothing is written twice",
        )


def _posts(posts: Compared, *, settled: bool) -> Iterator[Message]:
    yield Message(
        f"帖子：库 {posts.stored:,}，索引 {posts.indexed:,}",
        f"posts: {posts.stored:,} in the store, {posts.indexed:,} in the index",
    )
    if settled and posts.older and posts.since is not None:
        day = posts.since.astimezone(SHANGHAI).date()
        yield Message(
            f"索引保留 {day} 起的帖子；库里更早的 {posts.older:,} 帖不在索引里（保存期限）",
            f"the index keeps posts since {day}; {posts.older:,} earlier ones of the store are not in"
            " it (retention)",
        )
