"""The form of a text in which it is matched and searched: nothing here depends on a dictionary."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@cache
def _table() -> dict[int, str]:
    """One character to one: width, case, traditional to simplified (OpenCC's, Apache-2.0)."""
    table: dict[int, str] = {}
    for code in range(0x10000):
        low = unicodedata.normalize("NFKC", chr(code)).lower() if code != 0x0130 else "i"
        if len(low) == 1 and low != chr(code) and not 0xD800 <= code < 0xE000:
            table[code] = low
    pairs = files("tingfeng.core").joinpath("data/traditional.txt").read_text(encoding="utf-8")
    for pair in pairs.split():
        table[ord(pair[0])] = pair[1]
    return table


def fold(text: str) -> str:
    """*text* with width, case and traditional characters made equal.

    As many characters as before, so offsets into the folded text are offsets into *text*.
    """
    return text.translate(_table())


_RUNS = re.compile(r"[a-z]+|[0-9]+|[^\W_0-9a-z]+")


def _terms(runs: list[str]) -> Iterator[str]:
    for run in runs:
        if run.isascii():
            yield run
        else:
            yield from [run[i : i + 2] for i in range(len(run))]


def search_terms(text: str) -> list[str]:
    """The terms a store indexes, in order: Latin words and numbers whole, else bigrams.

    A run of other letters (Chinese, kana …) gives every two neighbours and then its last
    character alone, so that any substring of a run is a :class:`Phrase` of terms.
    """
    return list(_terms(_RUNS.findall(fold(text))))


@dataclass(frozen=True, slots=True)
class Phrase:
    """Terms that must follow each other."""

    terms: tuple[str, ...]

    prefix: bool = False
    """The last term need only begin so: a single character is the start of any bigram."""

    @classmethod
    def of(cls, text: str) -> Phrase:
        """The phrase that finds *text* wherever it stands in a run of letters."""
        runs = _RUNS.findall(fold(text))
        terms = tuple(_terms(runs))
        if not runs or runs[-1].isascii():
            return cls(terms)
        return cls(terms, prefix=True) if len(runs[-1]) == 1 else cls(terms[:-1])

    def within(self, terms: list[str]) -> bool:
        """Whether *terms*, as :func:`search_terms` gives them, hold the phrase."""
        *body, last = self.terms
        for start in range(len(terms) - len(body)):
            end = terms[start + len(body)]
            if (end.startswith(last) if self.prefix else end == last) and (
                terms[start : start + len(body)] == body
            ):
                return True
        return False


_WORDS = re.compile(r'(-?)(?:"([^"]*)"|“([^”]*)”|(\S+))')


def parse_words(text: str) -> tuple[tuple[Phrase, ...], tuple[Phrase, ...]]:
    """What a person typed into a search: the phrases that must, and that must not, stand there.

    Words are parted by blanks; ``"two words"`` is one phrase; ``-word`` is unwanted.
    """
    must: list[Phrase] = []
    never: list[Phrase] = []
    for minus, *choices in _WORDS.findall(text):
        phrase = Phrase.of("".join(choices))
        if phrase.terms:
            (never if minus else must).append(phrase)
    return tuple(must), tuple(never)
