"""Notices of heat: it is loud, and no more negative than ever. No incident, but worth a look.

A hot list, an idol's word, a sale gone well or badly: the share test is silent and people want to
know all the same. Told once in 24 hours; again only where it is louder than all of them and twice as
many speak as when it was last told, so that one climb is not told by every quarter of an hour.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
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
from tingfeng.alerts.volume import Heat
from tingfeng.alerts.withholding import Withholding

HOUR_BINS = 4

STALE = timedelta(hours=6)
"""Heat of longer ago is not told by whoever catches up: nobody can act upon it."""

TWICE = 2.0
"""Times as many as when it was last told, within a day, before it is told again."""

READ = 300
"""Posts of the hour among which the telling ones are looked for, most interactions first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loudness:
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


Hearing = Callable[[Loudness], None]
"""Is told of each bin, one after the other."""


def heat_notices(
    loud: Loudness,
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
    heat = loud.track.volume.heat
    if not heat.notice or now - loud.at > STALE or not _anew(loud, store):
        return []
    documents = _of_the_hour(loud, store, numbers)
    chosen = representatives(documents, frozenset())
    title, body = _title(loud).into(lang), _body(loud, chosen, lang)
    subject = _subject(loud, chosen)
    withholding = Withholding(store, store.logbook(), incidents, now)
    mark = blake2b(f"{loud.brand}\0{loud.bin}".encode(), digest_size=6).hexdigest()
    return [
        Notice(
            id=f"heat.{mark}.{outlet.name}", channel=outlet.name, incident="", kind="heat",
            level="blue", title=title, body=body, created_at=loud.at, made_at=now,
            withheld=withholding.reason(subject, outlet, loud.at),
        )
        for outlet in routing.told(loud.brand, "blue")
    ]  # fmt: skip


def remember(loud: Loudness, store: Store) -> None:
    """That it was told: only after the notices are queued, so that a kill in between queues the same
    ones once more, which changes nothing.
    """
    said = {"bin": loud.bin, "mentions": loud.track.volume.heat.mentions}
    store.save_state(_name(loud), json.dumps(said))


def _anew(loud: Loudness, store: Store) -> bool:
    told = store.load_state(_name(loud))
    last = json.loads(told) if told is not None else None
    return last is None or _louder(loud, last["bin"], last["mentions"])


def _louder(loud: Loudness, bin: int, mentions: int) -> bool:
    """Than when it was told in *bin*, at *mentions*, or a day later."""
    if loud.bin <= bin:
        return False
    return loud.bin - bin >= DAY_BINS or loud.track.volume.heat.mentions >= TWICE * mentions


def _name(loud: Loudness) -> str:
    return f"heat/{loud.brand}"


def _of_the_hour(loud: Loudness, store: Store, numbers: Numbers) -> list[Document]:
    query = numbers.query(loud.brand, loud.bin + 1 - HOUR_BINS, loud.bin + 1)
    return list(store.search(replace(query, order="liked", limit=READ)))


def _subject(loud: Loudness, chosen: Sequence[Document]) -> Subject:
    return Subject(
        incident="", brand=loud.brand, level="blue", rule="heat",
        platforms=frozenset(one.post.platform for one in chosen),
        texts=tuple(one.post.words for one in chosen),
    )  # fmt: skip


def _title(loud: Loudness) -> Message:
    heat = loud.track.volume.heat
    return Message(
        f"【热度提醒】{loud.brand}：一刻钟 {heat.mentions} 个声音，平时 {heat.usual:.1f}",
        f"[heat] {loud.brand}: {heat.mentions} voices in a quarter of an hour, usually {heat.usual:.1f}",
    )


def _body(loud: Loudness, chosen: Sequence[Document], lang: Lang) -> str:
    said = [_why(loud), _share(loud), _platforms(loud), *map(_post, chosen), _meaning(loud)]
    lines = [f"- {one.into(lang)}" for one in said]
    links = [
        f"[{one.post.key}]({one.post.url})" for one in chosen if web_address(one.post.url)
    ]  # fmt: skip
    if links:
        lines.append(f"- {Message('原文', 'Posts').into(lang)}: {' · '.join(links)}")
    return "\n".join(lines)


def _why(loud: Loudness) -> Message:
    heat = loud.track.volume.heat
    times = heat.mentions / heat.usual if heat.usual else 0.0
    much, much_en = (f"，约 {times:.1f} 倍", f", {times:.1f} times") if times else ("", "")
    planned, planned_en = "", ""
    if loud.planned:
        planned = f"；正值计划内事件“{loud.planned}”，热度线已提高"
        planned_en = f"; planned event {loud.planned}, for which the line is higher"
    return Message(
        f"为什么：到 {loud.at:%m-%d %H:%M} 的一刻钟 {heat.mentions} 个声音，平时 {heat.usual:.1f}"
        f"{much}；热度分 {heat.value:.1f}，热度线 {heat.threshold:.1f}{planned}。",
        f"Why: {heat.mentions} voices in the quarter of an hour until {loud.at:%m-%d %H:%M}, "
        f"usually {heat.usual:.1f}{much_en}; heat {heat.value:.1f}, the line is "
        f"{heat.threshold:.1f}{planned_en}.",
    )


def _share(loud: Loudness) -> Message:
    score, window = loud.track.share.scores[0], loud.track.share.windows[0]
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


def _platforms(loud: Loudness) -> Message:
    sums = loud.track.by_platform(HOUR_BINS)
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


def _meaning(loud: Loudness) -> Message:
    return Message(
        f"这只说明声量大，不是事件，不计时也不用确认；全部声音：tingfeng search --brand {loud.brand} --since 1h",
        "It says only that it is loud: no incident, no clock, nothing to acknowledge. All voices: "
        f"tingfeng search --brand {loud.brand} --since 1h",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Heat that would have been told."""

    brand: str
    at: datetime
    """End of the bin."""
    bin: int
    heat: Heat
    planned: str
    says: Message
    """The sentence with its numbers."""


class Replay:
    """Listens to brands that are followed through their history, and notes what would have been told
    of a moment from *since* on.
    """

    def __init__(self, since: datetime | None) -> None:
        self._since = since
        self._last: dict[str, Told] = {}
        self.told: list[Told] = []

    def __call__(self, loud: Loudness) -> None:
        """At the end of a bin, bin by bin."""
        heat, last = loud.track.volume.heat, self._last.get(loud.brand)
        if not heat.notice or (last and not _louder(loud, last.bin, last.heat.mentions)):
            return
        told = Told(
            brand=loud.brand, at=loud.at, bin=loud.bin, heat=heat, planned=loud.planned,
            says=_why(loud),
        )  # fmt: skip
        self._last[loud.brand] = told
        if self._since is None or told.at >= self._since:
            self.told.append(told)
