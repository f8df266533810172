"""Any table, by a mapping of its columns to our fields in TOML.

::

    records = "data.list"            # optional: where the records are in a JSON file; * is any key
    [columns]                        # our field = their column, or a list of columns
    id = "编号"
    text = ["标题", "正文"]
    [constants]                      # our field = the same for every record
    platform = "tieba"
    [identity]                       # optional: what tells records apart where they have no id
    columns = ["url"]
    [replies]                        # optional: comments within the record
    texts = ["评论1", "评论2"]         # one column, one comment; or, in JSON:
    records = "replies"
    columns = { text = "content", published_at = "timestamp" }
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from pathlib import Path
from typing import Any, Literal, cast, get_args

from crawlers.dates import read_time
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
from tingfeng import (
    Author,
    Engagement,
    InputError,
    Kind,
    Observation,
    Post,
    Precision,
    SettingsError,
)

FIELDS = (
    "id", "text", "title", "url", "author", "author_name", "followers", "verified", "published_at",
    "collected_at", "parent", "rating", "place", "kind", "platform", "tags", "media", *COUNTS,
)  # fmt: skip
"""Our fields. ``author`` is the platform's id of the author, ``author_name`` what readers see."""

KINDS = {
    "post": "post", "comment": "comment", "repost": "repost", "review": "review",
    "article": "article", "hot": "hot", "帖子": "post", "微博": "post", "原创": "post", "评论": "comment",
    "回复": "comment", "转发": "repost", "评价": "review", "点评": "review", "文章": "article",
    "新闻": "article", "true": "post", "false": "repost",
}  # fmt: skip

Getter = Callable[[Any], Any]
Reader = Callable[[Any], list[Observation]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMap:
    """What a mapping file says."""

    columns: Mapping[str, tuple[str, ...]]
    constants: Mapping[str, Any] = field(default_factory=dict)
    records: tuple[str, ...] = ()
    identity: tuple[str, ...] = ()
    reply_texts: tuple[str, ...] = ()
    reply_records: tuple[str, ...] = ()
    reply_columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in [*self.columns, *self.constants, *self.reply_columns]:
            if name not in FIELDS:
                near = difflib.get_close_matches(name, FIELDS, 1) or ["-"]
                raise SettingsError(
                    f"映射中没有名为 {name} 的字段（是否想写 {near[0]}？）。可用：{', '.join(FIELDS)}",
                    f"a mapping knows no field {name} ({near[0]}?); known: {', '.join(FIELDS)}",
                )
        if "platform" not in self.columns and not self.constants.get("platform"):
            raise SettingsError(
                '映射缺少平台：请在 [constants] 中写 platform = "weibo" 之类',
                'the mapping names no platform: write platform = "weibo" or the like in [constants]',
            )
        if not {"text", "title"} & self.columns.keys():
            raise SettingsError(
                "映射缺少正文：请在 [columns] 中给出 text 或 title",
                "the mapping names no text: give text or title in [columns]",
            )
        if "id" not in self.columns and not self.identity:
            raise SettingsError(
                "映射缺少编号：请在 [columns] 中给出 id；没有编号的表请在 [identity] columns 中"
                "列出能区分各条的列",
                "the mapping names no id: give id in [columns], or, where there is none, the "
                "columns that tell records apart in [identity] columns",
            )

    @property
    def named(self) -> set[str]:
        """Every column of a record that the mapping speaks of."""
        lists = [*self.columns.values(), self.identity, self.reply_texts]
        return {name for names in lists for name in names}

    def fits(self, record: Mapping[str, Any]) -> bool:
        """Whether an object has a column of the text: then it is a record, not what encloses it."""
        said = [*self.columns.get("text", ()), *self.columns.get("title", ())]
        return any(name in record or name.partition(".")[0] in record for name in said)


def load_map(path: Path) -> ColumnMap:
    """The mapping in the TOML file *path*. Raises SettingsError, naming what is wrong."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingsError(f"打不开映射文件 {path}", f"cannot open the mapping {path}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"映射文件 {path.name} 不是 TOML：{error}", f"{path.name} is not TOML: {error}"
        ) from error
    known = {"records", "columns", "constants", "identity", "replies"}
    if unknown := sorted(raw.keys() - known):
        raise SettingsError(
            f"映射文件里不认得 {unknown[0]}：可用 {', '.join(sorted(known))}",
            f"the mapping has an unknown {unknown[0]}; known: {', '.join(sorted(known))}",
        )
    replies, same = raw.get("replies", {}), raw.get("identity", {})
    return ColumnMap(
        columns=_names(raw.get("columns", {})),
        constants=raw.get("constants", {}),
        records=tuple(str(raw.get("records") or "").split(".")) if raw.get("records") else (),
        identity=tuple(same.get("columns", ())),
        reply_texts=tuple(replies.get("texts", ())),
        reply_records=tuple(replies["records"].split(".")) if "records" in replies else (),
        reply_columns=_names(replies.get("columns", {})),
    )


def _names(section: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    named = {}
    for name, columns in section.items():
        wanted = [columns] if isinstance(columns, str) else columns
        if not isinstance(wanted, list) or not all(isinstance(one, str) for one in wanted):
            raise SettingsError(
                f"映射中 {name} 应写成列名，或列名的列表",
                f"{name} must be a column or a list of them",
            )
        if wanted:
            named[name] = tuple(wanted)
    return named


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
