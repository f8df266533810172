"""A chain of copies tells what was done to it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingfeng import Document, Post
from tingfeng.core.exhibit import flaws, kept, without

NOW = datetime(2026, 6, 12, 2, 0, tzinfo=UTC)


def grown(texts):
    chain = []
    for n, text in enumerate(texts):
        post = Post(platform="weibo", id=str(n), text=text, collected_at=NOW)
        line = kept(
            chain, Document(post=post, indexed_at=NOW), incident="i1", brand="云雀",
            kind="evidence", at=NOW, now=NOW + timedelta(minutes=n),
        )  # fmt: skip
        chain.append(line)
    return chain


texts = st.lists(st.text(), min_size=2, max_size=6)


@given(texts, st.data())
def test_an_untouched_chain_is_sound_whatever_was_removed_on_request(said, data):
    chain = grown(said)
    gone = data.draw(st.sets(st.integers(1, len(chain))))
    left = without(chain, sorted(gone), kind="forgotten", now=NOW)
    assert flaws(left) == []
    assert [one.number for one in left if one.about] == list(
        range(len(chain) + 1, len(chain) + 1 + len(gone))
    )
    assert all((not one.content) == (one.number in gone) for one in left[: len(chain)])


@given(texts, st.data())
def test_whatever_is_changed_taken_out_or_slipped_in_is_told(said, data):
    chain = grown(said)
    place = data.draw(st.integers(0, len(chain) - 1))
    one = chain[place]
    done = data.draw(
        st.sampled_from([
            [*chain[:place], replace(one, content=one.content + " "), *chain[place + 1 :]],
            [*chain[:place], replace(one, content="", key=""), *chain[place + 1 :]],
            [*chain[:place], replace(one, kept_at=NOW - timedelta(1)), *chain[place + 1 :]],
            [*chain[:place], replace(one, sha256="0" * 64), *chain[place + 1 :]],
            [*chain[:place], one, *chain[place:]],
            chain[1:],
            chain[::-1],
        ])
    )  # fmt: skip
    assert flaws(done)


def test_half_a_surrogate_pair_is_kept_as_text_that_can_be_hashed():
    (line, _) = grown(["\ud83d 怒", "x"])
    assert flaws([line]) == []
    assert line.told["post"]["text"] == "\ufffd 怒"


@pytest.mark.parametrize("brand", ["云雀", "白鹭"])
def test_the_reading_kept_is_that_of_the_brand(make_post, make_analysis, brand):
    post = make_post()
    document = Document(
        post=post, analysis=make_analysis(post, "negative", ("云雀",)), indexed_at=NOW
    )
    line = kept([], document, incident="i", brand=brand, kind="reach", at=None, now=NOW)
    assert line.told["reading"]["label"] == "negative"
    assert line.told["reading"]["brand"] == brand
    assert line.at is None
