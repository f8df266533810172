"""alerts replay with labels: what would have fired beside what people know of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tingfeng.cli.alert_bench import shared, tell_alarms
from tingfeng.cli.screen import Screen

if TYPE_CHECKING:
    from tingfeng.alerts.engine import Replayed
    from tingfeng.alerts.scoring.stream_files import Refused
    from tingfeng.pipeline import Pipeline


class Labels(NamedTuple):
    """The figures, and rows of the file that could not be read."""

    found: dict[str, Any]
    refused: Sequence[Refused]


def labelled(
    pipeline: Pipeline, replayed: Sequence[Replayed], file: Path,
    since: datetime | None, until: datetime, brands: Sequence[str] | None,
) -> Labels:  # fmt: skip
    """*replayed* beside the incidents in *file*."""
    from tingfeng.alerts.scoring import stream_files
    from tingfeng.pipeline.labelled_incidents import scored

    known, refused = stream_files.incidents(file)
    found = scored(pipeline, replayed, known, since=since, until=until, brands=brands)
    return Labels(found, refused)


def labels_json(labels: Labels, screen: Screen) -> dict[str, Any]:
    """Keys as of ``alerts score --stream``."""
    lost = [{"line": line, "why": why.into(screen.lang)} for line, why in labels.refused]
    return {**labels.found, "refused": lost}


def tell_labels(labels: Labels, screen: Screen) -> None:
    """Precision, recall, delay and false alarms, in all and by brand."""
    found = labels.found
    tell_alarms(found, screen)
    screen.table(
        screen.pick("逐品牌", "by brand"),
        [screen.pick("品牌", "brand"), screen.pick("精确率", "precision"), screen.pick("召回", "recall"),
         screen.pick("中位延迟（分）", "median delay (min)"), screen.pick("误报/周", "false/week"),
         screen.pick("周", "weeks")],
        [[name, shared(one, "precision"), shared(one, "recall"), one["median_delay_minutes"],
          None if one["false_alarms_per_week"] is None else round(one["false_alarms_per_week"], 2),
          round(one["weeks"], 1)] for name, one in found["brands"].items()],
    )  # fmt: skip
    for one in found["missed"]:
        at = f"{one['brand']} {one['start']:%Y-%m-%d %H:%M}"
        screen.say(f"没报：{at}", f"missed: {at}")
    if found["left_out"]:
        screen.aside(f"{found['left_out']} 起事件不在重放的品牌和时段内，不计",
                     f"{found['left_out']} incidents are of other brands or times and do not count")  # fmt: skip
    if labels.refused:
        line, why = labels.refused[0]
        screen.aside(f"{len(labels.refused)} 行读不了，首行 {line}：{why.zh}",
                     f"{len(labels.refused)} rows unreadable, the first at line {line}: {why.en}")  # fmt: skip
