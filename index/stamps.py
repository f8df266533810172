"""Whether posts are as they were: one text for the posts of a brand within a step of time."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b

from index.times import bucket_start
from index.where import Selection, axis, selection
from tingfeng import Axis, Query, Step

_PLACE = "(1 + {n} % 8191)"
"""Weighs a post by its number, so that two that change places do not cancel out. Small enough that
sums of many stay whole numbers."""

_READ = ("count(*)", f"sum((s.label + 1) * {_PLACE})".format(n="s.n"))
_SAID = tuple(
    each.format(place=_PLACE.format(n="p.n"))
    for each in (
        "sum(p.content & 268435455)",
        "sum(p.unsaid * {place})",
        "sum(coalesce(p.copy, 0) * {place})",
        "sum(coalesce(p.version, 0) * {place})",
        "sum(coalesce(p.observed, 0))",
        "sum(p.liked)",
    )
)
"""What a post says and leaves unsaid, whose copy it is, by whom it was read, what people did under it."""

_BY: tuple[Axis, ...] = ("brand", "time")


def stamps(
    db: sqlite3.Connection, query: Query, step: Step
) -> Mapping[tuple[str, datetime], str]:  # fmt: skip
    """By brand and begin of step. A fifth of the time of counting voices: of most posts only the
    brand's own table is asked, whatever their kind.
    """
    every = selection(replace(query, kinds=(), precise=False), _BY)
    stances = Selection(
        "stance s", "s.label", "s.published",
        [each for each in every.where if "p." not in each], every.values,
    )  # fmt: skip
    told: dict[tuple[str, int], list[object]] = defaultdict(list)
    for chosen, sums in (
        (stances, _READ),
        (selection(replace(query, labels=("negative",)), _BY), _SAID),
    ):
        axes = [axis(name, chosen, step) for name in _BY]
        sql = chosen.select([*axes, *sums], "GROUP BY", ", ".join(axes))
        for brand, number, *found in db.execute(sql, chosen.values):
            told[brand, number] += found
    return {
        (brand, bucket_start(number, step)): blake2b(repr(sums).encode(), digest_size=6).hexdigest()
        for (brand, number), sums in told.items()
    }
