"""Documents as the bytes that a bulk request carries."""

from __future__ import annotations

from typing import Any

from index.edits import mended


def encoded(source: dict[str, Any]) -> bytes:
    """JSON in one line. Halves of surrogate pairs, which no server takes, become U+FFFD."""
    import orjson

    try:
        return orjson.dumps(source)
    except orjson.JSONEncodeError:
        return orjson.dumps(_mended(source))


def sendable(source: dict[str, Any]) -> dict[str, Any]:
    """*source* as it can be sent: see :func:`encoded`."""
    import orjson

    try:
        orjson.dumps(source)
    except orjson.JSONEncodeError:
        mended_: dict[str, Any] = _mended(source)
        return mended_
    return source


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return mended(value)
    if isinstance(value, dict):
        return {name: _mended(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_mended(each) for each in value]
    return value
