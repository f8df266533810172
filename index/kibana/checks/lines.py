"""Lines of the file: what Kibana reads first."""

from __future__ import annotations

import json
from typing import Any

from index.kibana.checks.faults import Fault, Json, Saved, fault
from index.kibana.maker import CORE_VERSION, VERSIONS

_NEEDED = {
    "type": str, "id": str, "attributes": dict, "references": list, "coreMigrationVersion": str,
    "typeMigrationVersion": str,
}  # fmt: skip

_OPENED: dict[str, tuple[str, ...]] = {
    "index-pattern": (
        "fields", "fieldAttrs", "fieldFormatMap", "runtimeFieldMap", "sourceFilters", "typeMeta",
    ),
    "search": ("kibanaSavedObjectMeta.searchSourceJSON",),
    "dashboard": (
        "panelsJSON", "optionsJSON", "kibanaSavedObjectMeta.searchSourceJSON",
        "controlGroupInput.panelsJSON", "controlGroupInput.ignoreParentSettingsJSON",
    ),
}  # fmt: skip
"""Attributes that are JSON in a string. Kibana takes any string, and breaks when the page opens."""


def read(data: bytes) -> tuple[list[Saved], list[Fault]]:
    """The objects that can be read, and what is wrong with the others."""
    objects: list[Saved] = []
    faults: list[Fault] = []
    if data.startswith(b"\xef\xbb\xbf"):
        faults.append(_encoding("文件开头有 BOM", "the file begins with a byte order mark"))
        data = data[3:]
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return [], [_encoding("不是 UTF-8", "this is not UTF-8")]
    seen: set[tuple[str, str]] = set()
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        found = _object(number, line)
        if isinstance(found, Fault):
            faults.append(found)
            continue
        if found is None:
            continue
        if (found.type, found.id) in seen:
            faults.append(_twice(found))
        seen.add((found.type, found.id))
        faults += _opened(found)
        objects.append(found)
    return objects, faults


def _object(number: int, line: str) -> Saved | Fault | None:
    where = f"line {number}"
    try:
        saved = json.loads(line)
    except ValueError as error:
        return fault(where, f"不是 JSON：{error}", f"this is no JSON: {error}", *_BUILD)
    if isinstance(saved, dict) and "exportedCount" in saved:
        return None  # Kibana's own summary at the end of an export
    for name, kind in _NEEDED.items():
        if not isinstance(saved, dict) or not isinstance(saved.get(name), kind):
            return fault(where, f"缺少 {name}", f"{name} is missing", *_BUILD)
    if wrong := _version(saved):
        return fault(where, *wrong, "改回此表所写的版本", "write the version of the table")
    for each in saved["references"]:
        if not isinstance(each, dict) or {"type", "id", "name"} - set(each):
            return fault(where, "references 的一项缺 type、id 或 name",
                         "a reference lacks its type, id or name", *_BUILD)  # fmt: skip
    return Saved(
        line=number, type=saved["type"], id=saved["id"], attributes=saved["attributes"],
        references=saved["references"], whole=saved,
    )  # fmt: skip


def _version(saved: Json) -> tuple[str, str] | None:
    kind, version = saved["type"], saved["typeMigrationVersion"]
    most = VERSIONS.get(kind)
    if most is None:
        known = ", ".join(VERSIONS)
        return f"不认识的类型 {kind}（认识：{known}）", f"unknown type {kind}; known: {known}"
    pairs = (("typeMigrationVersion", version, most),
             ("coreMigrationVersion", saved["coreMigrationVersion"], CORE_VERSION))  # fmt: skip
    for name, given, most in pairs:
        if _number(given) is None or (_number(given) or ()) > (_number(most) or ()):
            return (
                f"{name} 是 {given}，高于 {most}：8.19 会拒绝比它新的对象",
                f"{name} is {given}, above {most}: 8.19 refuses objects newer than it knows",
            )
    return None


def _number(version: str) -> tuple[int, ...] | None:
    try:
        return tuple(map(int, version.split(".")))
    except ValueError:
        return None


def _opened(saved: Saved) -> list[Fault]:
    """Parse what is JSON inside of strings, in place."""
    faults = []
    for path in _OPENED.get(saved.type, ()):
        *outer, last = path.split(".")
        inner: Any = saved.attributes
        for name in outer:
            inner = inner.get(name, {}) if isinstance(inner, dict) else {}
        if not isinstance(inner, dict) or last not in inner:
            continue
        try:
            inner[last] = json.loads(inner[last])
        except (ValueError, TypeError):
            inner[last] = [] if last == "panelsJSON" else {}
            faults.append(fault(
                f"{saved.where}, {path}", "应是装着 JSON 的字符串",
                "this must be a string that holds JSON", *_BUILD,
            ))  # fmt: skip
    return faults


def _twice(saved: Saved) -> Fault:
    return fault(
        saved.where, "出现两次", "it stands here twice", "删去一个：后一个会覆盖前一个",
        "remove one: the second would overwrite the first",
    )  # fmt: skip


def _encoding(zh: str, en: str) -> Fault:
    return fault("file", zh, en, "存为不带 BOM 的 UTF-8", "save it as UTF-8 without the mark")


_BUILD = ("用 tingfeng kibana build 重新生成", "make it anew: tingfeng kibana build")
