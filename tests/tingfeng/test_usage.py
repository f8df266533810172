"""Whatever is typed: exit code 0, 1 or 2, a message in the user's language, one JSON object."""

import io
import json
import signal
import subprocess
import sys
import time

import pytest

from index.sqlite import SQLiteStore
from tingfeng import StoreError
from tingfeng.cli import main
from tingfeng.cli.parser import parser
from tingfeng.pipeline.reading import ReadingTally


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder with an empty store."""
    monkeypatch.chdir(tmp_path)
    SQLiteStore(str(tmp_path / "tingfeng.db")).close()
    return tmp_path


@pytest.mark.parametrize("words", [["search", "x"], ["voice"], ["report"], ["alerts", "replay"]])
def test_a_folder_without_a_store_is_the_wrong_folder(words, folder, capsys):
    (folder / "tingfeng.db").unlink()
    assert main(words) == 1
    assert "tingfeng import" in capsys.readouterr().err
    assert not list(folder.iterdir())


def test_platforms_attitudes_and_kinds_as_answers_print_them(capsys):
    with pytest.raises(SystemExit):
        parser().parse_args(["search", "--sentiment", "坏"])
    args = parser().parse_args(["search", "--sentiment", "负面", "--kind", "评论", "客服", "退款"])
    assert (args.sentiment, args.kind, args.text) == (["negative"], ["comment"], ["客服", "退款"])
    assert main(["search", "--platform", "微薄"]) == 1
    assert "微薄" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["search", "--limit", "-5"],
        ["search", "--limit", "0"],
        ["words", "--top", "-1"],
        ["analyze", "--processes", "0"],
        ["watch", "--rounds", "0"],
        ["watch", "--every", "nan"],
        ["watch", "--every", "-1"],
        ["lexicon", "test", "--examples", "-1"],
        ["search", "-x"],
        ["nowhere"],
        [],
    ],
)
@pytest.mark.parametrize(("lang", "head"), [("zh", "用法"), ("en", "usage")])
def test_wrong_usage_is_exit_code_two(words, lang, head, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--lang", lang, *words])
    assert ended.value.code == 2
    error = capsys.readouterr().err
    assert error.startswith(head)
    assert "Traceback" not in error


def test_chinese_usage_has_no_english_sentence():
    text = parser("zh").format_help()
    assert not any(word in text for word in ("usage", "options", "arguments", "show this", "exit"))


def test_an_unwanted_word_is_no_option(capsys):
    assert main(["search", "-广告", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["query"] == "tingfeng search ' -广告'"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ("store = {}", ["search"]),
        ("[store]\nuse = 5", ["search"]),
        ('[store]\nuse = "sqlite"\npath = 5\nx = 1', ["search"]),
        ('[[channels]]\nname = "x"', ["alerts", "run"]),
        ("[alerts]\nrules = [{}]", ["alerts", "replay"]),
        ('[[channels]]\nuse = "webhook"\nurl = 5', ["doctor"]),
        ('[[channels]]\nuse = "webhook"\nurl = "http://h:99999/"', ["doctor"]),
        ('[[channels]]\nuse = "console"\n[[channels]]\nuse = "console"', ["alerts", "run"]),
        ('[[brands]]\nname = "A"\n[[brands]]\nname = "A"', ["voice"]),
        ("[reader]\nsentiment = {}", ["analyze"]),
    ],
)
def test_odd_settings_are_a_message_and_one_object(folder, settings, words, capsys):
    (folder / "tingfeng.toml").write_text(settings, encoding="utf-8")
    assert main([*words, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("words", [["init", "--yes", "--settings", "file/x.toml"]])
def test_a_place_that_cannot_be_written_is_a_message(folder, words, capsys):
    (folder / "file").write_text("")
    assert main([*words, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"]


def test_a_range_is_not_cut_to_its_beginning(capsys):
    assert main(["search", "--since", "2026-06-01..2026-06-07"]) == 1
    assert "--until" in capsys.readouterr().err


def test_half_a_century_of_hours_is_refused_before_memory_is_spent(capsys):
    assert main(["trend", "--since", "1970-01-01", "--step", "hour"]) == 1
    assert "--step" in capsys.readouterr().err


def test_ctrl_c_ends_with_one_object_too(monkeypatch, capsys):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("tingfeng.cli.asking.search", stop)
    assert main(["search", "--json"]) == 130
    assert json.loads(capsys.readouterr().out) == {"stopped": True}


def test_a_reader_that_has_seen_enough_is_no_fault(folder):
    (folder / "tingfeng.toml").write_text("")
    command = [sys.executable, "-m", "tingfeng", "search", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        errors = process.stderr.read()
        process.wait()
    assert (process.returncode, errors) == (0, b"")


def test_a_brand_name_is_no_markup(folder, capsys):
    (folder / "tingfeng.toml").write_text('[[brands]]\nname = "[/x]"\n', encoding="utf-8")
    assert main(["voice"]) == 0
    assert "[/x]" in capsys.readouterr().out


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_stopped_command_leaves_no_process_behind(folder, sent, code):
    (folder / "tingfeng.toml").write_text("")
    with (folder / "posts.jsonl").open("w", encoding="utf-8") as out:
        for number in range(20_000):
            row = {"id": str(number), "text": f"第 {number} 帖：质量真的不错，物流也快", "time": 1}
            out.write(json.dumps(row) + "\n")
    mapping = '[constants]\nplatform = "weibo"\n[columns]\nid = "id"\ntext = "text"\n'
    (folder / "map.toml").write_text(mapping)
    assert main(["import", "posts.jsonl", "--map", "map.toml"]) == 0
    command = [sys.executable, "-m", "tingfeng", "analyze", "--processes", "2", "--json"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        store = SQLiteStore("tingfeng.db")
        while not store.totals()["read"] and process.poll() is None:
            time.sleep(0.01)
        store.close()
        process.send_signal(sent)
        output, _ = process.communicate(timeout=30)  # ends when no worker holds the pipe any more
    assert (process.returncode, json.loads(output)) == (code, {"stopped": True})


@pytest.mark.parametrize(("faults", "rounds", "code"), [(1, 2, 0), (2, 2, 1)])
def test_a_round_that_fails_ends_no_watch(monkeypatch, capsys, faults, rounds, code):
    left = [StoreError("库忙", "busy")] * faults

    def analyze(self, **_):
        if left:
            raise left.pop()
        return ReadingTally()

    monkeypatch.setattr("tingfeng.pipeline.Pipeline.analyze", analyze)
    assert main(["watch", "--rounds", str(rounds), "--every", "0.01", "--json"]) == code
    told = capsys.readouterr()
    assert told.err.count("库忙") == faults
    assert json.loads(told.out) == {"rounds": rounds}


def test_a_webhook_given_to_init_can_be_told_at_once(folder, monkeypatch, capsys):
    answers = io.StringIO("云雀\n\nhttp://127.0.0.1:9/hook\n")
    monkeypatch.setattr(answers, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdin", answers)
    assert main(["init"]) == 0
    assert main(["alerts", "run"]) == 0
    assert "SECRET=" not in capsys.readouterr().out
    assert "TINGFENG_WEBHOOK_SECRET=" in (folder / ".env").read_text(encoding="utf-8")


def test_an_unknown_brand_is_no_empty_answer(capsys):
    assert main(["lexicon", "test", "--brand", "无"]) == 1
    assert "tingfeng.toml" in capsys.readouterr().err
