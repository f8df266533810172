"""Which words are worth counting."""

from __future__ import annotations


def keyword_worthy(token: str) -> bool:
    """Two characters or more, and not a number alone."""
    return len(token) > 1 and any(map(str.isalpha, token))
