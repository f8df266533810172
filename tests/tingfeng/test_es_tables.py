"""What people see of many indices."""

import pytest

from index.es.capacity import Room
from index.es.layout import parted
from tingfeng.cli import es_tables
from tingfeng.cli.screen import Screen

DOCUMENTS = {"tf-desk-v1": 3} | {f"tf-posts-v1-2025.{month:02}": month for month in range(1, 13)}


def rooms():
    return tuple(
        Room(index=index, family=index.split("-")[1], partition=parted(index)[1],
             documents=count, deleted=0, octets=count * 1_000_000, shards=1)
        for index, count in DOCUMENTS.items()
    )  # fmt: skip


@pytest.mark.parametrize(("index", "wanted"), [
    ("tf-posts-v1-2025.11", ("tf-posts-v1", "2025.11")),
    ("a-v2-posts-v1-undated", ("a-v2-posts-v1", "undated")),
    ("tf-mentions-v12-2014", ("tf-mentions-v12", "2014")),
    ("tf-desk-v1", ("tf-desk-v1", "")),
])  # fmt: skip
def test_an_index_is_parted_by_its_name(index, wanted):
    assert parted(index) == wanted


def test_a_row_a_family_and_a_total(capsys):
    es_tables.counted(DOCUMENTS, Screen(lang="en"), every=False)
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["tf-posts-v1", "12", "78", "2025.12", "12"] in lines
    assert ["tf-desk-v1", "–", "3", "–", "3"] in lines
    assert ["total", "–", "81", "–", "–"] in lines


def test_what_a_family_takes(capsys):
    es_tables.measured(rooms(), Screen(), every=False)
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["tf-posts-v1", "12", "78", "78.00", "1,000,000", "2025.12", "12.00"] in lines
    assert ["合计", "–", "81", "81.00", "1,000,000", "–", "–"] in lines


@pytest.mark.parametrize(("shown", "given"), [
    (es_tables.counted, DOCUMENTS), (es_tables.measured, rooms()),
])  # fmt: skip
def test_every_month(capsys, shown, given):
    shown(given, Screen(), every=True)
    out = capsys.readouterr().out
    assert all(index in out for index in DOCUMENTS)
    assert "合计" in out
    assert "--all" not in out
