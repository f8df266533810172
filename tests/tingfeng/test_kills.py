"""Killed at any instant and run again, the store ends as if nothing had happened.

Three kills here, twenty in ``make bench`` (benchmarks/kills.py).
"""

from benchmarks.kills import disturbed, make_folder, undisturbed


def test_three_kills_change_nothing(tmp_path):
    wanted = undisturbed(make_folder(tmp_path / "calm", posts=6_000))
    assert disturbed(make_folder(tmp_path / "killed", posts=6_000), kills=3, seed=7) == wanted
