from __future__ import annotations

import csv
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from tingfeng import SHANGHAI, InputError, Message, Query
from tingfeng.insight import export as module
from tingfeng.insight.export import export, plain
from tingfeng.insight.listing import COLUMNS, listing
from tingfeng.insight.period import Period
from tingfeng.insight.table import Table, columns
from tingfeng.insight.trend import trend

NOW = datetime(2026, 6, 12, 10, 0, tzinfo=SHANGHAI)


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def one_column(*cells, kind="plain"):
    return Table(
        name=Message("表", "table"),
        columns=columns(("列", "column", kind)),
        rows=[(c,) for c in cells],
    )


@pytest.fixture
def documents(store, say):
    say(1, "negative", text='=HYPERLINK("http://evil")', likes=0)
    say(None, None, text="@someone\n第二行", author=None)
    return list(store.search(Query(order="oldest")))


def test_xlsx_of_posts(tmp_path, documents) -> None:
    path = tmp_path / "posts.xlsx"
    assert export(path, [listing(documents)], now=NOW, query="tingfeng search 云雀") == 2
    sheet, about = load_workbook(path).worksheets
    head = [cell.value for cell in sheet[1]]
    assert head == [column.name.zh for column in COLUMNS]
    first = dict(zip(head, sheet[2], strict=True))
    assert (first["正文"].data_type, first["正文"].value) == ("s", '=HYPERLINK("http://evil")')
    assert first["时间"].value == datetime(2026, 6, 12, 9, 0)  # noqa: DTZ001  (Excel has no zones)
    assert first["原文链接"].hyperlink.target == "https://weibo.example/1"
    assert (first["赞"].value, first["评"].value) == (0, None)
    assert (first["情感"].value, first["负面概率"].value) == ("负面", 0.9)
    assert first["提及依据"].value == "云雀 (plain)"
    text = "\n".join(str(each[0].value) for each in about)
    assert "tingfeng search 云雀" in text
    assert "2026-06-12 10:00" in text
    assert "不是 0" in text


def test_csv_of_posts(tmp_path, documents) -> None:
    path = tmp_path / "posts.csv"
    export(path, [listing(documents, lang="en")], now=NOW, lang="en")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    head, first, second, *rest = rows_of(path)
    assert head[:4] == ["platform", "id", "kind", "published"]
    assert (first[2], first[9]) == ("post", "negative")
    assert first[8] == """'=HYPERLINK("http://evil")"""
    assert first[3] == "2026-06-12 09:00:00"
    assert second[8] == "'@someone\n第二行"
    assert any("not 0" in "".join(row) for row in rest)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "  =1"])
def test_no_text_is_calculated(tmp_path, cell) -> None:
    assert plain(cell).startswith("'")
    path = tmp_path / "x.xlsx"
    export(path, [one_column(cell)], now=NOW)
    assert load_workbook(path).worksheets[0]["A2"].data_type == "s"


def test_numbers_stay_numbers_and_long_ids_keep_their_digits(tmp_path) -> None:
    assert (plain(-5), plain(0.5), plain(None)) == (-5, 0.5, None)
    assert plain("5021456789012345") == "\t5021456789012345"
    path = tmp_path / "x.xlsx"
    export(path, [one_column("5021456789012345678", 7)], now=NOW)
    sheet = load_workbook(path).worksheets[0]
    assert [sheet["A2"].value, sheet["A3"].value] == ["5021456789012345678", 7]


@given(st.text())
def test_whatever_people_write_can_be_exported(tmp_path_factory, text) -> None:
    folder = tmp_path_factory.mktemp("any")
    for name in ("x.csv", "x.xlsx"):
        assert export(folder / name, [one_column(text)], now=NOW) == 1


def test_answers_are_tables_too(tmp_path, store, say) -> None:
    say(1, "negative")
    answer = trend(store, "云雀", Period(since=NOW - timedelta(days=7), until=NOW), now=NOW)
    path = tmp_path / "trend.xlsx"
    export(path, [answer.table()], now=NOW)
    sheet = load_workbook(path).worksheets[0]
    assert sheet.max_row == 1 + 8
    assert sheet["G9"].number_format == "0.0%"


def test_more_rows_than_a_sheet_holds(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(module, "SHEET_ROWS", 3)
    monkeypatch.setattr(module, "SHEET_LINKS", 1)
    path = tmp_path / "x.xlsx"
    links = [f"https://a.example/{n}" for n in range(5)]
    assert export(path, [one_column(*links, kind="link")], now=NOW) == 5
    one, two, three, _ = load_workbook(path).worksheets
    assert [sheet.max_row for sheet in (one, two, three)] == [3, 3, 2]
    assert one["A2"].hyperlink.target == links[0]
    assert one["A3"].hyperlink is None


def test_a_failure_leaves_the_old_file_and_no_draft(tmp_path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("old")

    def rows():
        yield ("one",)
        raise RuntimeError("store gone")

    table = Table(name=Message("表", "t"), columns=columns(("列", "c")), rows=rows())
    with pytest.raises(RuntimeError):
        export(path, [table], now=NOW)
    assert path.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["x.csv"]


def test_where_it_cannot_write_it_says_so(tmp_path) -> None:
    with pytest.raises(InputError, match=r"\.xlsx 或 \.csv"):
        export(tmp_path / "x.pdf", [], now=NOW)
    with pytest.raises(InputError, match="目录"):
        export(tmp_path / "none" / "x.csv", [], now=NOW)
