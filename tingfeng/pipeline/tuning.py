"""The pipeline's own brands, tuned to a budget of false alarms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from tingfeng import build

if TYPE_CHECKING:
    from tingfeng.alerts.rules import Rule
    from tingfeng.alerts.tuning import Judged, Tuning
    from tingfeng.pipeline import Pipeline


def tuned(
    pipeline: Pipeline, budget: float, now: datetime, *,
    brands: Sequence[str] | None = None,
    judged: Callable[[str], Sequence[Judged]] = lambda _: (),
) -> list[Tuning]:  # fmt: skip
    """What would hold for each watched brand, or for *brands* only. Stores nothing.

    *judged*: what people said of a brand's incidents.
    """
    from tingfeng.alerts.levels import Ladder
    from tingfeng.alerts.numbers import Numbers
    from tingfeng.alerts.signals import signals
    from tingfeng.alerts.track import bin_of
    from tingfeng.alerts.tuning import log, tune
    from tingfeng.alerts.walk import Desk
    from tingfeng.pipeline.watchers import redline

    store, rules = pipeline.store, _rules(pipeline.settings.alerts.rules)
    words = redline(pipeline.settings)
    desk = Desk(
        numbers=Numbers(store, words, signals=signals(rules)),
        rules=rules,
        ladder=Ladder(),
        reader_note=pipeline.readers.note,
    )
    given = next((rule.offset for rule in desk.rules if hasattr(rule, "offset")), 0.0)
    names = [one for one in pipeline.watched if brands is None or one in brands]
    found = []
    for name in names:
        before = log(store, name)[-1].offset if log(store, name) else given
        found.append(
            tune(desk, name, bin_of(now), budget=budget, before=before, judged=judged(name))
        )
    return found


def _rules(sections: Sequence[Mapping[str, object]] | None) -> tuple[Rule, ...]:
    from tingfeng.alerts import RULES

    given = [{"use": name} for name in RULES] if sections is None else sections
    return tuple(build(RULES, one) for one in given)
