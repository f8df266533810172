"""What happens to a post that changes while it is read."""

from datetime import timedelta

import pytest

from index.memory import MemoryStore
from tingfeng.pipeline.reading import analyze, retag


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
        analyze(store, reader="r", again=False, read_all=read_all, grouper=Copyless(),
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

    retag(store, Reader(), lambda _: None)
    assert store.get("weibo:1").analysis is None
