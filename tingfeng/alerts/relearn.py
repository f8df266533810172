"""Baselines learnt anew: history was filled in, or another reader has read it."""

from __future__ import annotations

from tingfeng import PostStore
from tingfeng.alerts.course import Course
from tingfeng.alerts.memory import REACH_BINS, Memory
from tingfeng.alerts.share import DAY_BINS, ShareSettings
from tingfeng.alerts.track import EMPTY, Track
from tingfeng.alerts.walk import Desk, Walk


def relearn(desk: Desk, brand: str, memory: Memory, share: ShareSettings) -> Walk:
    """Learn the last eight weeks anew, since history was filled in or read again."""
    numbers, end = desk.numbers, memory.settled
    memory.missed = 0
    earliest = numbers.first_bin(brand, end)
    start = end if earliest is None else max(earliest, end - REACH_BINS)
    bins = numbers.bins(brand, start, end)
    gaps = numbers.gaps(start, memory.head)
    walk = Walk(desk, brand, Track(share), Course(), None, gaps)
    for number in range(start, end):
        walk.new(number, bins.get(number, EMPTY), live=False)
    if earliest is not None:
        memory.track = walk.track
    return walk


def switch(desk: Desk, brand: str, memory: Memory, share: ShareSettings, reader: str) -> None:
    """Another reader has read history: all is as if it always had, but for what was told.

    The last six hours are history too, no late posts. An open incident stays open until a day
    is quiet by the new reader's own numbers.
    """
    head = memory.head
    walk = relearn(desk, brand, memory, share)
    memory.track = walk.track
    ahead = Walk(
        desk, brand, Track.load(walk.track.dump(), share), walk.course, None,
        desk.numbers.gaps(memory.settled, head),
    )  # fmt: skip
    bins = desk.numbers.bins(brand, memory.settled, head)
    memory.recent.clear()
    for number in range(memory.settled, head):
        bin = bins.get(number, EMPTY)
        memory.recent.append((bin, ahead.new(number, bin, live=False)[1]))
    day = ahead.track.by_platform(DAY_BINS)
    memory.course.sent_negative = sum(negative for _, negative in day.values())
    for lane in memory.lanes:
        lane.course.quiet = lane.course.below = 0
    memory.checked, memory.reader = 0, reader  # 0: what was taught is counted again


def behind(store: PostStore, reader: str) -> bool:
    """Whether posts of *store* bear readings of another reader than *reader*."""
    first = next(iter(store.unread(reader, limit=1)), None)
    if first is None:
        return False
    read = store.get(first.key)
    if read is not None and read.analysis is not None:  # as it is after a switch
        return True
    new = store.totals()["unread"]
    return sum(1 for _ in store.unread(reader, limit=new + 1)) > new
