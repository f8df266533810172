"""A notice as every chat robot begins with it: what is said, who is called, where the rest stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from tingfeng import Lang, Message, Notice, SettingsError
from tingfeng.alerts.cutting import cut, tame
from tingfeng.alerts.roster import Called, Roster

TITLE_BYTES = 300
"""A title is a line: lists of chats show the first dozen characters of it."""

LIST = "tingfeng alerts list"

_CALLS = re.compile(r"^- @.*\n?", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Words of one message, free of tags that are not ours."""

    id: str
    title: str
    body: str
    """Markdown, without the line that calls people."""
    called: Called
    more: str
    """What stands where the text was cut; begins with an ellipsis."""
    more_url: str = ""
    """Where the whole can be read, if the settings say so."""

    def fitted(self, make: Callable[[str], bytes], limit: int) -> bytes:
        """What *make* makes of as much of the body as *limit* bytes have room for."""
        return make(cut(self.body, lambda text: len(make(text)) <= limit, self.more))


class Letters:
    """Writes letters under the settings of one channel.

    *more*: address of the page that shows an incident, with ``{incident}`` in it; without one
    people are told the command that does. *keyword*: what the robot's security setting asks to
    find in each message; added where it is missing.
    """

    def __init__(
        self,
        *,
        people: Sequence[Mapping[str, Any]] = (),
        mention: Mapping[str, Sequence[str]] | None = None,
        more: str = "",
        keyword: str = "",
        lang: Lang = "zh",
    ) -> None:
        if more and (urlsplit(more).scheme not in ("http", "https") or set("() \n") & set(more)):
            raise SettingsError(
                "more 要是 http(s) 地址，可含 {incident}，不含空格和圆括号",
                "more must be an http(s) address, maybe with {incident}, without blanks or brackets",
            )
        self._roster = Roster(people, mention)
        self._more = more
        self._keyword = keyword
        self._lang: Lang = lang

    def write(self, notice: Notice) -> Letter:
        """The letter of *notice*."""
        url = self._more.replace("{incident}", quote(notice.incident, safe=""))
        if not notice.incident:  # of several, or of none: there is no page for it
            url = ""
        words = Message("查看全文", "read it all").into(self._lang)
        command = f"tingfeng alerts show {notice.incident}" if notice.incident else LIST
        title = cut(tame(notice.title), lambda text: len(utf8(text)) <= TITLE_BYTES, "…")
        body = tame(_CALLS.sub("", notice.body)).strip("\n")
        if self._keyword and self._keyword not in title:
            title = f"{title} {self._keyword}"
        return Letter(
            id=tame(notice.id),
            title=title,
            body=body,
            called=self._roster.called(notice),
            more=f"\n\n…[{words}]({url})" if url else f"\n\n…{words}: {command}",
            more_url=url,
        )


def utf8(text: str) -> bytes:
    """As platforms count it; halves of surrogate pairs become question marks."""
    return text.encode("utf-8", "replace")
