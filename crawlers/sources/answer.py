"""What a server answered, and what was read in it. Both know nothing of how it was fetched."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tingfeng import AnswerChanged, Message, Observation, Precision, Verdict

_WIDER = {
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "big5": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "utf8": "utf-8",
}
"""Pages that name the narrow set use characters of the wide one (镕 is not in GB 2312)."""

_NOTHING_SAID = {"iso-8859-1", "latin-1", "us-ascii", "ascii", "windows-1252"}
"""Defaults of servers that were never configured; no Chinese text can be in them."""

_DECLARED = re.compile(
    rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.-]+)|<meta[^>]{0,200}?charset\s*=\s*["']?([\w.-]+)""",
    re.IGNORECASE,
)
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_JSONP = re.compile(r"^(?:/\*\*/)?\s*(?:try\s*\{\s*)?[\w$.]{1,80}\s*\(\s*(?=[\[{])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One HTTP answer, body decompressed."""

    url: str
    """After redirects."""

    body: bytes
    seen_at: datetime
    """Aware: when it arrived. Relative times in it (5分钟前) count from here."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""

    @property
    def text(self) -> str:
        """The body in characters, see :func:`decode`."""
        return decode(self.body, self.headers.get("content-type", ""))

    def json(self) -> Any:
        """The body as JSON, out of its JSONP or anti-hijacking wrapper.

        Raises :class:`~tingfeng.AnswerChanged` where it is none.
        """
        return loads(self.text, self.url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """An address that a page offers to follow."""

    url: str
    map: bool = False
    """It leads to more leads (a sitemap), not to an article."""

    at: datetime | None = None
    """When it was published or last changed."""
    precision: Precision = "second"
    published: bool = False
    """*at* is the date of publication; else only that of a change, which sites often fake."""
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What one answer held."""

    verdict: Verdict
    """``ok``, ``empty``, ``stale`` or ``changed``; walls are found before anything is read."""

    detail: Message | None = None
    seen: tuple[Observation, ...] = ()
    leads: tuple[Lead, ...] = ()

    wait: timedelta | None = None
    """How long the source asks to be left alone (ttl, updatePeriod)."""

    unreadable: int = 0
    """Entries that lacked what a post needs."""


def page(
    seen: tuple[Observation, ...],
    *,
    unreadable: int = 0,
    total: int | None = None,
    leads: tuple[Lead, ...] = (),
    wait: timedelta | None = None,
) -> Page:
    """The page of these observations, with the verdict that follows from the numbers alone.

    *total* is the result counter that the page itself shows: nothing read although it is above
    zero means that the page changed, not that nobody talks about us.
    """
    verdict: Verdict = "ok" if seen or leads else "empty"
    detail = None
    if unreadable > len(seen) + len(leads) or (total and not seen):
        verdict = "changed"
        count = max(unreadable + len(seen), total or 0)
        detail = Message(
            f"{count} 条里只读出 {len(seen)} 条，解析规则需要修订",
            f"{len(seen)} of {count} entries could be read: the reader needs mending",
        )
    return Page(
        verdict=verdict, detail=detail, seen=seen, unreadable=unreadable, leads=leads, wait=wait
    )


def decode(body: bytes, content_type: str = "") -> str:
    """*body* in characters: by mark, header, declaration, else UTF-8 or GB 18030, the first of
    them that fits without an error.

    Valid UTF-8 with several Chinese characters is UTF-8 whatever anyone declares: GBK text does
    not happen to be valid UTF-8 beyond a word or two (联通).
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body.decode(name, errors="replace")
    candidates = list(_candidates(body, content_type))
    if candidates[0] != "utf-8" and _surely_utf8(body):
        return body.decode("utf-8")
    for name in candidates:
        try:
            return body.decode(name)
        except UnicodeDecodeError:
            continue
    # Cut or damaged: what was declared, with the damage marked.
    return body.decode(candidates[0], errors="replace")


def _candidates(body: bytes, content_type: str) -> Iterator[str]:
    said = re.findall(r"charset\s*=\s*[\"']?([\w.-]+)", content_type, re.IGNORECASE)
    # 64 kB: portals put their charset behind long injected scripts.
    said += [(a or b).decode("ascii") for a, b in _DECLARED.findall(body[:65536])[:1]]
    for name in said:
        name = _WIDER.get(name.lower(), name.lower())
        if name not in _NOTHING_SAID and _known(name):
            yield name
    yield from ("utf-8", "gb18030")


def _known(name: str) -> bool:
    try:
        "".encode(name)
    except (LookupError, UnicodeError):
        return False
    return True


def _surely_utf8(body: bytes) -> bool:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return sum(character > "\u07ff" for character in text[:20000]) >= 4


def loads(text: str, url: str = "") -> Any:
    """JSON out of *text*: bare, as JSONP, or behind ``)]}'``; raises AnswerChanged."""
    bare = text.lstrip("\ufeff \t\r\n").removeprefix(")]}'").lstrip()
    call = _JSONP.match(bare)
    if call:
        bare = bare[call.end() :]
    try:
        # raw_decode: what follows the value is the rest of the wrapper. strict=False: raw line
        # breaks inside strings are common.
        value, end = json.JSONDecoder(strict=False).raw_decode(bare)
    except ValueError as error:
        raise AnswerChanged(
            f"{url} 的回答不是 JSON：{error}", f"{url} did not answer JSON: {error}"
        ) from None
    if not call and bare[end:].strip():
        raise AnswerChanged(f"{url} 的 JSON 之后还有内容", f"{url}: something follows the JSON")
    return value
