"""alerts show, ack, silence, close, feedback and list, as typed; teams and duty, as set."""

import csv
import json
from datetime import datetime, timedelta

import pytest

from index.sqlite import SQLiteStore
from tingfeng import SHANGHAI, Evidence, Incident, SettingsError
from tingfeng.alerts.walk import Change
from tingfeng.cli import main
from tingfeng.cli.incident_when import ahead
from tingfeng.pipeline import Pipeline
from tingfeng.settings import Settings

SETTINGS = """
store = { use = "sqlite", path = "t.db" }
[label]
by = "王五"
[[brands]]
name = "云雀"
[[brands]]
name = "白鹭"
[[people]]
name = "张三"
[[people]]
name = "李四"
[[duty]]
name = "张三"
[[duty]]
name = "李四"
rung = 1
[[teams]]
name = "手机"
brands = ["云雀"]
channels = ["手机群"]
redline = ["掉漆"]
[[channels]]
use = "console"
name = "手机群"
level = "yellow"
[[channels]]
use = "console"
name = "总裁办"
level = "orange"
[[channels]]
use = "console"
name = "运维"
role = "ops"
"""


def made_incident(id, brand="云雀", hours=1.0, **changes):
    at = datetime.now(SHANGHAI).replace(microsecond=0) - timedelta(hours=hours)
    evidence = Evidence(
        at=at, rule="share_1h", score=9.0, threshold=5.0, window_hours=1.0, mentions=40,
        negative=20, expected=4.0, usual_share=0.1, posts=(), sentences=(("为什么：…", "Why: …"),),
    )  # fmt: skip
    fields = {"level": "yellow", "state": "open", "opened_at": at, "first_post_at": at,
              "updated_at": at, "evidence": evidence, "negative": 20}  # fmt: skip
    return Incident(id=id, brand=brand, **(fields | changes))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tingfeng.toml").write_text(SETTINGS, encoding="utf-8")
    store = SQLiteStore("t.db")
    store.save_incident(made_incident("ab12"))
    store.save_incident(made_incident("ac34", "白鹭", 300, state="closed"))
    store.close()
    return tmp_path


def ask(capsys, *argv, code=0):
    assert main(["alerts", *argv, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def said(capsys, *argv, code=0):
    assert main(["alerts", *argv]) == code
    out, err = capsys.readouterr()
    return out if code == 0 else err


def test_acknowledging_names_an_owner_a_step_and_when_it_is_due(folder, capsys):
    told = ask(capsys, "ack", "ab", "--owner", "李四", "--next", "发声明", "--due", "2h")
    assert (told["id"], told["owner"], told["next_step"]) == ("ab12", "李四", "发声明")
    assert told["acked"]["by"] == "王五"
    assert datetime.fromisoformat(told["due_at"]) > datetime.now(SHANGHAI)
    told = ask(capsys, "ack", "ab12", "--by", "赵六", "--note", "收到")
    assert (told["acked"]["by"], told["owner"]) == ("赵六", "李四")
    whole = ask(capsys, "show", "ab12")
    assert [line["what"][:2] for line in whole["timeline"]] == ["首条", "王五", "赵六"]
    assert whole["on_duty"] == ["张三"]


def test_a_wrong_or_unclear_id_is_told_with_what_there_is(folder, capsys):
    assert "没有编号" in said(capsys, "show", "zz", code=1)
    assert "ab12、ac34" in said(capsys, "show", "a", code=1).replace("ac34、ab12", "ab12、ac34")
    assert "已经关闭" in said(capsys, "ack", "ac34", code=1)
    assert "--reason" in said(capsys, "close", "ab12", code=1)
    assert "--cause" in said(capsys, "close", "ac34", code=1)
    assert "已经过去" in said(capsys, "ack", "ab12", "--due", "2020-01-01", code=1)


def test_closing_keeps_what_was_learnt_and_lines_can_be_added(folder, capsys):
    told = ask(capsys, "close", "ab12", "--reason", "已澄清", "--cause", "误读", "--action", "声明")
    assert told["state"] == "closed"
    told = ask(capsys, "close", "ab12", "--outcome", "平息")
    assert told["lesson"] == {
        "reason": "已澄清", "cause": "误读", "action": "声明", "outcome": "平息",
    }  # fmt: skip
    assert "原因：误读" in said(capsys, "show", "ab12")


def test_feedback_in_ones_own_words(folder, capsys):
    assert ask(capsys, "feedback", "ab12", "误报", "--reason", "玩笑")["feedback"] == "false"
    assert "alerts close ab12" in said(capsys, "feedback", "ab12", "误报")
    assert ask(capsys, "feedback", "ab12", "unclear")["feedback"] == "unclear"


def test_a_silence_is_set_listed_shown_and_lifted(folder, capsys):
    [made] = ask(capsys, "silence", "--brand", "云雀", "--for", "3天", "--comment", "发布会")[
        "silences"
    ]
    assert made["active"]
    assert ask(capsys, "show", "ab12")["silenced"] == made["id"]
    listed = said(capsys, "list")
    assert "静默中" in listed
    [lifted] = ask(capsys, "silence", "--lift", made["id"], "--by", "赵六")["silences"]
    assert not lifted["active"]
    assert lifted["lifted"]["by"] == "赵六"
    assert ask(capsys, "silence", "--list")["silences"] == [lifted]
    assert "静默" in said(capsys, "silence", "--lift", made["id"], code=1)


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["--brand", "云雀", "--comment", "x"], "--until"),
        (["--brand", "云雀", "--for", "31d", "--comment", "x"], "30 天"),
        (["--brand", "云雀", "--for", "2h"], "--comment"),
        (["--for", "2h", "--comment", "x"], "--brand"),
        (["--brand", "橙子", "--for", "2h", "--comment", "x"], "橙子"),
        (["--brand", "云雀", "--for", "2h", "--until", "16:00", "--comment", "x"], "只写一个"),
    ],
)
def test_a_silence_without_end_subject_or_reason_is_refused(folder, capsys, argv, says):
    assert says in said(capsys, "silence", *argv, code=1)


def test_the_list_says_who_takes_care_and_where_the_clocks_stand(folder, capsys):
    assert "负责：还没有人；还没有通知任何人" in said(capsys, "list")
    ask(capsys, "ack", "ab12")
    assert "负责：王五" in said(capsys, "list", "-o", "list.csv")
    with (folder / "list.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))[:2]  # below stands how it was asked
    assert [(row["编号"], row["负责"]) for row in rows] == [("ab12", "王五"), ("ac34", "")]
    assert "owner: 王五" in said(capsys, "list", "--lang", "en")


def test_in_a_folder_without_a_store_nothing_is_made(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert "import" in said(capsys, "show", "x", code=1)
    assert list(tmp_path.iterdir()) == []


NOON = datetime(2026, 6, 12, 12, 0, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2h", "2026-06-12T14:00"), ("30分钟", "2026-06-12T12:30"), ("3天", "2026-06-15T12:00"),
        ("16:00", "2026-06-12T16:00"), ("9:30", "2026-06-13T09:30"), ("2026-06-20", "2026-06-20T00:00"),
        ("2026/06/20", "2026-06-20T00:00"), ("2026-06-20t18:00", "2026-06-20T18:00"),
    ],
)  # fmt: skip
def test_moments_that_lie_ahead(typed, meant):
    assert ahead(typed, at=NOON) == datetime.fromisoformat(meant).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize("typed", ["soon", "25:00", "2026-13-01"])
def test_what_is_no_moment_is_told(typed):
    with pytest.raises(SettingsError, match="2h"):
        ahead(typed, at=NOON)


# -- many watchers over one collection ---------------------------------------------------------------


def changed(case):
    return Change(
        kind="opened",
        at=case.opened_at,
        incident=case,
        evidence=case.evidence,
        sequence=1,
        links={},
    )


def test_each_team_is_told_of_its_own_and_operations_of_none(folder):
    from tingfeng.pipeline.watchers import dispatch

    with Pipeline(Settings.read(), clock=lambda: NOON) as pipeline:
        office = dispatch(pipeline.settings, pipeline.store, pipeline.channels)
        told = {
            (brand, level): [
                one.channel
                for one in office.notices(changed(made_incident("x", brand, level=level)), NOON)
            ]
            for brand in ("云雀", "白鹭")
            for level in ("blue", "yellow", "orange")
        }
    assert told == {
        ("云雀", "blue"): [], ("云雀", "yellow"): ["手机群"], ("云雀", "orange"): ["手机群", "总裁办"],
        ("白鹭", "blue"): [], ("白鹭", "yellow"): [], ("白鹭", "orange"): ["总裁办"],
    }  # fmt: skip


def test_a_teams_red_line_words_are_those_of_its_brands(folder, make_post, make_analysis, now):
    from tingfeng import Document
    from tingfeng.pipeline.watchers import redline

    words = redline(Settings.read())
    for brand, hits in (("云雀", ("掉漆",)), ("白鹭", ())):
        post = make_post(text=f"{brand}手机掉漆")
        reading = make_analysis(post, "negative", brands=(brand,))
        document = Document(post=post, analysis=reading, indexed_at=now)
        assert words.hits(document, brand) == hits


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[[teams]]\nname = "a"\nchannels = ["飞鸽"]', "飞鸽"),
        ('[[teams]]\nname = "a"\nbrands = ["橙子"]', "橙子"),
        ('[[duty]]\nname = "张三"', "张三"),
        ('[[people]]\nname = "张三"\n[[duty]]\nname = "张三"\nhours = "9-18"', "09:00-18:00"),
        ('[[channels]]\nuse = "console"\nlevel = "purple"', "console"),
        ('[[channels]]\nuse = "console"\nbrands = ["橙子"]', "橙子"),
    ],
)
def test_settings_that_would_tell_nobody_are_refused(tmp_path, text, says):
    (tmp_path / "tingfeng.toml").write_text(text, encoding="utf-8")
    with Pipeline(Settings.read(tmp_path / "tingfeng.toml"), clock=lambda: NOON) as pipeline:
        pipeline.settings.store["path"] = str(tmp_path / "t.db")
        with pytest.raises(SettingsError, match=says):
            _ = pipeline.engine
