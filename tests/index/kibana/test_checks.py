"""Each fault is found, named by its object, and comes with a remedy in both languages."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.es.layout import Names
from index.kibana.build import encoded, ndjson, objects
from index.kibana.checks import check

NAMES = Names()


@pytest.fixture
def built():
    """Objects by type and id; take what you need, break it, and look at it."""
    return {(one["type"], one["id"]): one for one in objects(NAMES, "zh")}


def look(built):
    return check(b"".join(encoded(one) + b"\n" for one in built.values()), NAMES)


def inside(saved, name, change):
    """Change what stands as JSON inside of the attribute *name*."""
    outer, _, last = name.rpartition(".")
    holder = saved["attributes"][outer] if outer else saved["attributes"]
    value = json.loads(holder[last])
    changed = change(value)
    holder[last] = json.dumps(value if changed is None else changed, ensure_ascii=False)


def panel(built, id, change, page="overview"):
    def within(panels):
        change(next(one for one in panels if one["panelIndex"] == id))

    inside(built["dashboard", f"tf-{page}"], "panelsJSON", within)


def layer(panel):
    state = panel["embeddableConfig"]["attributes"]["state"]
    return state["datasourceStates"]["formBased"]["layers"]["layer"]


def column(built, id, name, change, page="overview"):
    panel(built, id, lambda one: change(layer(one)["columns"][name]), page)


SOURCE = "kibanaSavedObjectMeta.searchSourceJSON"


def breaks():
    """Name of the fault, what breaks, and what the message must say."""

    def case(say):
        def keep(break_):
            found[break_.__name__.strip("_")] = (break_, say)
            return break_

        return keep

    found = {}

    @case("stands here twice")
    def twice(built):
        built["again", ""] = built["tag", "tf-tag"]

    @case("references is missing")
    def no_references(built):
        del built["tag", "tf-tag"]["references"]

    @case("above 10.2.0")
    def too_new(built):
        built["dashboard", "tf-overview"]["typeMigrationVersion"] = "10.3.0"

    @case("above 8.8.0")
    def too_new_core(built):
        built["search", "tf-search-posts"]["coreMigrationVersion"] = "9.0.0"

    @case("unknown type lens")
    def other_type(built):
        built["tag", "tf-tag"]["type"] = "lens"

    @case("string that holds JSON")
    def no_json(built):
        built["dashboard", "tf-overview"]["attributes"]["optionsJSON"] = "{"

    @case("no such attribute")
    def unknown_attribute(built):
        built["search", "tf-search-suspected"]["attributes"]["tabs"] = []

    @case("of the wrong type")
    def wrong_type(built):
        built["search", "tf-search-suspected"]["attributes"]["hideChart"] = "no"

    @case("refers to a saved")
    def both_kinds(built):
        panel(built, "trend", lambda one: one["embeddableConfig"].update(savedObjectId="x"))

    @case("index-pattern tf-nothing, which is not in the file")
    def dangling(built):
        built["search", "tf-search-suspected"]["references"][0]["id"] = "tf-nothing"

    @case("this reference is missing")
    def missing_reference(built):
        references = built["dashboard", "tf-overview"]["references"]
        references[:] = [one for one in references if not one["name"].startswith("trend:")]

    @case("nothing needs this reference")
    def spare_reference(built):
        references = built["dashboard", "tf-overview"]["references"]
        references.append({"type": "tag", "id": "tf-tag", "name": "spare"})

    @case("columnOrder and columns differ")
    def order(built):
        panel(built, "trend", lambda one: layer(one)["columnOrder"].pop())

    @case("a column gone that is not there")
    def accessor(built):
        def change(one):
            one["embeddableConfig"]["attributes"]["state"]["visualization"]["metricAccessor"] = (
                "gone"
            )

        panel(built, "volume", change)

    @case("lnsXY has no setting legends")
    def unknown_setting(built):
        def change(one):
            one["embeddableConfig"]["attributes"]["state"]["visualization"]["legends"] = {}

        panel(built, "trend", change)

    @case("refers to a column gone")
    def order_by(built):
        column(
            built, "words", "split0", lambda one: one["params"]["orderBy"].update(columnId="gone")
        )

    @case("metric0, a formula or a metric with a filter, cannot put values in order")
    def order_by_filtered(built):
        column(built, "gaps", "split0", lambda one: one["params"]["orderBy"].update(columnId="metric0"), "alarms")  # fmt: skip

    @case("metric4, a formula or a metric with a filter, cannot put values in order")
    def order_by_formula(built):
        column(built, "brands", "split0", lambda one: one["params"]["orderBy"].update(columnId="metric4"))  # fmt: skip

    @case("mentions has no field colour")
    def unknown_field(built):
        column(built, "words", "split0", lambda one: one.update(sourceField="colour"))

    @case("field keywords (keyword) cannot be asked for sum")
    def unfit_field(built):
        column(built, "engagement", "metric0", lambda one: one.update(sourceField="keywords"))

    @case("field evidence (text) cannot be asked for terms")
    def text_field(built):
        column(built, "words", "split0", lambda one: one.update(sourceField="evidence"))

    @case("field published_at (date) cannot be asked for average")
    def average_of_dates(built):
        column(built, "engagement", "metric0",
               lambda one: one.update(sourceField="published_at", operationType="average"))  # fmt: skip

    @case("unknown operation median")
    def operation(built):
        column(built, "engagement", "metric0", lambda one: one.update(operationType="median"))

    @case("KQL that cannot be read")
    def kql(built):
        column(built, "trend", "metric0", lambda one: one["filter"].update(query="sentiment : ("))

    @case("KQL asks mentions for mood")
    def kql_field(built):
        column(built, "trend", "metric0", lambda one: one["filter"].update(query="mood : bad"))

    @case("KQL asks mentions for evidence")
    def kql_unsearchable(built):
        column(built, "trend", "metric0", lambda one: one["filter"].update(query="evidence : a"))

    @case("the query is not KQL")
    def lucene(built):
        column(built, "trend", "metric0", lambda one: one["filter"].update(language="lucene"))

    @case("the chart lacks")
    def hollow(built):
        panel(built, "trend", lambda one: one["embeddableConfig"]["attributes"].pop("state"))

    @case("beyond the right edge")
    def wide(built):
        panel(built, "trend", lambda one: one["gridData"].update(x=30))

    @case("it lies over")
    def overlap(built):
        panel(built, "share-of-voice", lambda one: one["gridData"].update(x=20))

    @case("place or size is no whole number")
    def grid(built):
        panel(built, "trend", lambda one: one["gridData"].update(w="32"))

    @case("gridData.i and panelIndex differ")
    def grid_id(built):
        panel(built, "trend", lambda one: one["gridData"].update(i="x"))

    def control(built, change, page="overview"):
        group = built["dashboard", f"tf-{page}"]["attributes"]["controlGroupInput"]
        value = json.loads(group["panelsJSON"])
        change(value["control-brand"]["explicitInput"])
        group["panelsJSON"] = json.dumps(value)

    @case("mentions has no field colour")
    def control_field(built):
        control(built, lambda one: one.update(fieldName="colour"))

    @case("its data view and its reference differ")
    def control_view(built):
        control(built, lambda one: one.update(dataViewId="tf-posts"))

    @case("documents of panel incident-list, incidents, ")
    def control_reach(built):
        control(built, lambda one: one.update(fieldName="platform"), "alarms")

    @case("documents of panel blind-hours have no field brand")
    def deaf_no_more(built):
        panel(built, "blind-hours", lambda one: layer(one).pop("ignoreGlobalFilters"), "alarms")

    @case("deaf to its own query")
    def deaf_with_a_query(built):
        def change(one):
            one["embeddableConfig"]["attributes"]["state"]["query"]["query"] = "blind : true"

        panel(built, "blind-hours", change, "alarms")

    @case("using it empties them")
    def plain_filter(built):
        inside(built["dashboard", "tf-alarms"], SOURCE,
               lambda one: one["filter"][0]["meta"].update(negate=False))  # fmt: skip

    @case("no panel has a field colour")
    def filter_field(built):
        inside(built["dashboard", "tf-alarms"], SOURCE,
               lambda one: one["filter"][0]["meta"].update(key="colour"))  # fmt: skip

    @case("posts has no such field")
    def search_column(built):
        built["search", "tf-search-suspected"]["attributes"]["columns"].append("colour")

    @case("cannot put it in order")
    def search_sort(built):
        built["search", "tf-search-suspected"]["attributes"]["sort"] = [["url", "desc"]]

    @case("KQL asks posts for colour")
    def search_query(built):
        inside(built["search", "tf-search-suspected"], SOURCE,
               lambda one: one["query"].update(query="colour : red"))  # fmt: skip

    @case("its id and title differ")
    def view_id(built):
        built["index-pattern", "tf-metrics"]["attributes"]["title"] = "tf-coverage"

    @case("is no alias of prefix tf")
    def view_alias(built):
        built["index-pattern", "tf-metrics"]["attributes"]["title"] = "logs-*"

    @case("is no date")
    def view_time(built):
        built["index-pattern", "tf-metrics"]["attributes"]["timeFieldName"] = "brand"

    @case("metrics has no field colour")
    def view_field(built):
        inside(built["index-pattern", "tf-metrics"], "fieldAttrs",
               lambda one: one.update(colour={"customLabel": "x"}))  # fmt: skip

    @case("it has no title")
    def title(built):
        built["search", "tf-search-suspected"]["attributes"]["title"] = " "

    @case("it is called as")
    def same_title(built):
        title = built["search", "tf-search-posts"]["attributes"]["title"]
        built["search", "tf-search-suspected"]["attributes"]["title"] = title

    @case("https://kibana.example.com")
    def address(built):
        built["search", "tf-search-suspected"]["attributes"]["description"] = (
            "https://kibana.example.com/x"
        )

    @case("a key or a password")
    def secret(built):
        built["search", "tf-search-suspected"]["attributes"]["description"] = "api_key=abc"

    return found


BREAKS = breaks()


@pytest.mark.parametrize("name", BREAKS)
def test_each_fault_is_found(built, name):
    break_, said = BREAKS[name]
    assert look(built) == []
    break_(built)
    found = [one for one in look(built) if said in one.what.en]
    assert found, [(one.where, one.what.en) for one in look(built)]
    for one in found:
        assert one.where
        assert all((one.what.zh, one.remedy.zh, one.remedy.en))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xef\xbb\xbf" + ndjson(NAMES, "zh"), "byte order mark"),
        (ndjson(NAMES, "zh") + b"{", "no JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[]\n", "is missing"),
    ],
    ids=["bom", "json", "utf8", "list"],
)
def test_each_fault_of_the_file_is_found(data, said):
    assert [one for one in check(data, NAMES) if said in one.what.en]


def test_the_summary_of_an_export_is_no_object():
    summary = b'{"exportedCount":1,"missingRefCount":0,"missingReferences":[]}\n'
    assert check(ndjson(NAMES, "zh") + summary, NAMES) == []


def test_a_file_for_another_prefix_is_found_out():
    found = check(ndjson(Names(prefix="tf-b"), "zh"), NAMES)
    assert any("prefix tf" in one.what.en for one in found)


BUILT = [json.dumps(one) for one in objects(NAMES, "zh")]
INNER = ("panelsJSON", "fieldAttrs", "fieldFormatMap")


def places(value, path=()):
    """Every place in nested JSON, as the keys that lead there."""
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, each in pairs:
        if isinstance(each, dict | list):
            yield from places(each, (*path, key))
        else:
            yield (*path, key)


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_whatever_is_in_a_file_it_is_looked_over_to_the_end(data):
    lines = list(BUILT)
    number = data.draw(st.integers(0, len(lines) - 1))
    saved = json.loads(lines[number])
    inner = [name for name in INNER if name in saved["attributes"]]
    whole = {**saved, **{name: json.loads(saved["attributes"][name]) for name in inner}}
    spots = [path for path in places(whole) if path]
    *outer, last = data.draw(st.sampled_from(spots))
    holder = whole
    for key in outer:
        holder = holder[key]
    junk = st.sampled_from([None, 0, -1, "", "x", "{", [], {}, [1], {"a": 1}, True, [None], [[]]])
    holder[last] = data.draw(junk)
    for name in inner:
        if isinstance(whole.get("attributes"), dict):
            whole["attributes"][name] = json.dumps(whole[name])
        del whole[name]
    lines[number] = json.dumps(whole)
    for fault in check("\n".join(lines).encode(), NAMES):
        assert fault.where
