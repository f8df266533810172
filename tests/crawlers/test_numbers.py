"""Counts as the sources write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.numbers import read_count


@pytest.mark.parametrize(
    ("raw", "count"),
    [
        ("123", 123), ("1,234", 1234), (123, 123), ("1.2万", 12000), ("1.2w", 12000),
        ("1.2W", 12000), ("10万+", 100000), ("100万+", 1000000), ("999+", 999), ("3亿", 300000000),
        ("1.5亿", 150000000), ("4.9万+", 49000), ("622 万热度", 6220000), ("１２３", 123),
        ("1.2千", 1200), ("1.2k", 1200), ("3M", 3000000), ("百万+", 1000000), ("转发", 0),
        ("评论", 0), ("赞", 0), ("投币", 0), ("分享", 0), ("赞 12", 12), ("有用(12)", 12),
        ("1.23E+05", 123000), ("12.0", 12), (12.0, 12), ("3.5万次播放", 35000), ("\t12 ", 12),
        ("约1.2万", 12000), ("超10万", 100000), ("共 12 条", 12), ("抢首评", 0), ("抢首赞", 0),
    ],
)  # fmt: skip
def test_counts(raw, count):
    assert read_count(raw) == count


@pytest.mark.parametrize(
    "raw", ["--", "-", "", None, -1, "-5", "nan", float("nan"), float("inf"), True, "云雀12",
            "1234567890123456789", 10**18, "1,23", [], {}, "2024-06-04", "12:30", "无"],
)  # fmt: skip
def test_nothing_said_is_none_and_not_nobody(raw):
    assert read_count(raw) is None


@given(st.integers(0, 10**11))
def test_every_way_of_writing_a_number_gives_it_back(number):
    ways = (number, str(number), f"{number:,}", f"{number}+", float(number), f" {number}\t")
    assert {read_count(way) for way in ways} == {number}


@given(st.one_of(st.text(max_size=50), st.floats(), st.integers()))
def test_never_fails_never_negative(raw):
    count = read_count(raw)
    assert count is None or count >= 0
