"""What the chosen creators brought, and what cannot be told of it."""

from __future__ import annotations

import argparse
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tingfeng.cli.kol_score import scored
from tingfeng.cli.output import save, show
from tingfeng.cli.question import begins, ends, newest
from tingfeng.cli.screen import Screen
from tingfeng.cli.session import now
from tingfeng.core.message import Message
from tingfeng.core.post import SHANGHAI

if TYPE_CHECKING:
    from tingfeng.insight.table import Table
    from tingfeng.kol.campaign import Brought, Lift


def campaign(args: argparse.Namespace, screen: Screen) -> int:
    """Mentions around the chosen ones before and after, and around comparable ones."""
    from tingfeng.core.query import Query
    from tingfeng.insight.counted import command
    from tingfeng.pipeline.kol_campaign import measured

    with scored(args, screen) as (_, found):
        clock = now()
        since = begins(args.since, at=clock)
        until = ends(args.until, at=clock) if args.until else _today(newest(found.store) or clock)
        told = measured(found, args.keys, since=since, until=until, weeks=args.weeks)
        brand = found.ratings.target.brand
        look = command(Query(brands=(brand,), since=since, until=until))
        tables = [_lifts(told), _circles(told, look)]
        for table in tables:
            show(table, screen)
        save(args.output, tables, screen, args.typed)
        screen.answer(
            {"brand": brand, "since": since, "until": until, "command": look, **_json(told, screen)}
        )
    return 0


def _today(moment: datetime) -> datetime:
    """The end of its day."""
    local = moment.astimezone(SHANGHAI)
    return datetime(local.year, local.month, local.day, tzinfo=SHANGHAI) + timedelta(days=1)


_NAMES = (
    ("against_before", Message("与之前几周比", "against the weeks before")),
    ("against_others", Message("与可比达人比（双重差分）", "against comparable creators (differences in differences)")),
    ("placebo", Message("安慰剂：只看之前几周", "placebo: the weeks before alone")),
)  # fmt: skip


def _lifts(told: Brought) -> Table:
    from tingfeng.insight.table import Table, columns

    rows = []
    for name, said in _NAMES:
        lift: Lift = getattr(told, name)
        known = lift.ratio is not None
        rows.append(
            (said, f"×{lift.ratio:.2f}" if known else None,
             f"{lift.low:.2f}–{lift.high:.2f}" if known else None, lift.before, lift.after,
             lift.lacks or (Message("明显", "clear") if lift.clear else Message("与偶然分不开", "not told from chance")))
        )  # fmt: skip
    notes = [
        Message(
            "提及 = 达人自己和其帖下提到品牌的帖子。入选不是抽签决定的：倍数是相关，不是因果的证明。",
            "Mentions = posts naming the brand, by the creator or under their posts. Nobody was chosen by"
            " lot: a ratio is an association, no proof.",
        )
    ]
    if told.placebo.clear:
        notes.append(
            Message(
                "合作之前两组就已走势不同：不要把双重差分当作合作的效果。",
                "The two groups differed before the campaign: do not take the comparison for its effect.",
            )
        )
    return Table(
        name=Message("合作带来的提及", "mentions that the campaign brought"),
        columns=columns(("比较", "comparison"), ("倍数", "ratio"), ("95% 区间", "95 % interval"), ("之前", "before"), ("之后", "after"), ("说明", "reading")),
        rows=tuple(rows),
        notes=tuple(notes),
    )  # fmt: skip


def _circles(told: Brought, look: str) -> Table:
    from tingfeng.insight.table import Table, columns

    sides = [*((each, Message("入选", "chosen")) for each in told.chosen),
             *((each, Message("可比", "comparable")) for each in told.others)]  # fmt: skip
    return Table(
        name=Message("每位达人", "by creator"),
        columns=columns(("达人", "creator"), ("账号", "account"), ("组", "group"), ("之前每周", "weeks before"),
                        ("之后每周", "weeks after"), ("提到品牌的帖子", "posts naming the brand"), ("查看命令", "command", "command")),
        rows=tuple(
            (each.name, each.key, side, " ".join(map(str, each.before)), " ".join(map(str, each.after)),
             " ".join(each.posts) or None, look)
            for each, side in sides
        ),
    )  # fmt: skip


def _json(told: Brought, screen: Screen) -> dict[str, Any]:
    return {
        **{
            name: {
                "ratio": lift.ratio, "low": lift.low, "high": lift.high, "before": lift.before,
                "after": lift.after, "clear": lift.clear,
                "lacks": lift.lacks and lift.lacks.into(screen.lang),
            }
            for name, lift in ((name, getattr(told, name)) for name, _ in _NAMES)
        },
        "chosen": [_circle(each) for each in told.chosen],
        "comparable": [_circle(each) for each in told.others],
    }  # fmt: skip


def _circle(circle: Any) -> dict[str, Any]:
    return {
        "key": circle.key, "before": list(circle.before), "after": list(circle.after),
        "posts": list(circle.posts),
    }  # fmt: skip
