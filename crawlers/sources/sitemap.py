"""Sitemaps: index, list of pages, news extension, plain text, and the Sitemap lines of robots.txt."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from crawlers.dates import read_time
from crawlers.markup import plain
from crawlers.sources.answer import Answer, Lead, Page, page
from crawlers.sources.links import absolute
from tingfeng import AnswerChanged, Message

_LARGEST = 200 * 1024 * 1024
"""Unpacked. The standard allows 50 MB; a thousandfold bomb is none of ours."""

_ROBOTS = re.compile(r"^\s*sitemap\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


def read(answer: Answer) -> Page:
    """The addresses of a sitemap as leads, in its order.

    Raises :class:`~tingfeng.AnswerChanged` where the answer is none.
    """
    unpacked = replace(answer, body=_unpacked(answer))
    text = unpacked.text.lstrip("\ufeff \t\r\n")
    if text[:1] == "<":
        return _xml(text, answer)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if "sitemap:" in text.lower() and answer.url.endswith("/robots.txt"):
        return page((), leads=tuple(Lead(url=u, map=True) for u in _ROBOTS.findall(text)))
    if answer.url.endswith("/robots.txt"):
        detail = Message(
            "robots.txt 没有写 Sitemap，请直接给出站点地图的地址",
            "robots.txt names no sitemap: give the sitemap's own address",
        )
        return Page(verdict="deleted", detail=detail)
    if lines and all(re.match(r"https?://", line) for line in lines):
        return page((), leads=tuple(Lead(url=line) for line in lines))
    raise AnswerChanged(f"{answer.url} 不是站点地图", f"{answer.url} is no sitemap")


def _unpacked(answer: Answer) -> bytes:
    if answer.body[:2] != b"\x1f\x8b":
        return answer.body
    reader = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        body = reader.decompress(answer.body, _LARGEST)
    except (zlib.error, gzip.BadGzipFile) as error:
        raise AnswerChanged(
            f"{answer.url} 的压缩包已损坏：{error}", f"{answer.url} is a broken archive: {error}"
        ) from None
    if not reader.eof:
        raise AnswerChanged(
            f"{answer.url} 的压缩包不完整或过大", f"{answer.url} is cut, or too large unpacked"
        )
    return body


def _xml(text: str, answer: Answer) -> Page:
    from parsel import Selector

    # Its parser recovers, and a stray & is mended: one bad address must not hide the other fifty
    # thousand. It resolves no entities and fetches nothing.
    bare = re.sub(r"&(?!#?\w+;)", "&amp;", re.sub(r"^\s*<\?xml[^>]*\?>", "", text))
    root: Any = Selector(text=bare, type="xml").root
    kind = _local(root.tag) if root is not None else ""
    if kind not in {"urlset", "sitemapindex"}:
        raise AnswerChanged(
            f"{answer.url} 不是站点地图（根元素 {kind or '无'}）",
            f"{answer.url} is no sitemap (root element {kind or 'none'})",
        )
    leads: list[Lead] = []
    broken = 0
    for node in root:
        if not isinstance(node.tag, str):
            continue  # a comment
        lead = _lead(node, kind == "sitemapindex", answer)
        if lead:
            leads.append(lead)
        else:
            broken += 1
    if broken > len(leads):
        return page((), unreadable=broken, leads=tuple(leads))
    return page((), leads=tuple(leads))


def _lead(node: Any, is_map: bool, answer: Answer) -> Lead | None:
    fields = dict(_fields(node))
    url = absolute(fields.get("loc", ""), answer.url) if fields.get("loc") else ""
    if not url:
        return None
    raw = fields.get("publication_date") or fields.get("lastmod")
    moment, precision = read_time(raw, answer.seen_at) if raw else (None, "second")
    return Lead(
        url=url,
        map=is_map,
        at=moment,
        precision=precision,
        published="publication_date" in fields,
        title=plain(fields.get("title", "")),
    )


def _fields(node: Any) -> Iterator[tuple[str, str]]:
    for child in node.iter():
        if isinstance(child.tag, str) and child.text and child.text.strip():
            parent = child.getparent()
            # image:loc and video:title describe something else.
            if child is not node and _local(parent.tag) in {"url", "sitemap", "news"}:
                yield _local(child.tag), child.text.strip()


def _local(tag: Any) -> str:
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""
