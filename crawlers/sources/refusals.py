"""How platforms say no in JSON, often with HTTP 200: what their answers looked like to the public
projects that ran into them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from tingfeng import Verdict

Refusal = tuple[Verdict, str]
"""Verdict, and the platform's own words."""


def refusal(url: str, value: Any) -> Refusal | None:
    """What *value*, the JSON at *url*, refuses; ``None``: it refuses nothing."""
    if not isinstance(value, dict):
        return None
    host = urlsplit(url).hostname or ""
    for domains, rule in RULES:
        if any(host == domain or host.endswith("." + domain) for domain in domains):
            found = rule(value)
            if found:
                return found
    return _anyone(value)


def anyones_refusal(value: Mapping[str, Any]) -> Refusal | None:
    """What *value*, an answer without its address, refuses by the words of any platform.

    Only what some platform is known to say: a code that nobody knows says nothing here.
    """
    answer = dict(value)
    rules = [rule for _, rule in RULES if rule is not _empty_object]
    found = [said for rule in (*rules, _anyone) if (said := rule(answer))]
    return next((said for said in found if said[0] not in {"changed", "empty"}), None)


def platform_words(value: Mapping[str, Any]) -> str:
    """What an answer says to people, cut."""
    for name in _SAID:
        word = value.get(name)
        if isinstance(word, (str, int)) and word not in ("", 0):
            return str(word)[:120]
    return ""


_SAID = (
    "msg",
    "message",
    "errmsg",
    "error_msg",
    "errorMsg",
    "status_msg",
    "reason",
    "error",
    "errno",
)


def _coded(
    field: str, verdicts: Mapping[int, Verdict]
) -> Callable[[dict[str, Any]], Refusal | None]:
    """A rule: the code in *field* decides; 0 and unknown strings do not; another is a change."""

    def rule(value: dict[str, Any]) -> Refusal | None:
        code = _number(value.get(field))
        if code in (None, 0):
            return None
        said = f"{field} {code} {platform_words(value)}".rstrip()
        return verdicts.get(code or 0, "changed"), said

    return rule


def _number(code: Any) -> int | None:
    try:
        return int(code)
    except (TypeError, ValueError):
        return None


def _weibo(value: dict[str, Any]) -> Refusal | None:
    ok, words = value.get("ok"), platform_words(value)
    if ok == -100 or "passport.weibo" in str(value.get("url", "")):
        return "login_required", f"ok {ok}"
    if "captcha" in str(value.get("url", "")):
        return "captcha", "captcha url"
    if value.get("error_code") == 20101 or "does not exist" in words or "不存在" in words:
        return "deleted", words
    if "频繁" in words:
        return "rate_limited", words
    if ok == 0 and "没有内容" in words:
        return "empty", words
    return ("changed", f"ok 0 {words}".rstrip()) if ok == 0 else None


def _zhihu(value: dict[str, Any]) -> Refusal | None:
    error = value.get("error")
    if not isinstance(error, dict):
        return None
    code = _number(error.get("code"))
    verdicts: dict[int | None, Verdict] = {
        10003: "signature_required", 40362: "captcha", 404: "deleted", 100: "login_required",
        4039: "captcha", 403: "forbidden",
    }  # fmt: skip
    return verdicts.get(code, "changed"), f"error {code} {platform_words(error)}".rstrip()


def _taobao(value: dict[str, Any]) -> Refusal | None:
    returned = " ".join(map(str, value.get("ret") or ()))
    if value.get("rgv587_flag") or "FAIL_SYS" in returned or "RGV587" in returned:
        return "captcha", returned[:120] or "rgv587_flag"
    return None


def _heimao(value: dict[str, Any]) -> Refusal | None:
    result = value.get("result")
    status = result.get("status") if isinstance(result, dict) else None
    code = _number(status.get("code")) if isinstance(status, dict) else None
    # 10017: asked beyond the 50 pages that exist, which is the end and no refusal.
    verdicts: dict[int, Verdict] = {10017: "empty", 10005: "signature_required"}
    return (verdicts.get(code, "changed"), f"code {code}") if code else None


def _empty_object(value: dict[str, Any]) -> Refusal | None:
    return None if value else ("blocked_ip", "{}")


def _anyone(value: dict[str, Any]) -> Refusal | None:
    if not value:
        return "blocked_ip", "{}"
    kind = value.get("error_type")
    if kind == "rate_limit":
        return "rate_limited", "error_type rate_limit"
    if kind == "not_logged_in":
        return "login_required", "error_type not_logged_in"
    if value.get("rgv587_flag"):
        return "captcha", "rgv587_flag"
    return None


_BILIBILI: dict[int, Verdict] = {
    -352: "signature_required", -412: "rate_limited", -799: "rate_limited", -509: "rate_limited",
    -401: "forbidden", -403: "forbidden", -101: "login_required", -404: "deleted",
    62002: "deleted", 62004: "deleted", 62012: "deleted",
    12002: "empty", 12061: "empty", 12009: "empty",
}  # fmt: skip
"""12002, 12061, 12009: comments are closed there."""

RULES: tuple[tuple[tuple[str, ...], Callable[[dict[str, Any]], Refusal | None]], ...] = (
    (("weibo.com", "weibo.cn"), _weibo),
    (("bilibili.com",), _coded("code", _BILIBILI)),
    (("taobao.com", "tmall.com"), _taobao),
    (("jd.com",), _empty_object),
    (("jd.com",), _coded("code", {601: "signature_required", 605: "signature_required"})),
    (("xiaohongshu.com",), _coded("code", {
        300011: "blocked_ip", 300012: "blocked_ip", -510000: "deleted", -510001: "deleted",
        -100: "login_required",
    })),
    (("zhihu.com",), _zhihu),
    (("sina.com.cn",), _heimao),
    (("kuaishou.com",), lambda value: (
        _coded("result", {50: "signature_required", 2: "rate_limited", 109: "login_required"})(value)
        if value.get("result") != 1 else None
    )),
    (("douyin.com",), _coded("status_code", {8: "login_required", 2154: "rate_limited"})),
    (("tieba.baidu.com",), _coded("errno", {110003: "login_required"})),
)  # fmt: skip
"""Host and rule, first match wins."""
