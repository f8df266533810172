"""Names in the cluster: indices, aliases, months, ids. The same in every process and for ever."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha1

from tingfeng import SHANGHAI

VERSION = 1
"""Of the mappings: a change that old documents do not fit makes it larger, and is brought about by
replay into new indices (:mod:`index.es.migrate`)."""

PARTITIONED = ("posts", "mentions", "engagement")
"""Families with one index a month of publishing."""

SINGLE = ("authors", "incidents", "coverage", "metrics", "desk", "keys")
"""Families with one index."""

FAMILIES = PARTITIONED + SINGLE

UNDATED = "undated"
"""Partition of posts whose source gives no date."""

_MONTHLY = range(2019, 2040)
"""Years cut into months. Older posts are few, and wrong dates are strewn over all years: each of
those gets one index a year, so that no import can make hundreds."""

_PARTED = re.compile(r"(.+-v\d+)(?:-(\d{4}(?:\.\d\d)?|undated))?")

_JOIN = "\x1f"  # in no platform's name, nor in the ids that they give


def partition(published_at: datetime | None) -> str:
    """``2026.11``, ``2014`` or ``undated``; months are those of Asia/Shanghai."""
    if published_at is None:
        return UNDATED
    local = published_at.astimezone(SHANGHAI)
    if local.year in _MONTHLY:
        return f"{local.year}.{local.month:02}"
    return f"{local.year:04}"


def parted(index: str) -> tuple[str, str]:
    """``tf-posts-v1-2026.11``: what the indices of its family begin with, and its partition, which
    is empty where the family has one index.
    """
    found = _PARTED.fullmatch(index)
    return (found[1], found[2] or "") if found else (index, "")


def hashed(*parts: str) -> str:
    """An ``_id``: 32 hexadecimal digits, without a trace of what it names.

    Ids of our own are what makes a repeated bulk harmless: an id made by the server turns every
    request that timed out into a second document.
    """
    return sha1(_JOIN.join(parts).encode(), usedforsecurity=False).hexdigest()[:32]


def post_id(platform: str, id: str) -> str:
    """Of a post."""
    return hashed(platform, id)


def mention_id(platform: str, id: str, brand: str, aspect: str) -> str:
    """Of what a post says about one side of a brand."""
    return hashed(platform, id, brand, aspect)


def engagement_id(platform: str, id: str, observed: int) -> str:
    """Of the counts under a post at one second."""
    return hashed(platform, id, str(observed))


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What indices and aliases are called under one prefix."""

    prefix: str = "tf"
    """Everything of one installation begins so; another team's begins otherwise."""

    version: int = VERSION

    def alias(self, family: str) -> str:
        """Under which a family is read, e.g. ``tf-posts``; also the id of its data view."""
        return f"{self.prefix}-{family}"

    def stem(self, family: str) -> str:
        """What all indices of a family and version begin with; also the name of its template."""
        return f"{self.prefix}-{family}-v{self.version}"

    def pattern(self, family: str) -> str:
        """The indices that a family's template is for."""
        return f"{self.stem(family)}-*" if family in PARTITIONED else self.stem(family)

    def index(self, family: str, partition: str = "") -> str:
        """The index to write to: a partition of a family, or its only one."""
        if family in SINGLE:
            return self.stem(family)
        return f"{self.stem(family)}-{partition}"
