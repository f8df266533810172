"""What the bench of corrections stands on: known answers, kills in the middle, proofs that can fail."""

import csv
import gzip
import sqlite3
import sys
from contextlib import closing

import pytest

from benchmarks.correction_look import stands, unheard
from benchmarks.correction_story import Story
from benchmarks.shell import Shell
from benchmarks.silver_posts import Known, silver_posts


def written(path, rows):
    with gzip.open(path, "wt", encoding="utf-8", newline="") as out:
        table = csv.DictWriter(out, list(rows[0]))
        table.writeheader()
        table.writerows(rows)


@pytest.fixture
def folder(tmp_path):
    silver = [("a", "ced_repost", "云雀", "云雀好", "pos"), ("b", "ced_repost", "云雀", "云雀和云雀", "pos"),
              ("b", "ced_repost", "云雀", "云雀和云雀", "neg"), ("c", "ced_repost", "橙子", "一斤橙子", ""),
              ("d", "ced_repost", "橙子", "橙子半好半坏", "mix"), ("e", "jd", "橙子", "橙子差", "neg")]  # fmt: skip
    written(tmp_path / "mentions_silver.csv.gz", [
        dict(zip(("id", "source", "brand", "text", "stance"), one, strict=True)) for one in silver
    ])  # fmt: skip
    texts = ["云雀好", "无关", "云雀好", "云雀和云雀", "一斤橙子", "橙子半好半坏", "橙子差"]
    written(tmp_path / "weibo_ced_reposts.csv.gz", [
        {"text": text, "user": f"u{n}", "time": f"2013-01-01 09:00:0{n}"} for n, text in enumerate(texts)
    ])  # fmt: skip
    return tmp_path


def test_posts_are_those_with_silver_texts_and_only_clear_answers_are_known(folder):
    known = silver_posts(folder)
    assert [row[0] for row in known.rows] == ["a", "a-2", "b", "c", "d"]
    assert known.answers == {
        ("weibo:a", "云雀"): "positive", ("weibo:a-2", "云雀"): "positive",
        ("weibo:c", "橙子"): "not_brand",
    }  # fmt: skip


@pytest.fixture
def slow(tmp_path, monkeypatch):
    """A stand-in for the command line: it notes that it began, and waits."""
    (tmp_path / "slow.py").write_text(
        "import sys, time\nopen('begun', 'a').write(sys.argv[-1])\ntime.sleep(60)\n",
        encoding="utf-8",
    )
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" slow.py "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    monkeypatch.setattr("benchmarks.shell.sys.executable", str(python))
    return tmp_path


def test_a_command_is_killed_when_its_moment_has_come(slow):
    begun = slow / "begun"
    assert Shell(folder=slow).killed(("analyze",), begun.exists)
    assert begun.read_text(encoding="utf-8") == "analyze"


def test_what_ended_before_its_moment_was_not_killed(slow):
    (slow / "slow.py").write_text("pass\n", encoding="utf-8")
    assert not Shell(folder=slow).killed(("analyze",), lambda: False)


def test_a_command_that_fails_ends_the_bench(tmp_path):
    with pytest.raises(SystemExit, match="search 续航 exited with 1"):
        Shell(folder=tmp_path).ask("search", "续航")


COPIES = 4


@pytest.fixture
def story(tmp_path):
    """One text about a brand that the bench watches, posted four times."""
    known = Known()
    for n in range(COPIES):
        text = "三星手机用了一个月，今天来说说真实的体会，大家看完再决定要不要买"
        known.rows.append((f"p{n}", text, f"u{n}", f"2013-01-02 09:0{n}:00"))
        known.answers[f"weibo:p{n}", "三星"] = "negative"
    story = Story(tmp_path / "brand", known, kills=1, seed=0)
    story.filled()
    return story


def test_what_a_correction_reaches_is_read_from_the_store_and_a_loss_is_noticed(story):
    shell, words = (
        story.shell,
        ("label", "weibo:p0", "--brand", "三星", "--as", "negative", "--by", "甲"),
    )
    assert {by for _, by in stands(shell, ["weibo:p1"], "三星")} == {"model"}
    calm = story.twin()
    assert shell.tables() == calm.tables()
    assert (
        shell.ask(*words, show=lambda answer: f"changed {answer['changed']}")["changed"] == COPIES
    )
    assert stands(shell, [f"weibo:p{n}" for n in range(COPIES)], "三星") == {
        ("negative", "person"): COPIES
    }
    assert shell.tables("correction", "state") != calm.tables("correction", "state")
    assert unheard(shell) == []
    with closing(sqlite3.connect(shell.folder / "tingfeng.db")) as db, db:
        db.execute("DELETE FROM mention")
    assert unheard(shell) == ["weibo:p0 三星: None, not negative"]
    assert "真实的体会" not in "\n".join(shell.record)
