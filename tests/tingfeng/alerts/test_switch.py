"""Another reader in mid-stream: baselines follow, and the switch itself is no news."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tingfeng import SHANGHAI
from tingfeng.alerts.engine import Engine

START = datetime(2026, 6, 1, 0, 0, tzinfo=SHANGHAI)
SWITCH = START + timedelta(days=9, hours=10)
LATER = timedelta(minutes=5)


def read_by(documents, make_analysis, reader, *, share=None, seed=1):
    """*documents* as *reader* reads them; with *share*, so many of the others look negative to it."""
    dice = random.Random(seed)
    found = []
    for one in documents:
        analysis = replace(one.analysis, reader=reader)
        if share is not None:
            label = one.analysis.attitude("云雀")
            if label != "negative" and dice.random() < share:
                label = "negative"
            analysis = make_analysis(one.post, label, brands=("云雀",), reader=reader)
        found.append(replace(one, analysis=analysis))
    return found


def run(store, reader, since, until):
    told, now = [], since
    while now <= until:
        told += Engine(store, ["云雀"], channels=["desk"], reader=reader).run(now + LATER)
        now += timedelta(hours=1)
    return told


@pytest.fixture(scope="module")
def voices(stream):
    return stream(START, 24 * 13, rate=5)


def filled(make_shelf, documents):
    shelf = make_shelf()
    shelf.fill(documents)
    return shelf


@pytest.mark.parametrize("share", [0.2, 0.35])
def test_a_darker_reader_raises_nothing(make_shelf, voices, make_analysis, share):
    old = read_by(voices, make_analysis, "a")
    dark = read_by(voices, make_analysis, "b", share=share)
    store = filled(make_shelf, old)
    assert run(store, "a", SWITCH - timedelta(hours=12), SWITCH) == []
    kept = dict(store.states)
    store.documents = dark
    assert run(store, "b", SWITCH, SWITCH + timedelta(days=3)) == []
    assert json.loads(store.states["alerts/云雀"])["reader"] == "b"
    # The very same hours, were nobody to tell the engine of the switch: this is what it spares.
    careless = filled(make_shelf, dark)
    careless.states = kept
    assert run(careless, "", SWITCH, SWITCH + timedelta(hours=6))


def test_after_a_switch_all_is_as_if_the_new_reader_had_always_read(make_shelf, voices, make_analysis):  # fmt: skip
    dark = read_by(voices, make_analysis, "b", share=0.2)
    switched = filled(make_shelf, read_by(voices, make_analysis, "a"))
    run(switched, "a", SWITCH - timedelta(hours=1), SWITCH)
    switched.documents = dark
    run(switched, "b", SWITCH, SWITCH + timedelta(hours=1))
    always = filled(make_shelf, dark)
    run(always, "b", SWITCH - timedelta(hours=1), SWITCH + timedelta(hours=1))
    saved = [json.loads(one.states["alerts/云雀"]) for one in (switched, always)]
    assert saved[0]["recent"] == saved[1]["recent"]
    first, second = (one["track"]["share"]["baselines"] for one in saved)
    for one, other in zip(first, second, strict=True):
        assert one == pytest.approx(other, rel=1e-6)


def test_a_crisis_that_begins_after_the_switch_is_found(make_shelf, voices, make_analysis, say):
    crisis = SWITCH + timedelta(hours=8)
    outcry = [say(crisis + timedelta(minutes=2 * n), "negative") for n in range(90)]
    store = filled(make_shelf, read_by(voices, make_analysis, "a"))
    run(store, "a", SWITCH - timedelta(hours=1), SWITCH)
    store.documents = []
    store.fill(read_by([*voices, *outcry], make_analysis, "b", share=0.1))
    told = run(store, "b", SWITCH, crisis + timedelta(hours=3))
    assert told[0].kind == "opened"
    assert crisis < told[0].at <= crisis + timedelta(hours=1.5)


@pytest.mark.parametrize("share", [0.0, 0.2])
def test_an_open_incident_is_neither_closed_nor_doubled(make_shelf, voices, make_analysis, say, share):  # fmt: skip
    begin = SWITCH - timedelta(hours=3)
    outcry = [say(begin + timedelta(minutes=2 * n), "negative") for n in range(90)]
    store = filled(make_shelf, read_by([*voices, *outcry], make_analysis, "a"))
    run(store, "a", SWITCH - timedelta(hours=4), SWITCH)
    (incident,) = store.incidents()
    mild = [
        replace(one, analysis=make_analysis(one.post, "neutral", brands=("云雀",), reader="b"))
        for one in outcry
    ]
    rest = read_by(voices, make_analysis, "b", share=share)
    store.documents = []
    store.fill([*rest, *mild])  # the new reader sees no outcry at all
    told = run(store, "b", SWITCH, SWITCH + timedelta(hours=20))
    assert {one.kind for one in told} <= {"lowered", "heartbeat"}
    assert [one.id for one in store.incidents()] == [incident.id]
    told = run(store, "b", SWITCH + timedelta(hours=21), SWITCH + timedelta(hours=26))
    assert [one.kind for one in told if one.kind != "lowered"] == ["resolved"]
    assert [one.id for one in store.incidents()] == [incident.id]


def test_judgement_waits_until_history_is_read(make_shelf, voices, make_analysis):
    old = read_by(voices, make_analysis, "a")
    store = filled(make_shelf, old)
    run(store, "a", SWITCH, SWITCH)
    states = dict(store.states)
    dark = read_by(voices, make_analysis, "b", share=0.5)
    half = len(dark) // 2
    for documents in (old, [*dark[:half], *old[half:]], [*old[:1], *dark[1:]]):
        store.documents = documents
        engine = Engine(store, ["云雀"], reader="b")
        assert engine.behind
        assert engine.run(SWITCH + timedelta(hours=5)) == []
        assert store.states == states
    store.documents = dark
    engine = Engine(store, ["云雀"], reader="b")
    assert not engine.behind
    assert engine.run(SWITCH + timedelta(hours=5)) == []
    assert store.states != states


def test_what_nobody_has_read_yet_does_not_stop_judgement(make_seen, make_analysis, now):
    from index.memory import MemoryStore

    store = MemoryStore()
    store.put([make_seen("1"), make_seen("2"), make_seen("3")], now=now)
    store.record([make_analysis(store.get("weibo:2").post, reader="a")])
    assert not Engine(store, ["云雀"], reader="a").behind
    assert Engine(store, ["云雀"], reader="b").behind
    assert not Engine(store, ["云雀"]).behind


def test_a_state_from_before_readers_were_noted_is_learnt_anew_once(make_shelf, voices, make_analysis):  # fmt: skip
    store = filled(make_shelf, read_by(voices, make_analysis, "a"))
    run(store, "", SWITCH, SWITCH)
    saved = json.loads(store.states["alerts/云雀"])
    del saved["reader"]
    store.states["alerts/云雀"] = json.dumps(saved)
    assert run(store, "a", SWITCH, SWITCH + timedelta(hours=1)) == []
    assert json.loads(store.states["alerts/云雀"])["reader"] == "a"
