"""Every way of writing a date that the sources use, read against a Friday, 2026-06-12 10:00."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.dates import read_time
from tingfeng import SHANGHAI

NOW = datetime(2026, 6, 12, 10, 0, tzinfo=SHANGHAI)

READINGS = [
    ("Tue Jun 04 10:00:00 +0800 2024", "2024-06-04T10:00:00", "second"),
    ("Tue Oct 10 07:01:51 +0000 2023", "2023-10-10T15:01:51", "second"),
    ("刚刚", "2026-06-12T10:00:00", "minute"),
    ("30秒前", "2026-06-12T09:59:30", "second"),
    ("30秒钟前", "2026-06-12T09:59:30", "second"),
    ("5分钟前", "2026-06-12T09:55:00", "minute"),
    ("半小时前", "2026-06-12T09:30:00", "minute"),
    ("3小时前", "2026-06-12T07:00:00", "hour"),
    ("今天 08:30", "2026-06-12T08:30:00", "minute"),
    ("今天08:30", "2026-06-12T08:30:00", "minute"),
    ("昨天 23:10", "2026-06-11T23:10:00", "minute"),
    ("前天 12:00", "2026-06-10T12:00:00", "minute"),
    ("3天前", "2026-06-09T00:00:00", "day"),
    ("3天前发布", "2026-06-09T00:00:00", "day"),
    ("编辑于 3天前 广东", "2026-06-09T00:00:00", "day"),
    ("2周前", "2026-05-29T00:00:00", "month"),
    ("1个月前", "2026-05-01T00:00:00", "month"),
    ("1年前", "2025-01-01T00:00:00", "year"),
    ("06-10", "2026-06-10T00:00:00", "day"),
    ("6-10", "2026-06-10T00:00:00", "day"),
    ("12-31", "2025-12-31T00:00:00", "day"),
    ("12月31日 23:59", "2025-12-31T23:59:00", "minute"),
    ("02-29", "2024-02-29T00:00:00", "day"),
    ("2024-6-4", "2024-06-04T00:00:00", "day"),
    ("2024/6/4 下午3:05", "2024-06-04T15:05:00", "minute"),
    ("2024年06月04日", "2024-06-04T00:00:00", "day"),
    ("2024年06月04日 12:30", "2024-06-04T12:30:00", "minute"),
    ("\n   06月10日 12:30 \n 转赞人数超过100", "2026-06-10T12:30:00", "minute"),
    ("2024-06-04 10:00 已编辑", "2024-06-04T10:00:00", "minute"),
    ("2024-06-01 10:00:00 上海", "2024-06-01T10:00:00", "second"),
    ("发布于 2026年06月01日 10:00:00", "2026-06-01T10:00:00", "second"),
    ("12:30", "2026-06-11T12:30:00", "minute"),
    ("09:30", "2026-06-12T09:30:00", "minute"),
    ("2023-5", "2023-05-01T00:00:00", "month"),
    ("2023", "2023-01-01T00:00:00", "year"),
    ("1717460000", "2024-06-04T08:13:20", "second"),
    (1717460000123, "2024-06-04T08:13:20", "second"),
    ("1717460000.0", "2024-06-04T08:13:20", "second"),
    ("1.717E+12", "2024-05-30T00:26:40", "day"),
    ("/Date(1714500000000)/", "2024-05-01T02:00:00", "second"),
    ("20240604", "2024-06-04T00:00:00", "day"),
    (45447.5, "2024-06-04T12:00:00", "second"),
    (date(2024, 6, 4), "2024-06-04T00:00:00", "day"),
    (datetime.fromisoformat("2024-06-04T10:00"), "2024-06-04T10:00:00", "second"),
    ("2026-05-30T04:55:17-07:00", "2026-05-30T19:55:17", "second"),
    ("2026-06-01T10:00:00.123Z", "2026-06-01T18:00:00", "second"),
    ("2026-06-01T10:00+08:00", "2026-06-01T10:00:00", "minute"),
    ("2025-04-01 17:50:20+08:00", "2025-04-01T17:50:20", "second"),
    ("2024-06-04 10:00-11:00", "2024-06-04T10:00:00", "minute"),
    ("Tue, 04 Jun 2024 10:00:00 GMT", "2024-06-04T18:00:00", "second"),
    ("04 Jun 2024 10:00:00 CST", "2024-06-04T10:00:00", "second"),
    ("星期四, 04 六月 2024 10:00:00", "2024-06-04T10:00:00", "second"),
    ("Tue Jun 04 2024 10:00:00 GMT+0800 (中国标准时间)", "2024-06-04T10:00:00", "second"),
    ("June 4, 2024", "2024-06-04T00:00:00", "day"),
    ("2 months ago", "2026-04-01T00:00:00", "month"),
    ("２０２４－０６－０４ １０：００", "2024-06-04T10:00:00", "minute"),
]


@pytest.mark.parametrize(("raw", "expected", "precision"), READINGS)
def test_reading(raw, expected, precision):
    moment, exact = read_time(raw, NOW)
    assert moment is not None
    assert (moment.replace(tzinfo=None, microsecond=0).isoformat(), exact) == (expected, precision)
    assert moment.utcoffset() == timedelta(hours=8)


@pytest.mark.parametrize(
    "raw",
    ["", "abc", "0", 0, None, True, "--", "2024-13-45", "2024-02-30 10:00:00", "1969-01-01", "-1",
     "2027-01-01 00:00:00", "9" * 30, "云雀手机 3天前 买的", "12.5万", "0000-00-00 00:00:00", [], {}],
)  # fmt: skip
def test_what_is_no_date_is_none(raw):
    assert read_time(raw, NOW)[0] is None


def test_no_offset_means_the_zone_asked_for():
    moment, _ = read_time("2024-06-04 10:00:00", NOW, zone=ZoneInfo("UTC"))
    assert moment is not None
    assert moment.utcoffset() == timedelta(0)


def test_a_day_named_near_midnight_depends_on_the_zone_not_the_machine():
    late = datetime(2026, 6, 11, 17, 0, tzinfo=ZoneInfo("UTC"))  # already the 12th in Shanghai
    assert read_time("昨天 12:00", late)[0] == datetime(2026, 6, 11, 12, 0, tzinfo=SHANGHAI)


FIRST, LAST = datetime.fromisoformat("1992-01-01"), datetime.fromisoformat("2026-06-11")
MOMENTS = st.datetimes(FIRST, LAST, timezones=st.just(SHANGHAI))


@given(MOMENTS)
def test_what_is_written_is_read_again(moment):
    moment = moment.replace(microsecond=0)
    for shape in ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y年%m月%d日 %H:%M:%S",
                  "%a %b %d %H:%M:%S %z %Y", "%Y-%m-%dT%H:%M:%S%z"):  # fmt: skip
        assert read_time(moment.strftime(shape), NOW) == (moment, "second")
    stamp = int(moment.timestamp())
    assert read_time(stamp, NOW)[0] == read_time(str(stamp * 1000), NOW)[0] == moment


@given(
    st.one_of(
        st.text(max_size=60), st.integers(), st.floats(), st.from_regex(r"[\d年月日:/. -]{,24}")
    )
)
def test_nothing_makes_it_fail_or_lie(raw):
    moment, _ = read_time(raw, NOW)
    assert moment is None or (moment.year >= 1990 and moment <= NOW + timedelta(days=1))
