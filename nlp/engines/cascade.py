"""The linear engine for everything, the encoder for those mentions of a brand that it may settle.

The linear engine reads 20,000 posts a second, the encoder some hundreds: most posts of a stream name
no brand, and of many mentions the linear engine is sure and right.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from nlp.engines.encoder import EncoderEngine
from nlp.engines.linear import LinearEngine
from nlp.linear import answer
from tingfeng import Asked, Attitude, Mood, Register

ALARM = (0.08, 0.92)
"""Between these odds of being negative a mention may raise or spare an alarm: the encoder judges."""

MEANT = (0.1, 0.9)
"""Between these odds it is open whether the brand is meant at all."""

SURE = 0.9
"""From this probability on the linear answer stands, unless the model's own settings say otherwise:
``training.calibrate`` chooses it so that the cascade is at most a quarter of a point less right
than the encoder on held-out mentions."""

_TURNS = re.compile(
    r"比(?!如|较|赛|例|方|价)|不如|没有.{1,6}好|而|但|可是|不过|却|居然|竟|"
    r"呵呵|真是|可真|太.了吧|\[(?:doge|微笑|二哈|摊手|吃瓜|允悲|笑cry|汗|挖鼻|拜拜)\]|[🙂😅🙃😏🤡🐶]|[?？]"
)
"""Comparison, contrast, irony, questions: where sums of words are wrong most often."""

NEAR = 40
"""Characters around the name in which a turn counts."""


class CascadeEngine:
    """Linear first; see :meth:`CascadeEngine.open` for what goes on to the encoder."""

    def __init__(
        self, path: str | None = None, *, sure: float | None = None, linear: str | None = None,
        threads: int = 1, threshold: float | None = None,
    ) -> None:  # fmt: skip
        """*path*, *threads*, *threshold*: see :class:`~nlp.engines.encoder.EncoderEngine`; *linear*:
        weights by ``nlp.train``. *sure*: a linear answer of at least this probability may stand; 0
        never asks the encoder except where an alarm hangs on it, 1 asks it always. Lower is faster;
        the model's own by default.

        Raises :class:`~tingfeng.ModelError` if the extra ``[encoder]`` is not installed.
        """
        self.encoder = EncoderEngine(path, threads=threads, threshold=threshold)
        self.linear = LinearEngine(linear, threshold=threshold)
        chosen = self.encoder.settings.get("cascade", {})
        self._sure = float(chosen.get("sure", SURE)) if sure is None else sure
        self._blend = float(chosen.get("blend", 0.0))
        self.counts: Counter[str] = Counter()
        mark = "" if sure is None else f"@{sure:g}"
        self.version = f"cascade-{self.linear.version}-{self.encoder.version}{mark}"

    @property
    def share(self) -> float:
        """Which share of the mentions so far went to the encoder."""
        return self.counts["sent"] / max(1, self.counts["mentions"])

    def posts(
        self, texts: Sequence[str], tokens: Sequence[Sequence[str]], registers: Sequence[Register]
    ) -> list[Mood]:
        """See :class:`tingfeng.Engine`: the linear answers."""
        return self.linear.posts(texts, tokens, registers)

    def mentions(self, asked: Sequence[Asked]) -> list[Attitude]:
        """See :class:`tingfeng.Engine`."""
        answers = self.linear.mentions(asked)
        several = _several(asked)
        sent = [n for n, one in enumerate(asked) if self.open(one, answers[n], several=several[n])]
        second = self.encoder.mentions([asked[n] for n in sent])
        for n, attitude in zip(sent, second, strict=True):
            answers[n] = self._both(answers[n], attitude, asked[n].register)
        self.counts.update(mentions=len(asked), sent=len(sent))
        return answers

    def open(self, one: Asked, first: Attitude, *, several: bool = False) -> bool:
        """Whether the encoder may know better than the *first* answer: it is unsure of the side or
        of the brand, an alarm hangs on it, the whole post says the opposite, *several* brands
        share the text, or the words near the name compare, contrast, ask or mock.
        """
        side = first.sentiment
        if max(side.negative, side.neutral, side.positive) < self._sure:
            return True
        if ALARM[0] < side.negative < ALARM[1]:
            return True
        if first.meant is not None and MEANT[0] < first.meant < MEANT[1]:
            return True
        if self._sure <= 0:
            return False
        if several or (one.mood and {one.mood.label, side.label} == {"negative", "positive"}):
            return True
        near = one.text[max(0, one.start - NEAR) : one.end + NEAR]
        return _TURNS.search(near) is not None

    def _both(self, first: Attitude, second: Attitude, register: Register) -> Attitude:
        """The encoder's answer, the linear one mixed in by the share that calibration found. The
        evidence is the linear engine's, which saw all names of the text.
        """
        own, one, other = self._blend, first.sentiment, second.sentiment
        negative = own * one.negative + (1 - own) * other.negative
        neutral = own * one.neutral + (1 - own) * other.neutral
        positive = own * one.positive + (1 - own) * other.positive
        limit = self.encoder.threshold("mention", register)
        mixed = answer(negative, neutral, positive, limit)
        return replace(second, sentiment=mixed, span=first.span)


def _several(asked: Sequence[Asked]) -> list[bool]:
    """Whether other names than its own were found in the text of each."""
    names: dict[str, set[str]] = {}
    for one in asked:
        names.setdefault(one.text, set()).add(one.text[one.start : one.end])
    return [len(names[one.text]) > 1 for one in asked]
