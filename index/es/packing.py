"""Nouns of the desk as JSON values, and back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any, TypeVar

from tingfeng import LabelRule

Noun = TypeVar("Noun")


_ADAPTERS: dict[type[Any], Any] = {}


def _adapter(noun: type[Any]) -> Any:
    from pydantic import TypeAdapter

    if noun not in _ADAPTERS:
        _ADAPTERS[noun] = TypeAdapter(noun)
    return _ADAPTERS[noun]


def packed(noun: Any) -> Any:
    """A noun as JSON values."""
    return _adapter(type(noun)).dump_python(noun, mode="json")


def unpacked(noun: type[Noun], kept: Any) -> Noun:
    """The noun from what :func:`packed` gave."""
    made: Noun = _adapter(noun).validate_json(json.dumps(kept))
    return made


def rules_packed(rules: Iterable[LabelRule]) -> str:
    """As text: the words of a rule may hold halves of surrogate pairs, as texts that they must be
    found in do, and no server takes those unescaped.
    """
    return json.dumps([asdict(rule) for rule in rules], default=datetime.isoformat)


def rules_unpacked(kept: str) -> list[LabelRule]:
    """The rules from what :func:`rules_packed` gave."""
    return [
        LabelRule(
            **{**rule, "words": tuple(rule["words"]), "at": datetime.fromisoformat(rule["at"])}
        )
        for rule in json.loads(kept)
    ]
