"""A model of one's own: made from corrections, compared, switched to, and history follows."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from index.dump import dump
from index.sqlite import SQLiteStore
from tingfeng import Alias, Correction
from tingfeng.cli import main

HERE = Path(__file__).parent
README = (HERE.parents[1] / "README.md").read_text(encoding="utf-8")
SETTINGS = """
[reader]
sentiment = {{ use = "words_engine:WordsEngine"{more} }}
processes = 1
[label]
by = "小王"
[[brands]]
name = "云雀"
aliases = ["云雀"]
[[channels]]
use = "console"
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
SAID = {"negative": ["开裂", "卡顿", "拉胯"], "neutral": ["发布", "参数", "尺寸"],
        "positive": ["丝滑", "扎实", "惊艳"]}  # fmt: skip
"""Words that the engine does not know."""
LABELS = tuple(SAID)


def text_of(number):
    return (
        f"第{number}天用云雀，感觉{SAID[LABELS[number % 3]][number // 3 % 3]}{number * 7919 % 9973}"
    )


def settings(folder, more=""):
    (folder / "tingfeng.toml").write_text(SETTINGS.format(more=more), encoding="utf-8")


def filled(folder, now, posts=120):
    settings(folder)
    (folder / ".env").write_text("TINGFENG_AUTHOR_KEY=0123456789abcdef\n", encoding="utf-8")
    (folder / "map.toml").write_text(MAPPING, encoding="utf-8")
    with (folder / "posts.csv").open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["id", "text", "user", "time"])
        for number in range(posts):
            at = now - timedelta(minutes=10 * (posts - number))
            rows.writerow([number, text_of(number), f"u{number}", f"{at:%Y-%m-%d %H:%M:%S}"])
    assert main(["import", "posts.csv", "--map", "map.toml", "--json"]) == 0
    assert main(["analyze", "--json"]) == 0


@pytest.fixture
def folder(tmp_path, monkeypatch, now):
    monkeypatch.syspath_prepend(HERE)
    monkeypatch.chdir(tmp_path)
    filled(tmp_path, now)
    return tmp_path


@pytest.fixture
def labelled(folder, now):
    """90 of the 120 posts are labelled."""
    store = SQLiteStore("tingfeng.db")
    store.correct(
        [
            Correction(key=f"weibo:{n}", brand="云雀", label=LABELS[n % 3], by="小王", at=now,
                       group=f"weibo:{n}")
            for n in range(90)
        ]
    )  # fmt: skip
    store.close()
    return folder


def ask(capsys, *words, code=0):
    capsys.readouterr()
    assert main([*words, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def documented(command):
    (keys,) = re.findall(rf"^\| [^|]*`{command}`[^|]*\| `([a-z_ ]+)` \|$", README, re.MULTILINE)
    return set(keys.split())


def readings():
    store = SQLiteStore("tingfeng.db")
    found = [store.get(f"weibo:{n}").analysis for n in range(120)]
    store.close()
    return found


def test_too_few_labels_say_how_many_are_needed(folder, capsys):
    ask(capsys, "label", "weibo:3", "--brand", "云雀", "--as", "negative")
    for command, least in (("train", "20"), ("calibrate", "10")):
        told = ask(capsys, command, code=1)["error"]
        assert "数据不足" in told
        assert least in told
        assert "负面 1" in told
    assert not Path("models").exists()


def test_a_model_is_made_compared_used_and_history_is_read_again(labelled, capsys):
    ask(capsys, "analyze", "--again")
    made = ask(capsys, "train")
    assert set(made) == documented("train")
    figures = made["figures"]["mention"]
    assert figures["new"]["macro_f1"]["value"] > 0.9 > figures["old"]["macro_f1"]["value"]
    gain = figures["difference"]["macro_f1"]
    assert 0 < gain["low"] <= gain["value"] <= gain["high"]
    assert figures["new"]["macro_f1"]["n"] == 90
    assert made["counts"]["mention"] == {"negative": 30, "neutral": 30, "positive": 30}
    assert made["newest"]["mentions"] == 120
    assert made["newest"]["changed"] > 80
    # It never switches by itself.
    assert ask(capsys, "analyze")["analyzed"] == 0
    listed = ask(capsys, "model", "list")
    assert set(listed) == documented("model list")
    assert (listed["in_use"], [one["name"] for one in listed["models"]]) == (
        "shipped",
        [made["model"]],
    )

    used = ask(capsys, "model", "use", made["model"][-8:])
    assert set(used) == documented("model use")
    assert used["unread"] == 120
    again = ask(capsys, "analyze")
    assert again["analyzed"] == 120
    assert made["model"][-8:] in again["reader"]
    after = readings()
    assert all(one.attitude("云雀") == LABELS[n % 3] for n, one in enumerate(after[:90]))
    assert {one.mentions[0].sentiment.by for one in after[:90]} == {"person"}
    right = [one.attitude("云雀") == LABELS[n % 3] for n, one in enumerate(after[90:])]
    assert {one.mentions[0].sentiment.by for one in after[90:]} == {"model"}
    assert sum(right) >= 27
    assert made["model"] in json.dumps(ask(capsys, "doctor"), ensure_ascii=False)

    assert ask(capsys, "model", "use", "shipped")["before"] == made["model"]
    assert ask(capsys, "analyze")["analyzed"] == 120
    assert readings()[100].attitude("云雀") == "uncertain"


def test_a_card_says_who_labelled_what_and_no_text(labelled, capsys):
    made = ask(capsys, "train", "--by", "老张")
    text = (labelled / "models" / f"{made['model']}.json").read_text(encoding="utf-8")
    card = json.loads(text)
    assert card["by"] == "老张"
    assert len(card["labels"]) == 90
    assert {"id": "weibo:4|云雀", "label": "neutral", "by": "小王"}.items() <= card["labels"][
        4
    ].items()
    assert card["figures"] == made["figures"]
    assert "感觉" not in text
    first = (labelled / "models" / f"{made['model']}.npz").read_bytes()
    assert ask(capsys, "train")["model"] == made["model"]  # the same labels, the same model
    assert (labelled / "models" / f"{made['model']}.npz").read_bytes() == first


def test_labels_of_a_file_count_too(folder, capsys):
    with Path("gold.csv").open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["text", "brand", "start", "is_brand", "stance"])
        for number in range(200, 290):
            text = text_of(number)
            rows.writerow([text, "云雀", text.index("云雀"), 1, LABELS[number % 3][:3]])
    made = ask(capsys, "train", "--labels", "gold.csv")
    assert made["labels"] == 90
    assert made["figures"]["mention"]["new"]["macro_f1"]["value"] > 0.9
    assert "感觉" not in (folder / "models" / f"{made['model']}.json").read_text(encoding="utf-8")


def test_a_label_counts_where_the_lexicon_knows_a_longer_name(folder, capsys, monkeypatch):
    """What the product accepted overlaps what was labelled, with other offsets."""
    monkeypatch.setattr(
        "tingfeng.pipeline.scoring.suggest",
        lambda brand: (Alias(text=brand), Alias(text=f"第1{brand}", entity="product")),
    )
    with Path("gold.csv").open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["text", "brand", "start", "is_brand", "stance"])
        for number in range(90):
            text = f"今天用第1云雀，感觉{SAID[LABELS[number % 3]][number // 3 % 3]}{number * 7919 % 9973}"
            rows.writerow([text, "云雀", text.index("云雀"), 1, LABELS[number % 3][:3]])
    made = ask(capsys, "train", "--labels", "gold.csv")
    assert (made["labels"], made["lost"]) == (90, 0)


def test_calibration_learns_no_words(labelled, capsys):
    made = ask(capsys, "calibrate")
    card = json.loads((labelled / "models" / f"{made['model']}.json").read_text(encoding="utf-8"))
    assert card["parts"]["mention"]["ngrams"] == 0
    assert card["kind"] == "calibrate"


def test_two_models_are_compared_on_what_neither_has_seen(labelled, capsys, now):
    first, second = ask(capsys, "train")["model"], ask(capsys, "calibrate")["model"]
    seen = ask(capsys, "model", "compare", "shipped", first)
    assert set(seen) == documented("model compare")
    assert not seen["figures"]["mention"]["unseen"]
    store = SQLiteStore("tingfeng.db")
    store.correct(
        [
            Correction(key=f"weibo:{n}", brand="云雀", label=LABELS[n % 3], by="小王", at=now)
            for n in range(90, 120)
        ]
    )
    store.close()
    fresh = ask(capsys, "model", "compare", second, first)["figures"]["mention"]
    assert fresh["unseen"]
    assert fresh["new"]["macro_f1"]["n"] == 30
    assert fresh["new"]["macro_f1"]["value"] > fresh["old"]["macro_f1"]["value"]
    assert ask(capsys, "model", "compare", first, first)["newest"]["changed"] == 0


@pytest.mark.parametrize("words", [["use", "none"], ["compare", "shipped", "none"]])
def test_a_model_that_is_not_there_is_a_message(folder, capsys, words):
    assert "shipped" in ask(capsys, "model", *words, code=1)["error"]


def test_a_model_does_not_fit_another_engine(labelled, capsys):
    made = ask(capsys, "train")["model"]
    settings(labelled, ', praise = "妙"')
    assert "tingfeng train" in ask(capsys, "model", "use", made, code=1)["error"]
    settings(labelled)
    ask(capsys, "model", "use", made)
    settings(labelled, ', praise = "妙"')
    assert "model use shipped" in ask(capsys, "analyze", code=1)["error"]
    ask(capsys, "model", "use", "shipped")
    assert ask(capsys, "analyze")["analyzed"] == 120


def test_after_an_upgrade_train_and_list_and_shipped_work(labelled, capsys):
    old = ask(capsys, "train")["model"]
    ask(capsys, "model", "use", old)
    settings(labelled, ', praise = "妙"')  # the engine has another version now
    listed = ask(capsys, "model", "list")
    assert (listed["in_use"], [one["name"] for one in listed["models"]]) == (old, [old])
    made = ask(capsys, "train")
    assert (made["old"], made["model"] == old) == ("shipped", False)
    card = json.loads((labelled / "models" / f"{made['model']}.json").read_text(encoding="utf-8"))
    assert card["old_misfit"]["name"] == old
    assert main(["train"]) == 0
    assert "shipped" in capsys.readouterr().out
    ask(capsys, "model", "use", made["model"])
    assert ask(capsys, "analyze")["analyzed"] == 120


def test_a_broken_card_is_a_row_and_hinders_nobody(labelled, capsys):
    made = ask(capsys, "train")["model"]
    ask(capsys, "model", "use", made)
    (labelled / "models" / f"{made}.json").write_text("{", encoding="utf-8")
    (only,) = ask(capsys, "model", "list")["models"]
    assert (only["name"], only["by"]) == (made, None)
    assert "model use shipped" in only["fault"]
    assert main(["model", "list"]) == 0
    assert made in capsys.readouterr().out
    assert ask(capsys, "model", "use", "shipped")["before"] == made


def test_a_model_whose_files_are_gone_says_so_and_can_be_left(labelled, capsys):
    made = ask(capsys, "train")["model"]
    ask(capsys, "model", "use", made)
    for file in (labelled / "models").iterdir():
        file.unlink()
    assert "model use shipped" in ask(capsys, "analyze", code=1)["error"]
    ask(capsys, "model", "use", "shipped")
    assert ask(capsys, "analyze")["analyzed"] == 0


def test_alerts_wait_until_history_is_read_by_the_new_reader(labelled, capsys, now):
    at = f"{now:%Y-%m-%dT%H:%M}"
    assert ask(capsys, "alerts", "run", "--now", at)["waits"] is False
    made = ask(capsys, "train")["model"]
    ask(capsys, "model", "use", made)
    assert ask(capsys, "alerts", "run", "--now", at)["waits"] is True
    assert main(["alerts", "run", "--now", at]) == 0
    assert "tingfeng analyze" in capsys.readouterr().err
    ask(capsys, "analyze")
    after = ask(capsys, "alerts", "run", "--now", at)
    assert (after["waits"], after["changes"]) == (False, [])
    store = SQLiteStore("tingfeng.db")
    assert made[-8:] in json.loads(store.load_state("alerts/云雀"))["reader"]
    store.close()


def test_scoring_in_an_empty_folder_makes_no_store(tmp_path, monkeypatch, capsys):
    monkeypatch.syspath_prepend(HERE)
    monkeypatch.chdir(tmp_path)
    settings(tmp_path)
    (tmp_path / "gold.csv").write_text(
        "text,brand,start,stance\n云雀真好,云雀,0,pos\n", encoding="utf-8"
    )
    ask(capsys, "score", "mentions", "gold.csv")
    assert not list(tmp_path.glob("tingfeng.db*"))


def test_killed_while_history_is_read_again_nothing_is_lost(labelled, capsys):
    """SIGKILL in the middle of the re-reading after a switch: the store ends as without."""
    ask(capsys, "analyze", "--again")
    made = ask(capsys, "train")["model"]
    ask(capsys, "model", "use", made)
    environment = os.environ | {"PYTHONPATH": str(HERE)}
    for kills in range(1, 4):
        command = [sys.executable, "-c", KILLABLE]
        with subprocess.Popen(
            command, cwd=labelled, env=environment, stdout=subprocess.PIPE
        ) as process:
            assert process.stdout.readline()  # a batch of twenty has been kept
            process.send_signal(signal.SIGKILL)
        assert sum(made[-8:] in one.reader for one in readings()) == 20 * kills
    assert ask(capsys, "alerts", "run")["waits"] is True
    assert ask(capsys, "analyze")["analyzed"] == 60
    resumed = list(dump("tingfeng.db"))
    for model in ("shipped", made):
        ask(capsys, "model", "use", model)
        assert ask(capsys, "analyze")["analyzed"] == 120
    assert list(dump("tingfeng.db")) == resumed
    assert readings()[5].attitude("云雀") == LABELS[5 % 3]


KILLABLE = """
import time
import tingfeng.pipeline.reading as reading
from tingfeng.pipeline.said import Said
reading.BATCH = 20
keep = Said.record
def slowly(self, *rest):
    kept = keep(self, *rest)
    print("kept", flush=True)
    time.sleep(60)
    return kept
Said.record = slowly
from tingfeng.cli import main
main(["analyze", "--json"])
"""
