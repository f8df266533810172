"""alerts send-test: does a message arrive? And how messages that did not are told."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from contextlib import redirect_stdout
from typing import Any

from tingfeng.cli.screen import Screen
from tingfeng.cli.session import now, opened
from tingfeng.core.errors import SettingsError
from tingfeng.core.incident import Notice
from tingfeng.core.ports import DeskStore


def send_test(args: argparse.Namespace, screen: Screen) -> int:
    """Send a test to every channel, or those named; 1 when one did not take it."""
    from tingfeng.alerts.sample import sample

    with opened(args, screen) as pipeline:
        names = pipeline.channels
        if unknown := sorted(set(args.channel) - set(names)):
            raise SettingsError(
                f"没有名为 {'、'.join(unknown)} 的渠道，有：{'、'.join(names)}",
                f"no channel is called {', '.join(unknown)}; there are: {', '.join(names)}",
            )
        own = next((one for one in pipeline.brands if one.role == "own"), None)
        file = pipeline.store_file
        told = []
        if own is not None and (file is None or file.exists()):  # a test makes no store
            told = pipeline.store.incidents(brand=own.name)
        notice = sample(own, told[0] if told else None, now(), screen.lang)
        with redirect_stdout(sys.stderr if screen.json else sys.stdout):
            tried = list(pipeline.telling.tried(args.channel or names, notice))
    for one in tried:
        mark = "✓" if one.accepted else "✗"
        screen.say(
            f"{mark} {one.channel}：{one.answer.zh}", f"{mark} {one.channel}: {one.answer.en}"
        )
    screen.answer(
        {
            "tests": [
                {
                    "channel": one.channel,
                    "accepted": one.accepted,
                    "answer": one.answer.into(screen.lang),
                }
                for one in tried
            ]
        }
    )
    return 0 if all(one.accepted for one in tried) else 1


def unfinished(store: DeskStore, incident: str | None = None) -> list[Notice]:
    """Messages that people did not get (yet), oldest first; of one incident, or of all."""
    return [
        one
        for one in store.notices(incident)
        if one.delivered_at is None and one.withheld is None  # what is withheld nobody should get
    ]


def tell_messages(messages: Iterable[Notice], screen: Screen) -> None:
    """A line each: given up or waiting, how often it was tried, what the channel last said."""
    for one in messages:
        lost = one.attempts < 0
        why = one.failure or screen.pick("还没有试过", "not tried yet")
        screen.say(
            f"{'没有送达' if lost else '等待发送'} {one.channel}：{one.title}"
            f"（{one.id}，试过 {abs(one.attempts)} 次）{why}",
            f"{'not delivered' if lost else 'waiting'} {one.channel}: {one.title} "
            f"({one.id}, tried {abs(one.attempts)} times) {why}",
        )


def message_json(one: Notice) -> dict[str, Any]:
    """Keys of one message in ``--json``."""
    return {
        "id": one.id, "channel": one.channel, "incident": one.incident, "kind": one.kind,
        "level": one.level, "title": one.title, "created_at": one.created_at,
        "attempts": abs(one.attempts), "given_up": one.attempts < 0,
        "delivered_at": one.delivered_at, "failure": one.failure,
    }  # fmt: skip
