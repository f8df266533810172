"""What users are told while writing stands still, and when it cannot go on: with the remedy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

from index.es.faults import said
from index.es.verdicts import Finding, Verdict
from tingfeng import Message, StoreError


def blocked(finding: Finding) -> Message:
    """Somebody or something has blocked writing; it goes on by itself once that is over."""
    zh, en = _remedy(finding)
    return Message(
        f"Elasticsearch 暂时不接受写入（{finding}）。{zh}；听风会等待，解除后自动继续，数据不会丢失",
        f"Elasticsearch takes no writes just now ({finding}). {en}; tingfeng waits and goes on by"
        " itself when that is over; nothing is lost",
    )


def _remedy(finding: Finding) -> tuple[str, str]:
    reason = finding.reason
    if "flood" in reason or "read_only_allow_delete" in reason or "read-only / allow" in reason:
        return (
            "磁盘已满：请释放磁盘空间或增加节点，低于水位后服务器会自动解除",
            "The disk is full: free space or add a node, the server lifts the block by itself",
        )
    if "no master" in reason or "state not recovered" in reason:
        return (
            "集群没有主节点：请检查各节点是否在运行、能否互相连接",
            "The cluster has no master: see that its nodes run and reach each other",
        )
    if finding.type == "index_closed_exception":
        return (
            "索引已被关闭：请用 POST /<索引>/_open 打开",
            "The index is closed: open it with POST /<index>/_open",
        )
    return (
        "索引被设为只读：请查明是谁设的，用 PUT /<索引>/_settings 把 index.blocks.* 设为 null",
        "The index was made read-only: find out by whom, and set index.blocks.* to null with"
        " PUT /<index>/_settings",
    )


def slow(finding: Finding) -> Message:
    """The server does not answer, or answers that it cannot just now, and has for a while."""
    if finding.verdict is Verdict.UNREACHABLE:
        return Message(
            f"连接不上 Elasticsearch（{finding}）。请检查服务器是否在运行、地址是否正确；"
            "听风会一直重试，数据不会丢失",
            f"Elasticsearch cannot be reached ({finding}): see that it runs and that its address"
            " is right. tingfeng keeps trying; nothing is lost",
        )
    return Message(
        f"Elasticsearch 忙不过来（{finding}）。听风已放慢写入并继续重试；若长时间如此，请增加节点或内存",
        f"Elasticsearch is too busy ({finding}). tingfeng writes more slowly and keeps trying; if"
        " it stays so, add nodes or memory",
    )


def over(seconds: float) -> Message:
    """The end of what was said before."""
    return Message(
        f"Elasticsearch 恢复写入（中断约 {seconds:.0f} 秒）",
        f"Elasticsearch takes writes again (after about {seconds:.0f} seconds)",
    )


def parked(index: str) -> Message:
    """An index does not exist, and we may not make it."""
    return Message(
        f"索引 {index} 不存在，它的文档已放入死信。请先运行 tingfeng es bootstrap，"
        "再运行 tingfeng es dlq retry",
        f"there is no index {index}: its documents are in the dead letters. Run `tingfeng es"
        " bootstrap`, then `tingfeng es dlq retry`",
    )


def impossible(finding: Finding) -> NoReturn:
    """Raise what makes writing impossible.

    :raises StoreError: always.
    """
    if finding.cause is not None:
        with said():
            raise finding.cause
    raise StoreError(
        f"Elasticsearch 不允许写入（{finding}）。请检查 [elastic] 的 api_key，或 user 和 password："
        "tingfeng es setup 会生成有写入权限的密钥",
        f"Elasticsearch does not allow writing ({finding}): check api_key, or user and password, in"
        " [elastic]; tingfeng es setup makes a key that may write",
    )


def impatient(waiting: Mapping[str, int], seconds: float, finding: Finding | None) -> StoreError:
    """Nothing was settled for *seconds*; *waiting*: how many documents wait, by index."""
    most = sorted(waiting, key=lambda index: -waiting[index])
    named = ", ".join(f"{index} ({waiting[index]})" for index in most[:3])
    named += ", …" if len(most) > 3 else ""
    count = sum(waiting.values())
    why_zh, why_en = (
        (f"，最后一次答复：{finding}", f"; last answer: {finding}") if finding else ("", "")
    )
    return StoreError(
        f"{seconds:.0f} 秒内没有写入任何文档，还有 {count} 条在等待：{named}{why_zh}。"
        "请恢复 Elasticsearch 后重新运行，没有写入的会再次写入",
        f"no document was written for {seconds:.0f} seconds, {count} are waiting: {named}{why_en}."
        " Get Elasticsearch working and run again: what was not written is written then",
    )
