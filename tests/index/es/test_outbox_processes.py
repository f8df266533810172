"""Two processes with one outbox in one cluster: what one settled, the other does not send again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from index import STORES
from tingfeng import SHANGHAI, Notice, build

NOW = datetime(2026, 6, 12, 10, 10, tzinfo=SHANGHAI)


@pytest.fixture
def both(bare8: Any, reach: Any) -> Any:
    """Two stores on one corner of a server, as two processes have them."""
    made = [build(STORES, {"use": "elastic", **reach(bare8), "refresh": "1h"}) for _ in range(2)]
    yield made
    for store in made:
        store.close()


def test_each_sees_at_once_what_the_other_queued_settled_and_swapped(both: Any) -> None:
    one, other = both
    notice = Notice(id="n", channel="c", incident="i", kind="test", level="red", title="", body="",
                    created_at=NOW)  # fmt: skip
    one.enqueue([notice])
    assert other.waiting() == one.waiting() == [notice]
    other.settle(replace(notice, attempts=1, delivered_at=NOW))
    assert one.waiting() == []
    assert one.swap_state("turn", None, "one")
    assert not other.swap_state("turn", None, "other")
    assert other.swap_state("turn", "one", "other")
    assert not one.swap_state("turn", "one", "again")
