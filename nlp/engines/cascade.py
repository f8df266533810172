"""The linear engine for everything, the encoder where it may change the answer.

The linear engine reads 15,000 posts a second and core, the encoder some hundreds: most posts of a
stream name no brand, and of many the linear engine is sure and right.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from nlp.engines.encoder import EncoderEngine
from nlp.engines.linear import LinearEngine
from nlp.linear import answer
from tingfeng import Asked, Attitude, Mood, Register, Sentiment

ALARM = (0.08, 0.92)
"""Between these odds of being negative a mention may raise or spare an alarm: the encoder judges."""

MEANT = (0.1, 0.9)
"""Between these odds it is open whether the brand is meant at all."""

SURE = 0.9
"""From this probability on the linear answer about a mention stands, unless the model's own settings
say otherwise: ``training.calibrate`` chooses it so that of mentions as they come one in a hundred
is answered otherwise than if all were sent."""

POST_SURE = 0.0
"""Likewise of whole posts, on which less depends: none is sent unless asked for. A tenth of reviews
gains a point or two, but of a stream of short reposts 28 % were sent, and it took twenty times as
long."""

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
        self, path: str | None = None, *, sure: float | None = None, post_sure: float | None = None,
        threads: int = 1, threshold: float | None = None,
    ) -> None:  # fmt: skip
        """*path*, *threads*, *threshold*: see :class:`~nlp.engines.encoder.EncoderEngine`. *sure*:
        a linear answer about a brand of at least this probability may stand; at 0 only what an
        alarm hangs on is sent, at 1 everything. *post_sure*: likewise of whole posts, at 0 none is
        sent. Lower is faster; both are the model's own by default.

        Raises :class:`~tingfeng.ModelError` if the extra ``[encoder]`` is not installed.
        """
        self.encoder = EncoderEngine(path, threads=threads, threshold=threshold)
        self.linear = LinearEngine(threshold=threshold)
        chosen = self.encoder.settings.get("cascade", {})
        self._sure = float(chosen.get("sure", SURE)) if sure is None else sure
        self._post_sure = (
            float(chosen.get("post_sure", POST_SURE)) if post_sure is None else post_sure
        )
        self.counts: Counter[str] = Counter()
        given = (("s", sure), ("p", post_sure))
        marks = "".join(f"@{name}{value:g}" for name, value in given if value is not None)
        self.version = f"cascade-{self.linear.version}-{self.encoder.version}{marks}"

    @property
    def share(self) -> float:
        """How many texts a text read went through the encoder so far: of posts and their mentions."""
        sent = self.counts["posts sent"] + self.counts["mentions sent"]
        return sent / max(1, self.counts["posts"] + self.counts["mentions"])

    def posts(
        self, texts: Sequence[str], tokens: Sequence[Sequence[str]], registers: Sequence[Register]
    ) -> list[Mood]:
        """See :class:`tingfeng.Engine`."""
        moods = self.linear.posts(texts, tokens, registers)
        sent = [n for n, mood in enumerate(moods) if best(mood.sentiment) < self._post_sure]
        second = self.encoder.posts(
            [texts[n] for n in sent], [tokens[n] for n in sent], [registers[n] for n in sent]
        )
        for n, mood in zip(sent, second, strict=True):
            limit = self.encoder.threshold("post", registers[n])
            side = mean(moods[n].sentiment, mood.sentiment, limit)
            moods[n] = replace(mood, sentiment=side)
        self.counts.update({"posts": len(moods), "posts sent": len(sent)})
        return moods

    def mentions(self, asked: Sequence[Asked]) -> list[Attitude]:
        """See :class:`tingfeng.Engine`."""
        answers = self.linear.mentions(asked)
        several = _several(asked)
        sent = [n for n, one in enumerate(asked) if self.open(one, answers[n], several=several[n])]
        second = self.encoder.mentions([asked[n] for n in sent])
        for n, attitude in zip(sent, second, strict=True):
            # The evidence is the linear engine's, which saw all names of the text.
            answers[n] = replace(attitude, span=answers[n].span)
        self.counts.update({"mentions": len(answers), "mentions sent": len(sent)})
        return answers

    def open(self, one: Asked, first: Attitude, *, several: bool = False) -> bool:
        """Whether the encoder may know better than the *first* answer: it is unsure of the side or
        of the brand, an alarm hangs on it, the whole post says the opposite, *several* brands
        share the text, or the words near the name compare, contrast, ask or mock.
        """
        side = first.sentiment
        if best(side) < self._sure:
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


def mean(one: Sentiment, other: Sentiment, limit: float) -> Sentiment:
    """Two answers about a whole post as one: they err in their own ways, and no labels chose it.

    Not done for mentions: there the linear answer is so often wrong that it pulled right ones under
    the threshold.
    """
    return answer(
        (one.negative + other.negative) / 2,
        (one.neutral + other.neutral) / 2,
        (one.positive + other.positive) / 2,
        limit,
    )


def best(side: Sentiment) -> float:
    """Probability of the likeliest."""
    return max(side.negative, side.neutral, side.positive)


def _several(asked: Sequence[Asked]) -> list[bool]:
    """Whether other names than its own were found in the text of each."""
    names: dict[str, set[str]] = {}
    for one in asked:
        names.setdefault(one.text, set()).add(one.text[one.start : one.end])
    return [len(names[one.text]) > 1 for one in asked]
