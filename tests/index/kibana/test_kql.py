"""KQL is read as Kibana reads it.

The table was compared with what ``kbn-es-query`` makes of the same texts (npm
``@cybernetex/kbn-es-query`` 1.0.2, Apache-2.0, an older Kibana's code): equal but for keywords, which
newer versions ask by ``term``, and for numbers, which newer versions leave as they were typed.
"""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.kibana.kql import KqlError, fields, parse
from index.kibana.kql_dsl import query

TYPES = {
    "content": "text", "platform": "keyword", "sentiment": "keyword", "stances": "keyword",
    "engagement.total": "long", "suspected": "boolean", "published_at": "date",
}  # fmt: skip


def one(asked):
    return {"bool": {"should": [asked], "minimum_should_match": 1}}


def either(*asked):
    return {"bool": {"should": list(asked), "minimum_should_match": 1}}


def term(name, value):
    return one({"term": {name: {"value": value}}})


def anywhere(text, kind="best_fields"):
    return {"multi_match": {"type": kind, "query": text, "lenient": True}}


ASKED = {
    "": {"match_all": {}},
    "   ": {"match_all": {}},
    "content: 小米手机": one({"match": {"content": "小米手机"}}),
    'content: "小米手机"': one({"match_phrase": {"content": "小米手机"}}),
    "content: 小米*": one({"query_string": {"fields": ["content"], "query": "小米*"}}),
    "小米手机": anywhere("小米手机"),
    "小米 手机": anywhere("小米 手机"),
    '"小米手机"': anywhere("小米手机", "phrase"),
    "「YYDS」": anywhere("「YYDS」"),
    "#话题#": anywhere("#话题#"),
    "@用户": anywhere("@用户"),
    "a : and": one({"match": {"a": "and"}}),
    "andy or nota": either(anywhere("andy"), anywhere("nota")),
    "a\\:b": anywhere("a:b"),
    'platform: "a\\"b"': term("platform", 'a"b'),
    "suspected : true": one({"match": {"suspected": True}}),
    "stances : *|negative": one({"wildcard": {"stances": {"value": "*\\|negative"}}}),
    "engagement.total > 0": one({"range": {"engagement.total": {"gt": "0"}}}),
    'published_at >= "2026-11-01"': one({"range": {"published_at": {"gte": "2026-11-01"}}}),
    "sentiment : *": one({"exists": {"field": "sentiment"}}),
    "sentiment : (negative or neutral)": either(
        term("sentiment", "negative"), term("sentiment", "neutral")
    ),
    "not sentiment : * or sentiment : uncertain": either(
        {"bool": {"must_not": one({"exists": {"field": "sentiment"}})}},
        term("sentiment", "uncertain"),
    ),
    "a or b and c": either(anywhere("a"), {"bool": {"filter": [anywhere("b"), anywhere("c")]}}),
    "NOT a AND b OR c": either(
        {"bool": {"filter": [{"bool": {"must_not": anywhere("a")}}, anywhere("b")]}}, anywhere("c")
    ),
    "a and and b": {"bool": {"filter": [anywhere("a"), anywhere("and b")]}},
    "a b : c": one({"match": {"a b": "c"}}),
    "(a or b) and c": {"bool": {"filter": [either(anywhere("a"), anywhere("b")), anywhere("c")]}},
    "platform : (weibo and not zhihu)": {
        "bool": {
            "filter": [
                term("platform", "weibo"),
                {"bool": {"must_not": term("platform", "zhihu")}},
            ]
        }
    },
}


@pytest.mark.parametrize("text", ASKED)
def test_what_kibana_sends(text):
    assert query(parse(text), TYPES.get) == ASKED[text]


@pytest.mark.parametrize(
    "text", ["((a", "not not a", 'content: "a', "platform:weibo platform:zhihu", "()", "a:", ":a"]
)
def test_what_kibana_refuses(text):
    with pytest.raises(KqlError):
        parse(text)


@given(st.text(min_size=1))
def test_any_text_in_quotation_marks_is_one_phrase(text):
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    assert query(parse(f'"{escaped}"'), TYPES.get) == anywhere(text, "phrase")


@given(st.text(alphabet='ab 中*:()<>"\\\n小米orandnot', max_size=30))
def test_any_text_is_read_or_refused(text):
    with suppress(KqlError):
        assert query(parse(text), TYPES.get)


def test_fields_are_found_at_any_depth():
    asked = parse("a : 1 and (not b > 2 or c : (3 or 4)) and 五")
    assert [each.scalar for each in fields(asked)] == ["a", "b", "c", "c"]
