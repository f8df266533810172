"""What happens to people before anything is stored (PIPL, GDPR)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from hashlib import blake2b

from tingfeng.core.post import Observation

_MASKS = (
    (re.compile(r"(?<![\d.])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"), "[手机号]"),
    (
        re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}[01]\d[0-3]\d{4}[\dXx](?![\dA-Za-z])"),
        "[身份证号]",
    ),
    (re.compile(r"[A-Za-z0-9][\w.+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"), "[邮箱]"),
)
_WORTH_A_LOOK = re.compile(r"\d{3}[- ]?\d{4}|@[A-Za-z0-9-]+\.")


def mask(text: str) -> str:
    """*text* with mobile numbers, identity card numbers and mail addresses replaced."""
    if _WORTH_A_LOOK.search(text):
        for pattern, name in _MASKS:
            text = pattern.sub(name, text)
    return text


@dataclass(frozen=True, slots=True)
class Privacy:
    """Replaces people by keyed hashes on the way in."""

    key: bytes = field(repr=False)
    """Secret; with another key the same author becomes another person."""

    def author(self, platform: str, id: str) -> str:
        """The pseudonym of one author: 16 hex digits, the same wherever they appear."""
        return blake2b(f"{platform}\0{id}".encode(), key=self.key, digest_size=8).hexdigest()

    def enter(self, seen: Observation) -> Observation:
        """*seen* as it may be stored."""
        post, author = seen.post, seen.post.author
        text, title = mask(post.text), mask(post.title)
        if author is None and text == post.text and title == post.title:
            return seen
        hidden = author and replace(
            author, id=self.author(post.platform, author.id or author.name or ""), name=None
        )
        if author is not None and not (author.id or author.name):
            hidden = None
        return replace(seen, post=replace(post, author=hidden, text=text, title=title))
