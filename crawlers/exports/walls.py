"""A login wall, an error or an empty answer that a collector saved as if it were data.

What walls look like is told by :mod:`crawlers.sources.verdict` and :mod:`crawlers.sources.refusals`, as for answers
from the network; here is what only files have: no address, no status, answers among records.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crawlers.sources.refusals import anyones_refusal, platform_words
from crawlers.sources.verdict import judge, wall_words
from tingfeng import InputError, Message

_ENVELOPE = frozenset({
    "ok", "code", "errno", "error_code", "error", "errmsg", "msg", "message", "ret", "url", "data",
    "result", "retcode", "success", "status", "request", "request_id", "error_type", "errors", "ttl",
    "api", "v", "extra", "rgv587_flag", "path", "reason", "err", "errtype", "isGuest", "status_code",
    "status_msg", "error_msg", "errorMsg", "st", "need_login", "redirect", "timestamp", "log_pb",
    "logid", "trace_id", "traceId", "server_time", "now", "host-name", "aweme_list", "has_more",
    "search_nil_info",
})  # fmt: skip
"""Keys of answers around records. A record has others too."""

_GOOD = frozenset({0, "0", 1, "1", 200, "200", None, "", "success", "SUCCESS"})
_CODES = ("code", "errno", "error_code", "retcode", "status_code", "st")
_LOGIN = frozenset({"login_required", "captcha"})

_REMEDY_ZH = "没有数据可导入：请在采集工具里更新 cookie、放慢速度后重新采集"
_REMEDY_EN = "there is no data in it; renew the cookie in the collector, slow down, collect again"


def refuse_html(text: str, name: str) -> None:
    """Raise InputError if *text*, the beginning of a file, is a page or XML instead of data."""
    if not text.lstrip("\ufeff \t\r\n").startswith("<"):
        return
    ruling = judge(200, "", {}, text, "json")
    if ruling.verdict != "changed":
        raise InputError(
            f"{name} 是平台的登录/验证页面，不是数据。{_REMEDY_ZH}",
            f"{name} is a login wall, not data: {_REMEDY_EN}",
        )
    if "urn:schemas-microsoft-com:office:spreadsheet" in text or "<table" in text.lower():
        raise InputError(
            f"{name} 是网页格式的表格：请用 Excel 打开，另存为 .xlsx 或 CSV UTF-8",
            f"{name} is a table written as a web page: open it in Excel, save as .xlsx or CSV UTF-8",
        )
    if "<html" in text[:2000].lower() or "<!doctype html" in text[:2000].lower():
        raise InputError(
            f"{name} 是网页，不是 csv、json 或 xlsx 数据：请导入采集工具导出的文件",
            f"{name} is a web page, not csv, json or xlsx: import the file the collector exported",
        )
    raise InputError(
        f"{name} 是 XML：请导出为 csv、json、jsonl 或 xlsx",
        f"{name} is XML: export it as csv, json, jsonl or xlsx",
    )


def page_wall(text: str) -> Message | None:
    """Why *text*, which begins with ``<``, is a wall rather than what somebody wrote."""
    head = text[:200].lower()
    if not head.startswith(("<html", "<!doctype html")):
        return None
    if judge(200, "", {}, text, "json").verdict == "changed":
        return None
    return Message(
        "正文是平台的登录/验证页面，不是帖子", "its text is a login wall of the platform, no post"
    )


def wall_in(record: Mapping[str, Any]) -> Message | None:
    """Why *record* is an answer of a platform rather than a post; ``None`` if it is not."""
    if not record or not record.keys() <= _ENVELOPE:
        return None
    refused = anyones_refusal(record)
    codes = [record.get(name) for name in _CODES]
    bad = any(not isinstance(code, dict | list) and code not in _GOOD for code in codes)
    failed = record.get("ok") in (0, -100, False) and "ok" in record
    if not (refused or bad or failed or record.get("error") or record.get("ret") is not None):
        return _EMPTY if _is_hollow(record) else None
    said = platform_words(record)
    code = next((f"{name} {record[name]}" for name in ("ok", *_CODES) if name in record), "")
    verdict = refused[0] if refused else wall_words(f"{said} {record.get('url', '')}")
    what = (refused[1] if refused else f"{code} {said}".strip()) or "-"
    wall = verdict in _LOGIN
    return Message(
        f"{'平台要求登录或验证' if wall else '平台的错误应答'}（{what}），不是帖子",
        f"{'a login wall' if wall else 'an error answer'} of the platform ({what}), no post",
    )


_EMPTY = Message("平台的空应答，里面没有帖子", "an answer of the platform with nothing in it")


def _is_hollow(record: Mapping[str, Any]) -> bool:
    """Whether an answer that says all is well carries nothing."""
    return any(
        name in record and isinstance(record[name], dict | list) and not _holds(record[name])
        for name in ("data", "result", "aweme_list")
    )


def _holds(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_holds, value.values()))
    if isinstance(value, list):
        return any(map(_holds, value))
    return isinstance(value, str) and value != ""


def refuse_wall(
    records: Sequence[Mapping[str, Any]], columns: Sequence[str], fault: Message | None, name: str
) -> None:
    """Raise InputError if a file holds nothing but answers without posts, or nothing at all.

    *fault* is what was wrong with its first record.
    """
    walls = [wall_in(record) for record in records if record]
    said = columns[0] if len(columns) == 1 and not records else ""
    if not walls and (verdict := wall_words(said)):
        zh, en = (
            ("登录墙", "a login wall") if verdict in _LOGIN else ("错误应答", "an error answer")
        )
        walls = [Message(f"平台的{zh}（{said[:80]}）", f"{en} of the platform ({said[:80]})")]
    first = next(iter(walls), None)
    if first is not None and all(walls):
        raise InputError(
            f"{name} 里是{first.zh}。{_REMEDY_ZH}", f"{name} holds {first.en}: {_REMEDY_EN}"
        )
    if columns:
        return
    if fault is None:
        raise InputError(
            f"{name} 里没有任何记录：采集结果是空的，请检查关键词和 cookie 后重新采集",
            f"{name} has nothing in it: the collector found nothing; check its words and cookie",
        )
    raise InputError(
        f"{name} 里没有能读的记录。第一条：{fault.zh}。请用原始文件重新导出",
        f"no record of {name} can be read. The first: {fault.en}. Export it again",
    )
