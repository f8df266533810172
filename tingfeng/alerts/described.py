"""Settings as one text, the same in every process: to see whether they are still what they were."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any


def described(thing: Any) -> str:
    """*thing* with all that it is made of; of sets and mappings whatever their order."""
    if thing is None or isinstance(thing, str | bytes | int | float):
        return repr(thing)
    if isinstance(thing, Mapping):
        pairs = sorted((described(key), described(value)) for key, value in thing.items())
        return "{" + ", ".join(f"{key}: {value}" for key, value in pairs) + "}"
    if isinstance(thing, set | frozenset):
        return "{" + ", ".join(sorted(map(described, thing))) + "}"
    if isinstance(thing, Iterable):
        return "[" + ", ".join(map(described, thing)) + "]"
    if is_dataclass(thing):
        parts = {field.name: getattr(thing, field.name) for field in fields(thing)}
    else:
        parts = dict(getattr(thing, "__dict__", {}))
    name = getattr(thing, "pattern", "") if not parts else ""
    return f"{type(thing).__qualname__}{described(parts)}{name}"
