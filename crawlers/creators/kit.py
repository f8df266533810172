"""Media kits (刊例) and lists that agencies hand out: any table whose columns people understand."""

from __future__ import annotations

from crawlers.creators.sheet import Sheet
from tingfeng import Message

KIT = Sheet(
    name="kit",
    label=Message("刊例或机构名单", "a media kit or a list of an agency"),
    basis="kit",
)
"""What its prices hold (tax, fee, 报备) only its own columns say."""
