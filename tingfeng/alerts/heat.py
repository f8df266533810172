"""Notices of heat: it is loud, and no more negative than ever. No incident, but worth a look.

A hot list, an idol's word, a sale gone well or badly: the share test is silent and people want to
know all the same. Told once in 24 hours; again only where it is louder than all of them and twice as
many speak as when it was last told, so that one climb is not told by every quarter of an hour.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b

from tingfeng import Document, Incident, Lang, Message, Notice, Store, platform_name
from tingfeng.alerts.crowd import representatives
from tingfeng.alerts.evidence import EXCERPT, plain, web_address
from tingfeng.alerts.numbers import Numbers, reach
from tingfeng.alerts.routing import Routing
from tingfeng.alerts.share import DAY_BINS
from tingfeng.alerts.silences import Subject
from tingfeng.alerts.track import Track, start_of
from tingfeng.alerts.withholding import Withholding

HOUR_BINS = 4

STALE = timedelta(hours=6)
"""Heat of longer ago is not told by whoever catches up: nobody can act upon it."""

TWICE = 2.0
"""Times as many as when it was last told, within a day, before it is told again."""

READ = 300
"""Posts of the hour among which the telling ones are looked for, most interactions first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The end of one bin of one brand, as *track* stands there."""

    brand: str
    bin: int
    track: Track
    planned: str = ""
    """Name of the planned event it belongs to."""

    @property
    def at(self) -> datetime:
        """End of the bin."""
        return start_of(self.bin + 1)


def heat_notices(
    moment: Moment,
    store: Store,
    numbers: Numbers,
    routing: Routing,
    incidents: Sequence[Incident],
    *,
    lang: Lang,
    now: datetime,
) -> list[Notice]:
    """One a channel that hears of what is blue, some of them withheld; none where it is not loud or
    was told. *incidents*: those that are open by then. The ids are the same whenever the same bin is
    judged.
    """
    heat = moment.track.volume.heat
    if not heat.notice or now - moment.at > STALE or not _anew(moment, store):
        return []
    documents = _of_the_hour(moment, store, numbers)
    chosen = representatives(documents, frozenset())
    title, body = _title(moment).into(lang), _body(moment, chosen, lang)
    subject = _subject(moment, chosen)
    withholding = Withholding(store, store.logbook(), incidents, now)
    mark = blake2b(f"{moment.brand}\0{moment.bin}".encode(), digest_size=6).hexdigest()
    return [
        Notice(
            id=f"heat.{mark}.{outlet.name}", channel=outlet.name, incident="", kind="heat",
            level="blue", title=title, body=body, created_at=moment.at, made_at=now,
            withheld=withholding.reason(subject, outlet, moment.at),
        )
        for outlet in routing.told(moment.brand, "blue")
    ]  # fmt: skip


def remember(moment: Moment, store: Store) -> None:
    """That it was told: only after the notices are queued, so that a kill in between queues the same
    ones once more, which changes nothing.
    """
    said = {"bin": moment.bin, "mentions": moment.track.volume.heat.mentions}
    store.save_state(_name(moment), json.dumps(said))


def _anew(moment: Moment, store: Store) -> bool:
    told = store.load_state(_name(moment))
    if told is None:
        return True
    last = json.loads(told)
    if moment.bin <= last["bin"]:
        return False
    mentions = moment.track.volume.heat.mentions
    return bool(moment.bin - last["bin"] >= DAY_BINS or mentions >= TWICE * last["mentions"])


def _name(moment: Moment) -> str:
    return f"heat/{moment.brand}"


def _of_the_hour(moment: Moment, store: Store, numbers: Numbers) -> list[Document]:
    query = numbers.query(moment.brand, moment.bin + 1 - HOUR_BINS, moment.bin + 1)
    return list(store.search(replace(query, order="liked", limit=READ)))


def _subject(moment: Moment, chosen: Sequence[Document]) -> Subject:
    return Subject(
        incident="", brand=moment.brand, level="blue", rule="heat",
        platforms=frozenset(one.post.platform for one in chosen),
        texts=tuple(one.post.words for one in chosen),
    )  # fmt: skip


def _title(moment: Moment) -> Message:
    heat = moment.track.volume.heat
    return Message(
        f"【热度提醒】{moment.brand}：一刻钟 {heat.mentions} 个声音，平时 {heat.usual:.1f}",
        f"[heat] {moment.brand}: {heat.mentions} voices in a quarter of an hour, usually {heat.usual:.1f}",
    )


def _body(moment: Moment, chosen: Sequence[Document], lang: Lang) -> str:
    said = [_why(moment), _share(moment), _platforms(moment), *map(_post, chosen), _meaning(moment)]
    lines = [f"- {one.into(lang)}" for one in said]
    links = [
        f"[{one.post.key}]({one.post.url})" for one in chosen if web_address(one.post.url)
    ]  # fmt: skip
    if links:
        lines.append(f"- {Message('原文', 'Posts').into(lang)}: {' · '.join(links)}")
    return "\n".join(lines)


def _why(moment: Moment) -> Message:
    heat = moment.track.volume.heat
    times = heat.mentions / heat.usual if heat.usual else 0.0
    much, much_en = (f"，约 {times:.1f} 倍", f", {times:.1f} times") if times else ("", "")
    planned, planned_en = "", ""
    if moment.planned:
        planned = f"；正值计划内事件“{moment.planned}”，热度线已提高"
        planned_en = f"; planned event {moment.planned}, for which the line is higher"
    return Message(
        f"为什么：到 {moment.at:%m-%d %H:%M} 的一刻钟 {heat.mentions} 个声音，平时 {heat.usual:.1f}"
        f"{much}；热度分 {heat.value:.1f}，热度线 {heat.threshold:.1f}{planned}。",
        f"Why: {heat.mentions} voices in the quarter of an hour until {moment.at:%m-%d %H:%M}, "
        f"usually {heat.usual:.1f}{much_en}; heat {heat.value:.1f}, the line is "
        f"{heat.threshold:.1f}{planned_en}.",
    )


def _share(moment: Moment) -> Message:
    score, window = moment.track.share.scores[0], moment.track.share.windows[0]
    share = score.negative / score.mentions if score.mentions else 0.0
    over = score.value >= window.threshold
    zh = "已过开警线" if over else "没有过开警线"
    en = "which reaches" if over else "which does not reach"
    return Message(
        f"负面占比：近 {window.hours:g} 小时 {score.mentions} 个声音中 {score.negative} 个负面"
        f"（{share:.1%}），平时 {score.usual:.1%}，偏离分 {score.value:.1f}，{zh} {window.threshold:.1f}。",
        f"Negative share: {score.negative} of {score.mentions} voices in {window.hours:g} h "
        f"({share:.1%}), usually {score.usual:.1%}; score {score.value:.1f}, {en} the line "
        f"{window.threshold:.1f}.",
    )


def _platforms(moment: Moment) -> Message:
    sums = moment.track.by_platform(HOUR_BINS)
    ranked = sorted(sums.items(), key=lambda item: (-item[1][0], item[0]))
    zh = "、".join(f"{platform_name(name, 'zh')} {n}" for name, (n, _) in ranked)
    en = ", ".join(f"{platform_name(name, 'en')} {n}" for name, (n, _) in ranked)
    return Message(f"平台（近 1 小时）：{zh}。", f"Platforms (last hour): {en}.")


def _post(document: Document) -> Message:
    post, words = document.post, plain(document.post.words)
    excerpt = words if len(words) <= EXCERPT else f"{words[:EXCERPT]}…"
    seen = str(reach(document)) if document.engagement else None
    return Message(
        f"代表内容：{post.key}（互动 {seen or '未知'}）“{excerpt}”",
        f"Telling post: {post.key} ({seen or 'unknown'} interactions) “{excerpt}”",
    )


def _meaning(moment: Moment) -> Message:
    return Message(
        f"这只说明声量大，不是事件，不计时也不用确认；全部声音：tingfeng search --brand {moment.brand} --since 1h",
        "It says only that it is loud: no incident, no clock, nothing to acknowledge. All voices: "
        f"tingfeng search --brand {moment.brand} --since 1h",
    )
