"""What people said is kept as they said it, and never lost."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from index.dump import dump
from index.sqlite import SQLiteStore
from tingfeng import JUDGED, SHANGHAI, Correction, Corrections, LabelRule
from tingfeng.core.wording import Text

AT = datetime(2026, 6, 12, 10, 0, 0, 7, tzinfo=SHANGHAI)


def said(number: int = 1, **changes: Any) -> Correction:
    at = AT + timedelta(minutes=number)
    fields: dict[str, Any] = {"brand": "云雀", "label": "negative", "by": "小林", "at": at}
    return Correction(key=f"weibo:{number}", **fields | changes)


def rule(id: str = "r1", **changes: Any) -> LabelRule:
    fields: dict[str, Any] = {"brand": None, "words": ("漏水", "iPhone 15"), "label": "negative"}
    return LabelRule(id=id, by="小林", at=AT, **fields | changes)


@pytest.mark.parametrize("label", [*JUDGED, None])
@pytest.mark.parametrize("brand", ["云雀", None])
def test_they_come_back_as_they_were(store: Any, brand: str | None, label: Any) -> None:
    one = said(brand=brand, label=label, group="weibo:0", note="反话\n“真好”")
    law = rule(brand=brand, label=label, note="出厂就漏")
    store.correct([one], [law])
    assert store.corrections() == [one]
    assert store.label_rules() == [law]


def test_of_an_empty_store(store: Any) -> None:
    store.correct([])
    assert store.corrections() == []
    assert store.label_rules() == []


def test_nothing_is_overwritten_and_the_order_is_that_of_making(store: Any) -> None:
    """Whatever the clocks of two people say: *at* does not decide."""
    first, second = said(2, label="positive"), said(1)
    again, back = said(2, label="neutral", by="阿朱"), said(2, label=None)
    store.correct([first, second], [rule("b"), rule("a")])
    store.correct([again])
    store.correct([back, back], [rule("b", label=None)])
    assert store.corrections() == [first, second, again, back, back]
    assert [(each.id, each.label) for each in store.label_rules()] == [
        ("b", "negative"), ("a", "negative"), ("b", None),
    ]  # fmt: skip


def test_of_a_post_that_is_not_stored_yet(store: Any, fill: Any, make_analysis: Any) -> None:
    store.correct([said(9)])
    reading = make_analysis(fill("9"), "positive", brands=("云雀",))
    laid = Corrections(store.corrections(), store.label_rules()).over(reading, "云雀手机续航不错")
    store.record([laid])
    (mention,) = store.get("weibo:9").analysis.mentions
    assert (mention.sentiment.label, mention.sentiment.by) == ("negative", "person")


def test_they_outlive_edits_and_readings(store: Any, fill: Any, now: Any) -> None:
    fill("1", label="positive")
    store.correct([said(1)], [rule()])
    fill("1", "改过了", label="neutral", reader="r2", collected_at=now + timedelta(hours=1))
    assert store.corrections() == [said(1)]
    assert store.label_rules() == [rule()]


def test_a_moment_of_another_zone(store: Any) -> None:
    store.correct([said(at=AT.astimezone(UTC))])
    (kept,) = store.corrections()
    assert kept.at == AT
    assert kept.at.tzinfo is not None


def test_bytes_of_a_terminal_that_are_no_text(store: Any) -> None:
    store.correct([said(by="\udce5", note="\udcff 好")], [rule(words=("\udcff",), note="\udcff")])
    (kept,) = store.corrections()
    assert (kept.by, kept.note) == ("\ufffd", "\ufffd 好")
    assert store.label_rules() == [rule(words=("\udcff",), note="\ufffd")]


def test_all_or_nothing(tmp_path: Path) -> None:
    with closing(SQLiteStore(str(tmp_path / "posts.db"))) as store:
        wrong: Any = rule(words=(object(),))
        with pytest.raises(TypeError):
            store.correct([said()], [wrong])
        assert store.corrections() == []


def test_two_files_with_the_same_corrections_are_the_same(tmp_path: Path) -> None:
    dumps = []
    for name, labels in [("a", ["negative"]), ("b", ["negative"]), ("c", ["neutral"])]:
        path = str(tmp_path / name)
        with closing(SQLiteStore(path)) as store:
            words = Text("云雀差").wording(None)
            store.correct([said(label=label, wording=words) for label in labels], [rule()])
        dumps.append(list(dump(path)))
    assert dumps[0] == dumps[1]
    assert dumps[0] != dumps[2]
    assert {"correction", "judged_words", "label_rule"} <= {row[0] for row in dumps[0]}


WRITER = """
import sys
from datetime import datetime, timedelta
from index.sqlite import SQLiteStore
from tingfeng import SHANGHAI, Correction, LabelRule

at = datetime(2026, 6, 12, tzinfo=SHANGHAI)
store = SQLiteStore(sys.argv[1])
for n in range(100_000):
    one = Correction(key=f"weibo:{n}", brand=None, label="neutral", by="a", at=at)
    rule = LabelRule(id=str(n), brand=None, words=("a",), label="neutral", by="a", at=at)
    store.correct([one] * 7, [rule] * 3)
    print(n, flush=True)
"""


def test_killed_in_the_middle_of_it(tmp_path: Path) -> None:
    """What was answered is there; of what was not, all or nothing."""
    path = str(tmp_path / "posts.db")
    command = [sys.executable, "-c", WRITER, path]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for _ in range(40):
        process.stdout.readline()
    process.kill()
    rest, _ = process.communicate()
    answered = 40 + len(rest.split())
    with closing(SQLiteStore(path)) as store:
        found, rules = len(store.corrections()), len(store.label_rules())
        assert store.check()[0][0]
    assert found // 7 in {answered, answered + 1}
    assert (found % 7, rules) == (0, found // 7 * 3)


@pytest.mark.parametrize("places", [None, (), ((0, 2),)])
def test_which_words_were_judged_comes_back(store: Any, places: Any) -> None:
    wording = Text("云雀差。服务好\n还行").wording(places)
    given = [said(1, wording=wording), said(2), said(3, wording=Text("").wording(places))]
    store.correct(given)
    store.correct([said(4, wording=wording)])
    assert store.corrections() == [*given, said(4, wording=wording)]


def test_what_an_earlier_version_kept_is_about_any_words(tmp_path: Path, aged: Any) -> None:
    path = tmp_path / "posts.db"
    old, new = said(1), said(2, wording=Text("云雀差").wording([(0, 2)]))
    with closing(SQLiteStore(str(path))) as store:
        store.correct([old])
    aged(path, 3)
    with closing(SQLiteStore(str(path))) as store:
        assert store.corrections() == [old]
        store.correct([old, new])
        assert store.corrections() == [old, old, new]
