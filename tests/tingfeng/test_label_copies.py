"""The posts that an answer reaches are found by the index of words, in every store alike."""

from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from index import STORES
from index.sqlite import SQLiteStore
from tingfeng import Correction, build
from tingfeng.core.wording import Text
from tingfeng.pipeline.label_copies import LOOKED_UP, alike, followers, outlived, reached

AT = datetime(2026, 6, 12, tzinfo=UTC)


@pytest.fixture(params=["memory", "sqlite"])
def store(request, tmp_path):
    options = {"path": str(tmp_path / "posts.db")} if request.param == "sqlite" else {}
    with closing(build(STORES, {"use": request.param, **options})) as made:
        yield made


@pytest.fixture
def fill(store, make_seen, make_analysis, now):
    """``fill("1", "云雀差", group=None)``: put and read, *later* for an edit."""

    def one(id, text, group=None, label="uncertain", later=0, **changes):
        at = now + timedelta(minutes=later)
        seen = make_seen(id, text, collected_at=at, **changes)
        store.put([seen], now=now)
        reading = make_analysis(seen.post, label, brands=("云雀",), copy_of=group)
        store.record([reading])
        return seen.post

    return one


def said(key, words, brand="云雀", **changes):
    wording = Text(words).wording(None if brand is None else [(0, 1)])
    fields = {"label": "negative", "by": "小王", "at": AT, "wording": wording}
    return Correction(key=key, brand=brand, **fields | changes)


def stored(documents):
    """Their readings as the store has them."""
    return [one.analysis for one in documents]


SAME = [
    ("云雀差", "雲雀差！"),
    ("云雀", "云雀。"),
    ("云雀真的差，差！", "云雀真的差、差"),
    ("云雀iPhone15好", "云雀IPHONE15好~"),
    ("云雀“真好”", "云雀“真好”。"),
    ("云雀-真好", "云雀-真好"),
    ('云雀 "a b"', '云雀　"A B"'),
    ("云雀\n差", "云雀 差"),
    ("云雀" + "very long words " * 9, "云雀" + "very long words " * 9 + "。"),
    ("x" * (LOOKED_UP + 9), "X" * (LOOKED_UP + 9)),
    ("云" * (LOOKED_UP - 1) + "iPhone", "云" * (LOOKED_UP - 1) + "iphone！"),
    ("差", "差"),
    ("𠮷野家差", "𠮷野家差。"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_posts_that_say_the_same_are_found(store, fill, one, other):
    fill("1", one)
    fill("2", other, kind="comment")
    fill("3", f"{one}的人多")
    fill("4", f"说{other}")
    assert sorted(found.post.id for found in alike(store, one)) == ["1", "2"]


@pytest.mark.parametrize("words", ["", "👍", "？？", "[ ]"])
def test_without_a_letter_nothing_is_looked_for(store, fill, words):
    fill("1", words or "云雀")
    assert list(alike(store, words)) == []


def test_a_title_counts(store, fill):
    fill("1", "差", title="云雀")
    fill("2", "云雀\n差")
    assert {found.post.id for found in alike(store, "云雀\n差")} == {"1", "2"}


def test_an_answer_reaches_group_and_same_words_each_once_the_post_first(store, fill):
    for id, group in (("1", "weibo:1"), ("2", "weibo:1"), ("3", None), ("4", "weibo:4")):
        fill(id, "云雀差", group)
    fill("5", "云雀不差")
    found = [one.post.id for one in reached(store, said("weibo:2", "云雀差", group="weibo:1"))]
    assert found[0] == "2"
    assert sorted(found) == ["1", "2", "3", "4"]


def test_of_an_edited_post_those_are_reached_that_still_say_what_was_judged(store, fill):
    fill("1", "云雀差")
    fill("2", "云雀差！")
    fill("1", "云雀修好了", later=1)
    fill("3", "云雀修好了")
    assert {one.post.id for one in reached(store, said("weibo:1", "云雀差"))} == {"1", "2"}
    assert list(reached(store, said("weibo:9", "云雀差"))) == []


def test_those_follow_whose_answer_it_would_be(store, fill):
    for id in "12345":
        fill(id, "云雀差")
    fill("6", "云雀差？")
    store.correct([said("weibo:2", "云雀差", label="positive")])
    store.correct(
        [said("weibo:3", "云雀差", label="positive"), said("weibo:3", "云雀差", label=None)]
    )
    answer = said("weibo:1", "云雀差")
    assert sorted(followers(store, [answer], stored)) == ["weibo:3", "weibo:4", "weibo:5"]
    other = said("weibo:1", "云雀差", brand="橙子")
    assert followers(store, [other], stored) == []
    whole = said("weibo:1", "云雀差", brand=None)
    assert len(followers(store, [whole], stored)) == 4


def test_an_answer_is_outlived_once_the_new_words_are_read(store, fill, make_seen, now):
    fill("1", "云雀差")
    answer = said("weibo:1", "云雀差")
    assert list(outlived(store, [answer])) == []
    store.put([make_seen("1", "云雀好", collected_at=now + timedelta(minutes=1))], now=now)
    assert list(outlived(store, [answer])) == []
    fill("1", "云雀好", later=1)
    ((found, document),) = outlived(store, [answer])
    assert (found, document.post.words) == (answer, "云雀好")
    assert list(outlived(store, [answer, said("weibo:1", "云雀好")])) == []
    old = Correction(key="weibo:1", brand="云雀", label="negative", by="a", at=AT)
    assert list(outlived(store, [old])) == []
    fill("1", "云雀差", later=2)  # taken back
    assert list(outlived(store, [answer])) == []


@contextmanager
def counted(store):
    """Thousands of steps of SQLite's machine, at least four a post that it passes."""
    steps = []
    store._db._db.set_progress_handler(lambda: steps.append(1) and 0, 1000)
    yield steps
    store._db._db.set_progress_handler(None, 0)


def test_sqlite_looks_at_the_few_that_have_the_words(tmp_path, make_seen, now):
    with closing(SQLiteStore(str(tmp_path / "posts.db"))) as store:
        texts = {n: "云雀差" if n % 2500 == 0 else f"云雀第{n}天不错" for n in range(5000)}
        store.put([make_seen(str(n), text) for n, text in texts.items()], now=now)
        with counted(store) as steps:
            assert [one.post.id for one in alike(store, "云雀差")] == ["2500", "0"]
        assert len(steps) <= 2
