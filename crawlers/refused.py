"""Requests that we do not send, and why."""

from __future__ import annotations

from scrapy.exceptions import IgnoreRequest

from tingfeng import Message, Verdict


class Refused(IgnoreRequest):
    """A request that is not sent, and the verdict of its source."""

    def __init__(self, verdict: Verdict, detail: Message) -> None:
        super().__init__(str(detail))
        self.verdict = verdict
        self.detail = detail


def resting(seconds: float) -> Message:
    """The host asked to be left alone for so long."""
    minutes = max(1, round(seconds / 60))
    return Message(
        f"对方要求 {minutes} 分钟后再来（Retry-After）",
        f"asked to come back in {minutes} minutes (Retry-After)",
    )
