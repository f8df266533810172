"""What the engine must not forget of one brand between two runs."""

from __future__ import annotations

import json
from collections import deque

from tingfeng.alerts.course import Course
from tingfeng.alerts.issue_lanes import Lane
from tingfeng.alerts.numbers import Total
from tingfeng.alerts.share import DAY_BINS, ShareSettings
from tingfeng.alerts.track import Bin, Track

FORMAT = 3
"""Raised whenever the shape of :meth:`Memory.dump` changes: baselines of another shape are learnt
anew from the store, position and incident are kept."""

LATE_BINS = DAY_BINS // 4
"""Bins are read again for six hours, for posts that come late."""

HOUR_BINS = DAY_BINS // 24

REACH_BINS = 56 * DAY_BINS
"""Eight weeks: with a memory of seven days, what is older weighs less than 1 in 2,000."""

RELEARN_LEAST = 20
RELEARN_SHARE = 0.02
"""History filled in later is learnt once it is this much of what was learnt."""


class Memory:
    """Baselines up to six hours ago, the bins since then, and the incidents.

    Bins are folded into the baselines only when no late post can change them any more.
    """

    def __init__(self, start: int, settings: ShareSettings | None = None, reader: str = "") -> None:
        self.track = Track(settings)
        self.reader = reader
        """Version of the reader whose readings *track* has taken in; empty in states that were
        stored before this was noted."""
        self.settled = start
        """First bin that *track* has not taken in."""
        self.recent: deque[tuple[Bin, bool]] = deque()
        """Bins from *settled* on, and whether each was learnt from."""
        self.stamps: dict[int, str] = {}
        """By bin of *recent*, how what it was read from is known: see :mod:`tingfeng.alerts.glance`."""
        self.lanes = [Lane()]
        """Incidents that go on or may flare up again, and first the place for a new one."""
        self.taught = Total(0, 0)
        """Posts in the eight weeks before *taught_until*, when that was measured."""
        self.taught_until = start
        self.checked = 0
        """Position at which that was last compared: once an hour is enough for history."""
        self.missed = 0
        """Posts that have come or changed behind *settled* since the last learning."""
        self.outdated = False
        """Stored by another version: *track* is empty and must be learnt."""

    @property
    def course(self) -> Course:
        """Of the first incident."""
        return self.lanes[0].course

    @course.setter
    def course(self, course: Course) -> None:
        self.lanes[0].course = course

    @property
    def head(self) -> int:
        """First bin not yet evaluated."""
        return self.settled + len(self.recent)

    def fold(self) -> None:
        """Settle what is older than six hours."""
        while len(self.recent) > LATE_BINS:
            bin, learn = self.recent.popleft()
            self.track.look(self.settled, bin)
            if learn:
                self.track.learn()
            self.settled += 1

    def due(self, end: int) -> bool:
        """Whether history should be looked at again when going on to *end*."""
        return end // HOUR_BINS != self.checked // HOUR_BINS

    def notice(self, total: Total) -> bool:
        """Compare with what was taught; whether so much is different that it should be learnt."""
        self.missed += abs(total.posts - self.taught.posts)
        self.missed += abs(total.negative - self.taught.negative)
        self.taught = total
        return self.missed > max(RELEARN_LEAST, RELEARN_SHARE * total.posts)

    def dump(self) -> str:
        """As text; settles first."""
        self.fold()
        return json.dumps(
            {
                "format": FORMAT,
                "reader": self.reader,
                "track": self.track.dump(),
                "settled": self.settled,
                "recent": [[bin.dump(), learn] for bin, learn in self.recent],
                "stamps": [self.stamps.get(n, "") for n in range(self.settled, self.head)],
                "lanes": [lane.dump() for lane in self.lanes],
                "taught": list(self.taught),
                "taught_until": self.taught_until,
                "checked": self.checked,
                "missed": self.missed,
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )

    @classmethod
    def load(cls, text: str, settings: ShareSettings | None = None) -> Memory:
        """What :meth:`dump` gave."""
        saved = json.loads(text)
        memory = cls(saved["settled"], settings, saved.get("reader", ""))
        if "lanes" in saved:
            memory.lanes = [Lane.load(lane) for lane in saved["lanes"]]
        else:
            memory.course = Course.load(saved["course"])
        if saved.get("format") != FORMAT:
            memory.settled += len(saved["recent"])
            memory.outdated = True
            return memory
        memory.track = Track.load(saved["track"], settings)
        memory.recent = deque((Bin.load(bin), learn) for bin, learn in saved["recent"])
        stamps = enumerate(saved.get("stamps", ()), memory.settled)
        memory.stamps = {number: stamp for number, stamp in stamps if stamp}
        memory.taught = Total(*saved["taught"])
        memory.taught_until = saved["taught_until"]
        memory.checked = saved["checked"]
        memory.missed = saved["missed"]
        return memory
