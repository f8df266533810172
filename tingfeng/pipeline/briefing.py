"""Reports for desks: what alerts know of incidents is put beside what the store tells of posts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from tingfeng.core.errors import SettingsError
from tingfeng.core.incident import Incident, Notice
from tingfeng.core.logbook import Entry
from tingfeng.core.message import Message
from tingfeng.pipeline.judging import same

if TYPE_CHECKING:
    from tingfeng.alerts.engine import Replayed
    from tingfeng.insight.brief import Brief
    from tingfeng.insight.dossier import Dossier, Step
    from tingfeng.insight.period import Period
    from tingfeng.insight.sheet import Sheet
    from tingfeng.pipeline import Pipeline


def daily(pipeline: Pipeline, period: Period) -> Sheet:
    """日报."""
    from tingfeng.insight.daily import daily as made

    return made(_brief(pipeline, period, dossiers(pipeline, period.until)))


def weekly(pipeline: Pipeline, period: Period) -> Sheet:
    """周报."""
    from tingfeng.insight.weekly import weekly as made

    return made(_brief(pipeline, period, dossiers(pipeline, period.until)))


def case(pipeline: Pipeline, id: str, until: datetime) -> Sheet:
    """专报 of the incident with *id*, or whose id begins so; where it is not over, as things stood at *until*.

    Raises:
        SettingsError: no such incident, neither told nor in a replay of history.

    """
    from tingfeng.insight.case_report import case_report, lasting
    from tingfeng.pipeline.outlook import rules

    known = dossiers(pipeline, until)
    dossier = _named(known, id)
    period = lasting(dossier.incident, until)
    standing = rules(pipeline, dossier.incident.brand, period.until)
    likeness = _likeness(pipeline, dossier.incident)
    dossier = replace(dossier, rules=standing, likeness=likeness)
    return case_report(_brief(pipeline, period, known), dossier)


def _named(known: Sequence[Dossier], id: str) -> Dossier:
    """The one that *id*, or its beginning, names."""
    found = [one for one in known if id and one.incident.id.startswith(id)]
    if len(found) > 1:
        ids = ", ".join(one.incident.id for one in found)
        raise SettingsError(
            f"{id!r} 开头的事件有几起，请写全：{ids}", f"several incidents begin with {id!r}: {ids}"
        )
    if not found:
        raise SettingsError(
            f"没有事件 {id!r}。已有的：tingfeng alerts list；历史里的：tingfeng alerts replay",
            f"there is no incident {id!r}; see `tingfeng alerts list`, and for history `tingfeng "
            "alerts replay`",
        )
    return found[0]


def _brief(pipeline: Pipeline, period: Period, known: Sequence[Dossier]) -> Brief:
    from tingfeng.insight.brief import Brief

    limits = [pipeline.readers.note]
    if pipeline.readers.behind:
        limits.append(
            Message(
                "注意：历史有一部分还是旧读法的结果，先运行 tingfeng analyze 再出报告，数字才一致。",
                "Mind: part of history bears the readings of another reader; run `tingfeng analyze` "
                "first for figures of one kind.",
            )
        )
    own = [one.name for one in pipeline.brands if one.role == "own"]
    own = own or [one.name for one in pipeline.brands]
    return Brief(
        store=pipeline.store,
        brands=pipeline.brands,
        period=period,
        now=pipeline.clock(),
        dossiers=known,
        judged=set(own) <= set(pipeline.watched),
        model=pipeline.reader.version,
        limits=limits,
    )


def dossiers(pipeline: Pipeline, until: datetime) -> list[Dossier]:
    """Every incident: those that people were told of, and what a replay until *until* finds
    besides.
    """
    store = pipeline.store
    stored, logbook = store.incidents(), store.logbook()
    replayed = pipeline.engine.replay(None, until)
    paths = {one.incident.id: one for one in replayed}
    found = [
        _told(one, store.notices(one.id), logbook, paths.get(one.id)) for one in stored
    ]  # fmt: skip
    unsent = [one for one in replayed if not any(same(one.incident, each) for each in stored)]
    return [*found, *(_unsent(one) for one in unsent)]


def _unsent(one: Replayed) -> Dossier:
    from tingfeng.insight.dossier import Dossier

    # At its height, as everywhere; the steps say where it stood when.
    incident = replace(one.incident, level=one.highest)
    return Dossier(incident=incident, replayed=True, steps=_walked(one))


def _told(
    incident: Incident, notices: Sequence[Notice], logbook: Sequence[Entry], path: Replayed | None
) -> Dossier:
    from tingfeng.alerts.acks import closings, handling, shown
    from tingfeng.alerts.clocks import alert
    from tingfeng.alerts.levels import FIRST_ACTION
    from tingfeng.insight.dossier import Dossier

    handled = handling(incident.id, logbook)
    incident = shown(incident, closings(logbook).get(incident.id))
    last = alert(notices)
    opened = [one for one in notices if one.kind == "opened" and one.withheld is None]
    first = min((one.made_at or one.created_at for one in opened), default=None)
    steps = _spoken(notices) or (_walked(path) if path else ())
    return Dossier(
        incident=incident,
        steps=_ended(steps, incident),
        told_at=first if last else None,
        act_within=FIRST_ACTION[incident.level],
        acks=handled.acks,
        owner=handled.owner,
        next_step=handled.next_step,
        due_at=handled.due_at,
        closing=handled.lesson,
        feedback=handled.feedback,
    )


def _spoken(notices: Sequence[Notice]) -> tuple[Step, ...]:
    """What people were told, or would have been but for a silence, each change once."""
    from tingfeng.insight.dossier import KINDS, Step

    found = {
        (one.created_at, one.kind): Step(at=one.created_at, kind=one.kind, level=one.level)
        for one in notices
        if one.kind in KINDS
    }
    steps: list[Step] = []
    for one in sorted(found.values(), key=lambda one: one.at):
        # A first judgement (初判) and its confirmation are one step, told twice.
        if not steps or (steps[-1].kind, steps[-1].level) != (one.kind, one.level):
            steps.append(one)
    return tuple(steps)


def _walked(one: Replayed) -> tuple[Step, ...]:
    from tingfeng.insight.dossier import KINDS, Step

    return tuple(
        Step(at=moment.at, kind=moment.kind, level=moment.level)
        for moment in one.timeline
        if moment.kind in KINDS
    )


def _ended(steps: tuple[Step, ...], incident: Incident) -> tuple[Step, ...]:
    """*steps* with its end, also where nobody heard of that: no channel was left to be told."""
    from tingfeng.insight.dossier import Step

    over = incident.state == "closed" and incident.closed_at is not None
    if not (steps and over) or steps[-1].kind == "resolved" or incident.closed_at is None:
        return steps
    return (*steps, Step(at=incident.closed_at, kind="resolved", level=incident.level))


def _likeness(pipeline: Pipeline, incident: Incident) -> tuple[Message, ...]:
    from tingfeng.alerts.knowledge import similar_to
    from tingfeng.alerts.lines import resembles

    return tuple(
        resembles(one) for one in similar_to(pipeline.store, pipeline.store.logbook(), incident)
    )
