"""What an answer of ``_bulk`` means for the documents that were sent.

Type of error first, status second: a full disk is a 429, a block set by hand a 403, a cluster
without a master a 503, and all three are a ``cluster_block_exception``: to be waited for.
413, 429 and 503 reach us as bare ``ApiError``, so that classes of exceptions say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import Any


class Verdict(Enum):
    """What to do about a document or a request that was not simply done."""

    GONE = auto()
    """Nothing to delete."""

    REFUSED = auto()
    """Wrong by itself: no repetition helps."""

    MISSING = auto()
    """Its index does not exist."""

    BUSY = auto()
    """Again later, and less at once."""

    BROKEN = auto()
    """The server failed at it: perhaps because of this document."""

    UNREACHABLE = auto()
    """No answer: it may have been done or not."""

    BLOCKED = auto()
    """Nothing can be written until somebody lifts a block."""

    TOO_LARGE = auto()
    """The request is too large, in halves it may pass."""

    FORBIDDEN = auto()
    """We have no right to write."""

    WRONG = auto()
    """What answers is not a server that we can write to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A verdict with what the server said."""

    verdict: Verdict
    status: int = 0
    """0: there was no answer."""

    type: str = ""
    reason: str = ""
    cause: Exception | None = field(default=None, repr=False, compare=False)
    """What the client raised, where it was the whole request."""

    def __str__(self) -> str:
        what = self.type or "error"
        return f"{self.status or ''} {what}: {self.reason}".strip()


CONFLICT = "version_conflict_engine_exception"
"""With status 409: an equal or newer version is there, or the id of a ``create``."""

BLOCKS = ("cluster_block_exception", "index_closed_exception")
_LATER = (408, 429, 502, 503, 504)
_REASON = 500
"""Characters kept of a reason: some servers repeat the whole document in it."""


_AUTO_CREATE = "indices:admin/auto_create"
"""Stands in the answer to a key that may write and not make indices, where an index is missing."""


def of_item(operation: str, item: Mapping[str, Any], *, alias: bool = False) -> Finding:
    """About one document of an answer, where it was neither done nor a :data:`CONFLICT`.

    :param alias: the request asked that only aliases be written to.
    """
    status = int(item["status"])
    error = item.get("error") or {}
    type, reason = _said(error)
    if status == 404:
        verdict = _absent(operation, type, alias=alias)
    elif type in BLOCKS:
        verdict = Verdict.BLOCKED
    elif status == 403 and _AUTO_CREATE in reason:
        verdict = _absent(operation, "index_not_found_exception", alias=alias)
    elif status in (401, 403):
        verdict = Verdict.FORBIDDEN
    elif status in _LATER:
        verdict = Verdict.BUSY
    elif status >= 500:
        verdict = Verdict.BROKEN
    else:
        verdict = Verdict.REFUSED
    return Finding(verdict=verdict, status=status, type=type, reason=reason)


def _absent(operation: str, type: str, *, alias: bool) -> Verdict:
    if not type:
        return Verdict.GONE  # "not_found": a result, no error
    if type != "index_not_found_exception":
        return Verdict.BROKEN  # a shard on its way between nodes
    # Where an alias is asked for, the document may be there under an index of the same name.
    return Verdict.GONE if operation == "delete" and not alias else Verdict.MISSING


def of_failure(error: Exception) -> Finding | None:
    """About a request that failed as a whole; ``None``: no failure of a request, but a fault of
    this program.
    """
    import elastic_transport as transport
    from elasticsearch import ApiError, UnsupportedProductError

    if isinstance(error, UnsupportedProductError):
        return Finding(verdict=Verdict.WRONG, type="unsupported_product", cause=error)
    if isinstance(error, ApiError):
        return replace(of_status(error.status_code, error.body), cause=error)
    if isinstance(error, transport.TransportError):
        told = _cut(error.message)  # str() of it says nothing where there was no retry
        verdict = Verdict.UNREACHABLE
        if isinstance(error, transport.ConnectionTimeout | transport.SerializationError):
            verdict = Verdict.BUSY  # slow, or cut off in mid-answer
        elif isinstance(error, transport.TlsError) and "CERTIFICATE" in told.upper():
            verdict = Verdict.WRONG
        kind = error.__class__.__name__
        return Finding(verdict=verdict, type=kind, reason=told, cause=error)
    return None


def of_status(status: int, answer: object) -> Finding:
    """About an answer whose status is not one of success; *answer* is its body, where readable."""
    error = answer.get("error") if isinstance(answer, Mapping) else answer
    type, reason = _said(error)
    verdict = _whole(status, type, reason)
    return Finding(verdict=verdict, status=status, type=type, reason=reason)


def _whole(status: int, type: str, reason: str) -> Verdict:
    if type in BLOCKS:
        return Verdict.BLOCKED
    if status in (401, 403):
        return Verdict.FORBIDDEN
    if status == 413 or (status == 429 and _never_fits(reason)):
        return Verdict.TOO_LARGE
    if status in _LATER:
        return Verdict.BUSY
    if status >= 500:
        return Verdict.BROKEN
    if status == 400 and type and not _about_us(type, reason):
        return Verdict.REFUSED  # an action line or an id that cannot be read
    return Verdict.WRONG


def _about_us(type: str, reason: str) -> bool:
    """Whether a bad request is so because of its form, not because of a document."""
    return type == "media_type_header_exception" or "unrecognized parameter" in reason


_ASKED = re.compile(r"coordinating_operation_bytes=(\d+)")
_ALLOWED = re.compile(r"max_coordinating(?:_and_primary)?_bytes=(\d+)")


def _never_fits(reason: str) -> bool:
    """Whether indexing pressure refuses a body that is larger than all it ever lets in: a tenth of
    the heap. Sent again as it is, such a one would be refused for ever.
    """
    asked, allowed = _ASKED.search(reason), _ALLOWED.search(reason)
    return bool(asked and allowed and int(asked[1]) > int(allowed[1]))


def _said(error: object) -> tuple[str, str]:
    if not isinstance(error, Mapping):
        return "", _cut(error or "")
    cause = error.get("caused_by")
    reason = str(error.get("reason") or "")
    if isinstance(cause, Mapping) and cause.get("reason"):
        reason = f"{reason}: {cause['reason']}"
    return str(error.get("type") or ""), _cut(reason)


def _cut(text: object) -> str:
    whole = str(text)
    return whole if len(whole) <= _REASON else f"{whole[:_REASON]}…"
