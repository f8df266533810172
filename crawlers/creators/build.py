"""From one row to what its source says of a creator."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from crawlers.creators import audience as audiences
from crawlers.creators import values
from crawlers.creators.plan import Plan
from crawlers.creators.profiles import account_of, platform_of_url
from crawlers.dates import read_time
from crawlers.formats.platforms import platform_named
from crawlers.formats.record import Refused, clean_id
from crawlers.formats.scales import verified
from tingfeng import (  # fmt: skip
    DIMENSIONS,
    SHANGHAI,
    Audience,
    Basis,
    Message,
    Price,
    Provenance,
    Snapshot,
)

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What holds for all rows of a file unless a row says otherwise."""

    now: datetime
    filed: datetime
    """Date of the data where no column says it: what a person typed, else the file's."""

    basis: Basis | None = None
    """Said by a person; ``None``: the source's own."""

    expires: Callable[[datetime], datetime]
    """By the date of the data, until when it may be kept."""

    platform: str = ""
    file: str = ""


class Builder:
    """Reads the rows below one header."""

    def __init__(self, plan: Plan, terms: Terms, sample: Sequence[Record]) -> None:
        self._plan, self._terms = plan, terms
        self._columns = plan.columns
        self._hundreds = self._per_cent(sample)
        self._units = {one: values.unit(column) for one, column in plan.columns.items()}

    def _per_cent(self, sample: Sequence[Record]) -> dict[str, bool]:
        """By dimension (and for the other shares), whether bare numbers are per cent."""
        seen: dict[str, list[Any]] = defaultdict(list)
        for one, column in self._columns.items():
            if one.startswith("audience.") or one in ("active_share", "fee"):
                seen[_family(one)] += [record.get(column) for record in sample]
        return {name: values.is_hundreds(found) for name, found in seen.items()}

    def read(self, record: Record, line: int, remarks: list[Message]) -> Snapshot:
        """What the row says. Raises Refused where nobody can tell of whom."""
        said = {one: record.get(column) for one, column in self._columns.items()}
        said |= {one: value for one, value in self._plan.constants.items() if one not in said}
        platform = self._platform(said)
        id = self._id(said, platform)
        seen = self._seen(said, remarks)
        quoted = self._day(said.get("quoted_on")) or seen.astimezone(SHANGHAI).date()
        number = self._number(said, remarks)
        return Snapshot(
            platform=platform,
            id=id,
            name=values.words(said.get("name")),
            provenance=Provenance(
                source=self._plan.source,
                seen_at=seen,
                basis=self._terms.basis or self._plan.basis,
                expires_at=self._terms.expires(seen),
                file=f"{self._terms.file} 第 {line} 行",
            ),
            url=values.words(said.get("url")),
            bio=values.words(said.get("bio")),
            agency=_agency(said),
            category=values.listed(said.get("category")),
            place=values.words(said.get("place")) or None,
            verified=verified(said.get("verified")),
            followers=number("followers"),
            following=number("following"),
            works=number("works"),
            gained=number("gained"),
            active_share=self._share(said, "active_share"),
            medians=self._floats(said, "medians."),
            indices=self._floats(said, "indices."),
            audience=tuple(self._audience(said, remarks)),
            prices=tuple(self._prices(said, quoted, remarks)),
            exclusive=values.listed(said.get("exclusive")),
        )

    def _platform(self, said: Record) -> str:
        named = platform_named(said.get("platform")) if values.text(said.get("platform")) else ""
        url = values.words(said.get("url"))
        found = named or self._terms.platform or self._plan.platform or platform_of_url(url)
        if not found:
            raise Refused(
                "不知道是哪个平台：表里没有平台列，也没有主页链接。请加 --platform xiaohongshu 之类",
                "nobody says which platform: there is no such column, nor a link to the profile;"
                " add --platform xiaohongshu or the like",
            )
        return found

    def _id(self, said: Record, platform: str) -> str:
        """The platform's own id first: posts are found by it. A public handle is the last resort."""
        own = clean_id(values.text(said.get("id")))
        found = own or account_of(values.words(said.get("url")), platform)
        found = found or clean_id(values.text(said.get("handle")))
        if not found:
            raise Refused(
                "没有账号编号（用户ID、主页链接或小红书号、抖音号），无法知道是谁：请补上这一列",
                "there is no id of the account (user id, link to the profile, or handle): add that column",
            )
        return found

    def _seen(self, said: Record, remarks: list[Message]) -> datetime:
        raw = said.get("seen_at")
        if not values.text(raw) and not isinstance(raw, date):
            return self._terms.filed
        moment, _ = read_time(raw, self._terms.now)
        if moment is None:
            remarks.append(DATE_UNREAD)
            return self._terms.filed
        return min(moment, self._terms.now)

    def _day(self, raw: Any) -> date | None:
        if not values.text(raw) and not isinstance(raw, date):
            return None
        moment, _ = read_time(raw, self._terms.now + timedelta(days=366))
        return None if moment is None else moment.astimezone(SHANGHAI).date()

    def _number(self, said: Record, remarks: list[Message]) -> Callable[[str], int | None]:
        def number(one: str) -> int | None:
            raw = said.get(one)
            found = values.count(raw, self._units.get(one, 1))
            if found is None and values.text(raw):
                remarks.append(_unread(self._columns.get(one, one)))
            return found

        return number

    def _floats(self, said: Record, prefix: str) -> dict[str, float]:
        found = {}
        for one, raw in said.items():
            if one.startswith(prefix):
                part = values.share(raw, hundreds=False) if "%" in values.text(raw) else None
                number = values.count(raw, self._units.get(one, 1)) if part is None else None
                value = part if part is not None else _plain(raw) if number is None else number
                exact = _plain(raw)
                if exact is not None and self._units.get(one, 1) == 1:
                    value = exact
                if value is not None and (value >= 0 or prefix != "medians."):
                    found[one.removeprefix(prefix)] = float(value)
        return found

    def _share(self, said: Record, one: str) -> float | None:
        return values.share(said.get(one), hundreds=self._hundreds.get(_family(one), False))

    def _labels(self, said: Record, prefix: str) -> dict[str, float]:
        """Shares by label. A row whose bare numbers are the whole as they stand (0.4 and 0.6) does not
        write per cent, though other rows of the file do.
        """
        cells = {
            one.removeprefix(prefix): raw for one, raw in said.items() if one.startswith(prefix)
        }
        plain = [number for raw in cells.values() if (number := _plain(raw)) is not None]
        whole = len(plain) > 1 and abs(sum(plain) - 1) <= ROUNDED
        hundreds = self._hundreds.get(prefix.rstrip("."), False) and not whole
        shares = {one: values.share(raw, hundreds=hundreds) for one, raw in cells.items()}
        return {one: part for one, part in shares.items() if part is not None}

    def _audience(self, said: Record, remarks: list[Message]) -> list[Audience]:
        found: list[Audience] = []
        for dimension in DIMENSIONS:
            name = f"audience.{dimension}"
            labels = self._labels(said, f"{name}.") or audiences.cell(said.get(name))
            shares = audiences.grouped(dimension, labels)
            if dimension == "gender" and len(shares) == 1:
                [(one, part)] = shares.items()
                shares = {"female": part, "male": 1 - part} if one == "female" else {"female": 1 - part, "male": part}  # fmt: skip
            if not shares:
                continue
            whole = audiences.whole(shares)
            if whole is None:
                remarks.append(_too_much(dimension))
            else:
                found.append(Audience(dimension=dimension, shares=whole))
        return found

    def _prices(self, said: Record, quoted: date, remarks: list[Message]) -> list[Price]:
        plan = self._plan
        taxed, declared = values.yes(said.get("taxed")), values.yes(said.get("declared"))
        fee = self._share(said, "fee")
        named = values.text(said.get("currency")).upper()
        currency = named if re.fullmatch("[A-Z]{3}", named) else plan.currency
        found = []
        for one, raw in said.items():
            if not one.startswith("price."):
                continue
            amount, ranged = values.amount(raw, self._units.get(one, 1), yuan=currency == "CNY")
            if amount is None:
                if values.text(raw) not in ("", "0", "0.0"):
                    remarks.append(_unread(self._columns[one]))
                continue
            if ranged:
                remarks.append(RANGE)
            column = self._columns[one]
            found.append(
                Price(
                    form=one.removeprefix("price."),
                    amount=amount,
                    currency=currency,
                    taxed=_first(taxed, _named(column, "不含税|未税", "含税"), plan.taxed),
                    fee=plan.fee if fee is None else fee,
                    declared=_first(
                        declared, _named(column, "非报备|不报备|未报备|水下", "报备"), plan.declared
                    ),
                    quoted_on=quoted,
                )
            )
        return found


ROUNDED = 0.05
"""How far rounded shares may be from the whole: groups in per cent never sum to 1 % of it."""
DATE_UNREAD = Message(
    "数据日期读不懂，按文件日期收入", "the date of the data could not be read: the file's is taken"
)
RANGE = Message("报价是一个区间，取上限", "a price is a range: its upper end is taken")


def _unread(column: str) -> Message:
    return Message(
        f"{column} 里不是数，这一格没有收入", f"{column} is no number: the cell is left out"
    )


def _too_much(dimension: str) -> Message:
    return Message(
        f"{dimension} 各组相加超过 100%，这一维没有收入",
        f"the groups of {dimension} sum to more than the whole: left out",
    )


def _family(one: str) -> str:
    return ".".join(one.split(".")[:2])


def _plain(raw: Any) -> float | None:
    try:
        return float(values.text(raw).replace(",", ""))
    except ValueError:
        return None


def _agency(said: Record) -> str | None:
    raw = said.get("agency")
    told = values.words(raw)
    # 无 in this column is an answer: the creator has none.
    none = isinstance(raw, str) and raw.strip() in ("无", "无机构", "独立", "个人", "素人")
    return "" if none or told in ("无机构", "独立", "个人", "素人") else told or None


def _named(column: str, no: str, yes: str) -> bool | None:
    if re.search(no, column):
        return False
    return True if re.search(yes, column) else None


def _first(*said: bool | None) -> bool | None:
    return next((one for one in said if one is not None), None)
