"""What changed of followed creators since the last look."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from tingfeng.cli.kol_score import scored
from tingfeng.cli.output import save, show
from tingfeng.cli.screen import Screen
from tingfeng.core.message import Message

if TYPE_CHECKING:
    from tingfeng.insight.table import Table
    from tingfeng.pipeline.kol_watch import Looked


def watch(args: argparse.Namespace, screen: Screen) -> int:
    """Tell what changed; the next look tells what changed since this one."""
    from tingfeng.pipeline.kol_watch import look

    with scored(args, screen) as (pipeline, found):
        looked = look(
            found, pipeline.settings.folder, name=args.name, keys=args.keys, days=args.days
        )
        table = _table(looked, args.name)
        show(table, screen)
        save(args.output, [table], screen, args.typed)
        screen.answer(
            {
                "list": args.name, "brand": found.ratings.target.brand, "run": found.run.id,
                "creators": [
                    {"key": one.key, "changes": [each.into(screen.lang) for each in one.changes],
                     **({} if one.seen is None else {"seen": one.seen.plain()})}
                    for one in looked
                ],
            }
        )  # fmt: skip
    return 0


def _table(looked: tuple[Looked, ...], name: str) -> Table:
    from tingfeng.insight.table import Table, columns

    quiet = sum(not one.changes for one in looked)
    return Table(
        name=Message(f"名单 {name}：自上次以来", f"list {name}: since the last look"),
        columns=columns(("达人", "creator"), ("账号", "account"), ("得分", "score"), ("变化", "change")),
        rows=tuple(
            (one.seen.name if one.seen else None, one.key, one.seen.value if one.seen else None, change)
            for one in looked
            for change in one.changes
        ),
        notes=(Message(f"{quiet} 位没有变化。", f"{quiet} without a change."),) if quiet else (),
    )  # fmt: skip
