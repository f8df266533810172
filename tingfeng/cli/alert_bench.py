"""alerts score --injection and --stream, as tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tingfeng.cli.screen import Cell, Screen
from tingfeng.core.errors import SettingsError
from tingfeng.core.post import SHANGHAI

if TYPE_CHECKING:
    from tingfeng.alerts.scoring.crises import Counts, Read


def injection(
    folder: Path | None, read: tuple[float | None, float | None], crises: int,
    budget: float | None, screen: Screen,
) -> int:  # fmt: skip
    """Crises injected into the counts of *folder*, or of made-up brands."""
    from tingfeng.alerts.scoring import bench

    reader, voices = _reader(*read), _voices(folder)
    size = bench.Size(crises=crises, trials=min(crises, 20))
    with screen.progress("注入实验", "injecting", 3 + (budget is not None)) as advance:
        found = bench.whole(voices, reader, size, budget=budget, advance=advance)
    screen.answer({"voices": str(folder) if folder else "made up", "crises": crises, **found})
    for cell in found["surges"]:
        _surges(cell, screen)
    _shapes(found["shapes"], screen)
    _harmless(found["harmless"], screen)
    return 0


def _reader(sensitivity: float | None, specificity: float | None) -> Read:
    from tingfeng.alerts.scoring.crises import BASE, Read

    if sensitivity is None and specificity is None:
        return BASE
    shares = (BASE.sensitivity if sensitivity is None else sensitivity,
              BASE.specificity if specificity is None else specificity)  # fmt: skip
    if not all(0 < one <= 1 for one in shares):
        raise SettingsError("--sensitivity 和 --specificity 要在 0 与 1 之间。",
                            "--sensitivity and --specificity lie between 0 and 1")  # fmt: skip
    return Read("given", *shares)


def _voices(folder: Path | None) -> Sequence[Counts]:
    from tingfeng.alerts.scoring import bench, crises, nab_files

    if folder is None:
        return bench.made_up_brands()
    return [crises.quarters(one.counts, one.step_seconds) for one in nab_files.read(folder)[0]]


def _surges(cell: dict[str, Any], screen: Screen) -> None:
    budget = cell["budget"]
    zh = "出厂警线" if budget is None else f"按每周 {budget:g} 次误报调过"
    en = "thresholds as shipped" if budget is None else f"tuned to {budget:g} false alarms a week"
    low, high = cell["interval"]
    screen.table(
        screen.pick(f"注入的危机（{zh}）", f"injected crises ({en})"),
        ["c", screen.pick("12 小时内召回", "recall in 12 h"), "95 %", screen.pick("中位延迟（分）", "median delay (min)"), "p90"],
        [[c, *_recalled(one)] for c, one in cell["surge"].items()],
    )  # fmt: skip
    rate = cell["false_alarms_per_week"] or 0.0
    screen.say(
        f"误报：每品牌每周 {rate:.2f} 次（95% {low:.2f}–{high:.2f}，{cell['weeks']:.0f} 品牌周）",
        f"false alarms: {rate:.2f} a week and brand (95 % {low:.2f} to {high:.2f}, {cell['weeks']:.0f} brand-weeks)",
    )


def _recalled(one: dict[str, Any]) -> list[Cell]:
    low, high = one["interval"]
    share = "–" if one["recall"] is None else f"{one['recall']:.2f} ({one['found']}/{one['crises']})"  # fmt: skip
    return [share, f"{low:.2f}–{high:.2f}", one["median_delay_minutes"], one["p90_delay_minutes"]]


def _shapes(shapes: dict[str, Any], screen: Screen) -> None:
    names = {"slow_burn": screen.pick("48 小时缓升", "48 h ramp"), "step": screen.pick("陡升", "step")}  # fmt: skip
    screen.table(
        screen.pick("其他形状，c = 0.5", "other shapes, c = .5"),
        [screen.pick("形状", "shape"), screen.pick("召回", "recall"), "95 %", screen.pick("中位延迟（分）", "median delay (min)"), "p90"],
        [[names.get(name, name), *_recalled(one)] for name, one in shapes.items()],
    )  # fmt: skip


def _harmless(found: dict[str, Any], screen: Screen) -> None:
    peaks, gaps = found["peaks"], found["gaps"]
    screen.say(f"十倍声量的促销 {peaks['trials']} 次，开警 {peaks['opened']} 次",
               f"{peaks['trials']} promotions ten times as loud: {peaks['opened']} opened an incident")  # fmt: skip
    for one in peaks["explained"]:
        zh, en = one["sentences"][0] if one["sentences"] else ("", "")
        screen.say(f"  {zh}", f"  {en}")
    for one in found["bombs"]:
        screen.say(
            f"{one['authors']} 个账号刷 {one['posts']} 条同文：开警 {one['opened']}/{one['trials']}，不去重则 {one['opened_undamped']}",
            f"{one['posts']} copies by {one['authors']} accounts: {one['opened']} of {one['trials']} opened, {one['opened_undamped']} without deduplication",
        )
    for one in found["floods"]:
        screen.say(
            f"好评洪水（c = {one['c']:g}，危机后 {one['after_hours']} 小时来）：发现 {one['found']}/{one['trials']}，升到黄 {one['raised']}",
            f"flood of praise (c = {one['c']:g}, {one['after_hours']} h after the crisis): {one['found']} of {one['trials']} found, {one['raised']} at yellow",
        )
    for one in found["swaps"]:
        screen.say(
            f"中途换引擎（{one['old']} → {one['new']}）：多报 {one['only_swapped']} 次（{one['trials']} 次试验）",
            f"another reader in mid-stream ({one['old']} → {one['new']}): {one['only_swapped']} alarms more in {one['trials']} trials",
        )
    screen.say(f"断采六小时：多报 {gaps['only_blind']}，少报 {gaps['only_seeing']}（{gaps['trials']} 次试验）",
               f"six hours unseen: {gaps['only_blind']} alarms more, {gaps['only_seeing']} fewer in {gaps['trials']} trials")  # fmt: skip


def stream(
    path: Path, incidents: Path | None, learn_days: float, screen: Screen,
) -> int:  # fmt: skip
    """The engine's own bins over a labelled stream."""
    from tingfeng.alerts.scoring import stream as bench
    from tingfeng.alerts.scoring import stream_files

    voices, lost = stream_files.voices(path)
    known, unknown = stream_files.incidents(incidents) if incidents else ([], [])
    found = bench.score(voices, known, learn_days=learn_days)
    refused = [{"file": str(file), "line": line, "why": why.into(screen.lang)}
               for file, some in ((path, lost), (incidents, unknown)) for line, why in some]  # fmt: skip
    screen.answer({**found, "voices": len(voices), "refused": refused})
    tell_alarms(found, screen)
    if refused:
        screen.aside(f"{len(refused)} 行读不了，首行 {refused[0]['line']}：{refused[0]['why']}",
                     f"{len(refused)} rows unreadable, the first at line {refused[0]['line']}: {refused[0]['why']}")  # fmt: skip
    return 0


def tell_alarms(found: dict[str, Any], screen: Screen) -> None:
    """Each alarm, and the figures of all."""
    screen.table(
        screen.pick("报警", "alarms"),
        [screen.pick("时间", "time"), screen.pick("品牌", "brand"), screen.pick("级别", "level"), screen.pick("规则", "rule"),
         screen.pick("分值", "score"), screen.pick("负面/提及", "negative/mentions"), screen.pick("属实", "true")],
        [
            [f"{one['at'].astimezone(SHANGHAI):%Y-%m-%d %H:%M}", one["brand"], one["level"], one["rule"],
             round(one["score"], 1), f"{one['negative']}/{one['mentions']}", "✓" if one["true"] else "✗"]
            for one in found["list"]
        ],
    )  # fmt: skip
    low, high = found["false_alarms_per_week_interval"]
    delay = found["median_delay_minutes"]
    rate = found["false_alarms_per_week"]
    screen.say(
        f"精确率 {shared(found, 'precision')}，召回 {shared(found, 'recall')}，中位延迟 {'–' if delay is None else f'{delay:.0f} 分'}，"
        f"误报每品牌每周 {'–' if rate is None else f'{rate:.2f}'} 次（95% {low:.2f}–{high:.2f}，{found['weeks']:.1f} 品牌周）",
        f"precision {shared(found, 'precision')}, recall {shared(found, 'recall')}, median delay {'–' if delay is None else f'{delay:.0f} min'}, "
        f"{'–' if rate is None else f'{rate:.2f}'} false alarms a week and brand (95 % {low:.2f} to {high:.2f}, {found['weeks']:.1f} brand-weeks)",
    )


def shared(found: dict[str, Any], name: str) -> str:
    """A share with its interval."""
    if found[name] is None:
        return "–"
    low, high = found[f"{name}_interval"]
    return f"{found[name]:.2f} [{low:.2f}, {high:.2f}]"
