"""What became of a request: an answer judged and read, or none."""

from __future__ import annotations

import logging
import socket
import ssl
from collections.abc import Callable

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)

from crawlers.refused import Refused
from crawlers.sources.answer import Answer, Page
from crawlers.sources.verdict import Expects, Ruling, judge
from tingfeng import AnswerChanged, Message

OK = Message("", "")

UNANSWERED = (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    ConnectionError,
    TimeoutError,
    ssl.SSLError,
    socket.gaierror,
)
"""What the network and the other side do, as against faults of ours."""

logger = logging.getLogger(__name__)


class Booked(logging.Filter):
    """Leaves out of the log what the ledger says: that a host did not answer. A fault of ours in
    the same place is still told, with its traceback.
    """

    LOGGERS = ("scrapy.downloadermiddlewares.robotstxt", "scrapy.core.scraper")

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether *record* is to be shown."""
        error = record.exc_info[1] if record.exc_info else None
        return not isinstance(error, UNANSWERED)


def judged(
    answer: Answer, expects: Expects, read: Callable[[Answer], Page]
) -> tuple[Ruling, Page | None]:
    """What *answer* is, and what *read* finds in it where it is no wall. Pure."""
    ruling = judge(answer.status, answer.url, answer.headers, answer.body, expects)
    if ruling.verdict != "ok":
        return ruling, None
    try:
        page = read(answer)
    except AnswerChanged as error:
        return Ruling("changed", error.message), None
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        # A reader reaches into what strangers wrote; what it misses is what changed.
        logger.warning("cannot read %s", answer.url, exc_info=True)
        reason = f"{type(error).__name__} {error}"
        return Ruling("changed", Message(f"读不懂：{reason}", f"cannot read: {reason}")), None
    return Ruling(page.verdict, page.detail or OK), page


def unanswered(error: BaseException | None) -> Ruling:
    """The verdict of a request that got no answer."""
    if isinstance(error, Refused):
        return Ruling(error.verdict, error.detail)
    if isinstance(error, IgnoreRequest):
        if "redirection" in str(error):
            return Ruling("upstream_error", Message("跳转太多次", "redirected too often"))
        return Ruling("changed", Message(f"请求被放弃：{error}", f"request dropped: {error}"))
    if isinstance(error, DownloadCancelledError):
        return Ruling("changed", Message("内容超过大小上限", "larger than the size limit"))
    if isinstance(error, DownloadTimeoutError):
        return Ruling("unreachable", Message("超时", "timed out"))
    if isinstance(error, CannotResolveHostError):
        return Ruling("unreachable", Message("域名解析不了", "the name does not resolve"))
    reason = f"{type(error).__name__} {error}".strip()[:200]
    return Ruling("unreachable", Message(f"连接失败：{reason}", f"connection failed: {reason}"))
