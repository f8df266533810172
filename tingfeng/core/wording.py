"""The words that a person judged, as digests: what tells whether they still stand in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

from tingfeng.core.fold import fold

_SIGNS = (
    r"[\s,;!~。、…·\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f"
    r"\ufe00-\ufe0f\ufeff]|\.(?!\d)"
)
"""What may come and go without another meaning, folded: blanks, characters that nobody sees, stops
and exclamations. A question mark, a quotation mark, an emoji, a decimal point may change whose side
a post is on."""

_SILENT = re.compile(rf"(?:{_SIGNS})+")
_MARKS = re.compile(rf"(?:{_SIGNS}|[(){{}}<>\[\]【】《》「」『』#:|-])+")
"""Beside these, within a clause: brackets and signs of layout. The letters between them count."""

_SENTENCE = re.compile(r"[^。!?;\n…]+[。!?;…]*")
_CLAUSE = re.compile(r"[^,、:()\[\]【】#]+")

_OTHERS = re.compile(
    r"(?://\s*)?(?<![a-z0-9_.])@[\w\-·.]{1,30}|(?:https?:|www\.)[!-~]*|(?:t\.cn|b23\.tv)/[!-~]*"
)
"""Whom it is passed to, whose words are quoted and where it leads, folded: each copy has its own. A
repost of a repost, ``my words//@b:b's``, is two sentences."""

_WHEN = r"(?:\s*[\d:./\-年月日时分秒\s]*)"
_NOISE = (
    rf"(?:最后)?(?:已?编辑(?:过|于{_WHEN})?|已修改|修改于{_WHEN})"
    rf"|(?:last )?edited(?: at)?{_WHEN}"
)
_EDITED = re.compile(rf"[(\[【]\s*(?:{_NOISE})\s*[)\]】]|(?:^|\s)(?:{_NOISE})\s*$")
"""How platforms mark an edit, folded: ``(已编辑)``, or ``编辑于 06-12`` at the end of a line."""

ENOUGH = 0.75
"""Of 246 real copies of Weibo reposts 80 % keep so many clauses of the first, 95 % half of them and
48 % all; a lower share lets a text pass that turns its verdict round."""

Sentence = tuple[str, ...]
"""Digests of its clauses."""

Places = Iterable[tuple[int, int]]
"""Where a text names a brand: offsets in code points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a person had before them. No text, so that it may be kept wherever a label is."""

    said: str
    """Of the whole text: :attr:`Text.said`."""

    sentences: tuple[Sentence, ...]
    """Of its sentences, in order, each once."""

    naming: tuple[str, ...] | None
    """The clauses that name the brand in question; ``None``: the question was the whole post."""

    def same(self, text: Text) -> bool:
        """Whether *text* says exactly this, so that any post with it is a copy, however short."""
        return bool(self.said) and self.said == text.said

    def holds(self, text: Text, places: Places) -> bool:
        """Whether an answer about the very post still holds after its author made *text* of it;
        *places*: where that names the brand.

        Of a whole post every sentence counts. Of a brand those do that name it: they must stand
        as they were, no other may name it, and half of the text must be the old one, for the same
        sentence among other words may mean another thing.
        """
        if self.same(text):
            return True
        old = set(self.sentences)
        if self.naming is None:
            return old == text.sentences
        judged = {one for one in old if not set(self.naming).isdisjoint(one)}
        if not judged or not judged <= text.sentences or not text.about(places) <= judged:
            return False
        return 2 * len(old & text.sentences) >= max(len(old), len(text.sentences))

    def stands(self, text: Text, places: Places) -> bool:
        """Whether what was judged stands in *text*, that of a near-duplicate: a copyist adds a tail
        or changes a word elsewhere. What is said of the brand must stand clause by clause, and
        nothing else; of a whole post :data:`ENOUGH` of the clauses.
        """
        if self.naming is not None:
            judged = set(self.naming)
            return bool(judged) and judged <= text.clauses and text.naming(places) <= judged
        clauses = {clause for sentence in self.sentences for clause in sentence}
        return len(clauses & text.clauses) >= ENOUGH * len(clauses) > 0


class Text:
    """The words of a post as they are compared; digests are made when asked for."""

    def __init__(self, words: str) -> None:
        self._words = words

    @cached_property
    def folded(self) -> str:
        """See :func:`tingfeng.fold`."""
        return fold(self._words)

    @cached_property
    def said(self) -> str:
        """Digest of the whole: equal for texts that a store's index cannot tell apart either. Empty
        where there is no letter and no digit.
        """
        said = _SILENT.sub(" ", self.folded).strip()
        return _digest(said, 8) if any(map(str.isalnum, said)) else ""

    @cached_property
    def _cut(self) -> list[list[tuple[int, int, str]]]:
        """Clauses of each sentence with the offsets that they begin and end at."""
        text = _OTHERS.sub(_blank, self.folded)
        sentences = []
        for found in _SENTENCE.finditer(text):
            sentence = _EDITED.sub(_blank, found[0])
            clauses = [
                (found.start() + one.start(), found.start() + one.end(), _digest(plain, 4))
                for one in _CLAUSE.finditer(sentence)
                if (plain := _MARKS.sub("", one[0]))
            ]
            if clauses:
                sentences.append(clauses)
        return sentences

    @cached_property
    def sentences(self) -> frozenset[Sentence]:
        """All of them."""
        return frozenset(map(_sentence, self._cut))

    @cached_property
    def clauses(self) -> frozenset[str]:
        """All of them."""
        return frozenset(digest for one in self._cut for _, _, digest in one)

    def naming(self, places: Places) -> frozenset[str]:
        """The clauses in which *places* are."""
        wanted = list(places)
        return frozenset(
            clause[2] for one in self._cut for clause in one if _overlap(clause, wanted)
        )

    def about(self, places: Places) -> frozenset[Sentence]:
        """The sentences in which *places* are."""
        wanted = list(places)
        return frozenset(
            _sentence(one) for one in self._cut if any(_overlap(clause, wanted) for clause in one)
        )

    def wording(self, places: Places | None) -> Wording:
        """What somebody judged who was asked about the brand at *places*; ``None``: the post."""
        naming = None if places is None else tuple(sorted(self.naming(places)))
        sentences = tuple(dict.fromkeys(map(_sentence, self._cut)))
        return Wording(said=self.said, sentences=sentences, naming=naming)


def _sentence(clauses: Iterable[tuple[int, int, str]]) -> Sentence:
    return tuple(digest for _, _, digest in clauses)


def _overlap(clause: tuple[int, int, str], places: Places) -> bool:
    begin, end, _ = clause
    return any(start < end and begin < stop for start, stop in places)


def _blank(found: re.Match[str]) -> str:
    """As long as what was found, so that offsets stay; the end of a sentence where a quoted one
    begins.
    """
    first = "\n" if found[0].startswith("//") else " "
    return first + " " * (len(found[0]) - 1)


def _digest(text: str, size: int) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).hexdigest()
