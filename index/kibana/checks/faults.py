"""What is wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from index.es.layout import Names
from index.kibana.views import FAMILIES
from tingfeng import Message

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that Kibana would refuse, show wrongly or leave empty."""

    where: str
    """Object and what within it, e.g. ``dashboard tf-overview, panel trend``."""

    what: Message
    remedy: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A saved object, with the JSON inside its strings as JSON."""

    line: int
    type: str
    id: str
    attributes: Json
    references: list[Json]
    whole: Json
    """As it stands in the file."""

    @property
    def where(self) -> str:
        """For people."""
        return f"{self.type} {self.id}"

    def refers(self, name: str) -> str | None:
        """The id of what *name* refers to."""
        return next((each["id"] for each in self.references if each["name"] == name), None)


Look = Callable[[Saved, list[Saved], Names], Iterator[Fault]]
"""Looks one object over, among all of the file."""


def family_of(view: str | None, names: Names) -> str | None:
    """The documents that a data view shows; ``None``: it is none of ours."""
    return next((each for each in FAMILIES if names.alias(each) == view), None)


def fault(where: str, zh: str, en: str, do_zh: str, do_en: str) -> Fault:
    """A fault in few words."""
    return Fault(where=where, what=Message(zh, en), remedy=Message(do_zh, do_en))
