"""A text as the encoder reads it, in training and afterwards: this file is the only place that says.

A mention is read within its surroundings, its name between 【 and 】.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

SIDE = 75
"""Characters left and right of a name. What is said of a brand is seldom further away; wider
windows gained nothing and cost time."""

LONGEST = 128
"""Tokens of a whole post; of a longer one the first and the last 64. 87 % of reviews are shorter."""

LONGEST_SIDE = 80
"""Tokens left and right of a name: 75 characters are seldom more."""

_LINK = re.compile(r"https?://[0-9A-Za-z./?=&_%#~:-]+|t\.cn/\w+")
_ACCOUNT = re.compile(r"@[\w\-·]{1,30}")
# Half a surrogate pair, as broken exports have it, is no text: tokenizers refuse it.
_BLANK = re.compile("[\\s\ud800-\udfff]+")


class Tokens(Protocol):
    """What a tokenizer makes of a text, the two special tokens around it."""

    ids: list[int]


class Tokenizer(Protocol):
    """As much of ``tokenizers.Tokenizer`` as is used here."""

    def encode_batch(self, input: list[str], /) -> Sequence[Tokens]:
        """The tokens of each text."""


def tidy(text: str) -> str:
    """A text without links, accounts only as ``@``, single blanks."""
    return _BLANK.sub(" ", _ACCOUNT.sub("@", _LINK.sub(" ", text))).strip()


def marked(text: str, start: int, end: int, side: int = SIDE) -> tuple[str, str, str]:
    """What stands left of ``text[start:end]``, that name in 【】, and what stands right of it.

    Each is :func:`tidy`; *side*: characters left and right.
    """
    left, right = text[max(0, start - side) : start], text[end : end + side]
    return tidy(left), f"【{tidy(text[start:end])}】", tidy(right)


def halves(ids: Sequence[int], most: int) -> list[int]:
    """Token ids of a long text: its beginning and its end."""
    return list(ids) if len(ids) <= most else [*ids[: most // 2], *ids[-(most - most // 2) :]]


def post_ids(tokenizer: Tokenizer, texts: Sequence[str], longest: int = LONGEST) -> list[list[int]]:
    """Token ids of whole texts, at most *longest* each."""
    return [halves(one.ids, longest) for one in tokenizer.encode_batch([tidy(t) for t in texts])]


def mention_ids(
    tokenizer: Tokenizer, places: Sequence[tuple[str, int, int]], *,
    side: int = SIDE, longest_side: int = LONGEST_SIDE,
) -> list[tuple[list[int], tuple[int, int]]]:  # fmt: skip
    """For each (text, start, end): token ids, and where in them the marked name begins and ends.

    The three parts are cut into tokens apart, so that no token reaches over the edge of the name.
    """
    if not places:
        return []
    parts = [marked(*place, side) for place in places]
    left, name, right = (tokenizer.encode_batch(list(part)) for part in zip(*parts, strict=True))
    found = []
    for a, b, c in zip(left, name, right, strict=True):
        # A name is short, but lexicons are users' own.
        before, inside = a.ids[1:-1][-longest_side:], b.ids[1:-1][:longest_side]
        ids = [a.ids[0], *before, *inside, *c.ids[1:-1][:longest_side], a.ids[-1]]
        found.append((ids, (1 + len(before), 1 + len(before) + len(inside))))
    return found
