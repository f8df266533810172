"""alerts score: how good the detectors are, on series whose truth is known."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from tingfeng.cli.screen import Cell, Screen
from tingfeng.core.errors import SettingsError

PROFILE_NAMES = {
    "standard": "standard",
    "reward_low_FP_rate": "low FP",
    "reward_low_FN_rate": "low FN",
}


def score(args: argparse.Namespace, screen: Screen) -> int:
    """Run the bench that was asked for."""
    from tingfeng.alerts.tuning import BUDGETS
    from tingfeng.cli import alert_bench

    if args.injection:
        budget = BUDGETS[args.budget] if args.budget else None
        read = (args.sensitivity, args.specificity)
        return alert_bench.injection(args.nab, read, args.crises, budget, screen)
    if args.stream is not None:
        return alert_bench.stream(args.stream, args.incidents, args.learn_days, screen)
    if args.nab is None:
        raise SettingsError("要评什么：--nab 文件夹、--injection 或 --stream 文件。",
                            "say what to score: --nab FOLDER, --injection or --stream FILE")  # fmt: skip
    return nab(args.nab, screen)


def nab(folder: Path, screen: Screen) -> int:
    """The volume test on counts laid out like the Numenta benchmark's; nothing is fitted to them."""
    from tingfeng.alerts.scoring import nab as bench
    from tingfeng.alerts.scoring import nab_files

    series, lost = nab_files.read(folder)
    heard = []
    with screen.progress("评分", "scoring", len(series)) as advance:
        for one in series:
            heard.append(bench.hear(one))
            advance(1)
    found = bench.figures(heard, nab_files.published(folder, series))
    screen.answer({**found, "lost": lost})
    _nab_tables(found, screen)
    for key in lost:
        screen.aside(f"没有文件：{key}", f"no file for {key}")
    return 0


def _nab_tables(found: dict[str, Any], screen: Screen) -> None:
    rows: list[list[Cell]] = [_nab_row(one, screen) for one in found["series"]]
    rows.append(_nab_row({"name": screen.pick("全部", "all"), **found}, screen))
    screen.table(
        screen.pick("声量检测，逐序列", "the volume test by series"),
        [screen.pick("序列", "series"), *PROFILE_NAMES.values(), screen.pick("命中", "hits"),
         screen.pick("报警", "alarms"), screen.pick("误报", "false"), screen.pick("误报/周", "false/week")],
        rows,
    )  # fmt: skip
    if found["published"]:
        others: list[list[Cell]] = [
            [name, *(round(scores[one], 1) for one in PROFILE_NAMES)]
            for name, scores in found["published"].items()
        ]
        screen.table(
            screen.pick("已公布的检测器，同样的序列", "published detectors on the same series"),
            [screen.pick("检测器", "detector"), *PROFILE_NAMES.values()], others,
        )  # fmt: skip
    out = found["leave_one_out"]
    if out is not None:
        screen.say(f"警线改由其余各序列选定时（留一）：{out:.1f}",
                   f"with the threshold chosen on the other series (leave one out): {out:.1f}")  # fmt: skip


def _nab_row(one: dict[str, Any], screen: Screen) -> list[Cell]:
    false = one["false_alarms"] / one["weeks"] if one["weeks"] else 0.0
    return [one["name"], *(round(one[name], 1) for name in PROFILE_NAMES),
            f"{one['hits']}/{one['windows']}", one["alarms"], one["false_alarms"], round(false, 2)]  # fmt: skip
