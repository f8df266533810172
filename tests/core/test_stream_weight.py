"""How much one post counts, by what the stream shows of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from tests.conftest import NOW
from tingfeng import Author, Document, Post
from tingfeng.core.stream_weight import (
    FLOOR,
    SUSPECTED,
    StreamSignals,
    signals_of,
    stream_weight,
    weigh,
    weighted_share,
)

SIGNALS = st.builds(
    StreamSignals,
    followers=st.none() | st.integers(0, 10**8),
    verified=st.none() | st.booleans(),
    account_age=st.none() | st.timedeltas(timedelta(0), timedelta(9000)),
    copies=st.integers(1, 5000),
    copiers=st.integers(1, 5000),
    burst=st.integers(1, 5000),
)


@given(SIGNALS)
def test_a_post_never_counts_more_than_one_nor_nothing(signals: StreamSignals) -> None:
    found = weigh(signals)
    assert FLOOR <= found.value <= 1
    assert all(one.zh and one.en for one in found.says)


def test_one_sign_alone_takes_little() -> None:
    for alone in (
        StreamSignals(followers=0),
        StreamSignals(account_age=timedelta(1)),
        StreamSignals(copies=4, copiers=4, burst=4),
        StreamSignals(copies=100, copiers=2),
    ):
        assert stream_weight(alone) > 0.8


def test_what_is_not_shown_never_counts_against_a_post() -> None:
    plain = stream_weight(StreamSignals())
    assert plain > 0.95
    assert stream_weight(StreamSignals(followers=None, verified=None, account_age=None)) == plain


def test_signs_add_up_and_each_is_named() -> None:
    army = StreamSignals(followers=1, account_age=timedelta(3), copies=60, copiers=55, burst=40)
    found = weigh(army)
    assert found.value < 0.25
    assert len(found.says) == 4
    assert stream_weight(StreamSignals(copies=60, copiers=55)) > found.value


def _post(make: Callable[..., Post], n: int, minutes: int, **changes: Any) -> Post:
    at = NOW - timedelta(hours=2) + timedelta(minutes=minutes)
    return make(str(n), "云雀手机发热严重，大家千万不要买", published_at=at, **changes)


def test_groups_are_counted_among_the_documents_given(
    make_post: Callable[..., Post], make_analysis: Callable[..., Any]
) -> None:
    posts = [_post(make_post, n, 5 * n, author=Author(id=f"a{n}", followers=n)) for n in range(6)]
    documents = [
        Document(post=post, analysis=make_analysis(post, copy_of="weibo:0"), indexed_at=NOW)
        for post in posts
    ]
    alone = Document(post=make_post("9", "续航不错"), indexed_at=NOW)
    found = signals_of([*documents, alone])
    assert (found["weibo:0"].copies, found["weibo:0"].copiers) == (6, 6)
    assert found["weibo:0"].burst == 3
    assert found["weibo:9"] == StreamSignals()


def test_what_the_store_marks_is_believed_where_the_group_is_elsewhere(
    make_post: Callable[..., Post], make_analysis: Callable[..., Any]
) -> None:
    post = make_post("1")
    marked = Document(
        post=post, analysis=make_analysis(post, copy_of="weibo:0"), indexed_at=NOW, suspected=True
    )
    assert stream_weight(signals_of([marked])["weibo:1"]) < 0.75


def test_the_weighted_share_lies_between_all_and_only_the_unsuspected() -> None:
    weighted = weighted_share(60, 100, 50, 50)
    assert weighted is not None
    assert 10 / 50 < weighted < 60 / 100
    assert weighted_share(10, 50, 0, 0) == 10 / 50
    assert weighted_share(0, 0, 0, 0) is None
    assert weighted_share(5, 5, 5, 5) == pytest.approx(1)
    assert 0.6 < SUSPECTED < 0.8
