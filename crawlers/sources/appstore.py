"""Reviews in Apple's App Store: its RSS as JSON and as Atom, and the app's own record."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from crawlers.dates import read_time
from crawlers.markup import plain
from crawlers.numbers import read_count
from crawlers.sources.answer import Answer, Page, page
from tingfeng import AnswerChanged, Author, Engagement, Message, Observation, Post

LAST_PAGE = 10
"""Apple shows fifty reviews on each of ten pages."""

_ATOM = "{http://www.w3.org/2005/Atom}"
_IM = "{http://itunes.apple.com/rss}"
_APP = re.compile(r"[/?&]id=?(\d+)")
_STARS = re.compile(r"[1-5](?:\.\d+)?")
_PERSON = re.compile(r"/id(\d+)")


def read(answer: Answer) -> Page:
    """The reviews of one page, newest first.

    Raises :class:`~tingfeng.AnswerChanged` where the answer is no such feed.
    """
    text = answer.text.lstrip("\ufeff \t\r\n")
    entries = _json_entries(answer) if text[:1] == "{" else _atom_entries(text, answer)
    found = _APP.search(answer.url)
    app = found.group(1) if found else ""
    seen: list[Observation] = []
    unreadable = 0
    for entry in entries:
        if not entry["rating"] and not entry["author"]:
            continue  # older feeds put the app itself first
        if not (entry["id"] and entry["text"] and _STARS.fullmatch(entry["rating"])):
            unreadable += 1
            continue
        seen.append(_review(entry, app, answer))
    return page(tuple(seen), unreadable=unreadable)


def read_record(answer: Answer) -> Page:
    """``itunes.apple.com/lookup``, asked when the reviews are empty: is there anything to show?"""
    results = answer.json()["results"]
    if not results:
        gone = Message("这个国家的商店里没有这个应用", "no such app in this country's store")
        return Page(verdict="deleted", detail=gone)
    ratings = read_count(results[0].get("userRatingCount")) or 0
    return page((), total=ratings)


def _review(entry: Mapping[str, str], app: str, answer: Answer) -> Observation:
    published, precision = read_time(entry["updated"], answer.seen_at)
    person = _PERSON.search(entry["uri"])
    name = plain(entry["author"])
    post = Post(
        platform="appstore",
        id=entry["id"],
        kind="review",
        title=" ".join(plain(entry["title"]).split()),
        text=plain(entry["text"]),
        url=entry["url"],
        author=Author(id=person.group(1) if person else name, name=name) if name else None,
        published_at=published,
        precision=precision,
        collected_at=answer.seen_at,
        parent=app or None,
        rating=float(entry["rating"]),
        tags=(f"v{entry['version']}",) if entry["version"] else (),
        source="appstore",
    )
    # voteSum of voteCount readers found it helpful: the nearest thing to a like.
    votes = Engagement(observed_at=answer.seen_at, likes=read_count(entry["votes"]))
    return Observation(post=post, engagement=votes)


def _json_entries(answer: Answer) -> Iterator[dict[str, str]]:
    feed = answer.json().get("feed")
    if not feed or not isinstance(feed, Mapping):
        raise AnswerChanged(
            f"{answer.url} 的回答里没有 feed", f"no feed in the answer of {answer.url}"
        )
    entries = feed.get("entry") or []
    # One review alone is an object, not a list of one.
    for entry in entries if isinstance(entries, list) else [entries]:
        author = entry.get("author") or {}
        yield {
            "id": _label(entry, "id"),
            "title": _label(entry, "title"),
            "text": _label(entry, "content"),
            "updated": _label(entry, "updated"),
            "rating": _label(entry, "im:rating"),
            "version": _label(entry, "im:version"),
            "votes": _label(entry, "im:voteSum"),
            "author": _label(author, "name"),
            "uri": _label(author, "uri"),
            "url": _href(entry.get("link")),
        }


def _label(thing: Mapping[str, Any], name: str) -> str:
    value = thing.get(name)
    return str(value.get("label", "")) if isinstance(value, Mapping) else ""


def _href(link: Any) -> str:
    link = link[0] if isinstance(link, list) and link else link
    return str((link or {}).get("attributes", {}).get("href", ""))


def _atom_entries(text: str, answer: Answer) -> Iterator[dict[str, str]]:
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        root = fromstring(text.encode("utf-8", "replace"))
    except ParseError as error:
        raise AnswerChanged(
            f"{answer.url} 不是评论订阅：{error}", f"{answer.url} is no review feed: {error}"
        ) from None
    if root.tag != f"{_ATOM}feed":
        raise AnswerChanged(
            f"{answer.url} 的根元素是 {root.tag}", f"the root of {answer.url} is {root.tag}"
        )
    for entry in root.iter(f"{_ATOM}entry"):
        bodies = {body.get("type"): body.text or "" for body in entry.iter(f"{_ATOM}content")}
        link = entry.find(f"{_ATOM}link")
        yield {
            "id": entry.findtext(f"{_ATOM}id") or "",
            "title": entry.findtext(f"{_ATOM}title") or "",
            "text": bodies.get("text") or plain(bodies.get("html", "")),
            "updated": entry.findtext(f"{_ATOM}updated") or "",
            "rating": entry.findtext(f"{_IM}rating") or "",
            "version": entry.findtext(f"{_IM}version") or "",
            "votes": entry.findtext(f"{_IM}voteSum") or "",
            "author": entry.findtext(f"{_ATOM}author/{_ATOM}name") or "",
            "uri": entry.findtext(f"{_ATOM}author/{_ATOM}uri") or "",
            "url": (link.get("href") or "") if link is not None else "",
        }
