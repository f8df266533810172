"""How much to send at once, and when: additive increase, multiplicative decrease, full jitter."""

from __future__ import annotations

import random
from collections.abc import Callable


class Pace:
    """One for all threads of a writer, so that they slow down together. Not locked.

    Times are seconds of the writer's clock. A request that was on its way when the pace was cut
    cannot count against the new pace: as in TCP, one cut for each round.
    """

    def __init__(
        self,
        *,
        documents: int,
        octets: int,
        base: float = 0.5,
        cap: float = 30.0,
        probes: tuple[float, float] = (5.0, 30.0),
        uniform: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._documents, self._octets = documents, octets
        self._base, self._cap, self._probes = base, cap, probes
        self._uniform = uniform
        self._share, self._streak, self._cut_at = 1.0, 0, float("-inf")
        self.blocked = False
        """Whether a block is being waited for: then one document at a time is sent, to probe."""

        self.resume_at = float("-inf")
        """Nothing is sent before."""

        self.waited = 0.0
        """Seconds that pauses took together."""

    @property
    def documents(self) -> int:
        """How many to send at once."""
        return 1 if self.blocked else max(1, round(self._documents * self._share))

    @property
    def octets(self) -> float:
        """Bytes to send at once; a single document may be larger."""
        return self._octets * self._share

    def cut_since(self, moment: float) -> bool:
        """Whether the pace was cut at or after *moment*."""
        return self._cut_at >= moment

    def clean(self) -> None:
        """A request passed without complaint: a tenth more."""
        self._share = min(1.0, self._share + 0.1)
        self._streak = 0

    def back_off(self, sent: float, now: float, *, halve: bool) -> None:
        """A request of *sent* was not taken: wait, and send half as much if it was too much."""
        if sent < self._cut_at:
            return
        if halve:
            self._share = max(self._share / 2, 1 / self._documents)
        self._cut_at = now
        longest = min(self._cap, self._base * 2**self._streak)
        self._streak = min(self._streak + 1, 30)
        self._pause(now, self._uniform(0.0, longest))

    def block(self, sent: float, now: float) -> None:
        """Writing is blocked: probe after seconds that grow."""
        if self.blocked and sent < self._cut_at:
            return
        shortest, longest = self._probes
        self._streak = self._streak + 1 if self.blocked else 0
        self.blocked, self._cut_at = True, now
        self._pause(now, self._uniform(shortest, min(longest, shortest * 2**self._streak)))

    def unblock(self, sent: float) -> bool:
        """A request of *sent* met no block; whether that is the end of one."""
        if not self.blocked or sent < self._cut_at:
            return False
        self.blocked, self._streak = False, 0
        return True

    def too_large(self, octets: int) -> None:
        """A body of *octets* can never pass: none of that size is sent again."""
        self._octets = min(self._octets, max(octets // 2, 1))

    def _pause(self, now: float, seconds: float) -> None:
        until = now + seconds
        self.waited += max(0.0, until - max(now, self.resume_at))
        self.resume_at = max(self.resume_at, until)
