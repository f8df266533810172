"""Sources that cannot be read: who keeps the collection running hears of it, once, and of its end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from tingfeng import SHANGHAI, Coverage, Lang, Message, Notice
from tingfeng.alerts.routing import Outlet

HOUR = timedelta(hours=1)

LOOKED_BACK = timedelta(hours=48)
"""A source of which the ledger says nothing for so long is no longer read on purpose."""

FRESH = timedelta(hours=3)
"""An older line says nothing about now: nobody has looked since."""

SURE = 3
"""Requests in an hour that is not over, all of which failed: before, it may be a hiccup."""

ALL = "*"
"""Stands among the sources of a gap in which nothing at all is seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One source that cannot be read now."""

    source: str
    since: datetime
    """First hour without an answer since it was last seen."""
    verdict: str
    """What it last said."""


def gaps(ledger: Iterable[Coverage], now: datetime) -> tuple[list[Gap], frozenset[str]]:
    """Sources that are blind at *now*, and those that are seen again, by the lines of the last
    :data:`LOOKED_BACK`.
    """
    by_source: dict[str, list[Coverage]] = {}
    for line in sorted(ledger, key=lambda line: line.hour):
        by_source.setdefault(line.source, []).append(line)
    blind, seen = [], set()
    for source, lines in sorted(by_source.items()):
        last = lines[-1]
        if not last.blind:
            seen.add(source)
        elif now - last.hour < FRESH and (last.hour + HOUR <= now or last.failures >= SURE):
            dark = [line.hour for line in lines]
            for line in lines:
                if not line.blind:
                    dark = [hour for hour in dark if hour > line.hour]
            blind.append(Gap(source=source, since=dark[0], verdict=last.verdict))
        elif len(lines) > 1 and last.hour + HOUR > now and not lines[-2].blind:
            seen.add(source)
    return blind, frozenset(seen)


def gap_notices(
    outlet: Outlet,
    told: Sequence[Notice],
    blind: Sequence[Gap],
    seen: frozenset[str],
    lang: Lang,
    now: datetime,
) -> list[Notice]:
    """What *outlet* has not been *told* yet: gaps that began, and gaps that ended.

    Operations hear of every source; others only that nothing at all is seen, for then silence
    means nothing.
    """
    down = _down(told, outlet.name)
    current = {one.source: one for one in blind}
    if outlet.role != "ops":
        total = bool(blind) and not seen
        current = {ALL: min(blind, key=lambda one: one.since)} if total else {}
        seen = frozenset() if total or not seen else frozenset([ALL])
    began = [one for source, one in current.items() if source not in down]
    ended = sorted(source for source in down if source in seen and source not in current)
    made = []
    if began:
        made.append(_began(outlet, began, bool(seen), current, lang, now))
    if ended:
        made.append(_ended(outlet, {name: down[name] for name in ended}, lang, now))
    return made


def _down(told: Sequence[Notice], channel: str) -> dict[str, datetime]:
    """Sources that *channel* believes to be blind, and since when it was told so."""
    down: dict[str, datetime] = {}
    for one in told:
        if one.channel == channel and one.kind == "gap":
            down |= dict.fromkeys(one.covers, one.created_at)
        elif one.channel == channel and one.kind == "gap_over":
            for source in one.covers:
                down.pop(source, None)
    return down


def _began(
    outlet: Outlet,
    began: Sequence[Gap],
    some: bool,
    current: Mapping[str, Gap],
    lang: Lang,
    now: datetime,
) -> Notice:
    sources = [source for source in current if current[source] in began]
    since = min(one.since for one in began)
    what = Message(f"{len(began)} 个来源看不见", f"{len(began)} source(s) cannot be read")
    if not some:
        what = Message("所有来源都看不见", "no source can be read")
    title = Message(f"【数据缺口】{what.zh}", f"[data gap] {what.en}")
    lines = [
        *(
            Message(f"{one.source}：{_stamp(one.since)} 起，{one.verdict}",
                    f"{one.source}: since {_stamp(one.since)}, {one.verdict}")
            for one in began
        ),
        Message("这段时间不算平静：基线不学习，完全看不见时统计预警不发。恢复后会再说一次。",
                "This does not count as quiet: baselines do not learn, and where nothing is seen "
                "nothing statistical is sent. You will hear when it is over."),
        Message("检查登录状态、网络和来源地址：tingfeng doctor",
                "Look at logins, network and addresses: tingfeng doctor"),
    ]  # fmt: skip
    return _notice("gap", outlet, sources, since, title, lines, lang, now)


def _ended(outlet: Outlet, ended: Mapping[str, datetime], lang: Lang, now: datetime) -> Notice:
    names = "、".join("全部" if one == ALL else one for one in ended)
    names_en = ", ".join("all" if one == ALL else one for one in ended)
    since = min(ended.values())
    hours = (now - since) / HOUR
    title = Message("【数据恢复】来源又能看见了", "[data gap over] sources can be read again")
    lines = [
        Message(f"恢复：{names}", f"Back: {names_en}"),
        Message(f"缺口自 {_stamp(since)}，约 {hours:.1f} 小时；其间的帖子若能补抓，会补进基线。",
                f"The gap began {_stamp(since)}, {hours:.1f} hours ago; posts of that time that are "
                "still found will be learnt from."),
    ]  # fmt: skip
    return _notice("gap_over", outlet, list(ended), since, title, lines, lang, now)


def _notice(
    kind: str,
    outlet: Outlet,
    sources: Sequence[str],
    since: datetime,
    title: Message,
    lines: Sequence[Message],
    lang: Lang,
    now: datetime,
) -> Notice:
    name = "\0".join([*sorted(sources), since.isoformat()])
    mark = blake2b(name.encode(), digest_size=6).hexdigest()
    return Notice(
        id=f"{kind}.{mark}.{outlet.name}",
        channel=outlet.name,
        incident="",
        kind="gap" if kind == "gap" else "gap_over",
        level="yellow",
        title=title.into(lang),
        body="\n".join(f"- {' '.join(line.into(lang).split())}" for line in lines),
        created_at=since if kind == "gap" else now,
        made_at=now,
        covers=tuple(sources),
    )


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%m-%d %H:%M}"
