"""Cut by bytes, broken nowhere."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingfeng.alerts.cutting import boundaries, cut, plain, tame

MORE = "…[查看全文](https://a.example/)"
LINK = re.compile(r"\[[^\[\]\n]*\]\([^()\s]*\)")
FAMILY = "👨‍👩‍👧‍👦"

PIECES = st.sampled_from(
    ["云雀", "a", " ", "\n", "。", FAMILY, "👍🏽", "🇨🇳", "e\u0301", "☎️", "\U0010ffff",
     "[weibo:1](https://e.example/1)", "**很重要**", "<font color=red>", "[", "](", ")", "*"],
)  # fmt: skip
MARKDOWN = st.lists(PIECES, max_size=60).map("".join)


def within(size):
    return lambda text: len(text.encode()) <= size


@given(MARKDOWN, st.integers(0, 400))
def test_it_fits_and_is_a_beginning_that_ends_where_something_ends(text, size):
    result = cut(text, within(size), MORE)
    assert len(result.encode()) <= max(size, 0)
    if len(text.encode()) <= size:
        assert result == text
    elif result:
        kept = result.removesuffix(MORE)
        assert result == kept + MORE
        assert text.startswith(kept)
        ends = {0, *boundaries(text)}
        assert any(text[: len(kept) + blanks].rstrip() == kept and len(kept) + blanks in ends
                   for blanks in range(len(text) - len(kept) + 1))  # fmt: skip


@given(MARKDOWN, st.integers(60, 400))
def test_no_link_is_broken_and_no_person_beheaded(text, size):
    kept = cut(text, within(size), MORE).removesuffix(MORE)
    if kept == text:
        return
    for link in LINK.finditer(text):
        assert not link.start() < len(kept) < link.end()
    end = len(kept)
    for whole in (FAMILY, "👍🏽", "🇨🇳", "e\u0301", "☎️"):
        for found in re.finditer(whole, text):
            # A character that stands before one that extends it is one with it.
            assert not found.start() < end < found.end()


@given(MARKDOWN, st.integers(60, 400))
def test_nearly_all_that_fits_is_kept(text, size):
    result = cut(text, within(size), MORE)
    longest = max((len(unit.group().encode()) for unit in re.finditer(r"\S+", text)), default=0)
    if result != text:
        assert len(result.rstrip().encode()) >= min(
            0.6 * (size - len(MORE.encode())), size - longest - 80
        )


def test_a_cut_prefers_the_end_of_a_line():
    text = "\n".join(f"- 第{n}句，说得不短也不长。" for n in range(20))
    kept = cut(text, within(300), MORE).removesuffix(MORE)
    assert kept.endswith("。")
    assert len(kept.encode()) > 150


def test_where_not_even_the_rest_fits_nothing_is_left():
    assert cut("云雀" * 50, within(10), MORE) == ""
    assert cut("云雀" * 50, within(len(MORE.encode())), MORE) == MORE


@pytest.mark.parametrize(
    ("text", "reads"),
    [("[a](http://b)", "a http://b"), ("**x** y", "x y"), ("1*2*3", "1*2*3")],
)
def test_markdown_as_it_reads_without(text, reads):
    assert plain(text) == reads


def test_tags_of_strangers_are_none():
    assert tame("<@all> 1<2") == "＜@all＞ 1＜2"
