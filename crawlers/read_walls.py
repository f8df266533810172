"""A login wall or an error answer that a collector saved as if it were data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tingfeng import InputError, Message

_HTML = re.compile(r"\s*(?:<!doctype\s+html|<html|<head|<body|<script|<meta\b|<!--)", re.IGNORECASE)
_WALL = re.compile(
    r"Sina Visitor System|passport\.|/login|signin|登录|登陆|验证|captcha|geetest|punish|anquan|"
    r"异常请求|访问频繁|Just a moment|acw_sc__v2|unhuman",
    re.IGNORECASE,
)
_ENVELOPE = frozenset({
    "ok", "code", "errno", "error_code", "error", "errmsg", "msg", "message", "ret", "url", "data",
    "result", "retcode", "success", "status", "request", "request_id", "error_type", "errors", "ttl",
    "api", "v", "extra", "rgv587_flag", "path", "reason", "err", "errtype", "isGuest",
})  # fmt: skip
_GOOD = frozenset({0, "0", 1, "1", 200, "200", None, "", "success", "SUCCESS"})

_REMEDY_ZH = "没有数据可导入：请在采集工具里更新 cookie、放慢速度后重新采集"
_REMEDY_EN = "there is no data in it; renew the cookie in the collector, slow down, collect again"


def refuse_html(text: str, name: str) -> None:
    """Raise InputError if *text*, the beginning of a file, is a page or XML instead of data."""
    if not text.lstrip("\ufeff \t\r\n").startswith("<"):
        return
    if _HTML.match(text.lstrip("\ufeff")) and _WALL.search(text):
        raise InputError(
            f"{name} 是平台的登录/验证页面，不是数据。{_REMEDY_ZH}",
            f"{name} is a login wall, not data: {_REMEDY_EN}",
        )
    if "urn:schemas-microsoft-com:office:spreadsheet" in text or "<table" in text.lower():
        raise InputError(
            f"{name} 是网页格式的表格：请用 Excel 打开，另存为 .xlsx 或 CSV UTF-8",
            f"{name} is a table written as a web page: open it in Excel, save as .xlsx or CSV UTF-8",
        )
    if _HTML.match(text.lstrip("\ufeff")):
        raise InputError(
            f"{name} 是网页，不是 csv、json 或 xlsx 数据：请导入采集工具导出的文件",
            f"{name} is a web page, not csv, json or xlsx: import the file the collector exported",
        )
    raise InputError(
        f"{name} 是 XML：请导出为 csv、json、jsonl 或 xlsx",
        f"{name} is XML: export it as csv, json, jsonl or xlsx",
    )


def wall_in(record: Mapping[str, Any]) -> Message | None:
    """Why *record* is an error answer of a platform rather than a post; ``None`` if it is not."""
    if not record or not record.keys() <= _ENVELOPE:
        return None
    ok = record.get("ok")
    codes = [record.get(name) for name in ("code", "errno", "error_code", "retcode")]
    bad = [code for code in codes if not isinstance(code, dict | list) and code not in _GOOD]
    said = next(
        (str(record[k])[:80] for k in ("msg", "message", "errmsg", "error") if record.get(k)), ""
    )
    if (
        not bad
        and ok not in (0, -100, False)
        and not record.get("error")
        and record.get("ret") is None
    ):
        return None
    what = (
        f"{next((f'{k} {record[k]}' for k in ('ok', 'code', 'errno') if k in record), '')} {said}"
    )
    wall = ok == -100 or -101 in bad or bool(_WALL.search(str(record)))
    return Message(
        f"{'平台要求登录或验证' if wall else '平台的错误应答'}（{what.strip()}），不是帖子",
        f"{'a login wall' if wall else 'an error answer'} of the platform ({what.strip()}), no post",
    )


def refuse_wall(records: list[Mapping[str, Any]], name: str) -> None:
    """Raise InputError if a file holds nothing but error answers."""
    walls = [wall_in(record) for record in records]
    first = next(iter(walls), None)
    if first is not None and all(walls):
        raise InputError(
            f"{name} 里是{first.zh}。{_REMEDY_ZH}", f"{name} holds {first.en}: {_REMEDY_EN}"
        )
