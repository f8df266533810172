"""A first draft of a column mapping, from the names of the columns and what stands in them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from crawlers.dates import read_time
from crawlers.formats.mapping import KINDS
from crawlers.formats.platforms import PATTERNS
from crawlers.formats.scales import rating
from crawlers.formats.synonyms import SYNONYMS, meanings
from crawlers.numbers import read_count

_NUMBERED = re.compile(r"(?:comment|reply|评论|回复|热评)[ _-]?\d{1,3}", re.IGNORECASE)
_COUNTS = {"likes", "comments", "reposts", "favorites", "views", "coins", "heat", "followers"}

Sample = Sequence[Mapping[str, Any]]


def familiar(columns: Sequence[str]) -> list[str]:
    """The *columns* whose names say what they are."""
    return [column for column in columns if meanings(column)]


def _values(sample: Sample, column: str) -> list[Any]:
    return [value for record in sample if (value := record.get(column)) not in (None, "", [], {})]


def _agrees(field: str, values: list[Any], now: datetime) -> bool:
    """Whether what stands in a column can be *field*; most of it must be."""
    if not values:
        return False
    shown = values[:50]
    if field in _COUNTS:
        good = sum(read_count(value) is not None for value in shown)
    elif field in {"published_at", "collected_at"}:
        good = sum(read_time(value, now)[0] is not None for value in shown)
    elif field == "kind":
        good = sum(str(value).strip().lower() in KINDS for value in shown)
    elif field == "rating":
        good = sum(rating(value) is not None for value in shown)
    elif field == "url":
        good = sum(str(value).lstrip().startswith(("http", "//", "www.")) for value in shown)
    elif field in {"text", "title"}:
        good = sum(isinstance(value, str) and not value.strip().isdigit() for value in shown)
    else:
        good = sum(not isinstance(value, dict) for value in shown)
    return good * 2 > len(shown)


def choose(columns: Sequence[str], sample: Sample, now: datetime) -> dict[str, str]:
    """Our field → their column. A column serves one field, the best name wins a field."""
    ranked: list[tuple[int, int, str, str]] = []
    for place, column in enumerate(columns):
        if _NUMBERED.fullmatch(column.strip()):
            continue
        values = _values(sample, column)
        ranked += [
            (rank, place, field, column)
            for field, rank in meanings(column)
            if _agrees(field, values, now)
        ]
    chosen: dict[str, str] = {}
    for _, _, field, column in sorted(ranked):
        if column not in chosen.values():
            chosen.setdefault(field, column)
    if "text" not in chosen:
        longest = _longest(columns, sample, set(chosen.values()), now)
        if longest:
            chosen["text"] = longest
    if "url" not in chosen:
        address = _address(columns, sample, set(chosen.values()))
        if address:
            chosen["url"] = address
    if "id" in chosen and not _is_key(_values(sample, chosen["id"])):
        column = chosen.pop("id")
        if re.search(
            r"post|note|video|weibo|微博|帖|笔记|视频|aweme|content", column, re.IGNORECASE
        ):
            chosen.setdefault("parent", column)  # the same few ids: what was commented on
    return chosen


def _longest(columns: Sequence[str], sample: Sample, taken: set[str], now: datetime) -> str | None:
    """The column with the longest texts, if they are texts."""
    lengths = {
        column: sum(len(value) for value in values if isinstance(value, str)) / len(values)
        for column in columns
        if column not in taken and _agrees("text", values := _values(sample, column), now)
        and not str(values[0]).startswith(("http", "//"))
    }  # fmt: skip
    best = max(lengths, key=lambda column: lengths[column], default=None)
    return best if best is not None and lengths[best] >= 6 else None


_ELSEWHERE = re.compile(
    r"头像|主页|首页|店铺|用户|作者|博主|会员|达人|图|封面|音频|avatar|profile|home|author|user|img|image|pic"
    r"|photo|cover|logo|icon|shop|thumb",
    re.IGNORECASE,
)
"""Columns whose addresses are of people, shops and pictures."""

_PICTURE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|bmp|svg|mp4|m3u8|mp3)(?:$|[?!@_#])", re.IGNORECASE
)


def _address(columns: Sequence[str], sample: Sample, taken: set[str]) -> str | None:
    """The column with the addresses of the records, whatever its name: the one with the most."""
    different: dict[str, int] = {}
    for column in columns:
        values = [str(value).strip() for value in _values(sample, column)]
        good = [v for v in values if re.match(r"https?://\S+$", v) and not _PICTURE.search(v)]
        if column not in taken and not _ELSEWHERE.search(column) and len(good) * 2 > len(values):
            different[column] = len(set(good))
    return max(different, key=lambda column: different[column], default=None)


def _is_key(values: list[Any]) -> bool:
    """Ids repeat where a record was collected again, but they are not the same few."""
    return len({str(value) for value in values}) * 3 > len(values)


def identity_of(chosen: Mapping[str, str], columns: Sequence[str], sample: Sample) -> list[str]:
    """Columns that tell records apart where there is no id: the address, else what is said, by
    whom and when.
    """
    if (
        "url" in chosen
        and _is_key(values := _values(sample, chosen["url"]))
        and len(values) == len(sample)
    ):
        return [chosen["url"]]
    names = ("parent", "author", "author_name", "published_at", "title", "text")
    parts = [chosen[name] for name in names if name in chosen]  # fmt: skip
    more = [
        column
        for column in columns
        if re.search(r"对象|商品|商家|产品|product|company", column, re.IGNORECASE)
    ]
    return list(dict.fromkeys(parts + more))


def platform_of(name: str, columns: Sequence[str], sample: Sample) -> str | None:
    """The platform that addresses, the name of the file or its columns speak of."""
    addresses = [str(value) for record in sample[:20] for value in record.values()
                 if isinstance(value, str) and value.startswith("http")]  # fmt: skip
    for text in (" ".join(addresses), name, " ".join(columns)):
        for platform, pattern in PATTERNS:
            if re.search(pattern, text, re.IGNORECASE):
                return platform
    return None


def kind_of(chosen: Mapping[str, str], columns: Sequence[str], platform: str | None) -> str:
    """post, review or comment, by the words of the columns."""
    named = " ".join(columns).lower()
    if "rating" in chosen or platform in {
        "jd",
        "taobao",
        "tmall",
        "appstore",
        "dianping",
        "douban",
    }:
        return "review"
    text = chosen.get("text", "").lower()
    if "parent" in chosen or (
        ("评论" in text or "comment" in text or "回复" in text) and "title" not in chosen
    ):
        return "comment"
    return "article" if platform == "news" or "新闻" in named else "post"


def draft(name: str, columns: Sequence[str], sample: Sample, now: datetime) -> str:
    """A mapping in TOML for a file with *columns*, with comments and examples, to be checked."""
    chosen = choose(columns, sample, now)
    platform = platform_of(name, columns, sample)
    lines = [
        f"# {name} 的列映射草稿：请核对后用 --map 导入。",
        f"# Draft mapping of {name}: check it, then import with --map.",
    ]
    if _is_data(columns, now):
        lines += [
            "# 注意：第一行像是数据而不是列名。请先在文件最前面加一行列名，否则第一条会丢失。",
            "# Beware: the first row looks like data. Put a row of column names above it first, or",
            "# the first record is taken for them.",
        ]
    lines += ["", "[columns]  # 我们的字段 = 文件的列 / our field = column of the file"]
    lines += [
        f"{field} = {_quoted(chosen[field])}{_example(sample, chosen[field])}"
        for field in SYNONYMS if field in chosen
    ]  # fmt: skip
    lines += ["", "[constants]  # 每条都一样的值 / the same for every record"]
    if "platform" not in chosen:
        doubt = "" if platform else "  # 请改成平台名 / name the platform: weibo, xiaohongshu, jd …"
        lines.append(f"platform = {_quoted(platform or 'other')}{doubt}")
    if "kind" not in chosen:
        lines.append(f"kind = {_quoted(kind_of(chosen, columns, platform))}"
                     "  # post, comment, repost, review, article")  # fmt: skip
    lines += _identity_lines(chosen, columns, sample)
    replies = list(_reply_lines(columns, sample, now))
    lines += replies
    spoken = " ".join(replies)
    rest = [c for c in columns if c not in chosen.values() and _quoted(c) not in spoken]
    if rest:
        lines += ["", "# 没有用到的列 / columns not used:"]
        lines += [f"#   {_quoted(column)}{_example(sample, column)}" for column in rest]
    return "\n".join(lines) + "\n"


def _is_data(columns: Sequence[str], now: datetime) -> bool:
    """Whether names of columns look like values: numbers, dates, addresses."""
    return any(
        name.strip().isdigit()
        or name.startswith(("http://", "https://"))
        or (name[:1].isdigit() and read_time(name, now)[0] is not None)
        for name in columns
    )


def _identity_lines(chosen: Mapping[str, str], columns: Sequence[str], sample: Sample) -> list[str]:
    if "id" in chosen:
        return []
    names = ", ".join(map(_quoted, identity_of(chosen, columns, sample)))
    return [
        "",
        "[identity]  # 没有编号：这些列合起来区分各条 / no id: these columns tell records apart",
        f"columns = [{names}]",
    ]


def _reply_lines(columns: Sequence[str], sample: Sample, now: datetime) -> Iterator[str]:
    numbered = [column for column in columns if _NUMBERED.fullmatch(column.strip())]
    texts = [c for c in numbered if _agrees("text", _values(sample, c), now)]
    if texts:
        yield from ("", "[replies]  # 同一行里的评论 / comments in the same row")
        yield f"texts = [{', '.join(map(_quoted, texts))}]"
        return
    for column in columns:
        inner = [one for value in _values(sample, column) if isinstance(value, list)
                 for one in value if isinstance(one, dict)]  # fmt: skip
        keys = list(dict.fromkeys(key for one in inner for key in one))
        found = choose(keys, inner[:200], now) if inner else {}
        wanted = {
            k: v for k, v in found.items() if k in ("text", "published_at", "author", "author_name")
        }
        if "text" in wanted and re.search(r"repl|comment|回复|评论|answer", column, re.IGNORECASE):
            pairs = ", ".join(f"{field} = {_quoted(name)}" for field, name in wanted.items())
            yield from ("", "[replies]  # 记录里的回复 / comments within the record")
            yield from (f"records = {_quoted(column)}", f"columns = {{ {pairs} }}")
            return


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _example(sample: Sample, column: str) -> str:
    shown = [re.sub(r"\s+", " ", str(value))[:24] for value in _values(sample, column)[:2]]
    clean = ["".join(sign for sign in text if sign.isprintable()) for text in shown]
    return "  # " + " | ".join(clean) if clean else "  # （样本中为空 / empty in the sample）"
