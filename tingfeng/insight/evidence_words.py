"""The words of a pack of evidence: what it is, and honestly what it is not."""

from __future__ import annotations

from collections.abc import Sequence

from tingfeng import Exhibit, ExhibitKind, Incident, Message, Notice

EXHIBITS: dict[ExhibitKind, Message] = {
    "evidence": Message("事件依据", "the incident rests on it"),
    "reach": Message("传播过线", "it went far"),
    "forgotten": Message("已按个人要求删除", "removed on a person's request"),
    "expired": Message("已超过留存期限", "kept for as long as was set"),
}

NOTICES = {
    "opened": Message("开警", "opened"), "raised": Message("升级", "raised"),
    "lowered": Message("降级", "lowered"), "heartbeat": Message("持续", "going on"),
    "resolved": Message("结束", "closed"),
    "escalated": Message("无人确认，升给下一级", "not acknowledged, next rung"),
    "digest": Message("补报", "told after being held back"), "gap": Message("数据缺口", "data gap"),
    "gap_over": Message("数据恢复", "data are back"), "test": Message("测试", "test"),
    "heat": Message("热度提醒", "heat"),
}  # fmt: skip

ENTRIES = {
    "Ack": Message("确认", "acknowledged"), "Closing": Message("关闭/补充", "closed or added"),
    "Feedback": Message("反馈", "feedback"), "Silence": Message("静默", "silenced"),
    "Lifting": Message("解除静默", "silence lifted"),
}  # fmt: skip

TRUTHS = {"true": "属实 true", "false": "误报 false alarm", "unclear": "不确定 unclear"}

_WITHHELD = {
    "silence": Message("静默", "silenced"), "quiet": Message("免打扰时段", "quiet hours"),
    "gap": Message("数据缺口", "data gap"), "inhibited": Message("已由更高事件代表", "inhibited"),
}  # fmt: skip


def fate(notice: Notice) -> Message:
    """What became of a message, as the robot's own answer says."""
    if notice.withheld is not None:
        word, _, which = notice.withheld.partition(" ")
        name = _WITHHELD.get(word, Message(word, word))
        return Message(f"未发，{name.zh} {which}".rstrip(), f"not sent, {name.en} {which}".rstrip())
    if notice.delivered_at is not None:
        return Message("已送达", "delivered")
    why = notice.failure or ""
    if notice.attempts < 0:
        return Message(f"没有送达：{why}", f"given up: {why}")
    return Message(f"等待发送 {why}".rstrip(), f"waiting {why}".rstrip())


def about(incident: Incident, shown: Sequence[Exhibit], gone: Sequence[Exhibit]) -> list[Message]:
    """Sentences for the first page."""
    told = [_MADE if shown else _NONE, _HASHES, _CHAIN, _PROVES, _NOTARY, _AUTHORS, _READING]
    if any(one.kind == "reach" for one in shown):
        told.append(_LAW)
    for kind, zh, en in (
        (
            "forgotten",
            "按个人要求删除（个人信息保护法）",
            "were removed on a person's request (PIPL)",
        ),
        ("expired", "因超过留存期限删除", "were removed when their time was over"),
    ):
        if count := sum(one.kind == kind for one in gone):
            told.append(
                Message(
                    f"有 {count} 件已{zh}：内容不在本包，链上只留其哈希。",
                    f"{count} exhibits {en}: their content is not here, the chain keeps the hash.",
                )
            )
    return told


_MADE = Message(
    "证据怎么来的：事件指到某帖时，库在保存事件的同一步里把当时所见原样存一份副本（正文、标题、链接、匿名作者与粉丝数、"
    "时间、互动数、模型判断）。此后原帖被编辑、删除或过了保存期限，副本不变；编辑后的文字另存一件。",
    "How it was made: when the incident named a post, the step that stored the incident stored a copy "
    "of what had been seen: text, title, link, pseudonym and followers, times, counts, reading. Edits, "
    "deletion and retention of the post change no copy; edited words are a further exhibit.",
)

_NONE = Message(
    "本事件没有留存的副本：它开警时本功能还没有启用，或依据的帖子当时不在库里。",
    "Nothing was kept for this incident: it opened before evidence was kept, or its posts were not stored.",
)

_HASHES = Message(
    "每件的 SHA-256 就是 exhibits 文件夹里同号 JSON 文件的 SHA-256（UTF-8，键按序，紧凑）；任何工具都能复算。"
    "正文指纹取 [编号, 发布时间（UTC，精确到秒）, 标题, 正文] 的紧凑 JSON，与报告里的证据指纹相同。",
    "The SHA-256 of an exhibit is that of the JSON file of the same number in the folder exhibits "
    "(UTF-8, keys in order, compact): any tool computes it again. The fingerprint of words is that of "
    "the compact JSON of [key, time published (UTC, to the second), title, text], as reports print it.",
)

_CHAIN = Message(
    "各件连成链：每行的链 SHA-256 取 [事件, 件号, 缘由, 所指件号, 事件时刻, 留存时间, 本件 SHA-256, 前一行的链 SHA-256] 的"
    "紧凑 JSON（时间为 UTC，精确到微秒）；改动、抽走、插入任何一行，其后都接不上。",
    "Exhibits are a chain: the link of a line is the SHA-256 of the compact JSON of [incident, number, "
    "kind, about, moment of the incident, kept, SHA-256 of the exhibit, link of the line before] (times "
    "in UTC, to the microsecond); no line can be changed, taken out or slipped in unseen.",
)

_PROVES = Message(
    "验证：tingfeng alerts evidence --verify 文件夹。请把 manifest.json 的 SHA-256 当场另行记下或发给他人：哈希只能证明"
    "本包此后未被改动，不能证明平台上确有其帖，也不是公证。",
    "To verify: tingfeng alerts evidence --verify FOLDER. Write down the SHA-256 of manifest.json "
    "elsewhere at once: hashes prove that the pack was not changed since, neither that the post stood "
    "on the platform nor what a notary proves.",
)

_NOTARY = Message(
    "要用于诉讼、投诉或行政举报，请趁原帖还在，尽快对原文链接办理公证或可信时间戳取证。",
    "For court or a complaint, have the original links notarised or time-stamped by a trusted "
    "authority while the posts are still there.",
)

_AUTHORS = Message(
    "作者一栏是库内假名（带密钥的哈希），不是平台账号；平台账号以原文链接所示为准。",
    "Authors are pseudonyms (keyed hashes) and not accounts of the platform, which the link shows.",
)

_READING = Message(
    "模型判断是机器判断，只说明当时为何预警，不是对事实或作者的认定。",
    "What the model read tells why people were told; it finds nothing about facts or persons.",
)

_LAW = Message(
    "“传播过线”：事件未结束时，对品牌负面的单帖转发或浏览达到设置的线（默认转发 500、浏览 5000，取自法释〔2013〕21号"
    "第二条）。是否构成诽谤、应否起诉，由法务判断。",
    "“It went far”: while the incident was open, a post against the brand reached the set lines (by "
    "default 500 reposts or 5,000 views, after the judicial interpretation 法释〔2013〕21号 §2). "
    "Whether the law is broken is for lawyers to say.",
)
