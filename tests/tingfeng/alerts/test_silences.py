"""What a silence means: whom it names, how long, and what it never covers by chance."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingfeng import LONGEST_SILENCE, SHANGHAI, Lifting, SettingsError, Silence
from tingfeng.alerts.silences import Subject, matches, silence, silenced, standing

NOW = datetime(2026, 6, 12, 10, 0, tzinfo=SHANGHAI)
HOUR = timedelta(hours=1)


def asked(**changes):
    given = {"start": NOW, "end": NOW + 2 * HOUR, "by": "张三", "comment": "发布会", "now": NOW}
    return silence(**(given | changes))


def subject(**changes):
    fields = {
        "incident": "i1", "brand": "云雀", "level": "yellow", "rule": "share_1h",
        "platforms": frozenset(["weibo"]), "texts": ("云雀电池鼓包", "电池坏了"),
    }  # fmt: skip
    return Subject(**(fields | changes))


@pytest.mark.parametrize(
    ("matchers", "hit"),
    [
        ({"brand": "云雀"}, True),
        ({"brand": "白鹭"}, False),
        ({"issue": "i1"}, True),
        ({"issue": "i2"}, False),
        ({"platform": "weibo"}, True),
        ({"platform": "zhihu"}, False),
        ({"keyword": "電池"}, True),
        ({"keyword": "鼓包"}, False),
        ({"brand": "云雀", "keyword": "电池"}, True),
        ({"brand": "云雀", "platform": "zhihu"}, False),
    ],
)
def test_all_that_it_names_must_hold_of_all_evidence(matchers, hit):
    assert matches(asked(**matchers), subject()) is hit


def test_what_is_also_said_elsewhere_was_not_silenced():
    everywhere = subject(platforms=frozenset(["weibo", "zhihu"]))
    assert not matches(asked(platform="weibo"), everywhere)
    assert not matches(asked(keyword="电池"), subject(texts=()))


@pytest.mark.parametrize("grave", [{"level": "red"}, {"rule": "redline"}])
def test_red_and_red_line_words_only_where_it_says_so(grave):
    assert not matches(asked(brand="云雀"), subject(**grave))
    assert matches(asked(brand="云雀", include_critical=True), subject(**grave))


def test_it_holds_from_its_start_to_its_end_or_until_it_is_lifted():
    made = asked(brand="云雀", start=NOW + HOUR, end=NOW + 3 * HOUR)
    lifting = Lifting(silence=made.id, by="李四", at=NOW + 2 * HOUR)
    again = Lifting(silence=made.id, by="王五", at=NOW + HOUR)
    for logbook, ends in (([made], 3), ([made, lifting], 2), ([made, lifting, again], 2)):
        held = [silenced(subject(), standing(logbook), NOW + h * HOUR) for h in range(5)]
        assert [one is not None for one in held] == [1 <= h < ends for h in range(5)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"brand": ""},
        {"brand": "云雀", "end": None},
        {"brand": "云雀", "end": NOW},
        {"brand": "云雀", "end": NOW + LONGEST_SILENCE + HOUR},
        {"brand": "云雀", "comment": " "},
    ],
)
def test_without_subject_end_or_reason_there_is_none(wrong):
    with pytest.raises(SettingsError):
        asked(**wrong)


@given(st.timedeltas(min_value=-LONGEST_SILENCE, max_value=2 * LONGEST_SILENCE))
def test_no_silence_lasts_longer_than_thirty_days_however_it_is_made(length):
    fields = {"id": "s", "brand": "云雀", "by": "x", "at": NOW, "comment": "x", "start": NOW}
    if timedelta(0) < length <= LONGEST_SILENCE:
        assert Silence(end=NOW + length, **fields).end > NOW
    else:
        with pytest.raises(ValueError, match="30 days"):
            Silence(end=NOW + length, **fields)
