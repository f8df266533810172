"""The negative posts that matter most: where, by whom, how far, what is asked for, what is done."""

from __future__ import annotations

from collections.abc import Sequence

from tingfeng import Document, Message, platform_name
from tingfeng.insight.brief import Brief
from tingfeng.insight.demands import demand
from tingfeng.insight.dossier import Dossier, touching
from tingfeng.insight.loudest import Loud, certainty, loudest
from tingfeng.insight.people import PARTIES, party, pseudonym, size
from tingfeng.insight.period import show
from tingfeng.insight.sheet import Block, Line, Part, Proof, Quote, line, part
from tingfeng.insight.verdict import LEVEL_NAMES, REPLAYED, STATE_NAMES

TOP = 10
LONGEST = 160
"""Characters of a post that are quoted."""


def top_negatives(brief: Brief, brand: str, *, limit: int = TOP) -> Part:
    """The negative posts about *brand* with most reactions, each text once."""
    asked = brief.scope.query(brief.period, brand, labels=("negative",))
    found = loudest(brief.store, asked, limit=limit)
    cells = brief.store.count(asked, ("brand",))
    posts = sum(cell.posts for cell in cells)
    blocks: list[Block] = [
        line(f"负面共 {posts} 条，按互动列出 {len(found)} 种内容。",
             f"{posts} negative posts, of which {len(found)} texts by reactions.",
             Proof.of("负面", "negative", posts, asked))
    ]  # fmt: skip
    if not found:
        return part("TOP 负面", "Top negatives", blocks[0])
    cases = touching(brief.dossiers, brief.period, brand)
    entries = [_entry(brief, brand, one, cases) for one in found]
    return part("TOP 负面", "Top negatives", *blocks, *entries)


def _entry(brief: Brief, brand: str, loud: Loud, cases: Sequence[Dossier]) -> Quote:
    document = loud.document
    cited = brief.citations.cite([document])
    asked = demand(document)
    wanted = (
        line("诉求：原文未见诉求词。", "Demand: no word of one in the post.", tone="small")
        if asked is None
        else line(f"诉求（{asked.kind.zh}）：“{asked.quote}”",
                  f"Demand ({asked.kind.en}): “{asked.quote}”", tone="small")
    )  # fmt: skip
    return Quote(
        text=shortened(document),
        about=about(loud, brand, cited),
        links=(wanted, state(brief, document, cases)),
    )


def about(loud: Loud, brand: str, cited: tuple[int, ...]) -> Line:
    """Source, author's size, reactions, copies of one text."""
    document = loud.document
    post, many = document.post, loud.copies
    odds = certainty(document, brand)
    who, side, big = pseudonym(document), PARTIES[party(document)], size(document)
    when = show(post.published_at) if post.published_at else "–"
    seen = "–" if loud.reactions is None else str(loud.reactions)
    zh = [platform_name(post.platform, "zh"), when, side.zh, who.zh, big.zh, f"互动 {seen}"]
    en = [platform_name(post.platform, "en"), when, side.en, who.en, big.en, f"reactions {seen}"]
    if many > 1:
        zh.append(f"雷同帖 {many} 条")
        en.append(f"{many} near-duplicates")
    if document.suspected:
        zh.append("疑似水军")
        en.append("suspected water army")
    if document.earlier:
        zh.append("已编辑过")
        en.append("edited since")
    if odds:
        zh.append(f"负面概率 {odds}")
        en.append(f"negative {odds}")
    what = Message("雷同帖", "near-duplicates")
    proofs = (Proof(what=what, posts=many, command=loud.command),) if many > 1 else ()
    return Line(
        said=Message(" · ".join(zh), " · ".join(en)), proofs=proofs, cited=cited, tone="small"
    )


def state(brief: Brief, document: Document, cases: Sequence[Dossier]) -> Line:
    """Which incident the post belongs to, by its time, and how that is being handled."""
    at = document.post.published_at
    for one in cases:
        incident = brief.at_end(one)
        ended = incident.closed_at or brief.period.until
        if at is not None and incident.first_post_at <= at <= ended:
            level, stands = LEVEL_NAMES[incident.level], STATE_NAMES[incident.state]
            who = one.owner or "–"
            zh, en = (f"；{REPLAYED.zh}", f"; {REPLAYED.en}") if one.replayed else ("", "")
            return line(
                f"状态：发于事件 {incident.id} 期间（{level.zh}，{stands.zh}，负责：{who}）{zh}",
                f"State: within incident {incident.id} ({level.en}, {stands.en}, owner: {who}){en}",
                tone="small",
                look=one.look,
            )
    if not brief.judged:
        return line("状态：未做预警判断", "State: no alerts were judged", tone="small")
    return line("状态：不在任何预警事件期间", "State: within no incident", tone="small")


def shortened(document: Document, longest: int = LONGEST) -> str:
    """Its words on one line, cut where they are long."""
    words = " ".join(document.post.words.split())
    return words if len(words) <= longest else f"{words[: longest - 1]}…"
