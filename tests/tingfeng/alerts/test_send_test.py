"""The command that tries channels, and where messages that nobody got are told of."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from index.sqlite import SQLiteStore
from tingfeng import SHANGHAI, Evidence, Incident, Notice, SettingsError
from tingfeng.cli import main
from tingfeng.pipeline.telling import Telling
from tingfeng.settings import Settings

NOW = datetime.now(SHANGHAI)


@pytest.fixture
def folder(tmp_path, monkeypatch, robots):
    """Settings with a console and three robots, one of which was deleted."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WECOM", robots.url("wecom", "good.test"))
    monkeypatch.setenv("DING", robots.url("dingtalk", "gone.test"))
    monkeypatch.setenv("LARK", robots.url("feishu", "sign.test"))
    (tmp_path / "tingfeng.toml").write_text(
        """
[[brands]]
name = "云雀"
products = ["云雀X5"]
[[people]]
name = "张三"
userid = "zhangsan"
[[channels]]
use = "console"
[[channels]]
use = "wecom"
name = "公关群"
url = "$WECOM"
mention = { blue = ["@all"], red = ["张三"] }
[[channels]]
use = "dingtalk"
url = "$DING"
fallback = "console"
[[channels]]
use = "feishu"
url = "$LARK"
secret = "SEC-of-the-stand-in"
""",
        encoding="utf-8",
    )
    return tmp_path


def incident():
    evidence = Evidence(
        at=NOW, rule="share_1h", score=9.6, threshold=5.0, window_hours=1.0, mentions=42,
        negative=19, expected=3.8, usual_share=0.09, posts=(),
        sentences=(("为什么：云雀X5 冒烟", "Why: smoke"),),
    )  # fmt: skip
    return Incident(id="abc", brand="云雀", level="yellow", state="open", opened_at=NOW,
                    first_post_at=NOW, updated_at=NOW, evidence=evidence)  # fmt: skip


def test_each_channel_gets_a_test_and_its_answer_is_shown(folder, robots, capsys):
    assert main(["alerts", "send-test"]) == 1
    out = capsys.readouterr().out
    assert "【测试】云雀" in out
    assert "✓ console" in out
    assert '✓ 公关群：已收下，回答：{"errcode": 0, "errmsg": "ok"}' in out
    assert "✗ dingtalk：dingtalk 拒收（300005）" in out
    assert '"msg": "success"' in out
    assert "gone.test" not in out
    body = robots.taken("good.test")[-1]
    assert "云雀X5" in body
    assert "zhangsan" not in body
    assert "@all" not in body
    assert not (folder / "tingfeng.db").exists()


def test_one_channel_and_json(folder, capsys):
    assert main(["alerts", "send-test", "--channel", "公关群", "--json"]) == 0
    (said,) = json.loads(capsys.readouterr().out)["tests"]
    assert (said["channel"], said["accepted"]) == ("公关群", True)


def test_json_stays_whole_beside_the_console(folder, capsys):
    assert main(["alerts", "send-test", "--channel", "console", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["tests"][0]["accepted"]


def test_an_unknown_channel_names_the_others(folder, capsys):
    assert main(["alerts", "send-test", "--channel", "邮件"]) == 1
    assert "公关群" in capsys.readouterr().err


def test_the_example_is_what_was_last_told(folder, robots):
    store = SQLiteStore(str(folder / "tingfeng.db"))
    store.save_incident(incident())
    store.close()
    assert main(["alerts", "send-test", "--channel", "公关群", "--lang", "en"]) == 0
    assert "Why: smoke" in robots.taken("good.test")[-1]


def test_what_nobody_got_is_told_by_run_list_and_doctor(folder, capsys, robots):
    told = Notice(id="abc.opened.yellow.1.dingtalk", channel="dingtalk", incident="abc", kind="opened",
                  level="red", title="【黄色预警】云雀", body="- 正文", created_at=NOW)  # fmt: skip
    late = Notice(id="abc.opened.yellow.1.旧群", channel="公关群", incident="abc", kind="opened",
                  level="red", title="很久", body="", created_at=NOW - timedelta(hours=2),
                  attempts=2, failure="忙")  # fmt: skip
    store = SQLiteStore(str(folder / "tingfeng.db"))
    store.save_incident(incident(), [told])
    assert main(["alerts", "run"]) == 1
    out = capsys.readouterr().out
    assert "【dingtalk 未送达】【黄色预警】云雀" in out  # on the fall-back, the console
    assert "- 正文" in out
    store.enqueue([late])
    store.settle(late)
    main(["alerts", "list"])
    shown = capsys.readouterr().out
    assert "没有送达 dingtalk：【黄色预警】云雀（abc.opened.yellow.1.dingtalk，试过 1 次）" in shown
    assert "等待发送 公关群：很久（abc.opened.yellow.1.旧群，试过 2 次）忙" in shown
    assert "gone.test" not in shown
    main(["alerts", "list", "--json"])
    messages = json.loads(capsys.readouterr().out)["messages"]
    assert [one["given_up"] for one in messages] == [False, True]
    main(["doctor"])
    examined = capsys.readouterr().out
    assert "通道 dingtalk：最近 7 天 1 条没有送达" in examined
    assert "通道 公关群：最近 7 天 0 条没有送达，1 条等了一小时以上" in examined
    store.close()


@pytest.mark.parametrize("fallback", ["nowhere", "dingtalk"])
def test_a_fallback_that_leads_nowhere_is_refused(fallback):
    section = {"use": "dingtalk", "url": "https://d.example/r?access_token=1", "fallback": fallback}
    with pytest.raises(SettingsError, match="fallback"):
        _ = Telling(Settings(channels=[section]), lambda: NOW).notifiers


def test_the_roster_reaches_the_robots():
    people = [{"name": "张三", "userid": "zhangsan"}]
    section = {"use": "wecom", "url": "https://q.example/s?key=1", "mention": {"red": ["张三"]}}
    settings = Settings(channels=[{"use": "console"}, section], people=people)
    made = Telling(settings, lambda: NOW).notifiers["wecom"]
    notice = Notice(id="n", channel="wecom", incident="i", kind="opened", level="red", title="",
                    body="", created_at=NOW)  # fmt: skip
    assert b"<@zhangsan>" in made.body(notice)
