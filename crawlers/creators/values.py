"""Cells of tables about creators: counts, amounts of money, shares, lists, yes and no."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Any

from crawlers.numbers import read_count

NOTHING = frozenset({
    "", "-", "--", "—", "——", "/", "\\", "n/a", "na", "nan", "nat", "null", "none", "无", "暂无", "暂无数据",
    "未知", "未公开", "面议", "待定", "询价", "暂无报价", "未报价", "不限", "不接", "不接单", "不合作", "#n/a", "?", "找不到", "没有", "查不到", "无报价",
})  # fmt: skip
"""What stands where nothing is said."""


def text(raw: Any) -> str:
    """What a cell says, in half-width signs; empty where that is nothing."""
    if raw is None or isinstance(raw, bool | dict | list):
        return ""
    if isinstance(raw, float) and not math.isfinite(raw):
        return ""
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    said = unicodedata.normalize("NFKC", str(raw)).strip(" \t\r\n\"'\xa0\ufeff\u200b")
    return "" if said.lower() in NOTHING else said


def words(raw: Any) -> str:
    """Words of a cell as they are written."""
    if not isinstance(raw, str):
        return text(raw)
    return raw.strip(" \t\r\n\xa0\ufeff\u200b") if text(raw) else ""


def unit(column: str) -> int:
    """What numbers in *column* count: ``粉丝数(万)`` counts tens of thousands."""
    name = unicodedata.normalize("NFKC", column).lower()
    return 10_000 if re.search(r"[(\[【]\s*(?:单位[::]?)?\s*(?:万|w)", name) else 1


def count(raw: Any, times: int = 1) -> int | None:
    """How many; *times* where a bare number counts more than one."""
    said = text(raw).replace("+", "")
    if times == 1:
        return read_count(said) if said else None
    try:
        return round(float(said.replace(",", "")) * times)
    except ValueError:
        return read_count(said) if said else None


_AMOUNT = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(万|w|千|k)?", re.IGNORECASE)
_ONE = rf"{_AMOUNT.pattern}\s*"
_MONEY = re.compile(rf"{_ONE}(?:[-~至到]+\s*{_ONE})?", re.IGNORECASE)
_NOT_YUAN = re.compile(
    r"\$(?!\$)|€|£|[美港欧日台澳韩泰]\s*[元币圆]|新台币|英镑|hk|usd|eur|jpy|krw|twd|gbp"
)
_TIMES = {"万": 10_000, "w": 10_000, "千": 1_000, "k": 1_000, "": 1}


def amount(raw: Any, times: int = 1, *, yuan: bool = True) -> tuple[float | None, bool]:
    """Money, and whether it was a range, of which the upper end is taken: that may be asked for.

    Where *yuan* are meant, nothing of a cell that says other money ($, 美元, 港币).
    """
    said = _NOT_YUAN.sub("$" if yuan else "", text(raw).lower())
    said = re.sub(r"rmb|cny|人民币|元|块|起|[¥约:]", "", said).strip()
    if not _MONEY.fullmatch(said):  # -500 and 1.2.3 neither
        return None, False
    found = [(number, unit_) for number, unit_ in _AMOUNT.findall(said)]
    values = [float(number.replace(",", "")) * _TIMES[unit_.lower()] for number, unit_ in found]
    if len(found) == 2 and found[1][1] and not found[0][1]:  # 1-2万
        values[0] *= _TIMES[found[1][1].lower()]
    top = max(values) * (times if not any(unit_ for _, unit_ in found) else 1)
    return (top, len(values) > 1) if top > 0 else (None, False)


def share(raw: Any, *, hundreds: bool) -> float | None:
    """A part of the whole, 0 to 1. *hundreds*: bare numbers of this column are per cent."""
    said = text(raw)
    percent = said.endswith("%")
    try:
        value = float(said.rstrip("% ").replace(",", ""))
    except ValueError:
        return None
    value = value / 100 if percent or hundreds else value
    return round(value, 6) if 0 <= value <= 1 else None


def is_hundreds(values: list[Any]) -> bool:
    """Whether bare numbers are per cent: one of them is more than the whole."""
    for raw in values:
        try:
            if float(text(raw)) > 1:
                return True
        except ValueError:
            continue
    return False


_YES = re.compile(r"^(?:是|有|含税?|已报备|报备|水上|yes|true|y|1|√|✓)$", re.IGNORECASE)
_NO = re.compile(
    r"^(?:否|不|无|未税|[不未]含税?|[未不]报备|非报备|水下|no|false|n|0|×|x)$", re.IGNORECASE
)


def yes(raw: Any) -> bool | None:
    """``None``: not said."""
    said = "" if raw is None else str(raw).strip()
    if isinstance(raw, bool):
        return raw
    if _NO.fullmatch(said):
        return False
    return True if _YES.fullmatch(said) else None


_BETWEEN = re.compile(r"[,，、;；|/>\n\t]+|\s{2,}")


def listed(raw: Any) -> tuple[str, ...]:
    """Names between commas, strokes or line ends."""
    if isinstance(raw, list | tuple):
        parts = [words(one) for one in raw]
    else:
        parts = [one.strip(" #[]\"'") for one in _BETWEEN.split(words(raw))]
    return tuple(dict.fromkeys(one for one in parts if one and one.lower() not in NOTHING))
