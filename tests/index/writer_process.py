"""A program that writes a store, for tests that kill it or run two: ``path first last``."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from itertools import islice

from index.sqlite import SQLiteStore
from tingfeng import (
    SHANGHAI,
    Analysis,
    Author,
    Engagement,
    Mention,
    Observation,
    Post,
    Sentiment,
)

NOW = datetime(2026, 6, 12, 10, 0, tzinfo=SHANGHAI)
BATCH = 50


def sighting(n: int, turn: int) -> Observation:
    """Post *n* as it was seen the first time or, a fifth of them edited, the second. What the first
    mapping missed is there the second time.
    """
    collected = NOW + timedelta(minutes=turn)
    mapped = turn or n % 7
    edited = turn and n % 5 == 0
    post = Post(
        platform="weibo",
        id=str(n),
        text=f"云雀手机第{n % 97}次发热{'，已修复' if edited else ''}",
        author=Author(id=f"a{n % 13}") if mapped else None,
        published_at=NOW - timedelta(minutes=7 * n) if mapped else None,
        collected_at=collected,
    )
    return Observation(post=post, engagement=Engagement(observed_at=collected, likes=n + turn))


def reading(post: Post) -> Analysis:
    """The same whenever it is made."""
    n = int(post.id)
    mood = Sentiment(
        negative=0.8, neutral=0.1, positive=0.1, label="negative" if n % 3 else "neutral"
    )
    mention = Mention(brand="云雀", start=0, end=2, alias="云雀", rule="plain", sentiment=mood)
    return Analysis(
        platform="weibo",
        id=post.id,
        reader="r",
        lexicon="l",
        tokens=("云雀", "手机", "发热"),
        sentiment=mood,
        mentions=(mention,) if n % 2 else (),
        fingerprint=bytes(96),
        copy_of=f"weibo:{n - n % 30}",
    )


def done(what: object) -> None:
    """Say that a transaction is over."""
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def main(path: str, first: int, last: int) -> None:
    """Put and read every post, in small transactions."""
    store = SQLiteStore(path)
    for turn in (0, 1):
        for start in range(first, last, BATCH):
            numbers = range(start, min(start + BATCH, last))
            store.put([sighting(n, turn) for n in numbers], now=NOW)
            done(start)
    waiting = store.unread("r")
    while page := list(islice(waiting, BATCH)):
        store.record([reading(post) for post in page])
        done(page[0].id)
    store.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
