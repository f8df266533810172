"""The compose files as Compose merges them, as far as these files need it.

The rules are those of the specification: mappings are merged, sequences appended, ``command``,
``entrypoint`` and ``test`` of a health check replaced, environments and volumes merged by their key.
"""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import yaml

from tingfeng.pipeline.stack import COMPOSE

ROOT = Path(__file__).parents[2]
FILES = COMPOSE["cluster"]
ONE_SHOT = "no"
_REPLACED = {"command", "entrypoint", "test"}
_VARIABLE = re.compile(r"(?<!\$)\$\{(\w+)(?::([-?])([^}]*))?\}")


def parsed(name: str) -> dict[str, Any]:
    content = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
    return {key: value for key, value in content.items() if not key.startswith("x-")}


def stack(kind: str) -> dict[str, Any]:
    """All files of a kind, merged."""
    whole: dict[str, Any] = {}
    for name in COMPOSE[kind]:
        whole = _merged(whole, parsed(name))
    return whole


def variables(name: str) -> dict[str, str | None]:
    """Variables of a file and their defaults; ``None``: it must be set."""
    found: dict[str, str | None] = {}
    text = "\n".join(
        line for line in (ROOT / name).read_text("utf-8").splitlines() if line.strip()[:1] != "#"
    )
    for variable, kind, default in _VARIABLE.findall(text):
        assert kind, f"{variable} has neither a default nor a message"
        found[variable] = default if kind == "-" else None
    return found


def filled(value: Any, known: dict[str, str]) -> Any:
    """*value* with its variables replaced; ``KeyError`` for one that must be set and is not."""
    if isinstance(value, dict):
        return {key: filled(item, known) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, known) for item in value]
    if not isinstance(value, str):
        return value

    def one(found: re.Match[str]) -> str:
        name, kind, default = found.groups()
        return known.get(name) or (default if kind == "-" else known[name])

    return _VARIABLE.sub(one, value).replace("$$", "$")


def _merged(first: Any, second: Any, key: str = "") -> Any:
    if isinstance(first, dict) and isinstance(second, dict):
        whole = copy.copy(first)
        for name, value in second.items():
            whole[name] = _merged(whole[name], value, name) if name in whole else value
        return whole
    if isinstance(first, list) and isinstance(second, list) and key not in _REPLACED:
        return [*first, *(item for item in second if item not in first)]
    return second
