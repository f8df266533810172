"""Copies are recognised, others are not, and neither batches nor restarts change an answer."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.duplicates import Grouper, fingerprint, fingerprints
from tingfeng import Analysis

TEXT = "云雀手机用了三天就自动关机，客服让我等七个工作日，太失望了，大家别买"


def analysis(id: str, text: str, **changes: object) -> Analysis:
    fields = {"platform": "weibo", "id": id, "reader": "r", "lexicon": "l"} | changes
    return Analysis(fingerprint=fingerprint(text), **fields)  # type: ignore[arg-type]


def test_a_fingerprint_is_96_bytes_or_none() -> None:
    assert [len(one) for one in fingerprints([TEXT, "转发", "", "字" * 14, "字" * 15])] == [
        96, 0, 0, 0, 96,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "copy",
    [
        f"转发微博//@某人:{TEXT}",
        f"@朋友 {TEXT}[泪][泪] http://t.cn/abc",
        TEXT.replace("手机", "手機").replace("，", ","),
        TEXT.replace("三天", "五天"),
        TEXT + "！！求扩散",
    ],
)
def test_copies_join_the_group_of_the_first(copy: str) -> None:
    first, second = Grouper().group([analysis("1", TEXT), analysis("2", copy)])
    assert (first.copy_of, second.copy_of) == ("weibo:1", "weibo:1")


def test_others_open_their_own_group() -> None:
    other = "今天去店里试了云雀的新手机，屏幕很亮，店员也耐心，打算月底买一台"
    posts = [analysis("1", TEXT), analysis("2", other), analysis("3", "转发")]
    assert [one.copy_of for one in Grouper().group(posts)] == ["weibo:1", "weibo:2", None]


def test_beyond_the_window_nothing_is_known() -> None:
    others = [analysis(str(n), "".join(random.Random(n).choices("天地玄黄宇宙洪荒日月", k=30)))
              for n in range(8)]  # fmt: skip
    posts = [analysis("a", TEXT), *others, analysis("b", TEXT)]
    assert Grouper(window=9).group(posts)[-1].copy_of == "weibo:a"
    assert Grouper(window=8).group(posts)[-1].copy_of == "weibo:b"


def test_a_post_read_again_keeps_its_group() -> None:
    grouper = Grouper()
    (first,) = grouper.group([analysis("1", TEXT)])
    (again,) = grouper.group([replace(first, copy_of=None)])
    assert again.copy_of == "weibo:1"


BASES = [
    "".join(random.Random(seed).choices("风雨雷电山川湖海春夏秋冬", k=24)) for seed in range(5)
]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), max_size=40),
    st.lists(st.integers(1, 9), min_size=1),
    st.integers(0, 40),
    st.sampled_from([3, 7, 1000]),
)
def test_batches_and_restarts_change_nothing(
    drawn: list[tuple[int, int]], sizes: list[int], killed_after: int, window: int
) -> None:
    posts = [analysis(str(n), BASES[base] + "字" * tail + ("" if base else "短"))
             for n, (base, tail) in enumerate(drawn)]  # fmt: skip
    whole = Grouper(window).group(posts)
    parted: list[Analysis] = []
    grouper, at, turn = Grouper(window), 0, 0
    while at < len(posts):
        if at >= killed_after:
            killed_after = len(posts)
            grouper = Grouper(window)
            grouper.load(parted[-window:])
        size = sizes[turn % len(sizes)]
        parted += grouper.group(posts[at : at + size])
        at, turn = at + size, turn + 1
    assert parted == whole
