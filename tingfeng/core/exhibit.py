"""Posts as they were when an incident spoke of them: kept even where the original is gone.

The copies of one incident are a chain: each names what came before by its hash, so that none can be
changed, taken out or slipped in without the later ones telling. What a person asks to have removed is
blanked, and a further line says so; the hash of what stood there stays, so the chain holds.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Literal

from tingfeng.core.analysis import Analysis, Document
from tingfeng.core.message import Message
from tingfeng.core.post import Author, Engagement, Post

ExhibitKind = Literal["evidence", "reach", "forgotten", "expired"]
"""``evidence``: the incident rested on it. ``reach``: it went further than the law's lines while the
incident was open. The others are lines that say what became of an earlier one: ``forgotten``, a person
asked; ``expired``, it was kept for as long as the settings say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """One line of the chain of an incident."""

    incident: str
    number: int
    """Place in the chain, from 1."""

    kind: ExhibitKind

    about: int | None = None
    """Number of the copy that is gone, where *kind* says that one is."""

    at: datetime | None = None
    """Moment of the incident's evidence that named the post; ``None``: none did."""

    kept_at: datetime
    """When the copy was made, or blanked."""

    key: str = ""
    """Of the post. Empty: a line about another one, or the copy is gone."""

    content: str = ""
    """The copy, see :func:`content_of`: exactly the text whose hash is *sha256*. Empty like *key*."""

    sha256: str
    """Of *content* in UTF-8; of what is gone: that which it had."""

    previous: str = ""
    """*link* of the line before; empty: it is the first."""

    link: str
    """SHA-256 over all of this but key and content, see :func:`link_of`."""

    @property
    def told(self) -> dict[str, Any]:
        """The copy as values: ``post engagement reading earlier fingerprint``; empty where gone."""
        found: dict[str, Any] = json.loads(self.content) if self.content else {}
        return found

    @property
    def author(self) -> str:
        """Pseudonym of who wrote it; empty where unknown or gone."""
        author = self.told.get("post", {}).get("author") or {}
        return str(author.get("id", ""))


def seal(post: Post) -> str:
    """64 hex digits of key, time and words: another word, another time or another key gives others."""
    said = [post.key, _when(post.published_at), post.title, post.text]
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def content_of(document: Document, brand: str) -> str:
    """The copy of a post: compact JSON, keys in order, UTF-8, times in UTC to the second.

    ``post``: all that was shown, the author as pseudonym with followers. ``engagement``: the latest
    counts and when they were seen. ``reading``: what the reader said of *brand*, and which reader.
    ``earlier``: texts before edits. ``fingerprint``: :func:`seal`, which reports print too.
    """
    told = {
        "post": _post(document.post),
        "engagement": _engagement(document.engagement),
        "reading": _reading(document.analysis, brand),
        "earlier": list(document.earlier),
        "fingerprint": seal(document.post),
    }
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _post(post: Post) -> dict[str, Any]:
    return {
        "key": post.key, "platform": post.platform, "id": post.id, "kind": post.kind,
        "title": post.title, "text": post.text, "url": post.url, "author": _author(post.author),
        "published_at": _when(post.published_at), "precision": post.precision,
        "collected_at": _when(post.collected_at), "parent": post.parent, "rating": post.rating,
        "place": post.place, "media": post.media, "tags": list(post.tags), "source": post.source,
    }  # fmt: skip


def _author(author: Author | None) -> dict[str, Any] | None:
    if author is None:
        return None
    return {"id": author.id, "followers": author.followers, "verified": author.verified}


def _engagement(seen: Engagement | None) -> dict[str, Any] | None:
    if seen is None:
        return None
    names = [each.name for each in fields(seen)][1:]
    counts = dict(zip(names, seen.counts, strict=True))
    return {"observed_at": _when(seen.observed_at), **counts}


def _reading(read: Analysis | None, brand: str) -> dict[str, Any] | None:
    if read is None:
        return None
    label = read.attitude(brand)
    moods = [one.sentiment for one in read.mentions if one.brand == brand]
    moods = [one for one in moods if one.label == label] or [
        one for one in (read.sentiment,) if one is not None
    ]
    if not moods:
        return {"brand": brand, "reader": read.reader, "label": None}
    mood = max(moods, key=lambda one: one.negative)
    # Six digits: as good as any odds are, and the same from every store.
    odds = {name: round(getattr(mood, name), 6) for name in ("negative", "neutral", "positive")}
    return {"brand": brand, "reader": read.reader, "label": mood.label, "by": mood.by, **odds}


def _when(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat(timespec="seconds")


def link_of(one: Exhibit) -> str:
    """SHA-256 of the compact JSON of [incident, number, kind, about, at, kept_at, sha256, previous],
    times in UTC to the microsecond.
    """
    said = [
        one.incident, one.number, one.kind, one.about, _exactly(one.at), _exactly(one.kept_at),
        one.sha256, one.previous,
    ]  # fmt: skip
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def _exactly(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat(timespec="microseconds")


def kept(
    chain: Sequence[Exhibit], document: Document, *, incident: str, brand: str,
    kind: ExhibitKind, at: datetime | None, now: datetime,
) -> Exhibit | None:  # fmt: skip
    """The line that *chain* of *incident* gains for *document*; ``None``: it is kept as it is.

    Once a moment of the incident's evidence and wording: counts that grow while the incident stands
    where it stood make no further copies.
    """
    content = content_of(document, brand)
    mark, words = _hash(content), seal(document.post)
    for one in chain:
        same = (one.kind, one.at) == (kind, at) and one.told.get("fingerprint") == words
        if one.key == document.post.key and (same or one.sha256 == mark):
            return None
    return _next(
        chain, incident=incident, kind=kind, at=at, kept_at=now, key=document.post.key,
        content=content, sha256=mark,
    )  # fmt: skip


def _next(chain: Sequence[Exhibit], **said: Any) -> Exhibit:
    last = chain[-1].link if chain else ""
    bare = Exhibit(number=len(chain) + 1, previous=last, link="", **said)
    return replace(bare, link=link_of(bare))


def without(
    chain: Sequence[Exhibit], numbers: Sequence[int], *, kind: ExhibitKind, now: datetime
) -> list[Exhibit]:
    """*chain* without the copies of these *numbers*, and with a line for each that says so."""
    gone = {one.number: one for one in chain if one.number in numbers and one.content}
    left = [replace(one, key="", content="") if one.number in gone else one for one in chain]
    for one in gone.values():
        left.append(
            _next(
                left, incident=one.incident, kind=kind, about=one.number, kept_at=now,
                sha256=one.sha256,
            )
        )  # fmt: skip
    return left


def flaws(chain: Sequence[Exhibit]) -> list[Message]:
    """What is wrong with the chain of one incident; empty: nothing in it was changed, taken out or
    slipped in. That its end was cut off, or all of it made anew, only a hash kept elsewhere can tell.
    """
    found: list[Message] = []
    said = {one.about: one.sha256 for one in chain if one.about is not None}
    last = ""
    for place, one in enumerate(chain, 1):
        n = one.number
        if n != place or one.incident != chain[0].incident:
            found.append(Message(f"第 {place} 行的编号不对", f"line {place} has a wrong number"))
        if one.previous != last:
            found.append(
                Message(f"第 {n} 行接不上前一行", f"line {n} does not follow the one before")
            )
        if link_of(one) != one.link:
            found.append(Message(f"第 {n} 行被改过", f"line {n} was changed"))
        if one.content and _hash(one.content) != one.sha256:
            found.append(Message(f"第 {n} 件的内容被改过", f"the copy of line {n} was changed"))
        if not one.content and one.about is None and said.get(n) != one.sha256:
            found.append(
                Message(
                    f"第 {n} 件的内容不见了，而没有删除记录",
                    f"the copy of line {n} is gone, and no line says why",
                )
            )
        last = one.link
    return found


def _hash(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
