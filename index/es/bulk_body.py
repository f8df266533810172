"""What is to be done to one document, and many such as the body of one ``_bulk``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Settled = Literal["written", "stale", "dead"]
"""How an action ended. ``written``: done, a deletion also where nothing was there. ``stale``: an
equal or newer version is there, or the id of a ``create`` exists: possibly from an earlier attempt
of ours whose answer was lost. ``dead``: refused for good, in the dead letters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One line of a bulk."""

    index: str
    id: str
    source: bytes | None
    """Serialised JSON; ``None``: delete the document."""

    version: int | None = None
    """Given: written only over a smaller one (``version_type: external``)."""

    create: bool = False
    """Leave a document that is there as it is. Without a version."""

    def __post_init__(self) -> None:
        if self.create and (self.version is not None or self.source is None):
            raise ValueError(f"create takes a source and no version: {self.index}/{self.id}")

    @property
    def operation(self) -> str:
        """As ``_bulk`` calls it."""
        if self.source is None:
            return "delete"
        return "create" if self.create else "index"


FRAME = 96
"""Bytes of an action line beside index and id: the longest, with a version of 19 digits."""


def octets(action: Action) -> int:
    """Bytes that *action* takes in a body, at most."""
    source = action.source
    return FRAME + len(action.index) + len(action.id) + (0 if source is None else len(source))


def body(actions: Iterable[Action]) -> bytes:
    """*actions* in their order, as newline-delimited JSON."""
    lines: list[bytes] = []
    heads: dict[tuple[str, str], str] = {}
    for action in actions:
        # All but the id is the same for thousands of documents, and json.dumps of each line would
        # cost more than all the rest of the writer.
        named = action.operation, action.index
        head = heads.get(named)
        if head is None:
            head = heads[named] = f'{{"{named[0]}":{{"_index":{json.dumps(named[1])},"_id":'
        id, version, source = action.id, action.version, action.source
        name = f'"{id}"' if id.isalnum() and id.isascii() else json.dumps(id)
        if version is None:
            lines.append(f"{head}{name}}}}}".encode())
        else:
            lines.append(f'{head}{name},"version":{version},"version_type":"external"}}}}'.encode())
        if source is not None:
            # In JSON a bare newline can only be blank space, and here it would end the document.
            lines.append(source if b"\n" not in source else source.replace(b"\n", b" "))
    lines.append(b"")
    return b"\n".join(lines)
