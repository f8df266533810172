"""A model learns from answers about words that their posts still have, and from no others."""

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from index.memory import MemoryStore
from nlp.reader import BrandReader
from tingfeng import Alias, Attitude, Brand, Correction, Mood, Sentiment
from tingfeng.core.wording import Text
from tingfeng.pipeline.label_rows import Gathered, from_corrections

AT = datetime(2026, 6, 12, tzinfo=UTC)


class Unsure:
    """An engine that never knows."""

    version = "unsure"

    def posts(self, texts, tokens, registers):
        return [Mood(sentiment=SIDE) for _ in texts]

    def mentions(self, asked):
        return [Attitude(sentiment=SIDE, span=(0, len(one.text)), meant=0.9) for one in asked]


class Whole:
    """Cuts nothing."""

    version = "whole"

    def __call__(self, text):
        return [text]


SIDE = Sentiment(negative=0.3, neutral=0.4, positive=0.3, label="uncertain")


@pytest.mark.parametrize(
    ("now_says", "bound", "used"),
    [
        ("云雀太差了", True, 1),
        ("云雀太差了（已编辑）", True, 1),
        ("云雀修好了", True, 0),
        ("云雀修好了", False, 1),  # of before wordings were kept
    ],
)
def test_an_answer_that_its_post_outlived_teaches_nothing(make_seen, now, now_says, bound, used):
    reader = BrandReader((Brand(name="云雀", aliases=(Alias(text="云雀"),)),), Unsure(), Whole())
    with closing(MemoryStore()) as store:
        store.put([make_seen("1", "云雀太差了")], now=now)
        later = make_seen("1", now_says, collected_at=now + timedelta(hours=1))
        store.put([later], now=now)
        store.record(reader.read([later.post]))
        wording = Text("云雀太差了").wording([(0, 2)])
        said = Correction(
            key="weibo:1", brand="云雀", label="negative", by="a", at=AT, wording=wording
        )
        gathered = Gathered()
        given = [said if bound else replace(said, wording=None)]
        from_corrections(gathered, store, reader, given, lambda _: None)
    assert (len(gathered.used), gathered.lost) == (used, 1 - used)
