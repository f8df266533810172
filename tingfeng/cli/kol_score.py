"""Scores of creators on the screen and in files."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tingfeng.cli.output import save, show
from tingfeng.cli.screen import Screen
from tingfeng.cli.session import filled, opened
from tingfeng.core.errors import InputError
from tingfeng.core.message import Message
from tingfeng.core.post import SHANGHAI

if TYPE_CHECKING:
    from tingfeng.insight.table import Cell, Table
    from tingfeng.kol.nouns import Score
    from tingfeng.pipeline import Pipeline
    from tingfeng.pipeline.kol_score import Scored
    from tingfeng.pipeline.kol_target import Wanted


@contextmanager
def scored(args: argparse.Namespace, screen: Screen) -> Iterator[tuple[Pipeline, Scored]]:
    """The pipeline, and all its creators scored for what was asked."""
    from tingfeng.pipeline.kol_score import score_all

    with opened(args, screen) as pipeline:
        filled(pipeline)
        wishes = asked(args, pipeline)
        with screen.progress("评估达人", "scoring creators", None) as advance:
            found = score_all(pipeline, wishes, refit=args.refit, advance=advance)
        yield pipeline, found


def asked(args: argparse.Namespace, pipeline: Pipeline) -> Wanted:
    """What was typed, over kol.toml."""
    from tingfeng.pipeline.kol_target import audience_of, wanted

    return wanted(
        args.target, pipeline.settings.folder, brand=args.brand, preset=args.preset,
        categories=tuple(args.category), keywords=tuple(args.keyword), like=tuple(args.like),
        own=tuple(args.own), audience=audience_of(args.want), form=args.form,
    )  # fmt: skip


def score(args: argparse.Namespace, screen: Screen) -> int:
    """Score them all, list the best."""
    from tingfeng.pipeline.kol_score import several

    with scored(args, screen) as (_, found):
        rows = several(found, args.keys) if args.keys else found.order()
        rated = found.ratings
        if args.order == "low" and not args.keys:
            rows = sorted(
                rows,
                key=lambda row: (rated.verdicts[row] not in ("fit", "review"), -rated.low[row]),
            )
        if args.platform:
            rows = _on_platform(rows, args.platform, found)
        scores = [rated.score(row) for row in rows]
        table = table_of(scores, found, notes=_notes(found))
        top = scores if args.keys else scores[: args.top]
        show(table_of(top, found, notes=_notes(found)), screen)
        _more(len(scores) - len(top), screen)
        written = save(args.output, [table], screen, args.typed)
        screen.answer(_json(found, top) | ({} if written is None else {"written": written}))
    return 0


def _on_platform(rows: list[int], typed: str, found: Scored) -> list[int]:
    """Those of one platform, 微博 or weibo; raises InputError where there are none."""
    from crawlers.formats.platforms import platform_named

    platforms = found.ratings.measures.platforms
    platform = platform_named(typed)
    if not (left := [row for row in rows if platforms[row] == platform]):
        there = sorted({platforms[row] for row in rows})
        raise InputError(
            f"没有 {typed} 的达人，有的平台：{'、'.join(there)}。用 tingfeng kol import 导入",
            f"no creator of {typed}; there are some of {', '.join(there)}. `tingfeng kol import` takes in"
            " more",
        )
    return left


def table_of(scores: list[Score], found: Scored, notes: tuple[Message, ...] = ()) -> Table:
    """One row a creator."""
    from tingfeng.insight.table import Table, columns

    brand = found.ratings.target
    return Table(
        name=Message(f"达人契合度：{brand.brand}（{brand.preset}）", f"fit of creators: {brand.brand} ({brand.preset})"),
        columns=columns(
            ("达人", "creator"), ("账号", "account"), ("结论", "verdict"), ("得分", "score"),
            ("区间", "interval"), ("风险", "risk"), ("粉丝", "followers"), ("有效粉丝", "effective"),
            ("层级", "tier"), ("报价", "price"), ("常见报价", "usual price"), ("最强", "strongest"),
            ("最弱", "weakest"),
        ),
        rows=tuple(row_of(score) for score in scores),
        notes=notes,
    )  # fmt: skip


def row_of(score: Score) -> tuple[Cell, ...]:
    """Cells of one creator; one that is not known well enough has no score, nor what follows from it."""
    from tingfeng.kol.authenticity import band
    from tingfeng.kol.card import VERDICTS
    from tingfeng.kol.explain import NAMES
    from tingfeng.kol.tiers import tier_name

    known = score.told
    weighed = [part for part in score.parts if part.weight and known]
    ranked = sorted(weighed, key=lambda part: part.points)
    tier = tier_name(score.effective_tier or score.tier)
    price = score.expected_price
    return (
        score.name, score.key, VERDICTS[score.verdict],
        round(score.value, 1) if known else None,
        f"{score.low:.1f}–{score.high:.1f}" if known else None,
        band(max(score.risk.values())) if score.risk else None,
        score.followers, score.effective, tier, score.price and round(score.price),
        price and f"{price[0]:,.0f}–{price[2]:,.0f}",
        NAMES[ranked[-1].name] if ranked else None, NAMES[ranked[0].name] if ranked else None,
    )  # fmt: skip


def _notes(found: Scored) -> tuple[Message, ...]:
    """What the figures rest on."""
    n = len(found.ratings)
    few = [curve for curve in found.curves.cells.values() if "few" in curve.flags]
    notes = [
        Message(
            f"候选池 {n:,} 位；参照得分 {found.ratings.reference:.1f} 是池中位。参照曲线 {found.ratings.curve}，"
            f"计分 {found.run.id}。粉丝数和点赞数从不加分；风险是档位，不是事实认定。",
            f"{n:,} creators in the pool; its median scores {found.ratings.reference:.1f}. Curves "
            f"{found.ratings.curve}, run {found.run.id}. Followers and likes never raise a score; risks "
            "are bands, not findings.",
        ),
        *found.brand.missing,
    ]
    as_of, today = (f"{at.astimezone(SHANGHAI):%Y-%m-%d}" for at in (found.now, found.today))
    if as_of != today:
        notes.append(
            Message(
                f"截至 {as_of}：库里最新一帖是前一天的，更近的事不在分里。",
                f"As of {as_of}, a day after the newest stored post: nothing later is in the scores.",
            )
        )
    if found.unread:
        notes.append(
            Message(
                f"有 {found.unread:,} 篇作品还没读过，只用了时间和互动数：先运行 tingfeng analyze，再评分。",
                f"{found.unread:,} works are not read yet, only their dates and counts were used: run "
                "`tingfeng analyze` first, then score.",
            )
        )
    if few:
        notes.append(
            Message(
                f"参照曲线有 {len(few)} 条不足 300 个账号：互动一项只作参考。",
                f"{len(few)} reference curves rest on fewer than 300 accounts: take engagement as a hint.",
            )
        )
    return tuple(notes)


def _more(count: int, screen: Screen) -> None:
    if count > 0:
        screen.say(
            f"还有 {count:,} 位：--top 多看几位，-o 文件.xlsx 看全部",
            f"{count:,} more: --top, or all by -o FILE.xlsx",
        )


def _json(found: Scored, scores: list[Score]) -> dict[str, Any]:
    from tingfeng.kol.plain import score_json

    return {
        "run": found.run.id, "brand": found.ratings.target.brand,
        "preset": found.ratings.target.preset, "pool": len(found.ratings),
        "reference": round(found.ratings.reference, 4), "curves": found.ratings.curve,
        "scores": [score_json(one) for one in scores],
    }  # fmt: skip
