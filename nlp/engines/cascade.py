"""The linear engine for whole posts, the encoder for the mentions of brands.

The linear engine reads 15,000 posts a second and core, the encoder some hundreds: but most posts of
a stream name no watched brand, so that all that do can be read by the better one.

Every mention is read by the encoder, the easy ones too. A gate that left those to the linear engine
of which it was sure saved little (it sent 71 to 89 in a hundred) and cost much where mentions are
ranked, by how likely they are negative or adverts: two engines err differently at one probability,
and what the linear one is sure of it never finds again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from nlp.engines.encoder import EncoderEngine
from nlp.engines.linear import LinearEngine
from nlp.linear import answer
from tingfeng import Asked, Attitude, Mood, Register, Sentiment

POST_SURE = 0.0
"""From this probability on the linear answer about a whole post stands: at 0 none goes on to the
encoder. A tenth of reviews gains a point or two if it does, but of a stream of short reposts 28 %
were sent, and it took twenty times as long."""


class CascadeEngine:
    """Posts by the one, mentions by the other."""

    def __init__(
        self, path: str | None = None, *, post_sure: float = POST_SURE, threads: int = 1,
        threshold: float | None = None,
    ) -> None:  # fmt: skip
        """*path*, *threads*, *threshold*: see :class:`~nlp.engines.encoder.EncoderEngine`.
        *post_sure*: a linear answer about a whole post of less than this probability is averaged
        with the encoder's; at 1 every post is read twice.

        Raises :class:`~tingfeng.ModelError` if the extra ``[encoder]`` is not installed.
        """
        self.encoder = EncoderEngine(path, threads=threads, threshold=threshold)
        self.linear = LinearEngine(threshold=threshold)
        self._post_sure = post_sure
        self.counts: Counter[str] = Counter()
        mark = "" if post_sure == POST_SURE else f"@p{post_sure:g}"
        self.version = f"cascade-2-{self.linear.version}-{self.encoder.version}{mark}"

    @property
    def share(self) -> float:
        """How many texts a text asked about went through the encoder so far: of posts and mentions.
        Copies go together.
        """
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
        """See :class:`tingfeng.Engine`: the encoder's, asked once about each of several copies."""
        # Of all that is asked, the encoder looks at these alone.
        keys = [(one.text, one.start, one.end, one.register) for one in asked]
        apart = dict(zip(keys, asked, strict=True))
        answers = dict(zip(apart, self.encoder.mentions([*apart.values()]), strict=True))
        self.counts.update({"mentions": len(asked), "mentions sent": len(apart)})
        return [answers[key] for key in keys]


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
