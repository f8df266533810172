"""What a pack of evidence shows, as tables: how it was made, posts, what happened, who was told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from tingfeng import (
    Ack,
    Closing,
    Entry,
    Exhibit,
    Feedback,
    Incident,
    Lifting,
    Message,
    Notice,
    Silence,
    platform_name,
)
from tingfeng.core.exhibit import flaws
from tingfeng.core.post import Engagement
from tingfeng.insight.evidence_words import ENTRIES, EXHIBITS, NOTICES, TRUTHS, about, fate
from tingfeng.insight.listing import BADGES
from tingfeng.insight.listing import KINDS as POSTS
from tingfeng.insight.sentiment import LABEL_NAMES
from tingfeng.insight.table import Cell, Column, Table, columns
from tingfeng.insight.verdict import LEVEL_NAMES, STATE_NAMES


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """All that is stored of one incident."""

    incident: Incident
    exhibits: Sequence[Exhibit]
    notices: Sequence[Notice]
    entries: Sequence[Entry]
    """Lines of the logbook about it."""
    made_at: datetime
    version: str
    """Of the program."""

    @property
    def shown(self) -> list[Exhibit]:
        """Copies that are there."""
        return [one for one in self.exhibits if one.content]

    @property
    def head(self) -> str:
        """Of the chain: its last link; empty where nothing was kept."""
        return self.exhibits[-1].link if self.exhibits else ""

    def tables(self) -> list[Table]:
        """In the order of the sheets."""
        return [explained(self), posts(self), timeline(self), notices(self), logbook(self)]


def explained(held: Holding) -> Table:
    """How the pack was made, what its hashes prove and what they do not."""
    one, gone = held.incident, [each for each in held.exhibits if each.about is not None]
    rows: list[tuple[Cell, ...]] = [
        (Message("事件", "incident"), one.id),
        (Message("品牌", "brand"), one.brand),
        (Message("级别", "level"), LEVEL_NAMES[one.level]),
        (Message("状态", "state"), STATE_NAMES[one.state]),
        (Message("首条负面", "first negative post"), one.first_post_at),
        (Message("开警", "opened"), one.opened_at),
        (Message("结束", "closed"), one.closed_at),
        (Message("生成时间（北京时间）", "made (Asia/Shanghai)"), held.made_at),
        (Message("生成程序", "made by"), f"tingfeng {held.version}"),
        (Message("证据件数", "exhibits"), len(held.shown)),
        (Message("链尾 SHA-256", "head of the chain"), held.head or None),
    ]
    rows += [(Message("说明", "about"), each) for each in about(held.incident, held.shown, gone)]
    rows += [(Message("注意：链有缺陷", "careful: flaw"), each) for each in flaws(held.exhibits)]
    rows += [
        (Message("预警依据", "why it was told"), Message(zh, en))
        for zh, en in one.evidence.sentences
    ]
    return Table(
        name=Message("说明", "about"),
        columns=(
            Column(name=Message("项目", "item"), width=24),
            Column(name=Message("内容", "content"), width=110),
        ),
        rows=rows,
    )


_COUNTS = {
    "likes": ("赞", "likes"), "comments": ("评", "comments"), "reposts": ("转", "reposts"),
    "favorites": ("藏", "favorites"), "views": ("播放/阅读", "views"), "coins": ("投币", "coins"),
    "heat": ("热度", "heat"),
}  # fmt: skip


def posts(held: Holding) -> Table:
    """One exhibit a row; what is gone has its hash and why."""
    counts = [_COUNTS[each.name] for each in fields(Engagement)[1:]]
    named = columns(
        ("件", "exhibit"), ("缘由", "kept because"), ("留存时间", "kept"), ("平台", "platform"),
        ("编号", "key"), ("类型", "kind"), ("发布时间", "published"), ("采集时间", "collected"),
        ("作者(匿名)", "author (pseudonym)"), ("粉丝", "followers"), ("认证", "verified"),
        ("标题", "title"), ("正文", "text"), ("编辑前", "before edits"), ("原文链接", "link", "link"),
        *counts, ("数值观测时间", "counts seen"), ("模型判断", "read as"),
        ("负面概率", "p(negative)", "share"), ("判断者", "read by"), ("模型版本", "reader"),
        ("正文指纹", "fingerprint of words"), ("本件 SHA-256", "SHA-256"), ("链 SHA-256", "link of the chain"),
    )  # fmt: skip
    return Table(
        name=Message("证据", "evidence"),
        columns=named,
        rows=[_exhibit(one, len(named)) for one in held.exhibits],
        notes=(
            Message(
                "时间均为北京时间；空格表示平台没有给出，不是 0。超过 Excel 一格上限的正文在 exhibits 文件夹里是全文。",
                "Times are Asia/Shanghai; an empty cell was not shown by the platform and is not 0. "
                "Texts beyond the limit of a cell are whole in the folder exhibits.",
            ),
        ),
    )


def _exhibit(one: Exhibit, width: int) -> tuple[Cell, ...]:
    why = EXHIBITS[one.kind]
    if one.about is not None:
        why = Message(
            f"{EXHIBITS[one.kind].zh}：第 {one.about} 件", f"{EXHIBITS[one.kind].en}: {one.about}"
        )
    elif not one.content:
        why = Message(
            f"{why.zh}（内容已删除，见后面的行）", f"{why.en} (removed, see the lines below)"
        )
    if not one.content:
        blank = (None,) * (width - 5)
        return (one.number, why, one.kept_at, *blank, one.sha256, one.link)
    told = one.told
    post, seen, read = told["post"], told["engagement"] or {}, told["reading"] or {}
    author = post["author"] or {}
    return (
        one.number, why, one.kept_at,
        Message(platform_name(post["platform"], "zh"), platform_name(post["platform"], "en")),
        one.key, POSTS[post["kind"]], _time(post["published_at"]), _time(post["collected_at"]),
        author.get("id"), author.get("followers"), BADGES.get(author.get("verified")),
        post["title"] or None, post["text"], "\n---\n".join(told["earlier"]) or None,
        post["url"] or None,
        *(seen.get(name) for name in _COUNTS), _time(seen.get("observed_at")),
        LABEL_NAMES[read["label"]] if read.get("label") else None, read.get("negative"), read.get("by"),
        read.get("reader"), told["fingerprint"], one.sha256, one.link,
    )  # fmt: skip


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def timeline(held: Holding) -> Table:
    """All that happened, in order, with what became of each message."""
    one = held.incident
    told: list[tuple[Cell, ...]] = [
        (one.first_post_at, Message("首条负面", "first negative post"), None, None),
        (one.opened_at, Message("开警", "opened"), LEVEL_NAMES[one.level], None),
    ]
    if one.closed_at is not None:
        told.append((one.closed_at, Message("结束", "closed"), None, None))
    told += [
        (each.made_at or each.created_at, _notice(each), each.title, fate(each))
        for each in held.notices
    ]
    told += [(at, what, said, by) for at, by, what, said in map(_entry, held.entries)]
    told += [
        (each.kept_at, EXHIBITS[each.kind], each.key or None,
         Message(f"第 {each.number} 件", f"exhibit {each.number}"))
        for each in held.exhibits
    ]  # fmt: skip
    return Table(
        name=Message("时间线", "timeline"),
        columns=_wide(
            ("时间", "time", 20),
            ("经过", "what", 24),
            ("内容", "content", 70),
            ("结果", "result", 40),
        ),
        rows=sorted(told, key=_moment),
    )


def _moment(row: tuple[Cell, ...]) -> datetime:
    assert isinstance(row[0], datetime)
    return row[0]


def _notice(notice: Notice) -> Message:
    kind, level = NOTICES.get(notice.kind, Message(notice.kind, notice.kind)), notice.level
    return Message(
        f"通知：{kind.zh}（{LEVEL_NAMES[level].zh}，{notice.channel}）",
        f"message: {kind.en} ({LEVEL_NAMES[level].en}, {notice.channel})",
    )


def notices(held: Holding) -> Table:
    """Every message, also those that were held back, with its whole text."""
    return Table(
        name=Message("通知记录", "messages"),
        columns=_wide(
            ("编号", "id", 34), ("渠道", "channel", 14), ("种类", "kind", 14), ("级别", "level", 12),
            ("生成", "made", 20), ("送达", "delivered", 20), ("结果", "result", 30),
            ("尝试次数", "attempts", 8), ("标题", "title", 50), ("内容", "text", 90),
        ),
        rows=[
            (one.id, one.channel, NOTICES.get(one.kind, Message(one.kind, one.kind)),
             LEVEL_NAMES[one.level], one.made_at or one.created_at, one.delivered_at, fate(one),
             abs(one.attempts), one.title, one.body)
            for one in held.notices
        ],
    )  # fmt: skip


def logbook(held: Holding) -> Table:
    """What people said and did."""
    return Table(
        name=Message("操作记录", "logbook"),
        columns=_wide(
            ("时间", "time", 20), ("谁", "who", 14), ("操作", "what", 14), ("内容", "content", 90)
        ),
        rows=[_entry(one) for one in held.entries],
    )


def _entry(entry: Entry) -> tuple[datetime, str, Message, Message]:
    parts = [(zh, en, said) for zh, en, said in _said(entry) if said]
    return (
        entry.at, entry.by, ENTRIES[type(entry).__name__],
        Message("；".join(f"{zh}：{text}" for zh, _, text in parts),
                "; ".join(f"{en}: {text}" for _, en, text in parts)),
    )  # fmt: skip


def _said(entry: Entry) -> Iterator[tuple[str, str, Any]]:
    if isinstance(entry, Ack):
        yield "负责", "owner", entry.owner
        yield "下一步", "next step", entry.next_step
        yield "期限", "due", entry.due_at and f"{entry.due_at:%Y-%m-%d %H:%M}"
        yield "备注", "note", entry.note
    elif isinstance(entry, Closing):
        yield "理由", "reason", entry.reason
        yield "起因", "cause", entry.cause
        yield "做法", "action", entry.action
        yield "结果", "outcome", entry.outcome
    elif isinstance(entry, Feedback):
        yield "判定", "verdict", TRUTHS[entry.truth]
        yield "理由", "reason", entry.reason
    elif isinstance(entry, Silence):
        yield "品牌", "brand", entry.brand
        yield "平台", "platform", entry.platform
        yield "词", "word", entry.keyword
        yield "到", "until", f"{entry.end:%Y-%m-%d %H:%M}"
        yield "说明", "comment", entry.comment
    elif isinstance(entry, Lifting):
        yield "说明", "comment", entry.comment


def _wide(*given: tuple[str, str, int]) -> tuple[Column, ...]:
    return tuple(Column(name=Message(zh, en), width=width) for zh, en, width in given)
