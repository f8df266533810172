"""The bulk writer, against a server in this process that fails by a script."""

import threading
import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from elastic_transport import ApiResponseMeta, ConnectionError, HttpHeaders, NodeConfig, TlsError
from elasticsearch import ApiError, UnsupportedProductError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.es.deadletters import DeadLetters
from index.es.pace import Pace
from index.es.writer import Action, BulkWriter
from tingfeng import StoreError

REJECTED = {"status": 429, "error": {"type": "es_rejected_execution_exception", "reason": "full"}}
BLOCKED = {"status": 429, "error": {"type": "cluster_block_exception", "reason": "flood-stage"}}
WRONG = {"status": 400, "error": {"type": "strict_dynamic_mapping_exception", "reason": "zz"}}
ABSENT = {"status": 404, "error": {"type": "index_not_found_exception", "reason": "no such"}}
FAILED = {"status": 500, "error": {"type": "null_pointer_exception", "reason": ""}}
NO_RIGHT = {"status": 403, "error": {"type": "security_exception", "reason": "unauthorized"}}


def api(status: int, type: str = "", reason: str = "") -> ApiError:
    meta = ApiResponseMeta(
        status=status, http_version="1.1", headers=HttpHeaders(), duration=0.0,
        node=NodeConfig("http", "127.0.0.1", 9200),
    )  # fmt: skip
    body = {"error": {"type": type, "reason": reason}, "status": status} if type else ""
    return ApiError("no", meta, body)


def action(id: Any, version: int | None = 1, **changes: Any) -> Action:
    fields: dict[str, Any] = {"index": "i", "id": str(id), "source": b'{"v":%d}' % (version or 0)}
    return Action(**(fields | {"version": version} | changes))


def fill(writer: BulkWriter, count: int) -> None:
    for number in range(count):
        writer.add(action(number))


def test_everything_added_is_written_once(bulks: Any, writing: Any) -> None:
    with writing(bulks, documents=100) as writer:
        fill(writer, 1050)
    assert len(bulks.documents) == len(bulks.written) == 1050
    assert max(map(len, bulks.requests)) <= 100
    assert writer.tally.written == 1050
    assert writer.tally.requests == len(bulks.requests) == 11


def test_the_request_asks_for_little_and_waits_no_longer_than_we_do(
    bulks: Any, writing: Any
) -> None:
    with writing(bulks, request_timeout=8.0) as writer:
        writer.add(action(1))
    assert bulks.used == {"request_timeout": 8.0, "max_retries": 0}
    assert bulks.query["timeout"] == "4000ms"
    assert bulks.query["filter_path"] == "errors,items.*.status,items.*.error"
    assert "refresh" not in bulks.query


def test_bodies_are_bounded_in_bytes_too(bulks: Any, writing: Any) -> None:
    with writing(bulks, octets=1000, threads=1) as writer:
        for number in range(20):
            writer.add(action(number, source=b'{"t":"%s"}' % (b"x" * 300)))
        writer.add(action("huge", source=b'{"t":"%s"}' % (b"x" * 5000)))
    assert max(map(len, bulks.requests)) == 2
    assert ["huge"] in bulks.requests


def test_a_quiet_writer_sends_what_it_has_after_a_while(bulks: Any, writing: Any) -> None:
    writer = writing(bulks, seconds=0.1)
    writer.add(action(1))
    end = time.monotonic() + 5
    while not bulks.documents and time.monotonic() < end:
        time.sleep(0.01)
    assert bulks.documents
    assert writer.tally.written == 1


def test_what_is_added_at_once_waits_for_the_time(bulks: Any, writing: Any) -> None:
    writer = writing(bulks, seconds=30.0)
    writer.add(action(1))
    time.sleep(0.1)
    assert not bulks.requests
    writer.flush()
    assert len(bulks.requests) == 1


def test_fates_are_told_one_by_one(bulks: Any, writing: Any) -> None:
    told: list[tuple[str, str]] = []
    bulks.documents[("i", "old")] = (5, {})
    bulks.documents[("i", "made")] = (1, {})
    with writing(bulks, settled=lambda each, how: told.append((each.id, how))) as writer:
        writer.add(action("new"))
        writer.add(action("old", 5))
        writer.add(action("made", None, create=True))
        writer.add(action("nothing", 9, source=None))
        bulks.plays = [{4: WRONG}]
        writer.add(action("bad"))
    assert dict(told) == {
        "new": "written", "old": "stale", "made": "stale", "nothing": "written", "bad": "dead",
    }  # fmt: skip
    assert writer.tally.stale == 2


def test_only_the_documents_that_were_pushed_back_are_sent_again(bulks: Any, writing: Any) -> None:
    bulks.plays = [{1: REJECTED, 3: REJECTED}]
    with writing(bulks, threads=1) as writer:
        fill(writer, 5)
    assert bulks.requests[0] == list("01234")
    assert sorted(id for ids in bulks.requests[1:] for id in ids) == ["1", "3"]
    assert writer.tally.retried == 2
    assert len(bulks.written) == 5


@pytest.mark.parametrize(
    "failure",
    [
        api(429, "es_rejected_execution_exception"), api(503, "unavailable_shards_exception"),
        api(502), api(504), api(408), api(500), ConnectionError("reset"), "lost",
        api(503, "master_not_discovered_exception"), TlsError("EOF occurred"),
    ],
)  # fmt: skip
def test_a_request_that_failed_is_sent_again(bulks: Any, writing: Any, failure: Any) -> None:
    bulks.plays = [failure, failure]
    with writing(bulks, threads=1) as writer:
        fill(writer, 10)
    assert len(bulks.written) == len(bulks.documents) == 10
    assert writer.tally.retried == 20
    assert writer.tally.waited > 0


def test_push_back_halves_the_batch_and_it_grows_again(bulks: Any, writing: Any) -> None:
    bulks.plays = [api(429)] * 3
    with writing(bulks, documents=16, threads=1) as writer:
        fill(writer, 200)
    sizes = [len(ids) for ids in bulks.requests]
    assert sizes[:4] == [16, 8, 4, 2]
    assert max(sizes[4:]) == 16
    assert len(bulks.written) == 200


def test_bodies_that_are_too_large_are_split_for_good(bulks: Any, writing: Any) -> None:
    bulks.always = lambda ids: api(413) if len(ids) > 3 else None
    with writing(bulks, documents=32, threads=1) as writer:
        fill(writer, 100)
    assert len(bulks.written) == 100
    assert sum(len(ids) > 3 for ids in bulks.requests) <= 4  # 32, 16, 8, 4: then never again


@pytest.mark.parametrize(
    "refusal",
    [
        api(413),
        api(
            429, "es_rejected_execution_exception",
            "rejected execution of coordinating operation [coordinating_and_primary_bytes=0, "
            "replica_bytes=0, all_bytes=0, coordinating_operation_bytes=900, "
            "max_coordinating_and_primary_bytes=500]",
        ),
        api(400, "illegal_argument_exception", "id is too long"),
    ],
)  # fmt: skip
def test_one_document_that_no_request_can_carry_is_a_dead_letter(
    bulks: Any, writing: Any, tmp_path: Path, refusal: ApiError
) -> None:
    bulks.always = lambda ids: refusal if "7" in ids else None
    dead = DeadLetters(tmp_path / "d.db")
    with writing(bulks, dead=dead) as writer:
        fill(writer, 20)
    assert [letter.id for letter in dead.letters()] == ["7"]
    assert len(bulks.documents) == 19
    assert writer.tally.dead == 1
    dead.close()


def test_wrong_documents_are_dead_letters_with_a_reason(
    bulks: Any, writing: Any, tmp_path: Path, now: datetime
) -> None:
    dead = DeadLetters(tmp_path / "d.db", now=lambda: now)
    bulks.plays = [{2: WRONG}]
    with writing(bulks, dead=dead) as writer:
        fill(writer, 5)
    (letter,) = dead.letters()
    assert (letter.id, letter.error, letter.reason) == ("2", WRONG["error"]["type"], "zz")
    bulks.plays = [{0: WRONG}]
    assert dead.retry(writing(bulks, dead=dead)) == (0, 1)
    assert dead.retry(writing(bulks, dead=dead)) == (1, 0)
    assert len(bulks.documents) == 5
    dead.close()


def test_a_later_version_makes_up_for_a_dead_letter(
    bulks: Any, writing: Any, tmp_path: Path
) -> None:
    dead = DeadLetters(tmp_path / "d.db")
    bulks.plays = [{0: WRONG}]
    with writing(bulks, dead=dead) as writer:
        writer.add(action("a", 1))
        writer.add(action("a", 2))
    assert len(dead) == 0
    assert bulks.documents[("i", "a")][0] == 2
    dead.close()


def test_a_missing_index_is_made_once(bulks: Any, writing: Any) -> None:
    asked: list[str] = []
    bulks.plays = [{0: ABSENT, 1: ABSENT}]
    with writing(bulks, missing=lambda name: not asked.append(name)) as writer:
        fill(writer, 5)
    assert asked == ["i"]
    assert len(bulks.written) == 5


def test_where_no_index_can_be_made_documents_are_parked_and_the_remedy_is_said_once(
    bulks: Any, writing: Any
) -> None:
    told: list[Any] = []
    bulks.always = lambda ids: dict.fromkeys(range(len(ids)), ABSENT)
    with writing(bulks, documents=2, say=told.append, missing=lambda name: False) as writer:
        fill(writer, 6)
        writer.add(action("gone", 3, source=None))
    assert writer.tally.dead == 6
    assert writer.tally.written == 1  # nothing to delete
    assert len(told) == 1
    assert "tingfeng es bootstrap" in told[0].zh
    assert "tingfeng es bootstrap" in told[0].en


def test_a_block_is_waited_for_and_told_once(bulks: Any, writing: Any) -> None:
    told: list[Any] = []
    blocked = dict.fromkeys(range(10), BLOCKED)
    bulks.plays = [blocked] * 4
    with writing(bulks, threads=1, documents=10, say=told.append) as writer:
        fill(writer, 30)
    assert [len(ids) for ids in bulks.requests[1:4]] == [1, 1, 1]  # probes
    assert len(bulks.written) == 30
    assert ["磁盘已满" in each.zh for each in told] == [True, False]
    assert "again" in told[1].en


def test_a_block_is_told_once_whatever_else_happens_meanwhile(bulks: Any, writing: Any) -> None:
    told: list[Any] = []
    bulks.plays = [{0: BLOCKED, 1: REJECTED}, {0: BLOCKED}, api(429), ConnectionError("reset")]
    with writing(bulks, threads=1, say=told.append) as writer:
        fill(writer, 5)
    assert len(told) == 2
    assert len(bulks.written) == 5


def test_an_index_is_asked_for_again_when_it_is_gone_again(bulks: Any, writing: Any) -> None:
    asked: list[str] = []
    bulks.plays = [api(429)] * 9 + [{0: ABSENT}, {0: ABSENT}]
    with writing(bulks, threads=1, missing=lambda name: not asked.append(name)) as writer:
        fill(writer, 1)
    assert asked == ["i", "i"]
    assert len(bulks.written) == 1


@pytest.mark.parametrize(
    "block",
    [
        api(503, "cluster_block_exception", "blocked by: [SERVICE_UNAVAILABLE/2/no master];"),
        {0: BLOCKED | {"status": 403}},
        {0: {"status": 400, "error": {"type": "index_closed_exception", "reason": "closed"}}},
    ],
)
def test_a_block_is_one_whatever_its_status(bulks: Any, writing: Any, block: Any) -> None:
    told: list[Any] = []
    bulks.plays = [block]
    with writing(bulks, threads=1, say=told.append) as writer:
        fill(writer, 3)
    assert len(bulks.written) == 3
    assert len(told) == 2


def test_a_server_that_stays_away_is_told_once(bulks: Any, writing: Any) -> None:
    told: list[Any] = []
    moments = iter(range(0, 10_000, 3))
    bulks.plays = [ConnectionError("refused")] * 8
    with writing(
        bulks, threads=1, say=told.append, clock=lambda: float(next(moments)), patience=1e9,
        wait=lambda condition, rest: condition.wait(0.001),
    ) as writer:  # fmt: skip
        writer.add(action(1))
    assert len(told) == 2
    assert "连接不上" in told[0].zh


@pytest.mark.parametrize(
    ("failure", "remedy"),
    [
        (api(401, "security_exception"), "api_key"),
        (api(403, "security_exception"), "tingfeng es setup"),
        ({1: NO_RIGHT}, "tingfeng es setup"),
        (api(406, "media_type_header_exception"), "8.19"),
        (api(404), "tingfeng es"),
        (TlsError("[SSL: CERTIFICATE_VERIFY_FAILED]"), "ca"),
        (UnsupportedProductError("no", api(200).meta, ""), "url"),
    ],
)
def test_what_cannot_succeed_stops_the_writer_and_says_the_remedy(
    bulks: Any, writing: Any, failure: Any, remedy: str
) -> None:
    bulks.always = lambda ids: failure
    writer = writing(bulks, documents=2)
    with pytest.raises(StoreError, match=remedy):
        fill(writer, 1000)
    with pytest.raises(StoreError, match=remedy):
        writer.flush()
    with pytest.raises(StoreError, match=remedy):
        writer.add(action("later"))


def test_patience_ends_and_names_what_waits(bulks: Any, writing: Any) -> None:
    bulks.always = lambda ids: api(429)
    writer = writing(bulks, documents=4, threads=1, patience=0.2)
    with pytest.raises(StoreError, match=r"i \(12\)"):
        fill(writer, 1000)
    with pytest.raises(StoreError, match=r"i \(12\)"):
        writer.flush()
    bulks.always = lambda ids: None
    writer.flush()
    assert len(bulks.written) == 12


def test_a_poisonous_document_does_not_stop_the_others(
    bulks: Any, writing: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.es.delivery.BROKEN", 0.0)
    bulks.always = lambda ids: api(500) if "3" in ids else None
    with writing(bulks, documents=8, threads=1) as writer:
        fill(writer, 40)
    assert len(bulks.documents) == 39
    assert writer.tally.dead == 1


def test_a_server_that_fails_at_everything_buries_nothing(
    bulks: Any, writing: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.es.delivery.BROKEN", 0.0)
    bulks.plays = [dict.fromkeys(range(8), FAILED)] * 30
    with writing(bulks, documents=8, threads=1) as writer:
        fill(writer, 8)
    assert writer.tally.dead == 0
    assert len(bulks.written) == 8


def test_actions_on_one_document_keep_their_order_through_retries(bulks: Any, writing: Any) -> None:
    bulks.plays = [{0: REJECTED}, api(503), "lost"]
    with writing(bulks) as writer:
        for value in range(10):
            writer.add(action("x", None, source=b'{"v":%d}' % value))
        writer.add(action("x", None, source=None))
        writer.add(action("y", None))
        writer.add(action("x", None, source=b'{"v":11}'))
    assert bulks.documents[("i", "x")][1] == {"v": 11}
    assert all(count == 1 for ids in bulks.requests for count in Counter(ids).values())


def test_no_index_is_repeated_after_the_deletion_that_followed_it(bulks: Any, writing: Any) -> None:
    bulks.plays = ["lost", {0: REJECTED}]
    with writing(bulks) as writer:
        writer.add(action("x", None))
        writer.add(action("x", None, source=None))
    assert bulks.documents[("i", "x")][1] is None


def test_add_waits_while_the_buffer_is_full(bulks: Any, writing: Any) -> None:
    gate = threading.Event()
    bulks.always = lambda ids: gate.wait(10) and None
    writer = writing(bulks, documents=2, threads=1)
    adding = threading.Thread(target=fill, args=(writer, 20))
    adding.start()
    adding.join(0.3)
    assert adding.is_alive()
    assert sum(map(len, bulks.requests)) == 2
    gate.set()
    adding.join(10)
    writer.flush()
    assert len(bulks.written) == 20


def test_no_more_requests_at_once_than_threads_and_the_next_body_is_ready(
    bulks: Any, writing: Any
) -> None:
    at_once: list[int] = []
    inside = threading.Semaphore(100)
    perform = bulks.perform_request

    def slow(*args: Any, **options: Any) -> Any:
        inside.acquire()
        at_once.append(100 - inside._value)
        time.sleep(0.01)
        inside.release()
        return perform(*args, **options)

    bulks.perform_request = slow
    with writing(bulks, documents=10, threads=2) as writer:
        fill(writer, 400)
    assert max(at_once) == 2
    assert len(bulks.written) == 400


def test_a_batch_that_waits_its_turn_is_not_sent_into_a_block(bulks: Any, writing: Any) -> None:
    bulks.plays = [dict.fromkeys(range(10), BLOCKED)] * 3
    with writing(bulks, documents=10, threads=3) as writer:
        fill(writer, 200)
    probes = bulks.requests[3:6]  # three were on their way already
    assert any(len(ids) == 1 for ids in probes)
    assert len(bulks.written) == 200


def test_many_threads_may_add_and_flush(bulks: Any, writing: Any) -> None:
    def add(writer: BulkWriter, which: int) -> None:
        for number in range(300):
            writer.add(action(f"{which}-{number}"))
            if number % 100 == 99:
                writer.flush()
                assert ("i", f"{which}-{number}") in bulks.documents

    with writing(bulks, documents=50) as writer:
        threads = [threading.Thread(target=add, args=(writer, which)) for which in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(bulks.written) == 1200


def test_a_failed_block_of_work_is_not_flushed(bulks: Any, writing: Any) -> None:
    def work() -> None:
        with writer:
            writer.add(action(1))
            raise ZeroDivisionError

    writer = writing(bulks, seconds=60.0)
    with pytest.raises(ZeroDivisionError):
        work()
    assert not bulks.requests
    with pytest.raises(RuntimeError):
        writer.add(action(2))


def test_a_fault_of_whoever_is_told_is_raised(bulks: Any, writing: Any) -> None:
    def settled(action: Action, how: str) -> None:
        raise KeyError(action.id)

    writer = writing(bulks, settled=settled)
    writer.add(action(1))
    with pytest.raises(KeyError):
        writer.flush()


FAULTS = st.sampled_from(
    [None, "lost", api(429), api(503), api(500), ConnectionError("reset"),
     {0: REJECTED}, {1: REJECTED, 2: FAILED}, {0: BLOCKED}]
)  # fmt: skip


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    ids=st.lists(st.integers(0, 12), max_size=80),
    faults=st.lists(FAULTS, max_size=12),
    deletions=st.sets(st.integers(0, 79)),
    threads=st.integers(1, 3),
)
def test_whatever_fails_the_newest_of_each_document_is_there(
    bulks: Any, ids: list[int], faults: list[Any], deletions: set[int], threads: int
) -> None:
    bulks = type(bulks)()
    bulks.plays = list(faults)
    pace = Pace(documents=4, octets=10_000, base=0.0001, cap=0.001, probes=(0.0005, 0.001))
    wanted = {}
    with BulkWriter(bulks, threads=threads, documents=4, seconds=0.01, pace=pace) as writer:
        for version, id in enumerate(ids, 1):
            source = None if version in deletions else b'{"v":%d}' % version
            writer.add(action(id, version, source=source))
            wanted[("i", str(id))] = (version, None if source is None else {"v": version})
    assert bulks.documents == wanted
    tally = writer.tally
    assert tally.written + tally.stale == len(ids)
    assert not tally.dead
