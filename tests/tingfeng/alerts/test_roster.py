"""Who is called."""

from __future__ import annotations

from datetime import datetime

import pytest

from tingfeng import SHANGHAI, Notice, SettingsError
from tingfeng.alerts.roster import Person, Roster, line

PEOPLE = [{"name": "张三", "userid": "zs"}, Person(name="李四", mobile="138")]


def notice(body="", **changes):
    fields = {"channel": "c", "incident": "i", "kind": "opened", "level": "orange", "title": "",
              "body": body, "created_at": datetime(2026, 6, 12, tzinfo=SHANGHAI)}  # fmt: skip
    return Notice(id="n", **(fields | changes))


def names(called):
    return [one.name for one in called.people]


def test_a_level_and_a_line_call():
    roster = Roster(PEOPLE, {"orange": ["李四"], "red": ["@all"]})
    assert names(roster.called(notice())) == ["李四"]
    both = roster.called(notice(f"- 为什么\n{line(['张三', '李四', '王五'])}"))
    assert names(both) == ["李四", "张三"]
    assert not both.everyone
    assert roster.called(notice(level="red")).everyone
    assert roster.called(notice(line(["@all"]), level="blue")).everyone


@pytest.mark.parametrize("kind", ["heartbeat", "lowered", "resolved"])
def test_a_level_calls_once_and_not_with_every_heartbeat(kind):
    assert names(Roster(PEOPLE, {"orange": ["李四"]}).called(notice(kind=kind))) == []


def test_a_test_calls_nobody():
    called = Roster(PEOPLE, {"orange": ["@all"]}).called(notice(line(["张三"]), kind="test"))
    assert called.people == ()
    assert not called.everyone


def test_only_a_line_of_its_own_calls():
    assert names(Roster(PEOPLE).called(notice("- 引用：@张三\n- 说 - @张三"))) == []


@pytest.mark.parametrize(
    ("people", "mention"),
    [([{"name": "张三", "phone": "1"}], {}), ([{"userid": "zs"}], {}), ([{"name": "a", "mobile": 1}], {}),
     (PEOPLE, {"orange": ["王五"]}), (PEOPLE, {"purple": ["张三"]})],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(people, mention):
    with pytest.raises(SettingsError):
        Roster(people, mention)
