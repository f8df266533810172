"""Whether an ambiguous name means the brand: what is known of names, and engines as judges.

The words that users themselves put beside a name win; then the engine, to which the shipped words
are a hint; where the engine cannot tell, the shipped words decide as rules: see
:func:`nlp.mentions.settled`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from nlp.clean import clean
from nlp.mentions import Candidate, Judge, MentionFinder
from nlp.nicknames import brands, suggest
from nlp.registers import register
from tingfeng import Asked, Brand, Engine


@cache
def _known() -> MentionFinder:
    return MentionFinder([Brand(name=name, aliases=suggest(name)) for name in brands()])


def known_names(text: str) -> list[Candidate]:
    """Every place in *text* where a name stands that is shipped with this package, by the rules."""
    return _known().judged(text)


def judge(engine: Engine) -> Judge:
    """*engine* as one who decides about ambiguous names."""

    def said(text: str, found: Sequence[Candidate]) -> list[float | None]:
        kind = register("post", clean(text))
        asked = [
            Asked(text=text, start=one.start, end=one.end, register=kind, hint=one.hint)
            for one in found
        ]
        return [one.meant for one in engine.mentions(asked)]

    return said
