"""How much of a list is the creators', and how much is the weights'."""

from __future__ import annotations

import numpy as np

from tingfeng.kol.panel import Floats
from tingfeng.kol.scoring import Ratings

CONCENTRATION = 149.0
"""Of the Dirichlet around the weights: a part of one seventh then varies by a fifth (±20 %)."""


def reweighed(ratings: Ratings, weights: Floats) -> Floats:
    """(draws, creators): scores under each row of *weights*, (draws, 7), the gate as it is."""
    logs = np.log(ratings.values)
    found: Floats = 100 * np.exp(weights @ logs.T) * ratings.gate
    return found


def sensitivity(
    ratings: Ratings, *, rng: np.random.Generator, most: int = 10, draws: int = 500
) -> tuple[float, Floats]:
    """Mean Jaccard similarity of the top *most* with that under weights ±20 %, and for each creator
    the share of draws in which it is there.
    """
    asked = ratings.weights > 0
    weights = np.zeros((draws, len(asked)))
    weights[:, asked] = rng.dirichlet(CONCENTRATION * ratings.weights[asked], draws)
    most = min(most, len(ratings))
    usual = set(np.argsort(-ratings.value, kind="stable")[:most].tolist())
    tops = np.argsort(-reweighed(ratings, weights), axis=1, kind="stable")[:, :most]
    alike = [len(usual & (top := set(row))) / len(usual | top) for row in tops.tolist()]
    there = np.bincount(tops.ravel(), minlength=len(ratings)) / draws
    return float(np.mean(alike)), there
