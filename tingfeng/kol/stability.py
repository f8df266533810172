"""Whether a creator keeps posting, and whether paid work fares as the rest does."""

from __future__ import annotations

import numpy as np

from tingfeng.kol.measures import Measures
from tingfeng.kol.panel import Floats

USUAL = 5.0
"""Works in 30 days from which an account is kept up."""
TOO_MANY = 90.0
"""Works in 30 days above which nobody writes them by hand."""
PAID = 3.0
"""Paid works from which their engagement says something."""
UNSEEN = 0.5
"""Stands for how paid work fares where there was none: less than the usual, more than the bad."""


def stability(measures: Measures) -> Floats:
    """Half for posting, half for paid work that is answered like the rest; NaN without any work."""
    rhythm = np.minimum(1, measures.pace / USUAL) * (measures.recent <= TOO_MANY)
    steady = np.clip(1 - np.abs(1 - measures.ratio), 0, 1)
    found = (rhythm + np.where(np.isnan(steady), UNSEEN, steady)) / 2
    return np.where(measures.works > 0, found, np.nan)


def sure(measures: Measures) -> Floats:
    """1 with three paid works or more, half without any."""
    known = np.where(np.isnan(measures.ratio), 0, np.minimum(measures.adverts, PAID)) / PAID
    found: Floats = np.where(measures.works > 0, (1 + known) / 2, 0)
    return found
