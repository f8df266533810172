"""What every format stands on: raw values of a record to an :class:`~tingfeng.Observation`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from crawlers.dates import read_time
from crawlers.exports.walls import page_wall
from crawlers.formats.scales import Verified
from crawlers.markup import plain
from crawlers.numbers import read_count
from tingfeng import Author, Engagement, Kind, Message, Observation, Post, Precision

Record = Mapping[str, Any]


class Refused(Exception):
    """The record says something we cannot take in; the reason is for the user."""

    def __init__(self, zh: str, en: str) -> None:
        self.message = Message(zh, en)


class Skipped(Refused):
    """The record is sound, and no post: a run mark, a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a record does not say itself."""

    now: datetime
    filed: datetime
    """Date of the file, not after *now*: when the record was collected at the latest."""

    stem: str = ""
    """Name of the file without its ending."""

    outer: Mapping[str, Any] = field(default_factory=dict)
    """What stands beside the list of records."""

    rounded: frozenset[str] = frozenset()
    """Columns whose long ids all end in zeros: a spreadsheet kept 15 digits of them."""

    zero: frozenset[str] = frozenset()
    """Columns that are 0 in every record looked at."""

    remarks: list[Message] = field(default_factory=list)
    """What readers found odd about the record at hand and took in all the same."""


class Finder(Protocol):
    """Tells records from what encloses them, and headers from titles."""

    @property
    def records(self) -> tuple[str, ...]:
        """Path to the records in JSON; empty: found."""

    def fits(self, record: Mapping[str, Any]) -> bool:
        """Whether *record* is one, or its keys are a header."""


class Format(Protocol):
    """One shape of export: a file in this folder and a line in ``FORMATS``."""

    name: str
    label: Message

    def recognises(self, record: Record) -> bool:
        """Whether *record* has this shape, judged by its keys."""

    def read(self, record: Record, context: Context) -> list[Observation]:
        """The posts in *record*. Raises Refused or Skipped."""


TIME_UNREAD = Message(
    "时间读不懂，按没有时间收入", "its time could not be read: taken in without one"
)
_NO_TIME = frozenset({"", "0", "-", "--", "none", "null", "nan", "n/a", "nat", "未知", "无"})


def moment_of(
    raw: Any, when: datetime, seen: datetime | None, context: Context
) -> tuple[datetime | None, Precision]:
    """When it was published, by *raw* or, of a tuple, the first of its values that can be read.

    Where there is something and none of it is a time, that is remarked upon.
    """
    values = raw if isinstance(raw, tuple) else (raw,)
    for value in values:
        moment, precision = read_time(value, when)
        if moment is None and value and seen is None:
            # An old date on the file must not hide a later post.
            moment, precision = read_time(value, context.now)
        if moment is not None:
            return moment, precision
    if any(value is not None and str(value).strip().lower() not in _NO_TIME for value in values):
        context.remarks.append(TIME_UNREAD)
    return None, "second"


def times(record: Record, *names: str) -> tuple[Any, ...]:
    """All that *names* say of a time, in order."""
    return tuple(value for name in names if (value := record.get(name)) not in (None, ""))


def pick(record: Record, *names: str) -> Any:
    """The first of the values called *names* that says anything."""
    for name in names:
        value = record.get(name)
        if value is not None and value != "":
            return value
    return None


def shown(text: str) -> str:
    """*text* as a reader sees it. Raises Refused if it is a wall that was saved as a text."""
    if text[:1] == "<" and (wall := page_wall(text)):
        raise Refused(wall.zh, wall.en)
    return plain(text)


def words(value: Any) -> str:
    """*value* as a reader sees it; lists line by line."""
    if isinstance(value, str):
        return shown(value)
    if value is None or isinstance(value, bool | dict):
        return ""
    if isinstance(value, list):
        return "\n".join(filter(None, map(words, value)))
    return str(value)


_EXPONENT = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d{1,3}|\d[.,]\d+[eE]\d{1,3}")
"""``1.23E+17``. Hexadecimal ids (66e4…) only look alike."""

_POINT_ZERO = re.compile(r"(\d+)\.0+")
_GUARD = re.compile(r"""^(?:="?|')""")


def clean_id(raw: Any, *, rounded: bool = False) -> str:
    """An id without what spreadsheets put around it; empty if there is none.

    Raises Refused if digits of it are lost (``1.23E+17``, or *rounded* and ending in zeros).
    """
    if raw is None or isinstance(raw, bool | dict | list):
        return ""
    if isinstance(raw, float):
        if not raw.is_integer() or raw >= 2**53:  # also NaN and infinity
            raise _ruined(raw)
        raw = int(raw)
    text = _GUARD.sub("", str(raw).strip(" \t\r\n\xa0\ufeff\u200b")).strip("\"' \t")
    if text.isalnum():
        if rounded and len(text) > 15 and text.endswith("0" * (len(text) - 15)) and text.isdigit():
            raise _ruined(text)
        return text
    if match := _POINT_ZERO.fullmatch(text):
        return clean_id(match[1], rounded=rounded)
    if _EXPONENT.fullmatch(text):
        raise _ruined(text)
    return "" if text.lower() in {"-", "--", "null", "none", "nan", "n/a"} else text


def _ruined(raw: Any) -> Refused:
    return Refused(
        f"编号 {raw} 被 Excel 改写，末尾的数字已丢失：请用原始文件导入，或在 Excel 中把该列设为“文本”后重新导出",
        f"a spreadsheet has cut digits off the id {raw}: import the original file, or set the "
        "column to Text and export again",
    )


def ident(record: Record, context: Context, *names: str) -> str:
    """The id under the first of *names* that has one. Raises Refused if it is ruined."""
    for name in names:
        if found := clean_id(record.get(name), rounded=name in context.rounded):
            return found
    return ""


def related(record: Record, context: Context, *names: str) -> str | None:
    """Like :func:`ident` for the id of another post: ``None`` if there is none or it is ruined;
    0 is what tools write for none.
    """
    for name in names:
        try:
            found = clean_id(record.get(name), rounded=name in context.rounded)
        except Refused:
            continue
        if found and found != "0":
            return found
    return None


def identity(parts: Iterable[object]) -> str:
    """A stable id for what has none: a hash of what tells it apart."""
    text = "\0".join(["" if part is None else str(part) for part in parts])
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


_PLACE = re.compile(r"^(?:发布于|来自|IP\s*属地|IP\s*归属地)\s*[::]?\s*", re.IGNORECASE)


def place(raw: Any) -> str | None:
    """Where it was sent from, without 发布于."""
    text = _PLACE.sub("", words(raw))
    return text if text and text not in {"未知", "其他", "无", "-", "null", "None"} else None


def carries(*, video: Any = None, image: Any = None) -> Literal["image", "video"] | None:
    """What a post carries, from the columns with addresses; some tools write 无 for none."""
    nothing = {"", "无", "[]", "0", "None", "null", "False", "{}"}
    if video is not None and str(video).strip() not in nothing:
        return "video"
    return "image" if image is not None and str(image).strip() not in nothing else None


def labels(raw: Any) -> tuple[str, ...]:
    """Tags from a list, or from text with commas, ``#`` or line ends between them."""
    if isinstance(raw, str):
        parts: list[Any] = re.split(r"[,,;;、#\n]|\s{3,}", raw)
    elif isinstance(raw, list):
        parts = [pick(one, "name", "title", "tag_name", "text", "hashtagName")
                 if isinstance(one, dict) else one for one in raw]  # fmt: skip
    else:
        return ()
    cleaned = (words(part).strip("# ").removesuffix("[话题]").strip() for part in parts if part)
    return tuple(dict.fromkeys(name for name in cleaned if name))


def person(
    id: Any, name: Any = None, followers: Any = None, badge: Verified | None = None
) -> Author | None:
    """Who wrote it, raw; ``None`` if nothing says who. A ruined id falls back on the name."""
    try:
        key = clean_id(id)
    except Refused:
        key = ""
    nick = words(name) or None
    if not key and nick is None:
        return None
    return Author(id=key, name=nick, followers=read_count(followers), verified=badge)


COUNTS = ("likes", "comments", "reposts", "favorites", "views", "coins", "heat")


def observe(
    context: Context,
    *,
    source: str,
    platform: str,
    id: str,
    kind: Kind = "post",
    text: Any = "",
    title: Any = "",
    url: Any = "",
    author: Author | None = None,
    published: Any = None,
    collected: Any = None,
    parent: str | None = None,
    stars: float | None = None,
    sent_from: Any = None,
    media: Literal["image", "video"] | None = None,
    tags: tuple[str, ...] = (),
    **counts: Any,
) -> Observation:
    """One sighting from raw values: text may be HTML, times and *counts* as written.

    *published* may be a tuple of times, of which the first that can be read counts. *counts* that are ``None`` were not in the file. Raises Refused without an id.
    """
    if not id:
        raise Refused(
            "没有编号：这一条无法与其他条区分，未导入",
            "it has no id, so it cannot be told from others",
        )
    seen, _ = read_time(collected, context.now)
    when = seen or context.filed
    moment, precision = moment_of(published, when, seen, context)
    if moment is not None and seen is None and moment > when:
        when = moment
    numbers = {name: read_count(raw) for name, raw in counts.items()}
    shown = any(number is not None for number in numbers.values())
    post = Post(
        platform=platform, id=id, kind=kind, text=words(text), title=words(title),
        url=url.strip() if isinstance(url, str) else "", author=author, published_at=moment,
        precision=precision, collected_at=when, parent=parent if parent != id else None,
        rating=stars, place=place(sent_from), media=media, tags=tags, source=source,
    )  # fmt: skip
    engagement = Engagement(observed_at=when, **numbers) if shown else None
    return Observation(post=post, engagement=engagement, timed=seen is not None)
