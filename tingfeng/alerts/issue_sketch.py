"""What is kept of a post to see what it is about: its telling words as numbers, and who said it.

A quarter of an hour keeps few posts and a number for the rest, so that the state of a brand stays
small however much is said. Which ones are kept hangs on who wrote them, not on when they came in.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

from tingfeng import Document, fold

TERMS = 8
"""Telling words a post: as many as the reader keeps."""

KEPT = 8
"""Voices a quarter: 768 a day at most. Of a brand with more, a sample of its authors."""

MARKED = 8
"""Besides, those by which a rule counts or a level hangs, so many at most."""

FOLLOWERS = 100_000
"""Of an author whose posts are always kept: the yellow line."""

NEGATIVE, REDLINE = 1, 2
_NO_PLATFORM = 255
_RECORD = struct.Struct(f"<IIIIIBB{3 * TERMS}s")
_HEAD = struct.Struct("<H")
_MOST = 0xFFFF

_LATIN = re.compile(r"[a-z]{2,}")
_RUN = re.compile(r"[^\W\d_a-z]+")
_SHINGLE = 3


class Sketch(NamedTuple):
    """One post, or what of it counts for one rule."""

    author: int
    post: int
    group: int
    """Near-duplicates have the same."""
    followers: int
    mark: int
    """By which a rule counts it, see :func:`mark_of`; 0: none does."""
    platform: int
    """Place of its platform among those of the bin."""
    flags: int
    terms: frozenset[int]

    @property
    def negative(self) -> bool:
        return bool(self.flags & NEGATIVE)

    @property
    def redline(self) -> bool:
        return bool(self.flags & REDLINE)


@lru_cache(maxsize=1 << 16)
def term_of(word: str) -> int:
    """A word as a number of 24 bits, never 0."""
    return (_mixed(word) & 0xFFFFFF) or 1


def mark_of(rule: str, mark: str) -> int:
    """The mark of a rule as a number, never 0."""
    return _mixed(f"{rule}\0{mark}") or 1


def _mixed(text: str) -> int:
    """32 bits. A checksum alone keeps neighbours together (``u1``, ``u2``): no fair sample."""
    return (crc32(text.encode("utf-8", "replace")) * 2654435761 ^ 0x9E3779B9) & 0xFFFFFFFF


def words_of(document: Document, brand: str) -> tuple[str, ...]:
    """What a post is about, without the names of the brand: the telling words that the reader
    found. Where it gave no words at all, as in labelled streams, pieces of three letters stand for
    them, which show near-duplicates and little more.
    """
    analysis = document.analysis
    names = {fold(brand)}
    if analysis is not None:
        names |= {fold(one.alias) for one in analysis.mentions if one.brand == brand}
        if analysis.tokens or analysis.keywords:
            found = dict.fromkeys(fold(word) for word in analysis.keywords)
            return tuple(word for word in found if word not in names)[:TERMS]
    text = fold(document.post.words)
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, " ")
    pieces = {*_LATIN.findall(text)}
    for run in _RUN.findall(text):
        pieces |= {run[i : i + _SHINGLE] for i in range(len(run) - _SHINGLE + 1)}
    return tuple(sorted(pieces, key=lambda one: (_mixed(one), one))[:TERMS])


def terms_of(document: Document, brand: str) -> frozenset[int]:
    """The same as numbers."""
    return frozenset(term_of(word) for word in words_of(document, brand))


class Gathering:
    """Takes in the posts of one bin, in any order."""

    __slots__ = ("_found", "_voices")

    def __init__(self) -> None:
        self._voices: set[tuple[int, int]] = set()
        self._found: dict[tuple[int, int], tuple[Sketch, str]] = {}

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(
        self,
        document: Document,
        brand: str,
        voice: tuple[str, str],
        *,
        negative: bool,
        red: bool,
        marks: Iterable[tuple[str, str]] = (),
    ) -> None:
        """*voice*: its copy group and author. *marks*: rules that count it, and by what."""
        post = document.post
        group, author = (_mixed(part) for part in voice)
        fans = min((post.author.followers or 0) if post.author else 0, 0xFFFFFFFF)
        flags = NEGATIVE * negative | REDLINE * red
        if negative:
            self._voices.add((group, author))
        terms = terms_of(document, brand)
        key = _mixed(post.key)
        for mark in sorted({mark_of(*one) for one in marks}) or [0]:
            # Seen both as a negative voice and in the news, it is one post.
            known = self._found.get((key, mark))
            kept = flags | (known[0].flags if known else 0)
            sketch = Sketch(author, key, group, fans, mark, _NO_PLATFORM, kept, terms)
            self._found[key, mark] = (sketch, post.platform)

    def packed(self, platforms: Sequence[str]) -> bytes:
        """All that is kept. *platforms*: those of the bin, in their order."""
        chosen: dict[tuple[int, int], Sketch] = {}
        ranked = sorted(self._found.values(), key=lambda one: one[0][:5])
        heavy = [one for one in ranked if _heavy(one[0])][:MARKED]
        told: dict[tuple[int, int], tuple[Sketch, str]] = {}
        for sketch, platform in ranked:
            if sketch.negative and sketch.terms:
                told.setdefault((sketch.group, sketch.author), (sketch, platform))
        for sketch, platform in [*heavy, *list(told.values())[:KEPT]]:
            place = platforms.index(platform) if platform in platforms else _NO_PLATFORM
            chosen[sketch.post, sketch.mark] = sketch._replace(platform=min(place, _NO_PLATFORM))
        body = b"".join(_pack(one) for one in sorted(chosen.values(), key=lambda one: one[:5]))
        return _HEAD.pack(min(len(self._voices), _MOST)) + body


def _heavy(sketch: Sketch) -> bool:
    return bool(sketch.mark or sketch.redline or sketch.followers >= FOLLOWERS)


def _pack(one: Sketch) -> bytes:
    terms = b"".join(term.to_bytes(3, "little") for term in sorted(one.terms))
    return _RECORD.pack(
        one.author, one.post, one.group, one.followers, one.mark, one.platform, one.flags, terms
    )  # fmt: skip


@lru_cache(maxsize=4096)
def unpacked(said: bytes) -> tuple[int, tuple[Sketch, ...]]:
    """Negative voices of the bin, kept or not, and the sketches that were kept."""
    if not said:
        return 0, ()
    (total,) = _HEAD.unpack_from(said)
    found = []
    for author, post, group, fans, mark, place, flags, packed in _RECORD.iter_unpack(
        said[_HEAD.size :]
    ):
        terms = [
            int.from_bytes(packed[i : i + 3], "little") for i in range(0, 3 * TERMS, 3)
        ]  # fmt: skip
        known = frozenset(term for term in terms if term)
        found.append(Sketch(author, post, group, fans, mark, place, flags, known))
    return total, tuple(found)


def joined(one: bytes, other: bytes) -> bytes:
    """Of two bins with different people, what their posts would be in one: for streams that are put
    together from parts.
    """
    parts = [unpacked(said) for said in (one, other) if said]
    total = min(sum(many for many, _ in parts), _MOST)
    kept = sorted((sketch for _, found in parts for sketch in found), key=lambda each: each[:5])
    plain = [each for each in kept if not _heavy(each)][:KEPT]
    chosen = sorted(
        [*[each for each in kept if _heavy(each)][:MARKED], *plain], key=lambda each: each[:5]
    )
    return _HEAD.pack(total) + b"".join(_pack(each) for each in chosen) if parts else b""
