"""Rounds of a watch against the replay server: what is asked, kept, and not asked again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from replay import AT, Asked, Desk, Replay, Served, data, text

from crawlers.run import Job
from crawlers.spiders.appstore import AppstoreSpider
from crawlers.spiders.feed import FeedSpider
from crawlers.spiders.sitemap import SitemapSpider
from tingfeng import CrawlError, SettingsError, UnknownName

ROOT = Path(__file__).parents[2]
FEED = "https://news.example.com/feed"
ARTICLE = (
    "<html><head><title>云雀手机新闻{0}</title></head><body><h1>云雀手机新闻{0}</h1>"
    "<div>来源：示例日报</div><article>{1}</article></body></html>"
)
BODY = (
    "<p>云雀科技今日表示，将在下周推送系统更新，以改善部分机型的发热问题，费用由公司承担。</p>" * 3
)


def rss(*numbers: int) -> str:
    items = "".join(
        f"<item><title>云雀手机新闻{n}</title><link>/a/{n}</link><guid isPermaLink='false'>{n}</guid>"
        f"<pubDate>Fri, 12 Jun 2026 09:{n:02d}:00 +0800</pubDate><description>摘要{n}</description>"
        "</item>"
        for n in numbers
    )
    return (
        "<rss version='2.0'><channel><title>x</title><link>https://news.example.com/</link>"
        f"{items}</channel></rss>"
    )


def unless_known(body: str):
    """A page with a validator: 304 for who shows it."""

    def route(line: Asked) -> Served:
        if line.headers.get("if-none-match") == '"v1"':
            return Served(status=304)
        return text(body, "application/xml", headers={"ETag": '"v1"'})

    return route


def site(*numbers: int, **more):
    pages = {f"https://news.example.com/a/{n}": text(ARTICLE.format(n, BODY)) for n in numbers}
    return {FEED: unless_known(rss(1, 2))} | pages | more


def job(**arguments: str) -> Job:
    return Job(spider="feed", arguments={"urls": FEED} | arguments)


def test_an_unchanged_feed_is_not_sent_again():
    desk = Desk()
    with Replay(site()) as server:
        first = desk.run(server, job())[f"feed {FEED}"]
        second = desk.run(server, job())[f"feed {FEED}"]
    assert (first.verdict, first.posts) == ("ok", 2)
    assert (second.verdict, second.posts, second.failures) == ("unchanged", 0, 0)
    assert desk.keys == {"news:news.example.com:1", "news:news.example.com:2"}
    assert desk.calls == ["put", "note", "save", "note", "save"]


def test_articles_are_fetched_once_and_keep_the_identity_of_their_entry():
    desk = Desk()
    with Replay(site(1, 2)) as server:
        desk.run(server, job(follow="yes"))
        server.routes["news.example.com/feed"] = text(rss(1, 2, 3))
        server.routes["news.example.com/a/3"] = text("gone", status=404)
        report = desk.run(server, job(follow="yes"))[f"feed {FEED}"]
        asked = [line.path for line in server.asked(path="/a/")]
    assert sorted(asked) == ["/a/1", "/a/2", "/a/3"]
    assert report.verdict == "ok"
    texts = {seen.post.id: seen.post.text for seen in desk.seen}
    assert "改善部分机型的发热" in texts["news.example.com:1"]
    assert texts["news.example.com:3"] == "摘要3"
    assert len(desk.seen) == 3


def test_what_is_over_the_limit_stays_as_the_feed_has_it():
    desk = Desk()
    with Replay({**site(1, 2), FEED: text(rss(1, 2, 3, 4))}) as server:
        desk.run(server, job(follow="yes", limit="2"))
        assert sorted(line.path for line in server.asked(path="/a/")) == ["/a/1", "/a/2"]
    texts = [seen.post.text for seen in desk.seen]
    assert {text for text in texts if len(text) < 10} == {"摘要3", "摘要4"}
    assert len(texts) == 4


def test_a_wall_at_an_article_stops_the_source():
    captcha = text("<html><title>安全验证</title><script src=gt4.js></script></html>")
    pages = {f"https://news.example.com/a/{n}": captcha for n in range(1, 9)}
    routes = {FEED: text(rss(*range(1, 9)))} | pages
    desk = Desk()
    with Replay(routes) as server:
        report = desk.run(server, job(follow="yes"), DOWNLOAD_DELAY=0.1)[f"feed {FEED}"]
        assert len(server.asked(path="/a/")) == 1
    assert report.verdict == "captcha"
    assert len(desk.keys) == 8, "what the feed itself said is kept"


def test_silence_that_was_asked_for_lasts_over_rounds():
    desk = Desk()
    with Replay({FEED: Served(status=429, headers={"Retry-After": "3600"})}) as server:
        desk.run(server, job())
        report = desk.run(server, job(), at=AT.replace(minute=30))[f"feed {FEED}"]
        assert len(server.asked()) == 1
        assert (report.verdict, report.requests) == ("rate_limited", 0)


def test_a_feed_is_not_asked_before_it_says_so_except_by_a_person():
    spoken = rss(1).replace("<item>", "<ttl>30</ttl><item>")
    desk = Desk()
    with Replay({FEED: text(spoken)}) as server:
        desk.run(server, job(rounds="yes"))
        early = desk.run(server, job(rounds="yes"), at=AT.replace(minute=20))[f"feed {FEED}"]
        assert (early.verdict, early.requests) == ("unchanged", 0)
        assert len(desk.rows) == 1, "no row: nothing was asked, and nothing is unseen"
        desk.run(server, job(), at=AT.replace(minute=21))
        assert len(server.asked()) == 2


def test_rounds_leave_a_wall_alone_for_longer_each_time_but_a_person_is_answered():
    wall = text("<html><title>安全验证</title></html>")
    desk = Desk()
    with Replay({FEED: wall}) as server:
        desk.run(server, job(rounds="yes"))
        resting = desk.run(server, job(rounds="yes"), at=AT.replace(minute=20))[f"feed {FEED}"]
        assert (resting.verdict, resting.requests, len(server.asked())) == ("captcha", 0, 1)
        assert desk.rows[-1].blind
        assert "10:30" in resting.detail.zh
        server.routes["news.example.com/feed"] = text(rss(1))
        assert desk.run(server, job(), at=AT.replace(minute=21))[f"feed {FEED}"].verdict == "ok"
    assert "pause" not in json.loads(desk.states[f"crawl feed {FEED}"])


def review(number: int) -> dict[str, object]:
    return {
        "id": {"label": str(number)}, "im:rating": {"label": "1"}, "title": {"label": f"闪退{number}"},
        "content": {"label": "打不开"}, "updated": {"label": "2026-06-01T10:00:00+08:00"},
    }  # fmt: skip


def test_app_reviews_are_walked_until_a_page_is_known():
    url = "https://itunes.apple.com/cn/rss/customerreviews/page={}/id=414478124/sortby=mostrecent/json"
    pages = {
        url.format(n): data({"feed": {"entry": [review(100 * n + i) for i in range(3)]}})
        for n in range(1, 11)
    }
    app = Job(spider="appstore", arguments={"apps": "id414478124"})
    desk = Desk()
    with Replay(pages) as server:
        first = desk.run(server, app)["appstore cn/414478124"]
        assert (first.verdict, first.requests, first.posts) == ("ok", 10, 30)
        server.routes[url.format(1).removeprefix("https://")] = data(
            {"feed": {"entry": [review(999), review(100), review(101)]}}
        )
        second = desk.run(server, app)["appstore cn/414478124"]
    assert second.requests == 2
    assert "appstore:999" in desk.keys


def test_an_empty_review_feed_of_a_rated_app_is_no_silence():
    feed = "https://itunes.apple.com/cn/rss/customerreviews/page=1/id={}/sortby=mostrecent/json"
    record = "https://itunes.apple.com/lookup?id={}&country=cn"
    routes = {feed.format(n): data({"feed": {"author": {}}}) for n in (1, 2, 3)} | {
        record.format(1): data({"results": [{"userRatingCount": 5231}]}),
        record.format(2): data({"results": [{"userRatingCount": 0}]}),
        record.format(3): data({"results": []}),
    }
    with Replay(routes) as server:
        reports = Desk().run(server, Job(spider="appstore", arguments={"apps": "1 2 3"}))
    assert [report.verdict for report in reports.values()] == ["changed", "empty", "deleted"]


def test_a_site_is_crawled_by_its_sitemaps():
    head = "xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'"
    fresh = "".join(
        f"<url><loc>https://news.example.com/a/{n}</loc><lastmod>2026-06-12</lastmod></url>"
        for n in (1, 2)
    )
    old = "<url><loc>https://news.example.com/a/9</loc><lastmod>2019-01-01</lastmod></url>"
    routes = site(1, 2, 9) | {
        "https://news.example.com/map.xml": text(
            f"<sitemapindex {head}><sitemap><loc>https://news.example.com/new.xml</loc></sitemap>"
            "<sitemap><loc>https://news.example.com/map.xml</loc></sitemap>"
            "<sitemap><loc>https://news.example.com/2019.xml</loc><lastmod>2019-12</lastmod>"
            "</sitemap></sitemapindex>"
        ),
        "https://news.example.com/new.xml": unless_known(f"<urlset {head}>{fresh}{old}</urlset>"),
    }
    robots = {"news.example.com": text("User-agent: *\nSitemap: https://news.example.com/map.xml")}
    crawl = Job(spider="sitemap", arguments={"urls": "https://news.example.com/"})
    desk = Desk()
    with Replay(routes, robots) as server:
        report = desk.run(server, crawl)["sitemap https://news.example.com/"]
        assert sorted(line.path for line in server.asked(path="/a/")) == ["/a/1", "/a/2"]
        server.log.clear()
        again = desk.run(server, crawl)["sitemap https://news.example.com/"]
        assert sorted(line.path for line in server.asked()) == ["/map.xml", "/new.xml"]
        assert (again.verdict, again.failures) == ("unchanged", 0)
    assert (report.verdict, report.posts) == ("ok", 2)
    assert {seen.post.title for seen in desk.seen} == {"云雀手机新闻1", "云雀手机新闻2"}


def test_links_into_the_own_network_are_not_followed():
    inside = rss(1).replace("/a/1", "http://192.168.1.1/admin")
    desk = Desk()
    with Replay({FEED: text(inside)}) as server:
        desk.run(server, job(follow="yes"))
        assert {line.host for line in server.log} == {"news.example.com"}
    assert len(desk.seen) == 1


def test_wrong_orders_are_errors_of_the_user():
    with Replay({}) as server:
        with pytest.raises(UnknownName, match="feed"):
            Desk().run(server, Job(spider="feeed"))
        with pytest.raises(UnknownName, match="baidu"):
            Desk().run(server, Job(spider="hotlist", arguments={"lists": "weibo baidoo"}))
    wrong = [
        lambda: FeedSpider(urls="news.example.com/feed"), lambda: FeedSpider(urls=FEED, folow="yes"),
        lambda: FeedSpider(), lambda: FeedSpider(urls=FEED, robots="no"), lambda: SitemapSpider(),
        lambda: SitemapSpider(urls=FEED, match="("), lambda: SitemapSpider(urls=FEED, days="bald"),
        lambda: AppstoreSpider(apps="wechat"), lambda: AppstoreSpider(apps="1", country="china"),
    ]  # fmt: skip
    for make in wrong:
        with pytest.raises(SettingsError):
            make()


def test_a_killed_worker_loses_and_doubles_nothing():
    """The worker is killed amid the articles; the next round fetches the rest, and only the rest."""
    slow = {f"https://news.example.com/a/{n}": text(ARTICLE.format(n, BODY)) for n in range(1, 7)}
    desk = Desk()
    with Replay({FEED: unless_known(rss(*range(1, 7)))} | slow) as server:
        killer = threading.Thread(target=kill_at_third, args=(server, os.getpid()))
        killer.start()
        with pytest.raises(CrawlError, match="-9"):
            desk.run(server, job(follow="yes"), DOWNLOAD_DELAY=0.15)
        killer.join()
        kept = len(desk.seen)
        assert 0 < kept < 6
        server.log.clear()
        report = desk.run(server, job(follow="yes"))[f"feed {FEED}"]
        assert 6 - kept <= len(server.asked(path="/a/")) <= 6 - kept + 1
    assert report.verdict == "ok"
    assert len(desk.keys) == 6
    state = json.loads(desk.states[f"crawl feed {FEED}"])
    assert state["validators"] == {FEED: {"If-None-Match": '"v1"'}}


PARENT = """
import json, sys
from datetime import datetime
from crawlers.run import Job, crawl
from tingfeng import SHANGHAI
kept, states = open(sys.argv[2], "a"), {}
def put(seen):
    print(*[one.post.id for one in seen], sep="\\n", file=kept, flush=True)
crawl([Job(spider="feed", arguments={"urls": sys.argv[3], "follow": "yes"})], put=put,
      note=print, load_state=states.get, save_state=states.__setitem__,
      now=lambda: datetime(2026, 6, 12, 10, tzinfo=SHANGHAI), replay=sys.argv[1],
      settings={"DOWNLOAD_DELAY": 0.3, "AUTOTHROTTLE_ENABLED": False})
"""


def test_a_killed_parent_takes_its_worker_along(tmp_path):
    """Nobody is left behind to go on crawling, and what was read until then is kept."""
    pages = {f"https://news.example.com/a/{n}": text(ARTICLE.format(n, BODY)) for n in range(1, 31)}
    with Replay({FEED: unless_known(rss(*range(1, 31)))} | pages) as server:
        parent = subprocess.Popen(
            [sys.executable, "-c", PARENT, server.url, str(tmp_path / "kept"), FEED],
            cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        while len(server.asked(path="/a/")) < 3:
            time.sleep(0.02)
        parent.kill()
        parent.wait()
        time.sleep(0.5)
        asked = len(server.asked())
        time.sleep(1)
        assert len(server.asked()) == asked
    kept = (tmp_path / "kept").read_text().split()
    assert len(kept) == len(set(kept)) >= 1


def kill_at_third(server: Replay, parent: int) -> None:
    while len(server.asked(path="/a/")) < 3:
        time.sleep(0.01)
    children = subprocess.run(
        ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(parent)],
        capture_output=True,
        text=True,
        check=True,
    )
    for line in children.stdout.splitlines():
        if "run_module" in line:
            os.kill(int(line.split()[0]), signal.SIGKILL)


def test_scrapy_itself_runs_the_spiders(tmp_path):
    """``scrapy crawl feed -a urls=… -O posts.jsonl`` for people who know Scrapy."""
    with Replay(site()) as server:
        done = subprocess.run(
            [sys.executable, "-m", "scrapy", "crawl", "feed", "-a", f"urls={FEED}",
             "-O", str(tmp_path / "posts.jsonl"), "-s", f"TINGFENG_REPLAY={server.url}",
             "-s", "AUTOTHROTTLE_ENABLED=False", "-s", "DOWNLOAD_DELAY=0"],
            cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = (tmp_path / "posts.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["post"]["title"] for line in lines] == [
        "云雀手机新闻1",
        "云雀手机新闻2",
    ]
