"""Requests that we do not send, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.exceptions import IgnoreRequest

from tingfeng import Message, Verdict

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler


class Refused(IgnoreRequest):
    """A request that is not sent, and the verdict of its source."""

    def __init__(self, verdict: Verdict, detail: Message) -> None:
        super().__init__(str(detail))
        self.verdict = verdict
        self.detail = detail


def stop_if_refused(crawler: Crawler, request: Request) -> None:
    """Raise where the source of *request* has refused us in this run."""
    ledger = getattr(crawler.spider, "ledger", None)
    ruling = ledger.refusal(request.meta.get("source")) if ledger else None
    if ruling:
        raise Refused(ruling.verdict, ruling.detail)


def resting(seconds: float) -> Message:
    """The host asked to be left alone for so long."""
    minutes = max(1, round(seconds / 60))
    return Message(
        f"对方要求 {minutes} 分钟后再来（Retry-After）",
        f"asked to come back in {minutes} minutes (Retry-After)",
    )
