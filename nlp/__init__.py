"""Post to analysis: clean, cut into words, find brands, read attitude, recognise copies."""

from __future__ import annotations

SEGMENTERS = {
    "rjieba": "nlp.segment:RjiebaSegmenter",
    "jieba": "nlp.segment:JiebaSegmenter",
}
"""How a text is cut into words: ``[nlp] segmenter`` in the settings."""

SENTIMENT = {
    "linear": "nlp.linear:LinearSentiment",
    "transformers": "nlp.transformer:TransformerSentiment",
}
"""How attitude is read: ``[nlp.sentiment] use`` in the settings."""
