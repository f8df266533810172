"""A labelled stream and known incidents, from files to figures."""

from __future__ import annotations

import csv
import gzip
import json
import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingfeng import SHANGHAI, InputError
from tingfeng.alerts.scoring import stream_files
from tingfeng.alerts.scoring.labelled import Voice, play
from tingfeng.alerts.scoring.stream import Known, score
from tingfeng.cli import main

BEGIN = datetime(2026, 3, 2, tzinfo=SHANGHAI)
CRISIS = BEGIN + timedelta(days=16, hours=9)


def voices(seed, brand, *, crisis):
    dice, found = random.Random(seed), []
    for quarter in range(21 * 96):
        at = BEGIN + quarter * timedelta(minutes=15)
        since = (at - CRISIS) / timedelta(hours=1)
        angry = 12 if crisis and 0 <= since < 10 else 0
        found += [
            Voice(id=f"{brand}{quarter}-{i}", at=at + timedelta(seconds=i), brand=brand,
                  label="negative" if i < angry or dice.random() < 0.08 else "neutral",
                  author=f"u{quarter}-{i}", platform="weibo")
            for i in range(dice.randint(8, 16) + angry)
        ]  # fmt: skip
    return found


@pytest.fixture(scope="module")
def heard():
    return [*voices(1, "云雀", crisis=True), *voices(2, "白鹭", crisis=False)]


KNOWN = Known(brand="云雀", start=CRISIS, end=CRISIS + timedelta(days=1))


def test_a_known_incident_is_found_and_the_quiet_brand_stays_quiet(heard):
    found = score(heard, [KNOWN])
    assert (found["incidents"], found["found"], found["recall"]) == (1, 1, 1.0)
    assert 0 < found["median_delay_minutes"] <= 120
    assert found["weeks"] == pytest.approx(4, abs=0.1)
    assert found["brands"]["白鹭"]["alarms"] == found["false_alarms"]
    assert found["false_alarms_per_week"] <= 0.5
    assert all(one["posts"] for one in found["list"])


@pytest.mark.parametrize(
    ("rule", "given"),
    [
        ("hot", {"kind": "hot", "label": "negative"}),
        ("account", {"followers": 3_000_000, "label": "negative"}),
        ("regulator", {"kind": "article", "label": "neutral", "url": "https://www.samr.gov.cn/1"}),
    ],
)
def test_rules_of_single_posts_see_a_labelled_stream_too(rule, given):
    calm = voices(2, "白鹭", crisis=False)
    one = Voice(id="x", at=CRISIS, brand="白鹭", author="x", **given)
    before, found = score(calm, []), score([*calm, one], [])
    [alarm] = [one for one in found["list"] if one["rule"] == rule]
    assert alarm["posts"] == ["unknown:x"]
    assert found["alarms"] == before["alarms"] + 1


def test_an_alarm_nobody_knows_of_is_false_and_an_incident_without_alarm_missed(heard):
    elsewhere = Known(brand="白鹭", start=CRISIS, end=CRISIS + timedelta(days=1))
    found = score(heard, [elsewhere])
    assert found["recall"] == 0
    assert [one["brand"] for one in found["missed"]] == ["白鹭"]
    assert found["false_alarms"] == found["alarms"] >= 1


def test_incidents_of_the_learning_days_or_without_voices_are_left_out(heard):
    early = Known(brand="云雀", start=BEGIN, end=BEGIN + timedelta(hours=5))
    nobody = Known(brand="无人", start=CRISIS, end=CRISIS)
    assert score(heard, [KNOWN, early, nobody])["left_out"] == 2


def test_nothing_said_is_nothing_found():
    found = score([], [KNOWN])
    assert (found["alarms"], found["precision"], found["weeks"]) == (0, None, 0)


ROWS = st.lists(
    st.builds(
        Voice,
        id=st.sampled_from("abcdefgh"),
        at=st.integers(0, 3000).map(lambda s: BEGIN + timedelta(seconds=s)),
        brand=st.just("云雀"),
        label=st.sampled_from(["negative", "neutral"]),
        author=st.sampled_from([None, "u1", "u2"]),
        text=st.sampled_from(["云雀不错", "云雀垃圾", ""]),
        platform=st.sampled_from(["weibo", "zhihu"]),
    ),
    max_size=12,
    unique_by=lambda one: (one.platform, one.id),
)


def counted(rows):
    return play(rows).bins("云雀", 0, 10**7)


@given(ROWS, st.randoms(use_true_random=False))
def test_a_post_delivered_twice_or_in_another_order_changes_nothing(rows, dice):
    again = [*rows, *rows]
    dice.shuffle(again)
    assert counted(again) == counted(rows)


def test_copies_by_one_author_are_one_voice_a_quarter():
    def bomb(author):
        return [
            Voice(id=str(i), at=BEGIN + timedelta(seconds=i), brand="云雀", label="negative",
                  author=author(i), text="云雀垃圾")
            for i in range(50)
        ]  # fmt: skip

    (one,) = counted(bomb(lambda _: "u")).values()
    (many,) = counted(bomb(str)).values()
    assert (one.counts, many.counts) == ({"unknown": (1, 1)}, {"unknown": (50, 50)})


def test_a_red_line_word_in_the_text_opens_at_once():
    said = [*voices(3, "云雀", crisis=False)]
    at = BEGIN + timedelta(days=15)
    said.append(Voice(id="r", at=at, brand="云雀", label="negative", author="w", text="云雀手机自燃了，烧伤了手"))  # fmt: skip
    found = score(said, [Known(brand="云雀", start=at, end=at + timedelta(days=1))])
    assert found["recall"] == 1
    assert [one["posts"] for one in found["list"] if one["rule"] == "redline"] == [["unknown:r"]]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-03-02 08:00:00", datetime(2026, 3, 2, tzinfo=UTC)),
        ("2026/03/02 08:00", datetime(2026, 3, 2, tzinfo=UTC)),
        ("2026-03-02T00:00:00Z", datetime(2026, 3, 2, tzinfo=UTC)),
        ("1772409600", datetime(2026, 3, 2, tzinfo=UTC)),
        ("1772409600000", datetime(2026, 3, 2, tzinfo=UTC)),
    ],
)
def test_times_are_read_as_they_are_written(text, meant):
    assert stream_files.moment(text) == meant


@pytest.fixture
def files(tmp_path, heard):
    path, known = tmp_path / "s.csv.gz", tmp_path / "i.csv"
    with gzip.open(path, "wt", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["时间", "品牌", "负面", "作者"])
        rows.writerow(["不知道", "云雀", "1", "a"])
        rows.writerows(
            [f"{one.at:%Y-%m-%d %H:%M:%S}", one.brand, int(one.label == "negative"), one.author]
            for one in heard
        )
    known.write_text(
        f"brand,start,end\n云雀,{KNOWN.start:%Y-%m-%d %H:%M},{KNOWN.end:%Y-%m-%d %H:%M}\n"
    )
    return path, known


def test_the_command_prints_figures_with_intervals(files, capsys):
    path, known = files
    line = ["alerts", "score", "--stream", str(path), "--incidents", str(known)]
    assert main([*line, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["found"], answer["recall"]) == (1, 1.0)
    assert {"precision_interval", "recall_interval", "false_alarms_per_week_interval"} <= set(
        answer
    )
    assert [one["line"] for one in answer["refused"]] == [2]
    assert main([*line, "--lang", "en"]) == 0
    assert "recall 1.00" in capsys.readouterr().out


@pytest.mark.parametrize("label", ["negative", "-1", "负面"])
def test_three_labels_are_known_by_many_names(tmp_path, label):
    path = tmp_path / "s.csv"
    path.write_text(f"time,brand,label\n2026-03-02 08:00,云雀,{label}\n2026-03-02 08:00,云雀,1\n")
    found, refused = stream_files.voices(path)
    assert [one.label for one in found] == ["negative", "positive"]
    assert not refused


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "time,brand\n2026-03-02,云雀\n"])
def test_a_file_that_is_no_stream_is_refused(tmp_path, text):
    path = tmp_path / "s.csv"
    path.write_text(text)
    with pytest.raises(InputError):
        stream_files.voices(path)
