"""What people find who type Chinese into Kibana: every row of the table, on every real server.

Texts are folded before they are indexed; what is typed into Kibana is not. So the server's analyzer
decides what width and case of a typed word mean, and traditional characters find nothing.
"""

from functools import partial

import pytest

from index.elastic import ElasticStore
from index.kibana import kql
from index.kibana.kql_dsl import query
from index.kibana.lens import field_type
from index.kibana.notes import OVERVIEW_NOTE
from servers.fixtures import NAMES

TEXTS = {
    "小米": "小米手机续航很好", "大米": "大米手机不知名", "小米粥": "小米粥养胃",
    "和服务": "产品和服务都好", "和服": "她穿和服",
    "iPhone16Pro": "入手iPhone16Pro三天", "iPhone 16 Pro": "iPhone 16 Pro 发热",
    "5G": "支持5G网络", "全角": "全角ＡＢＣ手机",
    "發票": "商家不给發票", "发票": "开发票很慢",
    "YYDS": "这款「YYDS」", "话题": "#新品发布#来了", "@": "@云雀客服 在吗", "表情": "气死我了😡",
    "贵": "贵", "贵吗": "这个贵吗", "很贵": "手机很贵",
    "逗号": "太赞，好吃", "无逗号": "太赞好吃",
    "发热": "手机发热严重", "发烫": "发烫又发热",
}  # fmt: skip
"""By a name for each, which is also its id."""

PHRASES = {
    '"小米手机"': {"小米"},
    'content : "小米手机"': {"小米"},
    '"和服"': {"和服", "和服务"},
    '"和服" and not "和服务"': {"和服"},
    '"iPhone16Pro"': {"iPhone16Pro"},
    "iPhone16Pro": {"iPhone16Pro"},
    "IPHONE16PRO": {"iPhone16Pro"},
    '"iPhone 16 Pro"': {"iPhone 16 Pro"},
    '"iPhone16Pro" or "iPhone 16 Pro"': {"iPhone16Pro", "iPhone 16 Pro"},
    "5G": {"5G"},
    '"5g"': {"5G"},
    "ABC": {"全角"},
    '"发票"': {"发票", "發票"},
    '"發票"': set(),
    "YYDS": {"YYDS"},
    '"「YYDS」"': {"YYDS"},
    '"#新品发布#"': {"话题"},
    '"新品发布"': {"话题"},
    '"@云雀客服"': {"@"},
    "😡": {"表情"},
    '"😡"': {"表情"},
    '"手机" and "发热"': {"发热"},
    '"发热" and not "发烫"': {"发热", "iPhone 16 Pro"},
    "*贵*": {"贵", "贵吗", "很贵"},
    "content : *贵*": {"贵", "贵吗", "很贵"},
}
"""What is promised to people, whatever the analyzer."""

APART = {
    "小米手机": {
        "standard": {"小米", "大米", "小米粥", "发热", "全角", "iPhone16Pro", "很贵"},
        "cjk": {"小米", "大米", "小米粥", "发热", "全角", "很贵"},
    },
    "和服": {"standard": {"和服", "和服务", "@"}, "cjk": {"和服", "和服务"}},
    "發票": {"standard": {"發票", "发票"}, "cjk": set()},
    "ＡＢＣ": {"standard": set(), "cjk": {"全角"}},
    "#新品发布#": {
        "standard": {"话题", "发票", "發票", "发热", "发烫", "和服务", "iPhone 16 Pro"},
        "cjk": {"话题"},
    },
    '"贵"': {"standard": {"贵", "贵吗", "很贵"}, "cjk": {"贵"}},
    "贵*": {"standard": {"贵", "贵吗", "很贵"}, "cjk": {"贵", "贵吗"}},
    '"赞好"': {"standard": {"逗号", "无逗号"}, "cjk": {"无逗号"}},
}  # fmt: skip
"""Where analyzers differ: what quotation marks are for, and why notes warn of the rest."""


@pytest.fixture(
    scope="module", params=[pytest.param(name, marks=pytest.mark.elastic) for name in NAMES]
)
def filled(request, server_of):
    """A store of the texts, some read: words are kept folded, as segmenters are given folded text."""
    from servers.emptied import Emptied

    place = Emptied(server_of(request.param))
    store = ElasticStore(**place.settings())
    put(store, *(request.getfixturevalue(name) for name in ("make_seen", "make_analysis")))
    yield store
    store.close()
    place.close()


def put(store, make_seen, make_analysis):
    seen = [make_seen(name, text) for name, text in TEXTS.items()]
    store.put(seen, now=seen[0].post.collected_at)
    tokens = {"小米": ("小米", "手机", "续航", "好"), "發票": ("商家", "发票")}
    store.record([
        make_analysis(each.post, tokens=tokens.get(each.post.id, ())) for each in seen
    ])  # fmt: skip
    store.cluster.client.indices.refresh(index=store.cluster.names.alias("posts"))


def typed(store, text):
    """Ids of what Kibana shows for *text* in the search bar of Discover."""
    asked = query(kql.parse(text), partial(field_type, "posts"))
    alias = store.cluster.names.alias("posts")
    answer = store.cluster.client.search(index=alias, query=asked, size=100)
    return {hit["_source"]["post_id"] for hit in answer["hits"]["hits"]}


@pytest.mark.parametrize("text", PHRASES)
def test_what_is_promised_holds_for_every_analyzer(filled, text):
    assert typed(filled, text) == PHRASES[text]


@pytest.mark.parametrize("text", APART)
def test_where_analyzers_differ(filled, text):
    assert typed(filled, text) == APART[text][filled.cluster.analyzer]


def test_bare_servers_index_characters_and_full_ones_pairs(server_of, filled):
    full = "analysis-common" in filled.cluster.capabilities
    assert filled.cluster.analyzer == ("cjk" if full else "standard")


@pytest.mark.parametrize(
    "example", ['"小米手机"', "*贵*", "😡", '"发票"', '"發票"', "iPhone16Pro", '"和服"']
)
def test_the_note_shows_what_is_tested(example):
    assert example in PHRASES
    assert f"`{example}`" in OVERVIEW_NOTE.zh
    assert f"`{example}`" in OVERVIEW_NOTE.en


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_query_in_the_note_can_be_read(lang):
    import re

    for example in re.findall(r"`([^`]+)`", OVERVIEW_NOTE.into(lang)):
        if example.startswith("and "):
            example = f"a {example}"
        if example not in ("#", "@"):
            kql.parse(example)
