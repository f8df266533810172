"""The one place that tells a page from a wall. A wall is never "no results".

The tables are read from top to bottom: status, address after redirects, headers, then the body.
A marker in the body only counts on a page with hardly any text of its own, so that an article
about captchas is an article.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from crawlers.sources.answer import decode, loads
from crawlers.sources.refusals import refusal
from tingfeng import AnswerChanged, Message, Verdict

Expects = Literal["json", "html", "feed", "text"]
"""What the spider asked for; ``text``: anything."""


class Ruling(NamedTuple):
    """A verdict and why, for people."""

    verdict: Verdict
    detail: Message


STATUSES: dict[int, tuple[Verdict, str, str]] = {
    304: ("unchanged", "没有更新", "not modified"),
    412: ("rate_limited", "被限速（Bilibili 的 412）", "slowed down (Bilibili's 412)"),
    418: ("rate_limited", "被限速（微博、豆瓣的 418）", "slowed down (418)"),
    429: ("rate_limited", "请求过多", "too many requests"),
    432: ("login_required", "微博要求登录", "Weibo wants a login"),
    461: ("captcha", "要求验证（小红书）", "wants verification (Xiaohongshu)"),
    468: ("captcha", "要求验证（腾讯 WAF）", "wants verification (Tencent WAF)"),
    471: ("captcha", "要求验证（小红书）", "wants verification (Xiaohongshu)"),
}
"""Statuses that say enough by themselves."""

LAST_STATUSES: dict[int, tuple[Verdict, str, str]] = {
    400: ("changed", "服务器不懂这个请求", "the server does not understand the request"),
    401: ("login_required", "要求登录", "wants a login"),
    403: ("forbidden", "拒绝访问", "forbidden"),
    404: ("deleted", "不存在", "not found"),
    405: ("forbidden", "拒绝访问（阿里云 WAF 的 405）", "forbidden (Aliyun WAF's 405)"),
    407: ("forbidden", "代理要求认证", "the proxy wants credentials"),
    408: ("upstream_error", "服务器超时", "the server timed out"),
    410: ("deleted", "已删除", "gone"),
    451: ("forbidden", "依法不可访问", "unavailable for legal reasons"),
}
"""Statuses that mean this if the body does not know better."""

ADDRESSES: tuple[tuple[str, Verdict], ...] = (
    (r"sec\.douban\.com", "rate_limited"),
    (r"wappass\.baidu\.com|[?&/]captcha\b|/verifycenter", "captcha"),
    (r"verify\.meituan\.com|spiderindefence|account\.dianping\.com/pclogin", "captcha"),
    (r"zhihu\.com/account/unhuman|_____tmd_____/punish|/antispider", "captcha"),
    (r"passport\.weibo\.c|login\.sina\.com\.cn|passport\.(?:jd|bilibili|baidu|tmall)\.", "login_required"),
    (r"^https?://(?:passport|login|sso|signin|accounts?)\.", "login_required"),
    (r"^https?://[^/?#]+/(?:[\w-]+/)?(?:login|signin|sign_in|passport)(?:[/?#.]|$)", "login_required"),
    (r"xiaohongshu\.com/404", "deleted"),
)  # fmt: skip

HEADERS: tuple[tuple[str, str, Verdict], ...] = (
    ("cf-mitigated", "challenge", "captcha"),
    ("verifytype", "", "captcha"),
    ("x-rp-code", "", "signature_required"),
)

MARKERS: tuple[tuple[str, Verdict], ...] = (
    (r"Sina Visitor System|visitor/genvisitor|passport\.weibo\.com/visitor", "login_required"),
    (r"百度安全验证|wappass\.baidu\.com", "captcha"),
    (r"window\._riskdata_", "captcha"),
    (r"rgv587_flag|_____tmd_____|x5secdata|FAIL_SYS_USER_VALIDATE|FAIL_SYS_TOKEN_EMPTY", "captcha"),
    (r"""zh-zse-ck|/account/unhuman""", "captcha"),
    (r"有异常请求从你的 ?IP ?发出", "rate_limited"),
    (r"verify\.meituan\.com|spiderindefence", "captcha"),
    (r"__jsl_clearance|创宇盾|yunsuo_session|acw_sc__v2|cf-chl|challenge-platform", "captcha"),
    (r"<title>\s*Just a moment", "captcha"),
    (r"errors\.aliyun\.com", "forbidden"),
    (r"当前笔记暂时无法浏览|Sorry, This Page Isn.t Available", "deleted"),
    (r"该贴已被删除|您访问的贴子被隐藏|<title>\s*贴吧404", "deleted"),
    (r"请求过于频繁|访问过于频繁|操作过于频繁|访问频率过高|Too Many Requests", "rate_limited"),
    (r"系统繁忙|no access", "signature_required"),
    (r"滑动验证|人机验证|请完成验证|安全验证", "captcha"),
    (r"请先登录|登录后查看|<title>[^<]{0,30}(?:登录|登陆|login|log in|sign in)", "login_required"),
)

SCRIPTS: tuple[tuple[str, Verdict], ...] = (
    (r"TencentCaptcha|TCaptcha|geetest|gt4\.js|hcaptcha|g-recaptcha|probe\.js|captcha", "captcha"),
)
"""Scripts that stand on honest pages too, in the log-in box: a wall only where there is next to
nothing else."""

_EMPTY = 120
_BARE = 600
"""Letters of visible text below which a page is no page. Known walls show under 250; a news page
shows thousands."""

_UNSEEN = re.compile(
    r"<!--.*?-->|<(script|style|noscript|head|svg|template)\b.*?(?:</\1\s*>|\Z)|<[^>]*>",
    re.IGNORECASE | re.DOTALL,
)
_PROLOGUE = re.compile(r"^(?:<\?.*?\?>|<!--.*?-->|\s)+", re.DOTALL)
_FEED = re.compile(r"<(?:!doctype (?!html)|rss|feed|(?:\w+:)?rdf|urlset|sitemapindex)")
_TITLE = re.compile(r"<title[^>]*>([^<]{0,200})", re.IGNORECASE)
_LOGIN = re.compile(r"登录|登陆|log ?in|sign ?in|passport", re.IGNORECASE)
_VERIFY = re.compile(r"验证|captcha|challenge|security check|robot", re.IGNORECASE)


def judge(
    status: int, url: str, headers: Mapping[str, str], body: bytes | str, expects: Expects = "text"
) -> Ruling:
    """What an answer is, before anyone reads it.

    *url* is the address after redirects, *headers* have names in lower case. ``ok`` only says
    that it is no wall; whether there is something in it is the reader's to say.
    """
    if status in STATUSES:
        return _said(status, STATUSES[status])
    if 300 <= status < 400:
        return _redirect(status, headers.get("location", ""))
    text = body if isinstance(body, str) else decode(body, headers.get("content-type", ""))
    return (
        _by_address(url)
        or _by_header(headers)
        or _by_body(url, text, expects, status)
        or _by_status(status, headers)
        or Ruling("ok", Message("", ""))
    )


def _said(status: int, row: tuple[Verdict, str, str]) -> Ruling:
    verdict, zh, en = row
    return Ruling(verdict, Message(f"HTTP {status}：{zh}", f"HTTP {status}: {en}"))


def _recognised(verdict: Verdict, by: str) -> Ruling:
    return Ruling(verdict, Message(f"识别依据：{by}", f"recognised by {by}"))


def _redirect(status: int, target: str) -> Ruling:
    wall = wall_address(target)
    return Ruling(
        wall or "changed",
        Message(f"HTTP {status} 跳转到 {target}", f"HTTP {status} redirects to {target}"),
    )


def wall_address(url: str) -> Verdict | None:
    """The verdict of having been sent to *url*; ``None``: it is no wall's address."""
    for pattern, verdict in ADDRESSES:
        if re.search(pattern, url, re.IGNORECASE):
            return verdict
    return None


def _by_address(url: str) -> Ruling | None:
    wall = wall_address(url)
    return _recognised(wall, url.split("?")[0]) if wall else None


def _by_header(headers: Mapping[str, str]) -> Ruling | None:
    for name, value, verdict in HEADERS:
        if name in headers and value in headers[name]:
            return _recognised(verdict, f"{name}: {headers[name]}")
    return None


def _by_status(status: int, headers: Mapping[str, str]) -> Ruling | None:
    if status in LAST_STATUSES:
        return _said(status, LAST_STATUSES[status])
    if status == 503 and headers.get("retry-after"):
        after = headers["retry-after"]
        return _said(status, ("rate_limited", f"{after} 之后再来", f"retry after {after}"))
    if status >= 500:
        return _said(status, ("upstream_error", "服务器出错", "server error"))
    if not 200 <= status < 300:
        return _said(status, ("changed", "没见过的状态码", "a status not seen before"))
    return None


def _by_body(url: str, text: str, expects: Expects, status: int) -> Ruling | None:
    bare = text.strip("\ufeff \t\r\n\0")
    if not bare:
        return _nothing(url, expects) if 200 <= status < 300 else None
    if bare[0] in "{[":
        return _by_json(url, bare, expects)
    markup = bare[:2000].lower()
    is_html = bare[0] == "<" and not _FEED.match(_PROLOGUE.sub("", markup))
    if expects == "json" or is_html:
        wall = _by_marker(bare)
        if wall:
            return wall
    if not 200 <= status < 300:
        return None
    if is_html and expects in {"json", "feed"}:
        return _page_instead(bare, expects)
    return None


def _nothing(url: str, expects: Expects) -> Ruling | None:
    if expects == "text":
        return None
    verdict: Verdict = "changed"
    if expects == "json":
        # Douyin answers unsigned requests, JD unwanted addresses, with 200 and nothing.
        verdict = "signature_required" if "douyin.com" in url else "blocked_ip"
    return Ruling(verdict, Message("HTTP 200，但内容为空", "HTTP 200 with an empty body"))


def _by_json(url: str, text: str, expects: Expects) -> Ruling | None:
    try:
        value: Any = loads(text, url)
    except AnswerChanged as error:
        return Ruling("changed", error.message) if expects == "json" else None
    found = refusal(url, value)
    if found:
        return Ruling(found[0], Message(f"平台回答：{found[1]}", f"the platform says: {found[1]}"))
    if expects == "html":
        return _recognised("changed", "JSON instead of a page")
    return None


def _by_marker(text: str) -> Ruling | None:
    shown = visible(text[:200_000])
    if len(shown) >= _BARE:
        return None
    for pattern, verdict in MARKERS + (SCRIPTS if len(shown) < _EMPTY else ()):
        found = re.search(pattern, text, re.IGNORECASE)
        if found:
            return _recognised(verdict, found.group().strip()[:60])
    return None


def _page_instead(text: str, expects: Expects) -> Ruling:
    title = _TITLE.search(text)
    heading = title.group(1).strip() if title else ""
    verdict = _by_words(heading) or "changed"
    if verdict == "changed" and re.search(r"type=[\"']?password", text, re.IGNORECASE):
        verdict = "login_required"
    wanted = "JSON" if expects == "json" else "feed"
    return Ruling(
        verdict,
        Message(
            f"应为 {wanted}，来的却是网页「{heading}」",
            f"a page instead of {wanted}: {heading!r}",
        ),
    )


def _by_words(said: str) -> Verdict | None:
    if _VERIFY.search(said):
        return "captcha"
    return "login_required" if _LOGIN.search(said) else None


def wall_words(said: str) -> Verdict | None:
    """What a short sentence of a platform wants; ``None``: it speaks of no wall."""
    for pattern, verdict in MARKERS:
        if re.search(pattern, said, re.IGNORECASE):
            return verdict
    return _by_words(said)


def visible(markup: str) -> str:
    """The letters a reader would see, blanks removed."""
    return "".join(_UNSEEN.sub("", markup).split())
