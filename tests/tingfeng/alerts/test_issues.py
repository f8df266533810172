"""Several incidents of one brand at a time: what is new, what belongs together, what becomes one."""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tingfeng import SHANGHAI, Closing, Silence
from tingfeng.alerts.dispatch import Dispatch
from tingfeng.alerts.duty import Duty
from tingfeng.alerts.engine import Engine
from tingfeng.alerts.events import Calendar, Event
from tingfeng.alerts.issue_sketch import KEPT, Gathering, unpacked
from tingfeng.alerts.numbers import voice
from tingfeng.alerts.routing import Routing
from tingfeng.alerts.silences import matches
from tingfeng.alerts.withholding import Withholding, inhibitor

START = datetime(2026, 4, 1, 0, 0, tzinfo=SHANGHAI)
CRISIS = START + timedelta(days=9, hours=10)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)

USUAL = [("手机", "太贵"), ("客服", "排队"), ("物流", "很慢"), ("系统", "卡顿"), ("电池", "不耐用")]
SCREEN = ["屏幕 碎裂 三天", "屏幕 自己 碎裂", "刚买 屏幕 碎裂", "碎裂 屏幕 售后", "屏幕 碎裂 推诿",
          "屏幕 边缘 碎裂", "放在 桌上 屏幕 碎裂", "屏幕 碎裂 退货"]  # fmt: skip
RUDE = ["门店 店员 辱骂", "店员 辱骂 顾客", "店员 辱骂 老人", "辱骂 店员 道歉", "广州 店员 辱骂",
        "店员 辱骂 视频", "店员 当众 辱骂", "店员 辱骂 报警"]  # fmt: skip


@pytest.fixture(scope="session")
def complain(say):
    """``complain(at, "屏幕 碎裂")``: a negative post with these words, told as the reader would."""

    def make(at, words, *, label="negative", **changes):
        keywords = tuple(words.split())
        document = say(at, label, text=f"云雀{''.join(keywords)}", **changes)
        analysis = replace(document.analysis, keywords=keywords, tokens=("云雀", *keywords))
        return replace(document, analysis=analysis)

    return make


@pytest.fixture(scope="session")
def usual(complain):
    """Ordinary days: twenty voices an hour, a tenth of them complaints of the same five things."""

    def make(start, hours, seed=1):
        dice = random.Random(seed)
        return [
            complain(start + hour * HOUR + timedelta(seconds=dice.randrange(3600)),
                     f"{thing} {how} 附注{dice.randrange(200)}",
                     label="negative" if dice.random() < 0.1 else "neutral",
                     platform=dice.choice(("weibo", "xiaohongshu")))
            for hour in range(hours)
            for _ in range(20)
            for thing, how in (dice.choice(USUAL),)
        ]  # fmt: skip

    return make


@pytest.fixture(scope="module")
def history(usual):
    return usual(START, 24 * 10 + 20)


@pytest.fixture
def calm(shelf, history):
    shelf.fill(history)
    return shelf


@pytest.fixture
def issue(complain):
    """So many posts of one issue, by as many people, one every so many minutes."""

    def make(phrases, at, many, every=20, **changes):
        return [
            complain(at + n * every * MINUTE, phrases[n % len(phrases)], **changes)
            for n in range(many)
        ]

    return make


def engine(store, **changes):
    return Engine(store, ["云雀"], **({"channels": ["desk"]} | changes))


def run(store, since, until, step=HOUR / 4, **changes):
    told, now = [], since
    while now <= until:
        told += engine(store, **changes).run(now + 5 * MINUTE)
        now += step
    return told


def openings(told):
    return [one for one in told if one.kind == "opened"]


def test_few_people_with_something_new_open_an_incident_that_no_share_shows(calm, issue):
    assert run(calm, CRISIS - 6 * HOUR, CRISIS) == []
    calm.fill(issue(SCREEN, CRISIS, 6))
    [opened] = openings(run(calm, CRISIS, CRISIS + 4 * HOUR))
    assert opened.evidence.rule == "issue"
    assert opened.at <= CRISIS + 2 * HOUR
    assert "屏幕" in opened.incident.title
    assert "碎裂" in opened.incident.title
    assert opened.incident.issue
    [notice] = [one for one in calm.notices() if one.kind == "opened"]
    assert opened.incident.title in notice.title
    assert opened.incident.issue in notice.body
    keys = {one.post.key for one in calm.documents if "屏幕" in one.post.text}
    assert set(opened.evidence.posts) <= keys


def test_what_is_said_at_all_times_is_no_issue(calm, issue):
    calm.fill(issue(["客服 排队 一小时", "客服 排队 没人", "排队 客服 机器人"], CRISIS, 6))
    assert run(calm, CRISIS, CRISIS + 4 * HOUR) == []


def test_one_author_or_one_text_is_no_issue(calm, issue):
    calm.fill(issue(SCREEN, CRISIS, 8, author="one"))
    calm.fill(issue(RUDE[:1], CRISIS + MINUTE, 8, copy_of="weibo:first"))
    alone = {"rules": [{"use": "issue"}]}
    assert run(calm, CRISIS, CRISIS + 4 * HOUR, **alone) == []
    calm.fill(issue(RUDE[1:], CRISIS + 4 * HOUR, 1, every=5))
    [opened] = run(calm, CRISIS + 4 * HOUR, CRISIS + 5 * HOUR, **alone)
    assert any("重复文案多，按 4 个声音计" in zh for zh, _ in opened.evidence.sentences)


def test_a_second_crisis_is_an_incident_of_its_own(calm, issue):
    calm.fill(issue(SCREEN, CRISIS, 60, every=4))
    calm.fill(issue(RUDE, CRISIS + 2 * HOUR, 12, every=10, platform="zhihu"))
    told = run(calm, CRISIS, CRISIS + 6 * HOUR)
    first, second = openings(told)
    assert first.incident.id != second.incident.id
    assert first.incident.issue != second.incident.issue
    assert "店员" in second.incident.title
    rude = {one.post.key for one in calm.documents if "辱骂" in one.post.text}
    assert set(second.evidence.posts) <= rude
    assert second.incident.first_post_at == CRISIS + 2 * HOUR
    titles = [one.title for one in calm.notices() if one.kind == "opened"]
    assert [any(one.incident.title in title for title in titles) for one in (first, second)] == [
        True,
        True,
    ]
    assert len(calm.incidents(open_only=True)) == 2


def test_the_same_thing_elsewhere_stays_one_incident(calm, issue):
    calm.fill(issue(SCREEN, CRISIS, 20, every=6))
    for place in ("zhihu", "douyin"):
        calm.fill(issue(SCREEN[::-1], CRISIS + HOUR, 10, every=9, platform=place))
    assert len(openings(run(calm, CRISIS, CRISIS + 6 * HOUR))) == 1
    assert len(calm.incidents()) == 1


def test_a_red_line_word_of_another_issue_raises_that_one_alone(calm, issue):
    calm.fill(issue(SCREEN, CRISIS, 60, every=2))
    calm.fill(issue(RUDE, CRISIS + HOUR, 6, every=10))
    run(calm, CRISIS, CRISIS + 3 * HOUR)
    calm.fill(
        issue([f"{one} 致癌" for one in RUDE], CRISIS + 3 * HOUR, 3, every=2, followers=200_000)
    )
    run(calm, CRISIS + 3 * HOUR, CRISIS + 4 * HOUR)
    level = {one.title.partition(" ")[0]: one.level for one in calm.incidents()}
    assert level == {"屏幕": "yellow", "店员": "red"}


def test_two_that_turn_out_to_be_one_merge_into_the_older(calm, issue, complain):
    calm.fill(issue(SCREEN, CRISIS, 12, every=10))
    calm.fill(issue(RUDE, CRISIS + 3 * HOUR, 12, every=10))
    run(calm, CRISIS, CRISIS + 6 * HOUR)
    newer, older = calm.incidents()
    both = [complain(CRISIS + 6 * HOUR + n * 2 * MINUTE, "屏幕 碎裂 店员 辱骂") for n in range(30)]
    calm.fill(both)
    told = run(calm, CRISIS + 6 * HOUR, CRISIS + 8 * HOUR)
    [end] = [one for one in told if one.kind == "resolved"]
    assert (end.incident.id, end.incident.merged) == (newer.id, older.id)
    assert [one.id for one in calm.incidents(open_only=True)] == [older.id]
    assert any(older.id in one.body and "并入" in one.title for one in calm.notices())


def test_restarts_late_posts_and_replay_tell_the_same(calm, issue):
    calm.fill(issue(SCREEN, CRISIS, 30, every=6))
    calm.fill(issue(RUDE, CRISIS + 2 * HOUR, 16, every=9))
    end = CRISIS + 8 * HOUR
    assert run(calm, CRISIS - HOUR, CRISIS) == []
    kept = dict(calm.states)
    slow = [one for one in run(calm, CRISIS, end) if one.kind != "heartbeat"]
    state = calm.states
    calm.states, calm.cases, calm.queue = kept, {}, {}
    fast = [one for one in engine(calm).run(end + 5 * MINUTE) if one.kind != "heartbeat"]
    key = [(one.kind, one.at, one.incident.id, one.incident.issue) for one in slow]
    assert [(one.kind, one.at, one.incident.id, one.incident.issue) for one in fast] == key
    assert calm.states == state
    replayed = engine(calm).replay(None, end)
    assert {(one.incident.id, one.incident.issue) for one in replayed} == {
        (one.incident.id, one.incident.issue) for one in slow
    }


def test_what_is_kept_of_a_quarter_hangs_on_no_order(complain):
    posts = [
        complain(CRISIS, RUDE[n % len(RUDE)], author=f"a{n % 17}", copy_of=f"c{n % 19}",
                 followers=200_000 if n == 3 else 5)
        for n in range(40)
    ]  # fmt: skip

    def packed(order):
        gathering = Gathering()
        for one in order:
            gathering.add(one, "云雀", voice(one), negative=True, red=one is posts[7],
                          marks=[("account", "x")] if one is posts[9] else [])  # fmt: skip
        return gathering.packed(["weibo"])

    assert {packed(random.Random(seed).sample(posts, len(posts))) for seed in range(20)} == {
        packed(posts)
    }
    total, kept = unpacked(packed(posts))
    assert total == len({voice(one) for one in posts})
    assert len(kept) <= KEPT + 3
    assert any(one.redline for one in kept)
    assert any(one.mark for one in kept)
    assert max(one.followers for one in kept) == 200_000


def test_of_two_issues_neither_is_kept_back_for_the_other(calm, issue):
    calm.fill(issue(SCREEN, CRISIS, 60, every=4))
    calm.fill(issue(RUDE, CRISIS + 2 * HOUR, 12, every=10))
    run(calm, CRISIS, CRISIS + 4 * HOUR)
    newer, older = calm.incidents()
    louder = replace(older, level="orange")
    subject = Withholding(calm, [], [louder], CRISIS).subject(newer)
    assert inhibitor(subject, [louder]) is None
    for unclear in (replace(louder, issue=None), replace(louder, issue=newer.issue)):
        assert inhibitor(subject, [unclear]) == unclear
    quiet = {"start": CRISIS, "end": CRISIS + HOUR, "by": "张三", "at": CRISIS, "comment": "知道"}
    matching = [matches(Silence(id="s", issue=id, **quiet), subject)
                for id in (newer.issue, newer.id, older.issue)]  # fmt: skip
    assert matching == [True, True, False]


def test_a_second_crisis_is_told_at_once_and_confirmed_under_its_own_id(calm, issue):
    calm.fill(issue(SCREEN, CRISIS, 40, every=3))
    calm.fill(issue(RUDE, CRISIS + 2 * HOUR + MINUTE, 12, every=1))
    told = []
    for minute in range(0, 180, 3):
        told += engine(calm, interim=True).run(CRISIS + minute * MINUTE)
    second = [one for one in told if "店员" in one.incident.title]
    assert [one.standing for one in second][:2] == ["interim", "confirmed"]
    assert len({one.incident.id for one in second}) == 1
    assert len(calm.incidents()) == 2


@pytest.mark.parametrize("seed", range(3))
def test_killed_between_two_incidents_nothing_is_lost_or_told_twice(calm, issue, seed):
    calm.fill(issue(SCREEN, CRISIS, 30, every=4))
    calm.fill(issue(RUDE, CRISIS + HOUR, 12, every=6))
    kept = dict(calm.states)
    run(calm, CRISIS, CRISIS + 3 * HOUR)
    whole = {one.id for one in calm.notices()}, {one.id: one.issue for one in calm.incidents()}
    calm.states, calm.cases, calm.queue = kept, {}, {}
    dice, now = random.Random(seed), CRISIS
    while now <= CRISIS + 3 * HOUR:
        calm.kill_after = dice.choice([0, 1, 2])
        with suppress(calm.Killed):
            engine(calm).run(now + 5 * MINUTE)
        calm.kill_after = None
        engine(calm).run(now + 5 * MINUTE)
        now += HOUR / 4
    assert (
        {one.id for one in calm.notices()},
        {one.id: one.issue for one in calm.incidents()},
    ) == whole


def test_closed_by_hand_one_ends_and_the_other_goes_on(calm, issue):
    calm.fill(issue(SCREEN, CRISIS, 60, every=4))
    calm.fill(issue(RUDE, CRISIS + 2 * HOUR, 20, every=10))
    run(calm, CRISIS, CRISIS + 4 * HOUR)
    newer, older = calm.incidents()
    at = CRISIS + 4 * HOUR + 6 * MINUTE
    calm.said.append(Closing(incident=newer.id, by="张三", at=at, reason="已道歉"))
    desk = Dispatch(calm, Routing.everyone(["desk"]), Duty())
    run(calm, CRISIS + 4 * HOUR + HOUR / 4, CRISIS + 5 * HOUR, dispatch=desk)
    assert {one.id: one.state for one in calm.incidents()} == {newer.id: "closed", older.id: "open"}


def test_what_a_planned_sale_brings_is_no_issue(calm, issue):
    sale = ["大促 套路 保价", "大促 套路 赠品", "套路 大促 卡死"]
    calm.fill(issue(sale, CRISIS, 8, every=10))
    event = Event(name="周年庆", first=CRISIS.date(), last=CRISIS.date())
    alone = {"rules": [{"use": "issue"}]}
    calendar = Calendar([event])
    assert run(calm, CRISIS, CRISIS + 3 * HOUR, calendar=calendar, **alone) == []
    [seen] = Engine(calm, ["云雀"], **alone).replay(None, CRISIS + 3 * HOUR)
    assert "大促" in seen.incident.title


def test_after_one_is_over_another_issue_is_no_flaring_up(calm, issue, usual):
    calm.fill(usual(CRISIS + 10 * HOUR, 40, seed=3))
    calm.fill(issue(SCREEN, CRISIS, 24, every=8))
    calm.fill(issue(RUDE, CRISIS + 40 * HOUR, 24, every=8))
    alone = {"rules": [{"use": "issue"}]}
    told = run(calm, CRISIS, CRISIS + 44 * HOUR, step=HOUR, **alone)
    first, second = openings(told)
    assert [one.kind for one in told if one.incident.id == first.incident.id][-1] == "resolved"
    assert first.incident.id != second.incident.id
    assert (second.incident.reopened, "店员" in second.incident.title) == (0, True)
