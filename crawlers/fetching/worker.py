"""The process in which Scrapy runs: ``python -m crawlers``, started by :mod:`crawlers.run`.

A reactor runs once in a process, so every round has its own. It reads one order from its input,
writes messages to its output, both pickled, and ends when the input does: a worker whose parent
was killed does not go on crawling for nobody.
"""

from __future__ import annotations

import logging
import os
import pickle
import queue
import threading
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from crawlers.fetching.channel import Batch, JobReport
from tingfeng import CrawlError, TingfengError, UnknownName


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the parent wants."""

    jobs: tuple[tuple[str, dict[str, str]], ...]
    """Spider and its arguments."""
    settings: dict[str, Any] = field(default_factory=dict)
    """Over :mod:`crawlers.settings`."""


class _Line:
    """The two pipes of this process."""

    def __init__(self, source: BinaryIO, sink: BinaryIO) -> None:
        self._source, self._sink = source, sink
        self._answers: queue.Queue[Any] = queue.Queue()

    def send(self, kind: str, value: Any) -> None:
        try:
            pickle.dump((kind, value), self._sink, protocol=5)
            self._sink.flush()
        except BrokenPipeError:
            os._exit(1)

    def receive(self) -> Any:
        """One message of the parent, which is a process of ours, not a stranger."""
        return pickle.load(self._source)  # noqa: S301 - the pipe is ours alone

    def listen(self) -> None:
        """From now on answers arrive in the background, and the end of input ends us."""
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        try:
            while True:
                self._answers.put(self.receive())
        except (EOFError, OSError, pickle.UnpicklingError):
            os._exit(1)

    def ask(self, kind: str, value: Any) -> Any:
        self.send(kind, value)
        return self._answers.get()


_LINE: list[_Line] = []
"""Scrapy builds its parts itself, by name; this is how they find the pipes."""


class PipeChannel:
    """The channel to the parent process."""

    def load(self, source: str) -> str | None:
        state: str | None = _LINE[0].ask("load", source)
        return state

    def deliver(self, batch: Batch) -> None:
        _LINE[0].send("batch", batch)

    def report(self, reports: list[JobReport]) -> None:
        _LINE[0].send("report", reports)


def main() -> int:
    """Run one order."""
    # Scrapy, a plugin or a library may print; the pipe must not see it.
    with os.fdopen(os.dup(1), "wb") as sink, os.fdopen(os.dup(0), "rb") as source:
        os.dup2(2, 1)
        line = _Line(source, sink)
        _LINE.append(line)
        order: Order = line.receive()
        line.listen()
        try:
            _run(order)
        except TingfengError as error:
            line.send("error", error)
            return 1
        line.send("end", None)
    return 0


def _run(order: Order) -> None:
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.settings import Settings

    from crawlers.fetching.outcome import Booked

    settings = Settings()
    settings.setmodule("crawlers.settings", priority="project")
    settings.setdict(order.settings, priority="cmdline")
    settings.set("TINGFENG_CHANNEL", "crawlers.fetching.worker.PipeChannel", priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    for name in Booked.LOGGERS:
        logging.getLogger(name).addFilter(Booked())
    known = process.spider_loader.list()
    for spider, _ in order.jobs:
        if spider not in known:
            raise UnknownName(spider, sorted(known))
    crawlers = [process.create_crawler(spider) for spider, _ in order.jobs]
    runs = [
        process.crawl(crawler, **arguments)
        for crawler, (_, arguments) in zip(crawlers, order.jobs, strict=True)
    ]
    process.start()
    for crawler, run in zip(crawlers, runs, strict=True):
        run.result()  # a spider that could not be made raises here
        reason = crawler.stats and crawler.stats.get_value("finish_reason")
        # shutdown: Ctrl-C; closespider_…: a limit that the user set in Scrapy's settings.
        if not str(reason).startswith(("finished", "shutdown", "closespider_")):
            name = crawler.spidercls.name
            raise CrawlError(
                f"爬虫 {name} 未能正常结束（{reason}），请看上面的日志",
                f"spider {name} did not end well ({reason}): see the log above",
            )
