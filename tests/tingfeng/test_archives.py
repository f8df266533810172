"""What lies beside the store is found by whole names, and rewritten wholly or not at all."""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tingfeng.pipeline.archives import Named, drop_old_rows, drop_rows


@pytest.mark.parametrize(
    ("name", "row", "found"),
    [
        ("123", "a,123,b", True),
        ("123", "a,1234,b", False),
        ("123", '{"id": 123}', True),
        ("123", "2026-123", True),
        ("a-b", "x,a-b,y", True),
        ("小明", "用户小明说", False),
        ("小明", "x,小明,y", True),
        ("小 明", "说小 明的", True),
        ("小明", '{"name": "\\u5c0f\\u660e"}', True),
        ("", "anything", False),
        ("😀", "x,😀", True),
    ],
)
def test_names_are_found_whole(name: str, row: str, found: bool) -> None:
    assert Named([name])(row) is found


def _rows(file: Path, *contents: str) -> None:
    file.parent.mkdir(exist_ok=True)
    lines = [json.dumps({"line": n, "content": one}) for n, one in enumerate(contents, 1)]
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    file.chmod(0o600)


def test_rows_leave_and_empty_files_too(tmp_path: Path) -> None:
    mixed, whole = tmp_path / "refused" / "a.jsonl", tmp_path / "refused" / "b.jsonl"
    _rows(mixed, "1,x", "2,y", "3,x")
    _rows(whole, "4,x")
    assert drop_rows(mixed.parent, Named(["x"])) == 3
    assert [json.loads(one)["line"] for one in mixed.read_text().splitlines()] == [2]
    assert mixed.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in mixed.parent.iterdir()] == ["a.jsonl"]
    assert drop_rows(tmp_path / "nowhere", Named(["x"])) == 0


def test_old_files_of_refused_rows_go(tmp_path: Path, now: datetime) -> None:
    old, new = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    for file, days in ((old, 11), (new, 9)):
        _rows(file, "x")
        at = (now - timedelta(days=days)).timestamp()
        os.utime(file, (at, at))
    assert drop_old_rows(tmp_path, now - timedelta(days=10)) == 1
    assert not old.exists()
    assert new.exists()
