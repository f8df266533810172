"""Scores as JSON: what is kept, and what ``--json`` prints."""

from __future__ import annotations

from typing import Any

from tingfeng import Message
from tingfeng.kol.explain import Explanation
from tingfeng.kol.nouns import Part, Proof, Score


def score_json(score: Score) -> dict[str, Any]:
    """Keys as the fields of :class:`~tingfeng.kol.nouns.Score`; sentences are ``{"zh", "en"}``.

    Where data are not enough, ``value``, ``low`` and ``high`` are ``None``.
    """
    value, low, high = (
        (score.value, score.low, score.high) if score.told else (None, None, None)
    )  # fmt: skip
    return {
        "key": score.key, "name": score.name, "brand": score.brand, "preset": score.preset,
        "at": score.at.isoformat(), "verdict": score.verdict, "value": _round(value),
        "low": _round(low), "high": _round(high), "reference": _round(score.reference),
        "gate": score.gate, "gate_points": _round(score.gate_points),
        "gate_says": [proof_json(proof) for proof in score.gate_says],
        "followers": score.followers, "effective": score.effective,
        "tier": score.tier, "effective_tier": score.effective_tier,
        "risk": {name: _round(risk) for name, risk in sorted(score.risk.items())},
        "price": score.price,
        "expected_price": score.expected_price and [_round(each) for each in score.expected_price],
        "curve": score.curve, "parts": [_part(part) for part in score.parts],
    }  # fmt: skip


def explanation_json(explained: Explanation) -> dict[str, Any]:
    """The score, and ``changes unknown alternatives``."""
    return score_json(explained.score) | {
        "changes": [
            {"part": one.part, "says": _message(one.says), "low": _round(one.low), "high": _round(one.high)}
            for one in explained.changes
        ],
        "unknown": [_message(says) for says in explained.unknown],
        "alternatives": [
            {"key": one.key, "name": one.name, "score": _round(one.score), "low": _round(one.low),
             "price": one.price, "effective": one.effective}
            for one in explained.alternatives
        ],
    }  # fmt: skip


def proof_json(proof: Proof) -> dict[str, Any]:
    """Keys ``metric says value n keys``."""
    return {
        "metric": proof.metric, "says": _message(proof.says), "value": proof.value, "n": proof.n,
        "keys": list(proof.keys),
    }  # fmt: skip


def _part(part: Part) -> dict[str, Any]:
    return {
        "name": part.name, "value": _round(part.value), "raw": _round(part.raw),
        "confidence": _round(part.confidence), "low": _round(part.low), "high": _round(part.high),
        "weight": _round(part.weight), "points": _round(part.points),
        "proofs": [proof_json(proof) for proof in part.proofs],
        "missing": [_message(says) for says in part.missing],
    }  # fmt: skip


def _message(says: Message) -> dict[str, str]:
    return {"zh": says.zh, "en": says.en}


def _round(value: float | None) -> float | None:
    """Four digits after the point are far below what any of it is known to."""
    return None if value is None else round(value, 4)


__all__ = ["explanation_json", "proof_json", "score_json"]
