"""How much each part matters: presets by objective, or a person's own comparisons (Saaty's AHP)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from math import log

import numpy as np

from tingfeng import SettingsError
from tingfeng.kol.nouns import PARTS, PartName
from tingfeng.kol.panel import Floats
from tingfeng.kol.target import Preset, Target

PRESET_WEIGHTS: Mapping[Preset, tuple[float, ...]] = {
    # relevance, tone, audience, engagement, authenticity, cost, stability; all are judgement
    "种草": (0.22, 0.13, 0.20, 0.15, 0.15, 0.10, 0.05),
    "曝光": (0.15, 0.12, 0.18, 0.15, 0.15, 0.20, 0.05),
    # A fifth belongs to conversion (GMV, clicks), which no source that is read gives: the rest makes
    # up the whole, and every score by this preset says so.
    "转化": (0.175, 0.075, 0.225, 0.175, 0.175, 0.175, 0.0),
    "口碑": (0.18, 0.22, 0.12, 0.10, 0.23, 0.05, 0.10),
}
TOLERATED = 0.10
"""Consistency ratio from which judgements contradict each other (Saaty 1980)."""
RANDOM = {1: 0.0, 2: 0.0, 3: 0.5245, 4: 0.8815, 5: 1.1086, 6: 1.2479, 7: 1.3417}
"""Mean consistency index of random judgements by size (Alonso and Lamata 2006)."""
SCALE = 9.0
"""The strongest preference that can be said: nine times as important."""

Pair = tuple[PartName, PartName]


def weights_of(target: Target) -> dict[PartName, float]:
    """The target's own weights, else its preset's."""
    if target.weights is not None:
        return {part: float(target.weights.get(part, 0.0)) for part in PARTS}
    return dict(zip(PARTS, PRESET_WEIGHTS[target.preset], strict=True))


@dataclass(frozen=True, slots=True)
class Comparison:
    """What pairwise judgements come to."""

    weights: dict[PartName, float]
    ratio: float
    """Consistency ratio: 0 no contradiction, 1 as if by chance."""
    matrix: tuple[tuple[float, ...], ...]
    """Kept with the score: 0 where no judgement was made."""
    worst: Pair | None
    """The judgement that contradicts the others most."""
    advised: float | None
    """What it would have to be to agree with the others."""


def compare(judgements: Mapping[Pair, float]) -> Comparison:
    """Weights of *judgements*: ``("tone", "cost"): 3`` says tone is three times as important as cost.

    Some may be left out where the rest connects all parts named (Harker's method); parts that no
    judgement names get no weight.

    :raises SettingsError: a judgement is out of 1/9 to 9, made twice, or they do not connect all
        parts, or they contradict each other (ratio of .10 or more); the error names the worst one.
    """
    matrix, parts = _matrix(judgements)
    weights, root = _eigenvector(matrix)
    size, absent = len(parts), int((matrix == 0).sum()) // 2
    scale = RANDOM[size]
    if size > 2:  # fewer judgements contradict each other less by chance (Agoston and Csato 2022)
        scale *= max(1 - 2 * absent / ((size - 1) * (size - 2)), 1e-9)
    index = max(0.0, (root - size) / max(size - 1, 1))
    ratio = 0.0 if index < 1e-9 or size <= 2 else index / scale
    worst, advised = _worst(matrix, weights, parts)
    found = Comparison(
        weights=dict.fromkeys(PARTS, 0.0) | dict(zip(parts, map(float, weights), strict=True)),
        ratio=float(ratio), matrix=tuple(tuple(map(float, row)) for row in matrix),
        worst=worst, advised=advised,
    )  # fmt: skip
    if ratio >= TOLERATED and worst is not None and advised is not None:
        a, b = worst
        said = matrix[parts.index(a), parts.index(b)]
        raise SettingsError(
            f"两两比较前后矛盾（一致性比率 {ratio:.2f}，须低于 {TOLERATED:.2f}）："
            f"最矛盾的是 {a} 比 {b} 重要 {said:.3g} 倍，按其余判断应约为 {advised:.3g} 倍，请先改这一条",
            f"the comparisons contradict each other (consistency ratio {ratio:.2f}, must be below "
            f"{TOLERATED:.2f}): most of all that {a} is {said:.3g} times as important as {b}; by the "
            f"others it is about {advised:.3g}: change that one first",
        )
    return found


def _matrix(judgements: Mapping[Pair, float]) -> tuple[Floats, list[PartName]]:
    """Reciprocal matrix, 0 where nothing is said, and the parts of its rows."""
    named = {part for pair in judgements for part in pair}
    parts = [part for part in PARTS if part in named]
    unknown = sorted(str(part) for part in named if part not in PARTS)
    if unknown or len(parts) < 2:
        known = ", ".join(PARTS)
        raise SettingsError(
            f"两两比较须针对这些分项中的至少两项：{known}；不认识 {unknown}",
            f"comparisons are between two or more of these parts: {known}; not known: {unknown}",
        )
    matrix: Floats = np.eye(len(parts))
    for (a, b), value in judgements.items():
        i, j = parts.index(a), parts.index(b)
        if i == j or matrix[i, j] or not 1 / SCALE - 1e-9 <= value <= SCALE + 1e-9:
            raise SettingsError(
                f"比较 {a} 与 {b} 的值 {value:g} 不对：每对只比一次，取值 1/9 至 9",
                f"{a} against {b} cannot be {value:g}: each pair once, from 1/9 to 9",
            )
        matrix[i, j], matrix[j, i] = value, 1 / value
    reached = np.linalg.matrix_power((matrix > 0).astype(float), len(parts)) > 0
    if not reached.all():
        lost = ", ".join(part for part, row in zip(parts, reached[0], strict=True) if not row)
        raise SettingsError(
            f"比较没有把所有分项连起来，请再比较一次：{parts[0]} 与 {lost} 之一",
            f"the comparisons do not connect all parts; add one between {parts[0]} and one of {lost}",
        )
    return matrix, parts


def _eigenvector(matrix: Floats) -> tuple[Floats, float]:
    """Principal eigenvector, sum 1, and its value; what is not said counts on the diagonal."""
    filled = matrix + np.diag((matrix == 0).sum(axis=1))
    values, vectors = np.linalg.eig(filled)
    first = int(np.argmax(values.real))
    weights = np.abs(vectors[:, first].real)
    return weights / weights.sum(), float(values[first].real)


def _worst(
    matrix: Floats, weights: Floats, parts: list[PartName]
) -> tuple[Pair | None, float | None]:
    """The judgement furthest from what the weights without it say, and what they say."""
    worst, advised, gap = None, None, 0.0
    for i, j in combinations(range(len(parts)), 2):
        if not matrix[i, j]:
            continue
        without = matrix.copy()
        without[i, j] = without[j, i] = 0
        linked = np.linalg.matrix_power((without > 0).astype(float), len(parts)) > 0
        rest = _eigenvector(without)[0] if linked.all() else weights
        off = abs(log(matrix[i, j] * rest[j] / rest[i]))
        if off > gap + 1e-9:
            worst, gap = (parts[i], parts[j]), off
            advised = float(np.clip(rest[i] / rest[j], 1 / SCALE, SCALE))
    return worst, advised
