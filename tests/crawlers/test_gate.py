"""Turns at hosts, Retry-After, and addresses."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.fetching.gate import Gate
from crawlers.fetching.middlewares import retry_after
from crawlers.sources.links import absolute, canonical, public

HOST = "news.example"


@given(st.lists(st.floats(0, 20), max_size=20), st.floats(0.1, 5))
def test_two_turns_at_a_host_are_never_closer_than_the_gap(pauses, gap):
    gate, now, sent = Gate(), 0.0, []
    for pause in pauses:
        now += pause
        sent.append(now + gate.turn(HOST, now, gap))
    assert all(later - sooner >= gap - 1e-9 for sooner, later in itertools.pairwise(sent))


def test_hosts_do_not_wait_for_each_other():
    gate = Gate()
    assert gate.turn("a.example", 0, 5) == 0
    assert gate.turn("b.example", 0, 5) == 0


def test_a_crawl_delay_counts_from_the_request_for_robots_txt():
    gate = Gate()
    gate.turn(HOST, 0, 1)
    gate.widen(HOST, 5)
    gate.widen(HOST, 2)
    assert gate.turn(HOST, 0, 1) == 5
    assert gate.turn(HOST, 0, 1) == 10


def test_silence_holds_for_turns_taken_later():
    gate = Gate()
    gate.hold(HOST, 60)
    gate.hold(HOST, 30)
    assert gate.held(HOST, 10) == 50
    assert gate.turn(HOST, 10, 1) == 50
    assert gate.held("other.example", 10) == 0


NOW = datetime(2026, 6, 12, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120), (" 5 ", 5), ("Fri, 12 Jun 2026 02:01:00 GMT", 60),
        ("Fri, 12 Jun 2026 01:00:00 GMT", 0), ("", None), ("bald", None), ("-1", None),
    ],
)  # fmt: skip
def test_retry_after(said, seconds):
    assert retry_after(said, NOW) == seconds


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("HTTPS://News.Example.com:443/a?utm_source=x&id=1#top", "https://news.example.com/a?id=1"),
        ("https://news.example.com", "https://news.example.com/"),
        ("http://news.example.com:8080/a/?spm=1", "http://news.example.com:8080/a/"),
        (
            "https://news.example.com/新闻/1.html",
            "https://news.example.com/%E6%96%B0%E9%97%BB/1.html",
        ),
        ("https://news.example.com/a?b=&c=%E4%BA%91", "https://news.example.com/a?b=&c=%E4%BA%91"),
        ("not an address", "not an address"),
        ("http://[bad", "http://[bad"),
    ],
)
def test_one_address_for_one_article(url, same):
    assert canonical(url) == same
    assert canonical(same) == same


@pytest.mark.parametrize(
    ("link", "full"),
    [
        ("/a/1", "https://x.example/a/1"), ("//y.example/b", "https://y.example/b"),
        ("b c", "https://x.example/f/b%20c"), ("javascript:void(0)", ""), ("mailto:a@b.cn", ""),
        ("http://[bad", ""),
    ],
)  # fmt: skip
def test_a_link_as_written(link, full):
    assert absolute(link, "https://x.example/f/feed.xml") == full


@pytest.mark.parametrize(
    ("url", "open_web"),
    [
        ("https://news.example.com/", True), ("http://8.8.8.8/", True), ("http://127.0.0.1/", False),
        ("http://10.0.0.8:9200/", False), ("http://169.254.169.254/latest", False),
        ("http://localhost/", False), ("http://[::1]/", False), ("http://db.internal/", False),
        ("http://printer.local/", False), ("http://intranet/", False), ("http://2130706433/", False),
    ],
)  # fmt: skip
def test_the_open_web(url, open_web):
    assert public(url) is open_web
