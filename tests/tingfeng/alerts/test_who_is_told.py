"""Teams, levels, rungs, and who is on duty."""

from datetime import datetime

import pytest

from tingfeng import SHANGHAI, SettingsError
from tingfeng.alerts.duty import Duty, Shift
from tingfeng.alerts.hours import Hours
from tingfeng.alerts.routing import Outlet, Routing, Team

NOON = datetime(2026, 6, 12, 12, 0, tzinfo=SHANGHAI)
NIGHT = datetime(2026, 6, 12, 23, 0, tzinfo=SHANGHAI)
WORK = Hours.parse("09:00-18:00", "mon-fri")


def names(outlets):
    return [one.name for one in outlets]


def test_each_team_hears_of_its_brands_and_a_channel_of_no_team_of_all():
    routing = Routing(
        [
            Outlet(name="手机群"),
            Outlet(name="汽车群"),
            Outlet(name="总裁办"),
            Outlet(name="运维", role="ops"),
        ],
        [
            Team(name="手机", brands=("云雀",), channels=("手机群",)),
            Team(name="汽车", brands=("白鹭",), channels=("汽车群",)),
        ],
    )
    assert names(routing.told("云雀", "blue")) == ["手机群", "总裁办"]
    assert names(routing.told("白鹭", "blue")) == ["汽车群", "总裁办"]
    assert names(routing.operations()) == ["运维"]


def test_a_channel_of_two_teams_serves_both():
    routing = Routing(
        [Outlet(name="群")],
        [
            Team(name="a", brands=("云雀",), channels=("群",)),
            Team(name="b", brands=("白鹭",), channels=("群",)),
        ],
    )
    assert names(routing.of("云雀")) == names(routing.of("白鹭")) == ["群"]
    assert routing.of("橙子") == []


def test_levels_and_rungs_hold_a_channel_back_unless_it_knows_already():
    routing = Routing(
        [Outlet(name="群"), Outlet(name="邮件", level="orange"), Outlet(name="总监", rung=1)]
    )
    assert names(routing.told("云雀", "yellow")) == ["群"]
    assert names(routing.told("云雀", "orange")) == ["群", "邮件"]
    assert names(routing.told("云雀", "blue", known=frozenset(["邮件", "总监"]))) == [
        "群",
        "邮件",
        "总监",
    ]


def test_a_team_cannot_name_a_channel_that_is_none():
    with pytest.raises(SettingsError, match="飞鸽"):
        Routing([Outlet(name="群")], [Team(name="a", channels=("飞鸽",))])


def test_who_is_on_duty():
    duty = Duty(
        [
            Shift(name="张三", hours=WORK),
            Shift(name="李四", hours=Hours.parse("18:00-09:00")),
            Shift(name="王五", brands=("白鹭",)),
            Shift(name="赵六", rung=1),
        ]
    )
    assert duty.on("云雀", NOON) == ["张三"]
    assert duty.on("云雀", NIGHT) == ["李四"]
    assert duty.on("白鹭", NOON) == ["张三", "王五"]
    assert duty.on("云雀", NOON, rung=1) == ["赵六"]
    assert duty.rungs == 1


def test_at_nobodys_hour_red_calls_everyone_and_nothing_else_anyone():
    duty = Duty([Shift(name="张三", hours=WORK), Shift(name="李四", hours=WORK)])
    assert duty.on("云雀", NIGHT, level="orange") == []
    assert duty.on("云雀", NIGHT, level="red") == ["张三", "李四"]


def test_a_shift_of_someone_whom_no_channel_can_call_is_refused():
    with pytest.raises(SettingsError, match="张三"):
        Duty([Shift(name="张三")], people=["李四"])
