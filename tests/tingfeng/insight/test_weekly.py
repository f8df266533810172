from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tingfeng import SHANGHAI, Ack, Alias, Author, Brand, Feedback, SettingsError
from tingfeng.insight import survey
from tingfeng.insight.brief import Brief
from tingfeng.insight.markdown import markdown
from tingfeng.insight.period import Period
from tingfeng.insight.weekly import week, weekly

NOW = datetime(2026, 6, 12, 10, 0, tzinfo=SHANGHAI)
MONDAY = datetime(2026, 6, 8, tzinfo=SHANGHAI)
THIS_WEEK = Period(since=MONDAY, until=NOW)
LARK = Brand(name="云雀", aliases=(Alias(text="云雀"),))


def made(store, **given) -> str:
    brief = Brief(store=store, brands=[LARK], period=THIS_WEEK, now=NOW, **given)
    return markdown(weekly(brief), "zh")


def section(text: str, title: str) -> str:
    return text.split(f"# {title}\n", 1)[1].split("\n#", 1)[0]


def row(text: str, begins: str) -> list[str]:
    (found,) = [line for line in text.splitlines() if line.startswith(f"| {begins}")]
    return [cell.strip() for cell in found.split(" | ")]


def test_topics_are_new_grow_or_fade(store, say, army):
    for hour in range(110, 270):
        say(hour, text=f"云雀第{hour}条日常")
    old = "weibo:" + str(say.said + 1)
    army(130, size=5, text="云雀的广告到处都是真的太烦人了吧")
    for _ in range(2):
        say(30, text="云雀的广告到处都是真的太烦人了吧", copy_of=old)
    army(20, size=7, text="云雀漏液了大家不要再买这款手机")
    told = section(made(store), "议题变化")
    fresh = row(told, "云雀漏液了大家不要再买这款手机")
    assert fresh[1:4] == ["7", "0", "新"]
    assert "消退：“云雀的广告到处都是真的太烦人了吧”，上期 5 条，本期 2 条" in told


def test_without_the_week_before_nothing_is_said_to_fade(store, army):
    army(20, size=3)
    told = section(made(store), "议题变化")
    assert "上期没有足够数据，不比较议题的消退" in told
    assert "上期没有足够数据可比，分不出新词与升温词" in section(made(store), "新词与升温词")


def test_media_and_big_accounts_are_listed_without_names(store, say):
    say(9, "negative", author=None, platform="news", title="云雀漏液", url="https://n.example/1")
    for hour in (8, 7):
        say_as(say, hour, followers=640_000, likes=50)
    say(6, "positive")
    told = section(made(store), "媒体与大号名单")
    assert "共 2 个账号，列出互动最多的 2 个" in told
    big = row(told, "匿名 f00dfeed")
    assert big[1:7] == ["大V", "微博", "粉丝 64.0 万", "2", "100", "负面 2"]
    assert "作者未知" in told
    assert "没有媒体、机构账号" not in told


def say_as(say, ago, *, likes, **author) -> str:
    """One post by an author who is known."""
    from tingfeng import Engagement, Observation

    say.said += 1
    post = say.make_post(str(say.said), "云雀漏液", author=Author(id="f00dfeed99", **author),
                         published_at=NOW - timedelta(hours=ago), url="")  # fmt: skip
    say.store.put([Observation(post=post, engagement=Engagement(observed_at=NOW, likes=likes))],
                  now=NOW)  # fmt: skip
    say.store.record([say.make_analysis(post, "negative", brands=("云雀",))])
    return post.key


def test_how_fast_and_how_often_wrong(store, say, dossier):
    say(1)
    told = NOW - timedelta(hours=20)
    first = dossier(
        id="a", opened_at=told, told_at=told, state="closed", closed_at=told + timedelta(hours=9),
        act_within=timedelta(hours=1),
        acks=(Ack(incident="a", level="orange", by="林", at=told + timedelta(minutes=30)),),
        feedback=Feedback(incident="a", truth="false", by="林", at=NOW),
    )  # fmt: skip
    second = dossier(
        id="b", opened_at=told, told_at=told, act_within=timedelta(hours=1),
        acks=(Ack(incident="b", level="orange", by="林", at=told + timedelta(minutes=90)),),
        feedback=Feedback(incident="b", truth="true", by="林", at=NOW),
    )  # fmt: skip
    third = dossier(id="c", opened_at=told, act_within=timedelta(hours=1),
                    feedback=Feedback(incident="c", truth="unclear", by="林", at=NOW))  # fmt: skip
    last_week = dossier(id="d", opened_at=MONDAY - timedelta(days=1), feedback=first.feedback)
    unsent = dossier(id="e", opened_at=told, replayed=True)
    text = section(
        made(store, dossiers=[first, second, third, last_week, unsent], judged=True),
        "处置时效与误报率",
    )
    assert (
        "首次响应（首条通知至首次确认）：3 起中 2 起有记录，中位 1 小时 0 分，最长 1 小时 30 分"
        in text
    )
    assert "闭环（开警至结束）：3 起中 1 起有记录，中位 9 小时 0 分" in text
    assert "按级别时限内响应：3 起中 1 起" in text
    assert (
        "误报率：有反馈的 2 起中 1 起是误报（95% 区间 9%–91%）；拿不准 1 起，没有反馈 0 起" in text
    )


def test_nothing_sent_means_no_rate(store, say):
    say(1)
    text = section(made(store, judged=True), "处置时效与误报率")
    assert "数据不足：时段内没有发出过预警的新事件（n=0）" in text


def test_days_in_which_nothing_could_be_seen_are_not_zero(store, say, blind):
    say(5)
    for hour in range(34, 58):  # the whole of Wednesday
        blind(hour + 1)
    told = section(made(store), "声量与走势")
    assert row(told, "2026-06-10")[1:6] == ["–", "–", "–", "–", "失明"]
    assert row(told, "2026-06-09")[1] == "0"


def test_more_posts_than_are_looked_at_are_said(store, say, army, monkeypatch):
    monkeypatch.setattr(survey, "LOOKED_AT", 3)
    army(2, size=5)
    assert "只从互动最多的" in section(made(store), "议题变化")


@pytest.mark.parametrize(
    ("text", "latest", "monday"),
    [
        (None, NOW, "2026-06-01"),
        (None, NOW - timedelta(days=30), "2026-05-11"),
        ("2026-W24", NOW, "2026-06-08"),
        ("2026w23", NOW, "2026-06-01"),
        ("2026-06-03", NOW, "2026-06-01"),
        ("本周", NOW, "2026-06-08"),
        ("last", NOW, "2026-06-01"),
    ],
)
def test_a_week_is_named_as_people_name_it(text, latest, monday):
    period = week(text, now=NOW, latest=latest)
    assert f"{period.since:%Y-%m-%d %H:%M %A}" == f"{monday} 00:00 Monday"
    assert period.until == min(period.since + timedelta(days=7), NOW)


@pytest.mark.parametrize("text", ["2026-W54", "2026-W25", "2027-W01", "soon"])
def test_what_is_no_week_or_lies_ahead_is_refused(text):
    with pytest.raises(SettingsError):
        week(text, now=NOW, latest=NOW)
