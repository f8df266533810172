"""A news page: its text, headline, date, and the medium it comes from (来源)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from crawlers.dates import read_time
from crawlers.markup import plain
from crawlers.sources.answer import Answer, Page, page
from crawlers.sources.links import absolute, canonical
from tingfeng import Author, Observation, Post, Precision

_META_DATES = (
    "article:published_time", "og:published_time", "datepublished", "publishdate", "pubdate",
    "publish_time", "publish-date", "og:release_date", "weibo:article:create_at",
    "apub:time", "dc.date", "dcterms.created", "date",
)  # fmt: skip
"""By trust; names in lower case, blanks removed."""

_ARTICLES = {
    "newsarticle", "article", "blogposting", "reportagenewsarticle", "socialmediaposting",
    "discussionforumposting", "analysisnewsarticle", "techarticle", "webpage",
}  # fmt: skip
_META = re.compile(r"<meta\b[^>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""")
_LD = re.compile(r"<script[^>]*application/ld\+json[^>]*>(.*?)</script", re.IGNORECASE | re.DOTALL)
_CANONICAL = re.compile(r"<link\b[^>]*\brel=[\"']?canonical[\"']?[^>]*>", re.IGNORECASE)
_TIME_TAG = re.compile(r"<time\b[^>]*\bdatetime=[\"']([^\"']+)", re.IGNORECASE)
_SHOWN_DATE = re.compile(
    r"(?:发布时间|发表时间|发布于|时间|日期)?\s*[:：]?\s*"
    r"(20\d\d\s*[-/年.]\s*\d{1,2}\s*[-/月.]\s*\d{1,2}\s*日?\s*\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)"
)
_MEDIUM = re.compile(
    r"(?:来\s*源|稿件来源|文章来源|信息来源)\s*[:：]\s*([^\s|<>()（）\[\]【】,，。;；]{2,24})"
)
_NO_MEDIUM = re.compile(r"^(?:作者|编辑|责任编辑|责编|网络|互联网|综合|未知|本站|原创)")


@dataclass(slots=True, kw_only=True)
class _Said:
    """What a page says of itself, before anyone looks at its text."""

    title: str = ""
    dates: list[str]
    author: str = ""
    medium: str = ""
    url: str = ""
    body: str = ""


def read(answer: Answer) -> Page:
    """The article of a page. ``empty`` where the page is a list or a shell without text."""
    from trafilatura import bare_extraction

    html = answer.text
    said = _said(html, answer.url)
    found: Any = bare_extraction(
        _without_charset(html), url=answer.url, include_comments=False, favor_precision=True
    )
    # Pages laid out as tables come with the bars of one.
    text = plain((found.text if found else "") or "").strip(" |\n\u3000")
    if len(said.body) > 2 * len(text):
        text = said.body
    if not text:
        return page(())
    published, precision = _published(said, html, answer.seen_at)
    title = said.title or _heading(html)
    url = canonical(said.url or answer.url)
    post = Post(
        platform="news",
        id=url,
        kind="article",
        title=" ".join(title.split()),
        text=text,
        url=url,
        author=_author(said, answer.url),
        published_at=published,
        precision=precision,
        collected_at=answer.seen_at,
        source="article",
    )
    return page((Observation(post=post),))


def completing(entry: Observation) -> Callable[[Answer], Page]:
    """A reader of the page behind a feed's *entry*: the same post, with the page's full text.

    The entry keeps its identity; what the feed said of title and date stays unless it said less.
    """

    def reader(answer: Answer) -> Page:
        held = read(answer)
        return page(tuple(Observation(post=_merged(entry.post, s.post), engagement=entry.engagement)
                          for s in held.seen))  # fmt: skip

    return reader


def _merged(entry: Post, full: Post) -> Post:
    exact: tuple[Precision, ...] = ("second", "minute", "hour", "day", "month", "year")
    better = full.published_at and (
        entry.published_at is None or exact.index(entry.precision) > exact.index(full.precision)
    )
    return replace(
        entry,
        title=entry.title or full.title,
        text=full.text if len(full.text) > len(entry.text) else entry.text,
        author=full.author or entry.author,
        published_at=full.published_at if better else entry.published_at,
        precision=full.precision if better else entry.precision,
        collected_at=full.collected_at,
    )


def _without_charset(html: str) -> str:
    """The text is decoded already; a declaration would have it decoded again."""
    return re.sub(r"<meta[^>]*charset[^>]*>", "", html[:65536], flags=re.IGNORECASE) + html[65536:]


def _said(html: str, base: str) -> _Said:
    said = _Said(dates=[])
    for thing in _linked_data(html):
        said.title = said.title or plain(_text(thing.get("headline")))
        said.dates += [str(thing[n]) for n in ("datePublished", "dateCreated") if thing.get(n)]
        said.author = said.author or plain(_name(thing.get("author")))
        said.medium = said.medium or plain(_name(thing.get("sourceOrganization")))
        body = _text(thing.get("articleBody") or thing.get("text"))
        said.body = said.body or plain(body)
    meta = _meta(html)
    said.title = said.title or plain(meta.get("og:title", ""))
    said.dates += [meta[name] for name in _META_DATES if meta.get(name)]
    said.author = said.author or plain(meta.get("author", ""))
    medium = meta.get("source") or meta.get("mediaid") or ""
    said.medium = said.medium or _medium(f"来源：{medium}") or _medium(_shown(html))
    link = _CANONICAL.search(html)
    if link:
        said.url = absolute(_attributes(link.group()).get("href", ""), base)
        if urlsplit(said.url).path in {"", "/"}:  # a template that names the front page
            said.url = ""
    return said


def _heading(html: str) -> str:
    """The heading that the title repeats, else the title without the site's name."""
    found = re.search(r"<title[^>]*>(.*?)</title", html, re.IGNORECASE | re.DOTALL)
    whole = " ".join(plain(found.group(1)).split()) if found else ""
    for raw in re.findall(r"<h1\b[^>]*>(.*?)</h1", html, re.IGNORECASE | re.DOTALL)[:5]:
        heading = " ".join(plain(raw).split())
        if len(heading) >= 4 and (whole.startswith(heading[:12]) or not whole):
            return heading
    return re.split(r"\s*(?:_|\||--+|—+| - |-(?=[^-]{2,12}$))\s*", whole)[0]


def _shown(html: str) -> str:
    """Text near the head of the page, where dates and media stand."""
    return plain(re.sub(r"(?is)<(script|style)\b.*?</\1\s*>|<!--.*?-->", " ", html))[:20000]


def _medium(text: str) -> str:
    found = _MEDIUM.search(text)
    return found.group(1) if found and not _NO_MEDIUM.match(found.group(1)) else ""


def _author(said: _Said, url: str) -> Author | None:
    """The medium before the byline: fifty reprints of one agency are one voice."""
    if said.medium:
        return Author(id=f"media:{said.medium}", name=said.medium, verified="organization")
    if said.author and len(said.author) <= 40 and "http" not in said.author:
        return Author(id=f"{urlsplit(url).hostname}:{said.author}", name=said.author)
    return None


def _published(said: _Said, html: str, now: datetime) -> tuple[datetime | None, Precision]:
    """The most trusted date; a shown one of the same day may add the time of day."""
    best: tuple[datetime | None, Precision] = (None, "second")
    shown = [m.group(1).replace("：", ":") for m in _SHOWN_DATE.finditer(_shown(html))][:3]
    for raw in [*said.dates, *shown, *_TIME_TAG.findall(html)[:1]]:
        moment, precision = read_time(raw, now)
        if moment is None:
            continue
        if best[0] is None:
            best = moment, precision
        elif best[1] == "day" and precision != "day" and moment.date() == best[0].date():
            return moment, precision
        if best[1] != "day":
            return best
    return best


def _meta(html: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for tag in _META.findall(html[:200_000]):
        attributes = _attributes(tag)
        name = attributes.get("name") or attributes.get("property") or attributes.get("itemprop")
        if name and attributes.get("content"):
            found.setdefault(name.lower().replace(" ", ""), attributes["content"].strip())
    return found


def _attributes(tag: str) -> dict[str, str]:
    return {name.lower(): a or b or c for name, a, b, c in _ATTRIBUTE.findall(tag)}


def _linked_data(html: str) -> Iterator[Mapping[str, Any]]:
    """Articles among the JSON-LD, as lenient as browsers' consumers are."""
    for script in _LD.findall(html):
        bare = re.sub(
            r"^\s*(?:<!--|//<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\]\]>|\]\]>)\s*$", "", script
        )
        try:
            value = json.loads(
                re.sub(r",\s*([}\]])", r"\1", bare.strip().rstrip(";")), strict=False
            )
        except ValueError:
            continue  # broken markup of the page; its metas and text are still there
        for thing in _things(value):
            kinds = thing.get("@type")
            named = {str(kind).lower() for kind in (kinds if isinstance(kinds, list) else [kinds])}
            if named & _ARTICLES:
                yield thing


def _things(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        for one in value:
            yield from _things(one)
    elif isinstance(value, Mapping):
        yield value
        yield from _things(value.get("@graph") or [])
        yield from _things(value.get("mainEntity") or [])


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _name(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, Mapping):
        value = value.get("name")
    return _text(value)
