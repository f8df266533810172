"""The whole way of a post, put together here and nowhere else: the only file that knows every part.

files or spiders → :mod:`~tingfeng.pipeline.intake` → store → :mod:`~tingfeng.pipeline.reading`
→ store → alerts → channels. Each step takes up what the one before has stored, so each can be
killed and run again.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from tingfeng.core.brand import Alias, Brand, lexicon_version
from tingfeng.core.message import Message
from tingfeng.core.ports import Reader, Store
from tingfeng.core.privacy import Privacy
from tingfeng.pipeline.forgetting import Forgetting
from tingfeng.pipeline.intake import Intake, Tally
from tingfeng.pipeline.labelling import Labelling
from tingfeng.pipeline.lexicon import completed
from tingfeng.pipeline.readers import Readers
from tingfeng.pipeline.reading import ReadingTally, analyze, retag
from tingfeng.pipeline.said import Said
from tingfeng.pipeline.sources import jobs
from tingfeng.pipeline.stores import beside, open_store, store_file
from tingfeng.pipeline.telling import Telling
from tingfeng.pipeline.watchers import calendar, dispatch, redline
from tingfeng.settings import Settings

if TYPE_CHECKING:
    from crawlers.run import Job, JobReport
    from nlp.reader import ReaderSettings
    from tingfeng.alerts.engine import Engine
    from tingfeng.alerts.outbox import Delivery
    from tingfeng.core.incident import Incident
    from tingfeng.core.message import Lang
    from tingfeng.insight.period import Period
    from tingfeng.pipeline.lexicon import Line
    from tingfeng.pipeline.models import Training


class Pipeline:
    """The parts that the settings chose. Use as a context manager: it closes the store."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], datetime],
        say: Callable[[Message], None] = lambda _: None,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self._say = say

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if "store" in self.__dict__:
            self.store.close()

    # -- parts ------------------------------------------------------------------------------

    @cached_property
    def store(self) -> Store:
        """The store of the settings."""
        return open_store(self.settings, self._say)

    @property
    def store_file(self) -> Path | None:
        """The file that the store is, if it is one."""
        return store_file(self.settings)

    @cached_property
    def brands(self) -> tuple[Brand, ...]:
        """The lexicon; a brand without aliases gets what is known of its name."""
        return tuple(completed(brand) for brand in self.settings.lexicon())

    @property
    def lexicon(self) -> str:
        """Version of the lexicon."""
        return lexicon_version(self.brands)

    @property
    def outdated(self) -> bool:
        """Whether a reading in the store bears the tags of another lexicon: see :meth:`retag`."""
        return next(iter(self.store.untagged(self.lexicon)), None) is not None

    @cached_property
    def readers(self) -> Readers:
        """Which reader, and what is known of it."""
        return Readers(self.settings, self.brands, self.store_file, lambda: self.store)

    @property
    def recipe(self) -> ReaderSettings:
        """What a worker process needs to build the reader."""
        return self.readers.recipe

    @property
    def reader(self) -> Reader:
        """Reads in this process; another one after ``tingfeng model use``."""
        return self.readers.reader

    @cached_property
    def said(self) -> Said:
        """What people corrected."""
        return Said(self.store)

    @cached_property
    def labelling(self) -> Labelling:
        """Where people correct."""
        return Labelling(self.store, self.said, lambda: self.reader)

    @cached_property
    def intake(self) -> Intake:
        """The door of the store."""
        days = self.settings.keep_days
        keep = None if days is None else timedelta(days=days)
        return Intake(self.store, Privacy(self.settings.key()), self.clock, keep)

    @cached_property
    def forgetting(self) -> Forgetting:
        """Where people are forgotten and old posts expire."""
        known = beside(self.settings, self.readers.models.folder)
        return Forgetting(self.store, self.said, known, self.clock)

    @property
    def watched(self) -> list[str]:
        """Brands that alerts are about."""
        rivals = self.settings.alerts.competitors
        return [one.name for one in self.brands if rivals or one.role == "own"]

    @property
    def channels(self) -> list[str]:
        """Names of the channels, each its own."""
        return self.telling.names

    @property
    def engine(self) -> Engine:
        """Judges what is stored."""
        from tingfeng.alerts.engine import Engine

        chosen = self.settings.alerts
        return Engine(
            self.store,
            self.watched,
            rules=chosen.rules,
            redline=redline(self.settings),
            dispatch=dispatch(self.settings, self.store, self.channels),
            reader_note=self.readers.note,
            reader=self.reader.version,
            interim=chosen.interim,
            calendar=calendar(self.settings),
        )

    @property
    def training(self) -> Training:
        """Where models of one's own are made and compared."""
        from tingfeng.pipeline.models import Training

        shipped, models = self.readers.shipped, self.readers.models
        return Training(self.store, shipped, models, self.labelling.standing())

    def typed(self, text: str) -> str:
        """What a person typed into a search, cut into words as posts are cut."""
        from nlp.typed import typed

        return typed(text, self.recipe.cutter())

    # -- steps ------------------------------------------------------------------------------

    def import_file(
        self, path: Path, *, mapping: Path | None, again: bool, advance: Callable[[int], None]
    ) -> tuple[str, Tally]:
        """Take in one file; the name of its format and what became of its rows.

        A file that was taken in before, byte for byte, is not read *again* unless asked for.
        """
        from tingfeng.pipeline.importing import import_file

        return import_file(self, path, mapping=mapping, again=again, advance=advance)

    def crawl(
        self, jobs: Sequence[Job], *, idle: Callable[[], object] = lambda: None
    ) -> tuple[list[JobReport], Counter[str]]:
        """Run spiders; a report for every source, and the outcomes of their posts. *idle* is called
        when something is new while slow sources keep the round waiting: :func:`crawlers.run.crawl`.
        """
        from crawlers.run import crawl

        tally: Counter[str] = Counter()
        told = 0

        def waiting() -> None:
            nonlocal told
            if (fresh := tally["new"] + tally["changed"]) > told:
                told = fresh
                idle()

        reports = crawl(
            jobs,
            put=lambda seen: tally.update(self.intake.put(seen)),
            note=self.store.note,
            load_state=self.store.load_state,
            save_state=self.store.save_state,
            now=self.clock,
            contact=self.settings.collect.contact,
            idle=waiting,
        )
        return reports, tally

    def unread(self, *, again: bool = False) -> int:
        """How many posts :meth:`analyze` would read, for a progress bar."""
        totals = self.store.totals()
        # After a switch of reader all of history waits, though everything has been read before.
        return totals["posts"] if again or self.readers.behind else totals["unread"]

    def analyze(
        self,
        *,
        again: bool = False,
        processes: int | None = None,
        advance: Callable[[int], None] = lambda _: None,
    ) -> ReadingTally:
        """Read what the current reader has not read, or everything *again*.

        A rule whose way through history was cut short is carried through first.
        """
        from nlp.duplicates import Grouper
        from nlp.pool import read_all

        wanted = self.settings.reader.processes if processes is None else processes
        workers = wanted or os.cpu_count() or 1
        recipe, reader = self.recipe, self.reader.version
        self.labelling.resume()
        tally = analyze(
            self.store,
            reader=reader,
            keeper=self.said,
            again=again,
            read_all=lambda batches: read_all(recipe, batches, processes=workers),
            grouper=Grouper(),
            advance=advance,
        )
        tally.engine = self.readers.engine_name
        return tally

    def retag(self, *, advance: Callable[[int], None] = lambda _: None) -> tuple[int, int]:
        """Let the mentions of history follow the present lexicon."""
        return retag(self.store, self.reader, self.said, advance)

    def lexicon_test(
        self, *, brands: Sequence[str], trial: Sequence[Alias], examples: int, limit: int
    ) -> tuple[list[Line], int]:
        """Each alias on the newest stored posts: hits, rejects and why; posts looked at.

        Decided as the reader decides; by the rules alone where the engine asks others, for a trial
        must not spend what they cost.
        """
        from tingfeng.pipeline.lexicon import test_lexicon, tried

        reader = replace(self.recipe, brands=tried(self.brands, brands, trial)).build()
        explain = reader.explain if self.readers.engine_report is None else reader.mentions.explain
        return test_lexicon(self.store, explain, examples=examples, limit=limit)

    @cached_property
    def telling(self) -> Telling:
        """The channels."""
        return Telling(self.settings, self.clock)

    def deliver(self, *, patience: float = 0.0) -> Delivery:
        """Send what waits; up to *patience* seconds are waited for what is not due yet."""
        return self.telling.deliver(self.store, patience)

    def report(
        self, path: Path, period: Period, *, lang: Lang, replayed: Sequence[Incident] | None = None
    ) -> None:
        """Write the HTML report; the file appears whole or not at all."""
        from tingfeng.pipeline.reporting import report

        report(self, path, period, lang=lang, replayed=replayed)

    def jobs(self) -> list[Job]:
        """What ``watch`` gathers."""
        return jobs(self.settings.collect)
