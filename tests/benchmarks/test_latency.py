"""A few cases of the latency bench: the command, a source, a robot, and the time between."""

from __future__ import annotations

from benchmarks.latency import LIMIT, measure, page


def test_from_the_source_to_the_robot_within_a_minute_and_marked(tmp_path):
    cases = measure(tmp_path, cases=5, every=2.0)
    log = (tmp_path / "watch.log").read_text(encoding="utf-8")
    assert {case.kind for case in cases} == {"window", "redline", "hotlist"}
    assert all(case.seconds <= LIMIT for case in cases), page(cases, 2.0) + log
    # A quarter of an hour may end while the test runs: what is judged then is judged for good.
    assert sum("初判" in case.words for case in cases) >= 3
    assert all(case.brand in case.words for case in cases)
