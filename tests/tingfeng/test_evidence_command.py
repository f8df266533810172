"""alerts evidence, as typed; what went far is kept by every round of judging."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from index.sqlite import SQLiteStore
from tingfeng import SHANGHAI, Ack, Evidence, Incident, Query
from tingfeng.alerts.reach import EVERY, Lines, keep_far
from tingfeng.cli import main
from tingfeng.pipeline import Pipeline
from tingfeng.settings import Settings

SETTINGS = """
store = { use = "sqlite", path = "t.db" }
channels = []
[label]
by = "王五"
[[brands]]
name = "云雀"
"""

AT = datetime(2026, 6, 12, 8, 30, tzinfo=SHANGHAI)


def incident(*keys, **changes):
    evidence = Evidence(
        at=AT, rule="share_1h", score=9.0, threshold=5.0, window_hours=1.0, mentions=40,
        negative=20, expected=4.0, usual_share=0.1, posts=keys, sentences=(("为什么", "Why"),),
    )  # fmt: skip
    fields = {"brand": "云雀", "level": "yellow", "state": "open", "opened_at": AT,
              "first_post_at": AT, "updated_at": AT, "evidence": evidence}  # fmt: skip
    return Incident(id="ab12", **(fields | changes))


@pytest.fixture
def folder(tmp_path, monkeypatch, make_seen, make_analysis, now):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tingfeng.toml").write_text(SETTINGS, encoding="utf-8")
    store = SQLiteStore("t.db")
    seen = [make_seen("1", "云雀手机自燃"), make_seen("2", "云雀手机也自燃", reposts=600)]
    store.put(seen, now=now)
    store.record([make_analysis(one.post, "negative", ("云雀",)) for one in seen])
    store.save_incident(incident("weibo:1"), now=now)
    store.log([Ack(incident="ab12", level="yellow", by="李四", at=now)])
    store.close()
    return tmp_path


def ask(capsys, *argv, code=0):
    assert main(["alerts", "evidence", *argv, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def test_a_pack_is_written_verified_and_found_out(folder, capsys):
    made = ask(capsys, "ab")
    assert set(made) == {
        "incident", "brand", "made_at", "path", "files", "head", "flaws", "exhibits",
    }  # fmt: skip
    assert [one["key"] for one in made["exhibits"]] == ["weibo:1"]
    told = ask(capsys, "--verify", "evidence-ab12")
    assert told["intact"]
    assert told["manifest_sha256"] == made["files"]["manifest.json"]
    Path("evidence-ab12/exhibits/001.json").write_text("{}")
    told = ask(capsys, "--verify", "evidence-ab12", code=1)
    assert not told["intact"]
    assert any("001.json" in one for one in told["flaws"])
    assert ask(capsys, "ab12", "-o", "two.zip", "--lang", "en")["path"] == "two.zip"


def test_what_was_deleted_meanwhile_is_in_the_pack(folder, capsys, now):
    store = SQLiteStore("t.db")
    assert store.expire(now + timedelta(days=9), now=now) == 2
    assert list(store.search(Query())) == []
    store.close()
    ask(capsys, "ab12")
    assert "云雀手机自燃" in Path("evidence-ab12/evidence-ab12.html").read_text(encoding="utf-8")
    assert main(["forget", "--post", "weibo:1", "--yes"]) == 0
    assert "证据副本 1" in capsys.readouterr().out
    made = ask(capsys, "ab12", "-o", "after")
    assert [one["kind"] for one in made["exhibits"]] == ["evidence", "forgotten"]
    assert "云雀手机自燃" not in Path("after/evidence-ab12.html").read_text(encoding="utf-8")


def test_a_tampered_store_is_said(folder, capsys):
    store = SQLiteStore("t.db")
    with store._db.writing() as db:
        db.execute(r"UPDATE exhibit SET body = replace(body, '\u81ea\u71c3', '\u6ca1\u4e8b')")
    store.close()
    made = ask(capsys, "ab12", "--lang", "en")
    assert made["flaws"] == ["the copy of line 1 was changed"]


@pytest.mark.parametrize("argv", [[], ["ab12", "--verify", "x"], ["nobody"], ["--verify", "x"]])
def test_what_cannot_be_done_is_said(folder, capsys, argv):
    assert main(["alerts", "evidence", *argv]) == 1
    assert capsys.readouterr().err


def test_what_went_far_is_kept_by_the_round(folder, now):
    settings = Settings.read(None)
    with Pipeline(settings, clock=lambda: now) as pipeline:
        store = pipeline.store
        assert keep_far(store, Lines(reposts=601, views=5000), now) == 0
        assert keep_far(store, Lines(), now) == 0  # looked at within the quarter
        assert keep_far(store, Lines(), now + EVERY) == 1
        assert keep_far(store, Lines(), now + 2 * EVERY) == 0
        assert [(one.kind, one.key) for one in store.evidence("ab12")] == [
            ("evidence", "weibo:1"), ("reach", "weibo:2"),
        ]  # fmt: skip
        store.save_incident(replace(incident(), state="closed"))
        assert keep_far(store, Lines(reposts=1), now + 3 * EVERY) == 0
