"""Posts without a reading get one; a changed lexicon reaches back into history."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol, TypeVar

from tingfeng.core.analysis import Analysis
from tingfeng.core.ports import PostStore, Reader
from tingfeng.core.post import Post

BATCH = 2000
"""Posts a transaction, and a parcel for a worker: some 100 ms of work, so that a kill costs
little and the workers stay busy."""

T = TypeVar("T")


class Grouper(Protocol):
    """Finds copies; see :class:`nlp.duplicates.Grouper`."""

    def load(self, analyses: Iterable[Analysis]) -> None:
        """Remember what was grouped before."""

    def group(self, analyses: Sequence[Analysis]) -> list[Analysis]:
        """The same with ``copy_of``, in order."""


ReadAll = Callable[[Iterable[list[Post]]], Iterator[list[Analysis]]]
"""Batches of posts to batches of analyses, in order, in as many processes as asked for."""


@dataclass(slots=True, kw_only=True)
class ReadingTally:
    """What ``analyze`` did."""

    analyzed: int = 0
    uncertain: int = 0
    no_text: int = 0
    """Only image or video: counted as not read."""
    seconds: float = 0.0
    reader: str = ""

    def as_json(self) -> dict[str, Any]:
        """Documented keys of ``analyze --json``."""
        return {
            "analyzed": self.analyzed,
            "uncertain": self.uncertain,
            "no_text": self.no_text,
            "seconds": round(self.seconds, 3),
            "reader": self.reader,
        }


def batches(source: Iterable[T], size: int) -> Iterator[list[T]]:
    """Cut *source* into lists of *size*."""
    items = iter(source)
    while batch := list(islice(items, size)):
        yield batch


def analyze(
    store: PostStore,
    *,
    reader: str,
    again: bool,
    read_all: ReadAll,
    grouper: Grouper,
    advance: Callable[[int], None],
) -> ReadingTally:
    """Read all that *reader* has not read. Killed at any moment, the next call goes on.

    *again* reads everything, from an empty memory of copies; killed, it is to be started again.
    """
    tally, begun = ReadingTally(reader=reader), time.monotonic()
    if not again:
        grouper.load(store.recent(reader))
    reading: deque[dict[str, str]] = deque()  # what the workers have before them
    for analyses in read_all(
        _noted(batches(store.unread("" if again else reader), BATCH), reading)
    ):
        store.record(grouper.group(analyses), of=reading.popleft())
        tally.analyzed += len(analyses)
        for one in analyses:
            if one.sentiment is None:
                tally.no_text += 1
            elif one.sentiment.label == "uncertain":
                tally.uncertain += 1
        advance(len(analyses))
    tally.seconds = time.monotonic() - begun
    return tally


def _noted(source: Iterable[list[Post]], words: deque[dict[str, str]]) -> Iterator[list[Post]]:
    """The batches of *source*, the words of each put into *words*: someone may edit them now."""
    for batch in source:
        words.append({post.key: post.words for post in batch})
        yield batch


def retag(store: PostStore, reader: Reader, advance: Callable[[int], None]) -> tuple[int, int]:
    """Tag history by the present lexicon: how many readings were looked at, how many changed."""
    looked = changed = 0
    for documents in batches(store.untagged(reader.lexicon), BATCH):
        renewed = []
        for document in documents:
            if document.analysis is None:
                continue
            analysis = reader.retag(document.post, document.analysis)
            changed += analysis.mentions != document.analysis.mentions
            renewed.append(analysis)
        store.record(renewed, of={one.post.key: one.post.words for one in documents})
        looked += len(renewed)
        advance(len(renewed))
    return looked, changed
