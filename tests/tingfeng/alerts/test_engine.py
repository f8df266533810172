"""Runs over a store: what opens, what is sent, and that nothing is lost or said twice."""

from __future__ import annotations

import json
import random
from contextlib import suppress
from datetime import datetime, timedelta

import pytest

from tingfeng import LEVELS, SHANGHAI, Coverage
from tingfeng.alerts.engine import Engine
from tingfeng.alerts.tuning import Tuning, keep

START = datetime(2026, 6, 1, 0, 0, tzinfo=SHANGHAI)
CRISIS = START + timedelta(days=9, hours=10)
QUARTER_HOUR = timedelta(minutes=15)
LATER = timedelta(minutes=5)


@pytest.fixture(scope="module")
def history(stream):
    """Nine and a half days of an ordinary brand."""
    return stream(START, 24 * 9.5)


@pytest.fixture
def calm(shelf, history):
    shelf.fill(history)
    return shelf


@pytest.fixture
def outcry(say):
    """Two hours of complaints on two platforms, then nothing more of them."""

    def make(at=CRISIS, hours=2, each=12, **changes):
        return [
            say(at + i * QUARTER_HOUR + timedelta(seconds=20 * n), "negative",
                platform=("weibo", "xiaohongshu")[n % 2], **changes)
            for i in range(int(hours * 4))
            for n in range(each)
        ]  # fmt: skip

    return make


def engine(store, **changes):
    return Engine(store, ["云雀"], **({"channels": ["desk"]} | changes))


def run_until(store, since, until, step=QUARTER_HOUR, **changes):
    """A fresh process every *step*."""
    told = []
    now = since
    while now <= until:
        told += engine(store, **changes).run(now + LATER)
        now += step
    return told


def without_heartbeats(changes):
    return [(one.kind, one.at, one.incident.level) for one in changes if one.kind != "heartbeat"]


def test_a_quiet_brand_hears_nothing(calm):
    assert run_until(calm, CRISIS - timedelta(hours=6), CRISIS) == []
    assert calm.notices() == []


def test_a_brand_nobody_speaks_of_is_no_error(shelf):
    assert engine(shelf).run(CRISIS) == []
    assert engine(shelf).replay(START, CRISIS) == []


def test_an_outcry_opens_one_incident_within_the_hour(calm, outcry):
    calm.fill(outcry())
    told = run_until(calm, CRISIS, CRISIS + timedelta(hours=3))
    assert [one.kind for one in told if one.kind == "opened"] == ["opened"]
    [incident] = calm.incidents()
    assert CRISIS < incident.opened_at <= CRISIS + timedelta(hours=1)
    assert incident.state == "open"
    assert incident.first_post_at <= incident.opened_at


def test_every_change_is_sent_once_to_each_channel(calm, outcry):
    calm.fill(outcry())
    told = run_until(calm, CRISIS, CRISIS + timedelta(hours=3), channels=["desk", "duty"])
    assert len(calm.notices()) == 2 * len(told)
    assert {notice.channel for notice in calm.notices()} == {"desk", "duty"}
    assert len({(notice.channel, notice.id) for notice in calm.notices()}) == 2 * len(told)


def test_an_incident_runs_its_course_and_says_that_it_is_over(calm, stream, outcry):
    calm.fill(outcry())
    calm.fill(stream(CRISIS + timedelta(hours=2), 24 * 4, seed=2))
    told = run_until(calm, CRISIS, CRISIS + timedelta(days=3), step=timedelta(hours=1))
    kinds = [one.kind for one in told if one.kind != "heartbeat"]
    assert kinds[0] == "opened"
    assert kinds[-1] == "resolved"
    assert "lowered" in kinds
    [incident] = calm.incidents()
    assert incident.state == "closed"
    assert incident.closed_at == told[-1].at
    assert incident.level == max((one.incident.level for one in told), key=LEVELS.index)
    assert calm.notices()[-1].kind == "resolved"


def test_what_flares_up_again_within_three_days_is_the_same_incident(calm, stream, outcry):
    again = CRISIS + timedelta(days=4)
    calm.fill(outcry())
    calm.fill(stream(CRISIS + timedelta(hours=2), 24 * 5, seed=2))
    calm.fill(outcry(again))
    told = run_until(calm, CRISIS, again + timedelta(hours=6), step=timedelta(hours=6))
    [incident] = calm.incidents()
    assert incident.reopened == 1
    assert incident.state == "open"
    assert incident.closed_at is None
    assert [one.kind for one in told].count("opened") == 2
    assert any("再次升温" in notice.title for notice in calm.notices())


def test_bin_by_bin_with_restarts_equals_one_run(calm, stream, outcry, now):
    calm.fill(outcry())
    calm.fill(stream(CRISIS + timedelta(hours=2), 20, seed=2))
    end = CRISIS + timedelta(hours=18)
    before = engine(calm).run(CRISIS - timedelta(hours=3))
    assert before == []
    kept = dict(calm.states)
    slow = run_until(calm, CRISIS - timedelta(hours=2), end)
    incidents, states = calm.incidents(), dict(calm.states)
    calm.states, calm.cases, calm.queue = kept, {}, {}
    fast = engine(calm).run(end + LATER)
    assert without_heartbeats(fast) == without_heartbeats(slow)
    assert len(fast) > 1
    assert calm.states == states
    assert [one.evidence for one in calm.incidents()] == [one.evidence for one in incidents]


def test_a_replay_of_the_past_tells_what_the_runs_told(calm, stream, outcry):
    calm.fill(outcry())
    calm.fill(stream(CRISIS + timedelta(hours=2), 30, seed=2))
    end = CRISIS + timedelta(hours=26)
    [replayed] = engine(calm).replay(CRISIS - timedelta(days=1), end)
    assert not calm.states
    assert not calm.cases
    assert not calm.queue
    told = run_until(calm, CRISIS - timedelta(hours=3), end)
    assert without_heartbeats(replayed.changes) == without_heartbeats(told)
    [incident] = calm.incidents()
    assert replayed.incident.id == incident.id
    assert replayed.incident.evidence == incident.evidence


def test_the_timeline_of_a_replay_tells_each_step_by_its_own_evidence(calm, stream, outcry):
    calm.fill(outcry())
    calm.fill(stream(CRISIS + timedelta(hours=2), 24 * 4, seed=2))
    [replayed] = engine(calm).replay(None, CRISIS + timedelta(days=3))
    at, kind, level, evidence = replayed.timeline[0]
    assert (at, kind, level) == (replayed.incident.opened_at, "opened", "blue")
    assert evidence == replayed.opening
    assert {step.kind for step in replayed.timeline} == {"opened", "raised", "lowered", "resolved"}
    assert all(step.evidence.at == step.at for step in replayed.timeline)
    worst = next(step for step in replayed.timeline if step.level == replayed.highest)
    assert replayed.incident.evidence == worst.evidence
    assert worst.at > at
    assert replayed.timeline[-1].at == replayed.incident.closed_at


def test_thresholds_that_were_tuned_hold_from_then_on(calm, stream, outcry):
    calm.fill(outcry())
    end = CRISIS + timedelta(hours=26)
    [before] = engine(calm).replay(None, end)
    keep(calm, Tuning(brand="云雀", end=0, budget=0.1, before=0, offset=3.0, alarms=0, weeks=4,
                      expected=0.1))  # fmt: skip
    [after] = engine(calm).replay(None, end)
    assert after.opening.threshold == before.opening.threshold + 3
    assert after.incident.opened_at >= before.incident.opened_at


@pytest.mark.parametrize("hours", [-30, 0.5, 1, 1.75, 4, 20])
def test_wherever_a_replay_begins_the_incident_has_one_opening(calm, stream, outcry, hours):
    calm.fill(outcry())
    calm.fill(stream(CRISIS + timedelta(hours=2), 24 * 4, seed=2))
    end = CRISIS + timedelta(hours=40)
    assert engine(calm).replay(CRISIS + timedelta(hours=hours), end) == engine(calm).replay(
        None, end
    )


def test_what_was_over_before_a_replay_begins_is_left_out(calm, stream, outcry):
    calm.fill(outcry())
    calm.fill(stream(CRISIS + timedelta(hours=2), 24 * 4, seed=2))
    end = CRISIS + timedelta(days=4)
    [replayed] = engine(calm).replay(None, end)
    closed = replayed.incident.closed_at
    assert engine(calm).replay(closed + timedelta(hours=1), end) == []
    assert engine(calm).replay(closed - timedelta(hours=1), end) == [replayed]


@pytest.mark.parametrize("hours", [1, 20, 25, 26])
def test_a_first_run_in_mid_crisis_names_it_as_a_replay_does(calm, stream, outcry, hours):
    """Its opening is history by then, and is told late rather than as another incident."""
    calm.fill(outcry())
    calm.fill(outcry(CRISIS + timedelta(hours=12), each=4))
    calm.fill(stream(CRISIS + timedelta(hours=2), 24 * 4, seed=2))
    now = CRISIS + timedelta(hours=hours)
    first, *_ = engine(calm).run(now)
    [replayed] = engine(calm).replay(None, now)
    assert first.kind == "opened"
    assert first.incident.id == replayed.incident.id
    assert first.incident.opened_at == replayed.incident.opened_at
    assert first.incident.first_post_at == replayed.incident.first_post_at
    assert first.at >= now - timedelta(days=1, minutes=15)
    assert [one.id for one in calm.incidents()] == [replayed.incident.id]


def test_a_red_line_word_of_history_keeps_its_first_post_when_told_late(calm, stream, say, outcry):
    calm.add(say(CRISIS, "negative", text="云雀手机自燃"))
    calm.fill(outcry(CRISIS + timedelta(minutes=30)))
    calm.fill(stream(CRISIS + timedelta(hours=2), 24 * 2, seed=2))
    first, *_ = engine(calm).run(CRISIS + timedelta(hours=30))
    assert first.incident.opened_at == CRISIS + QUARTER_HOUR
    assert first.incident.first_post_at == CRISIS
    assert f"{first.incident.opened_at:%m-%d %H:%M} 开警" in calm.notices()[0].body


def test_what_flares_up_after_a_first_run_is_the_crisis_it_saw_in_history(calm, stream, outcry):
    calm.fill(outcry())
    calm.fill(stream(CRISIS + timedelta(hours=2), 24 * 3, seed=2))
    calm.fill(outcry(CRISIS + timedelta(hours=70)))
    assert engine(calm).run(CRISIS + timedelta(hours=60)) == []
    assert calm.incidents() == []
    told = engine(calm).run(CRISIS + timedelta(hours=74))
    [replayed] = engine(calm).replay(None, CRISIS + timedelta(hours=74))
    assert told[0].incident.id == replayed.incident.id


@pytest.mark.parametrize("seed", range(3))
def test_killed_at_any_moment_it_says_everything_once(calm, stream, outcry, seed):
    calm.fill(outcry())
    calm.fill(stream(CRISIS + timedelta(hours=2), 40, seed=2))
    moments = [CRISIS + i * timedelta(minutes=75) for i in range(24)]
    dice = random.Random(seed)
    for moment in moments:
        calm.kill_after = dice.choice([0, 1, 2, None])
        with suppress(calm.Killed):
            engine(calm).run(moment + LATER)
        calm.kill_after = None
    engine(calm).run(moments[-1] + LATER)
    got = [(n.kind, n.level, n.created_at) for n in calm.notices() if n.kind != "heartbeat"]
    calm.states, calm.cases, calm.queue = {}, {}, {}
    for moment in moments:
        engine(calm).run(moment + LATER)
    wanted = [(n.kind, n.level, n.created_at) for n in calm.notices() if n.kind != "heartbeat"]
    assert got == wanted


def test_running_again_at_the_same_moment_changes_nothing(calm, outcry):
    calm.fill(outcry())
    now = CRISIS + timedelta(hours=2)
    assert engine(calm).run(now)
    kept = dict(calm.states)
    assert engine(calm).run(now) == []
    assert calm.states == kept


def test_the_same_voice_twice_is_no_news(calm, outcry, say):
    """Delivered twice or repeated by its author: counted once a quarter of an hour."""
    for n in range(60):
        calm.add(say(CRISIS + timedelta(seconds=n), "negative", author="a", copy_of="weibo:p"))
    assert engine(calm).run(CRISIS + timedelta(hours=1)) == []


def test_posts_that_come_late_still_open_an_incident(calm, stream, outcry):
    calm.fill(stream(START + timedelta(days=9.5), 6, seed=3))
    assert engine(calm).run(CRISIS + timedelta(hours=5)) == []
    calm.fill(outcry())
    told = engine(calm).run(CRISIS + timedelta(hours=5, minutes=15))
    assert told[0].kind == "opened"
    assert told[0].at <= CRISIS + timedelta(hours=1)
    assert engine(calm).run(CRISIS + timedelta(hours=5, minutes=15)) == []


def test_history_filled_in_later_teaches_and_is_never_sent(shelf, stream, outcry):
    shelf.fill(stream(START, 24 * 9, share=0.4))
    shelf.fill(outcry(START + timedelta(days=4), each=40))
    now = START + timedelta(days=9)
    assert engine(shelf).run(now) == []
    assert shelf.notices() == []
    assert shelf.incidents() == []
    bin = stream(now, 12, share=0.4, seed=5)
    shelf.fill(bin)
    assert engine(shelf).run(now + timedelta(hours=12)) == []


def test_history_that_arrives_after_the_first_run_changes_the_usual_share(shelf, stream):
    now = START + timedelta(days=9)
    shelf.fill(stream(now - timedelta(hours=30), 29, share=0.05, rate=3))
    engine(shelf).run(now)
    shelf.fill(stream(START, 24 * 7, share=0.4, seed=7))
    engine(shelf).run(now + QUARTER_HOUR)
    shelf.fill(stream(now + QUARTER_HOUR, 4, share=0.4, seed=8))
    assert engine(shelf).run(now + timedelta(hours=4)) == []


def test_a_state_of_another_version_keeps_the_incident_and_learns_anew(calm, outcry):
    calm.fill(outcry())
    now = CRISIS + timedelta(hours=2)
    assert engine(calm).run(now)
    saved = json.loads(calm.states["alerts/云雀"])
    saved["lanes"][0][0]["strange"] = 1
    saved.update(format=0, track={"something": "else"})
    calm.states["alerts/云雀"] = json.dumps(saved)
    assert "opened" not in {one.kind for one in engine(calm).run(now + timedelta(hours=1))}
    [incident] = calm.incidents()
    assert incident.state == "open"
    assert engine(calm).run(now + timedelta(hours=1)) == []


def test_a_state_from_before_there_were_issues_keeps_the_incident(calm, outcry):
    calm.fill(outcry())
    now = CRISIS + timedelta(hours=2)
    assert engine(calm).run(now)
    saved = json.loads(calm.states["alerts/云雀"])
    [[course, _, _]] = saved.pop("lanes")
    saved.update(format=1, course=course)
    calm.states["alerts/云雀"] = json.dumps(saved)
    assert "opened" not in {one.kind for one in engine(calm).run(now + timedelta(hours=1))}
    assert [one.state for one in calm.incidents()] == ["open"]


def test_undated_and_coarse_posts_stand_outside(calm, say):
    for n in range(60):
        at = CRISIS + timedelta(seconds=n)
        calm.add(say(at, "negative", precision="day"))
    assert engine(calm).run(CRISIS + timedelta(hours=1)) == []


def test_a_new_brand_is_marked_as_learning_and_stays_blue(shelf, say):
    at = START + timedelta(hours=1)
    for n in range(40):
        label = "negative" if n < 30 else "neutral"
        platform = ("weibo", "zhihu")[n % 2]
        shelf.add(say(at + timedelta(seconds=n * 40), label, platform=platform))
    told = engine(shelf).run(START + timedelta(hours=3))
    assert told[0].kind == "opened"
    assert {one.incident.level for one in told} == {"blue"}
    assert any("学习中" in zh for zh, _ in told[0].evidence.sentences)


def test_one_red_line_word_against_the_brand_is_enough(calm, say):
    calm.add(say(CRISIS, "negative", text="云雀手机充电时自燃了，烧伤了手"))
    [change] = engine(calm).run(CRISIS + timedelta(hours=1))
    assert change.evidence.rule == "redline"
    assert change.incident.level == "blue"
    assert change.incident.first_post_at == CRISIS
    assert "自燃" in change.evidence.sentences[0][0]


def test_a_red_line_word_with_spread_is_red(calm, say):
    calm.add(say(CRISIS, "negative", text="云雀手机自燃", followers=300_000))
    change, *beats = engine(calm).run(CRISIS + timedelta(hours=1))
    assert change.incident.level == "red"
    assert [beat.kind for beat in beats] == ["heartbeat"]


def test_a_promotion_ten_times_as_loud_opens_nothing(calm, stream):
    calm.fill(stream(CRISIS, 6, rate=100, share=0.08, seed=4))
    calm.fill(stream(CRISIS + timedelta(hours=6), 6, seed=5))
    assert run_until(calm, CRISIS, CRISIS + timedelta(hours=12), step=timedelta(hours=1)) == []


def test_blind_hours_are_named_and_are_no_quiet(calm, stream, outcry):
    calm.fill(outcry())
    gap = CRISIS + timedelta(hours=3)
    hours = [(CRISIS + timedelta(hours=h)).replace(minute=0) for h in range(3, 40)]
    calm.ledger = [
        Coverage(source="weibo 云雀", hour=hour, verdict="captcha", requests=4, failures=4)
        for hour in hours
    ]
    told = run_until(calm, CRISIS, gap + timedelta(days=1.4), step=timedelta(hours=1))
    assert "resolved" not in {one.kind for one in told}
    assert any("数据缺口" in zh for one in told[-1:] for zh, _ in one.evidence.sentences)


def test_one_dead_source_among_others_is_named_but_stops_nothing(calm, stream, outcry):
    calm.fill(outcry())
    calm.fill(stream(CRISIS + timedelta(hours=2), 24 * 3, seed=2))
    for h in range(80):
        hour = (CRISIS + timedelta(hours=h)).replace(minute=0)
        calm.ledger += [
            Coverage(source="feed dead", hour=hour, verdict="unreachable", requests=2, failures=2),
            Coverage(source="feed fine", hour=hour, verdict="ok", requests=2),
        ]
    told = run_until(calm, CRISIS, CRISIS + timedelta(hours=70), step=timedelta(hours=2))
    assert told[-1].kind == "resolved"
    assert any("feed dead" in zh for zh, _ in told[0].evidence.sentences)


def test_one_question_for_numbers_a_brand_and_run(calm, outcry):
    calm.fill(outcry())
    engine(calm).run(CRISIS + timedelta(hours=1))
    calm.asked.clear()
    engine(calm).run(CRISIS + timedelta(hours=8))
    assert calm.asked["voices"] == 1


def test_competitors_do_not_disturb_each_other(calm, say, outcry):
    calm.fill(outcry(brand="飞鸟"))
    assert engine(calm).run(CRISIS + timedelta(hours=1)) == []
