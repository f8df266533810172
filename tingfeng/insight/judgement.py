"""核心研判: a whole incident in at most two hundred characters, all of them counted."""

from __future__ import annotations

from datetime import datetime

from tingfeng import SHANGHAI, Incident, Message, platform_name
from tingfeng.insight.brief import Brief, blind_hours
from tingfeng.insight.demands import Asked
from tingfeng.insight.dossier import Dossier
from tingfeng.insight.loudest import loudest
from tingfeng.insight.proportion import percent
from tingfeng.insight.sentiment import SentimentAnswer
from tingfeng.insight.sheet import Line, Proof
from tingfeng.insight.verdict import LEVEL_NAMES, STATE_NAMES

LONGEST = 200
"""Characters in Chinese; as many words in English."""


def judgement(
    brief: Brief, dossier: Dossier, standing: Incident, mood: SentimentAnswer, asked: list[Asked]
) -> Line:
    """Sentence by sentence, the most telling first, as long as there is room."""
    sentences = [_course(brief, dossier, standing), _crowd(brief, standing, mood)]
    blind = len(blind_hours(brief.store, brief.period))
    if blind:
        zh = f"其间采集失明 {blind} 小时，各数偏低。"
        en = f"Blind for {blind} h meanwhile, so figures are too low."
        sentences.append((Message(zh, en), ()))
    sentences += [
        one
        for one in (_place(brief, standing), _loudest(brief, standing), _wanted(asked),
                    _army(brief, standing, mood))
        if one is not None
    ]  # fmt: skip
    zh, en = "", ""
    proofs: list[Proof] = []
    for said, rests_on in sentences:
        if len(zh) + len(said.zh) > LONGEST or len(f"{en} {said.en}".split()) > LONGEST:
            continue
        zh, en = zh + said.zh, f"{en} {said.en}".strip()
        proofs += rests_on
    return Line(said=Message(zh, en), proofs=tuple(proofs), tone="lead", look=dossier.look)


Said = tuple[Message, tuple[Proof, ...]]


def _course(brief: Brief, dossier: Dossier, standing: Incident) -> Said:
    first, opened = _when(standing.first_post_at), _when(standing.opened_at)
    height, state = LEVEL_NAMES[dossier.height(brief.period)], STATE_NAMES[standing.state]
    return (
        Message(
            f"{standing.brand}：{first}首帖，{opened}开警，最高{height.zh}，{state.zh}。",
            f"{standing.brand}: first post {first}, opened {opened}, highest {height.en}, "
            f"{state.en}.",
        ),
        (),
    )


def _crowd(brief: Brief, standing: Incident, mood: SentimentAnswer) -> Said:
    now, share = mood.now, mood.now.share("negative")
    asked = brief.scope.query(brief.period, standing.brand)
    bad = brief.scope.query(brief.period, standing.brand, labels=("negative",))
    usual = standing.evidence.usual_share
    of = percent(share.share) if share.enough else None
    zh = f"占有明确态度的 {of}，平时 {usual:.0%}" if of else "有明确态度的太少，不说占比"
    en = (
        f"{of} of those with a clear attitude, usually {usual:.0%}"
        if of
        else "too few with a clear attitude for a share"
    )
    return (
        Message(
            f"至{_when(brief.period.until)}提及 {now.posts} 条、负面 {now.negative} 条（{zh}），"
            f"作者 {mood.authors} 人。",
            f"Until {_when(brief.period.until)} {now.posts} posts, {now.negative} of them negative "
            f"({en}), by {mood.authors} authors.",
        ),
        (Proof.of("提及", "posts", now.posts, asked),
         Proof.of("负面", "negative", now.negative, bad)),
    )  # fmt: skip


def _place(brief: Brief, standing: Incident) -> Said | None:
    asked = brief.scope.query(brief.period, standing.brand, labels=("negative",))
    cells = brief.store.count(asked, ("platform", "brand"))
    if not cells:
        return None
    most = max(cells, key=lambda cell: cell.posts)
    id = str(most.by[0])
    here = brief.scope.query(brief.period, standing.brand, labels=("negative",), platforms=(id,))
    return (
        Message(f"负面见于 {len(cells)} 个平台，{platform_name(id, 'zh')}最多（{most.posts} 条）。",
                f"Negative on {len(cells)} platforms, most on {platform_name(id, 'en')} "
                f"({most.posts}).",),
        (Proof.of("负面", "negative", most.posts, here),),
    )  # fmt: skip


def _loudest(brief: Brief, standing: Incident) -> Said | None:
    asked = brief.scope.query(brief.period, standing.brand, labels=("negative",))
    first = next(iter(loudest(brief.store, asked, limit=1)), None)
    if first is None or first.reactions is None:
        return None
    brief.citations.cite([first.document])
    key = (first.document.post.key,)
    return (
        Message(f"负面单帖互动最高 {first.reactions}。",
                f"The loudest negative post had {first.reactions} reactions."),
        (Proof(what=Message("互动最高的负面帖", "loudest negative post"), posts=1, keys=key),),
    )  # fmt: skip


def _wanted(asked: list[Asked]) -> Said | None:
    if not asked:
        return None
    top = asked[0].proofs[0]
    return (
        Message(f"诉求词最多的是“{top.what.zh}”（{top.posts} 条）。",
                f"The most frequent word of a demand is “{top.what.en}” ({top.posts})."),
        (top,),
    )  # fmt: skip


def _army(brief: Brief, standing: Incident, mood: SentimentAnswer) -> Said | None:
    asked = brief.scope.query(brief.period, standing.brand, suspected=True)
    return (
        Message(f"疑似水军 {mood.suspected} 条。",
                f"{mood.suspected} posts look like water army."),
        (Proof.of("疑似水军", "suspected water army", mood.suspected, asked),),
    )  # fmt: skip


def _when(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%m-%d %H:%M}"
