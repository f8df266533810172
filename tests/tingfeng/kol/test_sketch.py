from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tingfeng.kol.sketch import HASHES, LEAST, Sketch, Sketches


def people(begin, end):
    return [f"p{n}" for n in range(begin, end)]


def overlap(one, other):
    return Sketches.of([Sketch.of(one), Sketch.of(other)]).overlaps(0)[1]


@pytest.mark.parametrize("shared", [0, 50, 200, 400, 500])
def test_the_share_of_the_smaller_audience_is_met(shared):
    # Error in twenty pairs, not in one: two standard errors of 1/16 would fail one in twenty.
    errors = [
        overlap(people(n * 10_000, n * 10_000 + 1500), people(n * 10_000 + 1500 - shared, n * 10_000 + 2000 - shared))
        - shared / 500
        for n in range(20)
    ]  # fmt: skip
    assert abs(np.mean(errors)) < 0.06
    assert np.sqrt(np.mean(np.square(errors))) < 2 / 16


def test_few_people_say_nothing_of_an_overlap():
    assert np.isnan(overlap(people(0, LEAST - 1), people(0, 500)))
    assert overlap(people(0, LEAST), people(0, LEAST)) == 1
    assert np.isnan(Sketches.of([None, Sketch.of(people(0, 100))]).overlaps(0)).all()


@settings(max_examples=25)
@given(st.lists(st.text(max_size=8), max_size=60))
def test_neither_order_nor_saying_it_twice_matters(names):
    once, again = Sketch.of(names), Sketch.of([*reversed(names), *names])
    assert (once.least == again.least).all()
    assert once.people == again.people == len(set(names))
    assert len(once.bytes()) == 4 * HASHES


def test_more_people_than_one_batch_are_the_same_set():
    many = people(0, 9_000)
    both = np.minimum(Sketch.of(many[:5_000]).least, Sketch.of(many[5_000:]).least)
    assert (Sketch.of(many).least == both).all()
