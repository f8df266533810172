"""The fields of a post, each a function of a record, found once for all records of a file."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Literal, cast, get_args

from crawlers.exports.records_json import follow
from crawlers.formats.mapping import ColumnMap
from crawlers.formats.record import Context, Refused, clean_id, identity, shown, words
from crawlers.formats.scales import verified
from crawlers.numbers import read_count
from tingfeng import Author, InputError

Getter = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Columns:
    """How to get at columns of a row (by place) or of an object (by name or dotted path)."""

    header: Sequence[str] | None

    def one(self, name: str) -> Getter:
        if self.header is None:
            path = tuple(name.split("."))
            if len(path) == 1:
                return lambda record: record.get(name)
            return lambda record: (
                record[name] if name in record else next(follow(record, path), None)
            )
        if name not in self.header:
            near = difflib.get_close_matches(name, self.header, 1)
            hint = f"（是否想写 {near[0]}？）" if near else ""
            raise InputError(
                f"文件里没有映射所说的列 {name}{hint}。文件的列：{', '.join(self.header)}",
                f"the file has no column {name}; it has: {', '.join(self.header)}",
            )
        return itemgetter(self.header.index(name))

    def joined(self, names: tuple[str, ...]) -> Getter:
        """One column as it is; of several, what they say, line by line."""
        if len(names) == 1:
            return self.one(names[0])
        getters = [self.one(name) for name in names]
        return lambda row: "\n".join(filter(None, [words(get(row)) for get in getters]))

    def first(self, names: tuple[str, ...]) -> Getter:
        """The first of several columns that says anything."""
        if len(names) == 1:
            return self.one(names[0])
        getters = [self.one(name) for name in names]
        return lambda row: next((v for get in getters if (v := get(row)) not in (None, "")), None)


def texts(plan: ColumnMap, columns: Columns, name: str) -> Callable[[Any], str]:
    """What readers see of the field *name*, of all its columns; the constant where it has none."""
    names = plan.columns.get(name)
    if not names:
        fixed = str(plan.constants.get(name, ""))
        return lambda row: fixed
    get = columns.joined(names)

    def read(row: Any) -> str:
        value = get(row)
        return shown(value) if type(value) is str else words(value)

    return read


def identifier(plan: ColumnMap, context: Context, columns: Columns) -> Callable[[Any], str]:
    """The id of a row; where it is ruined or missing, what else tells the row apart."""
    addresses = plan.columns.get("url", ())
    getters = [(columns.one(name), name in addresses) for name in plan.identity]
    plainly = not any(address for _, address in getters)
    places = [get for get, _ in getters]

    def apart(row: Any) -> str:
        if plainly:
            return identity([get(row) for get in places])
        # The part after # is a place within the page, or tracking.
        return identity(
            [str(get(row) or "").partition("#")[0] if url else get(row) for get, url in getters]
        )

    names = plan.columns.get("id")
    if not names:
        return apart
    get_id, rounded = columns.first(names), not context.rounded.isdisjoint(names)

    def read(row: Any) -> str:
        try:
            found = clean_id(get_id(row), rounded=rounded)
        except Refused:
            if not getters:
                raise
            found = ""
        if found:
            return found
        if not getters:
            raise Refused(
                f"{'、'.join(names)} 一列是空的：没有编号就无法与其他条区分，未导入",
                f"column {', '.join(names)} is empty: without an id it cannot be told from others",
            )
        return apart(row)

    return read


def author_of(get: Mapping[str, Getter]) -> Callable[[Any], Author | None] | None:
    """Who wrote it; ``None``: the table does not say."""
    by_id, by_name = get.get("author"), get.get("author_name")
    if by_id is None and by_name is None:
        return None
    fans, badge = get.get("followers"), get.get("verified")

    def read(row: Any) -> Author | None:
        try:
            id = clean_id(by_id(row)) if by_id else ""
        except Refused:
            id = ""
        name = words(by_name(row)) or None if by_name else None
        if not id and name is None:
            return None
        return Author(
            id=id,
            name=name,
            followers=read_count(fans(row)) if fans else None,
            verified=verified(badge(row)) if badge else None,
        )

    return read


_VIDEO = ("video", "视频", "mp4", "m3u8")


def media_of(
    plan: ColumnMap, get: Mapping[str, Getter]
) -> Callable[[Any], Literal["image", "video"] | None] | None:
    """What it carries; ``None``: the table does not say."""
    one = get.get("media")
    if one is None:
        fixed = cast("Literal['image', 'video'] | None", plan.constants.get("media"))
        return (lambda row: fixed) if fixed in get_args(Literal["image", "video"]) else None
    column = any(sign in name.lower() for name in plan.columns["media"] for sign in _VIDEO)

    def read(row: Any) -> Literal["image", "video"] | None:
        value = one(row)
        if not value or str(value).strip().lower() in {"[]", "0", "无", "none", "null", "false"}:
            return None
        return "video" if column or any(sign in str(value).lower() for sign in _VIDEO) else "image"

    return read
