"""Who wrote a post, as far as it may be told: never who they are."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

from tingfeng import Document, Message

Party = Literal["authority", "media", "institution", "big", "ordinary"]

PARTIES: dict[Party, Message] = {
    "authority": Message("政府官方", "authorities"),
    "media": Message("媒体", "media"),
    "institution": Message("机构账号", "institutions"),
    "big": Message("大V", "big accounts"),
    "ordinary": Message("普通网友", "ordinary people"),
}

BIG = 100_000
"""Followers from which an account is big: the line at which alerts call a level yellow."""

DEFINITION = Message(
    "各方的划分：政府官方＝原文在 .gov.cn；媒体＝新闻站点的文章；机构账号＝平台机构认证（蓝V，可能是企业、"
    f"媒体或政务，平台没有说明）；大V＝粉丝不少于 {BIG // 10000} 万；其余为普通网友（含粉丝数未知者）。"
    "作者一律匿名：编号是加密后的代号，粉丝不足 10 万的只说量级。",
    "Parties: authorities, the original stands on .gov.cn; media, articles of news sites; "
    "institutions, verified as such by the platform (companies, media or offices, it does not say "
    f"which); big accounts, {BIG:,} followers or more; all others are ordinary people, those of "
    "unknown size among them. Authors are pseudonymous: ids are keyed hashes, and below 100,000 "
    "followers only the order of magnitude is told.",
)


def party(document: Document) -> Party:
    """Which side *document* comes from."""
    post = document.post
    host = urlsplit(post.url).hostname if post.url.startswith(("http://", "https://")) else None
    if host and host.endswith(".gov.cn"):
        return "authority"
    if post.platform == "news":
        return "media"
    if post.author is not None and post.author.verified == "organization":
        return "institution"
    return "big" if (followers(document) or 0) >= BIG else "ordinary"


def followers(document: Document) -> int | None:
    """Of its author; ``None``: not said."""
    return document.post.author.followers if document.post.author else None


def size(document: Document) -> Message:
    """How big its author is: a number only of the big ones."""
    count = followers(document)
    if count is None:
        return Message("粉丝数未知", "followers unknown")
    if count >= BIG:
        return Message(f"粉丝 {count / 10000:.1f} 万", f"{count:,} followers")
    if count >= 10_000:
        return Message("粉丝 1 万至 10 万", "10,000 to 100,000 followers")
    return Message("粉丝不足 1 万", "under 10,000 followers")


def pseudonym(document: Document) -> Message:
    """``匿名 3fa9c2d1``."""
    author = document.post.author
    if author is None:
        return Message("作者未知", "author unknown")
    return Message(f"匿名 {author.id[:8]}", f"pseudonym {author.id[:8]}")
