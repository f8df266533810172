"""企业微信: the robot of a group chat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tingfeng import Incident, Lang, Level, Message, Notice
from tingfeng.alerts.cutting import plain
from tingfeng.alerts.letter import Letter, Letters, utf8
from tingfeng.alerts.pace import Pace
from tingfeng.alerts.posting import Address
from tingfeng.alerts.robot import Fault, as_json, post, robot_key

MARKDOWN_BYTES = 4096
TEXT_BYTES = 2048
"""Of UTF-8, by the platform's documentation (path 91770)."""

COLOURS: dict[Level, str] = {
    "blue": "info", "yellow": "warning", "orange": "warning", "red": "warning",
}  # fmt: skip
"""There are three: info (green), comment (grey), warning (orange red)."""

_KEY = Message(
    "url 里的 key 不对，或机器人已被移出群：在群里重新添加并复制地址",
    "the key in the url is wrong, or the robot was taken out of the chat: add it again",
)

FAULTS = {
    -1: Fault(says=Message("平台繁忙", "the platform is busy"), retry=True),
    40008: Fault(says=Message("不认识的消息类型", "unknown type of message")),
    40058: Fault(says=Message("参数不合法，多半是内容过长", "invalid parameter, mostly too long")),
    44004: Fault(says=Message("内容为空", "empty content")),
    45002: Fault(says=Message("内容超过长度上限", "content above the limit")),
    45009: Fault(
        says=Message("超过每分钟 20 条", "more than 20 messages a minute"), retry=True, after=60
    ),
    45033: Fault(says=Message("并发过高", "too many at once"), retry=True),
    93000: Fault(says=_KEY),
    93004: Fault(says=Message("机器人已被停用", "the robot was disabled")),
    93008: Fault(says=_KEY),
}


class WeCom:
    """Posts to a robot of 企业微信: *url* is its webhook address, with the key.

    Markdown, with people called by ``<@userid>``. That form knows neither everyone nor mobile
    numbers: a message that calls either goes as text, which does, and which holds half as much.
    """

    name = "wecom"
    pace = Pace.of((18, 60))
    """The platform takes 20 a minute; two are left to whoever else uses the robot."""

    def __init__(
        self,
        url: str,
        *,
        people: Sequence[Mapping[str, Any]] = (),
        mention: Mapping[str, Sequence[str]] | None = None,
        more: str = "",
        proxy: str = "",
        timeout: float = 10.0,
        lang: Lang = "zh",
        name: str = "wecom",
    ) -> None:
        self.name = name
        self.robot = robot_key(url)
        self.longest = timeout
        self._address = Address(url, name=name, timeout=timeout, proxy=proxy)
        self._letters = Letters(people=people, mention=mention, more=more, lang=lang)

    def __repr__(self) -> str:
        return f"WeCom(name={self.name!r})"

    def __call__(self, notice: Notice, incident: Incident | None) -> None:
        self.send(notice)

    def send(self, notice: Notice) -> str:
        """Deliver; what the robot answered."""
        return post(self._address, self.body(notice), FAULTS)

    def body(self, notice: Notice) -> bytes:
        """What is posted."""
        letter = self._letters.write(notice)
        called = letter.called
        if called.everyone or any(one.mobile and not one.userid for one in called.people):
            return as_json(_text(letter))
        return as_json(_markdown(letter, notice.level))


def _markdown(letter: Letter, level: Level) -> dict[str, Any]:
    calls = " ".join(
        f"<@{one.userid}>" if one.userid else f"@{one.name}" for one in letter.called.people
    )
    head = f'### <font color="{COLOURS[level]}">{letter.title}</font>\n'
    foot = f'\n<font color="comment">{letter.id}</font>' + (f"\n{calls}" if calls else "")
    content = letter.fitted(lambda text: utf8(head + text + foot), MARKDOWN_BYTES).decode()
    return {"msgtype": "markdown", "markdown": {"content": content}}


def _text(letter: Letter) -> dict[str, Any]:
    foot = f"\n{letter.id}"
    content = letter.fitted(
        lambda text: utf8(plain(f"{letter.title}\n{text}{foot}")), TEXT_BYTES
    ).decode()
    people = letter.called.people
    names = [one.userid for one in people if one.userid]
    mobiles = [one.mobile for one in people if one.mobile and not one.userid]
    if letter.called.everyone:
        names.append("@all")
    text: dict[str, Any] = {"content": content}
    if names:
        text["mentioned_list"] = names
    if mobiles:
        text["mentioned_mobile_list"] = mobiles
    return {"msgtype": "text", "text": text}
