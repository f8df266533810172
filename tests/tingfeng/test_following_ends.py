"""A sync that goes on for ever ends where nothing but a person helps, and says why."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tingfeng.core.errors import StoreError
from tingfeng.core.message import Message
from tingfeng.pipeline.elastic import Elastic


class Turns:
    """Meets these one after the other: an error is raised, a number is what was done."""

    def __init__(self, *plays: Any) -> None:
        self.plays, self.begun = list(plays), 0

    @contextmanager
    def __call__(self, **_: Any) -> Iterator[Turns]:
        self.begun += 1
        yield self

    def turn(self) -> int:
        play = self.plays.pop(0)
        if isinstance(play, BaseException):
            raise play
        return int(play)


def follow(monkeypatch: pytest.MonkeyPatch, turns: Turns) -> list[Message]:
    said: list[Message] = []
    elastic = object.__new__(Elastic)
    elastic.say, elastic._sleep = said.append, lambda seconds: None
    monkeypatch.setattr(elastic, "_syncing", turns, raising=False)
    with pytest.raises((StoreError, KeyboardInterrupt)):
        elastic.follow(take_over=False, every=0, progress=lambda progress: None)
    return said


def away() -> StoreError:
    from elastic_transport import ConnectionError

    error = StoreError("连不上", "away")
    error.__cause__ = ConnectionError("away")
    return error


def full() -> StoreError:
    return StoreError("被拒绝的太多", "too many refused")


def test_what_comes_again_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = Turns(1, full(), full(), 1, KeyboardInterrupt())
    assert len(follow(monkeypatch, turns)) == 1
    assert (turns.begun, len(turns.plays)) == (2, 2)


def test_a_cluster_that_is_away_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = Turns(1, *(away() for _ in range(20)), full(), 0, full(), 1, KeyboardInterrupt())
    assert len(follow(monkeypatch, turns)) == 22
    assert turns.plays == []
