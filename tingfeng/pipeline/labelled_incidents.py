"""What a replay of the store told, beside the incidents that people know of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tingfeng.alerts.engine import Replayed
    from tingfeng.alerts.scoring.stream import Known
    from tingfeng.pipeline import Pipeline


def scored(
    pipeline: Pipeline, replayed: Sequence[Replayed], known: Sequence[Known], *,
    since: datetime | None, until: datetime, brands: Sequence[str] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """As :func:`tingfeng.alerts.scoring.stream.score`. A brand is watched from *since*, or from its
    first post where that is later, until *until*; brands without posts are left out.
    """
    from tingfeng.alerts.numbers import Numbers
    from tingfeng.alerts.redline import RedlineWords
    from tingfeng.alerts.scoring.stream import Heard, compared
    from tingfeng.alerts.track import bin_of, start_of

    numbers = Numbers(pipeline.store, RedlineWords({}))
    heard = {}
    for name in pipeline.watched if brands is None else brands:
        first = numbers.first_bin(name, bin_of(until))
        if first is None:
            continue
        begin = start_of(first) if since is None else max(start_of(first), since)
        told = [
            change
            for one in replayed
            for change in one.changes
            if one.incident.brand == name and change.at <= until
        ]
        heard[name] = Heard(begin, until, told)
    return compared(heard, known)
