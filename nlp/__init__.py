"""Post to analysis: clean, cut into words, find brands, read attitude, recognise copies."""

from __future__ import annotations

SEGMENTERS = {
    "rjieba": "nlp.segment:RjiebaSegmenter",
    "jieba": "nlp.segment:JiebaSegmenter",
}
"""How a text is cut into words: ``[nlp] segmenter`` in the settings."""

ENGINES = {
    "linear": "nlp.engines.linear:LinearEngine",
    "encoder": "nlp.engines.encoder:EncoderEngine",
    "cascade": "nlp.engines.cascade:CascadeEngine",
    "huggingface": "nlp.engines.huggingface:HuggingFaceEngine",
    "llm": "nlp.engines.llm:LlmEngine",
}
"""How attitude is read: ``[reader] sentiment`` in the settings; what ``auto`` means there says
:func:`nlp.engines.chosen`."""
