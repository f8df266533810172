"""What every source answered in this run: the rows for the store, and the report at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from crawlers.fetching.channel import JobReport
from crawlers.sources.verdict import Ruling
from tingfeng import SEEING, Coverage, Message, Verdict

FINAL: frozenset[Verdict] = frozenset({
    "login_required", "rate_limited", "captcha", "signature_required", "blocked_ip", "forbidden",
})  # fmt: skip
"""A source that answers so is not asked again in this run: asking on turns a wall into a ban."""


_NOTHING = Message("没有得到任何回答", "no answer of any kind")


@dataclass(slots=True)
class _Row:
    requests: int = 0
    failures: int = 0
    posts: int = 0
    verdict: Verdict = "unreachable"
    detail: Message = _NOTHING

    def add(self, requests: int, failures: int, posts: int) -> None:
        self.requests += requests
        self.failures += failures
        self.posts += posts


class Ledger:
    """Counts by source and hour."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._rows: dict[tuple[str, datetime], _Row] = {}
        """Since the last :meth:`take`."""
        self._totals: dict[str, _Row] = {}
        self._refused: dict[str, Ruling] = {}
        self._silent: dict[str, None] = {}
        """Sources that were to be asked and have not been heard of."""

    def expect(self, source: str) -> None:
        """*source* is going to be asked: from here on it cannot be forgotten."""
        self._silent[source] = None
        self._totals.setdefault(source, _Row())

    def rested(self, source: str, detail: Message) -> None:
        """*source* was left alone on purpose and there is no reason to think it unseen: it stands
        in the report, but the hour gets no row.
        """
        self._silent.pop(source, None)
        total = self._totals.setdefault(source, _Row())
        total.verdict, total.detail = "unchanged", detail

    def close(self) -> None:
        """The run ends: who was not heard of gets its row too."""
        for source in list(self._silent):
            self._of(source)

    def answered(
        self, source: str, ruling: Ruling, *, requests: int = 1, posts: int = 0, tries: int = 0
    ) -> None:
        """The page a source stands or falls with. *tries* failed before it; *requests* may be 0
        where we did not even ask.
        """
        failed = requests if ruling.verdict not in SEEING else 0
        for row in self._of(source):
            row.add(requests + tries, failed + tries, posts)
            row.verdict, row.detail = ruling
        if ruling.verdict in FINAL:
            self._refused[source] = ruling

    def followed(
        self, source: str, ruling: Ruling, *, requests: int = 1, posts: int = 0, tries: int = 0
    ) -> None:
        """A page that a source led to. Only a refusal changes what we think of the source: that
        an article is gone says nothing about its feed.
        """
        failed = requests if ruling.verdict not in SEEING else 0
        for row in self._of(source):
            row.add(requests + tries, failed + tries, posts)
            if ruling.verdict in FINAL:
                row.verdict, row.detail = ruling
        if ruling.verdict in FINAL:
            self._refused[source] = ruling

    def refusal(self, source: str | None) -> Ruling | None:
        """Why *source* is not to be asked again in this run."""
        return self._refused.get(source or "")

    def take(self) -> tuple[Coverage, ...]:
        """The rows since the last call."""
        rows = tuple(
            Coverage(
                source=source,
                hour=hour,
                verdict=row.verdict,
                requests=row.requests,
                failures=row.failures,
                posts=row.posts,
                detail=str(row.detail) if row.detail.zh else "",
            )
            for (source, hour), row in self._rows.items()
        )
        self._rows.clear()
        return rows

    def reports(self, spider: str) -> list[JobReport]:
        """One line a source, in the order in which they were to be asked."""
        return [
            JobReport(
                spider=spider,
                source=source,
                verdict=row.verdict,
                detail=row.detail,
                requests=row.requests,
                failures=row.failures,
                posts=row.posts,
            )
            for source, row in self._totals.items()
        ]

    def _of(self, source: str) -> tuple[_Row, _Row]:
        self._silent.pop(source, None)
        hour = self._now().replace(minute=0, second=0, microsecond=0)
        total = self._totals.setdefault(source, _Row())
        row = self._rows.get((source, hour))
        if row is None:
            row = self._rows[source, hour] = _Row(verdict=total.verdict, detail=total.detail)
        return total, row
