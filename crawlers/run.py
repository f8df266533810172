"""Crawling as one call: jobs in, posts and watermarks handed out in an order that survives a kill.

Scrapy runs in a child process, one a call, so that ``tingfeng watch`` can call again and again.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO, Any

from crawlers.fetching.channel import Batch, JobReport
from tingfeng import SHANGHAI, Coverage, CrawlError, Observation, TingfengError

_BEGIN = "import runpy, sys; sys.path[:] = sys.argv[1:]; runpy.run_module('crawlers', run_name='__main__')"
"""The worker finds what we find, wherever we were imported from."""

STATE = "crawl "
"""What the names of our watermarks begin with; a source's name follows."""


PAUSE = 1.0
LONGEST_WAIT = 5.0
"""Seconds without a page, and since the first page, after which posts are not kept waiting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One spider with its arguments, texts all of them: what ``scrapy crawl`` takes after -a."""

    spider: str
    arguments: Mapping[str, str] = field(default_factory=dict)


def crawl(
    jobs: Sequence[Job],
    *,
    put: Callable[[list[Observation]], object],
    note: Callable[[Coverage], object],
    load_state: Callable[[str], str | None],
    save_state: Callable[[str, str], object],
    now: Callable[[], datetime],
    contact: str = "",
    replay: str | None = None,
    settings: Mapping[str, Any] | None = None,
    idle: Callable[[], object] = lambda: None,
) -> list[JobReport]:
    """Run *jobs* side by side and return one report a source.

    Posts of a page are *put*, then the ledger's rows *noted*, then the page's watermark saved: a
    kill between any two costs a second look at that page, which the store knows already.
    *contact*, a mail or web address, goes into the user agent. *replay* is the address of a
    server that answers for all hosts, for rehearsals. *settings* override
    :mod:`crawlers.settings`. *idle* is called, in this thread, when posts were put and then nothing
    came for a second, and every five seconds while they keep coming: what is at hand need not wait
    for a source that hangs.

    Raises :class:`~tingfeng.SettingsError` for an unknown spider or argument, and
    :class:`~tingfeng.CrawlError` when the worker dies; what it delivered before is kept.
    """
    if not jobs:
        return []
    from crawlers.fetching.worker import Order

    order = Order(
        jobs=tuple((job.spider, dict(job.arguments)) for job in jobs),
        settings=_settings(now, contact, replay) | dict(settings or {}),
    )
    worker = subprocess.Popen(  # noqa: S603 (this interpreter, our own words)
        [sys.executable, "-c", _BEGIN, *sys.path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    keep = _Keeper(put=put, note=note, load_state=load_state, save_state=save_state, idle=idle)
    assert worker.stdin is not None
    assert worker.stdout is not None
    hearing = _Hearing(worker.stdout)
    try:
        return keep.converse(worker, order, hearing)
    finally:
        # The end of its input ends the worker; kill is for one that is stuck in a library.
        _close(worker.stdin)
        try:
            worker.wait(timeout=10)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()
        hearing.thread.join()
        worker.stdout.close()


def _settings(now: Callable[[], datetime], contact: str, replay: str | None) -> dict[str, Any]:
    from crawlers.settings import USER_AGENT

    offset = (now() - datetime.now(SHANGHAI)).total_seconds()
    values: dict[str, Any] = {
        # Under a second is the time between two readings of one clock.
        "TINGFENG_CLOCK_OFFSET": offset if abs(offset) > 1 else 0.0,
        "USER_AGENT": f"{USER_AGENT} (+{contact})" if contact else USER_AGENT,
    }
    return values | ({"TINGFENG_REPLAY": replay} if replay else {})


def _close(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except BrokenPipeError:
        return  # it ended before it read everything, which its exit status says too


class _Hearing:
    """What the worker says, read by a thread: only so can one wait for it for a while."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self.said: SimpleQueue[tuple[str, Any] | None] = SimpleQueue()
        """``None``: it says no more."""
        self.thread = Thread(target=self._listen, args=(pipe,), daemon=True)
        self.thread.start()

    def _listen(self, pipe: IO[bytes]) -> None:
        try:
            while True:
                self.said.put(pickle.load(pipe))  # noqa: S301 - our own child
        except (EOFError, pickle.UnpicklingError):
            return
        finally:
            self.said.put(None)


@dataclass(slots=True, kw_only=True)
class _Keeper:
    """The parent's half of the conversation."""

    put: Callable[[list[Observation]], object]
    note: Callable[[Coverage], object]
    load_state: Callable[[str], str | None]
    save_state: Callable[[str, str], object]
    idle: Callable[[], object]
    reports: list[JobReport] = field(default_factory=list)
    waiting_since: float | None = None
    """Monotone seconds from which on posts wait for *idle*."""

    def converse(
        self, worker: subprocess.Popen[bytes], order: Any, hearing: _Hearing
    ) -> list[JobReport]:
        assert worker.stdin is not None
        _send(worker.stdin, order)
        while True:
            said = self._next(hearing)
            if said is None:
                raise _died(worker)
            kind, value = said
            if kind == "load":
                _send(worker.stdin, self.load_state(STATE + value))
            elif kind == "batch":
                self.keep(value)
            elif kind == "report":
                self.reports += value
            elif kind == "error":
                raise value
            else:
                return self.reports

    def _next(self, hearing: _Hearing) -> tuple[str, Any] | None:
        while self.waiting_since is not None:
            left = self.waiting_since + LONGEST_WAIT - time.monotonic()
            if left > 0:
                with suppress(Empty):
                    return hearing.said.get(timeout=min(PAUSE, left))
            self.waiting_since = None
            self.idle()
        return hearing.said.get()

    def keep(self, batch: Batch) -> None:
        if batch.seen:
            self.put(list(batch.seen))
            self.waiting_since = self.waiting_since or time.monotonic()
        for row in batch.coverage:
            self.note(row)
        for source, state in batch.states.items():
            self.save_state(STATE + source, state)


def _send(pipe: IO[bytes], value: Any) -> None:
    try:
        pickle.dump(value, pipe, protocol=5)
        pipe.flush()
    except BrokenPipeError:
        return  # the next read says that the worker died, and how


def _died(worker: subprocess.Popen[bytes]) -> TingfengError:
    status = worker.wait()
    return CrawlError(
        f"采集进程意外结束（退出码 {status}）；已收到的内容都已保存，再运行一次即可继续",
        f"the crawling process died (exit status {status}); what it had delivered is kept: "
        "run it again to go on",
    )


__all__ = ["Job", "JobReport", "crawl"]
