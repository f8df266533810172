"""How unlikely a count is: upper tails as scores, -log10 of a probability."""

from __future__ import annotations

import math

_FAR = 30.0
"""Beyond this z, erfc is near the end of its range (about 37); the series is exact to 1e-10."""

SMALL = 5.0
"""Expected negatives below which the normal tail is not to be trusted (the textbook's np ≥ 5). It
takes 3 negatives of 3 at a usual share of 9 % for one in forty million; it is one in 1,400."""


_FRACTION_STEPS = 2000
"""It takes about the square root of the count; this is enough for counts of millions."""


def normal_score(z: float) -> float:
    """-log10 of the upper tail of the standard normal at *z*; 0 at and below the mean."""
    if z <= 0:
        return 0.0
    if z < _FAR:
        return -math.log10(math.erfc(z / math.sqrt(2)) / 2)
    inverse = 1 / (z * z)
    series = math.log1p(-inverse * (1 - inverse * (3 - inverse * 15)))
    return (z * z / 2 + math.log(z * math.sqrt(2 * math.pi)) - series) / math.log(10)


def beta_binomial_score(count: int, of: int, share: float, rho: float) -> float:
    """-log10 P(X ≥ *count*) for X beta-binomial: *of* draws, mean *share*, intra-class correlation
    *rho*; 0 at and below the mean.
    """
    if count <= of * share:
        return 0.0
    weight = 1 / rho - 1
    a, b = share * weight, (1 - share) * weight
    first = _log_choose(of, count) + _log_beta(count + a, of - count + b) - _log_beta(a, b)
    term = total = 1.0
    for k in range(count, of):
        term *= (of - k) / (k + 1) * (k + a) / (of - k - 1 + b)
        total += term
        if term < total * 1e-12:
            break
    return -(first + math.log(total)) / math.log(10)


def negative_binomial_score(count: int, mean: float, dispersion: float) -> float:
    """-log10 P(X ≥ *count*) for X negative-binomial with *mean* μ and variance μ + φ μ²,
    φ being *dispersion*. P is the regularized incomplete beta function I(*count*, 1/φ) at
    μ/(μ + 1/φ).
    """
    if count <= 0 or mean <= 0:
        # Where nothing was ever said, nothing can be said of how unusual a voice is.
        return 0.0
    size = 1 / dispersion
    part = mean / (mean + size)
    front = (
        count * math.log(part) + size * math.log1p(-part) - _log_beta(count, size)
    )  # fmt: skip
    # Each fraction converges fast on its own side of the mean.
    if part < (count + 1) / (count + size + 2):
        tail = front + math.log(_beta_fraction(count, size, part) / count)
        return max(0.0, -tail / math.log(10))
    below = math.exp(front) * _beta_fraction(size, count, 1 - part) / size
    return -math.log10(max(1 - below, 1e-300)) if below > 0 else 0.0


def _beta_fraction(a: float, b: float, x: float) -> float:
    """Continued fraction of the incomplete beta function by Lentz's method (DLMF 8.17.22)."""
    tiny = 1e-300
    c, d = 1.0, 1 - (a + b) * x / (a + 1)
    d = 1 / (d if abs(d) > tiny else tiny)
    value = d
    for m in range(1, _FRACTION_STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for part in (even, odd):
            d = 1 + part * d
            d = 1 / (d if abs(d) > tiny else tiny)
            c = 1 + part / c
            c = c if abs(c) > tiny else tiny
            value *= c * d
        if abs(c * d - 1) < 1e-12:
            return value
    return value


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
