from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tingfeng import DAY, HOUR, SHANGHAI
from tingfeng.insight.counted import Scope
from tingfeng.insight.period import Period
from tingfeng.insight.trend import trend

NOW = datetime(2026, 6, 12, 10, 0, tzinfo=SHANGHAI)
DAYLONG = Period(since=NOW - timedelta(days=1), until=NOW)
WEEKLONG = Period(since=NOW - timedelta(days=7), until=NOW)


def test_every_step_is_there_and_sums_to_the_total(store, say) -> None:
    say(1, "negative")
    say(1, "positive")
    say(5, "uncertain")
    say(30, "negative")  # before the period
    answer = trend(store, "云雀", DAYLONG, now=NOW)
    assert answer.step == HOUR
    assert [p.split.posts for p in answer.points] == [0] * 19 + [1] + [0] * 3 + [2]
    assert answer.total.posts == 3
    assert answer.total.judged == 2
    assert answer.peak.split.negative == 1


def test_comparisons_are_unknown_without_data_and_zero_with(store, say) -> None:
    for hour in range(0, 7 * 24, 12):
        say(hour + 1)
    first = trend(store, "云雀", WEEKLONG, now=NOW)
    assert first.before is None
    assert "当时无数据" in first.sentence().zh
    assert first.as_json()["change"] == {"before": None, "year_before": None}
    for hour in range(0, 7 * 24, 12):
        say(7 * 24 + hour + 1, brands=("白鹭",))  # we did look then, at another brand
    assert trend(store, "云雀", WEEKLONG, now=NOW).before.posts == 0


def test_one_stray_post_of_last_year_is_no_last_year(store, say) -> None:
    say(1)
    say(365 * 24 + 1)
    assert trend(store, "云雀", WEEKLONG, now=NOW).year_before is None


def test_blind_hours_are_never_shown_as_zero(store, say, blind) -> None:
    say(3)
    blind(2)
    blind(3)
    blind(4)
    blind(4, seeing=True, source="feed b")
    blind(5, seeing=True)
    *_, five, four, three, two, one = trend(store, "云雀", DAYLONG, now=NOW).points
    assert [p.sight for p in (five, four, three, two, one)] == [
        "seen", "partly", "blind", "blind", "unknown",
    ]  # fmt: skip
    assert two.split is None
    assert three.split.posts == 1  # posts that came in later stay visible
    assert one.split.posts == five.split.posts == 0
    answer = trend(store, "云雀", DAYLONG, now=NOW)
    assert answer.blind_hours == (three.start, two.start)
    assert "失明 2 小时" in answer.sentence().zh
    assert answer.table().rows[-2][1] is None
    assert answer.points[-2].as_json()["split"] is None


def test_steps_cut_by_the_period_say_so(store) -> None:
    points = trend(store, "云雀", WEEKLONG, now=NOW, step=DAY).points
    assert [p.whole for p in points] == [False, *[True] * 6, False]


def test_scope_and_what_was_left_out(store, say, army) -> None:
    say(1)
    say(1, kind="repost")
    say(1, kind="comment")
    say(1, kind="hot")
    army(1, size=5)
    say(None)
    say(1, None)
    answer = trend(store, "云雀", DAYLONG, now=NOW)
    assert answer.total.posts == 8
    assert (answer.counted.undated, answer.counted.unread) == (1, 1)
    only = Scope(reposts=False, comments=False, suspected=False)
    narrow = trend(store, "云雀", DAYLONG, now=NOW, scope=only)
    assert narrow.total.posts == 1
    assert "不含转发、不含评论、不含疑似水军" in narrow.counted.sentence().zh
    assert "without reposts" in narrow.counted.sentence().en
    assert trend(store, None, DAYLONG, now=NOW).total.posts == 9


def test_each_point_says_how_to_see_its_posts(store, say) -> None:
    say(1)
    assert trend(store, "云雀", DAYLONG, now=NOW).points[-1].command == (
        "tingfeng search --brand 云雀 --since 2026-06-12T09:00 --until 2026-06-12T10:00 --precise"
    )


def test_keys(store) -> None:
    answer = trend(store, "云雀", DAYLONG, now=NOW).as_json()
    assert set(answer) == {
        "counted", "step_seconds", "points", "total", "imprecise", "before", "year_before", "change",
        "ledger_hours", "blind_hours",
    }  # fmt: skip
    assert set(answer["points"][0]) == {
        "start", "end", "whole", "sight", "blind_hours", "split", "command",
    }  # fmt: skip
    assert set(answer["counted"]) == {
        "brand", "since", "until", "reposts", "comments", "suspected", "platforms", "undated",
        "unread", "asked_at",
    }  # fmt: skip


@given(st.lists(st.integers(0, 167), min_size=1, max_size=20))
def test_equal_periods_have_no_growth(begin, ages) -> None:
    say = begin()
    for age in [*ages, *range(0, 168, 24)]:
        say(age + 0.5)
        say(age + 0.5 + 168)
    answer = trend(say.store, "云雀", WEEKLONG, now=NOW)
    assert answer.as_json()["change"]["before"] == 0
    assert sum(point.split.posts for point in answer.points) == answer.total.posts
