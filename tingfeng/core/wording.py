"""The words that a person judged, as digests: what tells whether they still stand in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
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
_SENTENCE = re.compile(r"[^。!?;\n…]+[。!?;…]*")

_WHEN = r"(?:\s*[\d:./\-年月日时分秒\s]*)"
_NOISE = (
    rf"(?:最后)?(?:已?编辑(?:过|于{_WHEN})?|已修改|修改于{_WHEN})"
    rf"|(?:last )?edited(?: at)?{_WHEN}"
)
_EDITED = re.compile(rf"[(\[【]\s*(?:{_NOISE})\s*[)\]】]|(?:^|\s)(?:{_NOISE})\s*$")
"""How platforms mark an edit, folded: ``(已编辑)``, or ``编辑于 06-12`` at the end of a line."""

Places = Iterable[tuple[int, int]]
"""Where a text names a brand: offsets in code points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a person had before them. No text, so that it may be kept wherever a label is."""

    said: str
    """Of the whole text: :attr:`Text.said`."""

    sentences: tuple[str, ...]
    """Of its sentences, in order, each once."""

    naming: tuple[str, ...] | None
    """Those that name the brand in question; ``None``: the question was the whole post."""

    def holds(self, text: Text, places: Places) -> bool:
        """Whether an answer about the very post still holds after its author made *text* of it;
        *places*: where that names the brand.

        Of a whole post every sentence counts. Of a brand those do that name it: they must stand
        as they were, no other may name it, and half of the text must be the old one, for the same
        sentence among other words may mean another thing.
        """
        if self.same(text):
            return True
        if self.naming is None:
            return set(self.sentences) == text.set
        return self.stands(text, places)

    def same(self, text: Text) -> bool:
        """Whether *text* says exactly this, so that any post with it is a copy, however short."""
        return bool(self.said) and self.said == text.said

    def stands(self, text: Text, places: Places) -> bool:
        """Whether what was judged stands in *text*, that of a near-duplicate: there the whole post
        may have a tail.
        """
        judged = set(self.sentences if self.naming is None else self.naming)
        if not judged or not judged <= text.set:
            return False
        if self.naming is not None and not text.naming(places) <= judged:
            return False
        shared = len(text.set.intersection(self.sentences))
        return 2 * shared >= max(len(self.sentences), len(text.set))


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
    def _sentences(self) -> list[tuple[int, int, str]]:
        return list(self._cut())

    def _cut(self) -> Iterator[tuple[int, int, str]]:
        for found in _SENTENCE.finditer(self.folded):
            plain = _SILENT.sub("", _EDITED.sub("", found[0]))
            if plain:
                yield found.start(), found.end(), _digest(plain, 4)

    @cached_property
    def set(self) -> frozenset[str]:
        """Digests of its sentences."""
        return frozenset(digest for _, _, digest in self._sentences)

    def naming(self, places: Places) -> frozenset[str]:
        """Digests of the sentences in which *places* are."""
        wanted = list(places)
        return frozenset(
            digest
            for begin, end, digest in self._sentences
            if any(start < end and begin < stop for start, stop in wanted)
        )

    def wording(self, places: Places | None) -> Wording:
        """What somebody judged who was asked about the brand at *places*; ``None``: the post."""
        sentences = tuple(dict.fromkeys(digest for _, _, digest in self._sentences))
        naming = None
        if places is not None:
            named = self.naming(places)
            naming = tuple(digest for digest in sentences if digest in named)
        return Wording(said=self.said, sentences=sentences, naming=naming)


def _digest(text: str, size: int) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).hexdigest()
