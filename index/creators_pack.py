"""Snapshots of creators as JSON text and back, and many of them folded into one card."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, fields
from datetime import date, datetime
from hashlib import blake2b
from typing import Any

from index.edits import mended
from tingfeng import (
    SHANGHAI,
    Audience,
    CreatorCard,
    CreatorEntry,
    Price,
    Provenance,
    ScoreRun,
    Snapshot,
    StoreError,
)

Packed = dict[str, Any]

_LISTS = ("category", "exclusive")
_MAPS = ("medians", "indices")
_OWN = {"provenance", "audience", "prices", "platform", "id", *_MAPS}
_PLAIN = tuple(one.name for one in fields(Snapshot) if one.name not in _OWN)
"""Fields that are said or not as a whole."""

_NOTHING: tuple[Any, ...] = (None, "", (), [], {})


def _without_blanks(values: Mapping[str, Any]) -> Packed:
    # "" is said of an agency: there is none.
    return {
        name: value
        for name, value in values.items()
        if value not in _NOTHING or (name == "agency" and value == "")
    }


def packed(snapshot: Snapshot) -> str:
    """As JSON text; what is not said takes no room."""
    said = _without_blanks(asdict(snapshot))
    for name in ("audience", "prices"):
        if name in said:
            said[name] = [_without_blanks(one) for one in said[name]]
    return json.dumps(said, ensure_ascii=False, default=_plain, separators=(",", ":"))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else list(value)


def digest(text: str) -> str:
    """What tells one snapshot from another: all it says, wherever it stood."""
    said = json.loads(text)
    said["provenance"].pop("file", None)
    whole = json.dumps(said, sort_keys=True, ensure_ascii=True)
    return blake2b(whole.encode(), digest_size=12).hexdigest()


def storable(snapshot: Snapshot) -> str:
    """*snapshot* as stores keep it: packed, and of characters that can be encoded."""
    text = packed(snapshot)
    try:
        text.encode()
    except UnicodeEncodeError:
        return mended(text)
    return text


def unpacked(text: str) -> Snapshot:
    """The snapshot from what :func:`packed` gave."""
    return _snapshot(json.loads(text))


def _snapshot(said: Packed) -> Snapshot:
    values = {"name": "", **said}
    values["provenance"] = _provenance(values["provenance"])
    values["audience"] = tuple(_audience(one) for one in said.get("audience", ()))
    values["prices"] = tuple(_price(one) for one in said.get("prices", ()))
    for name in _LISTS:
        values[name] = tuple(values.get(name, ()))
    return Snapshot(**values)


def _provenance(said: Packed) -> Provenance:
    times = {name: datetime.fromisoformat(said[name]) for name in ("seen_at", "expires_at")}
    return Provenance(**{**said, **times})


def _audience(said: Packed) -> Audience:
    return Audience(**{"shares": {}, **said})


def _price(said: Packed) -> Price:
    day = said.get("quoted_on")
    quoted = None if day is None else date.fromisoformat(day)
    return Price(**{**said, "amount": said.get("amount", 0.0), "quoted_on": quoted})


def folded(rows: Iterable[str]) -> CreatorCard | None:
    """One card from packed snapshots, oldest first, none of them expired; ``None`` from none.

    Works on what was unpacked from JSON: of hundreds of snapshots of a creator only what still
    holds becomes nouns.
    """
    now: Packed = {}
    by: dict[str, Packed] = {}
    parts: dict[str, dict[str, Packed]] = {"audience": {}, "prices": {}}
    followers: dict[date, int] = {}
    works: dict[date, int] = {}
    count, until, latest = 0, "", {}
    for row in rows:
        said = json.loads(row)
        latest = said["provenance"]
        count += 1
        until = max(until, latest["expires_at"], key=_moment)
        for name in _PLAIN:
            if name in said:
                now[name], by[name] = said[name], latest
        for name in _MAPS:
            for key, value in said.get(name, {}).items():
                now.setdefault(name, {})[key] = value
                by[f"{name}.{key}"] = latest
        _lay_over(said, parts, by, latest)
        now["platform"], now["id"] = said["platform"], said["id"]
        if "followers" in said:
            followers[_day(latest["seen_at"])] = said["followers"]
        if "works" in said:
            works[_day(latest["seen_at"])] = said["works"]
    if not count:
        return None
    whole = {**now, **{name: list(found.values()) for name, found in parts.items()}}
    return CreatorCard(
        snapshot=_snapshot({**whole, "provenance": latest}),
        said_by=_provenances(by),
        followers=tuple(sorted(followers.items())),
        published=tuple(sorted(works.items())),
        snapshots=count,
        expires_at=datetime.fromisoformat(until),
    )


def _lay_over(
    said: Packed, parts: dict[str, dict[str, Packed]], by: dict[str, Packed], latest: Packed
) -> None:
    for one in said.get("audience", ()):
        parts["audience"][one["dimension"]] = one
        by[f"audience.{one['dimension']}"] = latest
    for one in said.get("prices", ()):
        name = price_name(one["form"], one.get("declared"))
        parts["prices"][name] = one
        by[name] = latest


def price_name(form: str, declared: bool | None) -> str:
    """What a price is called in :attr:`CreatorCard.said_by`."""
    kind = {None: "", True: ".declared", False: ".undeclared"}[declared]
    return f"price.{form}{kind}"


def _moment(text: str) -> datetime:
    return datetime.min.replace(tzinfo=SHANGHAI) if not text else datetime.fromisoformat(text)


def _day(text: str) -> date:
    return datetime.fromisoformat(text).astimezone(SHANGHAI).date()


def _provenances(by: Mapping[str, Packed]) -> dict[str, Provenance]:
    made: dict[int, Provenance] = {}
    for said in by.values():
        if id(said) not in made:
            made[id(said)] = _provenance(said)
    return {name: made[id(said)] for name, said in by.items()}


def entry_packed(entry: CreatorEntry) -> str:
    """As JSON text."""
    text = json.dumps(_without_blanks(asdict(entry)), ensure_ascii=False, default=_plain)
    try:
        text.encode()
    except UnicodeEncodeError:
        return mended(text)
    return text


def entry_unpacked(text: str) -> CreatorEntry:
    """The entry from what :func:`entry_packed` gave."""
    said = json.loads(text)
    said["at"] = datetime.fromisoformat(said["at"])
    day = said.get("happened_on")
    said["happened_on"] = None if day is None else date.fromisoformat(day)
    return CreatorEntry(**{"by": "", **said})


def check_entry(entry: CreatorEntry, known: Callable[[str], bool]) -> None:
    """Raise StoreError for what may not be said of creators."""
    for key in (entry.creator, entry.other if entry.kind in ("link", "unlink") else ""):
        if key and not known(key):
            raise StoreError(
                f"库里没有达人 {key}：先用 tingfeng kol import 导入；编号写成 平台:编号，见 tingfeng kol list",
                f"there is no creator {key}: `tingfeng kol import` first; a key is platform:id, see"
                " `tingfeng kol list`",
            )
    if entry.kind == "risk" and not entry.proof.strip():
        raise StoreError(
            "风险事件必须有证据：加 --proof，写库里的帖子（平台:id）或网址",
            "a risk needs what shows it: add --proof with a stored post (platform:id) or an address",
        )
    if entry.kind == "risk" and (entry.severity is None or not 1 <= entry.severity <= 5):
        raise StoreError("严重程度是 1 到 5 的整数", "severity is a whole number from 1 to 5")
    if entry.kind in ("link", "unlink") and entry.other in ("", entry.creator):
        raise StoreError(
            "关联要写两个不同的账号：tingfeng kol link 平台:编号 平台:编号",
            "a link is between two accounts: `tingfeng kol link platform:id platform:id`",
        )


def run_packed(run: ScoreRun) -> str:
    """As JSON text."""
    return json.dumps(asdict(run), ensure_ascii=False, default=_plain)


def run_unpacked(text: str) -> ScoreRun:
    """The run from what :func:`run_packed` gave."""
    said = json.loads(text)
    return ScoreRun(**{**said, "at": datetime.fromisoformat(said["at"])})
