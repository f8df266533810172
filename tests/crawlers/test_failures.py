"""Each way in which the web fails, played by the replay server in one run: the verdict in the
ledger is the expected one, and a failure is never "nothing there".
"""

from __future__ import annotations

import gzip
import logging

import pytest
from replay import Asked, Desk, Replay, Route, Served, data, text

from crawlers.fetching.outcome import Booked
from crawlers.run import Job
from tingfeng import SEEING

RSS = (
    '<?xml version="1.0" encoding="{0}"?><rss version="2.0"><channel><title>示例</title>'
    "<link>https://x.example/</link><item><title>云雀手机回应发热</title><link>/a/1</link>"
    "<guid isPermaLink='false'>1</guid><pubDate>Fri, 12 Jun 2026 09:30:00 +0800</pubDate>"
    "</item></channel></rss>"
)
GOOD = Served(body=RSS.format("utf-8").encode(), type="application/rss+xml")
PAGE = "<!DOCTYPE html><html><head><title>{}</title></head><body>{}</body></html>"
LONG = "<p>这是一个完整的网页，有许多段落，但不是订阅源。</p>" * 60


def to(target: str, status: int = 302) -> Served:
    return Served(status=status, headers={"Location": target})


FEEDS: dict[str, tuple[Route, str]] = {
    "432": (Served(status=432), "login_required"),
    "418": (Served(status=418), "rate_limited"),
    "412": (Served(status=412), "rate_limited"),
    "403": (text("<html>Forbidden</html>", status=403), "forbidden"),
    "461": (Served(status=461, headers={"Verifytype": "102"}), "captcha"),
    "404": (text("<html>no</html>", status=404), "deleted"),
    "410": (Served(status=410), "deleted"),
    "500": (text("<html>oops</html>", status=500), "upstream_error"),
    "502": (text("<html>bad gateway</html>", status=502), "upstream_error"),
    "429": (Served(status=429), "rate_limited"),
    "429-for-an-hour": (Served(status=429, headers={"Retry-After": "3600"}), "rate_limited"),
    "503-for-an-hour": (Served(status=503, headers={"Retry-After": "3600"}), "rate_limited"),
    "timeout": (Served(fault="timeout"), "unreachable"),
    "reset": (Served(fault="reset"), "unreachable"),
    "cut": (Served(body=GOOD.body, fault="cut"), "unreachable"),
    "cut-gzip": (Served(body=GOOD.body * 3, fault="cut_gzip"), "unreachable"),
    "empty": (Served(type="application/rss+xml"), "changed"),
    "login-page": (text(PAGE.format("用户登录", "<input type=password>")), "login_required"),
    "home-page": (text(PAGE.format("首页", LONG)), "changed"),
    "captcha": (text(PAGE.format("请稍候", "<script src='gt4.js'></script>geetest")), "captcha"),
    "cloudflare": (
        text(PAGE.format("Just a moment...", ""), status=403,
             headers={"cf-mitigated": "challenge"}), "captcha",
    ),
    "jsl": (text("<script>document.cookie='__jsl_clearance=1'</script>", status=521), "captcha"),
    "visitor": (text(PAGE.format("Sina Visitor System", "")), "login_required"),
    "passport": (to("https://passport.weibo.com/visitor/visitor?url=x"), "login_required"),
    "douban": (to("https://sec.douban.com/a?c=1"), "rate_limited"),
    "loop": (to("https://loop.example/feed"), "upstream_error"),
    "inside": (to("http://169.254.169.254/latest/meta-data/"), "forbidden"),
    "huge": (Served(body=b"<rss>" + b" " * 3_000_000), "changed"),
    "bomb": (
        Served(body=gzip.compress(b"<rss>" + b" " * 3_000_000),
               headers={"Content-Encoding": "gzip"}), "changed",
    ),
    "drift": (text("<rss><channel><item><kopf>云雀</kopf></item></channel></rss>"), "changed"),
    "half-xml": (text("{", type="application/rss+xml"), "changed"),
    "no-entries": (text("<rss version='2.0'><channel><title>x</title></channel></rss>"), "empty"),
    "once-500": ([text("oops", status=500), GOOD], "ok"),
    "once-429": ([Served(status=429, headers={"Retry-After": "1"}), GOOD], "ok"),
    "moved": (to("https://moved.example/new", 301), "ok"),
    "gbk": (Served(body=RSS.format("gbk").encode("gbk"), type="text/xml; charset=GBK"), "ok"),
    "gbk-undeclared": (
        Served(body=RSS.replace(' encoding="{0}"', "").encode("gb18030"), type="text/xml"), "ok",
    ),
    "bom": (Served(body=b"\xef\xbb\xbf" + GOOD.body, type="text/xml"), "ok"),
}  # fmt: skip

LISTS: dict[str, tuple[Route, str]] = {
    "weibo": (data({"ok": -100, "url": "https://passport.weibo.com/sso/signin"}), "login_required"),
    "weibo-mobile": (data({"ok": 0, "msg": "这里还没有内容", "data": {"cards": []}}), "changed"),
    "weibo-page": (text(PAGE.format("微博搜索", LONG)), "changed"),
    "zhihu": (data({"error": {"code": 10003, "message": "请求参数异常"}}), "signature_required"),
    "zhihu-topsearch": (
        text(PAGE.format("安全验证", "<meta id='zh-zse-ck'>"), status=403), "captcha"),
    "baidu": (text(PAGE.format("百度安全验证", "网络不给力")), "captcha"),
    "toutiao": (data({}), "blocked_ip"),
    "bilibili": (data({"code": -412, "message": "请求被拦截"}), "rate_limited"),
    "bilibili-words": (data({"code": -352, "data": {"v_voucher": "x"}}), "signature_required"),
    "tieba": (data({"errno": 0, "data": {"bang_topic": {"topics": []}}}), "changed"),
    "douyin": (Served(type="application/json"), "signature_required"),
    "thepaper": (text(PAGE.format("登录", "请先登录")), "login_required"),
}  # fmt: skip


@pytest.fixture(scope="module")
def played():
    """Verdicts by source of one run over everything above."""
    from crawlers.sources.hotlists import HOTLISTS

    routes: dict[str, Route] = {
        f"https://{name}.example/feed": route for name, (route, _) in FEEDS.items()
    }
    routes["https://moved.example/new"] = GOOD
    routes |= {HOTLISTS[name].url: route for name, (route, _) in LISTS.items()}
    feeds = [f"https://{name}.example/feed" for name in FEEDS]
    desk = Desk()
    with Replay(routes) as server:
        reports = desk.run(
            server,
            Job(spider="feed", arguments={"urls": " ".join(feeds)}),
            Job(spider="hotlist", arguments={"lists": " ".join(LISTS)}),
            DOWNLOAD_MAXSIZE=1_000_000,
        )
        return reports, desk.rows, desk.seen, list(server.log)


@pytest.mark.parametrize("name", FEEDS)
def test_a_failing_feed_gets_its_verdict(played, name):
    report = played[0][f"feed https://{name}.example/feed"]
    assert report.verdict == FEEDS[name][1], report
    assert report.posts == (1 if report.verdict == "ok" else 0)
    if report.verdict not in SEEING:
        assert report.failures == report.requests >= 1
        assert report.detail.zh
        assert report.detail.en


@pytest.mark.parametrize("name", LISTS)
def test_a_refused_hot_list_gets_its_verdict(played, name):
    report = played[0][f"hotlist {name}"]
    assert report.verdict == LISTS[name][1], report
    assert report.posts == 0
    assert report.verdict not in SEEING


def test_the_ledger_has_a_row_for_each_source(played):
    reports, rows, _, _ = played
    assert {row.source for row in rows} == set(reports)
    by_source = {row.source: row for row in rows}
    for source, report in reports.items():
        assert by_source[source].verdict == report.verdict
        assert by_source[source].blind == (report.verdict not in SEEING)


def test_walls_are_not_walked_to(played):
    asked: list[Asked] = played[3]
    assert not {line.host for line in asked} & {
        "passport.weibo.com", "sec.douban.com", "169.254.169.254",
    }  # fmt: skip


def test_text_survives_every_encoding(played):
    titles = {seen.post.title for seen in played[2]}
    assert titles == {"云雀手机回应发热"}


def test_a_dead_host_is_told_by_the_ledger_and_not_by_a_traceback(capfd):
    with Replay({}, robots={"dead.example": Served(fault="reset")}) as server:
        reports = Desk().run(
            server,
            Job(
                spider="feed",
                arguments={"urls": "https://dead.example/feed https://reset.example/f"},
            ),
        )
    assert reports["feed https://dead.example/feed"].verdict == "unreachable"
    assert capfd.readouterr().err == ""


def test_faults_of_ours_are_still_told():
    def record(error: Exception) -> logging.LogRecord:
        caught = (type(error), error, None)
        return logging.LogRecord("x", logging.ERROR, "x", 1, "oops", (), caught)

    assert Booked().filter(record(TypeError("ours")))
    assert Booked().filter(record(OSError("no space left")))
    assert Booked().filter(logging.LogRecord("x", logging.ERROR, "x", 1, "oops", (), None))
    assert not Booked().filter(record(ConnectionResetError("theirs")))
