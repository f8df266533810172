"""What the readers find in answers that platforms really gave."""

from __future__ import annotations

from datetime import datetime

import pytest

from crawlers.sources import appstore, article, feed, hotlists, sitemap
from crawlers.sources.answer import Answer
from tingfeng import SHANGHAI

pytestmark = pytest.mark.data
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=SHANGHAI)


@pytest.fixture
def answer(data):
    def load(name: str, url: str = "https://site.example/feed") -> Answer:
        return Answer(url=url, body=(data / "answers" / name).read_bytes(), seen_at=NOW)

    return load


@pytest.mark.parametrize(
    ("name", "verdict", "entries", "dated", "title"),
    [
        ("feed-atom-1.xml", "stale", 3, 3, "科技爱好者周刊（第 255 期）：对待 AI 的正确态度"),
        ("feed-big5-1.xml", "stale", 20, 20, "1226檔下點交之後 不見棺材不走人 進輪自救會長期抗戰"),
        ("feed-gb2312-1.xml", "ok", 20, 0, "奥登说的大实话"),
        ("feed-gb2312-2.xml", "stale", 20, 20, "如何以及何时使用sIFR"),
        (
            "feed-jsonfeed-1.json",
            "stale",
            25,
            25,
            "Keller Rinaudo: How can delivery drones save lives?",
        ),
    ],
)
def test_feeds(answer, name, verdict, entries, dated, title):
    page = feed.read(answer(name))
    assert (page.verdict, len(page.seen), page.unreadable) == (verdict, entries, 0)
    assert sum(seen.post.published_at is not None for seen in page.seen) == dated
    assert page.seen[0].post.title == title
    assert len({seen.post.id for seen in page.seen}) == entries
    assert all(seen.post.url.startswith("http") for seen in page.seen)
    assert "\ufffd" not in "".join(seen.post.words for seen in page.seen)


@pytest.mark.parametrize(
    ("name", "which", "entries", "heated", "first", "heat"),
    [
        ("weibo-hotsearch-1.html", "weibo-page", 51, 50, "吴磊 这不行这不守男德", 2502909),
        ("weibo-hotsearch-1.json", "weibo-mobile", 51, 50, "奶奶摘花椒15分钟2岁孙女失踪", 1158941),
        ("zhihu-hotlist-1.json", "zhihu-app", 30, 30, "家长称查孩子成绩还要开 App 会员", 5070000),
        ("zhihu-topsearch-1.html", "zhihu-topsearch", 30, 0, "中科院发生爆炸事故", None),
        ("weibo-hottopic-1.html", "weibo-topics", 50, 0, "国人为何不再唯金牌论了", None),
    ],
)
def test_hot_lists(answer, name, which, entries, heated, first, heat):
    page = hotlists.read(answer(name, hotlists.HOTLISTS[which].url))
    assert (page.verdict, len(page.seen), page.unreadable) == ("ok", entries, 0)
    assert sum(seen.engagement.heat is not None for seen in page.seen) == heated
    assert page.seen[1].post.title.startswith(first)
    assert page.seen[1].engagement.heat == heat
    assert {seen.post.kind for seen in page.seen} == {"hot"}


def test_the_topic_list_has_discussions_and_readers(answer):
    page = hotlists.read(answer("weibo-hottopic-1.html", hotlists.HOTLISTS["weibo-topics"].url))
    first = page.seen[0].engagement
    assert (first.comments, first.views) == (15000, 18307000)
    assert all(s.engagement.comments and s.engagement.views for s in page.seen)


def test_app_reviews(answer):
    url = (
        "https://itunes.apple.com/jp/rss/customerreviews/id=1404176564/sortBy=mostRecent/page=1/xml"
    )
    page = appstore.read(answer("appstore-reviews-1.xml", url))
    assert (page.verdict, len(page.seen)) == ("ok", 50)
    assert all(1 <= seen.post.rating <= 5 and seen.post.text for seen in page.seen)
    assert all(seen.engagement.likes is not None for seen in page.seen)
    first = page.seen[0].post
    assert (first.id, first.parent, first.tags) == ("6310006838", "1404176564", ("v3.5.0",))
    assert first.published_at == datetime(2020, 8, 12, 19, 6, 20, tzinfo=SHANGHAI)


def test_a_sitemap(answer):
    page = sitemap.read(answer("sitemap-1.xml", "https://www.sitemaps.org/sitemap.xml"))
    assert (page.verdict, len(page.leads)) == ("ok", 84)
    assert all(lead.at and not lead.map for lead in page.leads)


@pytest.mark.parametrize(
    ("name", "title", "medium", "day", "within"),
    [
        ("page-gb2312-1.html", "话剧《约定无期限》河北各市巡演结束", "media:河北日报",
         datetime(2012, 6, 4, 9, 20, 26, tzinfo=SHANGHAI), "信守15年"),
        ("page-xinhua-1.html", "短缺药品保供稳价 全力保障临床用药需求", "media:新华社",
         datetime(2023, 11, 17, 20, 52, 15, tzinfo=SHANGHAI), "国家卫生健康委"),
    ],
)  # fmt: skip
def test_news_pages(answer, name, title, medium, day, within):
    (seen,) = article.read(answer(name, "https://site.example/1.html")).seen
    assert (seen.post.title, seen.post.author.id, seen.post.published_at) == (title, medium, day)
    assert within in seen.post.text


def test_a_page_in_numeric_references(answer):
    (seen,) = article.read(answer("page-entities-1.html", "https://site.example/1.html")).seen
    assert "约会软件" in seen.post.title
    assert "这个约会软件，想用你和对方的相似好恶来帮你找对象" in seen.post.text
