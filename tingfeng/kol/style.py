"""Traits of style that can be counted in a text: no dictionary, no model."""

from __future__ import annotations

import re
from collections.abc import Mapping

SHORT = 15
"""Chinese characters; a shorter text shows no style, and one in another language none that the lists
of Chinese words could weigh."""

_EMOJI = re.compile(r"[\U0001F300-\U0001FAFF☀-➿⬀-⯿]|\[[^\[\]\s]{1,6}r?\]")
_TOPICS = re.compile(r"#[^#\n]{1,40}?(?:\[话题\])?#|\[话题\]|@\S+|https?://\S+|<u>|<url>")
_SENTENCE = re.compile(r"[。!?;\n…]+")
_LETTERS = re.compile(r"\w+")
_CHINESE = re.compile(r"[一-鿿]+")

_WORDS: Mapping[str, tuple[str, ...]] = {
    "you": ("你", "您", "姐妹", "宝子", "家人们", "大家", "咱"),
    "me": ("我", "俺", "本人"),
    "asking": ("?", "吗"),
    "exclaiming": ("!", "‼", "⁉"),
}
"""Counted as they stand: many times as quick as patterns."""

_PATTERNS: Mapping[str, tuple[re.Pattern[str], re.Pattern[str]]] = {
    "figures": (
        re.compile(r"\d"),
        re.compile(
            r"(?<!\d)\d{1,9}(?:\.\d{1,4})?[ \t]?(?:%|kg|g|mg|ml|l|cm|mm|m|km|元|块|刀|万|岁|分钟|小时|天|周|个月|年|次|倍|度|℃|mah|gb"
            r"|w|寸|斤|克|毫升|米|公里)|[$￥¥][ \t]?\d+"
        ),
    ),
    "shouting": (re.compile(r"[!‼⁉]"), re.compile(r"[!‼]{2,}|⁉")),
    "laughing": (
        re.compile(r"哈哈|嘿嘿|hhh|笑死|笑哭|[😂🤣]"),
        re.compile(r"哈{2,}|嘿{2,}|h{3,}|笑死|笑哭|😂|🤣"),
    ),
    "listed": (
        re.compile(r"\n|^"),
        re.compile(
            r"(?:^|\n)[ \t]*(?:\d{1,2}[.、)️⃣]|[①-⑳❶-❿🅰-🆎]|[-·•▪▫◾✅✔📍🔸🔹💰⏰👉]|第[一二三四五六七八九十]|step ?\d|p\d)"
        ),
    ),
    "latin": (re.compile(r"[a-z]{3}"), re.compile(r"(?<![a-z])[a-z]{3,}(?![a-z])")),
}
"""Looked for only where the first pattern, a quick one, finds anything."""

_HALF: Mapping[str, float] = {
    "figures": 1.2, "you": 1.2, "me": 1.5, "asking": 1.0, "exclaiming": 1.5, "shouting": 0.5,
    "laughing": 0.4, "listed": 1.0, "latin": 1.5, "emoji": 2.0,
}  # fmt: skip
"""A hundred characters with this many show a trait half: about the mean of those real notes that
have it at all (16,005 notes), so that one more exclamation mark does not decide."""

LONG_SENTENCE = 28
"""Characters between stops. The upper quarter of real notes begins there."""

CALM_FROM = 40
"""Characters without an exclamation mark or emoji before that is called calm."""


def plain(folded: str) -> str:
    """*folded* without topics, names called and addresses."""
    return _TOPICS.sub(" ", folded)


def traits(text: str) -> dict[str, float]:
    """Strength of each trait in a text as :func:`plain` gives it, 0 to 1. Too short: empty."""
    if sum(map(len, _CHINESE.findall(text))) < SHORT:
        return {}
    per = 100 / sum(map(len, _LETTERS.findall(text)))
    shown = {name: per * sum(map(text.count, words)) for name, words in _WORDS.items()}
    for name, (quick, pattern) in _PATTERNS.items():
        shown[name] = per * len(pattern.findall(text)) if quick.search(text) else 0.0
    shown["emoji"] = len(_EMOJI.findall(text)) * per
    out = {name: value / (value + _HALF[name]) for name, value in shown.items() if value}
    sentences = [len(one) for one in _SENTENCE.split(text) if one.strip()]
    mean = sum(sentences) / len(sentences)
    out["long"] = min(1.0, max(0.0, (mean - LONG_SENTENCE / 2) / LONG_SENTENCE))
    if per <= 100 / CALM_FROM and not shown["exclaiming"]:
        out["calm"] = 1 / (1 + shown["emoji"])
    return out
