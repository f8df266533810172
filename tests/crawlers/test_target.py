"""The watermark of a source."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crawlers.fetching.target import Target
from crawlers.sources.answer import Answer
from crawlers.sources.verdict import Ruling
from tingfeng import Message

URL = "https://news.example.com/feed"


def target(saved=None):
    made = Target(source="feed x", url=URL, expects="feed")
    made.resume(saved)
    return made


@pytest.mark.parametrize("saved", [None, "", "{", "[]", '"x"', "null"])
def test_a_broken_watermark_costs_a_full_fetch_and_no_more(saved):
    assert target(saved).conditions(URL) == {}
    assert target(saved).until("not_before") is None


def test_validators_count_only_when_nothing_is_open(now):
    one = target()
    headers = {"etag": '"1"', "last-modified": "Fri, 12 Jun 2026 01:00:00 GMT"}
    one.open = 1
    one.validate(URL, Answer(url=URL, body=b"", seen_at=now, headers=headers))
    assert target(one.mark()).conditions(URL) == {}
    one.open = 0
    again = target(one.mark())
    assert again.conditions(URL) == {
        "If-None-Match": '"1"', "If-Modified-Since": "Fri, 12 Jun 2026 01:00:00 GMT",
    }  # fmt: skip
    again.forget_validators()
    assert target(again.mark()).conditions(URL) == {}


def test_each_refusal_in_a_row_doubles_the_pause_up_to_six_hours(now):
    one = target()
    captcha = Ruling("captcha", Message("验证", "verify"))
    lengths = []
    for _ in range(7):
        one = target(one.mark())
        one.refused(captcha, now)
        minutes = [m for m in range(0, 500, 30) if one.pause(now + timedelta(minutes=m))]
        lengths.append(minutes[-1] + 30)
    assert lengths == [30, 60, 120, 240, 360, 360, 360]
    assert one.pause(now).verdict == "captcha"
    one.refused(None, now)
    assert one.pause(now) is None


def test_a_long_ttl_is_an_hour(now):
    one = target()
    one.due_after(now, timedelta(days=30))
    assert one.until("fresh_until") == now + timedelta(hours=1)
