"""People correct what was misread: from the command line, at once, for copies too, and for good."""

import csv
import io
import json
import os
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from index.sqlite import SQLiteStore
from tingfeng import Correction, Observation
from tingfeng.cli import main
from tingfeng.cli.keys import Keys, move
from tingfeng.cli.parser import parse
from tingfeng.pipeline.labelling import OPEN, PENDING

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
SETTINGS = """
[reader]
sentiment = { use = "words_engine:WordsEngine" }
processes = 1
[label]
by = "小王"
[[brands]]
name = "云雀"
aliases = ["云雀"]
[[competitors]]
name = "橙子"
aliases = ["橙子"]
"""
MAPPING = """
[constants]
platform = "weibo"
[columns]
id = "id"
text = "text"
author = "user"
published_at = "time"
"""
LONG = "云雀的新款我用了整整一个月，今天来说说真实的体会，大家看完再决定"
TEXTS = {
    "1": LONG, "2": LONG, "3": f"{LONG}！", "4": "云雀和橙子一起摆在桌上", "5": "云雀太差了",
    "6": "云雀真好", "7": "战地云雀上线了，服务器差", "8": "战地云雀今晚开黑", "9": "云雀战地也好玩",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parent)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tingfeng.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "map.toml").write_text(MAPPING, encoding="utf-8")
    add(TEXTS)
    assert main(["analyze", "--json"]) == 0
    return tmp_path


def add(texts):
    with Path("posts.csv").open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["id", "text", "user", "time"])
        for id, text in texts.items():
            rows.writerow([id, text, f"u{id}", f"2026-06-12 09:{int(id) % 60:02}:00"])
    assert main(["import", "posts.csv", "--map", "map.toml", "--json"]) == 0


def ask(capsys, *words, code=0):
    capsys.readouterr()
    assert main([*words, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def stance(id, brand="云雀"):
    store = SQLiteStore("tingfeng.db")
    found = store.get(f"weibo:{id}").analysis
    store.close()
    mine = [one for one in found.mentions if one.brand == brand]
    return (mine[0].sentiment.label, mine[0].sentiment.by) if mine else None


def documented(command):
    (keys,) = re.findall(rf"^\| [^|]*`{command}`[^|]*\| `([a-z_ ]+)` \|$", README, re.MULTILINE)
    return set(keys.split())


def test_a_correction_holds_at_once_for_the_post_and_its_copies(folder, capsys):
    done = ask(capsys, "label", "weibo:1", "--brand", "云雀", "--as", "负面", "--note", "反话")
    assert set(done) == documented("label post KEY")
    assert done["changed"] == 3
    assert (done["correction"]["by"], done["correction"]["note"]) == ("小王", "反话")
    assert stance("1") == stance("2") == stance("3") == ("negative", "person")
    assert stance("4") == ("uncertain", "model")
    found = ask(capsys, "search", "--brand", "云雀", "--sentiment", "negative")
    assert found["count"] == 5
    assert ask(capsys, "label", "weibo:1", "--brand", "云雀", "--as", "负面")["changed"] == 0


def test_a_correction_outlives_reading_again_and_copies_that_come_later(folder, capsys):
    ask(capsys, "label", "weibo:1", "--brand", "云雀", "--as", "positive", "--by", "小李")
    ask(capsys, "analyze", "--again")
    assert stance("2") == ("positive", "person")
    add({"20": LONG})
    ask(capsys, "analyze")
    assert stance("20") == ("positive", "person")
    ask(capsys, "retag")
    assert stance("1") == ("positive", "person")
    other = SETTINGS.replace('"云雀"]', '"云雀", "云雀鸟"]')
    (folder / "tingfeng.toml").write_text(other, encoding="utf-8")
    ask(capsys, "retag")
    assert stance("1") == ("positive", "person")


def test_what_is_not_the_brand_is_dropped_and_comes_back_when_taken_back(folder, capsys):
    ask(capsys, "label", "weibo:4", "--brand", "云雀", "--as", "not_brand")
    assert stance("4") is None
    assert stance("4", "橙子") == ("uncertain", "model")
    undone = ask(capsys, "label", "--undo")
    assert undone["correction"]["key"] == "weibo:4"
    assert stance("4") == ("uncertain", "model")
    ask(capsys, "label", "weibo:4", "--brand", "云雀", "--as", "not_brand")
    ask(capsys, "label", "weibo:4", "--brand", "云雀", "--as", "positive")  # a slip of the finger
    assert stance("4") == ("positive", "person")


def test_only_ones_own_answers_are_taken_back(folder, capsys):
    ask(capsys, "label", "weibo:4", "--brand", "云雀", "--as", "negative", "--by", "甲")
    assert ask(capsys, "label", "--undo", "--by", "乙") == {"correction": None, "changed": 0}
    assert stance("4") == ("negative", "person")
    assert ask(capsys, "label", "--undo", "--by", "甲")["changed"] == 1


def test_taking_back_an_answer_to_a_copy_leaves_what_another_said_of_the_group(folder, capsys):
    ask(capsys, "label", "weibo:1", "--brand", "云雀", "--as", "negative", "--by", "甲")
    ask(capsys, "label", "weibo:2", "--brand", "云雀", "--as", "positive", "--by", "乙")
    assert [stance(id)[0] for id in "123"] == ["negative", "positive", "positive"]
    ask(capsys, "label", "--undo", "--by", "乙")
    assert stance("1") == stance("2") == stance("3") == ("negative", "person")


def test_taking_back_says_whose_answer_holds_again(folder, capsys):
    ask(capsys, "label", "weibo:1", "--brand", "云雀", "--as", "negative", "--by", "甲")
    ask(capsys, "label", "weibo:1", "--brand", "云雀", "--as", "positive", "--by", "乙")
    capsys.readouterr()
    assert main(["label", "--undo", "--by", "乙"]) == 0
    assert "甲 标的“负面”重新作数" in capsys.readouterr().out
    assert stance("1") == stance("2") == ("negative", "person")
    assert main(["label", "--undo", "--by", "甲"]) == 0
    assert "重新作数" not in capsys.readouterr().out
    assert stance("1") == ("uncertain", "model")


def test_the_attitude_of_a_whole_post_is_corrected_apart(folder, capsys):
    ask(capsys, "label", "weibo:5", "--as", "neutral")
    post = ask(capsys, "search", "weibo:5")["posts"][0]
    assert post["sentiment"]["label"] == "neutral"
    assert stance("5") == ("negative", "model")


@pytest.mark.parametrize(
    "words",
    [
        ["weibo:99", "--brand", "云雀", "--as", "negative"],
        ["weibo:1", "--brand", "无名", "--as", "negative"],
        ["weibo:1", "--brand", "橙子", "--as", "negative"],
        ["weibo:1", "--brand", "云雀"],
        ["weibo:1", "--as", "not_brand"],
        ["weibo:1", "--brand", "云雀", "--brand", "橙子", "--as", "negative"],
    ],
)
def test_what_cannot_be_corrected_is_a_message(folder, capsys, words):
    assert ask(capsys, "label", *words, code=1)["error"]
    assert ask(capsys, "label", "list")["corrections"] == []


def test_without_a_name_nothing_is_kept(folder, capsys, monkeypatch):
    (folder / "tingfeng.toml").write_text(SETTINGS.replace('"小王"', '"$USER"'), encoding="utf-8")
    monkeypatch.delenv("USER", raising=False)
    words = ("label", "weibo:1", "--brand", "云雀", "--as", "negative")
    assert "--by" in ask(capsys, *words, code=1)["error"]
    monkeypatch.setenv("USER", "root")
    assert ask(capsys, *words)["correction"]["by"] == "root"


def session(monkeypatch, capsys, typed, *words):
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    return ask(capsys, "label", *words)


def test_uncertain_posts_are_shown_one_after_another_copies_once(folder, monkeypatch, capsys):
    done = session(monkeypatch, capsys, "", "--brand", "云雀")
    assert set(done) == documented("label post")
    keys = [one["key"] for one in done["questions"]]
    assert keys == ["weibo:8", "weibo:4", "weibo:3"]  # newest first, one of three copies
    assert {one["answer"] for one in done["questions"]} == {None}
    first = done["questions"][1]
    assert first["text"][first["start"] : first["end"]] == "云雀"
    everything = session(monkeypatch, capsys, "")["questions"]
    assert {one["brand"] for one in everything} == {"云雀"}  # own brands
    assert len(session(monkeypatch, capsys, "", "--limit", "1")["questions"]) == 1


def test_one_key_an_answer_skip_undo_and_quit(folder, monkeypatch, capsys):
    done = session(monkeypatch, capsys, "负\ns\nu\n?\n中\nq\n", "--brand", "云雀")
    # 8: negative; 4: skipped; back to 4; not understood; neutral; 3: quit
    assert [one["answer"] for one in done["questions"]] == ["negative", "neutral", None]
    assert (done["labelled"], done["skipped"], done["undone"]) == (2, 0, 0)
    assert stance("8") == ("negative", "person")
    assert stance("4") == ("neutral", "person")
    left = session(monkeypatch, capsys, "正面\nu\ng\n", "--brand", "云雀")
    assert [one["key"] for one in left["questions"]] == ["weibo:3"]
    assert (left["undone"], stance("1")) == (0, ("positive", "person"))
    assert session(monkeypatch, capsys, "", "--brand", "云雀")["questions"] == []


def test_undo_takes_the_last_answer_of_a_session_back(folder, monkeypatch, capsys):
    done = session(monkeypatch, capsys, "p\nu\nx\nq\n", "--brand", "云雀")
    assert (done["labelled"], done["undone"]) == (1, 1)
    assert stance("8") is None


def edit(id, text):
    """What its author makes of a post, read."""
    store = SQLiteStore("tingfeng.db")
    post = store.get(f"weibo:{id}").post
    at = post.collected_at + timedelta(minutes=1)
    store.put([Observation(post=replace(post, text=text, collected_at=at))], now=at)
    store.close()
    assert main(["analyze", "--json"]) == 0


def test_an_edit_that_changes_the_words_brings_the_readers_own_answer_back(folder, monkeypatch, capsys):  # fmt: skip
    ask(capsys, "label", "weibo:6", "--brand", "云雀", "--as", "negative", "--by", "小李")
    for same in ("云雀真好。", "云雀真好（已编辑）", " 云雀  真好\n编辑于 2026-06-12"):
        edit("6", same)
        assert stance("6") == ("negative", "person")
    edit("6", "云雀这回真好，客服也耐心")
    assert stance("6") == ("positive", "model")
    (listed,) = ask(capsys, "label", "list")["corrections"]
    assert (listed["key"], listed["edited"]) == ("weibo:6", True)
    done = session(monkeypatch, capsys, "", "--brand", "云雀")
    first, *others = done["questions"]
    assert (first["key"], first["earlier"]["label"], first["positive"]) == (
        "weibo:6",
        "negative",
        0.9,
    )
    assert [one["earlier"] for one in others] == [None] * 3
    nobody = session(monkeypatch, capsys, "", "--brand", "云雀", "--since", "2026-06-13")
    assert nobody["questions"] == []
    assert main(["label", "list"]) == 0
    assert "作者改过文字" in capsys.readouterr().out
    edit("6", "云雀真好")  # taken back
    assert stance("6") == ("negative", "person")


def test_what_was_outlived_is_asked_until_it_is_answered_again(folder, monkeypatch, capsys):
    ask(capsys, "label", "weibo:6", "--brand", "云雀", "--as", "negative")
    add({"21": "云雀真好"})
    ask(capsys, "analyze")
    edit("6", "云雀这回真好，客服也耐心")
    monkeypatch.setattr("sys.stdin", io.StringIO("中\nq\n"))
    assert main(["label", "--brand", "云雀"]) == 0
    told = capsys.readouterr().err
    assert "作者改过文字：小王" in told
    assert "标的“负面”" in told
    assert stance("6") == ("neutral", "person")
    assert stance("21") == ("negative", "person")  # still says what was judged
    assert "weibo:6" not in [one["key"] for one in session(monkeypatch, capsys, "")["questions"]]
    ask(capsys, "analyze", "--again")
    assert (stance("6"), stance("21")) == (("neutral", "person"), ("negative", "person"))
    ask(capsys, "label", "--undo")
    assert (stance("6"), stance("21")) == (("positive", "model"), ("negative", "person"))
    ask(capsys, "label", "--undo")
    assert stance("21") == ("positive", "model")


def test_an_answer_given_again_after_a_small_edit_is_taken_back_at_once(folder, capsys):
    long = f"{LONG}。还有一句无关的话。再说一句别的"
    add({"22": long})
    ask(capsys, "analyze")
    ask(capsys, "label", "weibo:22", "--brand", "云雀", "--as", "negative")
    edit("22", long.replace("别的", "今天的"))
    assert stance("22") == ("negative", "person")
    ask(capsys, "label", "weibo:22", "--brand", "云雀", "--as", "positive")
    assert len(ask(capsys, "label", "list")["corrections"]) == 1
    ask(capsys, "label", "--undo")
    assert stance("22") == ("uncertain", "model")


def test_the_attitude_of_an_edited_whole_post_is_asked_again(folder, monkeypatch, capsys):
    (folder / "tingfeng.toml").write_text(SETTINGS.split("[[brands]]")[0], encoding="utf-8")
    ask(capsys, "label", "weibo:5", "--as", "neutral")
    edit("5", "云雀太差了。已经解决")
    post = ask(capsys, "search", "weibo:5")["posts"][0]
    assert post["sentiment"]["label"] == "negative"
    asked = session(monkeypatch, capsys, "")["questions"]
    assert (asked[0]["key"], asked[0]["earlier"]["label"]) == ("weibo:5", "neutral")


SHORT = {"30": "云雀太差了！", "31": "雲雀太差了", "32": "云雀太差了？", "33": "说云雀太差了", "34": "云雀太差了[doge]"}  # fmt: skip


def test_the_same_words_are_copies_however_short(folder, capsys):
    add(SHORT)
    ask(capsys, "analyze")
    done = ask(capsys, "label", "weibo:5", "--brand", "云雀", "--as", "positive")
    assert done["changed"] == 3
    assert set(done["correction"]["copies"]) == {"weibo:30", "weibo:31"}
    assert stance("5") == stance("30") == stance("31") == ("positive", "person")
    assert [stance(id)[1] for id in ("32", "33", "34")] == ["model"] * 3
    add({"35": "云雀太差了。"})
    ask(capsys, "analyze")
    assert stance("35") == ("positive", "person")
    ask(capsys, "label", "--undo")
    assert [stance(id) for id in ("5", "30", "35")] == [("negative", "model")] * 3


def test_short_copies_are_asked_once(folder, monkeypatch, capsys):
    add({"36": "战地云雀今晚开黑！"})
    ask(capsys, "analyze")
    keys = [one["key"] for one in session(monkeypatch, capsys, "", "--brand", "云雀")["questions"]]
    assert len({"weibo:8", "weibo:36"} & set(keys)) == 1


def test_before_an_answer_it_is_said_who_will_follow(folder, monkeypatch, capsys):
    add({str(id): LONG for id in range(40, 46)})
    ask(capsys, "analyze")
    ask(capsys, "label", "weibo:44", "--brand", "云雀", "--as", "neutral")  # has its own answer
    ask(capsys, "label", "--undo", "--by", "小王")
    ask(capsys, "label", "weibo:44", "--brand", "云雀", "--as", "neutral", "--by", "小李")
    words = ("label", "weibo:1", "--brand", "云雀", "--as", "negative")
    assert main([*words]) == 0
    told = capsys.readouterr()
    assert "另有 7 帖会跟着改：weibo:2 weibo:3" in told.err
    assert "改了 8 帖" in told.out
    assert main(["--lang", "en", *words]) == 0
    assert "7 other posts will follow: weibo:2" in capsys.readouterr().err
    copies = ask(capsys, *words)["correction"]["copies"]
    assert set(copies) == {f"weibo:{id}" for id in (2, 3, 40, 41, 42, 43, 45)}
    assert stance("44") == ("neutral", "person")


def test_in_a_session_the_number_stands_beside_the_question_and_the_posts_on_request(folder, monkeypatch, capsys):  # fmt: skip
    add({str(id): LONG for id in range(40, 46)})
    ask(capsys, "analyze")
    monkeypatch.setattr("sys.stdin", io.StringIO("?\ng\nq\n"))
    assert main(["label", "--brand", "云雀"]) == 0
    told = capsys.readouterr().err
    shown, asked = told.split("会跟着改：")[1:3]
    assert "另有 8 帖" in told
    assert shown.split("\n")[0].count("weibo:") == 5
    assert asked.split("\n")[0].count("weibo:") == 8
    assert "改了 9 帖" in told
    assert "另有 0 帖会跟着改\n" in told
    done = session(monkeypatch, capsys, "", "--brand", "云雀")
    assert [one["copies"] for one in done["questions"]] == [[], []]


def test_a_copy_that_became_no_brand_follows_too(folder, capsys):
    ask(capsys, "label", "weibo:1", "--brand", "云雀", "--as", "not_brand")
    done = ask(capsys, "label", "weibo:1", "--brand", "云雀", "--as", "positive")
    assert (done["correction"]["copies"], done["changed"]) == (["weibo:2", "weibo:3"], 3)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("正", "positive"), ("n", "neutral"), ("negative", "negative"), ("NEG", "negative"),
     ("不是品牌", "not_brand"), ("跳过", "skip"), ("撤销", "undo"), ("退出", "quit"), ("?", "unknown")],
)  # fmt: skip
def test_answers_in_both_languages(typed, meant):
    assert move(typed) == meant


def test_answers_from_a_pipe_are_lines():
    with Keys(io.StringIO("\n负面\n\n s \n")) as keys:
        assert [keys.read(), keys.read(), keys.read()] == ["negative", "skip", None]


def test_on_a_terminal_one_key_is_enough_and_it_is_given_back_as_it_was():
    import pty
    import termios

    master, slave = pty.openpty()
    with open(slave, encoding="utf-8") as terminal:  # noqa: PTH123 a descriptor
        before = termios.tcgetattr(terminal)
        os.write(master, "负s\x1b".encode())
        with Keys(terminal) as keys:
            assert not termios.tcgetattr(terminal)[3] & termios.ICANON
            assert [keys.read(), keys.read(), keys.read()] == ["negative", "skip", None]
        assert termios.tcgetattr(terminal) == before
    os.close(master)


def rule(capsys, *words, brand="云雀"):
    return ask(capsys, "label", "rule", "--brand", brand, "--words", "战地", *words)


def test_a_rule_is_tried_before_it_holds(folder, capsys):
    found = rule(capsys, "--as", "not_brand")
    assert set(found) == documented("label rule")
    assert (found["looked"], found["posts"], found["mentions"]) == (3, 3, 3)
    changes = {(one["from"], one["to"]): one for one in found["changes"]}
    assert set(changes) == {(old, "not_brand") for old in ("negative", "uncertain", "positive")}
    assert changes["positive", "not_brand"]["examples"] == [{"key": "weibo:9", "text": TEXTS["9"]}]
    assert stance("8") == ("uncertain", "model")
    assert ask(capsys, "label", "list")["rules"] == []


def test_a_rule_that_holds_reaches_history_and_what_comes(folder, capsys):
    ask(capsys, "label", "weibo:9", "--brand", "云雀", "--as", "positive")
    done = rule(capsys, "--as", "not_brand", "--apply")
    assert set(done) == documented("label rule --apply")
    assert done["changed"] == 2
    assert stance("7") is stance("8") is None
    assert stance("9") == ("positive", "person")  # who read the very post knows better
    add({"30": "战地云雀更新"})
    ask(capsys, "analyze")
    assert stance("30") is None
    # The same words again: not a second rule, and what was dropped comes back.
    again = rule(capsys, "--as", "neutral", "--apply")
    assert again["changed"] == 3
    assert stance("8") == ("neutral", "rule")
    (only,) = ask(capsys, "label", "list")["rules"]
    assert (only["label"], only["by"], only["words"]) == ("neutral", "小王", ["战地"])
    tried = ask(capsys, "label", "rule", "--drop", only["id"])
    assert set(tried) == documented("label rule")
    assert stance("8") == ("neutral", "rule")
    changes = {(one["from"], one["to"]): one["mentions"] for one in tried["changes"]}
    assert changes == {("neutral", "negative"): 1, ("neutral", "uncertain"): 2}
    assert ask(capsys, "label", "rule", "--drop", only["id"], "--apply")["changed"] == 3
    assert stance("8") == ("uncertain", "model")
    assert stance("7") == ("negative", "model")
    assert ask(capsys, "label", "list")["rules"] == []


def test_what_a_rule_changes_and_what_only_bears_its_name_is_said_before_and_after(folder, capsys):
    words = ("label", "rule", "--brand", "云雀", "--words", "战地", "--as", "negative")
    tried = ask(capsys, *words)
    assert (tried["looked"], tried["posts"], tried["kept"]) == (3, 2, 1)  # 7 was negative already
    assert main([*words]) == 0
    told = capsys.readouterr().out
    assert (
        "2 帖的答案会变（2 处）；另有 1 帖答案不变，只是会由这条规则说了算。一共会更新 3 帖" in told
    )
    assert main([*words, "--apply"]) == 0
    told = capsys.readouterr().out
    assert "2 帖的答案变了；另有 1 帖答案不变，只是现在由这条规则说了算。一共更新 3 帖" in told
    assert stance("7") == ("negative", "rule")
    (only,) = ask(capsys, "label", "list")["rules"]
    dropped = ask(capsys, "label", "rule", "--drop", only["id"])
    assert (dropped["posts"], dropped["kept"]) == (2, 1)
    assert main(["--lang", "en", "label", "rule", "--drop", only["id"], "--apply"]) == 0
    assert (
        "2 posts have another answer; 1 more keep theirs, now no longer on the word of this rule. 3 posts"
        in capsys.readouterr().out
    )
    again = ask(capsys, *words, "--apply")
    assert (again["changed"], again["posts"], again["kept"]) == (3, 2, 1)
    nothing = ask(capsys, *words)
    assert (nothing["posts"], nothing["kept"]) == (0, 0)


@pytest.mark.parametrize("finish", [("label", "rule", "--resume"), ("analyze",)])
def test_a_rule_cut_short_is_carried_through(folder, capsys, monkeypatch, finish):
    def killed(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("tingfeng.pipeline.said.Said.record", killed)
        words = (
            "label",
            "rule",
            "--brand",
            "云雀",
            "--words",
            "战地",
            "--as",
            "neutral",
            "--apply",
        )
        assert main(list(words)) == 130
    capsys.readouterr()
    listed = ask(capsys, "label", "list")
    assert set(listed) == documented("label list")
    assert listed["pending"] == [listed["rules"][0]["id"]]
    assert any("--resume" in (one["remedy"] or "") for one in ask(capsys, "doctor")["checks"])
    ask(capsys, *finish)
    assert stance("7") == stance("8") == ("neutral", "rule")
    assert ask(capsys, "label", "list")["pending"] == []


@pytest.mark.parametrize("finish", [("label", "rule", "--resume"), ("analyze",)])
@pytest.mark.parametrize("dies", ["said.Said.record", "labelling.Labelling._renew"])
def test_an_answer_cut_short_reaches_its_copies_and_so_does_taking_it_back(
    folder, capsys, monkeypatch, finish, dies
):
    def killed(*_, **__):
        raise KeyboardInterrupt

    def cut(*words):
        with monkeypatch.context() as patch:
            patch.setattr(f"tingfeng.pipeline.{dies}", killed)
            assert main(["label", *words]) == 130
        told = ask(capsys, "doctor")["checks"]
        assert any("--resume" in (one["remedy"] or "") for one in told)
        ask(capsys, *finish)
        assert not any(
            "--resume" in (one["remedy"] or "") for one in ask(capsys, "doctor")["checks"]
        )

    cut("weibo:1", "--brand", "云雀", "--as", "negative")
    assert stance("1") == stance("2") == stance("3") == ("negative", "person")
    cut("--undo")
    assert stance("1") == stance("2") == stance("3") == ("uncertain", "model")


def test_an_answer_cut_short_reaches_the_same_short_words(folder, capsys, monkeypatch):
    add(SHORT)
    ask(capsys, "analyze")

    def killed(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("tingfeng.pipeline.labelling.Labelling._renew", killed)
        assert main(["label", "weibo:5", "--brand", "云雀", "--as", "positive"]) == 130
    assert stance("30") == ("negative", "model")
    ask(capsys, "label", "rule", "--resume")
    assert stance("30") == stance("5") == ("positive", "person")


def test_what_an_earlier_version_left_unfinished_is_carried_through(folder, capsys):
    store = SQLiteStore("tingfeng.db")
    at = datetime(2026, 6, 12, tzinfo=UTC)
    store.correct([Correction(key="weibo:1", brand="云雀", label="negative", by="甲", at=at, group="weibo:1")])  # fmt: skip
    store.save_state(OPEN, '[["weibo:1", "weibo:1"]]')
    store.close()
    ask(capsys, "label", "rule", "--resume")
    assert stance("1") == stance("2") == stance("3") == ("negative", "person")
    edit("1", "云雀完全是另一回事了")
    assert stance("1") == ("negative", "person")  # nobody knows which words it was about


def test_a_rule_that_was_never_kept_does_no_harm(folder, capsys):
    store = SQLiteStore("tingfeng.db")
    store.save_state(PENDING, '["deadbeef"]')
    store.close()
    assert ask(capsys, "label", "rule", "--resume")["changed"] == 0
    assert ask(capsys, "label", "list")["pending"] == []


def test_a_person_overrules_a_rule_that_dropped_a_mention(folder, capsys):
    rule(capsys, "--as", "not_brand", "--apply")
    assert stance("7") is stance("8") is None
    assert ask(capsys, "label", "weibo:8", "--brand", "云雀", "--as", "positive")["changed"] == 1
    assert stance("8") == ("positive", "person")
    assert stance("7") is None
    assert ask(capsys, "label", "weibo:7", "--brand", "橙子", "--as", "positive", code=1)["error"]
    ask(capsys, "label", "--undo")
    assert stance("8") is None


def test_a_rule_made_again_is_the_last_word(folder, capsys):
    rule(capsys, "--as", "neutral", "--apply")
    ask(
        capsys, "label", "rule", "--words", "云雀", "--words", "战地", "--as", "negative", "--apply"
    )
    assert stance("8") == ("negative", "rule")
    rule(capsys, "--as", "positive", "--apply")
    assert stance("8") == ("positive", "rule")


@pytest.mark.parametrize("words", [["--as", "neutral"], ["--words", "战地"], ["--drop", "nothing"]])
def test_half_a_rule_is_a_message(folder, capsys, words):
    assert ask(capsys, "label", "rule", *words, code=1)["error"]


def test_corrections_are_written_as_a_table(folder, capsys):
    ask(capsys, "label", "weibo:5", "--brand", "云雀", "--as", "neutral", "--note", "说的是天气")
    assert main(["label", "list", "-o", "标注.csv"]) == 0
    told = capsys.readouterr().out
    assert "说的是天气" in told
    assert "weibo:5" in Path("标注.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("typed", "action"),
    [(["label"], "post"), (["label", "weibo:1"], "post"), (["--lang", "en", "label", "--undo"], "post"),
     (["label", "list"], "list"), (["label", "rule", "--resume"], "rule"), (["search", "label"], None)],
)  # fmt: skip
def test_a_key_may_follow_label_directly(typed, action):
    args = parse(typed)
    assert getattr(args, "action", None) == action
