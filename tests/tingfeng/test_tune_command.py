"""tingfeng alerts tune, over a real store."""

from __future__ import annotations

import csv
import json
import random
from datetime import datetime, timedelta

import pytest

from index.sqlite import SQLiteStore
from tingfeng import SHANGHAI
from tingfeng.alerts.tuning import OFFSETS, log
from tingfeng.cli import main
from tingfeng.settings import Settings

SETTINGS = '[[brands]]\nname = "云雀"\n[[competitors]]\nname = "白鹭"\n'
MAPPING = """
[constants]
platform = "weibo"
[columns]
id = "编号"
text = "正文"
author = "用户"
published_at = "时间"
"""
BEGIN = datetime(2026, 3, 2, tzinfo=SHANGHAI)
DAYS = 24
NOW = f"{BEGIN + timedelta(days=DAYS):%Y-%m-%d %H:%M}"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tingfeng.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "map.toml").write_text(MAPPING, encoding="utf-8")
    dice = random.Random(1)
    with (tmp_path / "posts.csv").open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["编号", "正文", "用户", "时间"])
        for hour in range(DAYS * 24):
            at = BEGIN + timedelta(hours=hour, minutes=dice.randrange(60))
            text = f"云雀手机{dice.choice(['太差了，再也不买', '很好用', '今天发布'])} {hour}"
            rows.writerow([f"5{hour:015}", text, f"u{hour}", f"{at:%Y-%m-%d %H:%M:%S}"])
    assert main(["import", "posts.csv", "--map", "map.toml", "--json"]) == 0
    assert main(["analyze", "--processes", "1", "--json"]) == 0
    return tmp_path


def ask(capsys, *words):
    capsys.readouterr()
    assert main(["alerts", "tune", "--now", NOW, *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def kept(folder):
    store = SQLiteStore(path=str(folder / Settings().store["path"]))
    lines = log(store, "云雀")
    store.close()
    return lines


def test_a_preview_stores_nothing_and_apply_is_logged(folder, capsys):
    answer = ask(capsys, "--budget", "安静")
    assert (answer["sensitivity"], answer["budget"], answer["applied"]) == ("calm", 0.1, False)
    assert "云雀" in [one["brand"] for one in answer["brands"]]
    assert kept(folder) == []
    (first,) = [one for one in ask(capsys, "--apply")["brands"] if one["brand"] == "云雀"]
    assert first["enough"]
    assert first["offset"] in OFFSETS
    (second,) = [one for one in ask(capsys, "--budget", "灵敏", "--apply")["brands"] if one["brand"] == "云雀"]  # fmt: skip
    assert second["before"] == first["offset"]
    assert second["offset"] <= first["offset"]
    assert [one.offset for one in kept(folder)] == [first["offset"], second["offset"]]


def test_it_says_so_in_a_sentence(folder, capsys):
    capsys.readouterr()
    assert main(["alerts", "tune", "--now", NOW, "--brand", "云雀"]) == 0
    said = capsys.readouterr().out
    assert "云雀：警线偏移" in said
    assert "--apply" in said
