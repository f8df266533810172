"""RSS 0.9x to 2.0, RDF, Atom and JSON Feed, as they are found rather than as they are specified."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from crawlers.dates import read_time
from crawlers.markup import plain
from crawlers.numbers import read_count
from crawlers.sources.answer import Answer, Page, page
from crawlers.sources.links import absolute, canonical, digest
from tingfeng import AnswerChanged, Author, Engagement, Message, Observation, Post, Precision

STALE = timedelta(days=30)
"""Portals' feeds are often frozen for years and still answer 200."""

_PERIODS = {"hourly": 60, "daily": 1440, "weekly": 10080, "monthly": 43200, "yearly": 525600}
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_WHOLE = re.compile(r"</\s*(?:\w+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
_HALF = Message(
    "订阅源在中间断了，已收下前半，下次重新取",
    "the feed ends in the middle: its first half is kept, and it is asked for again",
)
_SOURCE = "feed"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """What the formats have in common."""

    guid: str = ""
    link: str = ""
    title: str = ""
    text: str = ""
    author: str = ""
    dates: tuple[str, ...] = ()
    """As written, best first."""
    tags: tuple[str, ...] = ()
    comments: int | None = None


def read(answer: Answer) -> Page:
    """The entries of a feed.

    ``stale`` where the newest dated entry is over 30 days old. Raises
    :class:`~tingfeng.AnswerChanged` where the answer is no feed at all.
    """
    text = answer.text.lstrip("\ufeff \t\r\n")
    entries, base, wait = _json_feed(text, answer) if text[:1] == "{" else _xml_feed(text, answer)
    seen: list[Observation] = []
    shared = _shared_links(entries)
    keys: set[str] = set()
    for entry in entries:
        found = _observation(entry, base, shared, answer)
        if found and found.post.id not in keys:
            keys.add(found.post.id)
            seen.append(found)
    empty = sum(not (entry.title or entry.text) for entry in entries)
    held = page(tuple(seen), unreadable=empty, wait=wait)
    if text[:1] == "<" and not _WHOLE.search(text[-500:]):
        return replace(held, verdict="upstream_error", detail=_HALF)
    return _stale(held, answer.seen_at) or held


def _stale(held: Page, now: datetime) -> Page | None:
    dates = [seen.post.published_at for seen in held.seen if seen.post.published_at]
    if not dates or now - max(dates) <= STALE:
        return None
    newest = max(dates).date().isoformat()
    detail = Message(
        f"最新一条是 {newest} 的，这个订阅源可能已停更", f"the newest entry is of {newest}"
    )
    return replace(held, verdict="stale", detail=detail)


def _shared_links(entries: list[_Entry]) -> set[str]:
    """Links that several entries have: the site's front page, and no article's address."""
    seen: set[str] = set()
    twice: set[str] = set()
    for entry in entries:
        (twice if entry.link in seen else seen).add(entry.link)
    return twice


def _identity(entry: _Entry, url: str, shared: set[str], feed: str) -> str:
    """The entry's own id if it has one, else its address, else its title and date."""
    guid = entry.guid.strip()
    if re.match(r"https?://", guid):
        return canonical(guid)
    if re.match(r"(?:tag|urn):", guid, re.IGNORECASE):
        return guid  # unique in the world by their standards
    if guid:
        return f"{urlsplit(feed).hostname}:{guid}"
    if url and entry.link not in shared:
        return canonical(url)
    return digest(entry.title, entry.dates[0] if entry.dates else "", entry.text[:200])


def _observation(entry: _Entry, base: str, shared: set[str], answer: Answer) -> Observation | None:
    title, text = plain(entry.title), plain(entry.text)
    if not title and not text:
        return None
    # Several blanks of a title come from the indentation of the XML.
    title = " ".join(title.split())
    published, precision = _published(entry, answer.seen_at)
    link = entry.link or (entry.guid if entry.guid.startswith("http") else "")
    url = absolute(link, base) if link else ""
    author = plain(entry.author)
    post = Post(
        platform="news",
        id=_identity(entry, url, shared, answer.url),
        kind="article",
        title=title,
        text=text,
        url=canonical(url) if url else "",
        author=Author(id=f"{urlsplit(answer.url).hostname}:{author}", name=author)
        if author
        else None,
        published_at=published,
        precision=precision,
        collected_at=answer.seen_at,
        tags=tuple(dict.fromkeys(plain(tag) for tag in entry.tags if tag.strip())),
        source=_SOURCE,
    )
    counts = None
    if entry.comments is not None:
        counts = Engagement(observed_at=answer.seen_at, comments=entry.comments)
    return Observation(post=post, engagement=counts)


def _published(entry: _Entry, now: datetime) -> tuple[datetime | None, Precision]:
    for raw in entry.dates:
        moment, precision = read_time(raw, now)
        if moment:
            return moment, precision
    return None, "second"


def _xml_feed(text: str, answer: Answer) -> tuple[list[_Entry], str, timedelta | None]:
    import feedparser

    # Already decoded: with its old declaration feedparser would decode it a second time.
    parsed = feedparser.parse(
        _mended(_DECLARATION.sub("", text, count=1)).encode("utf-8", "replace"),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
    )
    if not parsed.version and not parsed.entries:
        reason = parsed.get("bozo_exception", "no feed element")
        raise AnswerChanged(
            f"{answer.url} 不是订阅源：{reason}", f"{answer.url} is no feed: {reason}"
        )
    base = absolute(parsed.feed.get("link", ""), answer.url) or answer.url
    return [_xml_entry(item) for item in parsed.entries], base, _xml_wait(parsed.feed)


def _mended(text: str) -> str:
    """Escapes stray ampersands, which would end up as ``A&B;``; CDATA may hold them as they are."""
    parts = re.split(r"(<!\[CDATA\[.*?\]\]>)", text, flags=re.DOTALL)
    parts[::2] = [re.sub(r"&(?!#?\w{1,31};)", "&amp;", part) for part in parts[::2]]
    return "".join(parts)


def _xml_entry(item: Mapping[str, Any]) -> _Entry:
    bodies = [content.get("value", "") for content in item.get("content", ())]
    bodies.append(item.get("summary", ""))
    return _Entry(
        guid=item.get("id", ""),
        link=_xml_link(item),
        title=item.get("title", ""),
        text=max(bodies, key=len),
        author=item.get("author", ""),
        dates=tuple(filter(None, (_own(item, n) for n in ("published", "created", "updated")))),
        tags=tuple(tag.get("term") or "" for tag in item.get("tags", ())),
        comments=read_count(item.get("slash_comments")),
    )


def _own(item: Any, name: str) -> str:
    """A key as it stands: feedparser's own ``get`` gives ``published`` for a missing ``updated``."""
    return str(dict.get(item, name) or "")


def _xml_link(item: Mapping[str, Any]) -> str:
    """Feedparser gives a permalink guid as the link even where a link is beside it."""
    for link in item.get("links", ()):
        if link.get("rel", "alternate") == "alternate" and link.get("href"):
            return str(link["href"])
    return str(item.get("link", ""))


def _xml_wait(feed: Mapping[str, Any]) -> timedelta | None:
    minutes = read_count(feed.get("ttl"))
    if minutes is None and feed.get("sy_updateperiod"):
        often = read_count(feed.get("sy_updatefrequency")) or 1
        minutes = _PERIODS.get(str(feed["sy_updateperiod"]).strip().lower(), 0) // often
    return timedelta(minutes=minutes) if minutes else None


def _json_feed(text: str, answer: Answer) -> tuple[list[_Entry], str, timedelta | None]:
    value = answer.json()
    if not isinstance(value.get("items"), list):
        raise AnswerChanged(
            f"{answer.url} 不是 JSON Feed：缺少 items", f"{answer.url} is no JSON Feed: no items"
        )
    base = absolute(str(value.get("home_page_url") or ""), answer.url) or answer.url
    entries = [_json_entry(item) for item in value["items"] if isinstance(item, Mapping)]
    return entries, base, None


def _json_entry(item: Mapping[str, Any]) -> _Entry:
    authors = item.get("authors") or [item.get("author") or {}]
    return _Entry(
        guid=str(item.get("id") or ""),
        link=str(item.get("url") or item.get("external_url") or ""),
        title=str(item.get("title") or ""),
        text=str(item.get("content_html") or item.get("content_text") or item.get("summary") or ""),
        author=", ".join(_names(authors)),
        dates=tuple(str(item[n]) for n in ("date_published", "date_modified") if item.get(n)),
        tags=tuple(str(tag) for tag in item.get("tags") or ()),
    )


def _names(authors: Any) -> Iterator[str]:
    for author in authors if isinstance(authors, list) else [authors]:
        name = author.get("name") if isinstance(author, Mapping) else author
        if name:
            yield str(name)
