"""Which part of a count the hourly table can answer, and how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from index.rows import ATTITUDES, CODES
from index.schema import UNDATED
from index.times import HOUR, ORIGIN, microseconds, moment, seconds_up
from index.where import Selection
from tingfeng import Axis, Query, Step, parse_words


@dataclass(frozen=True, slots=True)
class Split:
    """A count in parts whose sum is the answer."""

    direct: tuple[Query, ...]
    """To be counted post by post: everything, or the two ends that are not whole hours."""

    rolled: Query | None = None
    """To be summed from table ``hourly``; begins and ends at whole hours."""

    step: Step | None = None

    def statement(self, by: Sequence[Axis]) -> tuple[str, dict[str, Any]]:
        """The question to ``hourly``: one row per cell, like the direct one."""
        assert self.rolled is not None
        return _statement(self.rolled, by, self.step)


def hours(query: Query, by: Sequence[Axis], step: Step | None) -> Split:
    """How *query* is best counted."""
    if not _answerable(query, by, step):
        return Split(direct=(query,))
    since = None if query.since is None else seconds_up(query.since)
    until = None if query.until is None else seconds_up(query.until)
    first = None if since is None else -(-since // HOUR) * HOUR
    last = None if until is None else until // HOUR * HOUR
    if first is not None and last is not None and first >= last:
        return Split(direct=(query,))
    ends = []
    if since is not None and first is not None and since < first:
        ends.append(replace(query, until=moment(first)))
    if until is not None and last is not None and last < until:
        ends.append(replace(query, since=moment(last)))
    middle = replace(
        query,
        since=None if first is None else moment(first),
        until=None if last is None else moment(last),
    )
    return Split(direct=tuple(ends), rolled=middle, step=step)


def _answerable(query: Query, by: Sequence[Axis], step: Step | None) -> bool:
    if query.author is not None or query.copies_of is not None or "source" in by:
        return False
    if query.seen_since is not None or query.seen_until is not None:
        return False
    if len(query.brands) > 1 and "brand" not in by:
        return False  # a post about two of them would count twice
    if "time" in by and (step is None or step.width % timedelta(hours=1)):
        return False
    return parse_words(query.text) == ((), ())


def _statement(query: Query, by: Sequence[Axis], step: Step | None) -> tuple[str, dict[str, Any]]:
    chosen = Selection("hourly", "label", "hour")
    if query.brands:
        chosen.limit_to("brand", "brand", query.brands)
    else:
        chosen.where.append("brand <> ''" if "brand" in by else "brand = ''")
    chosen.limit_to("platform", "platform", query.platforms)
    chosen.limit_to("kind", "kind", query.kinds)
    if not query.kinds:
        chosen.where.append("kind <> 'hot'")
    if query.suspected is not None:
        chosen.values["suspected"] = int(query.suspected)
        chosen.where.append("suspected = :suspected")
    if query.precise:
        chosen.where.append("precise")
    _limit_hours(chosen, query, by)
    labels = [label for label in ATTITUDES if not query.labels or label in query.labels]
    if "label" not in by:
        return _summed(chosen, _axes(by, step), labels, bool(query.labels))
    parts = [
        chosen.select([*_axes(by, step, label), *_columns(label)], *_group(_axes(by, step)))
        for label in (labels if query.labels else [*labels, None])
    ]
    return " UNION ALL ".join(parts), chosen.values


def _limit_hours(chosen: Selection, query: Query, by: Sequence[Axis]) -> None:
    if query.since is not None or query.until is not None or "time" in by:
        since = UNDATED + 1 if query.since is None else seconds_up(query.since) // HOUR
        chosen.values["since"] = since
        chosen.where.append("hour >= :since")
    if query.until is not None:
        chosen.values["until"] = seconds_up(query.until) // HOUR
        chosen.where.append("hour < :until")


def _axes(by: Sequence[Axis], step: Step | None, label: str | None = None) -> list[str]:
    def one(name: Axis) -> str:
        if name == "time":
            assert step is not None
            return f"(hour * {HOUR} - {ORIGIN}) * 1000000 / {microseconds(step.width)}"
        if name == "label":
            return "NULL" if label is None else str(CODES[label])  # type: ignore[index]
        return name

    return [one(name) for name in by]


def _group(axes: list[str]) -> list[str]:
    split = [axis for axis in axes if axis != "NULL"]  # NULL: the place of the label
    return ["GROUP BY", ", ".join(split)] if split else []


def _summed(
    chosen: Selection, axes: list[str], labels: Sequence[str], filtered: bool
) -> tuple[str, dict[str, Any]]:
    posts = " + ".join(f"sum({label})" for label in labels) if filtered else "sum(posts)"
    sums = [f"sum({label})" if label in labels else "0" for label in ATTITUDES]
    return chosen.select([*axes, posts, *sums], *_group(axes)), chosen.values


def _columns(label: str | None) -> list[str]:
    """Posts and labels of the cell *label*; ``None``: of posts without a sentiment."""
    if label is None:
        return ["sum(posts - negative - positive - uncertain - neutral)", "0", "0", "0", "0"]
    return [f"sum({label})", *(f"sum({each})" if each == label else "0" for each in ATTITUDES)]
