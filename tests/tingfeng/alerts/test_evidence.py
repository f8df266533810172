"""The explanation contract: every message is checked against the numbers it speaks of."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingfeng import SHANGHAI, Engagement, Message
from tingfeng.alerts.crowd import Crowd, representatives
from tingfeng.alerts.engine import Engine
from tingfeng.alerts.excess import by_tier, completed, contributions, rounded
from tingfeng.alerts.levels import FIRST_ACTION
from tingfeng.alerts.messages import notices
from tingfeng.alerts.share import Score

START = datetime(2026, 6, 1, 0, 0, tzinfo=SHANGHAI)
CRISIS = START + timedelta(days=9, hours=10)
NUMBER = re.compile(r"[+-]\d+\.\d")

SUMS = st.dictionaries(
    st.text("abc", min_size=1, max_size=3),
    st.integers(0, 500).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
    max_size=6,
)


@given(SUMS, st.floats(0.001, 0.999))
def test_contributions_add_up_to_the_excess(sums, usual):
    mentions = sum(n for n, _ in sums.values())
    negative = sum(k for _, k in sums.values())
    excess = math.fsum(contributions(sums, usual).values())
    assert abs(excess - (negative - mentions * usual)) < 1e-9


@given(SUMS, st.integers(0, 3000).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))))
def test_whatever_is_known_of_the_authors_their_contributions_add_up(tiers, counted):
    """Posts that came between two questions, or that a store counts as one voice, are no gap."""
    mentions, negative = counted
    numbers = Score(5.0, mentions, negative, 0.0937, 2.0)
    whole = completed(tiers, numbers)
    excess = math.fsum(contributions(whole, numbers.usual).values())
    assert abs(excess - (negative - numbers.expected)) < 1e-9


@given(SUMS, st.floats(0.001, 0.999))
def test_printed_contributions_add_up_to_the_printed_excess(sums, usual):
    parts = contributions(sums, usual)
    shown = rounded(parts)
    assert sum(round(value * 10) for value in shown.values()) == round(sum(parts.values()) * 10)
    assert all(abs(shown[name] - parts[name]) <= 0.1 + 1e-9 for name in parts)


@pytest.fixture(scope="module")
def told(make_shelf, stream, say):
    """All messages of a crisis with a red-line word in the middle of it."""
    shelf = make_shelf()
    shelf.fill(stream(START, 24 * 10))
    shelf.fill(
        say(
            CRISIS + timedelta(minutes=m), "negative", platform=("weibo", "zhihu", "jd")[m % 3],
            url=f"https://example.com/{m}", text=f"云雀太差了[怒]{m}",
            followers=200_000 if m == 50 else 10,
        )
        for m in range(90)
    )  # fmt: skip
    shelf.add(say(CRISIS + timedelta(minutes=70), "negative", text="云雀手机自燃"))
    changes = []
    for hour in range(1, 70):
        changes += Engine(shelf, ["云雀"], channels=["desk"]).run(CRISIS + timedelta(hours=hour))
    return shelf, changes


def test_every_message_keeps_the_contract(told):
    changes = told[1]
    assert {"opened", "raised", "lowered", "resolved"} <= {change.kind for change in changes}
    for change in changes:
        shown = change.evidence
        zh = [sentence[0] for sentence in shown.sentences]
        assert len(zh) == len([sentence[1] for sentence in shown.sentences if sentence[1]])
        why = " ".join(zh[:2])
        assert f"{shown.mentions} 条提及中 {shown.negative} 条负面" in why
        assert f"{shown.usual_share:.1%}" in why
        assert f"约 {shown.expected:.1f} 条" in why
        if shown.rule.startswith("share"):
            assert f"s={shown.score:.1f}，开警线 {shown.threshold:.1f}" in why
            assert any(re.match(r"历史：过去 (9|1\d) 天里有 \d+ 天", sentence) for sentence in zh)
        for start in (
            "贡献：",
            "作者量级：",
            "级别依据",
            "升级条件",
            "真实人数",
            "可信度",
        ):
            assert sum(sentence.startswith(start) for sentence in zh) == 1
        assert any(sentence.startswith("代表内容") for sentence in zh) == bool(shown.posts)
        assert shown.expected == pytest.approx(shown.mentions * shown.usual_share)


def test_in_every_message_the_platforms_sum_to_the_excess(told):
    for change in told[1]:
        shown = change.evidence
        for start in ("贡献：", "作者量级："):
            [line] = [zh for zh, _ in shown.sentences if zh.startswith(start)]
            total, *parts = [round(float(number) * 10) for number in NUMBER.findall(line)]
            assert sum(parts) == total
            assert total / 10 == pytest.approx(shown.negative - shown.expected, abs=0.051)


def test_in_every_message_the_voices_of_the_tiers_are_those_that_were_counted(told):
    shelf, changes = told
    for change in changes:
        shown = change.evidence
        start = shown.at - timedelta(hours=shown.window_hours)
        inside = [one for one in shelf.documents if start <= one.post.published_at < shown.at]
        tiers = by_tier(inside, "云雀")
        assert sum(n for n, _ in tiers.values()) == shown.mentions
        assert sum(k for _, k in tiers.values()) == shown.negative


def test_every_message_names_the_reader_and_its_measured_error(told):
    shelf, changes = told
    note = Message("误报 3%，漏报 9%", "3% false, 9% missed")
    [one] = Engine(shelf, ["云雀"], reader_note=note).replay(None, changes[-1].at)
    for change in one.changes:
        [line] = [zh for zh, _ in change.evidence.sentences if zh.startswith("可信度")]
        assert "误报 3%，漏报 9%" in line
        if change.evidence.negative:
            assert shelf.documents[0].analysis.reader in line


def test_representatives_say_different_things(say):
    """Ten ways to say that it overheats, and one who speaks of the bill."""
    same = [say(START, "negative", text=f"云雀手机发热严重烫手不能用{n}") for n in range(10)]
    other = say(START, "negative", text="客服拒绝开发票，退款拖了两个月")
    chosen = representatives([*same, other], frozenset())
    assert other in chosen
    assert len(chosen) == 3


def test_numbers_in_a_message_are_counts_of_stored_posts(told):
    shelf, changes = told
    for change in changes:
        shown = change.evidence
        start = shown.at - timedelta(hours=shown.window_hours)
        inside = [
            one for one in shelf.documents if start <= one.post.published_at < shown.at
        ]  # fmt: skip
        assert shown.mentions == len(inside)
        negative = [one for one in inside if one.analysis.attitude("云雀") == "negative"]
        assert shown.negative == len(negative)
        assert set(shown.posts) <= {one.post.key for one in negative}
        telling = negative
        if shown.rule == "redline":
            telling = [one for one in negative if "自燃" in one.post.text]
        assert len(shown.posts) == min(3, len(telling))
        assert set(shown.posts) <= {one.post.key for one in telling}
        assert change.incident.first_post_at <= change.incident.opened_at


def test_the_incident_keeps_the_evidence_of_its_highest_level(told):
    shelf, changes = told
    [incident] = shelf.incidents()
    ranks = ["blue", "yellow", "orange", "red"]
    highest = max((change.incident.level for change in changes), key=ranks.index)
    assert highest == "red"
    top = next(change for change in changes if change.incident.level == highest)
    assert incident.evidence == top.evidence


def test_a_message_links_to_its_posts_and_quotes_no_markup(told):
    notice = told[0].notices()[0]
    assert re.search(r"\[\w+:p\d+\]\(https://example\.com/\d+\)", notice.body)
    assert "［怒］" in notice.body
    assert "黄金4小时" in notice.body


def test_a_message_has_one_clock_and_it_runs_from_now(told):
    change = told[1][0]
    first = change.incident.first_post_at
    late = change.at + timedelta(hours=23)

    def clock(lang, now=change.at + timedelta(minutes=5), **changes):
        [notice] = notices(replace(change, **changes), ["desk"], lang, now)
        words = {"zh": ("黄金4小时", "首次处置", "满4小时"), "en": ("olden four", "irst action")}
        return [
            line for line in notice.body.splitlines() if any(word in line for word in words[lang])
        ]

    [soon] = clock("zh")
    limit = FIRST_ACTION[change.incident.level]
    due = change.at + timedelta(minutes=5) + limit
    assert f"请在 {due:%m-%d %H:%M} 前首次处置" in soon
    assert f"首条负面 {first:%m-%d %H:%M}，到 {first + timedelta(hours=4):%m-%d %H:%M}" in soon
    [past] = clock("zh", late)
    assert f"请在 {late + limit:%m-%d %H:%M} 前首次处置" in past
    hours = (late - first) / timedelta(hours=1)
    assert f"首条负面 {first:%m-%d %H:%M}，已过 {hours:.1f} 小时" in past
    assert f"{hours:.1f} hours ago" in clock("en", late)[0]
    assert "处置" not in clock("zh", kind="heartbeat")[0]
    assert clock("zh", kind="resolved") == []


def test_messages_come_in_the_language_asked_for(shelf, stream, say):
    shelf.fill(stream(START, 24 * 10))
    shelf.add(say(CRISIS, "negative", text="云雀手机自燃"))
    Engine(shelf, ["云雀"], channels=["desk"], lang="en").run(CRISIS + timedelta(minutes=20))
    [notice] = shelf.notices()
    assert "new incident" in notice.title
    assert "Why: in 24 h 1 voice(s) said red-line words (自燃)" in notice.body


def test_representatives_are_of_different_copy_groups_and_by_reach(say):
    def post(likes, **changes):
        document = say(START, "negative", **changes)
        engagement = Engagement(observed_at=START, likes=likes)
        return type(document)(
            post=document.post, analysis=document.analysis, engagement=engagement,
            indexed_at=START,
        )  # fmt: skip

    copies = [post(900 + i, copy_of="weibo:x") for i in range(5)]
    others = [post(likes) for likes in (1, 50, 7)]
    chosen = representatives([*copies, *others], frozenset())
    assert chosen == [copies[4], others[1], others[2]]
    assert representatives([*copies, *others], frozenset([others[0].post.key]))[0] == others[0]


def test_the_crowd_is_counted(say):
    army = [
        say(START, "negative", author=f"w{i % 2}", copy_of="weibo:x") for i in range(6)
    ]  # fmt: skip
    people = [say(START, "negative") for _ in range(4)]
    crowd = Crowd.of([*army, *people])
    assert (crowd.negative, crowd.authors, crowd.copies, crowd.top_five) == (10, 6, 5, 9)
