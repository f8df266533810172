"""Posts without a reading get one; a changed lexicon reaches back into history."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol, TypeVar

from tingfeng.core.analysis import Analysis
from tingfeng.core.ports import PostStore, Reader
from tingfeng.core.post import Post

BATCH = 500
"""Posts a transaction, and a parcel for a worker: some 25 ms of work for the linear engine and up to
some seconds for the encoder, so that a kill costs little and the workers stay busy."""

T = TypeVar("T")


class Grouper(Protocol):
    """Finds copies; see :class:`nlp.duplicates.Grouper`."""

    def load(self, analyses: Iterable[Analysis]) -> None:
        """Remember what was grouped before."""

    def group(self, analyses: Sequence[Analysis]) -> list[Analysis]:
        """The same with ``copy_of``, in order."""


class Keeper(Protocol):
    """Stores readings as people corrected them; see :class:`tingfeng.pipeline.said.Said`."""

    def record(self, analyses: Sequence[Analysis], words: Mapping[str, str]) -> list[Analysis]:
        """Keep readings of these words; what was kept."""


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
    engine: str = ""

    def as_json(self) -> dict[str, Any]:
        """Documented keys of ``analyze --json``."""
        return {
            "analyzed": self.analyzed,
            "uncertain": self.uncertain,
            "no_text": self.no_text,
            "seconds": round(self.seconds, 3),
            "reader": self.reader,
            "engine": self.engine,
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
    keeper: Keeper,
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
        kept = keeper.record(grouper.group(analyses), reading.popleft())
        tally.analyzed += len(analyses)
        for one in kept:
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


def retag(
    store: PostStore, reader: Reader, keeper: Keeper, advance: Callable[[int], None]
) -> tuple[int, int]:
    """Tag history by the present lexicon: how many readings were looked at, how many changed."""
    looked = changed = 0
    for documents in batches(store.untagged(reader.lexicon), BATCH):
        before = {one.post.key: one.analysis for one in documents if one.analysis is not None}
        renewed = [
            reader.retag(one.post, one.analysis) for one in documents if one.analysis is not None
        ]
        kept = keeper.record(renewed, {one.post.key: one.post.words for one in documents})
        changed += sum(gist(one)[1:] != gist(before[one.key])[1:] for one in kept)
        looked += len(renewed)
        advance(len(renewed))
    return looked, changed


def gist(analysis: Analysis) -> tuple[object, ...]:
    """What a reading says: of the whole post, then of each mention. Odds are left out, for stores
    round them.
    """
    whole = analysis.sentiment
    return (
        whole and (whole.label, whole.by),
        *((m.brand, m.start, m.end, m.sentiment.label, m.sentiment.by) for m in analysis.mentions),
    )
