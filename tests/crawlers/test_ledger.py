"""What is written down of each source."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crawlers.fetching.ledger import Ledger
from crawlers.sources.verdict import Ruling
from tingfeng import Message

WORDS = Message("词", "word")


def ruling(verdict):
    return Ruling(verdict, WORDS)


@pytest.fixture
def clock(now):
    return [now]


@pytest.fixture
def ledger(clock):
    return Ledger(lambda: clock[0])


def test_rows_are_by_source_and_hour(ledger, clock):
    ledger.answered("a", ruling("ok"), posts=3)
    ledger.answered("a", ruling("unreachable"), tries=2)
    clock[0] += timedelta(hours=1)
    ledger.answered("a", ruling("ok"), posts=1)
    first, second = ledger.take()
    assert (first.requests, first.failures, first.posts, first.verdict) == (4, 3, 3, "unreachable")
    assert (second.requests, second.posts, second.blind) == (1, 1, False)
    assert ledger.take() == ()
    (report,) = ledger.reports("feed")
    assert (report.requests, report.failures, report.posts) == (5, 3, 4)


def test_an_article_that_is_gone_says_nothing_about_its_feed(ledger):
    ledger.answered("a", ruling("ok"), posts=2)
    ledger.followed("a", ruling("deleted"))
    assert ledger.reports("feed")[0].verdict == "ok"
    assert ledger.refusal("a") is None
    ledger.followed("a", ruling("captcha"))
    assert ledger.reports("feed")[0].verdict == "captcha"
    assert ledger.refusal("a") is not None


def test_a_source_that_was_never_heard_of_is_blind(ledger):
    ledger.expect("lost")
    ledger.expect("found")
    ledger.answered("found", ruling("empty"))
    ledger.close()
    rows = {row.source: row for row in ledger.take()}
    assert rows["lost"].blind
    assert rows["lost"].verdict == "unreachable"
    assert not rows["found"].blind
    assert [report.source for report in ledger.reports("feed")] == ["lost", "found"]
