"""How a brand stands in a period: volume, attitude against a longer baseline, platforms, rivals."""

from __future__ import annotations

from datetime import timedelta

from tingfeng import LABELS, LEVELS, Count, Lang, Message, platform_name
from tingfeng.insight.brief import Brief
from tingfeng.insight.chart import Mark, interval_text, trend_chart
from tingfeng.insight.counted import has_data, total
from tingfeng.insight.dossier import touching
from tingfeng.insight.period import Period, show
from tingfeng.insight.proportion import Shift, growth, percent, points, signed
from tingfeng.insight.sentiment import LABEL_NAMES, SentimentAnswer, Split
from tingfeng.insight.sheet import Drawing, Line, Part, Proof, Row, grid, line, part
from tingfeng.insight.trend import TrendAnswer
from tingfeng.insight.verdict import LEVEL_NAMES, Alarms
from tingfeng.insight.voice import ROLES, voice

POINTS = {"zh": "个百分点", "en": "points"}


def level_line(brief: Brief, brand: str) -> Line:
    """The level at the end of the period: the highest of what was not closed then."""
    if not brief.judged:
        return line("期末级别：未判断", "Level at the end: not judged")
    ends = [brief.at_end(one) for one in touching(brief.dossiers, brief.period, brand)]
    live = [one for one in ends if one.state != "closed"]
    if not live:
        return line("期末级别：无未结束的预警事件", "Level at the end: no incident is open")
    worst = max(live, key=lambda one: LEVELS.index(one.level))
    name = LEVEL_NAMES[worst.level]
    return line(
        f"期末级别：{name.zh}（事件 {worst.id}）",
        f"Level at the end: {name.en} (incident {worst.id})",
        tone="warn",
    )


def volume(brief: Brief, brand: str, answer: TrendAnswer) -> list[Line]:
    """Posts, and against what."""
    scope, period = brief.scope, brief.period
    asked = scope.query(period, brand)
    said = answer.sentence()
    proofs = [Proof.of("声量", "posts", answer.total.posts, asked)]
    if answer.before is not None:
        earlier = scope.query(period.before(), brand)
        proofs.append(Proof.of("上期声量", "posts before", answer.before.posts, earlier))
    if answer.year_before is not None:
        earlier = scope.query(period.year_before(), brand)
        posts = answer.year_before.posts
        proofs.append(Proof.of("去年同期声量", "posts a year before", posts, earlier))
    lines = [line(f"{said.zh}。", f"{said.en}.", *proofs)]
    if answer.peak is not None and answer.peak.split is not None:
        point = answer.peak
        peak = Proof(
            what=Message("最高点", "peak"), posts=point.split.posts if point.split else 0,
            command=point.command,
        )  # fmt: skip
        when = Period(since=point.start, until=point.end).sentence()
        lines.append(
            line(f"最高点：{when.zh}，{peak.posts} 条。", f"Peak: {when.en}, {peak.posts} posts.", peak)
        )  # fmt: skip
    return lines


def baseline(brief: Brief, days: int) -> Period:
    """The *days* before the period."""
    return Period(since=brief.period.since - timedelta(days=days), until=brief.period.since)


def attitude(brief: Brief, brand: str, mood: SentimentAnswer, *, days: int | None) -> Part:
    """Shares by label against the *days* before; ``None``: against the period before."""
    then = baseline(brief, days) if days else brief.period.before()
    earlier: Split | None = None
    if has_data(brief.store, then):
        earlier = Split.of(total(brief.store, brief.scope.query(then, brand)))
    zh, en = (f"前 {days} 日基线", f"the {days} days before") if days else ("上期", "period before")
    said = mood.sentence()
    shift = Shift.between(
        mood.now.share("negative"), earlier.share("negative") if earlier else None
    )
    moved = {lang: points(shift, unit) for lang, unit in POINTS.items()}
    known = "" if shift is None or shift.clear else "（在误差之内）"
    within = "" if shift is None or shift.clear else " (within error)"
    against = (
        line(f"与{zh}相比，负面占比变化 {moved['zh']}{known}。",
             f"Negative share against {en}: {moved['en']}{within}.")
        if shift is not None
        else line(f"数据不足：{zh}或本期有明确情感的帖子太少，不比较。",
                  f"Not enough data: too few posts with a clear attitude now or in {en}; not "
                  "compared.", tone="none")
    )  # fmt: skip
    rows = []
    for name in LABELS:
        share, old = mood.now.share(name), earlier.share(name) if earlier else None
        proofs = [Proof(what=LABEL_NAMES[name], posts=share.count, command=mood.commands[name])]
        if old is not None:
            asked = brief.scope.query(then, brand, labels=(name,))
            proofs.append(Proof.of(f"{zh}·{LABEL_NAMES[name].zh}", f"{LABEL_NAMES[name].en}, {en}",
                                   old.count, asked))  # fmt: skip
        texts = [
            Message(interval_text(one, "zh"), interval_text(one, "en")) if one else "–"
            for one in (share, old)
        ]
        rows.append(Row(cells=(LABEL_NAMES[name], share.count, *texts), proofs=tuple(proofs)))
    table = grid(f"情感|帖子|本期 [95% 区间]|{zh}", f"attitude|posts|now [95% interval]|{en}", rows)
    return part("情感", "Attitude", line(f"{said.zh}。", f"{said.en}."), against, table)


def platforms(brief: Brief, brand: str) -> Part:
    """Where it was said."""
    cells = brief.store.count(brief.scope.query(brief.period, brand), ("platform", "brand"))
    whole = sum(cell.posts for cell in cells)
    rows = [_platform(brief, brand, cell, whole) for cell in sorted(cells, key=_most)]
    table = grid("平台|声量|占比|负面|负面占比 [95% 区间]",
                 "platform|posts|share|negative|negative share [95% interval]", rows)  # fmt: skip
    return part("平台分布", "Platforms", table)


def _most(cell: Count) -> tuple[int, str]:
    return -cell.posts, str(cell.by[0])


def _platform(brief: Brief, brand: str, cell: Count, whole: int) -> Row:
    id = str(cell.by[0])
    name = Message(platform_name(id, "zh"), platform_name(id, "en"))
    here = brief.scope.query(brief.period, brand, platforms=(id,))
    bad = brief.scope.query(brief.period, brand, platforms=(id,), labels=("negative",))
    share = Split.of(cell).share("negative")
    return Row(
        cells=(name, cell.posts, percent(cell.posts / whole), cell.negative,
               Message(interval_text(share, "zh"), interval_text(share, "en"))),
        proofs=(Proof.of("声量", "posts", cell.posts, here),
                Proof.of("负面", "negative", cell.negative, bad)),
    )  # fmt: skip


def rivals(brief: Brief) -> Part:
    """Share of voice among all brands of the lexicon."""
    answer = voice(brief.store, brief.brands, brief.period, now=brief.now, scope=brief.scope)
    said = answer.sentence()
    first = line(f"{said.zh}。", f"{said.en}.", tone="plain" if answer.mentions else "none")
    if not answer.mentions:
        return part("竞品对比", "Competitors", first)
    rows = []
    for one in answer.brands:
        moved = {
            lang: "–" if one.points is None else f"{one.points * 100:+.1f} {unit}"
            for lang, unit in POINTS.items()
        }
        negative = one.negative
        bad = brief.scope.query(brief.period, one.brand, labels=("negative",))
        rows.append(
            Row(
                cells=(one.brand, ROLES[one.role], one.split.posts, percent(one.share, 1),
                       Message(moved["zh"], moved["en"]),
                       signed(growth(one.split.posts, one.before)), one.authors,
                       Message(interval_text(negative, "zh"), interval_text(negative, "en"))),
                proofs=(Proof(what=Message("声量", "posts"), posts=one.split.posts,
                              command=one.command),
                        Proof.of("负面", "negative", negative.count, bad)),
            )
        )  # fmt: skip
    return part(
        "竞品对比", "Competitors", first,
        grid("品牌|角色|声量|占比|占比变化|环比|作者|负面占比 [95% 区间]",
             "brand|role|posts|share|change of share|growth|authors|negative share [95% interval]",
             rows),
        *([] if any(one.role == "competitor" for one in brief.brands) else [
            line("设置里没有竞品，无从对比。", "The settings name no competitor.", tone="none")]),
    )  # fmt: skip


def trend_drawing(answer: TrendAnswer, alarms: Alarms, id: str, anchor: str) -> Drawing:
    """The chart of *answer*, with incidents marked; *anchor*: the part that tells of them."""

    def draw(lang: Lang) -> str:
        marks = [
            Mark(at=one.opened_at, level=one.level, href=f"#{anchor}",
                 text=f"{LEVEL_NAMES[one.level].into(lang)} {show(one.opened_at)}")
            for one in alarms.incidents
        ]  # fmt: skip
        return trend_chart(answer, marks, lang, id)

    return Drawing(draw=draw)
