"""alerts tune: thresholds by how many false alarms a brand's people will bear."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from tingfeng.cli.incident_desk import board_of
from tingfeng.cli.output import save
from tingfeng.cli.question import ends
from tingfeng.cli.screen import Screen
from tingfeng.cli.session import asked, now
from tingfeng.core.message import Message

if TYPE_CHECKING:
    from tingfeng.alerts.tuning import Sensitivity, Tuning
    from tingfeng.insight.table import Table


def tune(args: argparse.Namespace, screen: Screen) -> int:
    """Replay four weeks of each brand at many thresholds; with ``--apply`` the choice holds."""
    from tingfeng.alerts.tuning import BUDGETS, NAMES, keep
    from tingfeng.pipeline.tuning import tuned

    word: Sensitivity = args.budget or "standard"
    at = ends(args.now, at=now()) if args.now else now()
    with asked(args, screen) as pipeline:
        said = board_of(pipeline).judged
        chosen = tuned(pipeline, BUDGETS[word], at, brands=args.brand or None, judged=said)
        if args.apply:
            for one in chosen:
                keep(pipeline.store, one)
    name = NAMES[word]
    screen.say(f"{name.zh}：每品牌每周误报不超过 {BUDGETS[word]:g} 次",
               f"{name.en}: at most {BUDGETS[word]:g} false alarms a week and brand")  # fmt: skip
    for one in chosen:
        screen.say(f"{one.brand}：{one.reason.zh}", f"{one.brand}: {one.reason.en}")
    if chosen and not args.apply:
        screen.say("这是试算；加 --apply 生效。", "This is a preview; --apply lets it hold.")
    save(args.output, [_table(chosen)], screen, args.typed)
    screen.answer({
        "sensitivity": word, "budget": BUDGETS[word], "applied": bool(args.apply),
        "brands": [{**asdict(one), "reason": one.reason.into(screen.lang)} for one in chosen],
    })  # fmt: skip
    return 0


def _table(chosen: Sequence[Tuning]) -> Table:
    from tingfeng.insight.table import Table, columns

    return Table(
        name=Message("警线", "thresholds"),
        columns=columns(
            ("品牌", "brand"), ("原偏移", "offset before"), ("偏移", "offset"), ("预算/周", "budget a week"),
            ("重放误报", "false alarms replayed"), ("周数", "weeks"), ("预计/周", "expected a week"),
            ("确认", "confirmed"), ("标为误报", "called false"),
        ),
        rows=[
            (one.brand, one.before, one.offset, one.budget, one.alarms, one.weeks, one.expected,
             one.confirmed, one.called_false)
            for one in chosen
        ],
    )  # fmt: skip
