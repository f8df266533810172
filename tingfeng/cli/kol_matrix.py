"""A matrix of creators for a budget, and what other limits would bring."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tingfeng.cli.kol_score import asked, scored
from tingfeng.cli.output import save, show
from tingfeng.cli.parser_kol_fit import amount
from tingfeng.cli.screen import Screen
from tingfeng.core.errors import SettingsError
from tingfeng.core.message import Message

if TYPE_CHECKING:
    from tingfeng.insight.table import Table
    from tingfeng.kol.matrix import Change, Limits, Plan, Quota
    from tingfeng.kol.tiers import Tiers
    from tingfeng.pipeline.kol_matrix import Field


def matrix(args: argparse.Namespace, screen: Screen) -> int:
    """Choose, say what each pick adds, and answer what-ifs; 1 where a limit cannot be met."""
    from tingfeng.kol.matrix import instead, plan
    from tingfeng.pipeline.kol_matrix import field_of

    limits = limits_of(args)
    with scored(args, screen) as (pipeline, found):
        _known(limits.tiers, found.ratings.tiers)
        field = field_of(found, asked(args, pipeline))
        try:
            made = plan(field.candidates, field.people, limits)
            changes = [
                (text, instead(made, field.candidates, field.people, **_changed(text, limits)))
                for text in args.what_if
            ]
        except ValueError as error:
            raise SettingsError(
                f"不能选 {error}：只有在库且有报价的达人能选，tingfeng kol list 列出他们",
                f"cannot choose {error}: only stored creators with a price can be chosen, see `tingfeng kol list`",
            ) from None
        tables = [_picks(made, field), _tiers(made), _runners(made)]
        if changes:
            tables.append(_what_if(made, changes, field.review))
        for table in tables:
            if table.rows or table is tables[0]:  # what stands below it says why nobody is chosen
                show(table, screen)
        save(args.output, tables, screen, args.typed)
        screen.answer(
            {"run": found.run.id, **_json(made, screen), "unpriced": field.unpriced,
             "what_if": [{"change": text, **_change_json(change)} for text, change in changes]}
        )  # fmt: skip
    return 1 if made.unmet else 0


def limits_of(args: argparse.Namespace) -> Limits:
    """What was typed."""
    from tingfeng.kol.matrix import LARGEST, Limits

    if args.size > LARGEST:
        raise SettingsError(f"--size 最多 {LARGEST}", f"--size is at most {LARGEST}")
    return Limits(
        budget=args.budget, size=args.size, tiers=dict(_quota(text) for text in args.tier),
        per_agency=args.per_agency, per_category=args.per_category, rivals=args.rivals,
        overlap=args.overlap, without=frozenset(args.without), chosen=tuple(args.chosen),
    )  # fmt: skip


def _quota(text: str) -> tuple[str, Quota]:
    """``head=1-2``, ``waist=5-``, ``koc=-10``, ``head=1``; tiers also by their Chinese names."""
    from tingfeng.kol.matrix import Quota
    from tingfeng.kol.tiers import NAMES

    found = re.fullmatch(r"(\S+?)=(?:(\d+)|(\d*)-(\d*))", text)
    if not found:
        raise SettingsError(
            f"--tier 写成 head=2、head=1-2、head=1- 或 head=-2，而不是 {text!r}",
            f"--tier takes head=2, head=1-2, head=1- or head=-2, not {text!r}",
        )
    name, exact, least, most = found.groups()
    tier = next((tier for tier, said in NAMES.items() if tier and name in (tier, said.zh)), name)
    if exact is not None:
        return tier, Quota(least=int(exact), most=int(exact))
    quota = Quota(least=int(least or 0), most=int(most) if most else None)
    if quota.most is not None and quota.least > quota.most:
        raise SettingsError(
            f"--tier {text}：下限大于上限", f"--tier {text}: at least more than at most"
        )
    return tier, quota


def _known(asked: Iterable[str], tiers: Tiers) -> None:
    """Refuses tiers that no platform has."""
    from tingfeng.kol.tiers import NAMES

    own = {name for bounds in tiers.bounds.values() for name in bounds}
    if unknown := [name for name in asked if name not in own | set(NAMES)]:
        known = "、".join(said.zh for tier, said in NAMES.items() if tier)
        raise SettingsError(
            f"--tier 没有 {'、'.join(unknown)} 这一层，可选：{known}，或 kol.toml 里自己的层级",
            f"--tier: there is no {', '.join(unknown)}; there are "
            f"{', '.join(tier for tier in NAMES if tier)}, and those of kol.toml",
        )


def _changed(text: str, limits: Limits) -> dict[str, Any]:
    """``budget=30万 without=weibo:1`` to fields of the limits."""
    changes: dict[str, Any] = {}
    for word in text.split():
        name, _, value = word.partition("=")
        try:
            match name:
                case "budget":
                    changes["budget"] = amount(value)
                case "size":
                    changes["size"] = int(value)
                case "without":
                    changes["without"] = changes.get("without", limits.without) | {value}
                case "with":
                    changes["chosen"] = (*changes.get("chosen", limits.chosen), value)
                case _:
                    raise ValueError(name)
        except (ValueError, argparse.ArgumentTypeError):
            raise SettingsError(
                f"--what-if 写 budget=、size=、with=、without=，而不是 {word!r}",
                f"--what-if takes budget=, size=, with=, without=, not {word!r}",
            ) from None
    return changes


def _picks(made: Plan, field: Field) -> Table:
    from tingfeng.insight.table import Table, columns
    from tingfeng.kol.tiers import tier_name

    names = {candidate.key: candidate.name for candidate in field.candidates}
    return Table(
        name=Message(f"达人矩阵：{len(made.picks)} 位", f"matrix: {len(made.picks)} creators"),
        columns=columns(
            ("达人", "creator"), ("账号", "account"), ("层级", "tier"), ("得分", "score"), ("报价", "price"),
            ("净增触达", "adds"), ("每元净增", "adds per yuan"), ("单独触达", "alone"),
            ("缺它少", "lost without"), ("与谁重合", "overlaps"),
        ),
        rows=tuple(
            (
                pick.candidate.name, pick.candidate.key, tier_name(pick.candidate.tier),
                round(pick.candidate.fit, 1), round(pick.candidate.price), round(pick.adds),
                None if pick.per_yuan is None else round(pick.per_yuan, 2), round(pick.alone),
                round(pick.leaves),
                "  ".join(f"{names[o.key]} {o.share:.0%} (n={o.people})" for o in pick.overlaps) or None,
            )
            for pick in made.picks
        ),
        notes=tuple(_said(made, field)),
    )  # fmt: skip


def _said(made: Plan, field: Field) -> list[Message]:
    limits = made.limits
    sure = made.assured
    lines = [
        Message(
            f"花 {made.spent:,.0f} / {limits.budget:,.0f}；去重后触达目标人群 {made.covered:,.0f}（不去重 "
            f"{made.summed:,.0f}），占全部 {made.wanted:,.0f} 的 {_share(made.covered, made.wanted)}。",
            f"{made.spent:,.0f} of {limits.budget:,.0f} spent; {made.covered:,.0f} wanted people reached "
            f"({made.summed:,.0f} with overlaps counted twice), {_share(made.covered, made.wanted)} of "
            f"{made.wanted:,.0f}.",
        )
    ]
    if sure is not None:
        lines.append(
            Message(
                f"任何选法最多触达 {made.ceiling:,.0f}：这份至少是最优的 {sure:.0%}。",
                f"No choice reaches more than {made.ceiling:,.0f}: this is at least {sure:.0%} of the best.",
            )
        )
    estimated = sum(said != "works" for said in field.crowd.said)
    if estimated:
        lines.append(
            Message(
                f"{estimated} 位没有播放/阅读数，触达按同平台常见比例或粉丝数估计：只宜比较，不作承诺。",
                f"{estimated} creators say no views; reach is estimated from their platform or from "
                "followers: for comparison, not a promise.",
            )
        )
    if field.unpriced:
        lines.append(
            Message(
                f"{field.unpriced} 位没有报价，未参与。",
                f"{field.unpriced} creators have no price and were left out.",
            )
        )
    out = sum(one.barred is not None for one in field.candidates)
    if out:
        lines.append(
            Message(
                f"{out} 位已淘汰或数据不足，不能选：tingfeng kol score 看是谁。",
                f"{out} creators are vetoed or not known well enough and cannot be chosen: `tingfeng kol score`.",
            )
        )
    lines += _review(made.keys, field.review)
    return [*lines, *(Message(f"未满足：{each.zh}", f"not met: {each.en}") for each in made.unmet)]


def _share(part: float, whole: float) -> str:
    return f"{part / whole:.2%}" if whole else "–"


def _tiers(made: Plan) -> Table:
    from tingfeng.insight.table import Table, columns
    from tingfeng.kol.matrix import tiers_of
    from tingfeng.kol.tiers import tier_name

    return Table(
        name=Message("层级（按有效粉丝）", "tiers (by effective followers)"),
        columns=columns(
            ("层级", "tier"), ("人数", "creators"), ("花费", "spent"), ("占比", "share", "share")
        ),
        rows=tuple(
            (tier_name(tier), count, round(cost), cost / made.spent if made.spent else None)
            for tier, (count, cost) in tiers_of(made).items()
        ),
    )


def _runners(made: Plan) -> Table:
    from tingfeng.insight.table import Table, columns

    return Table(
        name=Message("差一点入选", "runners-up"),
        columns=columns(("达人", "creator"), ("账号", "account"), ("报价", "price"), ("可净增", "would add"), ("为什么没选", "why not")),
        rows=tuple(
            (one.candidate.name, one.candidate.key, round(one.candidate.price), round(one.adds), one.why)
            for one in made.runners
        ),
    )  # fmt: skip


def _review(keys: Iterable[str], review: frozenset[str]) -> tuple[Message, ...]:
    """Names the chosen ones whom a person must look at."""
    named = " ".join(sorted(review & set(keys)))
    return (Message(f"需人工复核后再定：{named}（tingfeng kol explain 看为什么）",
                    f"a person must look first: {named} (`tingfeng kol explain` says why)"),) * bool(named)  # fmt: skip


def _what_if(made: Plan, changes: list[tuple[str, Change]], review: frozenset[str]) -> Table:
    from tingfeng.insight.table import Table, columns

    return Table(
        name=Message("假如", "what if"),
        columns=columns(
            ("假如", "what if"), ("人数", "creators"), ("花费", "spent"), ("触达", "people"),
            ("触达变化", "change"), ("新增", "joined"), ("退出", "left"),
        ),
        rows=tuple(
            (text, len(change.plan.picks), round(change.plan.spent), round(change.plan.covered),
             f"{change.covered:+,.0f}", " ".join(change.joined) or None, " ".join(change.left) or None)
            for text, change in changes
        ),
        notes=_review((key for _, change in changes for key in change.joined), review),
    )  # fmt: skip


def _json(made: Plan, screen: Screen) -> dict[str, Any]:
    return {
        "budget": made.limits.budget, "spent": made.spent, "wanted": made.wanted,
        "covered": made.covered, "summed": made.summed, "ceiling": made.ceiling,
        "assured": made.assured, "considered": made.considered,
        "unmet": [each.into(screen.lang) for each in made.unmet],
        "picks": [
            {
                "key": pick.candidate.key, "name": pick.candidate.name, "tier": pick.candidate.tier,
                "score": pick.candidate.fit, "price": pick.candidate.price, "adds": pick.adds,
                "per_yuan": pick.per_yuan, "alone": pick.alone, "lost_without": pick.leaves,
                "overlaps": [{"key": o.key, "share": o.share, "n": o.people} for o in pick.overlaps],
            }
            for pick in made.picks
        ],
        "runners_up": [
            {"key": one.candidate.key, "would_add": one.adds, "why": one.why.into(screen.lang)}
            for one in made.runners
        ],
    }  # fmt: skip


def _change_json(change: Change) -> dict[str, Any]:
    return {
        "covered": change.plan.covered, "change": change.covered, "spent": change.plan.spent,
        "joined": list(change.joined), "left": list(change.left), "picks": list(change.plan.keys),
    }  # fmt: skip
