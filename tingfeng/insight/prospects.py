"""What may come of an incident: the conditions of the level rules, and no prophecy."""

from __future__ import annotations

from datetime import timedelta

from tingfeng import LEVELS, Incident
from tingfeng.insight.dossier import Dossier, Rules
from tingfeng.insight.period import show
from tingfeng.insight.sheet import Block, Line, Part, line, part
from tingfeng.insight.verdict import LEVEL_NAMES


def prospects(dossier: Dossier, standing: Incident) -> Part:
    """Scenarios, each with what would bring it about; *standing*: the incident as it is."""
    title = ("走向预判（情景与触发条件）", "Prospects (scenarios and what would bring them about)")
    rules = dossier.rules
    if rules is None:
        return part(*title, line("数据不足：没有可用来计算级别条件的帖子。",
                                 "Not enough data: no post to work out the conditions from.",
                                 tone="none"))  # fmt: skip
    first = line(
        f"以下是级别规则本身的触发条件，按 {show(rules.at)} 的数计算；不是预测，也不说哪一种更可能。",
        f"These are the conditions of the level rules themselves, by the figures of {show(rules.at)};"
        " no forecast, and nothing is said of which is likelier.",
        tone="small",
    )
    if standing.state == "closed":
        return part(*title, first, _again(rules))
    blocks: list[Block] = [first, *_rising(rules, standing)]
    here, lower = LEVEL_NAMES[standing.level], _hours(rules.lowered_after)
    blocks.append(
        line(f"持平：以上条件都不满足、也不满足下列条件时，级别保持{here.zh}。",
             f"Steady: while none of these nor of the following holds, it stays {here.en}.")
    )  # fmt: skip
    if standing.level != "blue":
        blocks.append(
            line(f"降级：连续 {lower} 小时不满足本级任何一条，降到当时满足的级别。",
                 f"Lowered: when no condition of its level holds for {lower} h in a row, to the level "
                 "that holds then.")
        )  # fmt: skip
    over = _hours(rules.closed_after)
    blocks.append(
        line(f"结束：所有规则连续 {over} 小时安静（失明的时段不算）。",
             f"Closed: when all rules are quiet for {over} h in a row (blind hours do not count).")
    )  # fmt: skip
    return part(*title, *blocks, _again(rules))


def _rising(rules: Rules, standing: Incident) -> list[Line]:
    """What is lacking to each level above, and what holds already."""
    lines = [
        line(f"现已满足：{one.says.zh}。", f"Holds already: {one.says.en}.")
        for one in rules.conditions
        if one.met
    ]
    rank = LEVELS.index(standing.level)
    above = [one for one in rules.conditions if not one.met and LEVELS.index(one.level) > rank]
    lines += [
        line(f"升级为{LEVEL_NAMES[one.level].zh}：{one.missing.zh}（现在：{one.says.zh}）。",
             f"Raised to {LEVEL_NAMES[one.level].en}: {one.missing.en} (now: {one.says.en}).")
        for one in above
    ]  # fmt: skip
    if not above:
        lines.append(
            line(
                "升级：没有更高级别的未满足条件。", "Raised: no unmet condition of a higher level."
            )
        )
    if rules.learning:
        lines.append(
            line("基线仍在学习，依赖基线的条件暂不生效，未列出。",
                 "The baseline is still being learnt; conditions that rest on it do not hold yet and "
                 "are left out.", tone="small")
        )  # fmt: skip
    return lines


def _again(rules: Rules) -> Line:
    hours = _hours(rules.reopened_within)
    return line(
        f"复燃：结束后 {hours} 小时内再次达到开警线，算同一事件重开；更晚则另立新事件。",
        f"Flares up: at the opening line again within {hours} h of its end it is the same incident, "
        "reopened; later it is a new one.",
    )


def _hours(length: timedelta) -> int:
    return int(length / timedelta(hours=1))
