"""What must not raise an alarm, and what must not hide one: promotions, bombs of copies, floods of
praise, another reader in mid-stream, hours without a collector.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np

from tingfeng.alerts.course import Course
from tingfeng.alerts.levels import rank
from tingfeng.alerts.memory import Memory
from tingfeng.alerts.numbers import Gap
from tingfeng.alerts.relearn import switch
from tingfeng.alerts.scoring.crises import HOUR_BINS, Read, Stream, read, surge
from tingfeng.alerts.scoring.injection import (
    BRAND,
    PLATFORM,
    WEEK_BINS,
    Ground,
    Place,
    bin,
    lay,
    opened,
    walk_on,
)
from tingfeng.alerts.scoring.labelled import Voice, play
from tingfeng.alerts.scoring.played import Played, desk
from tingfeng.alerts.share import DAY_BINS, ShareSettings
from tingfeng.alerts.track import Bin, Track, start_of
from tingfeng.alerts.walk import Change, Walk

PEAK_TIMES = 10
PEAK_BINS = 8 * HOUR_BINS
BOMB_BINS = 2 * HOUR_BINS
BOMB_POSTS = 600
FLOOD_TIMES = 5
GAP_BINS = 6 * HOUR_BINS
AFTER = 7 * DAY_BINS
SWAPPED = ("opened", "opened_by_new", "only_swapped", "only_new", "opened_unread")
GAPPED = ("opened", "opened_seeing", "only_blind", "only_seeing", "opened_within")

Bins = Callable[[int], Bin]
"""What bin *t* after the place brings."""


def grounds(streams: Sequence[Stream], reader: Read, trials: int, seed: int) -> list[Ground]:
    """Streams with as many places in all as there are *trials*, each after three weeks of learning
    and with a week behind it.
    """
    dice, each = np.random.default_rng(seed), -(-trials // len(streams))
    laid = []
    for i, one in enumerate(streams):
        begins = dice.integers(3 * WEEK_BINS, len(one) - AFTER - DAY_BINS, each).tolist()
        laid.append(lay(one, reader, seed + i, begins, room=AFTER))
    return laid


def places(laid: Sequence[Ground], trials: int) -> list[tuple[Ground, Place]]:
    """The first *trials*, every stream in turn."""
    deepest = max(len(one.places) for one in laid)
    turns = [(one, one.places[j]) for j in range(deepest) for one in laid if j < len(one.places)]
    return turns[:trials]


def go(ground: Ground, place: Place, bins: Bins, many: int) -> list[Change]:
    """What changes within *many* bins from *place* on."""
    walk = walk_on(ground, place)
    changes = [walk.new(place.bin + t, bins(t), live=True)[0] for t in range(many)]
    return [one for one in changes if one is not None]


def as_it_was(ground: Ground, place: Place) -> Bins:
    """Nothing happens."""
    return lambda t: bin(ground.stream.voices[place.bin + t], ground.read[place.bin + t])


def peaks(chosen: Sequence[tuple[Ground, Place]], seed: int) -> dict[str, Any]:
    """A promotion: ten times as many voices for eight hours, in the mood of the moment. Keys:
    ``trials``, ``opened``, ``explained`` (rule, score and sentences of each that opened).
    """
    explained = []
    for i, (ground, place) in enumerate(chosen):
        dice = np.random.default_rng([seed, i])

        def louder(t: int, ground: Ground = ground, place: Place = place,
                   dice: np.random.Generator = dice) -> Bin:  # fmt: skip
            at = place.bin + t
            voices, known = int(ground.stream.voices[at]), int(ground.read[at])
            if t < PEAK_BINS:
                more = voices * (PEAK_TIMES - 1)
                truly = dice.binomial(more, ground.stream.shares[at])
                known += int(read(ground.reader, np.array(more), truly, dice))
                voices += more
            return bin(voices, known)

        for change in [one for one in go(ground, place, louder, DAY_BINS) if opened(one)][:1]:
            told = change.evidence
            explained.append({"trial": i, "rule": told.rule, "score": told.score,
                              "negative": told.negative, "mentions": told.mentions,
                              "usual_share": told.usual_share, "sentences": told.sentences})  # fmt: skip
    return {"trials": len(chosen), "opened": len(explained), "explained": explained}


def bombs(chosen: Sequence[tuple[Ground, Place]], authors: int, posts: int = BOMB_POSTS) -> dict[str, Any]:  # fmt: skip
    """So many *posts* of one text within two hours, by so many *authors*; counted as the product
    counts, and without that. Keys: ``trials``, ``posts``, ``authors``, ``voices_a_bin`` before
    copies are damped, ``opened``, ``opened_undamped``, ``explained`` (of those that opened).
    """
    damped, raw = _bomb(authors, posts)
    hits, explained = [0, 0], []
    for ground, place in chosen:
        usual = as_it_was(ground, place)
        for i, extra in enumerate((damped, raw)):

            def bombed(t: int, usual: Bins = usual, extra: Sequence[Bin] = extra) -> Bin:
                n, k = usual(t).counts.get(PLATFORM, (0, 0))
                if t >= BOMB_BINS:
                    return bin(n, k)
                more, against = extra[t].counts[PLATFORM]
                return replace(extra[t], counts={PLATFORM: (n + more, k + against)})

            found = [one for one in go(ground, place, bombed, DAY_BINS // 2) if opened(one)]
            hits[i] += bool(found)
            if found and not i:
                explained.append([said[1] for said in found[0].evidence.sentences])
    most = max(one.counts[PLATFORM][1] for one in damped)
    return {"trials": len(chosen), "posts": posts, "authors": authors, "voices_a_bin": most,
            "opened": hits[0], "opened_undamped": hits[1], "explained": explained}  # fmt: skip


def _bomb(authors: int, many: int) -> tuple[list[Bin], list[Bin]]:
    begin, gap = start_of(DAY_BINS), timedelta(hours=2) / many
    posts = [
        Voice(id=f"b{i}", at=begin + i * gap, brand=BRAND, label="negative", author=f"a{i % authors}",
              text="千万别买，垃圾", platform=PLATFORM)
        for i in range(many)
    ]  # fmt: skip
    bins = play(posts).bins(BRAND, DAY_BINS, DAY_BINS + BOMB_BINS)
    damped = [bins[DAY_BINS + t] for t in range(BOMB_BINS)]
    return damped, [bin(many // BOMB_BINS, many // BOMB_BINS)] * BOMB_BINS


def floods(chosen: Sequence[tuple[Ground, Place]], c: float, seed: int, delay: int) -> dict[str, Any]:  # fmt: skip
    """A crisis under a flood of praise, five times the usual voices, that begins *delay* bins after
    it and lasts a day. Keys: ``trials``, ``found``, ``found_dry``, how many reached yellow or more
    with it (``raised``) and without (``raised_dry``), and how many opened by praise alone
    (``found_praise``, ``raised_praise``).
    """
    kinds = ("", "_dry", "_praise")
    counted = {f"{what}{kind}": 0 for what in ("found", "raised") for kind in kinds}
    for i, (ground, place) in enumerate(chosen):
        usual, dice = as_it_was(ground, place), np.random.default_rng([seed, i])
        height = [c * ground.stream.median * surge(t) for t in range(DAY_BINS)]
        more = dice.poisson(height)
        known = dice.binomial(more, ground.reader.sensitivity)
        praise = dice.poisson(FLOOD_TIMES * ground.stream.median, DAY_BINS)
        praise[:delay] = 0
        wrong = dice.binomial(praise, 1 - ground.reader.specificity)
        for name, crisis, flood in zip(kinds, (1, 1, 0), (1, 0, 1), strict=True):

            def flooded(t: int, usual: Bins = usual, flood: int = flood, crisis: int = crisis,
                        more: Any = more, known: Any = known, praise: Any = praise,
                        wrong: Any = wrong) -> Bin:  # fmt: skip
                n, k = usual(t).counts.get(PLATFORM, (0, 0))
                n, k = n + crisis * more[t], k + crisis * known[t]
                right = praise[t] - wrong[t]
                return bin(n + flood * praise[t], k + flood * wrong[t], flood * right)

            changes = go(ground, place, flooded, DAY_BINS)
            counted[f"found{name}"] += any(map(opened, changes[:1]))
            counted[f"raised{name}"] += any(rank(one.incident.level) > 0 for one in changes)
    return {"trials": len(chosen), **counted}


def swaps(streams: Sequence[Stream], old: Read, new: Read, seed: int) -> dict[str, Any]:
    """Another reader from the middle on; alarms of the week after. Keys: ``trials``, ``opened`` after
    history was read again by it, ``opened_by_new`` had it read all along, ``only_swapped`` and
    ``only_new`` (in one of the two, more than six hours from any of the other), ``opened_unread``
    where history kept the old readings.
    """
    counted = dict.fromkeys(SWAPPED, 0)
    for i, one in enumerate(streams):
        bins = {}
        for reader in (old, new):
            known = read(reader, one.voices, one.negative, np.random.default_rng([seed, i]))
            pairs = zip(one.voices, known, strict=True)
            bins[reader] = {t: bin(n, k) for t, (n, k) in enumerate(pairs)}
        middle = len(one) // 2
        swapped = _swapped(bins[old], bins[new], middle)
        always = _after(_learnt(bins[new], middle), bins[new], middle)
        unread = _after(_learnt(bins[old], middle), bins[new], middle)
        found = (swapped, always, _alone(swapped, always), _alone(always, swapped), unread)
        for name, alarms in zip(SWAPPED, found, strict=True):
            counted[name] += len(alarms)
    return {"trials": len(streams), **counted}


def _alone(some: Sequence[int], others: Sequence[int]) -> list[int]:
    return [one for one in some if all(abs(one - two) > 6 * HOUR_BINS for two in others)]


def _learnt(bins: dict[int, Bin], until: int) -> Walk:
    walk = Walk(desk(), BRAND, Track(), Course(), None, ())
    for t in range(until):
        walk.new(t, bins[t], live=t >= WEEK_BINS)
    return walk


def _after(walk: Walk, bins: dict[int, Bin], middle: int) -> list[int]:
    ahead = range(middle, min(middle + AFTER, len(bins)))
    return [t for t in ahead if opened(walk.new(t, bins[t], live=True)[0])]


def _swapped(before: dict[int, Bin], after: dict[int, Bin], middle: int) -> list[int]:
    walk = _learnt(before, middle)
    memory = Memory(middle, None, "old")
    memory.track, memory.course = walk.track, walk.course
    read_again = desk(Played({BRAND: after}))
    switch(read_again, BRAND, memory, ShareSettings(), "new")
    return _after(Walk(read_again, BRAND, memory.track, memory.course, None, ()), after, middle)


def gaps(chosen: Sequence[tuple[Ground, Place]]) -> dict[str, Any]:
    """Six hours in which nothing could be read; alarms of the two days since. Keys: ``trials``,
    ``opened``, ``opened_seeing`` had all been read, ``only_blind`` and ``only_seeing`` (in one of the
    two, more than six hours from any of the other), ``opened_within`` the six hours.
    """
    counted = dict.fromkeys(GAPPED, 0)
    for ground, place in chosen:
        hour = place.bin // HOUR_BINS * HOUR_BINS
        lost = [Gap(hour + i, (PLATFORM,), True) for i in range(0, GAP_BINS, HOUR_BINS)]
        blind, seeing = _through(ground, place, lost), _through(ground, place, ())
        within = [one for one in blind if one < hour + GAP_BINS]
        found = (blind, seeing, _alone(blind, seeing), _alone(seeing, blind), within)
        for name, alarms in zip(GAPPED, found, strict=True):
            counted[name] += len(alarms)
    return {"trials": len(chosen), **counted}


def _through(ground: Ground, place: Place, lost: Sequence[Gap]) -> list[int]:
    track, course = Track.load(place.track), Course.load(place.course)
    walk = Walk(desk(offset=ground.offset), BRAND, track, course, None, lost)
    usual, dark = as_it_was(ground, place), {one for gap in lost for one in gap.bins}
    found = []
    for t in range(2 * DAY_BINS):
        number = place.bin + t
        change, _ = walk.new(number, Bin() if number in dark else usual(t), live=True)
        if opened(change):
            found.append(number)
    return found
