"""Saved answers, damaged: sites change, and no change may look like silence or end a run."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_saved_answers import CASES, EXPECTS, spiders

from crawlers.fetching.outcome import judged
from crawlers.sources import article
from crawlers.sources.answer import Answer, Page
from crawlers.sources.verdict import Ruling
from tingfeng import SEEING

SPIDERS = spiders()
SAVED = {case: next(p for p in case.parent.glob(f"{case.name[:-14]}.*") if p != case)
         for case in CASES}  # fmt: skip
READABLE = [c for c in CASES if "posts" in json.loads(c.read_text(encoding="utf-8"))]
JSON = [case for case in READABLE if SAVED[case].suffix == ".json"]


def read(case: Any, body: bytes, now: Any) -> tuple[Ruling, Page | None]:
    folder = case.parent.name
    url = json.loads(case.read_text(encoding="utf-8"))["url"]
    reader = article.read if folder == "article" else SPIDERS[folder].read
    expects = EXPECTS.get(folder, "json" if SAVED[case].suffix == ".json" else "html")
    return judged(Answer(url=url, body=body, seen_at=now), expects, reader)


def damaged(value: Any) -> Iterator[tuple[str, Any]]:
    """Every copy of *value* with one key renamed, or one value of another type."""
    for path in list(paths(value)):
        for name, harm in (
            ("rename", None),
            ("null", None),
            ("text", "x"),
            ("list", []),
            ("map", {}),
        ):
            broken = copy.deepcopy(value)
            parent = broken
            for step in path[:-1]:
                parent = parent[step]
            if name == "rename":
                if isinstance(parent, list):
                    continue
                parent[f"{path[-1]}_v2"] = parent.pop(path[-1])
            else:
                parent[path[-1]] = harm
            yield f"{name} {'/'.join(map(str, path))}", broken


def paths(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items:
        yield (*here, key)
        if isinstance(inner, dict | list):
            yield from paths(inner, (*here, key))


NOTHING = {
    "appstore": {"feed/entry", "feed"},  # the spider then asks the app's record
    "feed": {"items"},  # an empty list is an empty feed
}
"""Where emptying the place is how the source says that there is nothing."""


@pytest.mark.parametrize("case", JSON, ids=lambda case: f"{case.parent.name}-{case.name[:-14]}")
def test_a_changed_field_never_looks_like_silence(case, now):
    for name, value in damaged(json.loads(SAVED[case].read_bytes())):
        ruling, page = read(case, json.dumps(value).encode(), now)
        quiet = ruling.verdict in SEEING and not (page and page.seen)
        if case.parent.name == "hotlist" and ruling.verdict == "empty":
            continue  # the spider knows that a hot list is never empty
        place = name.split(" ", 1)[1]
        assert not quiet or place in NOTHING.get(case.parent.name, ()), (name, ruling)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}-{case.name[:-14]}")
def test_a_cut_answer_never_ends_a_run(case, now):
    body = SAVED[case].read_bytes()
    for end in range(0, len(body), max(1, len(body) // 40)):
        assert isinstance(read(case, body[:end], now)[0], Ruling)


@given(body=st.binary(max_size=300), case=st.sampled_from(CASES))
@settings(deadline=None, max_examples=80)
def test_any_bytes_get_a_verdict(body, case):
    from datetime import datetime

    from tingfeng import SHANGHAI

    ruling, _ = read(case, body, datetime(2026, 6, 12, tzinfo=SHANGHAI))
    assert ruling.verdict


def test_a_feed_that_ends_in_the_middle_is_asked_for_again(now):
    case = next(c for c in CASES if c.name == "rss2.expected.json")
    body = SAVED[case].read_bytes()
    ruling, page = read(case, body[: body.rindex(b"<item>")], now)
    assert ruling.verdict == "upstream_error"
    assert len(page.seen) == 7
