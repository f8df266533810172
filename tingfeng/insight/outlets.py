"""Media and big accounts that spoke of a brand, by account and without names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from tingfeng import Document, Message, platform_name
from tingfeng.insight.brief import Brief
from tingfeng.insight.loudest import reactions
from tingfeng.insight.people import BIG, PARTIES, Party, followers, pseudonym, size
from tingfeng.insight.period import show
from tingfeng.insight.sentiment import LABEL_NAMES
from tingfeng.insight.sheet import Part, Proof, Row, grid, line, part
from tingfeng.insight.survey import Survey

SHOWN = 20


def outlets(brief: Brief, brand: str, found: Survey) -> Part:
    """Accounts by kind, those with most reactions first."""
    accounts: dict[tuple[Party, str], list[Document]] = {}
    for side in get_args(Party):
        for document in found.parties.get(side, ()):
            accounts.setdefault((side, _account(document)), []).append(document)
    title = ("媒体与大号名单", "Media and big accounts")
    if not accounts:
        return part(*title, line(
            f"没有媒体、机构账号或粉丝不少于 {BIG // 10000} 万的账号谈到它（粉丝数未知的不算）。",
            f"No media, institution or account with {BIG:,} followers or more spoke of it (those of "
            "unknown size are not counted).", tone="none",
        ))  # fmt: skip
    ranked = sorted(accounts.items(), key=lambda pair: -_reach(pair[1]))
    rows = [_row(brief, brand, side, posts) for (side, _), posts in ranked[:SHOWN]]
    table = grid(
        "账号|类别|平台|量级|帖子|互动合计|对品牌的态度|最早发布",
        "account|kind|platform|size|posts|reactions|attitude to the brand|first post",
        rows,
    )
    every = len(accounts)
    said = line(f"共 {every} 个账号，列出互动最多的 {len(rows)} 个。",
                f"{every} accounts, of which the {len(rows)} with most reactions.")  # fmt: skip
    return part(*title, said, table)


def _account(document: Document) -> str:
    post = document.post
    return f"{post.platform}:{post.author.id}" if post.author else post.key


def _reach(posts: Sequence[Document]) -> int:
    return sum(reactions(one) or 0 for one in posts)


def _row(brief: Brief, brand: str, side: Party, posts: Sequence[Document]) -> Row:
    biggest = max(posts, key=lambda one: followers(one) or 0)
    told = [one.analysis.attitude(brand) if one.analysis else None for one in posts]
    zh = "，".join(f"{LABEL_NAMES[x].zh} {told.count(x)}" for x in LABEL_NAMES if x in told)
    en = ", ".join(f"{LABEL_NAMES[x].en} {told.count(x)}" for x in LABEL_NAMES if x in told)
    platform = posts[0].post.platform
    moments = [one.post.published_at for one in posts if one.post.published_at]
    keys = tuple(one.post.key for one in posts)
    return Row(
        cells=(pseudonym(biggest), PARTIES[side],
               Message(platform_name(platform, "zh"), platform_name(platform, "en")),
               size(biggest), len(posts), _reach(posts), Message(zh or "–", en or "–"),
               show(min(moments)) if moments else "–"),
        proofs=(Proof(what=Message("帖子", "posts"), posts=len(posts), keys=keys),),
        cited=brief.citations.cite(posts[:2]),
    )  # fmt: skip
