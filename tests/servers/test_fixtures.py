"""Where there is no server, a test is skipped and says why; CI does not let it pass."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from servers.fixtures import FIXTURES

ROOT = Path(__file__).parents[2]
ASKS = """
def test_that_needs_a_server(bare8):
    assert bare8.version
"""


def run(folder: Path, *options: str, **environment: str) -> str:
    """What pytest says where there is neither Maven nor a cache."""
    (folder / "test_asks.py").write_text(ASKS)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n    elastic: a server\n")
    known = {"PATH": str(folder), "TINGFENG_CACHE": str(folder), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "pytest", "-ra", "-p", "servers.fixtures", *options]
    home = {"HOME": os.environ.get("HOME", "")}
    done = subprocess.run(
        command,
        check=False,
        cwd=folder,
        env=home | known | environment,
        capture_output=True,
        text=True,
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("variables", [{}, {"CI": "true"}], ids=["developer", "CI"])
def test_no_maven_is_a_skip_and_a_failure_in_ci(tmp_path, variables):
    said = run(tmp_path, **variables)
    assert "is needed" in said
    assert ("1 error" if variables else "1 skipped") in said


def test_asking_for_a_server_is_the_marker(tmp_path):
    assert "1 deselected" in run(tmp_path, "-m", "not elastic")


def test_a_given_server_takes_no_bare_one_s_place_and_must_answer(tmp_path):
    assert "ConnectionRefusedError" in run(tmp_path, TINGFENG_ES_URL="http://127.0.0.1:1")


@pytest.mark.parametrize("ci", [{}, {"CI": "true"}], ids=["developer", "CI"])
def test_a_given_server_is_the_only_one_and_in_ci_must_be_enough(tmp_path, elastic, ci):
    variables = {"TINGFENG_ES_URL": elastic.url, **ci}
    if elastic.user:
        variables |= {"TINGFENG_ES_USER": elastic.user, "TINGFENG_ES_PASSWORD": elastic.password}
    said = run(tmp_path, **variables)
    assert "not like bare8" in said
    assert ("1 error" if ci else "1 skipped") in said


def test_no_test_of_a_server_has_a_skip_of_its_own():
    """Every skip goes by ``servers.fixtures``, which makes it a failure in CI."""
    asks = re.compile(r"\bdef test\w*\([^)]*\b(" + "|".join(sorted(FIXTURES)) + r")\b")
    files = [file for file in (ROOT / "tests").rglob("test_*.py") if file != Path(__file__)]
    texts = {file: file.read_text("utf-8") for file in files}
    asking = {file: text for file, text in texts.items() if asks.search(text)}
    assert len(asking) > 10
    skipping = re.compile(r"skipif|pytest\.skip|importorskip|xfail")
    assert [file.name for file, text in asking.items() if skipping.search(text)] == []
