"""专报: one incident, for those who must decide."""

from __future__ import annotations

from datetime import datetime, timedelta

from tingfeng import Incident, Message
from tingfeng.insight.brief import Brief, coverage, method, no_data, notes
from tingfeng.insight.demands import Asked, demands
from tingfeng.insight.dossier import Dossier
from tingfeng.insight.judgement import judgement
from tingfeng.insight.parties import parties
from tingfeng.insight.period import Period, show
from tingfeng.insight.prospects import prospects
from tingfeng.insight.sentiment import sentiment
from tingfeng.insight.sheet import Line, Part, Row, Sheet, grid, line, part, top
from tingfeng.insight.spread import by_platform, timeline
from tingfeng.insight.standing import trend_drawing, volume
from tingfeng.insight.survey import survey
from tingfeng.insight.trend import trend
from tingfeng.insight.verdict import REPLAYED, Alarms, measured

MINUTE = timedelta(minutes=1)


def lasting(one: Incident, until: datetime) -> Period:
    """From the first post to the end, or to *until* while it goes on."""
    end = min(one.closed_at or until, until)
    return Period(since=one.first_post_at, until=max(end, one.first_post_at + MINUTE))


def case_report(brief: Brief, dossier: Dossier) -> Sheet:
    """The report of one incident; the period of *brief* is :func:`lasting`."""
    one, store, period = dossier.incident, brief.store, brief.period
    # The step that ends it lies at the end of the period itself.
    standing = dossier.as_of(period.until + MINUTE) or one
    mood = sentiment(store, one.brand, period, now=brief.now, scope=brief.scope)
    graph = trend(store, one.brand, period, now=brief.now, scope=brief.scope)
    found = survey(store, brief.scope.query(period, one.brand))
    asked = demands(store, brief.scope.query(period, one.brand, labels=("negative",)))
    alarms = Alarms(incidents=(standing,), judged=True)
    chart = trend_drawing(graph, alarms, "case-trend", "timeline")
    core = part(
        "核心研判", "In short", judgement(brief, dossier, standing, mood, asked), *_unsent(dossier)
    )
    parts = [core]
    if mood.now.posts:
        parts += [
            part("事件脉络与时间线", "Timeline", timeline(brief, dossier, graph, found), id="timeline"),
            part("传播态势", "How it spread", *volume(brief, one.brand, graph), chart,
                 by_platform(brief, one.brand)),
            parties(brief, one.brand, found),
            _demands(brief, asked),
        ]  # fmt: skip
    else:
        parts.append(part("传播态势", "How it spread", no_data(brief, one.brand)))
    parts += [_grounds(brief, one), prospects(dossier, standing), _handling(dossier)]
    parts += [coverage(brief), method(brief, _SCOPE)]
    return Sheet(
        kind="incident",
        title=Message(f"{one.brand} 事件专报", f"{one.brand}: incident report"),
        number=Message(f"事件 {one.id}", f"Incident {one.id}"),
        period=period,
        made_at=brief.now,
        notes=notes(brief, one.brand),
        parts=tuple(map(top, parts)),
        evidence=brief.citations.listed,
        missing=len(brief.citations.missing),
        enough=bool(mood.now.posts),
        incidents=(one.id,),
    )


_SCOPE = Message(
    "专报统计事件首帖至结束（或截至时刻）之间提到该品牌的全部帖子，其中也有与事件无关的平时内容；"
    "“平时”占比见判定依据。",
    "An incident report counts every post about the brand from the first post to the end (or until "
    "now), also what has nothing to do with it; the usual share is told with the grounds.",
)


def _unsent(dossier: Dossier) -> list[Line]:
    if not dossier.replayed:
        return []
    return [
        line(f"{REPLAYED.zh}：这起事件由历史回放得出，没有通知过任何人。",
             f"{REPLAYED.en}: a replay of history found this incident, nobody was told.",
             tone="warn")
    ]  # fmt: skip


def _demands(brief: Brief, asked: list[Asked]) -> Part:
    """诉求归纳."""
    if not asked:
        nothing = line("负面帖中没有检出诉求词。", "No word of a demand in the negative posts.",
                       tone="none")  # fmt: skip
        return part("诉求归纳", "Demands", nothing)
    rows = [
        Row(cells=(one.kind, "、".join(f"{p.what.zh} {p.posts}" for p in one.proofs),
                   f"“{one.quote}”"),
            proofs=one.proofs, cited=brief.citations.cite([one.example]))
        for one in asked
    ]  # fmt: skip
    note = line("一条帖子可含多个诉求词，各数不能相加。",
                "A post may have several of the words: the numbers do not add up.", tone="small")  # fmt: skip
    return part("诉求归纳", "Demands", note,
                grid("诉求|诉求词与帖数|原文例句", "demand|words and posts|in their words", rows))  # fmt: skip


def _grounds(brief: Brief, one: Incident) -> Part:
    """Why it stands where it stood at its height, in the words of the alert."""
    told = measured(one.evidence)
    first = line(
        f"{show(one.evidence.at)} 判定：{told.zh}。", f"Judged {show(one.evidence.at)}: {told.en}.",
        cited=brief.citations.cite(one.evidence.posts),
    )  # fmt: skip
    said = [Line(said=Message(*pair)) for pair in one.evidence.sentences]
    return part("判定依据（最高级别时）", "Grounds (at its height)", first, *said)


def _handling(dossier: Dossier) -> Part:
    """What was done, and what was learnt from earlier ones; nothing is advised."""
    lines: list[Line] = []
    if dossier.owner:
        due = f"，{show(dossier.due_at)} 前" if dossier.due_at else ""
        by = f", by {show(dossier.due_at)}" if dossier.due_at else ""
        step = dossier.next_step
        lines.append(
            line(f"负责：{dossier.owner}；下一步：{step or '未定'}{due}。",
                 f"Owner: {dossier.owner}; next step: {step or 'not said'}{by}.",
                 look=dossier.look)
        )  # fmt: skip
    else:
        lines.append(line("还没有人确认，没有负责人。", "Nobody acknowledged it, there is no owner.",
                          tone="warn", look=dossier.look))  # fmt: skip
    if (over := dossier.closing) is not None:
        told = (("关闭理由", "reason", over.reason), ("原因", "cause", over.cause),
                ("做法", "action", over.action), ("结果", "outcome", over.outcome))  # fmt: skip
        lines += [line(f"{zh}：{text}", f"{en}: {text}") for zh, en, text in told if text]
    if dossier.feedback is not None:
        zh = {"true": "属实", "false": "误报", "unclear": "拿不准"}[dossier.feedback.truth]
        lines.append(line(f"反馈：{zh}（{dossier.feedback.by}）",
                          f"Feedback: {dossier.feedback.truth} ({dossier.feedback.by})"))  # fmt: skip
    lines += [Line(said=one) for one in dossier.likeness]
    if not dossier.likeness:
        lines.append(line("没有相似的往事可参考。", "No earlier incident is like it.", tone="none"))
    return part("处置与往事", "Handling, and what was learnt before", *lines)
