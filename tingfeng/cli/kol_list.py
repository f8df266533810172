"""kol list: who is stored by name, by whose word, by what right, and until when."""

from __future__ import annotations

import argparse
from itertools import islice
from typing import TYPE_CHECKING, Any

from tingfeng.cli.screen import Cell, Screen
from tingfeng.cli.session import filled, opened
from tingfeng.core.message import Message
from tingfeng.core.platforms import platform_name
from tingfeng.core.post import SHANGHAI

if TYPE_CHECKING:
    from datetime import datetime

    from tingfeng.core.creator_store import CreatorCard
    from tingfeng.core.message import Lang

BASES = {
    "platform": Message("平台或数据商导出", "export of a platform or vendor"),
    "kit": Message("刊例", "media kit"),
    "contract": Message("合同", "contract"),
    "consent": Message("书面同意", "consent"),
    "public": Message("公开信息", "public"),
}


def list_creators(args: argparse.Namespace, screen: Screen) -> int:
    """All creators, or each field of some with its source."""
    from tingfeng.pipeline.kol_desk import key_of

    with opened(args, screen) as pipeline:
        filled(pipeline)
        from crawlers.formats.platforms import platform_named

        keys = [key_of(one) for one in args.keys] or None
        platform = platform_named(args.platform) if args.platform else None
        cards = pipeline.store.creators(keys, platform=platform, now=pipeline.clock())
        found = list(cards if screen.json else islice(cards, args.limit + 1))
    if keys:
        for card in found:
            _whole(card, screen)
        missing = [key for key in keys if key not in {card.key for card in found}]
        for key in missing:
            screen.say(f"库里没有 {key}", f"{key} is not stored")
    else:
        _table(found[: args.limit], screen)
        if len(found) > args.limit:
            screen.say("还有更多：加 --limit，或用 --json 取全部", "there are more: add --limit, or --json for all")  # fmt: skip
    screen.answer({"creators": [_json(card) for card in found]})
    return 1 if keys and len(found) < len(keys) else 0


def _table(cards: list[CreatorCard], screen: Screen) -> None:
    columns = [
        ("账号", "account"), ("名字", "name"), ("平台", "platform"), ("粉丝", "followers"), ("类目", "fields"),
        ("快照", "snapshots"), ("来源", "source"), ("依据", "basis"), ("到期", "expires"),
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    for card in cards:
        one = card.snapshot
        rows.append([
            card.key, one.name or None, platform_name(one.platform, screen.lang), one.followers,
            "、".join(one.category[:3]) or None, card.snapshots, one.provenance.source,
            BASES[one.provenance.basis].into(screen.lang), _day(card.expires_at),
        ])  # fmt: skip
    screen.table(screen.pick("达人", "creators"), [screen.pick(*name) for name in columns], rows)


def _day(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).date().isoformat()


def _whole(card: CreatorCard, screen: Screen) -> None:
    rows: list[list[Cell]] = []
    for name, value in fields_of(card).items():
        said = card.said_by[name]
        basis = BASES[said.basis].into(screen.lang)
        rows.append([name, _shown(value, screen.lang), said.source, _day(said.seen_at), basis,
                     _day(said.expires_at), said.file])  # fmt: skip
    columns = [("字段", "field"), ("值", "value"), ("来源", "source"), ("数据日期", "date"), ("依据", "basis"),
               ("到期", "expires"), ("文件", "file")]  # fmt: skip
    screen.table(card.key, [screen.pick(*one) for one in columns], rows)


def fields_of(card: CreatorCard) -> dict[str, Any]:
    """What each name in ``said_by`` stands for."""
    one = card.snapshot
    audience = {f"audience.{each.dimension}": dict(each.shares) for each in one.audience}
    kind = {None: "", True: ".declared", False: ".undeclared"}
    prices = {
        f"price.{each.form}{kind[each.declared]}": {
            "amount": each.amount, "currency": each.currency, "taxed": each.taxed, "fee": each.fee,
            "quoted_on": each.quoted_on,
        }
        for each in one.prices
    }  # fmt: skip
    found = {}
    for name in card.said_by:
        if name in audience or name in prices:
            found[name] = audience.get(name, prices.get(name))
        elif name.startswith(("medians.", "indices.")):
            family, _, key = name.partition(".")
            found[name] = getattr(one, family)[key]
        else:
            found[name] = getattr(one, name)
    return found


def _shown(value: Any, lang: Lang) -> str:
    if isinstance(value, dict) and "amount" in value:
        terms = {"taxed": Message("含税", "with tax"), "fee": Message("服务费", "fee")}
        more = [f"{terms[key].into(lang)} {value[key]}" for key in terms if value[key] is not None]
        return " · ".join([f"{value['amount']:,.0f} {value['currency']}", *more])
    if isinstance(value, dict):
        return " · ".join(f"{name} {part:.1%}" for name, part in value.items())
    if isinstance(value, tuple):
        return "、".join(value)
    return f"{value:,}" if isinstance(value, int) else str(value)


def _json(card: CreatorCard) -> dict[str, Any]:
    fields = [
        {"field": name, "value": value, "source": card.said_by[name].source,
         "seen_at": card.said_by[name].seen_at, "basis": card.said_by[name].basis,
         "expires_at": card.said_by[name].expires_at, "file": card.said_by[name].file}
        for name, value in fields_of(card).items()
    ]  # fmt: skip
    return {"key": card.key, "name": card.snapshot.name, "snapshots": card.snapshots,
            "expires_at": card.expires_at, "fields": fields,
            "followers": [[day.isoformat(), count] for day, count in card.followers]}  # fmt: skip
