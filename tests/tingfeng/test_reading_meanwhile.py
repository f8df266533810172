"""What happens to a post that changes while it is read."""

from datetime import timedelta

import pytest

from index.memory import MemoryStore
from tingfeng import Correction
from tingfeng.pipeline.reading import analyze, retag
from tingfeng.pipeline.said import Said


class Copyless:
    """Groups nothing."""

    def load(self, analyses):
        list(analyses)

    def group(self, analyses):
        return list(analyses)


@pytest.fixture
def store(make_seen, now):
    made = MemoryStore()
    made.put([make_seen("1", "云雀不错")], now=now)
    return made


def test_an_edit_during_analysis_is_read_by_the_next(store, make_seen, make_analysis, now):
    edit = make_seen("1", "云雀坏了", collected_at=now + timedelta(minutes=1))

    def read_all(batches):
        for batch in batches:
            store.put([edit], now=now)
            yield [make_analysis(post, reader="r") for post in batch]

    for expected in (None, "云雀坏了"):
        analyze(store, reader="r", keeper=Said(store), again=False, read_all=read_all, grouper=Copyless(),
                advance=lambda _: None)  # fmt: skip
        found = store.get("weibo:1")
        assert (found.analysis and found.post.words) == expected


def test_an_edit_during_retag_stays_unread(store, make_seen, make_analysis, now):
    store.record([make_analysis(store.get("weibo:1").post, lexicon="old")])

    class Reader:
        lexicon = "new"

        def retag(self, post, analysis):
            edit = make_seen("1", "云雀坏了", collected_at=now + timedelta(minutes=1))
            store.put([edit], now=now)
            return make_analysis(post, lexicon="new")

    retag(store, Reader(), Said(store), lambda _: None)
    assert store.get("weibo:1").analysis is None


def test_a_correction_made_while_a_batch_is_written_is_not_lost(store, make_analysis, now):
    """Both a reader and a person write the same post: whoever is last, the person's word holds."""
    post = store.get("weibo:1").post
    said, record = Said(store), store.record

    def interrupted(analyses, *, of=None):
        store.record = record
        record(analyses, of=of)
        Said(store).say([Correction(key=post.key, brand="云雀", label="positive", by="m", at=now)])

    store.record = interrupted
    (kept,) = said.record(
        [make_analysis(post, "negative", brands=("云雀",))], {post.key: post.words}
    )
    assert kept.attitude("云雀") == "positive"
    assert store.get(post.key).analysis.attitude("云雀") == "positive"


def test_corrections_outlive_readers_and_lexicons(store, make_analysis, now):
    said = Said(store)
    said.say([Correction(key="weibo:1", brand="云雀", label="negative", by="m", at=now)])
    for reader in ("a", "b"):
        analyze(
            store, reader=reader, keeper=said, again=False, grouper=Copyless(),
            read_all=lambda batches, reader=reader: (
                [make_analysis(post, "positive", brands=("云雀",), reader=reader) for post in batch]
                for batch in batches
            ),
            advance=lambda _: None,
        )  # fmt: skip
        (mention,) = store.get("weibo:1").analysis.mentions
        assert (mention.sentiment.label, mention.sentiment.by) == ("negative", "person")

    class Reader:
        lexicon = "new"

        def retag(self, post, analysis):
            return make_analysis(post, "positive", brands=("云雀",), lexicon="new")

    retag(store, Reader(), said, lambda _: None)
    assert store.get("weibo:1").analysis.attitude("云雀") == "negative"
