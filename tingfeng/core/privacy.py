"""What happens to people before anything is stored (PIPL, GDPR)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from hashlib import blake2b
from operator import attrgetter

from tingfeng.core.post import Author, Observation, Post

# Full-width digits and signs too: \d matches those anyway, and searches do not tell them apart.
_MASKS = (
    (
        re.compile(
            r"(?<![\d.])(?:[+＋]?(?:86|８６)[- ]?)?[1１][3-9３-９]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"
        ),
        "[手机号]",
    ),
    (
        re.compile(
            r"(?<!\d)[1-9１-９]\d{5}(?:19|20|１９|２０)\d{2}[01０１]\d[0-3０-３]\d{4}[\dXxＸｘ](?![\dA-Za-z])"
        ),
        "[身份证号]",
    ),
    (
        re.compile(r"[A-Za-z0-9][\w.+-]*[@＠][A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"),
        "[邮箱]",
    ),
)
_WORTH_A_LOOK = re.compile(r"\d{3}[- ]?\d{4}|[@＠][A-Za-z0-9-]+\.")


def mask(text: str) -> str:
    """*text* with mobile numbers, identity card numbers and mail addresses replaced."""
    if _WORTH_A_LOOK.search(text):
        for pattern, name in _MASKS:
            text = pattern.sub(name, text)
    return text


# Half the time of dataclasses.replace, and every imported row passes here.
_POST = tuple(one.name for one in fields(Post))
_post_values = attrgetter(*_POST)


@dataclass(frozen=True, slots=True)
class Privacy:
    """Replaces people by keyed hashes on the way in."""

    key: bytes = field(repr=False)
    """Secret; with another key the same author becomes another person."""

    def author(self, platform: str, id: str) -> str:
        """The pseudonym of one author: 16 hex digits, the same wherever they appear."""
        # Half a surrogate pair in a nickname is as good a name as another.
        said = f"{platform}\0{id}".encode(errors="surrogatepass")
        return blake2b(said, key=self.key, digest_size=8).hexdigest()

    def enter(self, seen: Observation) -> Observation:
        """*seen* as it may be stored."""
        post, author = seen.post, seen.post.author
        text, title = mask(post.text), mask(post.title)
        if author is None and text == post.text and title == post.title:
            return seen
        said = dict(zip(_POST, _post_values(post), strict=True))
        said["author"], said["text"], said["title"] = self._hidden(post), text, title
        return Observation(post=Post(**said), engagement=seen.engagement, timed=seen.timed)

    def _hidden(self, post: Post) -> Author | None:
        author = post.author
        if author is None or not (author.id or author.name):
            return None
        return Author(
            id=self.author(post.platform, author.id or author.name or ""),
            followers=author.followers,
            verified=author.verified,
        )
