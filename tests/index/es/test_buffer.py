"""What is between being added and being settled."""

from hypothesis import given
from hypothesis import strategies as st

from index.es.buffer import Buffer, Entry
from index.es.bulk_body import Action


def entry(id: str, size: int = 0) -> Entry:
    return Entry(Action(index="i", id=id, source=b"x" * size))


def ids(entries) -> list[str]:
    return [each.action.id for each in entries]


def test_a_batch_is_bounded_in_documents_and_bytes() -> None:
    buffer = Buffer(documents=100, octets=10**6)
    for number in range(5):
        buffer.put(entry(str(number), 1000), 0.0)
    assert ids(buffer.cut(2, 10**6, 0.0)) == ["0", "1"]
    assert ids(buffer.cut(9, 2500, 0.0)) == ["2", "3"]
    assert ids(buffer.cut(9, 10, 0.0)) == ["4"]  # one at least
    assert buffer.ready == buffer.ready_octets == 0


def test_anything_fits_when_nothing_is_there() -> None:
    buffer = Buffer(documents=2, octets=500)
    assert buffer.room(10**9)
    buffer.put(entry("a"), 0.0)
    assert buffer.room(100)
    assert not buffer.room(10**9)
    buffer.put(entry("b"), 0.0)
    assert not buffer.room(1)


def test_a_second_action_on_a_document_stands_aside() -> None:
    buffer = Buffer(documents=9, octets=10**6)
    for _ in range(3):
        buffer.put(entry("a"), 0.0)
    buffer.put(entry("b"), 0.0)
    first = buffer.cut(9, 10**6, 0.0)
    assert ids(first) == ["a", "b"]
    buffer.back(first, 0.0)
    first = buffer.cut(9, 10**6, 0.0)
    assert ids(first) == ["a", "b"]
    buffer.settle(first, 1.0)
    assert ids(buffer.cut(9, 10**6, 0.0)) == ["a"]
    assert buffer.unsettled == 2
    assert buffer.waiting() == {"i": 2}


def test_a_flush_waits_for_what_was_there_before_it() -> None:
    buffer = Buffer(documents=9, octets=10**6)
    old = entry("old")
    buffer.put(old, 0.0)
    mark = buffer.flush()
    buffer.put(entry("new"), 0.0)
    assert not buffer.flushed(mark)
    buffer.settle(buffer.cut(1, 10**6, 0.0), 0.0)
    assert buffer.flushed(mark)
    assert not buffer.flushed(buffer.flush())


def test_what_goes_back_comes_first_or_last() -> None:
    buffer = Buffer(documents=9, octets=10**6)
    for id in "abcd":
        buffer.put(entry(id), 0.0)
    some = buffer.cut(2, 10**6, 0.0)
    buffer.back(some[:1], 0.0)
    buffer.back(some[1:], 0.0, last=True)
    assert ids(buffer.cut(9, 10**6, 0.0)) == ["a", "c", "d", "b"]


@given(
    st.lists(st.integers(0, 5), max_size=60),
    st.lists(st.tuples(st.integers(1, 4), st.sampled_from(["settle", "front", "last"]))),
)
def test_each_document_keeps_its_order_and_nothing_is_left(added, moves) -> None:
    buffer = Buffer(documents=10**6, octets=10**9)
    for number, id in enumerate(added):
        buffer.put(Entry(Action(index="i", id=str(id), source=b"%d" % number)), 0.0)
    seen: dict[str, list[int]] = {}

    def settle(entries) -> None:
        for each in entries:
            seen.setdefault(each.action.id, []).append(int(each.action.source))
        buffer.settle(entries, 0.0)

    for count, how in moves:
        some = buffer.cut(count, 10**9, 0.0)
        assert len({each.key for each in some}) == len(some)
        if how == "settle":
            settle(some)
        else:
            buffer.back(some, 0.0, last=how == "last")
    while some := buffer.cut(3, 10**9, 0.0):
        settle(some)
    assert all(order == sorted(order) for order in seen.values())
    assert sum(map(len, seen.values())) == len(added)
    assert buffer.unsettled == buffer.open_octets == buffer.ready_octets == 0
    assert buffer.flushed(buffer.flush())
