"""A first draft of a mapping for a table about creators."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from crawlers.creators.kit import KIT
from crawlers.creators.names import NAMES
from crawlers.creators.read import LEAST, shape_of, sheets
from crawlers.creators.values import count, text
from crawlers.exports.layout import Layout
from crawlers.exports.opening import opened
from tingfeng import InputError

Sample = Sequence[Mapping[str, Any]]


def suggest(path: Path) -> str:
    """TOML with the columns of *path* that can be told, those that cannot, and examples; to be
    checked by hand. Raises InputError if *path* has no rows.
    """
    with opened(path) as members:
        shapes = [shape_of(member, None) for member in members if member.fault is None]
    found = [one for one in shapes if one.columns]
    if not found:
        raise InputError(f"{path.name} 里没有带表头的行", f"{path.name} has no rows below a header")
    return draft(path.name, max(found, key=lambda one: len(one.sample)))


def draft(name: str, shape: Layout) -> str:
    """The draft for the rows that lie as *shape* says."""
    columns, sample = list(shape.columns), shape.sample
    best = max(sheets(), key=lambda one: one.score(columns))
    known = best if best.score(columns) >= LEAST else KIT
    chosen = known.choose(columns)
    lines = [
        f"# 由 tingfeng kol import --suggest 根据 {name} 起草：请逐行核对后用 --map 导入。",
        f"# Drafted from {name}: check every line, then import with --map.",
    ]
    if known is best and known is not KIT:
        lines.append(f"# 这像是已知来源 {known.name}，可以不用映射直接导入。")
        lines.append(f"# This looks like {known.name}, which can be imported without a mapping.")
    lines += [f"source = {_quoted(known.name)}", f"basis = {_quoted(known.basis)}", "", "[columns]"]
    order = {field: place for place, field in enumerate(NAMES)}
    for field in sorted(chosen, key=lambda one: (order.get(one, len(order)), one)):
        key = field if field.isidentifier() else _quoted(field)
        lines.append(f"{key} = {_quoted(chosen[field])}{_example(sample, chosen[field])}")
    if not {"id", "handle", "url"} & chosen.keys():
        lines.append("# 必填：账号编号 / needed: which column is the account's id?")
        lines.append(f"# id = {_quoted(_likely_id(columns, sample))}")
    lines += ["", "[constants]"]
    if "platform" not in chosen:
        doubt = "" if known.platform else "  # 请改成平台名 / name the platform"
        lines.append(f"platform = {_quoted(known.platform or 'xiaohongshu')}{doubt}")
    lines += _terms(known.taxed, known.fee, known.declared, prices=any("price." in one for one in chosen))  # fmt: skip
    rest = [one for one in columns if one not in chosen.values()]
    if rest:
        lines += ["", "# 没有用到的列；平台自己的指数可写成 \"indices.名称\" = \"列\"：",
                  "# columns not used; a vendor's own index can be kept as \"indices.NAME\":"]  # fmt: skip
        lines += [f"#   {_quoted(one)}{_example(sample, one)}" for one in rest]
    return "\n".join(lines) + "\n"


def _terms(
    taxed: bool | None, fee: float | None, declared: bool | None, *, prices: bool
) -> list[str]:
    """What quotations hold: it must be asked, for no number is comparable without."""
    if not prices:
        return []
    said = {"taxed": taxed, "fee": fee, "declared": declared}
    asks = {
        "taxed": "报价是否含税 / whether tax is in the prices",
        "fee": "平台服务费，另加多少 / the platform's fee on top, 0.1 is 10 %",
        "declared": "是否报备 / whether through the marketplace",
    }
    lines = []
    for name, value in said.items():
        shown = "…" if value is None else json.dumps(value)
        lines.append(f"{'# ' if value is None else ''}{name} = {shown}  # {asks[name]}")
    return lines


def _likely_id(columns: Sequence[str], sample: Sample) -> str:
    """The column whose values differ most and are no counts of people."""
    different = {
        column: len({text(row.get(column)) for row in sample})
        - sum(count(row.get(column)) is not None for row in sample) / 2
        for column in columns
    }
    return max(columns, key=lambda one: different[one])


def _quoted(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)


def _example(sample: Sample, column: str) -> str:
    for row in sample:
        if said := text(row.get(column)):
            return f"  # {' '.join(said.split())[:30]}"
    return ""
