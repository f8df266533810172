"""What the Weibo formats share: one post has one id, however a tool names it."""

from __future__ import annotations

from crawlers.formats.ids import is_bid, mid_of, weibo_of_url
from crawlers.formats.record import Context, Record, Refused, ident, words


def weibo_id(record: Record, context: Context, *names: str, bid: str, url: str = "") -> str:
    """The mid under one of *names*; from the short id or the address where digits of it are lost.

    Raises Refused if all of them fail.
    """
    short = words(record.get(bid))
    try:
        found = ident(record, context, *names)
    except Refused:
        if is_bid(short):
            return mid_of(short)
        if address := weibo_of_url(record.get(url)):
            return address
        raise
    if is_bid(found):
        return mid_of(found)
    return found or (mid_of(short) if is_bid(short) else weibo_of_url(record.get(url)))
