from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from html.parser import HTMLParser

import pytest

from tingfeng import SHANGHAI, Alias, Brand, Evidence, Incident, Message
from tingfeng.insight.period import Period
from tingfeng.insight.report import report, write_report

NOW = datetime(2026, 6, 12, 10, 0, tzinfo=SHANGHAI)
DAYLONG = Period(since=NOW - timedelta(days=1), until=NOW)
LARK = Brand(name="云雀", aliases=(Alias(text="云雀"),))
HERON = Brand(name="白鹭", role="competitor", aliases=(Alias(text="白鹭"),))

VOID = {"meta", "br", "rect", "line", "path", "circle", "img", "input", "hr", "link"}


class Page(HTMLParser):
    """Ids, links and the nesting of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self._open: list[str] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag, attrs) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given["href"]] if "href" in given else []
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag) -> None:
        if tag not in VOID:
            assert self._open.pop() == tag


def incident(post: str, **changes) -> Incident:
    fields = {
        "id": "i1", "brand": "云雀", "level": "orange", "state": "open",
        "opened_at": NOW - timedelta(hours=3), "first_post_at": NOW - timedelta(hours=5),
        "updated_at": NOW, "negative": 40,
        "evidence": Evidence(
            at=NOW - timedelta(hours=3), rule="share_1h", score=9.6, threshold=5.0,
            window_hours=1, mentions=42, negative=19, expected=3.8, usual_share=0.09,
            posts=(post,), sentences=(("近1小时42条中19条负面", "19 of 42 negative"),),
        ),
    }  # fmt: skip
    return Incident(**(fields | changes))


@pytest.fixture
def leak(say, army) -> str:
    for hour in range(24, 48):
        say(hour + 0.5, "neutral", text="云雀续航还行", tokens=("续航",))
    for hour in range(23):
        say(hour + 0.5, "neutral", brands=("云雀", "白鹭"))
    army(2, size=12, text="云雀漏液了大家不要再买这款手机", tokens=("漏液",))
    return say(4, "negative", text="云雀漏液，客服不理人", tokens=("漏液",), likes=900)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_citation_leads_to_a_stored_post(store, leak, blind, lang) -> None:
    blind(3)
    text = report(
        store, [LARK, HERON], DAYLONG, now=NOW, lang=lang, incidents=[incident(leak)],
        model="linear-1a2b", limits=[Message("中性召回低", "weak on neutral")],
    )  # fmt: skip
    page = Page(text)
    anchors = [link[1:] for link in page.links if link.startswith("#")]
    assert set(anchors) <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    numbers = [id for id in page.ids if re.fullmatch(r"e\d+", id)]
    assert numbers == [f"e{n}" for n in range(1, len(numbers) + 1)]
    assert {link for link in page.links if not link.startswith("#")} <= {
        document.post.url for document in store.search(_every())
    }
    for said in {
        "zh": (
            "橙色严重",
            "漏液",
            "疑似水军",
            "失明",
            "中性召回低",
            "linear-1a2b",
            "近1小时42条中19条负面",
        ),
        "en": ("orange", "漏液", "water army", "blind", "weak on neutral", "19 of 42 negative"),
    }[lang]:
        assert said in text
    assert "tingfeng search --brand 云雀 --sentiment negative" in text


def _every():
    from tingfeng import Query

    return Query()


def test_copies_are_one_entry_with_their_number(store, leak) -> None:
    text = report(store, [LARK], DAYLONG, now=NOW)
    entries = re.search(r'<ol class="posts">(.*?)</ol>', text, re.DOTALL)[1]
    assert entries.count("<li>") == 2
    assert re.search(r"雷同帖 12", entries)


def test_strangers_cannot_write_into_the_page(store, say) -> None:
    evil = "<script>alert(1)</script>\"'<img src=x onerror=alert(2)>"
    say(1, "negative", text=evil, tokens=(evil,), brands=(evil,), url="javascript:alert(3)")
    text = report(store, [Brand(name=evil, aliases=(Alias(text="x"),))], DAYLONG, now=NOW)
    page = Page(text)
    assert {"script", "img"}.isdisjoint(page.tags)
    assert not any(link.startswith("javascript") for link in page.links)


def test_an_empty_store_says_so_and_invents_nothing(store) -> None:
    zh = report(store, [LARK], DAYLONG, now=NOW)
    assert "数据不足" in zh
    assert "n=0" in zh
    en = report(store, [LARK], DAYLONG, now=NOW, lang="en")
    assert "not enough data" in en
    assert "Not enough data: no post to cite" in en
    Page(zh), Page(en)
    assert "数据不足" in report(store, [], DAYLONG, now=NOW)


def test_a_share_of_too_few_posts_is_not_stated(store, say) -> None:
    for label in ("negative", "positive", "positive"):
        say(1, label)
    text = report(store, [LARK], DAYLONG, now=NOW)
    assert "数据不足 [6–79%] n=3" in text
    assert "33%" not in text.split("</style>")[1]


def test_blindness_is_not_called_calm(store, say, blind) -> None:
    for hour in range(40):
        say(hour / 2, "neutral")
    assert "headline tone-calm" in report(store, [LARK], DAYLONG, now=NOW, judged=True)
    blind(3)
    body = report(store, [LARK], DAYLONG, now=NOW, judged=True).split("<main>")[1]
    assert "headline tone-blind" in body


def test_the_file_is_written_whole(tmp_path, store, say) -> None:
    say(1, text="云雀 \ud83d 半个表情")
    write_report(tmp_path / "r.html", store, [LARK], DAYLONG, now=NOW, lang="en")
    assert [each.name for each in tmp_path.iterdir()] == ["r.html"]
    Page((tmp_path / "r.html").read_text(encoding="utf-8"))


def test_nothing_is_loaded_from_anywhere(store, leak) -> None:
    text = report(store, [LARK, HERON], DAYLONG, now=NOW)
    assert not re.search(r"<(script|link|iframe|img)|@import|url\((?!#)", text)
    assert "default-src 'none'" in text


def test_incidents_of_other_times_stay_out(store, leak) -> None:
    old = incident(leak, id="old", state="closed", opened_at=NOW - timedelta(days=9),
                   closed_at=NOW - timedelta(days=8))  # fmt: skip
    assert "incident-old" not in report(store, [LARK], DAYLONG, now=NOW, incidents=[old])
    gone = incident("weibo:404", id="gone")
    text = report(store, [LARK], DAYLONG, now=NOW, incidents=[gone])
    assert "1 条曾作为依据的帖子已不在库中" in text


def test_where_nobody_looked_for_incidents_all_is_not_calm(store, say) -> None:
    for hour in range(40):
        say(hour / 2, "neutral")
    zh = report(store, [LARK], DAYLONG, now=NOW)
    assert "headline tone-unjudged" in zh
    assert zh.count("这段时间没有做过预警判断：tingfeng alerts replay") == 2
    assert "平稳</span>" not in zh
    assert "没有预警事件" not in zh
    assert "no alerts were judged" in report(store, [LARK], DAYLONG, now=NOW, lang="en")
    for looked in ({"judged": True}, {"replayed": ()}, {"incidents": ()}):
        page = report(store, [LARK], DAYLONG, now=NOW, **looked)
        assert "headline tone-calm" in page
        assert "时段内没有预警事件" in page


def test_what_only_a_replay_found_is_marked_as_never_sent(store, leak) -> None:
    told = incident(leak, id="told")
    found = [told, incident(leak, id="found", level="red")]
    page = report(store, [LARK], DAYLONG, now=NOW, incidents=[told], replayed=found)
    cards = re.findall(r'<article class="incident.*?</article>', page, re.DOTALL)
    assert ["回放（未发送）" in card for card in cards] == [False, True]
    assert "2 起预警事件（最高红色危机，2 起未结束，1 起来自回放、未发送）" in page


@pytest.mark.parametrize(
    ("rule", "score", "threshold", "zh"),
    [
        ("share_1h", 9.6, 5.0, "近1小时负面占比偏离分 9.6（开警线 5.0）"),
        ("redline", 9.0, 1.0, "红线词声音数 9（开警线 1）"),
        ("redline", 9.0, 7.464, "红线词声音数 9（开警线 7.46）"),
        ("first_day", 0.452, 0.31, "首日负面占比 45%（开警线 31%）"),
        ("homemade", 2.0, 1.0, "homemade 2.0（开警线 1.0）"),
    ],
)
def test_a_rule_is_named_by_what_it_counts(store, leak, rule, score, threshold, zh) -> None:
    shown = incident(leak)
    shown = replace(
        shown, evidence=replace(shown.evidence, rule=rule, score=score, threshold=threshold)
    )
    page = report(store, [LARK], DAYLONG, now=NOW, incidents=[shown])
    assert f"2026-06-12 07:00 判定：{zh}" in page


def test_every_rule_and_level_has_the_name_that_messages_use() -> None:
    from tingfeng.alerts import RULES, levels
    from tingfeng.alerts.share import WINDOWS
    from tingfeng.insight.verdict import LEVEL_NAMES, RULE_NAMES

    assert levels.NAMES == LEVEL_NAMES
    shares = {f"share_{window.name}" for window in WINDOWS}
    assert set(RULE_NAMES) == {*shares, "first_day", *(set(RULES) - {"share"})}


def test_the_legend_has_the_colours_of_the_marks(store, leak) -> None:
    page = report(store, [LARK], DAYLONG, now=NOW, incidents=[incident(leak)])
    assert '<path class="level-orange"' in page
    assert '<i class="tri level-orange">▼</i>橙色严重' in page
    assert 'class="tri' not in report(store, [LARK], DAYLONG, now=NOW, judged=True)


def test_steps_of_days_are_named_by_their_day(store, say) -> None:
    for hour in range(120):
        say(hour + 0.5, "neutral")
    days = Period(since=NOW - timedelta(days=7), until=NOW)
    page = report(store, [LARK], days, now=NOW)
    assert re.search(r"最高点 06-\d\d，24 条", page)
    assert "<title>06-09，n=24" in page


def test_frequent_words_are_no_news(store, say) -> None:
    for hour in range(20):
        say(hour + 0.5, "neutral", text=f"云雀续航第{hour}条", tokens=("续航",))
    page = report(store, [LARK], DAYLONG, now=NOW)
    assert "<b>续航</b>" not in page
    assert "上期没有足够数据可比，分不出新词与升温词，不列" in page


def test_negative_posts_say_how_sure_the_model_is(store, say) -> None:
    sure = say(1, "negative", text="云雀漏液了", likes=3)
    say(1, "uncertain", text="云雀就这样吧", likes=9)
    page = report(store, [LARK], DAYLONG, now=NOW)
    entries = re.search(r'<ol class="posts">(.*?)</ol>', page, re.DOTALL)[1]
    [mention] = store.get(sure).analysis.mentions
    assert f"负面概率 p={mention.sentiment.negative:.2f}" in entries
    assert "云雀就这样吧" not in entries


def test_one_voice_is_said_to_be_an_author_once(store, army) -> None:
    army(2, size=4)
    page = report(store, [LARK], DAYLONG, now=NOW)
    assert "发言 4（同一作者的雷同内容只计一次）" in page
    assert "去重" not in page
