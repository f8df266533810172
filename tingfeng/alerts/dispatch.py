"""Who is told what, and when: the one place between what happened and the outbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from tingfeng import Closing, Entry, Incident, Lang, Notice, Store
from tingfeng.alerts import lines
from tingfeng.alerts.acks import Handling, closings, handling
from tingfeng.alerts.clocks import unheard
from tingfeng.alerts.duty import Duty
from tingfeng.alerts.followup import FollowUp
from tingfeng.alerts.heat import Loudness, heat_notices, remember
from tingfeng.alerts.knowledge import similar_to
from tingfeng.alerts.levels import rank
from tingfeng.alerts.messages import notices
from tingfeng.alerts.numbers import Numbers
from tingfeng.alerts.roster import line as calling
from tingfeng.alerts.routing import Routing
from tingfeng.alerts.walk import Change
from tingfeng.alerts.withholding import Withholding

KNOWING = ("opened", "raised", "escalated")
"""Messages by which a channel comes to know of an incident, if they are not withheld."""


class Dispatch:
    """Makes the notices of *store*, under *routing* and *duty*.

    What must not be sent, because someone silenced it or a channel is quiet, becomes a notice all
    the same, with the reason: nothing that happened is missing from the records.
    """

    def __init__(
        self, store: Store, routing: Routing, duty: Duty, lang: Lang = "zh", *, heat: bool = False
    ) -> None:
        """*heat*: whether to tell of mere loudness, see :mod:`tingfeng.alerts.heat`."""
        self._store = store
        self._routing = routing
        self._duty = duty
        self._lang: Lang = lang
        self._heat = heat

    @classmethod
    def plain(cls, store: Store, channels: Sequence[str], lang: Lang = "zh") -> Dispatch:
        """Everything to every one of *channels*, whatever people say: for benches and replays."""
        return _Plain(store, Routing.everyone(channels), Duty(), lang)

    def closings(self) -> Mapping[str, Closing]:
        """By incident, what people said of its end."""
        return closings(self._store.logbook())

    def notices(self, change: Change, now: datetime) -> list[Notice]:
        """One for each channel that hears of *change*, some of them withheld.

        The ids are the same whenever the same thing happens.
        """
        incident = change.incident
        logbook = self._store.logbook()
        handled = handling(incident.id, logbook)
        before = self._store.notices(incident.id)
        outlets = self._routing.told(incident.brand, incident.level, known=knowing(before, change))
        made = notices(change, [one.name for one in outlets], self._lang, now)
        closing = next((one for one in handled.closings if one.at == change.at), None)
        if change.kind == "resolved" and closing is not None:
            made = [lines.by_hand(one, incident, closing, self._lang) for one in made]
        else:
            more = self._more(change, logbook, handled, now)
            made = [replace(one, body="\n".join([one.body, *more])) for one in made]
            made = self._called(made, before, incident, handled, now)
        withholding = Withholding(self._store, logbook, self._store.incidents(open_only=True), now)
        subject = withholding.subject(incident, change.evidence)
        return [
            replace(one, made_at=now, withheld=withholding.reason(subject, outlet, change.at))
            for one, outlet in zip(made, outlets, strict=True)
        ]

    def _more(
        self, change: Change, logbook: Sequence[Entry], handled: Handling, now: datetime
    ) -> list[str]:
        """Lines on who takes care, what it resembles, and the line that calls people."""
        incident = change.incident
        if change.kind == "resolved":
            return []
        on = self._duty.on(incident.brand, now, level=incident.level)
        told = [lines.care(incident, handled, on)]
        if change.kind == "opened":
            told += [
                lines.resembles(one) for one in similar_to(self._store, logbook, incident, top=1)
            ]
        return [f"- {one.into(self._lang)}" for one in told]

    def _called(
        self,
        made: Sequence[Notice],
        before: Sequence[Notice],
        incident: Incident,
        handled: Handling,
        now: datetime,
    ) -> list[Notice]:
        """*made*, calling by name whoever must act: of what is new, and where it is to a channel
        because everything was withheld from it before.
        """
        on = self._duty.on(incident.brand, now, level=incident.level)
        names = list(dict.fromkeys([*([handled.owner] if handled.owner else []), *on]))
        if rank(incident.level) == 0 or not names:
            return list(made)
        held = any(one.withheld for one in before)
        loose = self._store.notices("") if held else []
        digests = [one for one in (*before, *loose) if one.kind == "digest"]
        new = unheard(before, digests) if held else frozenset[str]()
        return [
            replace(one, body=f"{one.body}\n{calling(names)}")
            if one.kind in ("opened", "raised") or (one.channel in new and one.kind != "resolved")
            else one
            for one in made
        ]

    def loud(
        self, loud: Loudness, numbers: Numbers, changes: Sequence[Change], now: datetime
    ) -> list[Notice]:
        """Tell that it is loud, before the position moves on; *changes*: what the same bin brought.
        They are queued.
        """
        if not (self._heat and loud.track.volume.heat.notice):
            return []
        incidents = [*self._store.incidents(open_only=True), *(one.incident for one in changes)]
        made = heat_notices(
            loud, self._store, numbers, self._routing, incidents, lang=self._lang, now=now
        )
        if made:
            self._store.enqueue(made)
            remember(loud, self._store)
        return made

    def follow_up(self, now: datetime) -> list[Notice]:
        """What time alone brings: rungs that are due, what was held back, gaps. They are queued."""
        made = FollowUp(self._store, self._routing, self._duty, self._lang, now).notices()
        if made:
            self._store.enqueue(made)
        return made


class _Plain(Dispatch):
    def closings(self) -> Mapping[str, Closing]:
        return {}

    def notices(self, change: Change, now: datetime) -> list[Notice]:
        channels = [one.name for one in self._routing.outlets]
        return [
            replace(one, made_at=now) for one in notices(change, channels, self._lang, now)
        ]  # fmt: skip

    def follow_up(self, now: datetime) -> list[Notice]:
        return []


def knowing(before: Sequence[Notice], change: Change) -> frozenset[str]:
    """Channels that must hear how the incident goes down, for they heard how it came up."""
    if change.kind not in ("lowered", "resolved"):
        return frozenset()
    return known(before)


def known(notices: Sequence[Notice]) -> frozenset[str]:
    """Channels that one of an incident's *notices* told of it."""
    return frozenset(
        one.channel for one in notices if one.kind in KNOWING and one.withheld is None
    )  # fmt: skip
