"""A mapping compiled for one file: whatever does not depend on the record is looked up once."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any, Literal, cast, get_args

from crawlers.dates import read_time
from crawlers.formats.mapping import KINDS, ColumnMap
from crawlers.formats.record import (
    COUNTS,
    Context,
    Refused,
    clean_id,
    identity,
    labels,
    place,
    rating,
    verified,
    words,
)
from crawlers.markup import plain, topics
from crawlers.numbers import read_count
from crawlers.read_json import follow
from tingfeng import Author, Engagement, InputError, Kind, Observation, Post, Precision

Getter = Callable[[Any], Any]
Reader = Callable[[Any], list[Observation]]


@dataclass(frozen=True, slots=True)
class _Columns:
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


def compile_map(
    plan: ColumnMap, context: Context, header: Sequence[str] | None = None, source: str = "mapping"
) -> Reader:
    """A function that reads one record of a file: a row if *header* is given, else an object.

    Everything that does not depend on the record is looked up here, once: tables of a million
    rows come this way. Raises InputError if the file lacks a column.
    """
    columns = _Columns(header)
    get = {name: columns.first(names) for name, names in plan.columns.items()}
    key = _identifier(plan, context, columns)
    text = _texts(plan, columns, "text")
    title = _texts(plan, columns, "title")
    constant = plan.constants
    platform = str(constant.get("platform", ""))
    kind = _kind(constant.get("kind"), "post")
    tags = labels(constant.get("tags", []))
    get_platform, get_kind, get_url = get.get("platform"), get.get("kind"), get.get("url")
    get_time, get_seen, get_parent = (
        get.get("published_at"),
        get.get("collected_at"),
        get.get("parent"),
    )
    get_rating, get_place = get.get("rating"), get.get("place")
    get_tags, media = get.get("tags"), _media(plan, get)
    author, replies = _author(get), _replies(plan, columns)
    counts = [(name, get[name]) for name in COUNTS if name in get]
    now, filed = context.now, context.filed

    def read(row: Any) -> list[Observation]:
        when, timed = filed, False
        if get_seen:
            seen, _ = read_time(get_seen(row), now)
            when, timed = (seen, True) if seen else (filed, False)
        moment: datetime | None = None
        precision: Precision = "second"
        if get_time:
            moment, precision = read_time(raw := get_time(row), when)
            if moment is None and raw:  # an old date on the file must not hide a later post
                moment, precision = read_time(raw, now)
            if moment is not None and not timed and moment > when:
                when = moment
        id, body, head = key(row), text(row), title(row)
        what = media(row) if media else None
        writer = author(row) if author else None
        above = None
        if get_parent:
            above = _parent(get_parent(row))
        if not body and not head and not what and not above and not (writer and moment):
            raise _nothing()
        post = Post(
            platform=str(get_platform(row) or platform) if get_platform else platform,
            id=id,
            kind=_kind(get_kind(row), kind) if get_kind else kind,
            text=body,
            title=head,
            url=str(get_url(row) or "").strip() if get_url else "",
            author=writer,
            published_at=moment,
            precision=precision,
            collected_at=when,
            parent=above,
            rating=rating(get_rating(row)) if get_rating else None,
            place=place(get_place(row)) if get_place else None,
            media=what,
            tags=labels(get_tags(row))
            if get_tags
            else tags or (topics(body) if "#" in body else ()),
            source=source,
        )
        engagement = None
        if counts:
            shown = {name: read_count(one(row)) for name, one in counts}
            if any(number is not None for number in shown.values()):
                engagement = Engagement(observed_at=when, **shown)
        found = [Observation(post=post, engagement=engagement, timed=timed)]
        if replies:
            found += replies(row, found[0])
        return found

    return read


def _nothing() -> Refused:
    return Refused(
        "这一条没有正文、标题，也没有图片、作者和时间，未导入",
        "it has neither text nor title, media, author and time: there is nothing to take in",
    )


def _kind(raw: Any, default: Kind) -> Kind:
    known = KINDS.get(str(raw).strip().lower()) if raw not in (None, "") else None
    return cast("Kind", known) if known else default


def _parent(raw: Any) -> str | None:
    try:
        found = clean_id(raw)
    except Refused:
        return None
    return found if found and found != "0" else None


def _texts(plan: ColumnMap, columns: _Columns, name: str) -> Callable[[Any], str]:
    names = plan.columns.get(name)
    if not names:
        fixed = str(plan.constants.get(name, ""))
        return lambda row: fixed
    get = columns.joined(names)

    def read(row: Any) -> str:
        value = get(row)
        return plain(value) if type(value) is str else words(value)

    return read


def _identifier(plan: ColumnMap, context: Context, columns: _Columns) -> Callable[[Any], str]:
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


def _author(get: Mapping[str, Getter]) -> Callable[[Any], Author | None] | None:
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


def _media(
    plan: ColumnMap, get: Mapping[str, Getter]
) -> Callable[[Any], Literal["image", "video"] | None] | None:
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


def _replies(
    plan: ColumnMap, columns: _Columns
) -> Callable[[Any, Observation], list[Observation]] | None:
    """Comments within the record. They have no ids: a comment is its words under its post."""
    if plan.reply_texts:
        getters = [columns.one(name) for name in plan.reply_texts]
        return lambda row, above: [
            _reply(above, body, None, "second")
            for body in dict.fromkeys(words(get(row)) for get in getters)
            if body
        ]
    if not plan.reply_records:
        return None
    inner = _Columns(None)
    get = {name: inner.joined(names) for name, names in plan.reply_columns.items()}
    get_text, get_time, by = get.get("text"), get.get("published_at"), _author(get)
    place_of = plan.reply_records

    def read(row: Any, above: Observation) -> list[Observation]:
        found = []
        for one in follow(row, place_of):
            body = words(get_text(one) if get_text and isinstance(one, dict) else one)
            raw = get_time(one) if get_time and isinstance(one, dict) else None
            moment, precision = read_time(raw, above.post.collected_at)
            if body:
                writer = by(one) if by and isinstance(one, dict) else None
                found.append(_reply(above, body, moment, precision, writer))
        return found

    return read


def _reply(
    above: Observation, body: str, moment: Any, precision: Precision, author: Author | None = None
) -> Observation:
    post = above.post
    reply = Post(
        platform=post.platform, id=identity([post.id, body, moment and moment.isoformat()]),
        kind="comment", text=body, author=author, published_at=moment, precision=precision,
        collected_at=post.collected_at, parent=post.id, source=post.source,
    )  # fmt: skip
    return Observation(post=reply, timed=above.timed)
