"""What must hold for any series: names do not matter, late voices touch only what they can."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tingfeng.alerts.share import DAY_BINS, WINDOWS
from tingfeng.alerts.track import Bin, Track
from tingfeng.alerts.volume import VolumeSettings, VolumeState

PAIRS = st.integers(0, 30).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))
BINS = st.lists(st.tuples(PAIRS, PAIRS), min_size=1, max_size=60)
LONG = st.lists(PAIRS, min_size=DAY_BINS + 8, max_size=DAY_BINS + 40)


def scores(bins, *, learn=True):
    track, found = Track(), []
    for number, bin in enumerate(bins):
        found.append(track.look(number, bin))
        if learn:
            track.learn()
    return found


@given(BINS)
def test_what_a_platform_is_called_does_not_matter(pairs):
    here = scores([Bin({"weibo": a, "zhihu": b}) for a, b in pairs])
    there = scores([Bin({"tieba": a, "jd": b}) for a, b in pairs])
    assert [one.scores for one in here] == [one.scores for one in there]
    assert [len(one.platforms) for one in here] == [len(one.platforms) for one in there]


@given(BINS)
def test_the_whole_does_not_see_how_its_voices_are_spread(pairs):
    apart = scores([Bin({"weibo": a, "zhihu": b}) for a, b in pairs])
    together = scores([Bin({"weibo": (a[0] + b[0], a[1] + b[1])}) for a, b in pairs])
    assert [one.scores for one in apart] == [one.scores for one in together]


@settings(max_examples=30)
@given(LONG, st.integers(0, 6), st.integers(1, 5))
def test_a_late_voice_changes_only_windows_that_hold_it(pairs, place, more):
    late = [
        (n + more, k + more) if i == place else (n, k) for i, (n, k) in enumerate(pairs)
    ]  # fmt: skip
    before = scores([Bin({"weibo": pair}) for pair in pairs], learn=False)
    after = scores([Bin({"weibo": pair}) for pair in late], learn=False)
    for number, (old, new) in enumerate(zip(before, after, strict=True)):
        for i, window in enumerate(WINDOWS):
            if not place <= number < place + window.bins:
                assert old.scores[i] == new.scores[i]
            else:
                assert new.scores[i].value >= old.scores[i].value - 1e-9


@settings(max_examples=40)
@given(st.lists(st.integers(0, 60), min_size=100, max_size=200), st.integers(0, 60), st.integers(1, 500))  # fmt: skip
def test_more_voices_are_never_less_heat(series, last, more):
    state = VolumeState(VolumeSettings(bin_seconds=3600))
    for count in series:
        state.step(count)
    kept = state.dump()
    there = VolumeSettings(bin_seconds=3600)
    few = VolumeState.load(kept, there).look(last)
    many = VolumeState.load(kept, there).look(last + more)
    assert many.value >= few.value
    assert many.raw >= few.raw - 1e-3  # half precision
