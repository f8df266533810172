"""A mention as the encoder sees it: in training and in use the same."""

from __future__ import annotations

import re

SIDE = 75
"""Characters of context left and right: the attitude to a brand is seldom said farther away, and
twice as many cost twice the time."""

_LINK = re.compile(r"https?://[0-9A-Za-z./?=&_%#~:-]+|t\.cn/\w+")
_ACCOUNT = re.compile(r"@[\w\-·]{1,30}")
_BLANK = re.compile(r"\s+")


def tidy(text: str) -> str:
    """*text* without links, accounts only as ``@``, single blanks; nothing is lower-cased."""
    return _BLANK.sub(" ", _ACCOUNT.sub("@", _LINK.sub(" ", text))).strip()


def marked(text: str, start: int, end: int) -> tuple[str, str, str]:
    """What stands left of ``text[start:end]``, the name in 【】, and what stands right of it."""
    left, right = text[max(start - SIDE, 0) : start], text[end : end + SIDE]
    return tidy(left), f"【{text[start:end]}】", tidy(right)
