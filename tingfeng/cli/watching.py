"""alerts and watch: people are told."""

from __future__ import annotations

import argparse
import sys
import time
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tingfeng.cli.alert_labels import labelled, labels_json, tell_labels
from tingfeng.cli.channels import message_json, tell_messages, unfinished
from tingfeng.cli.incident_desk import board_of
from tingfeng.cli.incident_view import beside, view_json, view_table
from tingfeng.cli.incidents import (
    heat_json,
    incident_json,
    replayed_json,
    sentence,
    table,
    tell,
)
from tingfeng.cli.output import save
from tingfeng.cli.question import begins, ends, known_brands, newest
from tingfeng.cli.screen import Screen
from tingfeng.cli.session import asked, now, opened
from tingfeng.core.errors import CrawlError, SettingsError, TingfengError

if TYPE_CHECKING:
    from tingfeng.alerts.outbox import Delivery
    from tingfeng.alerts.walk import Change
    from tingfeng.pipeline import Pipeline

WAIT = 45.0
"""Seconds that a command waits for what is due soon: what is not red stays away from the full and
the half hour, at which cron jobs run, for at most 40."""


def alerts_run(args: argparse.Namespace, screen: Screen) -> int:
    """Judge what is new, and tell; 1 when a message was given up."""
    with asked(args, screen) as pipeline:
        at = ends(args.now, at=now()) if args.now else now()
        changes, waits = _judged(pipeline, at, screen)
        delivery = _deliver(pipeline, screen, WAIT)
    for change in changes:
        kind = change.kind if change.standing == "final" else change.standing
        sentence(change.incident, screen, kind)
    screen.say(
        f"变化 {len(changes)}，发出 {len(delivery.delivered)}，待重发 "
        f"{len(delivery.retried) + len(delivery.resting)}，放弃 {len(delivery.given_up)}",
        f"{len(changes)} changes, {len(delivery.delivered)} messages delivered, "
        f"{len(delivery.retried) + len(delivery.resting)} waiting, {len(delivery.given_up)} given up",
    )
    _given_up(delivery, screen)
    screen.answer(
        {
            "changes": [
                {
                    "kind": one.kind,
                    "standing": one.standing,
                    **incident_json(one.incident, screen.lang),
                }
                for one in changes
            ],
            "delivered": [notice.id for notice in delivery.delivered],
            "waiting": [notice.id for notice in (*delivery.retried, *delivery.resting)],
            "given_up": [notice.id for notice in delivery.given_up],
            "waits": waits,
        }
    )
    return 1 if delivery.given_up else 0


def alerts_replay(args: argparse.Namespace, screen: Screen) -> int:
    """What would have fired over stored history; nothing is sent or stored."""
    from tingfeng.alerts.heat import Replay

    with asked(args, screen) as pipeline:
        clock = now()
        last = newest(pipeline.store)
        since = begins(args.since, at=clock) if args.since else None
        until = ends(args.until, at=clock) if args.until else (last or clock) + timedelta(hours=1)
        brands = known_brands(pipeline, args.brand) if args.brand else None
        if pipeline.readers.behind:
            screen.aside(
                "注意：历史有一部分还是旧读法的结果，先运行 tingfeng analyze",
                "note: part of history bears the readings of another reader, run `tingfeng analyze` first",
            )
        hot = Replay(since)
        loud = hot if pipeline.settings.alerts.heat else None
        replayed = pipeline.engine.replay(since, until, brands=brands, loud=loud)
        labels = None
        if args.incidents:
            labels = labelled(pipeline, replayed, args.incidents, since, until, brands)
    for one in replayed:
        tell(one, screen)
    # An incident that was lowered before it ended is listed at its height.
    incidents = [replace(one.incident, level=one.highest) for one in replayed]
    if not incidents:
        screen.say("没有会触发的预警", "nothing would have fired")
    for each in hot.told:
        screen.say(f"热度提醒 {each.brand} {each.says.zh}", f"heat {each.brand} {each.says.en}")
    if labels:
        tell_labels(labels, screen)
    save(args.output, [table(incidents)], screen, args.typed)
    screen.answer(
        {
            **({"score": labels_json(labels, screen)} if labels else {}),
            "since": since,
            "until": until,
            "incidents": [replayed_json(one, screen.lang) for one in replayed],
            "heat": [heat_json(each) for each in hot.told],
        }
    )
    return 0


def alerts_list(args: argparse.Namespace, screen: Screen) -> int:
    """Incidents so far."""
    with asked(args, screen) as pipeline:
        views = board_of(pipeline).views()
        messages = unfinished(pipeline.store)
    incidents = [view.incident for view in views]
    for view in views:
        sentence(view.incident, screen)
        beside(view, screen)
    if not incidents:
        screen.say(
            "还没有通知过的事件。历史上会报什么：tingfeng alerts replay",
            "nobody was told of an incident yet; of history: `tingfeng alerts replay`",
        )
    tell_messages(messages, screen)
    save(args.output, [view_table(views)], screen, args.typed)
    screen.answer(
        {
            "incidents": [view_json(one, screen.lang) for one in views],
            "messages": [message_json(one) for one in messages],
        }
    )
    return 0


def watch(args: argparse.Namespace, screen: Screen) -> int:
    """Crawl, read, judge, tell, round after round; a failing source ends no round.

    A failing round, say while a backup holds the store, ends no watch: 1 if the last one failed.
    """
    rounds, failed = 0, False
    with opened(args, screen) as pipeline:
        every = args.every or pipeline.settings.collect.every
        screen.aside(
            f"每 {every:g} 秒一轮，Ctrl-C 停止", f"a round every {every:g} s, Ctrl-C stops"
        )
        if pipeline.outdated:  # a new brand would be judged on a history without it
            screen.aside(
                "词表改过，先重新标注历史", "the lexicon changed: history is tagged again first"
            )
            pipeline.retag()
        while args.rounds is None or rounds < args.rounds:
            begun = time.monotonic()
            failed = not _survived(pipeline, screen)
            rounds += 1
            if args.rounds is None or rounds < args.rounds:
                time.sleep(max(0.0, every - (time.monotonic() - begun)))
    screen.answer({"rounds": rounds})
    return int(failed)


def _survived(pipeline: Pipeline, screen: Screen) -> bool:
    """One round; whether it came to its end."""
    try:
        _round(pipeline, screen)
    except SettingsError:  # the next round would fail alike
        raise
    except TingfengError as error:
        screen.fault(error.message)
        return False
    return True


@dataclass(slots=True)
class Told:
    """What one round brought."""

    read: int = 0
    changes: int = 0
    delivered: int = 0


def _round(pipeline: Pipeline, screen: Screen) -> None:
    from tingfeng.core.coverage import SEEING

    told = Told()

    def tell(patience: float = 0.0) -> None:
        told.read += pipeline.analyze().analyzed
        told.changes += len(_judged(pipeline, pipeline.clock(), screen)[0])
        delivery = _deliver(pipeline, screen, patience)
        told.delivered += len(delivery.delivered)
        _given_up(delivery, screen)

    try:
        reports, tally = pipeline.crawl(pipeline.jobs(), idle=tell)
        blind = [f"{one.source}（{one.verdict}）" for one in reports if one.verdict not in SEEING]
        got = tally["new"]
    except CrawlError as error:
        screen.fault(error.message)
        blind, got = [], 0
    tell(min(WAIT, pipeline.settings.collect.every))
    _expired(pipeline, screen)
    seen = screen.pick("没看到：", "not seen: ") + ", ".join(blind) if blind else ""
    stamp = f"{pipeline.clock():%m-%d %H:%M:%S}"
    screen.aside(
        f"{stamp} 新 {got}，读 {told.read}，事件变化 {told.changes}，发出 {told.delivered} {seen}",
        f"{stamp} {got} new, {told.read} read, {told.changes} changes, {told.delivered} delivered "
        f"{seen}",
    )


def _judged(pipeline: Pipeline, at: datetime, screen: Screen) -> tuple[list[Change], bool]:
    """What changed, and whether judgement waits for history to be read by the present reader."""
    from tingfeng.pipeline.evidence import keep_far

    engine = pipeline.engine
    behind = engine.behind
    if behind:
        screen.aside(
            "读法换过，历史还没重读完：这次不判断，以免把换读法当成舆情变化。先运行 tingfeng analyze",
            "the reader changed and history is not read again yet: nothing is judged, lest the switch "
            "look like a change of mood. Run `tingfeng analyze` first",
        )
    changes = engine.run(at)  # rungs and digests are due even where nothing is judged
    keep_far(pipeline, at)
    return changes, behind


def _deliver(pipeline: Pipeline, screen: Screen, patience: float) -> Delivery:
    """Send what waits; the console channel may not write between the braces of ``--json``."""
    if not screen.json:
        return pipeline.deliver(patience=patience)
    with redirect_stdout(sys.stderr):
        return pipeline.deliver(patience=patience)


def _expired(pipeline: Pipeline, screen: Screen) -> None:
    """Remove what became too old since yesterday."""
    days = pipeline.settings.keep_days
    kept = pipeline.settings.evidence_days
    if gone := pipeline.forgetting.tidy_daily(days, by="watch", evidence_days=kept):
        screen.aside(
            f"超过 {days} 天的 {gone:,} 帖已删除", f"{gone:,} posts older than {days} days removed"
        )


def _given_up(delivery: Delivery, screen: Screen) -> None:
    for notice in delivery.given_up:
        screen.aside(
            f"消息 {notice.id} 没有送达 {notice.channel}：{notice.failure}",
            f"message {notice.id} did not reach {notice.channel}: {notice.failure}",
        )
