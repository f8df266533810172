"""Which kind of text a post is: decided here and nowhere else, for engines are calibrated by it."""

from __future__ import annotations

from tingfeng import Kind, Register

SHORT = 60
"""Characters. Half of Weibo is no longer, and longer posts give more to go by."""

REGISTERS: tuple[Register, ...] = ("review", "short", "long", "news")


def register(kind: Kind, cleaned: str) -> Register:
    """The register of a post of *kind* whose text, cleaned, is *cleaned*.

    An entry of a hot list is a headline: it is read as news.
    """
    if kind == "review":
        return "review"
    if kind in ("article", "hot"):
        return "news"
    return "short" if len(cleaned) <= SHORT else "long"
