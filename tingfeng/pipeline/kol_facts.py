"""What is derived from a creator's post once and kept beside it: a work without counts, and its terms.

Posts change seldom, brands are asked about often: reading words for tone and field takes 0.2 ms a
post, reading what was kept 0.01 ms.
"""

from __future__ import annotations

import json
from base64 import b64encode
from binascii import a2b_base64
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from itertools import islice
from typing import Any

from tingfeng.core.analysis import Document
from tingfeng.core.creator_store import CreatorPost
from tingfeng.core.ports import Store
from tingfeng.core.post import Engagement
from tingfeng.kol.nouns import Channel, Work

FORM = 1
"""Of the packed text; another number makes all of it again."""

BATCH = 1000
"""Posts a transaction: a kill loses so many, 0.3 s of work."""

MOST_TERMS = 96
"""Different terms kept of a post, in its order: as many as 200 characters of Chinese have."""


@cache
def version() -> str:
    """Of the word lists and of the form: facts of another one are made again."""
    lists = sorted(files("tingfeng.kol").joinpath("data").iterdir(), key=lambda one: one.name)
    digest = blake2b(str(FORM).encode(), digest_size=6)
    for one in lists:
        if one.is_file():
            digest.update(one.read_bytes())
    return digest.hexdigest()


def waiting(store: Store, since: datetime, advance: Callable[[int], None] = lambda _: None) -> int:
    """Derive what is not kept yet of posts published since then; how many posts. May be killed at
    any moment: what was done is kept, and nothing is done twice.
    """
    done = 0
    documents = store.unfounded(version(), since)
    while batch := list(islice(documents, BATCH)):
        store.keep_facts(version(), {one.post.key: pack(one) for one in batch})
        done += len(batch)
        advance(len(batch))
    return done


def pack(document: Document) -> str:
    """The facts of one read post."""
    from tingfeng.kol.corpus import terms_of
    from tingfeng.kol.works import work_of

    work = work_of(document)
    if work is None:  # nobody says when it was published
        return ""
    said: list[Any] = [
        round(work.advert, 4),
        work.declared,
        work.category,
        dict(work.brands),
        [round(weight, 4) for weight in work.tone],
        work.copy_of,
    ]
    head = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return f"{head}\n{_terms(terms_of(document))}"


def _terms(terms: Iterable[str]) -> str:
    """Hashes of 32 bits, each with how often, in base 64."""
    import numpy as np

    counted = list(islice(Counter(terms).items(), MOST_TERMS))
    hashes = np.fromiter((hashed(term) for term, _ in counted), np.uint32, len(counted))
    times = np.fromiter((min(n, 255) for _, n in counted), np.uint8, len(counted))
    return b64encode(hashes.tobytes() + times.tobytes()).decode()


def hashed(term: str) -> int:
    """32 bits of a term: of a million terms one in four thousand shares them with another."""
    return int.from_bytes(
        blake2b(term.encode(errors="surrogatepass"), digest_size=4).digest(), "big"
    )


def terms(facts: str) -> tuple[bytes, bytes]:
    """Hashes of the terms, 32 bits each, and how often each stands there, 8 bits each."""
    raw = a2b_base64(facts[facts.rindex("\n") + 1 :])
    cut = len(raw) * 4 // 5
    return raw[:cut], raw[cut:]


_decoded = json.JSONDecoder().raw_decode
"""Reads what stands before the terms, and stops there."""


def work(
    post: CreatorPost, voices: int | None = None, closeness: float | None = None
) -> Work | None:
    """The work that *post* is; one that was not read yet has counts and a date only. ``None``
    where nobody says when it was published.
    """
    if post.published_at is None:
        return None
    said = _decoded(post.facts)[0] if post.facts else _UNREAD
    advert, declared, category, brands, tone, copy = said
    seen = post.engagement
    return Work(
        key=post.key,
        at=post.published_at,
        observed_at=None if seen is None else seen.observed_at,
        counts={} if seen is None else _counts(seen),
        voices=voices,
        advert=advert,
        declared=declared,
        category=category,
        brands=brands,
        tone=tuple(tone),
        closeness=closeness,
        copy_of=copy,
    )


_UNREAD: list[Any] = [0.0, None, "", {}, [], None]


def _counts(seen: Engagement) -> dict[Channel, int]:
    said: tuple[tuple[Channel, int | None], ...] = (
        ("comments", seen.comments), ("saves", seen.favorites), ("shares", seen.reposts),
        ("likes", seen.likes), ("views", seen.views),
    )  # fmt: skip
    return {name: value for name, value in said if value is not None}
