"""One exported file taken in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tingfeng.pipeline.intake import Journal, Tally, refused_file
from tingfeng.pipeline.stores import REFUSED

if TYPE_CHECKING:
    from tingfeng.pipeline import Pipeline


def import_file(
    pipeline: Pipeline,
    path: Path,
    *,
    mapping: Path | None,
    again: bool,
    advance: Callable[[int], None],
) -> tuple[str, Tally]:
    """See :meth:`tingfeng.pipeline.Pipeline.import_file`."""
    from crawlers.exports.read import read_file, recognise

    journal = Journal(pipeline.store, path, mapping)
    known = None if again else journal.recall()
    if known is not None:
        return known
    name, last = "mapping" if mapping else recognise(path).name, 0

    def progress(position: int) -> None:
        nonlocal last
        advance(position - last)
        last = position

    kept = pipeline.settings.folder / REFUSED / f"{path.name}.{journal.tag}.jsonl"
    with refused_file(kept) as keep:
        rows = read_file(path, now=pipeline.clock(), mapping=mapping, progress=progress)
        tally = pipeline.intake.rows(rows, keep)
    tally.kept = kept if tally.refused else None
    if tally.fault is None:
        journal.remember(name, tally)
    return name, tally
