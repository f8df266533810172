"""What the server's access log says of us."""

from __future__ import annotations

import itertools

import pytest
from replay import Desk, Replay, Served, text

from crawlers.run import Job

RSS = (
    "<rss version='2.0'><channel><title>x</title><link>https://x.example/</link><item>"
    "<title>云雀</title><link>/1</link><pubDate>Fri, 12 Jun 2026 09:30:00 +0800</pubDate>"
    "</item></channel></rss>"
)
ROBOTS = {
    "none": (Served(status=404), "ok"),
    "forbids-robots": (text("no", status=403), "ok"),
    "open": (text("User-agent: *\nDisallow: /private/\n"), "ok"),
    "closed": (text("User-agent: *\nDisallow: /\n"), "robots"),
    "closed-to-us": (
        text("User-agent: tingfeng\nDisallow: /\n\nUser-agent: *\nAllow: /"),
        "robots",
    ),
    "closed-to-others": (text("User-agent: baiduspider\nDisallow: /\n"), "ok"),
    "page": (text("<!DOCTYPE html><html><body>没有这一页</body></html>"), "ok"),
    "broken": (text("oops", status=500), "robots"),
    "busy": (Served(status=429), "robots"),
    "away": (Served(fault="reset"), "unreachable"),
}


def feeds(*hosts: str, **arguments: str) -> Job:
    urls = " ".join(f"https://{host}.example/feed" for host in hosts)
    return Job(spider="feed", arguments={"urls": urls} | arguments)


@pytest.fixture(scope="module")
def visited():
    routes = {f"https://{host}.example/feed": text(RSS) for host in ROBOTS}
    robots = {f"{host}.example": answer for host, (answer, _) in ROBOTS.items()}
    with Replay(routes, robots) as server:
        reports = Desk().run(server, feeds(*ROBOTS), DOWNLOAD_DELAY=0.05)
        return reports, list(server.log)


@pytest.mark.parametrize("host", ROBOTS)
def test_robots_txt_is_obeyed_and_reported(visited, host):
    reports, log = visited
    report = reports[f"feed https://{host}.example/feed"]
    pages = [line for line in log if line.host == f"{host}.example" and line.path == "/feed"]
    assert report.verdict == ROBOTS[host][1], report
    assert len(pages) == (1 if report.verdict == "ok" else 0)
    if report.verdict == "robots":
        assert "robots.txt" in report.detail.zh


def test_we_say_who_we_are_and_carry_no_cookies(visited):
    for line in visited[1]:
        agent = line.headers["user-agent"]
        assert agent.startswith("tingfeng/")
        assert "mailto:pr@example.com" in agent
        assert "cookie" not in line.headers


def test_an_ignored_robots_txt_is_written_into_the_report():
    robots = {"closed.example": ROBOTS["closed"][0]}
    with Replay({"https://closed.example/feed": text(RSS)}, robots) as server:
        reports = Desk().run(server, feeds("closed", robots="ignore"))
    report = reports["feed https://closed.example/feed"]
    assert report.verdict == "ok"
    assert "robots.txt" in report.detail.zh


def gaps(server: Replay, host: str) -> list[float]:
    times = [line.at for line in server.log if line.host == host]
    return [later - sooner for sooner, later in itertools.pairwise(times)]


def test_two_spiders_keep_one_gap_per_host():
    """Scrapy's delays are per spider; ours are per host."""
    urls = [f"https://one.example/{n}" for n in range(4)]
    job = Job(spider="feed", arguments={"urls": " ".join(urls[:2])})
    other = Job(spider="sitemap", arguments={"urls": " ".join(urls[2:])})
    with Replay({url: text(RSS) for url in urls}) as server:
        Desk().run(server, job, other, DOWNLOAD_DELAY=0.3)
        assert len(server.asked()) == 4
        assert min(gaps(server, "one.example")) >= 0.27, gaps(server, "one.example")


def test_crawl_delay_is_kept():
    urls = " ".join(f"https://slow.example/{n}" for n in range(3))
    routes = {url: text(RSS) for url in urls.split()}
    robots = {"slow.example": text("User-agent: *\nCrawl-delay: 0.5\n")}
    with Replay(routes, robots) as server:
        Desk().run(server, Job(spider="feed", arguments={"urls": urls}))
        assert min(gaps(server, "slow.example")) >= 0.47, gaps(server, "slow.example")


def test_retry_after_is_waited_for_by_everyone_at_that_host():
    busy = [Served(status=429, headers={"Retry-After": "1"}), text(RSS)]
    urls = [f"https://busy.example/{n}" for n in range(3)]
    routes = dict.fromkeys(urls, text(RSS)) | {urls[1]: busy}
    with Replay(routes) as server:
        job = Job(spider="feed", arguments={"urls": " ".join(urls)})
        reports = Desk().run(server, job, DOWNLOAD_DELAY=0.1)
        asked = server.asked()
    assert {report.verdict for report in reports.values()} == {"ok"}
    assert reports[f"feed {urls[1]}"].requests == 2
    refused = next(line.at for line in asked if line.url == urls[1])
    after = [line.at - refused for line in asked if line.at > refused]
    assert min(after) >= 0.97, after
