"""Nouns to rows and back: the only place that knows how a column is spelt."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, get_args

from index.emotions import packed, unpacked
from index.times import moment, seconds
from tingfeng import (
    Analysis,
    Author,
    By,
    Document,
    Engagement,
    Label,
    Mention,
    Post,
    Precision,
    Sentiment,
)

ATTITUDES: tuple[Label, ...] = ("negative", "positive", "uncertain", "neutral")
"""Labels by number, in the order in which one wins over the other (:meth:`Analysis.attitude`): the
smallest number of several attitudes is the answer."""

CODES = {label: code for code, label in enumerate(ATTITUDES)}

BYS: tuple[By, ...] = get_args(By)
"""Who said a sentiment, by number. Stored: a new one goes to the end."""

_BY_CODES = {by: code for code, by in enumerate(BYS)}

PRECISIONS: tuple[Precision, ...] = get_args(Precision)
PRECISE = PRECISIONS.index("hour")
"""The coarsest number that hourly questions accept."""

_PRECISION_CODES = {name: code for code, name in enumerate(PRECISIONS)}

GLUE = "\t"
"""Between words: no token of a cleaned text holds one, whereas a dictionary word may hold a blank
(``iPhone 15``)."""

Row = tuple[Any, ...]

POST_COLUMNS = (
    "n, platform, id, kind, published, precision, author, source, said, liked, content, collected,"
    " observed, indexed, unsaid"
)
BODY_COLUMNS = (
    "n, title, text, url, author_name, followers, verified, parent, rating, place, media, tags"
)


def precision_code(precision: Precision) -> int:
    """Number of a precision, finest first."""
    return _PRECISION_CODES[precision]


def body_row(n: int, post: Post) -> Row:
    """What a post says, in the order of :data:`BODY_COLUMNS`."""
    author = post.author
    if author is None:
        name = followers = verified = None
    else:
        name, followers, verified = author.name, author.followers, author.verified
    tags = json.dumps(post.tags, ensure_ascii=False) if post.tags else None
    return (
        n, post.title, post.text, post.url, name, followers, verified,
        post.parent, post.rating, post.place, post.media, tags,
    )  # fmt: skip


_POST = (
    "SELECT p.n, p.platform, p.id, p.kind, p.published, p.precision, p.author, p.source,"
    " p.collected, b.title, b.text, b.url, b.author_name, b.followers, b.verified, b.parent,"
    " b.rating, b.place, b.media, b.tags"
)
_READING = (
    ", p.indexed, p.suspected, p.label, v.reader, v.lexicon, r.negative, r.neutral, r.positive,"
    " r.tokens, r.keywords, r.fingerprint, c.platform || ':' || c.id,"
    ' r."by", r.emotion, r.signs, p.observed,'
    " e.likes, e.comments, e.reposts, e.favorites, e.views, e.coins, e.heat"
)
_FROM = " FROM json_each(?) j CROSS JOIN post p ON p.n = j.value JOIN body b ON b.n = p.n"
_POSTS_SQL = _POST + _FROM
# A creator's name stands in one place only, so that it goes from everywhere at once.
_NAMED = _POST.replace("b.author_name", "coalesce(nullif(k.name, ''), b.author_name)")
_DOCUMENTS_SQL = (
    _NAMED + _READING + _FROM + " LEFT JOIN reading r ON r.n = p.n"
    " LEFT JOIN version v ON v.id = p.version LEFT JOIN post c ON c.n = p.copy"
    " LEFT JOIN engagement e ON e.n = p.n AND e.observed = p.observed"
    " LEFT JOIN creator k ON k.author = p.author"
)
_MENTIONS_SQL = (
    "SELECT m.n, m.brand, m.start, m.end, m.alias, m.entity, m.rule, m.negative, m.neutral,"
    ' m.positive, m.label, m."by", m.span_start, m.span_end, m.advert'
    " FROM json_each(?) j CROSS JOIN mention m ON m.n = j.value"
    " ORDER BY m.n, m.place"
)
_EARLIER_SQL = (
    "SELECT t.n, t.title, t.text, p.platform, p.id, t.collected FROM json_each(?) j"
    " CROSS JOIN earlier t ON t.n = j.value JOIN post p ON p.n = t.n ORDER BY t.n, t.collected"
)


def _post(row: Sequence[Any]) -> Post:
    author = None
    if row[6] is not None:
        author = Author(id=row[6], name=row[12], followers=row[13], verified=row[14])
    return Post(
        platform=row[1],
        id=row[2],
        kind=row[3],
        text=row[10],
        title=row[9],
        url=row[11],
        author=author,
        published_at=None if row[4] is None else moment(row[4]),
        precision=PRECISIONS[row[5]],
        collected_at=moment(row[8]),
        parent=row[15],
        rating=row[16],
        place=row[17],
        media=row[18],
        tags=tuple(json.loads(row[19])) if row[19] else (),
        source=row[7],
    )


def posts(db: sqlite3.Connection, numbers: Sequence[int]) -> Iterator[Post]:
    """The posts with these numbers, in that order."""
    return map(_post, db.execute(_POSTS_SQL, (json.dumps(list(numbers)),)))


def documents(db: sqlite3.Connection, numbers: Sequence[int]) -> list[Document]:
    """The documents with these numbers, in that order."""
    chosen = (json.dumps(list(numbers)),)
    mentions = defaultdict(list)
    for n, *fields in db.execute(_MENTIONS_SQL, chosen):
        mentions[n].append(fields)
    earlier = defaultdict(list)
    for n, title, text, platform, id, collected in db.execute(_EARLIER_SQL, chosen):
        old = Post(platform=platform, id=id, title=title, text=text, collected_at=moment(collected))
        earlier[n].append(old.words)
    return [
        _document(row, mentions.get(row[0], ()), tuple(earlier.get(row[0], ())))
        for row in db.execute(_DOCUMENTS_SQL, chosen)
    ]


def _document(row: Sequence[Any], mentions: Sequence[Any], earlier: tuple[str, ...]) -> Document:
    indexed, suspected = row[20:22]
    observed, *counts = row[35:]
    return Document(
        post=_post(row),
        analysis=None if row[23] is None else _analysis(row, mentions),
        engagement=None if observed is None else engagement((observed, *counts)),
        indexed_at=moment(indexed),
        suspected=bool(suspected),
        earlier=earlier,
    )


def _analysis(row: Sequence[Any], mentions: Iterable[Sequence[Any]]) -> Analysis:
    label, reader, lexicon, *odds, tokens, keywords, print_, copy, by, emotion, signs = row[22:35]
    whole = None if label is None else _sentiment(odds, label, by)
    return Analysis(
        platform=row[1],
        id=row[2],
        reader=reader,
        lexicon=lexicon,
        tokens=tuple(tokens.split(GLUE)) if tokens else (),
        keywords=tuple(keywords.split(GLUE)) if keywords else (),
        sentiment=whole,
        emotion=unpacked(emotion),
        signs=tuple(signs.split(GLUE)) if signs else (),
        mentions=tuple(_mention(fields, whole) for fields in mentions),
        fingerprint=print_ or b"",
        copy_of=copy,
    )


def _sentiment(odds: Sequence[float], code: int, by: int) -> Sentiment:
    negative, neutral, positive = odds
    return Sentiment(
        negative=negative, neutral=neutral, positive=positive, label=ATTITUDES[code], by=BYS[by]
    )


def _mention(fields: Sequence[Any], whole: Sentiment | None) -> Mention:
    brand, start, end, alias, entity, rule, *odds, label, by, since, until, advert = fields
    if label is None:
        assert whole is not None
        own = whole
    else:
        own = _sentiment(odds, label, by)
    return Mention(
        brand=brand,
        start=start,
        end=end,
        alias=alias,
        entity=entity,
        rule=rule,
        sentiment=own,
        span=None if since is None else (since, until),
        advert=advert,
    )


def mention_rows(n: int, analysis: Analysis) -> Iterator[Row]:
    """Rows of table ``mention``."""
    for place, m in enumerate(analysis.mentions):
        own: tuple[Any, ...] = (None, None, None, None, 0)
        if (s := m.sentiment) != analysis.sentiment:
            own = (s.negative, s.neutral, s.positive, CODES[s.label], _BY_CODES[s.by])
        since, until = m.span or (None, None)
        yield (
            n, place, m.brand, m.start, m.end, m.alias, m.entity, m.rule, *own, since, until,
            m.advert,
        )  # fmt: skip


def reading_row(n: int, analysis: Analysis) -> Row:
    """A row of table ``reading``."""
    s = analysis.sentiment
    odds = (None, None, None) if s is None else (s.negative, s.neutral, s.positive)
    tokens, keywords = GLUE.join(analysis.tokens), GLUE.join(analysis.keywords)
    by = 0 if s is None else _BY_CODES[s.by]
    return (
        n, *odds, tokens, keywords, analysis.fingerprint or None, by, packed(analysis.emotion),
        GLUE.join(analysis.signs),
    )  # fmt: skip


def engagement_row(n: int, engagement: Engagement) -> Row:
    """A row of table ``engagement``."""
    return (n, seconds(engagement.observed_at), *engagement.counts)


def engagement(row: Sequence[Any]) -> Engagement:
    """Moment and seven counts as a noun."""
    observed, likes, comments, reposts, favorites, views, coins, heat = row
    return Engagement(
        observed_at=moment(observed),
        likes=likes,
        comments=comments,
        reposts=reposts,
        favorites=favorites,
        views=views,
        coins=coins,
        heat=heat,
    )
