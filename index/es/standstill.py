"""Says once that writing stands still, and once that it goes on."""

from __future__ import annotations

from index.es.troubles import blocked, over, slow
from index.es.verdicts import Finding, Verdict
from tingfeng import Message

QUIET = 10.0
"""Seconds that a busy or silent server is borne without a word; a block is told at once."""


class Standstill:
    """Not locked. Its methods return what is to be said now."""

    def __init__(self) -> None:
        self.finding: Finding | None = None
        """Why writing does not go on as it should; ``None``: it does."""

        self._since, self._said = 0.0, False

    def met(self, finding: Finding, now: float) -> Message | None:
        """Something was not taken."""
        former = self.finding
        if former is not None and former.verdict is Verdict.BLOCKED:
            return None  # whatever else happens meanwhile
        self.finding = finding
        if former is None:
            self._since = now
        if finding.verdict is Verdict.BLOCKED:
            self._said = True
            return blocked(finding)
        if self._said or now - self._since < QUIET:
            return None
        self._said = True
        return slow(finding)

    def ended(self, now: float) -> Message | None:
        """A request was taken whole."""
        if self.finding is None:
            return None
        said, self.finding, self._said = self._said, None, False
        return over(now - self._since) if said else None
