"""Reading on several cores, with the same answers in the same order as on one."""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context, parent_process
from operator import attrgetter
from typing import Any

from nlp.clean import silent
from nlp.reader import BrandReader, ReaderSettings
from tingfeng import SHANGHAI, Analysis, Emotion, Mention, Post, Sentiment, TingfengError

IN_FLIGHT = 2
"""Batches a process: one being read, one waiting, so that no process idles and memory is bounded."""

_READ = attrgetter("platform", "id", "kind", "title", "text")
"""All of a post that :class:`~nlp.reader.BrandReader` looks at; the rest stays at home."""

_SOMEWHEN = datetime(2000, 1, 1, tzinfo=SHANGHAI)
_WORDS = "\x1f"
"""Between words on their way home: a cleaned text has no control characters."""

_settings: ReaderSettings | None = None
_reader: BrandReader | None = None
"""Of a worker process. The reader is made by its first task, whose error reaches the parent."""


def read_all(
    settings: ReaderSettings, batches: Iterable[Sequence[Post]], processes: int = 1
) -> Iterator[list[Analysis]]:
    """The readings of each batch, in order. With one process everything happens in this one.

    Raises :class:`~tingfeng.TingfengError` if a worker dies (killed, out of memory), and whatever
    the reader itself raises. Ending the iteration early stops the workers. A script of one's own
    that asks for several needs ``if __name__ == "__main__":``, as all of multiprocessing does.
    """
    if processes <= 1:
        reader = settings.build()
        for batch in batches:
            yield reader.read(batch)
        return
    settings.check()
    # Spawn, not fork: a forked copy of a process with threads (numpy's, a store's) may hang.
    pool = ProcessPoolExecutor(processes, get_context("spawn"), _begin, (settings,))
    waiting: deque[_Batch] = deque()
    try:
        names = pool.submit(_names)
        for batch in batches:
            waiting.append(_sent(pool, batch))
            if len(waiting) >= IN_FLIGHT * processes:
                yield _home(waiting.popleft(), *names.result())
        while waiting:
            yield _home(waiting.popleft(), *names.result())
    except BrokenProcessPool as error:
        raise TingfengError(
            "一个分析进程意外结束（可能内存不足或被终止）。已完成的结果不受影响，请减少进程数后重试",
            "a reading process died (out of memory, or killed); what was read so far is kept: "
            "try again with fewer processes",
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@dataclass(frozen=True, slots=True)
class _Batch:
    """A batch, and the worker's task for those of it that have words."""

    posts: Sequence[Post]
    spoken: list[bool]
    task: Future[list[tuple[Any, ...]]] | None


def _sent(pool: ProcessPoolExecutor, posts: Sequence[Post]) -> _Batch:
    """*posts* on their way. Those without words stay: of a stream of reposts they are 40 %."""
    spoken = [not silent(post.words) for post in posts]
    away = [_READ(post) for post, words in zip(posts, spoken, strict=True) if words]
    return _Batch(posts, spoken, pool.submit(_read, away) if away else None)


def _home(batch: _Batch, reader: str, lexicon: str) -> list[Analysis]:
    read = iter(batch.task.result() if batch.task else ())
    return [
        _unpacked_analysis(next(read))
        if words
        else Analysis(platform=post.platform, id=post.id, reader=reader, lexicon=lexicon)
        for post, words in zip(batch.posts, batch.spoken, strict=True)
    ]


def _begin(settings: ReaderSettings) -> None:
    global _settings
    _settings = settings
    # Ctrl-C reaches every process of the terminal; only the parent answers it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A killed parent tells nobody, and the queue of tasks stays open: its workers hold both ends."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _made() -> BrandReader:
    global _reader
    if _reader is None:
        assert _settings is not None
        _reader = _settings.build()
    return _reader


def _names() -> tuple[str, str]:
    """Version of the reader and of its lexicon."""
    reader = _made()
    return reader.version, reader.lexicon


def _read(posts: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [_packed_analysis(one) for one in _made().read([_unpacked_post(p) for p in posts])]


def _unpacked_post(values: tuple[Any, ...]) -> Post:
    platform, id, kind, title, text = values
    return Post(platform=platform, id=id, kind=kind, title=title, text=text, collected_at=_SOMEWHEN)


# Everything crosses as tuples: pickling a frozen dataclass with slots takes five times as long.


def _packed_side(side: Sentiment | None) -> tuple[Any, ...] | None:
    return None if side is None else (side.negative, side.neutral, side.positive, side.label)


def _unpacked_side(values: tuple[Any, ...]) -> Sentiment:
    negative, neutral, positive, label = values
    return Sentiment(negative=negative, neutral=neutral, positive=positive, label=label)


def _packed_analysis(one: Analysis) -> tuple[Any, ...]:
    mentions = [
        (m.brand, m.start, m.end, m.alias, m.entity, m.rule, _packed_side(m.sentiment), m.span,
         m.advert)
        for m in one.mentions
    ]  # fmt: skip
    return (
        one.platform, one.id, one.reader, one.lexicon, _WORDS.join(one.tokens),
        _WORDS.join(one.keywords), _packed_side(one.sentiment), one.emotion and one.emotion.odds,
        one.signs, mentions, one.fingerprint,
    )  # fmt: skip


def _unpacked_analysis(values: tuple[Any, ...]) -> Analysis:
    platform, id, reader, lexicon, tokens, words, side, odds, signs, mentions, print_ = values
    return Analysis(
        platform=platform, id=id, reader=reader, lexicon=lexicon,
        tokens=tuple(tokens.split(_WORDS)) if tokens else (),
        keywords=tuple(words.split(_WORDS)) if words else (),
        sentiment=side and _unpacked_side(side),
        emotion=odds and Emotion(odds=odds),
        signs=signs,
        mentions=tuple(
            Mention(brand=brand, start=start, end=end, alias=alias, entity=entity, rule=rule,
                    sentiment=_unpacked_side(attitude), span=span, advert=advert)
            for brand, start, end, alias, entity, rule, attitude, span, advert in mentions
        ),
        fingerprint=print_,
    )  # fmt: skip
