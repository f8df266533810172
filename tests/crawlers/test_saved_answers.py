"""Every saved answer is a test: ``answers/<spider>/<case>.*`` beside ``<case>.expected.json``.

A new site needs two files here. ``expected`` names the address, status and headers the answer
had, the verdict, and what was read.
"""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from crawlers.fetching.outcome import judged
from crawlers.sources import article
from crawlers.sources.answer import Answer, Page
from crawlers.sources.verdict import Ruling
from tingfeng import Engagement, Observation, Post

ANSWERS = Path(__file__).parent / "answers"
CASES = sorted(ANSWERS.glob("*/*.expected.json"))


def spiders() -> dict[str, Any]:
    settings = Settings()
    settings.setmodule("crawlers.settings")
    loader = SpiderLoader.from_settings(settings)
    return {name: loader.load(name) for name in loader.list()}


EXPECTS: dict[str, Any] = {"feed": "feed", "appstore": "feed", "sitemap": "text", "article": "html"}


def shown(seen: Observation) -> dict[str, Any]:
    """What there is to an observation, blanks left out."""
    post, given = seen.post, {}
    for field in fields(Post):
        value = getattr(post, field.name)
        if value not in ("", None, ()) and field.name not in {"collected_at", "source", "kind"}:
            given[field.name] = value
    given["published_at"] = post.published_at and post.published_at.isoformat()
    if post.author:
        given["author"] = post.author.id
    if not post.published_at:
        del given["precision"]
    for field in fields(Engagement)[1:]:
        value = seen.engagement and getattr(seen.engagement, field.name)
        if value is not None:
            given[field.name] = value
    return json.loads(json.dumps(given))


def result(reader: str, expected: dict[str, Any], body: bytes, now: Any) -> dict[str, Any]:
    answer = Answer(
        url=expected["url"], status=expected.get("status", 200),
        headers=expected.get("headers", {}), body=body, seen_at=now,
    )  # fmt: skip
    read = article.read if reader == "article" else spiders()[reader].read
    expects = EXPECTS.get(reader, "json" if "json" in expected.get("case", "") else "html")
    ruling, page = judged(answer, expects, read)
    return told(ruling, page)


def told(ruling: Ruling, page: Page | None) -> dict[str, Any]:
    given: dict[str, Any] = {"verdict": ruling.verdict}
    if page and page.seen:
        given["posts"] = [shown(seen) for seen in page.seen]
    if page and page.leads:
        given["leads"] = [
            {"url": lead.url, "map": lead.map, "at": lead.at and lead.at.isoformat(),
             "title": lead.title}
            for lead in page.leads
        ]  # fmt: skip
    if page and page.wait:
        given["wait"] = page.wait.total_seconds()
    return given


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}-{case.name[:-14]}")
def test_a_saved_answer_is_read_as_expected(case, now):
    expected = json.loads(case.read_text(encoding="utf-8"))
    name = case.name.removesuffix(".expected.json")
    saved = next(p for p in case.parent.glob(f"{name}.*") if p != case)
    given = result(case.parent.name, expected | {"case": saved.suffix}, saved.read_bytes(), now)
    assert given == {k: v for k, v in expected.items() if k not in {"url", "status", "headers"}}


def test_every_spider_has_a_saved_answer():
    without = sorted(set(spiders()) - {case.parent.name for case in CASES})
    assert not without, f"no saved answer in {ANSWERS} for {without}"


def test_a_spider_file_is_found_by_itself(tmp_path, monkeypatch):
    folder = tmp_path / "more_spiders"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "forum.py").write_text(
        "from crawlers.fetching.spider import SourceSpider\n"
        "class ForumSpider(SourceSpider):\n    name = 'forum'\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    settings = Settings({"SPIDER_MODULES": ["crawlers.spiders", "more_spiders"]})
    assert {"feed", "forum"} <= set(SpiderLoader.from_settings(settings).list())
