"""When a host may be asked next. One rule for delays, Crawl-delay and Retry-After."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Gate:
    """Turns at hosts. Times are seconds of one monotonic clock, which the caller reads."""

    gaps: dict[str, float] = field(default_factory=dict)
    """Seconds between two requests to a host, where it asked for more than the default."""

    sent: dict[str, float] = field(default_factory=dict)
    """When the latest turn at each host begins."""

    shut: dict[str, float] = field(default_factory=dict)
    """Until when a host said that it wants no request at all (Retry-After)."""

    def turn(self, host: str, now: float, gap: float) -> float:
        """Take the next turn at *host*; how many seconds to wait for it."""
        start = max(now, self.shut.get(host, now))
        if host in self.sent:
            start = max(start, self.sent[host] + max(gap, self.gaps.get(host, 0.0)))
        self.sent[host] = start
        return start - now

    def widen(self, host: str, gap: float) -> None:
        """*host* asks for at least *gap* seconds between requests (Crawl-delay)."""
        self.gaps[host] = max(gap, self.gaps.get(host, 0.0))

    def hold(self, host: str, until: float) -> None:
        """Nobody asks *host* before *until*."""
        self.shut[host] = max(until, self.shut.get(host, 0.0))

    def held(self, host: str, now: float) -> float:
        """How many seconds *host* must still be left alone."""
        return max(0.0, self.shut.get(host, now) - now)


GATE = Gate()
"""Of this process: a host sees one machine, however many spiders run in it. Scrapy's own delays
are per spider, and two of them would double the rate."""
