"""An engine that knows one word of praise and one of blame: quick, and unsure of all the rest."""

from __future__ import annotations

import time
from collections.abc import Sequence

from tingfeng import Asked, Attitude, Mood, Register, Sentiment


class WordsEngine:
    """*delay*: seconds a text, so that a test may interrupt it."""

    def __init__(self, praise: str = "好", blame: str = "差", delay: float = 0.0) -> None:
        self.praise, self.blame, self.delay = praise, blame, delay
        self.version = f"words-{praise}{blame}"

    def posts(
        self, texts: Sequence[str], tokens: Sequence[Sequence[str]], registers: Sequence[Register]
    ) -> list[Mood]:
        time.sleep(self.delay * len(texts))
        return [Mood(sentiment=self._say(text)) for text in texts]

    def mentions(self, asked: Sequence[Asked]) -> list[Attitude]:
        return [
            Attitude(sentiment=self._say(one.text), span=(0, len(one.text)), meant=0.9, advert=0.1)
            for one in asked
        ]

    def _say(self, text: str) -> Sentiment:
        if self.praise in text:
            return Sentiment(negative=0.05, neutral=0.05, positive=0.9, label="positive")
        if self.blame in text:
            return Sentiment(negative=0.9, neutral=0.05, positive=0.05, label="negative")
        return Sentiment(negative=0.3, neutral=0.4, positive=0.3, label="uncertain")
