"""Counts laid out as the Numenta Anomaly Benchmark lays them out.

The folder holds ``combined_windows.json`` (``{"realTweets/x.csv": [[start, end], …]}``), and for each
of its keys ``x.csv`` or ``x.csv.gz`` with columns ``timestamp,value``, beside it or under the key's
path. ``combined_labels.json`` (points, for the delay) and ``published_scores.csv`` are read where they
are there.
"""

from __future__ import annotations

import csv
import gzip
import json
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from tingfeng import InputError
from tingfeng.alerts.scoring.nab_rules import PROFILES, Truth, normalized

WINDOWS = "combined_windows.json"
LABELS = "combined_labels.json"
PUBLISHED = "published_scores.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Counts of one brand, and when it was truly loud."""

    name: str
    times: Sequence[datetime]
    counts: Sequence[int]
    windows: Sequence[tuple[datetime, datetime]]
    labels: Sequence[datetime] = ()

    @property
    def step_seconds(self) -> int:
        """Between two rows, as a rule."""
        steps = [int((b - a).total_seconds()) for a, b in zip(self.times, self.times[1:], strict=False)]  # fmt: skip
        return max(1, int(median(steps))) if steps else 300

    @property
    def truth(self) -> Truth:
        """Windows in rows."""
        # The first row of a time that comes twice, as clocks are set back: the benchmark's rule.
        row = {at: i for i, at in reversed(list(enumerate(self.times)))}
        rows = [
            (row.get(a, bisect_left(self.times, a)), row.get(b, bisect_right(self.times, b) - 1))
            for a, b in self.windows
        ]
        return Truth(len(self.times), [(a, b) for a, b in rows if a <= b])


def read(folder: Path) -> tuple[list[Series], list[str]]:
    """Series of *folder* in the order of their names, and keys without a file."""
    windows = _json(folder / WINDOWS)
    labels = _json(folder / LABELS) if (folder / LABELS).exists() else {}
    found, lost = [], []
    for key in sorted(windows):
        path = _file(folder, key)
        if path is None:
            lost.append(key)
            continue
        times, counts = _rows(path)
        one = Series(
            name=Path(key).stem,
            times=times,
            counts=counts,
            windows=[(_time(a), _time(b)) for a, b in windows[key]],
            labels=[_time(label) for label in labels.get(key, ())],
        )
        found.append(one)
    if not found:
        raise InputError(
            f"{folder} 里没有 {WINDOWS} 所列的序列。请给出 NAB 那样的文件夹。",
            f"none of the series of {WINDOWS} is in {folder}: give a folder laid out like NAB's",
        )
    return found, lost


def published(folder: Path, series: Sequence[Series]) -> dict[str, dict[str, float]]:
    """Normalized scores of other detectors on *series*, best first; those only that were published
    for all of them.
    """
    path = folder / PUBLISHED
    if not path.exists():
        return {}
    names = [one.name for one in series]
    raw: dict[str, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    with path.open(encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source):
            name = next((name for name in names if name.endswith(row["series"])), None)
            if name is not None and row["profile"] in PROFILES:
                raw[row["detector"]][row["profile"]][name] = float(row["score"])
    count = sum(len(one.truth.scored) for one in series)
    scores = {
        detector: {
            name: normalized(sum(found[name].values()), count, profile)
            for name, profile in PROFILES.items()
        }
        for detector, found in raw.items()
        if all(len(found[name]) == len(names) for name in PROFILES)
    }
    return dict(sorted(scores.items(), key=lambda item: -item[1]["standard"]))


def _file(folder: Path, key: str) -> Path | None:
    name = Path(key).name
    places = [folder / key, folder / name, folder / f"{key}.gz", folder / f"{name}.gz"]
    return next((place for place in places if place.is_file()), None)


def _rows(path: Path) -> tuple[list[datetime], list[int]]:
    opener: Callable[..., Any] = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8", newline="") as source:
            rows = [(_time(row["timestamp"]), round(float(row["value"]))) for row in csv.DictReader(source)]  # fmt: skip
    except (KeyError, ValueError, OSError, EOFError) as fault:
        raise InputError(
            f"{path.name} 读不了（{fault}）。要有 timestamp,value 两列。",
            f"{path.name} cannot be read ({fault}): it needs the columns timestamp,value",
        ) from None
    return [at for at, _ in rows], [count for _, count in rows]


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise InputError(
            f"{path} 读不了（{fault}）。", f"{path} cannot be read ({fault})"
        ) from None
    if not isinstance(found, dict):
        raise InputError(f"{path} 应是一个 JSON 对象。", f"{path} should be one JSON object")
    return found


def _time(text: str) -> datetime:
    """The benchmark does not say whose clock it is; only differences matter."""
    return datetime.fromisoformat(text.strip()).replace(tzinfo=UTC)
