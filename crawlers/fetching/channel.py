"""Between a spider and whoever keeps what it found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from tingfeng import Coverage, Message, Observation, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What belongs together: the posts of a page, what the ledger says of it, and the watermark
    that may only be kept once the posts are.
    """

    seen: tuple[Observation, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    states: Mapping[str, str] = field(default_factory=dict)
    """By source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Yielded by a spider after the last post of a page: what is before it belongs together."""

    source: str
    state: str | None = None
    """The new watermark; ``None``: the page ends, the source goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobReport:
    """What became of one source in one run."""

    spider: str
    source: str
    """As in :attr:`tingfeng.Coverage.source`."""

    verdict: Verdict
    detail: Message
    requests: int = 0
    failures: int = 0
    posts: int = 0


class Channel(Protocol):
    """The other end of a spider."""

    def load(self, source: str) -> str | None:
        """The watermark of *source* as last delivered."""

    def deliver(self, batch: Batch) -> None:
        """Take a batch; returning means that it was handed over in order."""

    def report(self, reports: list[JobReport]) -> None:
        """The end of one spider."""


class Nowhere:
    """For ``scrapy crawl``: no watermarks, and only Scrapy's own exports."""

    def load(self, source: str) -> str | None:
        return None

    def deliver(self, batch: Batch) -> None:
        """Nothing to do."""

    def report(self, reports: list[JobReport]) -> None:
        """Nothing to do: the ledger is also in Scrapy's log."""
