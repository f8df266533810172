"""The report of everything, as one file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tingfeng.pipeline.judging import never_told

if TYPE_CHECKING:
    from tingfeng.core.incident import Incident
    from tingfeng.core.message import Lang
    from tingfeng.insight.period import Period
    from tingfeng.pipeline import Pipeline


def report(
    pipeline: Pipeline,
    path: Path,
    period: Period,
    *,
    lang: Lang,
    replayed: Sequence[Incident] | None,
) -> None:
    """See :meth:`tingfeng.pipeline.Pipeline.report`."""
    from tingfeng.insight.report import write_report

    if replayed is None:
        replayed = never_told(pipeline.store, pipeline.engine, period.until)
    write_report(
        path, pipeline.store, pipeline.brands, period, now=pipeline.clock(), lang=lang,
        incidents=pipeline.store.incidents(), replayed=replayed,
        model=pipeline.reader.version, limits=[pipeline.readers.note],
    )  # fmt: skip
