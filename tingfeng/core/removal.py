"""What was removed from a store, and the trace that stays: never what stood in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """One line of the audit. An author or post named here is refused ever after."""

    at: datetime
    what: Literal["author", "post", "age", "creator"]
    """A person asked, for all their posts or for one; or posts were older than is kept; or a creator
    objected to being kept by name."""

    subject: str = ""
    """Keyed hash of the author or creator, or :func:`post_hash` of the post; empty for ``age``."""

    before: datetime | None = None
    """Of ``age`` alone: what was published before this moment is gone."""

    posts: int
    """How many the store held. 0: there were none yet; those that come are refused. Of ``creator``:
    those that stay, without the name."""

    by: str = ""
    reason: str = ""


def post_hash(key: str) -> str:
    """What stays of the key of a removed post: 16 hex digits, to know it again, not to find it.

    Without a secret, so that stores need none: whoever already has the key can tell that its post
    was removed, nobody reads the key from it.
    """
    return blake2b(key.encode(errors="surrogatepass"), digest_size=8, person=b"post").hexdigest()
