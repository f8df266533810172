"""Refused documents wait in a file, are sent again, and are forgotten with whom they tell of."""

import io
import json
import sqlite3
import stat
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from index.es.bulk_body import Action
from index.es.deadletters import DeadLetters
from index.es.letters import KEPT
from index.es.verdicts import Finding, Verdict
from tingfeng import StoreError

BAD = Finding(verdict=Verdict.REFUSED, status=400, type="document_parsing_exception", reason="日期")


def action(id: str = "a", version: int | None = 1, **source: Any) -> Action:
    told = json.dumps({"post_key": f"weibo:{id}", **source}).encode()
    return Action(index="tf-posts-v1-2026.06", id=id, source=told, version=version)


@pytest.fixture
def dead(tmp_path: Path, now: datetime) -> Any:
    letters = DeadLetters(tmp_path / "dead_letters.db", limit=5, now=lambda: now)
    yield letters
    letters.close()


def test_a_letter_says_what_when_and_why(dead: DeadLetters, now: datetime) -> None:
    dead.put([(action("a", 7, author={"hash": "h1"}), BAD, 3)])
    (letter,) = dead.letters()
    assert (letter.at, letter.id, letter.operation, letter.version) == (now, "a", "index", 7)
    assert (letter.status, letter.error, letter.reason) == (400, BAD.type, "日期")
    assert (letter.attempts, letter.post_key, letter.author) == (3, "weibo:a", "h1")
    assert letter.action == action("a", 7, author={"hash": "h1"})


def test_one_letter_for_a_document_and_the_newest_version_stays(dead: DeadLetters) -> None:
    dead.put([(action("a", 2), BAD, 1)])
    dead.put([(action("a", 1), BAD, 1)])
    dead.put([(action("a", 3), BAD, 2)])
    assert [(each.version, each.attempts) for each in dead.letters()] == [(3, 3)]


@pytest.mark.parametrize(("version", "left"), [(4, 1), (5, 0), (6, 0), (None, 1)])
def test_a_later_write_makes_a_letter_pointless(
    dead: DeadLetters, version: int | None, left: int
) -> None:
    dead.put([(action("a", 5), BAD, 1)])
    dead.written([action("a", version), action("b", 9)])
    assert len(dead) == left


def test_a_letter_of_another_program_is_seen(dead: DeadLetters, tmp_path: Path) -> None:
    dead.written([action("a", 2)])
    other = DeadLetters(tmp_path / "dead_letters.db")
    other.put([(action("a", 1), BAD, 1)])
    dead.written([action("a", 2)])
    assert len(other) == 0
    other.close()


def test_what_is_forgotten_leaves_no_trace(dead: DeadLetters, tmp_path: Path) -> None:
    incident = Action(
        index="tf-incidents-v1", id="i", source='{"posts": ["weibo:云"]}'.encode(), version=1
    )
    author = Action(index="tf-authors-v1", id="w", source=b'{"hash": "h2"}', version=1)
    said = action("b", text="secretword", author={"hash": "h2"})
    deletion = Action(index="tf-posts-v1-2026.06", id="d", source=None, version=9)
    dead.put([(each, BAD, 1) for each in (action("a"), said, incident, author, deletion)])
    assert dead.forget(["weibo:a", "weibo:云"]) == 2
    assert dead.forget(author="h2") == 2
    assert [letter.id for letter in dead.letters()] == ["d"]
    assert b"secretword" not in (tmp_path / "dead_letters.db").read_bytes()


@pytest.mark.parametrize("source", [b'{"broken', b"[1]", b'{"big": "%s"}' % (b"x" * KEPT)])
def test_what_cannot_be_looked_through_is_not_kept(dead: DeadLetters, source: bytes) -> None:
    dead.put([(Action(index="i", id="1", source=source), BAD, 1)])
    (letter,) = dead.letters()
    assert letter.source is None
    assert letter.action is None


def test_too_many_are_no_matter_of_single_documents(dead: DeadLetters) -> None:
    dead.put([(action(str(number)), BAD, 1) for number in range(5)])
    with pytest.raises(StoreError, match="dlq list"):
        dead.put([(action("sixth"), BAD, 1)])
    dead.put([(action("4", 2), BAD, 1)])
    assert len(dead) == 5


def test_letters_are_exported_as_lines(dead: DeadLetters) -> None:
    dead.put([(action("a", text="云雀"), BAD, 1), (action("b"), BAD, 1)])
    file = io.StringIO()
    assert dead.export(file) == 2
    first = json.loads(file.getvalue().splitlines()[0])
    assert first["source"]["text"] == "云雀"
    assert datetime.fromisoformat(first["at"]).tzinfo is not None


def test_counts_and_giving_up(dead: DeadLetters) -> None:
    dead.put([(action("a"), BAD, 1), (Action(index="other", id="1", source=None), BAD, 1)])
    assert dead.counts() == {("other", BAD.type): 1, ("tf-posts-v1-2026.06", BAD.type): 1}
    assert dead.drop(index="other") == 1
    assert dead.drop() == 1


class Sending:
    """A writer that refuses what *refuses* names."""

    def __init__(self, dead: DeadLetters, refuses: str = "") -> None:
        self.dead, self.refuses, self.sent = dead, refuses, []

    def add(self, action: Action) -> None:
        self.sent.append(action)

    def flush(self) -> None:
        for each in self.sent:
            if each.id == self.refuses:
                self.dead.put([(each, BAD, 1)])
            else:
                self.dead.written([each])


def test_retried_letters_go_and_those_refused_again_stay(dead: DeadLetters) -> None:
    dead.put([(action("a"), BAD, 1), (action("b"), BAD, 1)])
    assert dead.retry(Sending(dead, "b")) == (1, 1)
    assert [(letter.id, letter.attempts) for letter in dead.letters()] == [("b", 2)]


def test_a_retry_asks_the_store_what_a_document_is_by_now(dead: DeadLetters) -> None:
    dead.put([(action("a"), BAD, 1), (action("gone"), BAD, 1)])
    moved = Action(index="tf-posts-v1-2026.05", id="a", source=b"{}", version=8)
    sending = Sending(dead)
    assert dead.retry(sending, again=lambda each: [moved] if each.id == "a" else []) == (2, 0)
    assert sending.sent == [moved]


def test_a_retry_leaves_what_was_not_kept(dead: DeadLetters) -> None:
    dead.put([(Action(index="i", id="1", source=b"{"), BAD, 1)])
    assert dead.retry(Sending(dead)) == (0, 1)


def test_the_file_is_for_its_owner_only(dead: DeadLetters, tmp_path: Path) -> None:
    mode = (tmp_path / "dead_letters.db").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_a_file_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"nowhere"):
        DeadLetters(tmp_path / "nowhere" / "dead_letters.db")
    (tmp_path / "text").write_text("not a database " * 100)
    with pytest.raises(StoreError):
        DeadLetters(tmp_path / "text")


def test_old_letters_survive_a_restart(tmp_path: Path) -> None:
    for _ in range(2):
        letters = DeadLetters(tmp_path / "d.db")
        letters.put([(action("a", 1), BAD, 1)])
        letters.close()
    with sqlite3.connect(tmp_path / "d.db") as db:
        assert db.execute("SELECT attempts FROM letter").fetchall() == [(2,)]
    db.close()
