"""Whether the fields of an index are still those that it was made with: the label may stay when
somebody changes them by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_TOLD_OTHERWISE = {"dense_vector": ("index_options",)}
"""What servers of different versions complete in different ways, by type of field."""

_UNSAID = {"analyzer": "standard"}
"""What a server leaves out when it tells a field, since it would be so anyway."""


def unchanged(there: Mapping[str, Any], ours: Mapping[str, Any]) -> bool:
    """Whether mappings as the server tells them are those that were sent."""
    same = all(str(there.get(name)) == str(ours.get(name)) for name in ("dynamic", "_source"))
    return same and _same(there.get("properties", {}), ours["properties"])


def _same(there: Mapping[str, Any], ours: Mapping[str, Any]) -> bool:
    return there.keys() == ours.keys() and all(_same_field(there[one], ours[one]) for one in ours)


def _same_field(there: Mapping[str, Any], ours: Mapping[str, Any]) -> bool:
    if "properties" in ours:
        return there.keys() == {"properties"} and _same(there["properties"], ours["properties"])
    told = _UNSAID | dict(there) if ours.keys() & _UNSAID.keys() else dict(there)
    wanted = dict(ours)
    for name in _TOLD_OTHERWISE.get(wanted["type"], ()):
        told.pop(name, None)
        wanted.pop(name, None)
    return told == wanted
