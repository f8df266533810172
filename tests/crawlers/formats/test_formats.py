"""Every format reads its examples: ``files/<format>/<case>.<ext>`` beside ``<case>.expected.json``."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import datetime
from pathlib import Path

import pytest

from crawlers.exports.read import read_file, recognise
from crawlers.formats import FORMATS
from tingfeng import SHANGHAI, Engagement, Post, load

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=SHANGHAI)
FILES = Path(__file__).parent / "files"
CASES = sorted(
    path for path in FILES.glob("*/*") if path.suffix and not path.name.endswith(".expected.json")
)


def shown(one, skip=()):
    """The fields of a noun that say something, as JSON."""
    values = {field.name: getattr(one, field.name) for field in fields(one)}
    found = {}
    for name, value in values.items():
        if name in skip or value in (None, "", ()):
            continue
        if isinstance(value, datetime):
            value = value.astimezone(SHANGHAI).isoformat()
        found[name] = list(value) if isinstance(value, tuple) else value
    return found


def told(row):
    """What a row says, without what depends on the date of the fixture."""
    if row.refused or row.skipped:
        message = row.refused or row.skipped
        return {"line": row.line, "refused" if row.refused else "skipped": message.en}
    posts = []
    for seen in row.observations:
        skip = ("author",) if seen.timed else ("author", "collected_at", "observed_at")
        post = shown(seen.post, skip)
        if seen.post.author:
            post["author"] = shown(seen.post.author)
        if seen.engagement:
            post["counts"] = shown(seen.engagement, ("observed_at",))
        posts.append(post)
    return {"line": row.line, "posts": posts}


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_example(path):
    expected = json.loads(path.with_name(path.name + ".expected.json").read_text(encoding="utf-8"))
    assert recognise(path).name == path.parent.name
    assert [told(row) for row in read_file(path, now=NOW)] == expected


def test_every_format_has_an_example_and_a_promise():
    assert {path.parent.name for path in CASES} == set(FORMATS)
    for name in FORMATS:
        made = load(FORMATS, name)()
        assert made.name == name
        assert made.label.zh
        assert made.label.en


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_times_of_observation_are_sound(path):
    for row in read_file(path, now=NOW):
        for seen in row.observations:
            post = seen.post
            assert isinstance(post, Post)
            assert post.source == path.parent.name
            assert post.collected_at <= NOW
            assert post.published_at is None or post.published_at <= post.collected_at
            if seen.engagement:
                assert isinstance(seen.engagement, Engagement)
                assert seen.engagement.observed_at == post.collected_at


@pytest.mark.parametrize("path", [p for p in CASES if p.suffix == ".csv"], ids=lambda p: p.name)
def test_order_of_columns_and_unknown_columns_do_not_matter(path, tmp_path):
    import csv

    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    wide = [row for row in rows if len(row) == len(header)]
    other = tmp_path / path.name
    with other.open("w", encoding="gb18030", newline="") as file:
        writer = csv.writer(file, delimiter="\t")
        writer.writerow(["备注", *reversed(header)])
        writer.writerows(["x", *reversed(row)] for row in wide)
    before = [told(row) | {"line": 0} for row in read_file(path, now=NOW)]
    after = [told(row) | {"line": 0} for row in read_file(other, now=NOW)]
    assert all(row in before for row in after)
    assert len(after) == len(wide)
