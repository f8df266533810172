"""Which column serves which field of a creator: by a source's names, or by a mapping in TOML.

::

    source = "kit"                   # optional: by default what --source says, else mapping
    basis = "contract"               # optional, as --basis
    [columns]                        # our field = their column
    id = "账号编号"
    "price.image" = "图文(元)"
    "audience.gender.female" = "女粉"
    "indices.涨粉指数" = "涨粉指数"
    [constants]                      # our field = the same for every row
    platform = "xiaohongshu"
    taxed = true                     # of the prices: also fee (0.1), declared (报备), currency
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from crawlers.creators.names import NAMES
from tingfeng import DIMENSIONS, Basis, SettingsError

BASES: tuple[Basis, ...] = get_args(Basis)
CONSTANTS: dict[str, tuple[type, ...]] = {
    "platform": (str,), "currency": (str,), "taxed": (bool,), "fee": (int, float),
    "declared": (bool,), "agency": (str,), "category": (str,), "seen_at": (str,),
}  # fmt: skip
"""What may be the same for every row, and as what it is written."""

_OPEN = re.compile(
    rf"price\.[a-z][a-z0-9_]*|indices\..+|medians\.(?:views|likes|comments|saves|shares)"
    rf"|audience\.(?:{'|'.join(DIMENSIONS)})(?:\..+)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Our fields and the columns that serve them."""

    source: str
    basis: Basis
    columns: Mapping[str, str]
    platform: str = ""
    taxed: bool | None = None
    fee: float | None = None
    declared: bool | None = None
    currency: str = "CNY"
    constants: Mapping[str, Any] = field(default_factory=dict)

    def fits(self, record: Mapping[str, Any]) -> bool:
        """Whether an object or a header has enough of the columns to be about creators."""
        return sum(column in record for column in self.columns.values()) * 2 >= len(self.columns)


def load_plan(path: Path, source: str | None) -> Plan:
    """The mapping in the TOML file *path*. Raises SettingsError, naming what is wrong."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"读不了映射文件 {path.name}：{error}。可用 tingfeng kol import --suggest 起草",
            f"cannot read the mapping {path.name}: {error}; `tingfeng kol import --suggest` drafts one",
        ) from error
    if unknown := sorted(raw.keys() - {"source", "basis", "columns", "constants"}):
        raise SettingsError(
            f"映射文件里不认得 {unknown[0]}：可用 source basis [columns] [constants]",
            f"the mapping has an unknown {unknown[0]}; known: source basis [columns] [constants]",
        )
    columns = {name: _column(name, value) for name, value in _section(raw, "columns").items()}
    constants = _section(raw, "constants")
    for name, value in constants.items():
        _check_constant(name, value)
    if not {"id", "handle", "url"} & columns.keys():
        raise SettingsError(
            "映射缺少编号：请在 [columns] 中给出 id、handle 或 url（主页链接）",
            "the mapping names no id: give id, handle or url (of the profile) in [columns]",
        )
    return Plan(
        source=source or str(raw.get("source", "mapping")),
        basis=check_basis(raw.get("basis", "kit")),
        columns=columns,
        platform=str(constants.get("platform", "")),
        taxed=constants.get("taxed"),
        fee=constants.get("fee"),
        declared=constants.get("declared"),
        currency=str(constants.get("currency", "CNY")),
        constants={
            name: constants[name] for name in ("agency", "category", "seen_at") if name in constants
        },
    )


def check_basis(raw: object) -> Basis:
    """A lawful basis by its name. Raises SettingsError."""
    for basis in BASES:
        if raw == basis:
            return basis
    raise SettingsError(
        f"没有名为 {raw} 的合法性基础：可用 {' '.join(BASES)}（含义见 docs/creators.md）",
        f"there is no basis called {raw}; known: {' '.join(BASES)} (see docs/creators.md)",
    )


def _section(raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    section = raw.get(name, {})
    if not isinstance(section, dict):
        raise SettingsError(f"映射中 {name} 应是一节：请写 [{name}]", f"{name} must be a section: [{name}]")  # fmt: skip
    return section


def _column(name: str, value: Any) -> str:
    if name not in NAMES and not _OPEN.fullmatch(name):
        known = [*NAMES, "price.…", "audience.age.18-24", "indices.…"]
        near = difflib.get_close_matches(name, known, 1) or ["-"]
        raise SettingsError(
            f"映射中没有名为 {name} 的字段（是否想写 {near[0]}？）。可用：{'、'.join(known)}",
            f"a mapping knows no field {name} ({near[0]}?); known: {', '.join(known)}",
        )
    if not isinstance(value, str) or not value.strip():
        raise SettingsError(f"映射中 {name} 应写成一个列名", f"{name} must be the name of a column")
    return value


def _check_constant(name: str, value: Any) -> None:
    kinds = CONSTANTS.get(name, ())
    # A bool is an int to Python, and no fee.
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        raise SettingsError(
            f"映射的 [constants] 里 {name} = {value!r} 不能用：可写 {'、'.join(CONSTANTS)}",
            f"{name} = {value!r} cannot be a constant; known: {', '.join(CONSTANTS)}",
        )
