"""What time alone brings: nobody acknowledged, the quiet hours end, a source falls silent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import blake2b

from tingfeng import LEVELS, Incident, Lang, Message, Notice, Silence, Store
from tingfeng.alerts import lines
from tingfeng.alerts.acks import handling
from tingfeng.alerts.clocks import ACK_WITHIN, Alert, alert, clock_line, rung
from tingfeng.alerts.duty import Duty
from tingfeng.alerts.gaps import LOOKED_BACK, gap_notices, gaps
from tingfeng.alerts.hours import ALWAYS
from tingfeng.alerts.levels import NAMES, rank
from tingfeng.alerts.roster import line as calling
from tingfeng.alerts.routing import Outlet, Routing
from tingfeng.alerts.withholding import Withholding

LONGEST_QUIET = timedelta(days=9)
"""The longest Chinese holiday, and a day: what ended before is not told any more."""

KNOWING = ("opened", "raised", "escalated")
"""Messages by which a channel comes to know of an incident."""


class FollowUp:
    """What is due at *now*. The same is due at any later moment under the same ids, until it is
    queued: killed in between, nothing is lost and nothing is said twice.
    """

    def __init__(
        self, store: Store, routing: Routing, duty: Duty, lang: Lang, now: datetime
    ) -> None:
        self._store = store
        self._routing = routing
        self._duty = duty
        self._lang: Lang = lang
        self._now = now
        self._logbook = store.logbook()
        known = store.incidents(open_only=not self._holds)
        self._incidents = {
            one.id: one
            for one in known
            if one.state != "closed" or now - one.updated_at < LONGEST_QUIET
        }
        self._notices = {id: store.notices(id) for id in self._incidents}
        open = [one for one in self._incidents.values() if one.state != "closed"]
        self._withholding = Withholding(store, self._logbook, open, now)

    @property
    def _holds(self) -> bool:
        """Whether anything is ever held back from a channel, so that its end must be told later."""
        quiet = any(one.hours != ALWAYS for one in self._routing.outlets)
        return quiet or any(isinstance(one, Silence) for one in self._logbook)

    @cached_property
    def _loose(self) -> list[Notice]:
        """Messages about no single incident."""
        return self._store.notices("")

    @cached_property
    def _digests(self) -> list[Notice]:
        every = [*self._loose, *(one for many in self._notices.values() for one in many)]
        return [one for one in every if one.kind == "digest"]

    def notices(self) -> list[Notice]:
        """All of it."""
        return [*self._digested(), *self._escalated(), *self._gaps()]

    # -- rungs --------------------------------------------------------------------------------

    def _escalated(self) -> list[Notice]:
        top = max(self._routing.rungs, self._duty.rungs)
        made: list[Notice] = []
        for incident in self._incidents.values() if top else ():
            known = self._notices[incident.id]
            last = alert(known, self._digests)
            handled = handling(incident.id, self._logbook)
            ids = {one.id for one in known}
            for step in range(1, 1 + min(top, rung(incident, last, handled, self._now))):
                if last is not None:
                    made += [x for x in self._rung(incident, last, step) if x.id not in ids]
        return made

    def _rung(self, incident: Incident, last: Alert, step: int) -> list[Notice]:
        """Nobody acknowledged *incident* for *step* times as long as its level allows."""
        outlets = [
            one
            for one in self._routing.of(incident.brand)
            if one.rung <= step and rank(incident.level) >= rank(one.level)
        ]
        on = self._duty.on(incident.brand, self._now, rung=step, level=incident.level)
        if not on and not any(one.rung == step for one in outlets):
            return []
        subject = self._withholding.subject(incident)
        title, body = self._alarm(incident, last, on)
        return [
            Notice(
                id=f"{last.id}.rung{step}.{outlet.name}",
                channel=outlet.name,
                incident=incident.id,
                kind="escalated",
                level=incident.level,
                title=title,
                body=body,
                created_at=self._now,
                made_at=self._now,
                withheld=self._withholding.reason(subject, outlet),
            )
            for outlet in outlets
        ]

    def _alarm(self, incident: Incident, last: Alert, on: Sequence[str]) -> tuple[str, str]:
        name, handled = NAMES[incident.level], handling(incident.id, self._logbook)
        minutes = (self._now - last.at) // timedelta(minutes=1)
        within = ACK_WITHIN[incident.level] // timedelta(minutes=1)
        title = Message(
            f"【{name.zh}·无人确认】{incident.brand}：已 {minutes} 分钟",
            f"[{name.en}, not acknowledged] {incident.brand}: for {minutes} minutes",
        )
        told = (
            Message(f"通知发出 {minutes} 分钟，无人确认（{name.zh}应在 {within} 分钟内）",
                    f"Told {minutes} minutes ago and nobody acknowledged it ({name.en}: within "
                    f"{within} minutes)"),
            lines.standing(incident),
            clock_line(incident, last, handled, self._now),
            lines.care(incident, handled, on),
        )  # fmt: skip
        body = [f"- {one.into(self._lang)}" for one in told]
        return title.into(self._lang), "\n".join([*body, calling(on)] if on else body)

    # -- what was held back -------------------------------------------------------------------

    def _digested(self) -> list[Notice]:
        covered = {id for digest in self._digests for id in digest.covers}
        found = [self._digest(outlet, covered) for outlet in self._routing.outlets]
        made = [one for one in found if one is not None]
        self._digests.extend(made)
        return made

    def _digest(self, outlet: Outlet, covered: set[str]) -> Notice | None:
        """One message for all that *outlet* missed and may hear now."""
        covers: list[str] = []
        about: list[Incident] = []
        for incident in self._incidents.values():
            mine = [one for one in self._notices[incident.id] if one.channel == outlet.name]
            missed = [one for one in mine if one.withheld and one.id not in covered]
            subject = self._withholding.subject(incident) if missed else None
            if subject is None or self._withholding.reason(subject, outlet):
                continue
            if self._is_news(incident, mine, covered):
                covers += [one.id for one in missed]
                about.append(incident)
        if not about:
            return None
        about.sort(key=lambda one: (one.state == "closed", -rank(one.level), one.opened_at))
        return self._summed_up(outlet, about, covers)

    @staticmethod
    def _is_news(incident: Incident, mine: Sequence[Notice], covered: set[str]) -> bool:
        """Whether a channel with the notices *mine* must still be told.

        Not if a later message told it; and of what is over by now only if it knows that it began.
        """
        if max(mine, key=lambda one: one.made_at or one.created_at).withheld is None:
            return False
        knows = any(one.kind in KNOWING and (not one.withheld or one.id in covered) for one in mine)
        return knows if incident.state == "closed" else True

    def _summed_up(
        self, outlet: Outlet, about: Sequence[Incident], covers: Sequence[str]
    ) -> Notice:
        going = [one for one in about if one.state != "closed"]
        level = max((one.level for one in going), key=rank, default=LEVELS[0])
        told = [(lines.over if one.state == "closed" else lines.standing)(one) for one in about]
        title = Message(
            f"【补报】静默或免打扰期间的 {len(about)} 起事件，{len(going)} 起仍在持续",
            f"[held back] {len(about)} incident(s) while it was quiet here, {len(going)} going on",
        )
        body = [f"- {one.into(self._lang)}" for one in told]
        body += [f"- tingfeng alerts show {one.id}" for one in going]
        on = [name for one in going if rank(one.level) > 0 for name in self._called(one)]
        if on:
            body.append(calling(list(dict.fromkeys(on))))
        mark = blake2b("\0".join(sorted(covers)).encode(), digest_size=6).hexdigest()
        return Notice(
            id=f"digest.{mark}.{outlet.name}",
            channel=outlet.name,
            incident=about[0].id if len(about) == 1 else "",
            kind="digest",
            level=level,
            title=title.into(self._lang),
            body="\n".join(body),
            created_at=self._now,
            made_at=self._now,
            covers=tuple(covers),
        )

    def _called(self, incident: Incident) -> list[str]:
        """Who answers for it by now: also of the rungs that it came to while nothing was said."""
        last = alert(self._notices[incident.id], self._digests)
        steps = rung(incident, last, handling(incident.id, self._logbook), self._now)
        return [
            name
            for step in range(1 + min(steps, self._duty.rungs))
            for name in self._duty.on(incident.brand, self._now, rung=step, level=incident.level)
        ]

    # -- gaps ---------------------------------------------------------------------------------

    def _gaps(self) -> list[Notice]:
        ledger = self._store.coverage(self._now - LOOKED_BACK, self._now)
        if not ledger:
            return []
        blind, seen = gaps(ledger, self._now)
        outlets = self._routing.operations() or [
            one for one in self._routing.outlets if one.rung == 0
        ]
        return [
            notice
            for outlet in outlets
            if outlet.hours.cover(self._now)
            for notice in gap_notices(outlet, self._loose, blind, seen, self._lang, self._now)
        ]
