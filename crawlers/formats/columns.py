"""A mapping compiled for one file: whatever does not depend on the record is looked up once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, cast

from crawlers.dates import read_time
from crawlers.exports.records_json import follow
from crawlers.formats.fields import Columns, author_of, identifier, media_of, texts
from crawlers.formats.mapping import KINDS, ColumnMap
from crawlers.formats.platforms import platform_named
from crawlers.formats.record import (
    COUNTS,
    Context,
    Refused,
    clean_id,
    identity,
    labels,
    moment_of,
    place,
    words,
)
from crawlers.formats.scales import rating
from crawlers.markup import topics
from crawlers.numbers import read_count
from tingfeng import Author, Engagement, Kind, Observation, Post, Precision

Reader = Callable[[Any], list[Observation]]


def compile_map(
    plan: ColumnMap, context: Context, header: Sequence[str] | None = None, source: str = "mapping"
) -> Reader:
    """A function that reads one record of a file: a row if *header* is given, else an object.

    Everything that does not depend on the record is looked up here, once: tables of a million
    rows come this way. Raises InputError if the file lacks a column.
    """
    columns = Columns(header)
    get = {name: columns.first(names) for name, names in plan.columns.items()}
    key = identifier(plan, context, columns)
    text = texts(plan, columns, "text")
    title = texts(plan, columns, "title")
    constant = plan.constants
    platform = str(constant.get("platform", ""))
    kind = _kind(constant.get("kind"), "post")
    tags = labels(constant.get("tags", []))
    get_platform, get_kind, get_url = get.get("platform"), get.get("kind"), get.get("url")
    get_seen, get_parent = get.get("collected_at"), get.get("parent")
    get_times = [columns.one(name) for name in plan.columns.get("published_at", ())]
    get_rating, get_place = get.get("rating"), get.get("place")
    get_tags, media = get.get("tags"), media_of(plan, get)
    author, replies = author_of(get), _replies(plan, columns)
    counts = [(name, get[name]) for name in COUNTS if name in get]
    now, filed = context.now, context.filed

    def read(row: Any) -> list[Observation]:
        when, timed = filed, False
        if get_seen:
            seen, _ = read_time(get_seen(row), now)
            when, timed = (seen, True) if seen else (filed, False)
        moment: datetime | None = None
        precision: Precision = "second"
        if get_times:
            stated = tuple([get(row) for get in get_times])
            moment, precision = moment_of(stated, when, None, context)
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
            platform=(platform_named(get_platform(row)) or platform) if get_platform else platform,
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


def _replies(
    plan: ColumnMap, columns: Columns
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
    inner = Columns(None)
    get = {name: inner.joined(names) for name, names in plan.reply_columns.items()}
    get_text, get_time, by = get.get("text"), get.get("published_at"), author_of(get)
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
