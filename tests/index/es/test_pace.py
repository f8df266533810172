"""How much is sent at once, and when: one pace for all threads of a writer."""

from index.es.pace import Pace


def pace(**changes) -> Pace:
    fields = {"documents": 64, "octets": 6400, "uniform": lambda low, high: high}
    return Pace(**(fields | changes))


def test_push_back_halves_and_waits_longer_each_time() -> None:
    one = pace(base=0.5, cap=3.0)
    waits = []
    for now in (0.0, 10.0, 20.0, 30.0):
        one.back_off(now, now, halve=True)
        waits.append(one.resume_at - now)
    assert waits == [0.5, 1.0, 2.0, 3.0]
    assert (one.documents, one.octets) == (4, 400)
    assert one.waited == 6.5


def test_jitter_is_full() -> None:
    one = pace(base=4.0, uniform=lambda low, high: (low + high) / 4)
    one.back_off(0.0, 0.0, halve=False)
    assert one.resume_at == 1.0


def test_one_cut_for_all_that_was_on_its_way() -> None:
    one = pace()
    one.back_off(1.0, 2.0, halve=True)
    one.back_off(1.5, 2.1, halve=True)
    assert one.documents == 32


def test_what_passes_brings_the_pace_back_bit_by_bit() -> None:
    one = pace()
    one.back_off(0.0, 0.0, halve=True)
    sizes = []
    for _ in range(6):
        one.clean()
        sizes.append(one.documents)
    assert sizes == [38, 45, 51, 58, 64, 64]


def test_there_is_always_one_document_to_send() -> None:
    one = pace()
    for now in range(100):
        one.back_off(float(now), float(now), halve=True)
    assert one.documents == 1


def test_a_block_is_probed_by_one_document_at_growing_intervals() -> None:
    one = pace(probes=(5.0, 30.0))
    now, waits = 0.0, []
    for _ in range(5):
        one.block(now, now)
        waits.append(one.resume_at - now)
        now = one.resume_at
    assert waits == [5.0, 10.0, 20.0, 30.0, 30.0]
    assert one.documents == 1
    assert not one.unblock(now - 40.0)  # sent before: says nothing of now
    assert one.unblock(now)
    assert one.documents == 64
    assert not one.unblock(now)


def test_a_size_that_cannot_pass_is_not_tried_again() -> None:
    one = pace()
    one.too_large(1000)
    for _ in range(20):
        one.clean()
    assert one.octets == 500
    one.too_large(4000)
    assert one.octets == 500
