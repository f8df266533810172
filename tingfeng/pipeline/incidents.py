"""The team's side of incidents: what stands where, and what people say of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from tingfeng.core.errors import SettingsError
from tingfeng.core.incident import Incident, Notice
from tingfeng.core.logbook import Ack, Closing, Entry, Feedback, Lifting, Silence, Truth
from tingfeng.core.message import Message
from tingfeng.core.ports import Store

if TYPE_CHECKING:
    from tingfeng.alerts.acks import Handling
    from tingfeng.alerts.clocks import Alert, Clocks
    from tingfeng.alerts.duty import Duty
    from tingfeng.alerts.knowledge import Likeness
    from tingfeng.alerts.silences import Standing
    from tingfeng.alerts.tuning import Judged


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One incident as the team sees it."""

    incident: Incident
    handled: Handling
    last: Alert | None
    """The message that last asked people to act."""
    acked: Ack | None
    """The acknowledgement that holds."""
    clocks: Clocks
    clock: Message
    """Where the clocks stand."""
    silence: Silence | None
    """Under which it falls now."""
    on_duty: Sequence[str]
    messages: Sequence[Notice]
    """All that were made of it, the withheld ones among them; none where they were not asked for."""


class Board:
    """Incidents of *store*; *clock* says when something is said."""

    def __init__(
        self, store: Store, duty: Callable[[], Duty], clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._duty = duty
        self._clock = clock

    @cached_property
    def _logbook(self) -> list[Entry]:
        return self._store.logbook()

    @cached_property
    def _about(self) -> dict[str, list[Entry]]:
        """The logbook by incident."""
        found: dict[str, list[Entry]] = {}
        for one in self._logbook:
            if isinstance(one, Ack | Closing | Feedback):
                found.setdefault(one.incident, []).append(one)
        return found

    def _log(self, entry: Entry) -> None:
        self._store.log([entry])
        for name in ("_logbook", "_about"):
            self.__dict__.pop(name, None)

    def views(self) -> list[View]:
        """All incidents, latest opened first; of those that are over without their messages."""
        loose = self._store.notices("")
        return [self._view(one, loose, whole=False) for one in self._store.incidents()]

    def view(self, id: str) -> View:
        """The incident *id*."""
        return self._view(self.find(id), self._store.notices(""), whole=True)

    def find(self, id: str) -> Incident:
        """The incident whose id begins with *id*."""
        found = [one for one in self._store.incidents() if one.id.startswith(id)]
        whole = [one for one in found if one.id == id]
        if len(whole or found) != 1 or not id:
            listed = "、".join(one.id for one in found[:5])
            raise SettingsError(
                f"没有编号为 {id} 的事件"
                if not found
                else f"{id} 开头的事件不止一起：{listed}" + "。全部事件：tingfeng alerts list",
                f"no incident is called {id}"
                if not found
                else f"several begin with {id}: {listed}" + "; all of them: tingfeng alerts list",
            )
        return (whole or found)[0]

    def _view(self, incident: Incident, loose: Sequence[Notice], *, whole: bool) -> View:
        from tingfeng.alerts.acks import closings, handling, shown
        from tingfeng.alerts.clocks import alert, clock_line, clocks
        from tingfeng.alerts.silences import silenced, standing
        from tingfeng.alerts.withholding import Withholding

        now, said = self._clock(), self._about.get(incident.id, [])
        incident = shown(incident, closings(said).get(incident.id))
        is_over = incident.state == "closed"
        messages = self._store.notices(incident.id) if whole or not is_over else []
        digests = [one for one in (*loose, *messages) if one.kind == "digest"]
        last, handled = alert(messages, digests), handling(incident.id, said)
        silence = None
        if not is_over:
            subject = Withholding(self._store, (), (), now).subject(incident)
            silence = silenced(subject, standing(self._logbook), now)
        return View(
            incident=incident,
            handled=handled,
            last=last,
            acked=handled.acked(incident, last.opened_at if last else None),
            clocks=clocks(incident, last),
            clock=clock_line(incident, last, handled, now),
            silence=silence,
            on_duty=[] if is_over else self._duty().on(incident.brand, now, level=incident.level),
            messages=messages,
        )

    def similar(self, incident: Incident) -> list[Likeness]:
        """Earlier incidents like it."""
        from tingfeng.alerts.knowledge import similar_to

        return similar_to(self._store, self._logbook, incident)

    # -- what people say ------------------------------------------------------------------------

    def acknowledge(
        self, id: str, *, by: str, owner: str, next_step: str, due_at: datetime | None, note: str
    ) -> View:
        """Someone takes care of the incident, or says what comes next."""
        view = self.view(id)
        if view.incident.state == "closed":
            raise SettingsError(
                f"事件 {view.incident.id} 已经关闭，不用再确认；补充经验：tingfeng alerts close",
                f"incident {view.incident.id} is closed and needs no acknowledgement; to add what "
                "was learnt: tingfeng alerts close",
            )
        if due_at is not None and due_at <= self._clock():
            raise SettingsError(
                f"--due {due_at:%Y-%m-%d %H:%M} 已经过去", f"--due {due_at:%Y-%m-%d %H:%M} is past"
            )
        self._log(
            Ack(
                incident=view.incident.id, level=view.incident.level, by=by, at=self._clock(),
                owner=owner, next_step=next_step, due_at=due_at, note=note,
            )
        )  # fmt: skip
        return self.view(view.incident.id)

    def close(
        self, id: str, *, by: str, reason: str, cause: str, action: str, outcome: str
    ) -> View:
        """Say that it is over, or add to what is known of one that is."""
        view = self.view(id)
        is_over = view.incident.state == "closed"
        if not is_over and not reason.strip():
            raise SettingsError(
                "关闭进行中的事件要写明理由：--reason",
                "to close what is going on, say why: --reason",
            )
        if not any(text.strip() for text in (reason, cause, action, outcome)):
            raise SettingsError(
                "事件已经关闭；补充经验要写 --cause、--action 或 --outcome",
                "it is closed already; to add to it give --cause, --action or --outcome",
            )
        self._log(
            Closing(
                incident=view.incident.id, by=by, at=self._clock(), reason=reason.strip(),
                cause=cause.strip(), action=action.strip(), outcome=outcome.strip(),
            )
        )  # fmt: skip
        return self.view(view.incident.id)

    def judge(self, id: str, *, by: str, truth: Truth, reason: str) -> View:
        """Say whether the alarm was right."""
        incident = self.find(id)
        self._log(
            Feedback(incident=incident.id, truth=truth, by=by, at=self._clock(), reason=reason)
        )
        return self.view(incident.id)

    def judged(self, brand: str) -> Sequence[Judged]:
        """What people said of alarms of *brand*, for tuning."""
        from tingfeng.alerts.feedback import judged

        return judged(self._store.incidents(brand=brand), self._logbook).get(brand, [])

    # -- silences -------------------------------------------------------------------------------

    def silences(self) -> list[Standing]:
        """All that were ever set, oldest first."""
        from tingfeng.alerts.silences import standing

        return standing(self._logbook)

    def silence(
        self,
        *,
        start: datetime | None,
        end: datetime | None,
        by: str,
        comment: str,
        include_critical: bool,
        **matchers: str,
    ) -> Silence:
        """Tell nobody of what *matchers* mean, until *end*."""
        from tingfeng.alerts.silences import silence

        if issue := matchers.get("issue", ""):
            matchers["issue"] = self.find(issue).id
        now = self._clock()
        made = silence(
            start=start or now, end=end, by=by, comment=comment, now=now,
            include_critical=include_critical, **matchers,
        )  # fmt: skip
        self._log(made)
        return made

    def lift(self, id: str, *, by: str, comment: str) -> Standing:
        """End a silence now."""
        now = self._clock()
        for one in self.silences():
            if one.silence.id == id and now < one.end:
                self._log(Lifting(silence=id, by=by, at=now, comment=comment))
                return next(each for each in self.silences() if each.silence.id == id)
        raise SettingsError(
            f"没有名为 {id} 的、还没结束的静默。全部：tingfeng alerts silence --list",
            f"no silence {id} is still to end; all of them: tingfeng alerts silence --list",
        )
