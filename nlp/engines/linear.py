"""The default engine: numpy and the files shipped in ``nlp/data``, nothing else."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from nlp.clean import clean
from nlp.emotion import EmotionModel
from nlp.linear import LinearSentiment
from nlp.mention_model import MentionModel
from nlp.mention_places import placed
from nlp.segment import RjiebaSegmenter
from tingfeng import Asked, Attitude, Emotion, Mood, Register, Sentiment

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

NOTHING_SAID = Sentiment(negative=0.25, neutral=0.5, positive=0.25, label="uncertain")
"""Of a mention in a post without a word to read, such as a bare ``@小米``: most take no side."""

_LEAST = 1e-6
"""Probabilities are no smaller, where their logarithm is taken."""


class LinearEngine:
    """Sums of weights of n-grams: some 15,000 posts a second and core."""

    def __init__(
        self, path: str | None = None, *, mentions: str | None = None, emotion: str | None = None,
        threshold: float | None = None,
    ) -> None:  # fmt: skip
        """*path*, *mentions*, *emotion*: weights by ``nlp.train``; the shipped ones by default.
        *threshold*: below this probability an answer is ``uncertain``; the models' own by default.

        Raises :class:`~tingfeng.ModelError` if a file is missing or of another format.
        """
        self._whole = LinearSentiment(path, threshold)
        self._mention = MentionModel(mentions, threshold)
        self._emotion = EmotionModel(emotion)
        self.version = f"{self._whole.version}-{self._mention.hash}-{self._emotion.hash}"

    @cached_property
    def _segment(self) -> RjiebaSegmenter:
        return RjiebaSegmenter()

    def posts(
        self, texts: Sequence[str], tokens: Sequence[Sequence[str]], registers: Sequence[Register]
    ) -> list[Mood]:
        """See :class:`tingfeng.Engine`."""
        emotions: list[Emotion] = []

        def feel(chars: Any, words: Any) -> None:
            (_, pairs, *_), (singles, _) = chars[0], words[0]
            emotions.extend(self._emotion.read([(pairs, chars[1]), (singles, words[1])]))

        sides = self._whole(texts, tokens, registers, beside=feel)
        return [
            Mood(sentiment=side, emotion=emotion)
            for side, emotion in zip(sides, emotions, strict=True)
        ]

    def mentions(self, asked: Sequence[Asked]) -> list[Attitude]:
        """See :class:`tingfeng.Engine`. Other names asked about in the same text are taken for
        other brands, to which their own clauses belong.
        """
        if not asked:
            return []
        places = placed(asked)
        whole = self._odds_of(asked)
        clauses = self._odds(
            [place.text[slice(*place.span)] for place in places], [one.register for one in asked]
        )
        judged = self._mention(places, whole, clauses, self._segment)
        return [
            Attitude(
                sentiment=found.sentiment if one.mood or clean(one.text) else NOTHING_SAID,
                span=place.span,
                meant=found.meant,
                advert=found.advert,
            )
            for one, found, place in zip(asked, judged, places, strict=True)
        ]

    def _odds_of(self, asked: Sequence[Asked]) -> Floats:
        """Log-odds of the whole texts, from what is thought of them or else by reading them."""
        import numpy as np

        unread = list(dict.fromkeys((one.text, one.register) for one in asked if one.mood is None))
        found = self._odds([text for text, _ in unread], [kind for _, kind in unread])
        read = dict(zip(unread, found, strict=True))
        return np.array(
            [
                read[one.text, one.register] if one.mood is None else _log_odds(one.mood)
                for one in asked
            ]
        )

    def _odds(self, texts: Sequence[str], registers: Sequence[Register]) -> Floats:
        """The post model's calibrated log-odds, shape (texts, 2)."""
        cleaned = [clean(text) for text in texts]
        return self._whole.log_odds(cleaned, [self._segment(text) for text in cleaned], registers)


def _log_odds(mood: Sentiment) -> tuple[float, float]:
    neutral = math.log(max(mood.neutral, _LEAST))
    return (
        math.log(max(mood.negative, _LEAST)) - neutral,
        math.log(max(mood.positive, _LEAST)) - neutral,
    )
