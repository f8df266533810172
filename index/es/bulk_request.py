"""One ``_bulk`` request: sent, and what became of each document in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from index.es.buffer import Entry
from index.es.verdicts import CONFLICT, Finding, Verdict, of_failure, of_item

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

Found = tuple[Entry, Finding]


@dataclass(slots=True, kw_only=True)
class Answer:
    """What became of the documents of one request."""

    written: Sequence[Entry] = ()
    stale: Sequence[Entry] = ()
    others: dict[Verdict, list[Found]] = field(default_factory=dict)
    """All that was not simply done."""

    whole: bool = False
    """The request was not taken as such: all documents share one finding."""

    octets: int
    """Bytes of the request."""

    def add(self, entry: Entry, finding: Finding) -> None:
        """One more of those that were not simply done."""
        self.others.setdefault(finding.verdict, []).append((entry, finding))

    def take(self, verdict: Verdict) -> list[Found]:
        """Those of one verdict."""
        return self.others.get(verdict, [])


_HEADERS = {"accept": "application/json", "content-type": "application/x-ndjson"}


class BulkRequests:
    """Sends them, one at a time for each thread."""

    def __init__(
        self, client: Elasticsearch, *, request_timeout: float, require_alias: bool
    ) -> None:
        # A retry of the transport would multiply with ours, and go to the next node unasked.
        self._client = client.options(request_timeout=request_timeout, max_retries=0)
        self._query = {
            # One small object for each document: a third of the answer, and places still match.
            "filter_path": "errors,items.*.status,items.*.error",
            # Else a reason quotes what people wrote, and ends in logs.
            "include_source_on_error": "false",
            # Below ours: else the server still waits for a shard when we have ceased to listen.
            "timeout": f"{max(request_timeout * 500, 50):.0f}ms",
        }
        self._require_alias = require_alias
        if require_alias:
            self._query["require_alias"] = "true"

    def send(self, batch: Sequence[Entry], sending: bytes) -> dict[str, Any] | Finding:
        """Send *batch*, whose body is *sending*: what the server answers, or why it does not.

        :raises Exception: a fault of this program.
        """
        try:
            said = self._client.perform_request(
                "POST", "/_bulk", params=self._query, headers=_HEADERS, body=sending
            ).body
        except Exception as error:
            finding = of_failure(error)
            if finding is None:
                raise
            return finding
        items = said.get("items") if isinstance(said, dict) else None
        if items is None or len(items) != len(batch):
            return Finding(verdict=Verdict.BUSY, type="answer", reason="not that of _bulk")
        answer: dict[str, Any] = said
        return answer

    def sorted(self, batch: Sequence[Entry], said: dict[str, Any] | Finding, octets: int) -> Answer:
        """What became of each document of *batch*."""
        if isinstance(said, Finding):
            return _whole(batch, said, octets)
        if not said.get("errors"):
            return Answer(written=batch, octets=octets)
        return self._sorted(batch, said["items"], octets)

    def _sorted(
        self, batch: Sequence[Entry], items: Sequence[dict[str, Any]], octets: int
    ) -> Answer:
        written: list[Entry] = []
        stale: list[Entry] = []
        answer = Answer(written=written, stale=stale, octets=octets)
        for entry, named in zip(batch, items, strict=True):
            ((operation, item),) = named.items()
            if item["status"] < 300:
                written.append(entry)
                continue
            if item["status"] == 409 and item["error"]["type"] == CONFLICT:
                stale.append(entry)  # a replay is made of these, so they must be cheap
                continue
            finding = of_item(operation, item, alias=self._require_alias)
            if finding.verdict is Verdict.GONE:
                written.append(entry)
            else:
                answer.add(entry, finding)
        return answer


def _whole(batch: Sequence[Entry], finding: Finding, octets: int) -> Answer:
    answer = Answer(whole=True, octets=octets)
    for entry in batch:
        answer.add(entry, finding)
    return answer
