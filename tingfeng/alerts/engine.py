"""Looks at every brand's new bins and keeps incidents; the same code replays the past."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import tingfeng
from tingfeng import Brand, Closing, Incident, Lang, Message, Store, build
from tingfeng.alerts import RULES
from tingfeng.alerts.by_hand import closed
from tingfeng.alerts.change import Change, Desk, incident_id
from tingfeng.alerts.dispatch import Dispatch
from tingfeng.alerts.events import Calendar
from tingfeng.alerts.glance import Glance
from tingfeng.alerts.heat import Hearing
from tingfeng.alerts.issue_lanes import foretold
from tingfeng.alerts.levels import Ladder
from tingfeng.alerts.memory import REACH_BINS, Memory
from tingfeng.alerts.numbers import KINDS, Numbers
from tingfeng.alerts.redline import RedlineWords
from tingfeng.alerts.relearn import behind, relearn, switch
from tingfeng.alerts.replayed import Moment, Replayed, replay
from tingfeng.alerts.rules import Rule
from tingfeng.alerts.share import DAY_BINS, ShareSettings
from tingfeng.alerts.signals import signals
from tingfeng.alerts.track import EMPTY, Bin, Track, bin_of, start_of
from tingfeng.alerts.tuning import tuned
from tingfeng.alerts.walk import Walk

WATERMARK = timedelta(minutes=5)
"""How long a bin may still fill up before it is first judged."""

LIVE_BINS = DAY_BINS
"""What is more than a day old is history: it teaches baselines and is never sent."""

UNMEASURED = Message("误差未测", "error not measured")


class Engine:
    """Alerts for *brands* over *store*.

    *channels*: names of the channels that every message goes to; *dispatch* instead of them: whom
    to tell, by teams, silences, duty. *rules*: rules, or settings sections that describe them
    (``{"use": "share", "offset": 1.0}``), by default all of :data:`tingfeng.alerts.RULES`.
    *redline*: words added to the shipped red-line list, or a lexicon in its place.
    *reader_note*: what is known of the error of the sentiment model, printed with each message.
    *kinds*: what counts as a voice. *reader*: version of the present reader; once it is another,
    judgement waits until history is read by it, and baselines are learnt anew. *interim*: whether
    the quarter that is still open is judged too, see :mod:`tingfeng.alerts.interim`. *calendar*:
    planned events, see :mod:`tingfeng.alerts.events`.
    """

    def __init__(
        self,
        store: Store,
        brands: Sequence[Brand | str],
        *,
        channels: Sequence[str] = (),
        rules: Sequence[Rule | Mapping[str, Any]] | None = None,
        redline: Sequence[str] | RedlineWords = (),
        ladder: Ladder | None = None,
        share: ShareSettings | None = None,
        kinds: Sequence[tingfeng.Kind] = KINDS,
        lang: Lang = "zh",
        reader_note: Message = UNMEASURED,
        watermark: timedelta = WATERMARK,
        reader: str = "",
        dispatch: Dispatch | None = None,
        interim: bool = False,
        calendar: Calendar | None = None,
    ) -> None:
        self._store = store
        self._reader = reader
        self._brands = tuple(one if isinstance(one, str) else one.name for one in brands)
        self._dispatch = dispatch or Dispatch.plain(store, channels, lang)
        self._share = share or ShareSettings()
        self._watermark = watermark
        self._interim = interim
        built = _built([{"use": name} for name in RULES] if rules is None else rules)
        self._desk = Desk(
            numbers=Numbers(store, _words(redline), kinds, signals(built)),
            rules=built,
            ladder=ladder or Ladder(),
            reader_note=reader_note,
            calendar=calendar or Calendar(),
        )

    def run(self, now: datetime) -> list[Change]:
        """Evaluate every bin that became complete since the last run; incidents and notices are
        stored together with the position, so that a run that was killed is simply run again.

        While the store is :attr:`behind` nothing is judged: half of history by one reader and half
        by another would look like a change of mood. The bins are judged once it is read.
        """
        changes: list[Change] = []
        if not self.behind:
            end = bin_of(now - self._watermark)
            until = bin_of(now) + 1 if self._interim else end
            closings = self._dispatch.closings()
            glance = Glance(self._store, self._desk.numbers, self._brands, until)
            for brand in self._brands:
                changes += self._run(brand, end, now, closings, glance)
        self._dispatch.follow_up(now)
        return changes

    @property
    def behind(self) -> bool:
        """Whether posts still bear the readings of another reader; what nobody has read yet does
        not count, for it is simply new.
        """
        return bool(self._reader) and behind(self._store, self._reader)

    def replay(
        self, since: datetime | None, until: datetime, *, brands: Sequence[str] | None = None,
        loud: Hearing | None = None,
    ) -> list[Replayed]:  # fmt: skip
        """What was going on between *since* and *until*, earliest first. Nothing is stored.

        The walk begins with the first post of each brand, when nothing is known of it, whatever
        *since* says: when an incident opens depends on all that was learnt before, so it has the
        same id and opening in every replay that reaches it. What was over before *since* is left
        out; what was still open then is told from its opening. *brands*: only these. *loud*: hears of
        bins without an incident.
        """
        found: dict[str, list[Change]] = {}
        end = bin_of(until)
        last: dict[str, Incident] = {}
        for brand in self._brands if brands is None else brands:
            desk = tuned(self._desk, self._store, brand)
            for change, incident in replay(desk, brand, end, self._share, loud):
                if change is not None:
                    found.setdefault(incident.id, []).append(change)
                last[incident.id] = incident
        replayed = [
            Replayed(incident=last[id], changes=tuple(changes))
            for id, changes in found.items()
            if since is None or (last[id].closed_at or until) >= since
        ]
        return sorted(replayed, key=lambda one: (one.incident.opened_at, one.incident.brand))

    def _run(
        self, brand: str, end: int, now: datetime, closings: Mapping[str, Closing], glance: Glance
    ) -> list[Change]:
        until = glance.end
        memory = self._recall(brand, end, until)
        if memory is None:
            return []
        self._remember(brand, memory)
        changes = self._keep(memory, closed(memory, closings), now)
        edge = bin_of(now) - LIVE_BINS
        bins, stamps = glance.bins(brand, memory)
        walk = Walk(
            tuned(self._desk, self._store, brand),
            brand,
            Track.load(memory.track.dump(), self._share),
            memory.course,
            None,
            self._desk.numbers.gaps(memory.settled - DAY_BINS, until),
            beats=True,
            lanes=memory.lanes,
        )
        changes += self._again(walk, memory, bins, edge, end, now)
        held: dict[str, Change] = {}
        for number in range(memory.head, end):
            bin = bins.get(number, EMPTY)
            found, learn = walk.step(number, bin, live=number >= edge)
            self._dispatch.loud(walk.loudness(number), self._desk.numbers, found, now)
            memory.recent.append((bin, learn))
            told = []
            for change in found:
                # Of hours that are caught up with, the last heartbeat says enough.
                if change.kind == "heartbeat" and change.standing == "final":
                    held[change.incident.id] = change
                else:
                    held.pop(change.incident.id, None)
                    told.append(change)
            changes += self._keep(memory, told, now)
        changes += self._keep(memory, list(held.values()), now)
        early = {number: bins[number] for number in range(end, until) if number in bins}
        if any(bin.alarming for bin in early.values()):
            changes += self._ahead(
                walk, memory, [early.get(n, EMPTY) for n in range(end, until)], now
            )
        memory.stamps = stamps
        self._finish(brand, memory, end)
        return changes

    def _ahead(
        self, walk: Walk, memory: Memory, bins: Sequence[Bin], now: datetime
    ) -> list[Change]:
        """Judge the *bins* that may still fill up, from the head of *memory* on, as they are."""
        changes = []
        ahead = walk.ahead()
        for number, bin in enumerate(bins, memory.head):
            found = ahead.early(number, bin, now)
            for _, lane in found:
                foretold(memory.lanes, ahead.lanes, lane, number)
            changes += self._keep(memory, [change for change, _ in found], now)
        return changes

    def _again(
        self,
        walk: Walk,
        memory: Memory,
        bins: Mapping[int, Bin],
        edge: int,
        end: int,
        now: datetime,
    ) -> list[Change]:
        """Look once more at the bins of the last six hours, in case posts came late.

        The memory of them is renewed only after the last: killed half-way, all are seen again.
        """
        changes = []
        renewed = []
        touched = False
        start = memory.settled
        for number in range(start, min(memory.head, end)):
            bin = bins.get(number, EMPTY)
            before, learn = memory.recent[number - start]
            touched = touched or bin != before
            found = walk.again(number, bin, learn=learn, touched=touched and number >= edge)
            renewed.append((bin, learn))
            changes += self._keep(memory, found, now)
        for i, entry in enumerate(renewed):
            memory.recent[i] = entry
        return changes

    def _recall(self, brand: str, end: int, until: int) -> Memory | None:
        numbers = self._desk.numbers
        saved = self._store.load_state(_name(brand))
        if saved is None:
            earliest = numbers.first_bin(brand, until)
            if earliest is None:
                return None
            start = min(max(earliest, end - REACH_BINS), end)
            return Memory(start, self._share, self._reader)
        memory = Memory.load(saved, self._share)
        if self._reader and memory.reader != self._reader:
            switch(tuned(self._desk, self._store, brand), brand, memory, self._share, self._reader)
            return memory
        until = memory.taught_until
        if memory.outdated or (
            memory.due(end) and memory.notice(numbers.total(brand, until - REACH_BINS, until))
        ):
            relearn(tuned(self._desk, self._store, brand), brand, memory, self._share)
        return memory

    def _remember(self, brand: str, memory: Memory) -> None:
        """Give each lane of *memory* its incident."""
        kept = {one.id: one for one in self._store.incidents(brand=brand)}
        for lane in memory.lanes:
            told = lane.course.interim
            opened = told.opened if told and not lane.course.is_open else lane.course.opened
            if opened is not None:
                lane.incident = kept.get(incident_id(brand, start_of(opened + 1), lane.key))

    def _keep(self, memory: Memory, changes: Sequence[Change], now: datetime) -> list[Change]:
        """Store *changes* of one moment. The position goes with the last of them: killed before,
        all are found again, under the same ids.
        """
        for change in changes:
            incident = change.incident
            told = self._dispatch.notices(change, now)
            last = change is changes[-1]
            states = {_name(incident.brand): memory.dump()} if last else {}
            self._store.save_incident(incident, told, states)
        return list(changes)

    def _finish(self, brand: str, memory: Memory, end: int) -> None:
        memory.fold()
        if memory.due(end):
            memory.checked, memory.taught_until = end, memory.settled
            memory.taught = self._desk.numbers.total(
                brand, memory.settled - REACH_BINS, memory.settled
            )
        incidents = [lane.incident for lane in memory.lanes if lane.incident is not None]
        for incident in incidents:
            states = {_name(brand): memory.dump()} if incident is incidents[-1] else {}
            self._store.save_incident(incident, (), states)
        if not incidents:
            self._store.save_state(_name(brand), memory.dump())


def _built(rules: Sequence[Rule | Mapping[str, Any]]) -> tuple[Rule, ...]:
    return tuple(build(RULES, one) if isinstance(one, Mapping) else one for one in rules)


def _words(given: Sequence[str] | RedlineWords) -> RedlineWords:
    return given if isinstance(given, RedlineWords) else RedlineWords.shipped(given)


def _name(brand: str) -> str:
    return f"alerts/{brand}"


__all__ = ["LIVE_BINS", "UNMEASURED", "WATERMARK", "Engine", "Moment", "Replayed"]
