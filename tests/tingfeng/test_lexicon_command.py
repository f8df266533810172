"""``lexicon test`` says of each name what a reading would say, and why."""

import csv
import json
import re
from pathlib import Path

import pytest

from tingfeng import Message
from tingfeng.cli import main

MAPPING = """
[constants]
platform = "weibo"
[columns]
id = "id"
text = "text"
author = "user"
published_at = "time"
"""
TEXTS = [
    "苹果新系统又把电池更新没了", "每天一个苹果，再喝一杯牛奶", "刚换了苹果手机，信号一般",
    "苹果熟了，摘了一筐送邻居", "苹果客服让我重启三次，还是连不上",
]  # fmt: skip
PLAIN = '[reader]\nsentiment = { use = "linear" }\n[[brands]]\nname = "苹果"\n'
OWN = PLAIN + 'aliases = [{ text = "苹果", near = ["系统"], never = ["牛奶", "客服"] }]\n'


@pytest.fixture
def lines(tmp_path: Path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "map.toml").write_text(MAPPING, encoding="utf-8")
    with (tmp_path / "posts.csv").open("w", encoding="utf-8", newline="") as out:
        rows = [["id", "text", "user", "time"]]
        rows += [[str(n), t, f"u{n}", f"2026-06-12 09:{n:02}:00"] for n, t in enumerate(TEXTS, 1)]
        csv.writer(out).writerows(rows)

    def ask(*words: str) -> dict:
        assert main([*words, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    def tested(settings: str, *more: str) -> tuple[list[dict], int]:
        (tmp_path / "tingfeng.toml").write_text(settings, encoding="utf-8")
        ask("import", "posts.csv", "--map", "map.toml")
        ask("analyze", "--again", "--processes", "1")
        stored = [p for p in ask("search", "", "--brand", "苹果")["posts"] if p["mentions"]]
        return ask("lexicon", "test", *more)["lines"], len(stored)

    return tested


def accepted(lines: list[dict]) -> int:
    return sum(one["posts"] for one in lines if one["accepted"])


def test_what_the_model_decides_is_shown_and_is_what_a_reading_decides(lines):
    found, stored = lines(PLAIN)
    assert accepted(found) == stored >= 3
    reasons = {one["rule"] for one in found}
    assert any(re.fullmatch(r"model:\d\.\d", rule) for rule in reasons)


def test_words_of_ones_own_come_before_the_model(lines):
    found, stored = lines(OWN)
    verdicts = {one["rule"]: one["accepted"] for one in found}
    assert verdicts["near:系统"] is True
    assert verdicts["never:牛奶"] is verdicts["never:客服"] is False
    assert accepted(found) == stored


def test_an_engine_that_asks_others_is_not_asked_for_a_trial(lines, monkeypatch):
    monkeypatch.setattr(
        "tingfeng.pipeline.readers.Readers.engine_report", (Message("问了别人", "asked others"), {})
    )
    found, _ = lines(PLAIN)
    assert not any(one["rule"].startswith("model:") for one in found)
