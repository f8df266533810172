"""The built-in story is the smoke test of the whole."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tingfeng.cli import main


def told(tmp_path: Path, capsys: pytest.CaptureFixture[str], seed: int) -> dict:
    code = main(
        ["demo", "--json", "--seed", str(seed), "--folder", str(tmp_path / "demo"),
         "--report", str(tmp_path / "report.html")]
    )  # fmt: skip
    answer = json.loads(capsys.readouterr().out)
    assert code == 0, answer
    return answer


def test_the_story_is_heard_as_it_was_told(tmp_path, capsys):
    answer = told(tmp_path, capsys, 0)
    assert answer["passed"]
    assert 4_500 <= answer["posts"] <= 5_500
    assert answer["distinct"] >= 2_000
    (alert,) = answer["alerts"]
    opened = datetime.fromisoformat(alert["opened_at"])
    begins = datetime.fromisoformat(answer["planted"]["begins_at"])
    assert begins < opened <= datetime.fromisoformat(answer["planted"]["should_alert_by"])
    assert opened - begins <= timedelta(hours=2)
    assert alert["brand"] == answer["planted"]["brand"]
    assert len(answer["sentiment"]) == 2
    assert answer["words"]["words"]
    assert "云雀" in Path(answer["report"]).read_text(encoding="utf-8")


def test_another_seed_moves_the_alert_and_a_quiet_one_has_none(tmp_path, capsys):
    first, other = (told(tmp_path, capsys, seed) for seed in (0, 1))
    assert first["alerts"][0]["opened_at"] != other["alerts"][0]["opened_at"]
    quiet = told(tmp_path, capsys, 3)
    assert quiet["planted"] is None
    assert quiet["alerts"] == []


@pytest.mark.parametrize("name", ["tingfeng.toml", ".env", "tingfeng.db"])
def test_a_folder_with_something_of_ones_own_is_left_alone(tmp_path, capsys, name):
    (tmp_path / name).write_text("mine", encoding="utf-8")
    assert main(["demo", "--folder", str(tmp_path)]) == 1
    assert "--folder" in capsys.readouterr().err
    assert [file.name for file in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text(encoding="utf-8") == "mine"


def test_an_alert_on_the_console_stays_out_of_the_one_object(tmp_path, capsys, monkeypatch):
    alert = told(tmp_path, capsys, 0)["alerts"][0]
    monkeypatch.chdir(tmp_path / "demo")
    begun = datetime.fromisoformat(alert["opened_at"]) - timedelta(hours=1)
    sent = []
    for hours in range(10):
        moment = f"{begun + timedelta(hours=hours):%Y-%m-%dT%H:%M}"
        assert main(["alerts", "run", "--now", moment, "--json", "--lang", "en"]) == 0
        written = capsys.readouterr()
        sent += json.loads(written.out)["delivered"]
        assert all(id in written.err for id in json.loads(written.out)["delivered"])
    assert sent
