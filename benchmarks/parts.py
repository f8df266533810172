"""The parts of the whole stage, each timed alone; and SnowNLP, which is one part."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from nlp.clean import clean
from nlp.duplicates import fingerprints
from nlp.keywords import keywords
from nlp.reader import BrandReader
from nlp.registers import register
from nlp.segment import Joiner, content
from nlp.surface import plain


def bound(reader: BrandReader, texts: Sequence[str]) -> float:
    """Texts a second if the parts took their own time and nothing else: each alone on all texts."""
    join = Joiner(plain(alias.text) for brand in reader.brands for alias in brand.aliases)
    spent = 0.0

    def timed(work: Callable[[], Any]) -> Any:
        nonlocal spent
        begun = time.process_time()
        done = work()
        spent += time.process_time() - begun
        return done

    for at in range(0, len(texts), 256):
        part = texts[at : at + 256]
        cleaned = timed(lambda part=part: [clean(text) for text in part])
        cut = timed(lambda cleaned=cleaned: [reader.segmenter(text) for text in cleaned])
        words = timed(lambda c=cleaned, w=cut: [content(join(t, x)) for t, x in zip(c, w, strict=True)])  # fmt: skip
        timed(lambda words=words: [keywords(one) for one in words])
        kinds = timed(lambda cleaned=cleaned: [register("post", text) for text in cleaned])
        timed(lambda c=cleaned, w=cut, k=kinds: reader.engine.posts(c, w, k))
        timed(lambda part=part: [reader.mentions.find(text) for text in part])
        timed(lambda cleaned=cleaned: fingerprints(cleaned))
    return len(texts) / spent


def snownlp() -> Callable[[Sequence[str]], object] | None:
    try:
        from snownlp import SnowNLP
    except ImportError:
        return None
    SnowNLP("好").sentiments  # noqa: B018  (loads its model)
    return lambda texts: [SnowNLP(text).sentiments for text in texts if text.strip()]
