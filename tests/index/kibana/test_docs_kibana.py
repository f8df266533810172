"""docs/kibana.md names what is there, and what waits."""

from pathlib import Path

from index.es.layout import Names
from index.kibana.build import DASHBOARDS
from index.kibana.maker import CORE_VERSION, VERSIONS
from index.kibana.searches import SEARCHES
from index.kibana.views import FAMILIES
from tingfeng.cli.parser import parse

DOCS = (Path(__file__).parents[3] / "docs" / "kibana.md").read_text(encoding="utf-8")


def test_every_dashboard_search_and_data_view_is_named():
    for each in (*DASHBOARDS, *SEARCHES):
        assert each.title.zh in DOCS
    for family in FAMILIES:
        assert f"`{Names().alias(family)}`" in DOCS


def test_the_days_that_each_dashboard_opens_with_are_true():
    days = [
        f"{page.title.zh.split()[-1]} {page.span[0].removeprefix('now-').removesuffix('d/d')}"
        for page in DASHBOARDS
    ]
    assert f"{', '.join(days)}." in " ".join(DOCS.split())


def test_versions_are_those_that_are_written():
    for version in {CORE_VERSION, *VERSIONS.values()}:
        assert version in DOCS


def test_what_is_shown_can_be_typed():
    lines = [
        line.split("#")[0].split() for line in DOCS.splitlines() if line.startswith("tingfeng ")
    ]
    assert len(lines) == 5
    for line in lines:
        assert parse(line[1:]).run
