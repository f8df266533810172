"""What people read, and what must not leave the house."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from index.es.layout import Names
from index.kibana.checks.faults import Fault, Saved, fault

_HOST = re.compile(r"https?://[^\s\"'\\{}()，。]+")
_SECRET = re.compile(r"(?i)\b(api[_-]?key|passwo?r?d|secret|bearer|authorization)\b\s*[=:]\s*\S+")
_OPEN = ("https://www.elastic.co/",)
"""Addresses that may stand in a note."""


def look(saved: Saved, objects: list[Saved], names: Names) -> Iterator[Fault]:
    """Titles, addresses and secrets."""
    title = _title(saved)
    if not title:
        yield fault(saved.where, "没有标题", "it has no title", "写上标题", "give it one")
    same = [each for each in objects if each.type == saved.type and _title(each) == title]
    if title and same[0].id != saved.id:
        yield fault(saved.where, f"与 {same[0].id} 同名", f"it is called as {same[0].id} is",
                    "换个标题", "give it another title")  # fmt: skip
    yield from _within(saved)
    if saved.type == "dashboard":
        yield from _panels(saved)


def _title(saved: Saved) -> str:
    return str(saved.attributes.get("title") or saved.attributes.get("name") or "").strip()


def _within(saved: Saved) -> Iterator[Fault]:
    text = json.dumps(saved.whole, ensure_ascii=False)
    for found in sorted(set(_HOST.findall(text))):
        if not found.startswith(_OPEN):
            yield fault(saved.where, f"写死了地址 {found}", f"it bears the address {found}",
                        "用相对链接", "use a relative link")  # fmt: skip
    if _SECRET.search(text):
        yield fault(saved.where, "像是写进了密钥或密码", "it seems to bear a key or a password",
                    "删去它，并换掉那个密钥", "remove it, and renew that secret")  # fmt: skip


def _panels(saved: Saved) -> Iterator[Fault]:
    seen = set()
    for panel in saved.attributes["panelsJSON"]:
        id = str(panel.get("panelIndex"))
        if id in seen:
            yield fault(f"{saved.where}, panel {id}", "出现两次", "it stands here twice", "换个 id",
                        "give it another id")  # fmt: skip
        seen.add(id)
        attributes = panel.get("embeddableConfig", {}).get("attributes", {})
        if panel.get("type") == "lens" and not str(attributes.get("title", "")).strip():
            yield fault(f"{saved.where}, panel {id}", "没有标题", "it has no title", "写上标题",
                        "give it one")  # fmt: skip
