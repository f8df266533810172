"""The file for Kibana: the same bytes each time, without a fault, for every prefix and language."""

import json
import subprocess
import sys

import pytest

from index.es.fields import TIME_FIELDS
from index.es.layout import Names
from index.kibana import views
from index.kibana.build import DASHBOARDS, decoded, ndjson, objects
from index.kibana.checks import check
from index.kibana.checks.charts import field_mapping
from index.kibana.panels import WIDTH
from tingfeng import LABELS, LEVELS
from tingfeng.core.coverage import Verdict

LANGS = ("zh", "en")
PLACES = [(lang, prefix) for lang in LANGS for prefix in ("tf", "team-b")]


@pytest.mark.parametrize(("lang", "prefix"), PLACES)
def test_what_is_built_has_no_fault(lang, prefix):
    names = Names(prefix=prefix)
    assert check(ndjson(names, lang), names) == []


def test_another_process_builds_the_same_bytes():
    script = (
        "import sys; from index.es.layout import Names; from index.kibana.build import ndjson;"
        "sys.stdout.buffer.write(ndjson(Names(), 'zh'))"
    )
    for seed in ("1", "2"):
        made = subprocess.run(
            [sys.executable, "-c", script], env={"PYTHONHASHSEED": seed}, capture_output=True,
            check=True,
        )  # fmt: skip
        assert made.stdout == ndjson(Names(), "zh")


@pytest.mark.parametrize("lang", LANGS)
def test_everything_bears_the_prefix(lang):
    for each in objects(Names(prefix="team-b"), lang):
        assert each["id"].startswith("team-b-")
        assert all(one["id"].startswith("team-b-") for one in each["references"])
        assert '"tf-' not in json.dumps(decoded(each))


def test_each_language_has_the_same_objects_in_its_own_words():
    zh, en = (list(objects(Names(), lang)) for lang in LANGS)
    assert [(one["type"], one["id"]) for one in zh] == [(one["type"], one["id"]) for one in en]
    assert "品牌总览" in json.dumps(zh, ensure_ascii=False)
    assert "Brand overview" in json.dumps(en)
    lookup = [one for one in en if one["type"] == "index-pattern"]
    assert not any("一" <= char <= "鿿" for char in json.dumps(lookup, ensure_ascii=False))


def test_incidents_are_explained_in_the_language_of_the_reader():
    columns = {
        lang: one["attributes"]["columns"][-1]
        for lang in LANGS
        for one in objects(Names(), lang)
        if one["id"] == "tf-search-incidents"
    }
    assert columns == {"zh": "summary", "en": "summary_en"}


def test_there_is_a_data_view_under_each_alias():
    found = {one["id"]: one for one in objects(Names(), "zh") if one["type"] == "index-pattern"}
    assert found.keys() == {f"tf-{family}" for family in TIME_FIELDS}
    for family, time in TIME_FIELDS.items():
        attributes = found[f"tf-{family}"]["attributes"]
        assert (attributes["title"], attributes["timeFieldName"]) == (f"tf-{family}", time)


@pytest.mark.parametrize("family", TIME_FIELDS)
def test_every_field_for_people_has_a_name(family):
    for name in views.field_names(family):
        label = views.label(family, name)
        assert label is None or (label.zh and label.en)
    named = [label.zh for name in views.field_names(family) if (label := views.label(family, name))]
    assert len(set(named)) >= len(named) - 1  # the author's two pseudonyms apart


def test_every_value_that_we_give_is_written_in_words():
    from typing import get_args

    from index.kibana import terms
    from tingfeng import FEELINGS, Kind

    assert terms.LABELS.keys() == set(LABELS)
    assert terms.LEVELS.keys() == set(LEVELS)
    assert terms.VERDICTS.keys() == set(get_args(Verdict))
    assert terms.KINDS.keys() == set(get_args(Kind))
    assert terms.EMOTIONS.keys() == set(FEELINGS)


def test_links_open_the_post_and_what_is_large_is_not_fetched():
    (view,) = [one for one in objects(Names(), "zh") if one["id"] == "tf-posts"]
    attributes = decoded(view)["attributes"]
    assert attributes["fieldFormatMap"]["url"]["id"] == "url"
    hidden = {one["value"] for one in attributes["sourceFilters"]}
    assert {"kept", "kept.*", "embedding"} <= hidden


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda each: each.name)
def test_rows_fill_the_page(dashboard):
    for row in dashboard.rows:
        assert sum(width for _, width in row.tiles) == WIDTH
    ids = [tile.id for tile in dashboard.tiles]
    assert len(ids) == len(set(ids))


def test_water_army_is_left_out_until_somebody_asks():
    for one in objects(Names(), "zh"):
        if one["id"] in ("tf-overview", "tf-alarms", "tf-search-posts"):
            (army, _) = decoded(one)["attributes"]["kibanaSavedObjectMeta"]["searchSourceJSON"]["filter"]  # fmt: skip
            assert army["query"] == {"match_phrase": {"suspected": True}}
            assert army["meta"]["negate"] is True
            assert army["meta"]["disabled"] is False


def test_controls_are_brand_platform_and_sentiment():
    (page,) = [one for one in objects(Names(), "zh") if one["id"] == "tf-overview"]
    group = decoded(page)["attributes"]["controlGroupInput"]["panelsJSON"].values()
    chosen = sorted(group, key=lambda each: each["order"])
    assert [each["explicitInput"]["fieldName"] for each in chosen] == ["brand", "platform", "sentiment"]  # fmt: skip


def test_a_search_is_never_sorted_by_what_has_no_order():
    assert field_mapping("posts", "url")["doc_values"] is False
