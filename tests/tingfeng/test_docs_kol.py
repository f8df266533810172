"""docs/kol.md shows what ``kol explain`` says of the demo's three creators. To write it anew after a
change of the score: ``TINGFENG_DOCS=write pytest tests/tingfeng/test_docs_kol.py``."""

from __future__ import annotations

import os
import re
from datetime import datetime
from pathlib import Path

import pytest

from tingfeng import SHANGHAI
from tingfeng.cli import main
from tingfeng.demo.story import tell
from tingfeng.pipeline import Pipeline
from tingfeng.pipeline.kol_rehearsal import ASKED, BOUGHT, HONEST, RIVAL, rehearse_creators
from tingfeng.pipeline.kol_target import wanted
from tingfeng.settings import Settings

PAGE = Path(__file__).parents[2] / "docs" / "kol.md"
ENDS = datetime(2026, 6, 15, tzinfo=SHANGHAI)
BLOCK = re.compile(r"<!-- explain (\S+) -->\n(?:```text\n(.*?)```\n)?", re.DOTALL)
WRITE = os.environ.get("TINGFENG_DOCS") == "write"
SETTINGS = """
author_key = "invented-authors-need-no-secret"
[reader]
sentiment = { use = "linear" }
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The demo's creators, with what the story's people write under them and nothing else."""
    folder = tmp_path_factory.mktemp("demo")
    story = tell(0, ends=ENDS)
    text = SETTINGS + "".join(
        f'[[{"brands" if brand.role == "own" else "competitors"}]]\nname = "{brand.name}"\naliases = ['
        + ", ".join(
            f"{{ text = {alias.text!r}, near = {list(alias.near)!r}, never = {list(alias.never)!r} }}"
            for alias in brand.aliases
        )
        + "]\n"
        for brand in story.brands
    )
    (folder / "tingfeng.toml").write_text(text, encoding="utf-8")
    (folder / "kol.toml").write_text(ASKED, encoding="utf-8")
    with Pipeline(Settings.read(folder / "tingfeng.toml"), clock=lambda: ENDS) as pipeline:
        pipeline.intake.put(story.observations)
        pipeline.analyze()
        met = rehearse_creators(pipeline, story, wanted(None, folder))
    assert met.passed, [line.zh for held, line in met.lines if not held]
    assert {HONEST, BOUGHT, RIVAL} <= {score.name for score in met.scores}
    return folder


def test_the_page_shows_what_is_said(folder, monkeypatch, capsys):
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "160")
    page = PAGE.read_text(encoding="utf-8")
    keys = [found.group(1) for found in BLOCK.finditer(page)]
    assert len(keys) == 3
    said = {}
    for key in keys:
        assert main(["kol", "explain", key]) == 0
        lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
        said[key] = "\n".join(lines).strip() + "\n"
    if WRITE:
        page = BLOCK.sub(lambda found: f"<!-- explain {found[1]} -->\n```text\n{said[found[1]]}```\n", page)  # fmt: skip
        PAGE.write_text(page, encoding="utf-8")
    for found in BLOCK.finditer(page):
        assert found.group(2) == said[found.group(1)], "see the head of this file"
