"""How sure a figure is."""

from __future__ import annotations

import math

_Z = 1.959964


def of_share(hits: int, of: int) -> tuple[float, float]:
    """95 % by Wilson; 0 to 1 where there is nothing."""
    if not of:
        return 0.0, 1.0
    share, more = hits / of, _Z * _Z / of
    middle = (share + more / 2) / (1 + more)
    reach = _Z * math.sqrt(share * (1 - share) / of + more / (4 * of)) / (1 + more)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def of_rate(events: int, weeks: float) -> tuple[float, float]:
    """95 % of events a week, by Byar's approximation to the Poisson limits."""
    if weeks <= 0:
        return 0.0, math.inf
    low = 0.0
    if events:
        low = events * (1 - 1 / (9 * events) - _Z / (3 * math.sqrt(events))) ** 3
    up = events + 1
    high = up * (1 - 1 / (9 * up) + _Z / (3 * math.sqrt(up))) ** 3
    return max(0.0, low) / weeks, high / weeks
