"""alerts replay --incidents: what would have fired beside what people know of."""

from __future__ import annotations

import csv
import json
from datetime import datetime, timedelta

import pytest

from index.sqlite import SQLiteStore
from tingfeng import SHANGHAI, Observation
from tingfeng.cli import main

BEGIN = datetime(2026, 3, 2, tzinfo=SHANGHAI)
CRISIS = BEGIN + timedelta(days=5, hours=10)


@pytest.fixture
def folder(tmp_path, monkeypatch, make_post, make_analysis):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tingfeng.toml").write_text('[[brands]]\nname = "云雀"\n', encoding="utf-8")
    posts = [
        make_post(f"p{n}", f"云雀手机 {n}", published_at=BEGIN + n * timedelta(minutes=3))
        for n in range(8 * 480)
    ]
    posts += [
        make_post(f"c{n}", f"云雀手机坏了 {n}", published_at=CRISIS + n * timedelta(minutes=1))
        for n in range(120)
    ]
    store = SQLiteStore(str(tmp_path / "tingfeng.db"))
    store.put([Observation(post=one) for one in posts], now=BEGIN)
    store.record([
        make_analysis(one, "negative" if one.id[0] == "c" else "neutral", brands=("云雀",))
        for one in posts
    ])  # fmt: skip
    store.close()
    return tmp_path


def score(capsys, *words):
    assert main(["alerts", "replay", "--json", *map(str, words)]) == 0
    return json.loads(capsys.readouterr().out)["score"]


def test_precision_recall_delay_and_false_alarms(folder, capsys):
    with (folder / "known.csv").open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["品牌", "since", "until"])
        rows.writerow(["云雀", CRISIS.isoformat(), (CRISIS + timedelta(hours=6)).isoformat()])
        rows.writerow(["云雀", "2026-03-04 10:00", "2026-03-04 12:00"])
        rows.writerow(["别的", "2026-03-04 10:00", "2026-03-04 12:00"])
    found = score(capsys, "--incidents", "known.csv")
    assert (found["alarms"], found["true_alarms"], found["precision"]) == (1, 1, 1.0)
    assert (found["incidents"], found["found"], found["recall"]) == (2, 1, 0.5)
    assert 0 < found["median_delay_minutes"] <= 60
    assert found["left_out"] == 1
    assert found["brands"]["云雀"]["weeks"] == pytest.approx(8 / 7, abs=0.02)
    assert main(["alerts", "replay", "--incidents", "known.csv"]) == 0
    assert "没报：云雀 2026-03-04 10:00" in capsys.readouterr().out


def test_jsonl_and_what_lies_before_since(folder, capsys):
    line = {"brand": "云雀", "since": "2026-03-09 00:00", "until": "2026-03-09 06:00"}
    (folder / "known.jsonl").write_text(json.dumps(line, ensure_ascii=False) + "\n", "utf-8")
    found = score(capsys, "--incidents", "known.jsonl")
    assert (found["alarms"], found["false_alarms"], found["recall"]) == (1, 1, 0.0)
    found = score(capsys, "--incidents", "known.jsonl", "--since", "2026-03-08")
    assert (found["alarms"], found["false_alarms_per_week"]) == (0, 0.0)


def test_what_is_no_list_of_incidents_is_refused(folder, capsys):
    (folder / "known.csv").write_text("brand\n云雀\n", "utf-8")
    assert main(["alerts", "replay", "--incidents", "known.csv"]) == 1
    assert "start" in capsys.readouterr().err
