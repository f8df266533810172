"""The default engine: numpy and the two files shipped in ``nlp/data``, nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.linear import LinearSentiment
from tingfeng import Asked, Attitude, Mood, Register, Sentiment

NOTHING_SAID = Sentiment(negative=1 / 3, neutral=1 / 3, positive=1 / 3, label="uncertain")
"""Of a mention in a post without a word to read, such as a bare ``@小米``."""


class LinearEngine:
    """Sums of weights of n-grams: 20,000 posts a second and core."""

    def __init__(self, path: str | None = None, *, threshold: float | None = None) -> None:
        """*path*: weights for posts by ``nlp.train``; the shipped ones by default. *threshold*:
        below this probability an answer is ``uncertain``; the model's own by default.

        Raises :class:`~tingfeng.ModelError` if the file is missing or of another format.
        """
        self._whole = LinearSentiment(path, threshold)
        self.version = self._whole.version

    def posts(
        self, texts: Sequence[str], tokens: Sequence[Sequence[str]], registers: Sequence[Register]
    ) -> list[Mood]:
        """See :class:`tingfeng.Engine`."""
        return [Mood(sentiment=one) for one in self._whole(texts, tokens, registers)]

    def mentions(self, asked: Sequence[Asked]) -> list[Attitude]:
        """See :class:`tingfeng.Engine`."""
        return [
            Attitude(sentiment=one.mood or NOTHING_SAID, span=(0, len(one.text))) for one in asked
        ]
