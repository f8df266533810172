"""Emotions as twelve bytes, and what every store gives back of them."""

from __future__ import annotations

from dataclasses import replace
from struct import Struct

from tingfeng import Analysis, Emotion

SCALE = 10_000
"""Steps between 0 and 1. Odds are kept to four decimals, finer than any engine is calibrated, in a
quarter of the bytes; odds that have no more decimals come back as they were."""

_SIX = Struct("<6H")


def packed(emotion: Emotion | None) -> bytes | None:
    """Column ``emotion`` of table ``reading``. Raises ValueError for odds that are no number."""
    if emotion is None:
        return None
    a, b, c, d, e, f = emotion.odds  # spelt out: every post that is read comes by here
    return _SIX.pack(
        int(a * SCALE + 0.5),
        int(b * SCALE + 0.5),
        int(c * SCALE + 0.5),
        int(d * SCALE + 0.5),
        int(e * SCALE + 0.5),
        int(f * SCALE + 0.5),
    )


def unpacked(kept: bytes | None) -> Emotion | None:
    """What :func:`packed` kept."""
    if kept is None:
        return None
    a, b, c, d, e, f = _SIX.unpack(kept)
    return Emotion(odds=(a / SCALE, b / SCALE, c / SCALE, d / SCALE, e / SCALE, f / SCALE))


def storable(analysis: Analysis) -> Analysis:
    """*analysis* as stores keep it: packing it once more changes nothing."""
    if analysis.emotion is None:
        return analysis
    return replace(analysis, emotion=unpacked(packed(analysis.emotion)))
