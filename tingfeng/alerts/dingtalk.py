"""钉钉: the custom robot of a group chat."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote_plus

from tingfeng import Incident, Lang, Level, Message, Notice
from tingfeng.alerts.letter import Letter, Letters
from tingfeng.alerts.pace import Pace
from tingfeng.alerts.posting import Address
from tingfeng.alerts.robot import Fault, as_json, post, robot_key

BODY_BYTES = 20_000
"""Of the whole body: above it the platform answers 460101."""

BLOCKED = 600.0
"""Seconds for which the platform takes nothing after 20 messages within a minute."""

COLOURS: dict[Level, str] = {
    "blue": "#1677FF", "yellow": "#D48806", "orange": "#D4380D", "red": "#CF1322",
}  # fmt: skip

_TOKEN = Message(
    "url 里的 access_token 不对，或机器人已被删除、停用：重新复制机器人的地址",
    "the access_token in the url is wrong, or the robot was deleted or disabled: copy its address "
    "again",
)
_FAST = Message(
    "一分钟内超过 20 条，平台停收 10 分钟", "more than 20 in a minute: nothing is taken for ten"
)

FAULTS = {
    -1: Fault(says=Message("平台繁忙", "the platform is busy"), retry=True),
    130101: Fault(says=_FAST, retry=True, after=BLOCKED),
    410100: Fault(says=_FAST, retry=True, after=BLOCKED),
    310000: Fault(
        says=Message(
            "安全设置没有通过，看原话：关键词（设 keyword）、加签（设 secret）、时间（校准系统时钟）或 IP 白名单",
            "refused by its security settings, see its words: keyword (set keyword), signature (set "
            "secret), time (set the clock) or list of addresses",
        )
    ),
    300001: Fault(says=_TOKEN),
    300005: Fault(says=_TOKEN),
    400013: Fault(says=Message("群已解散", "the chat was dissolved")),
    400101: Fault(says=_TOKEN),
    400102: Fault(says=_TOKEN),
    400106: Fault(says=_TOKEN),
    400402: Fault(says=Message("缺少字段", "a field is missing")),
    460101: Fault(says=Message("超过 20000 字节", "above 20,000 bytes")),
}


class DingTalk:
    r"""Posts to a custom robot of 钉钉: *url* is its webhook address, with the access token.

    *secret* (加签, ``SEC…``) signs each request: HMAC-SHA256 of ``{ms}\n{secret}`` with the secret
    as key, base64, into the query. People are called by userid, else by mobile number.
    """

    name = "dingtalk"
    pace = Pace.of((18, 60))
    """The 21st message within a minute costs ten minutes of silence: two are left to others."""

    def __init__(
        self,
        url: str,
        *,
        secret: str | None = None,
        keyword: str = "",
        people: Sequence[Mapping[str, Any]] = (),
        mention: Mapping[str, Sequence[str]] | None = None,
        more: str = "",
        proxy: str = "",
        timeout: float = 10.0,
        lang: Lang = "zh",
        clock: Callable[[], float] = time.time,
        name: str = "dingtalk",
    ) -> None:
        self.name = name
        self.robot = robot_key(url)
        self.longest = timeout
        self._secret = secret
        self._clock = clock
        self._address = Address(
            url, name=name, timeout=timeout, secrets=[secret or ""], proxy=proxy
        )
        self._letters = Letters(
            people=people, mention=mention, more=more, keyword=keyword, lang=lang
        )

    def __repr__(self) -> str:
        return f"DingTalk(name={self.name!r})"

    def __call__(self, notice: Notice, incident: Incident | None) -> None:
        self.send(notice)

    def send(self, notice: Notice) -> str:
        """Deliver; what the robot answered."""
        query = ""
        if self._secret:
            stamp = str(round(self._clock() * 1000))
            query = f"timestamp={stamp}&sign={quote_plus(signature(stamp, self._secret))}"
        return post(self._address, self.body(notice), FAULTS, query=query)

    def body(self, notice: Notice) -> bytes:
        """What is posted."""
        letter = self._letters.write(notice)
        return letter.fitted(lambda text: as_json(_shape(letter, text, notice.level)), BODY_BYTES)


def signature(stamp: str, secret: str) -> str:
    """Base64, not yet encoded for an address. *stamp*: milliseconds."""
    code = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256)
    return base64.b64encode(code.digest()).decode()


def _shape(letter: Letter, body: str, level: Level) -> dict[str, Any]:
    called = letter.called
    userids = [one.userid for one in called.people if one.userid]
    mobiles = [one.mobile for one in called.people if one.mobile and not one.userid]
    # Both the text and "at" must name whom it calls, or nobody is.
    calls = " ".join(f"@{one.userid or one.mobile or one.name}" for one in called.people) + (
        " @所有人" if called.everyone else ""
    )
    parts = [f'### <font color="{COLOURS[level]}">{letter.title}</font>', _lines(body)]
    parts += [f'<font color="#8C8C8C">{letter.id}</font>', calls.strip()]
    return {
        "msgtype": "markdown",
        "markdown": {"title": letter.title, "text": "\n\n".join(part for part in parts if part)},
        "at": {"atMobiles": mobiles, "atUserIds": userids, "isAtAll": called.everyone},
    }


def _lines(body: str) -> str:
    """Line ends that stay line ends: a single one would be a blank."""
    return body.replace("\n", "  \n")
