"""Groups of an audience: which there are, and what they are called."""

from __future__ import annotations

from collections.abc import Mapping

from tingfeng import Message

NAMES: Mapping[str, Message] = {
    "female": Message("女", "female"), "male": Message("男", "male"), "1": Message("一线", "tier 1"),
    "new1": Message("新一线", "new tier 1"), "2": Message("二线", "tier 2"),
    "3": Message("三线", "tier 3"), "4": Message("四线", "tier 4"), "5": Message("五线", "tier 5"),
    "other": Message("其他", "others"),
}  # fmt: skip

GROUPS: Mapping[str, tuple[str, ...]] = {
    "gender": ("female", "male", "other"),
    "age": ("<18", "18-24", "25-34", "35-44", ">44", "other"),
    "city_tier": ("1", "new1", "2", "3", "4", "5", "other"),
}
"""Of the dimensions whose groups are ours; regions and interests are called as sources call them."""


def group_name(group: str) -> Message:
    """What *group* is called."""
    return NAMES.get(group, Message(group, group))


__all__ = ["GROUPS", "NAMES", "group_name"]
