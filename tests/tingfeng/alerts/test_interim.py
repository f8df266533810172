"""初判: what the open quarter shows is told at once, once, and confirmed or corrected afterwards."""

from __future__ import annotations

import json
import random
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingfeng import SHANGHAI, Closing
from tingfeng.alerts.course import Course, Interim, Signs
from tingfeng.alerts.dispatch import Dispatch
from tingfeng.alerts.engine import Engine
from tingfeng.alerts.interim import adopt, ahead, noted, settle
from tingfeng.alerts.rules import Firing
from tingfeng.alerts.share import NOTHING

START = datetime(2026, 6, 1, 0, 0, tzinfo=SHANGHAI)
CRISIS = START + timedelta(days=9, hours=10)
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def history(stream):
    return stream(START, 24 * 9 + 10)


@pytest.fixture
def calm(shelf, history):
    shelf.fill(history)
    Engine(shelf, ["云雀"], channels=["desk"], interim=True).run(CRISIS)
    return shelf


def engine(store, **changes):
    return Engine(store, ["云雀"], channels=["desk"], **({"interim": True} | changes))


def looked(store, since, minutes, every=1.0, **changes):
    """A fresh process every *every* minutes."""
    told = []
    for n in range(int(minutes / every) + 1):
        told += engine(store, **changes).run(since + n * every * MINUTE)
    return told


def steps(told):
    return [(one.kind, one.standing) for one in told if (one.kind, one.standing) != BEAT]


BEAT = ("heartbeat", "final")


def outcry(say, each=30, start=CRISIS):
    return [
        say(start + timedelta(seconds=20 * n), "negative", platform=("weibo", "zhihu")[n % 2])
        for n in range(each)
    ]


def test_a_red_line_post_is_told_while_its_quarter_is_open(calm, say):
    at = CRISIS + 2 * MINUTE
    calm.add(say(at, "negative", text="云雀手机自燃"))
    now = at + timedelta(seconds=10)
    [change] = engine(calm).run(now)
    assert (change.kind, change.standing, change.at) == ("opened", "interim", now)
    assert change.incident.opened_at == now
    [notice] = calm.notices()
    assert notice.title.startswith("【初判·")
    assert "初判：截至 10:02:10，10:15 止的这一刻钟还会有新内容" in notice.body
    assert looked(calm, now, 12) == []


def test_the_open_window_is_told_when_it_crosses_the_line(calm, say):
    for document in outcry(say):
        calm.add(document)
        told = engine(calm).run(document.post.published_at + timedelta(seconds=5))
        if told:
            break
    [change] = told
    assert change.evidence.rule.startswith("share")
    assert change.standing == "interim"
    assert change.at < CRISIS + 10 * MINUTE


def test_what_the_whole_quarter_bears_out_is_confirmed_once(calm, say, stream):
    calm.add(say(CRISIS, "negative", text="云雀手机自燃"))
    calm.fill(stream(CRISIS, 2, seed=3))
    told = looked(calm, CRISIS + MINUTE, 60)
    assert steps(told) == [("opened", "interim"), ("heartbeat", "confirmed")]
    assert told[1].at == CRISIS + 15 * MINUTE
    assert [one.kind for one in calm.notices()] == ["opened", "heartbeat"]
    assert "初判已确认" in calm.notices()[1].title
    [incident] = calm.incidents()
    assert incident.evidence == told[1].evidence
    assert not any("初判" in zh for zh, _ in incident.evidence.sentences)
    [replayed] = engine(calm).replay(CRISIS, CRISIS + timedelta(hours=1))
    assert replayed.incident.id == incident.id


def test_what_it_does_not_bear_out_is_corrected_aloud(calm, say):
    """Many complaints came first, and many more who do not complain before the quarter was over."""
    calm.fill(outcry(say, 20))
    assert steps(engine(calm).run(CRISIS + 8 * MINUTE)) == [("opened", "interim")]
    calm.fill(say(CRISIS + 9 * MINUTE, "neutral") for _ in range(400))
    told = looked(calm, CRISIS + 9 * MINUTE, 30)
    assert steps(told) == [("resolved", "corrected")]
    assert calm.incidents()[0].state == "closed"
    last = calm.notices()[-1]
    assert "更正：初判未成立" in last.title
    assert "初判撤回" in last.body
    again = CRISIS + timedelta(hours=6)
    calm.add(say(again, "negative", text="云雀手机自燃"))
    assert steps(engine(calm).run(again + MINUTE))[-1] == ("opened", "interim")
    assert [one.reopened for one in calm.incidents()] == [1]


def test_a_quarter_that_gets_worse_is_told_once_more_and_no_more(calm, say):
    calm.add(say(CRISIS, "negative", text="云雀手机自燃"))
    told = looked(calm, CRISIS + MINUTE, 3)
    calm.add(say(CRISIS + 4 * MINUTE, "negative", text="云雀手机自燃", followers=2_000_000))
    told += looked(calm, CRISIS + 5 * MINUTE, 16)
    assert steps(told) == [
        ("opened", "interim"), ("raised", "interim"), ("heartbeat", "confirmed"),
    ]  # fmt: skip
    assert [one.incident.level for one in told] == ["blue", "red", "red"]


def test_looking_early_changes_nothing_that_is_learnt_or_judged_for_good(calm, say, stream):
    calm.fill(outcry(say, 40))
    calm.fill(stream(CRISIS, 30, seed=4))
    kept = dict(calm.states), dict(calm.cases)
    looked(calm, CRISIS, 23 * 60, every=7.5)
    early = calm.load_state("alerts/云雀"), calm.incidents()
    calm.states, calm.cases = kept
    calm.queue = {}
    engine(calm, interim=False).run(CRISIS + timedelta(hours=23))
    assert _learnt(calm.load_state("alerts/云雀")) == _learnt(early[0])
    [one], [other] = calm.incidents(), early[1]
    assert (one.id, one.state, one.level) == (other.id, other.state, other.level)


def _learnt(state):
    """Baselines, the last bins, and the course but for how many messages there were, and when."""
    saved = json.loads(state)
    [[course, issue, key]] = saved["lanes"]
    course = {**course, "sequence": 0, "sent": 0, "sent_negative": 0}
    return saved["track"], saved["recent"], course, issue, key


@pytest.mark.parametrize("seed", range(6))
def test_killed_at_any_moment_there_is_one_opening_and_one_confirmation(calm, say, stream, seed):
    calm.fill(outcry(say, 40))
    calm.fill(stream(CRISIS, 1, seed=5))
    dice = random.Random(seed)
    for n in range(80):
        calm.kill_after = dice.choice([0, 1, None])
        with suppress(calm.Killed):
            engine(calm).run(CRISIS + n * MINUTE / 2)
        calm.kill_after = None
    engine(calm).run(CRISIS + 41 * MINUTE)
    kinds = [one.kind for one in calm.notices()]
    assert kinds.count("opened") == 1
    assert sum("初判已确认" in one.title for one in calm.notices()) == 1
    assert len({one.id for one in calm.notices()}) == len(kinds)


def test_closed_by_hand_before_it_was_checked_it_stays_closed(calm, say):
    calm.add(say(CRISIS, "negative", text="云雀手机自燃"))
    at = CRISIS + 2 * MINUTE
    [change] = engine(calm).run(at)
    closing = Closing(incident=change.incident.id, by="王", at=at + MINUTE, reason="误会")
    dispatch = Dispatch.plain(calm, ["desk"])
    dispatch.closings = lambda: {closing.incident: closing}
    told = looked(calm, CRISIS + 3 * MINUTE, 40, dispatch=dispatch)
    assert [one.kind for one in told] == ["resolved"]
    assert calm.incidents()[0].state == "closed"


def test_a_brand_of_which_the_first_post_is_new_is_watched_at_once(shelf, say):
    shelf.add(say(CRISIS, "negative", text="云雀手机自燃"))
    assert steps(engine(shelf).run(CRISIS + MINUTE)) == [("opened", "interim")]
    assert steps(looked(shelf, CRISIS + 2 * MINUTE, 30)) == [("heartbeat", "confirmed")]


def test_one_question_for_numbers_though_the_open_quarter_is_looked_at(calm, say):
    calm.add(say(CRISIS, "negative"))
    calm.asked.clear()
    engine(calm).run(CRISIS + 2 * MINUTE)
    assert calm.asked["voices"] == 1


# -- the comparison itself -------------------------------------------------------------------

LEVELS = ("blue", "yellow", "orange", "red")
FIRED = Firing("share_1h", 6.0, 5.0, 4, NOTHING)


def signs(bin, fires, level):
    firings = [FIRED] if fires else []
    return Signs(bin=bin, firings=firings, level=level, quiet=not fires, blind=False, negative=5)


QUARTERS = st.lists(
    st.tuples(
        st.lists(st.tuples(st.booleans(), st.sampled_from(LEVELS)), max_size=3),
        st.booleans(),
        st.sampled_from(LEVELS),
    ),
    max_size=150,
)
"""What was seen of each quarter before it was over, whether it fires in the end, and its level."""


@given(QUARTERS)
def test_whatever_is_seen_early_nothing_is_said_twice_or_left_hanging(quarters):
    course, plain = Course(), Course()
    open, level, sequences = False, None, []
    for bin, (early, fires, final) in enumerate(quarters, 1000):
        for seen, height in early:
            fork = ahead(course)
            kind = fork.late(signs(bin, seen, height))
            if kind is None:
                continue
            course.interim = noted(fork, bin)
            sequences.append(fork.sequence)
            assert (kind == "opened") == (not open)
            assert kind == "opened" or LEVELS.index(fork.level) > LEVELS.index(level)
            open, level = True, fork.level
        judged = signs(bin, fires, final)
        told = settle(course, course.step(judged), judged)
        plain.step(judged)
        assert course.interim is None
        if told.kind:
            sequences.append(course.sequence)
            assert (told.kind == "opened") == (not open)
            if told.kind == "raised":
                assert LEVELS.index(course.level) > LEVELS.index(level)
            open = told.kind != "resolved"
            level = course.level
        assert open == course.is_open == plain.is_open
        assert not open or level == course.level == plain.level
        assert course.freezes == plain.freezes
    assert sequences == sorted(set(sequences))


def test_what_is_told_ahead_is_kept_with_the_course():
    course = replace(Course(), interim=Interim(bin=7, opened=7, level="red", sequence=1))
    again = Course.load(course.dump())
    assert again == course
    adopt(again)
    assert (again.is_open, again.level, again.interim) == (True, "red", None)
