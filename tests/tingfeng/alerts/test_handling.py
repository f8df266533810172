"""What the logbook adds up to: who takes care, what was learnt, what tuning hears, where clocks stand."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tingfeng import SHANGHAI, Ack, Closing, Evidence, Feedback, Incident, Notice
from tingfeng.alerts.acks import Handling, handling
from tingfeng.alerts.clocks import alert, clock_line, clocks
from tingfeng.alerts.feedback import judged
from tingfeng.alerts.knowledge import Past, similar, similar_to
from tingfeng.alerts.track import bin_of
from tingfeng.alerts.tuning import Judged

NOON = datetime(2026, 6, 12, 12, 0, tzinfo=SHANGHAI)
HOUR = timedelta(hours=1)


def incident(id="i1", at=NOON, rule="share_1h", posts=("weibo:1",), **changes):
    evidence = Evidence(
        at=at, rule=rule, score=9, threshold=5, window_hours=1, mentions=40, negative=20,
        expected=4, usual_share=0.1, posts=posts,
    )  # fmt: skip
    fields = {
        "brand": "云雀", "level": "yellow", "state": "open", "opened_at": at, "evidence": evidence,
        "first_post_at": at - HOUR, "updated_at": at + 2 * HOUR,
    }  # fmt: skip
    return Incident(id=id, **(fields | changes))


def ack(hours=0, **changes):
    return Ack(
        **({"incident": "i1", "level": "yellow", "by": "张三", "at": NOON + hours * HOUR} | changes)
    )


def closing(hours=0, **changes):
    fields = {"incident": "i1", "by": "张三", "at": NOON + hours * HOUR, "reason": ""}
    return Closing(**(fields | changes))


# -- who takes care --------------------------------------------------------------------------------


def test_who_acknowledges_takes_care_unless_someone_else_is_named():
    assert handling("i1", []) == Handling()
    assert handling("i1", [ack()]).owner == "张三"
    assert handling("i1", [ack(owner="李四"), ack(1, by="王五")]).owner == "李四"
    assert handling("i1", [ack(), ack(1, by="王五", owner="王五")]).owner == "王五"
    assert handling("other", [ack()]).owner == ""


def test_each_line_adds_and_none_overwrites():
    due = NOON + 4 * HOUR
    known = handling("i1", [ack(next_step="发声明", due_at=due), ack(1), ack(2, next_step="回访")])
    assert (known.next_step, known.due_at) == ("回访", None)
    assert handling("i1", [ack(next_step="发声明", due_at=due), ack(1)]).due_at == due
    assert len(known.acks) == len(known.lines) == 3


def test_of_what_was_learnt_the_last_word_on_each_point_holds():
    lines = [
        closing(reason="已澄清", cause="误读", action="声明"),
        closing(9, outcome="平息", cause="剪辑"),
    ]
    lesson = handling("i1", lines).lesson
    assert (lesson.reason, lesson.cause, lesson.action, lesson.outcome) == (
        "已澄清", "剪辑", "声明", "平息",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given", "holds"),
    [({}, True), ({"level": "blue"}, False), ({"level": "red"}, True), ({"hours": -3}, False)],
)
def test_an_acknowledgement_holds_for_its_level_and_since_it_opened(given, holds):
    known = handling("i1", [ack(**given)])
    assert (known.acked(incident(), NOON - HOUR) is not None) is holds


# -- clocks ----------------------------------------------------------------------------------------


def notice(kind="opened", sequence=1, hours=0, channel="群", **changes):
    at = NOON + hours * HOUR
    return Notice(
        id=f"i1.{kind}.yellow.{sequence}.{channel}", channel=channel, incident="i1", kind=kind,
        level="yellow", title="", body="", created_at=at, **({"made_at": at} | changes),
    )  # fmt: skip


def test_the_clock_runs_from_the_last_time_people_were_asked_to_act():
    told = [
        notice(),
        notice("heartbeat", 2, 1),
        notice("raised", 3, 2),
        notice("raised", 3, 2, "邮件"),
    ]
    last = alert(told)
    assert (last.id, last.at, last.opened_at) == ("i1.raised.yellow.3", NOON + 2 * HOUR, NOON)
    assert clocks(incident(level="orange"), last).first_action == NOON + 3 * HOUR
    assert clocks(incident(level="orange"), last).acknowledge == NOON + 2.5 * HOUR
    assert clocks(incident(), last).golden == NOON + 3 * HOUR
    assert clocks(incident(), last).statement == NOON + 23 * HOUR


def test_of_what_nobody_was_told_no_clock_runs():
    held = notice(withheld="quiet")
    assert alert([held]) is None
    digest = notice("digest", 0, 5, covers=(held.id,))
    assert alert([held], [digest]).at == NOON + 5 * HOUR
    assert clocks(incident(), None).first_action is None


@pytest.mark.parametrize(
    ("hours", "lines", "zh"),
    [
        (0.5, [], "首次处置 06-12 14:00 前（还剩 1 小时 30 分）；黄金4小时 06-12 15:00 前（还剩 2 小时 30 分）"),
        (5, [], "首次处置已超时 3 小时 0 分（06-12 14:00）；黄金4小时已超时 2 小时 0 分（06-12 15:00）"),
        (1, [ack(0.25)], "06-12 12:15 张三已确认；黄金4小时 06-12 15:00 前（还剩 2 小时 0 分）"),
    ],
)  # fmt: skip
def test_where_the_clocks_stand_in_a_sentence(hours, lines, zh):
    line = clock_line(incident(), alert([notice()]), handling("i1", lines), NOON + hours * HOUR)
    assert line.zh == zh


# -- feedback --------------------------------------------------------------------------------------


def test_tuning_hears_the_last_word_on_each_incident():
    said = [("a", "true"), ("b", "false"), ("a", "false"), ("c", "false"), ("c", "unclear")]
    logbook = [
        Feedback(incident=id, truth=truth, by="张三", at=NOON) for id, truth in said
    ]  # fmt: skip
    open, closed = incident("a"), incident("b", NOON - 9 * HOUR, closed_at=NOON, brand="白鹭")
    assert judged([open, closed, incident("c"), incident("d")], logbook) == {
        "云雀": [Judged(bin_of(NOON) - 1, bin_of(NOON) + 8, True)],
        "白鹭": [Judged(bin_of(NOON) - 37, bin_of(NOON), True)],
    }


# -- past incidents --------------------------------------------------------------------------------


def past(id, words, days=1, lesson=None, **changes):
    case = incident(id, NOON - timedelta(days=days), **changes)
    return Past(incident=case, words=frozenset(words.split()), lesson=lesson)


def test_words_that_both_have_make_an_earlier_incident_like_a_new_one():
    new = past("new", "电池 鼓包 手机", days=0)
    earlier = [
        past("a", "客服 态度 手机", 1),
        past("b", "电池 鼓包 手机", 2),
        past("c", "发货 手机", 3),
    ]
    found = similar(new, earlier)
    assert found[0].incident.id == "b"
    assert set(found[0].words[:2]) == {"电池", "鼓包"}
    assert "同一品牌" in found[0].why.zh
    assert "电池" in found[0].why.zh
    assert "same kind of rule" in found[0].why.en


def test_another_brands_incident_counts_if_it_is_about_the_same_thing():
    new = past("new", "电池 鼓包", days=0)
    other = past("b", "电池 鼓包", brand="白鹭")
    assert similar(new, [other])[0].score == pytest.approx(0.75)
    assert similar(new, [past("c", "广告 代言", brand="白鹭")]) == []


def test_what_has_only_brand_and_rule_in_common_teaches_nothing():
    assert similar(past("new", "电池", days=0), [past("a", "客服")]) == []


def test_words_that_the_team_wrote_count_though_the_posts_are_gone():
    lesson = closing(reason="已修复", cause="电池批次有问题", action="免费更换")
    (one,) = similar(past("new", "电池 手机", days=0), [past("a", "", lesson=lesson)])
    assert one.words == ("电池",)
    assert one.lesson.action == "免费更换"


def test_only_what_was_before_is_looked_at(shelf, say):
    at = NOON - HOUR
    shelf.fill([say(at, "negative", id=id, text="云雀手机电池鼓包") for id in ("1", "2")])
    shelf.documents = [_read(one, ("云雀", "电池", "鼓包", "2")) for one in shelf.documents]
    for id, days, key in (("old", 3, "weibo:1"), ("new", 0, "weibo:2"), ("later", -1, "weibo:1")):
        shelf.save_incident(incident(id, NOON - timedelta(days=days), posts=(key,)))
    new = next(one for one in shelf.incidents() if one.id == "new")
    (one,) = similar_to(shelf, shelf.logbook(), new)
    assert one.incident.id == "old"
    assert set(one.words) == {"电池", "鼓包"}


def _read(document, tokens):
    return replace(document, analysis=replace(document.analysis, tokens=tokens))
