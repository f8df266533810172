"""飞书: the custom robot of a group chat."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tingfeng import Incident, Lang, Level, Message, Notice
from tingfeng.alerts.letter import Letter, Letters
from tingfeng.alerts.pace import Pace
from tingfeng.alerts.posting import Address
from tingfeng.alerts.robot import Fault, as_json, post, robot_key
from tingfeng.alerts.roster import Person

BODY_BYTES = 20_000
"""The platform takes 20 KB and does not say which: the smaller meaning."""

_FAST = Message("超过频率上限", "above the rate that is taken")
_BUSY = Message("平台内部错误", "an error inside the platform")

FAULTS = {
    1500: Fault(says=_BUSY, retry=True),
    2200: Fault(says=_FAST, retry=True, after=60),
    9499: Fault(says=Message("请求体不合格，多半是过长", "the body is not as it must be, mostly too long")),
    11232: Fault(says=_FAST, retry=True, after=60),
    11247: Fault(says=_FAST, retry=True, after=60),
    19001: Fault(
        says=Message("url 里的 token 不对，或机器人已被移除：重新复制机器人的地址",
                     "the token in the url is wrong, or the robot was removed: copy its address again")
    ),
    19002: Fault(says=Message("参数不合法", "invalid parameter")),
    19021: Fault(
        says=Message("签名不对（检查 secret），或系统时钟差了一小时以上（校准）",
                     "wrong signature (look at secret), or the clock is off by more than an hour")
    ),
    19022: Fault(says=Message("不在 IP 白名单", "not on its list of addresses")),
    19024: Fault(says=Message("缺少关键词（设 keyword）", "its keyword is missing (set keyword)")),
    99991400: Fault(says=_FAST, retry=True, after=60),
}  # fmt: skip


class Feishu:
    r"""Posts a card to a custom robot of 飞书 (Lark): *url* is its webhook address, with the token.

    The header has the colour of the level. *secret* signs: HMAC-SHA256 of nothing with
    ``{seconds}\n{secret}`` as key, base64, beside the timestamp in the body. People are called by
    open_id, else by mail address.
    """

    name = "feishu"
    pace = Pace.of((90, 60), (4, 1))
    """The platform takes 100 a minute and 5 a second."""

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
        name: str = "feishu",
    ) -> None:
        self.name = name
        self.robot = robot_key(url)
        self.longest = timeout
        self._secret = secret
        self._clock = clock
        self._lang: Lang = lang
        self._address = Address(
            url, name=name, timeout=timeout, secrets=[secret or ""], proxy=proxy
        )
        self._letters = Letters(
            people=people, mention=mention, more=more, keyword=keyword, lang=lang
        )

    def __repr__(self) -> str:
        return f"Feishu(name={self.name!r})"

    def __call__(self, notice: Notice, incident: Incident | None) -> None:
        self.send(notice)

    def send(self, notice: Notice) -> str:
        """Deliver; what the robot answered."""
        return post(self._address, self.body(notice), FAULTS)

    def body(self, notice: Notice) -> bytes:
        """What is posted."""
        letter = self._letters.write(notice)
        signed: dict[str, Any] = {}
        if self._secret:
            stamp = str(int(self._clock()))
            signed = {"timestamp": stamp, "sign": signature(stamp, self._secret)}
        return letter.fitted(
            lambda text: as_json({**signed, **self._card(letter, text, notice.level)}), BODY_BYTES
        )

    def _card(self, letter: Letter, body: str, level: Level) -> dict[str, Any]:
        calls = " ".join([
            *(_at(one) for one in letter.called.people),
            *(["<at id=all></at>"] if letter.called.everyone else []),
        ])  # fmt: skip
        elements: list[dict[str, Any]] = [_said("lark_md", body)]
        if calls:
            elements.append(_said("lark_md", calls))
        if letter.more_url:
            words = Message("查看全文", "read it all").into(self._lang)
            button = {"tag": "button", "text": {"tag": "plain_text", "content": words},
                      "url": letter.more_url, "type": "primary"}  # fmt: skip
            elements.append({"tag": "action", "actions": [button]})
        note = {"tag": "note", "elements": [{"tag": "plain_text", "content": letter.id}]}
        return {
            "msg_type": "interactive",
            "card": {
                "config": {"wide_screen_mode": True},
                "header": {
                    "title": {"tag": "plain_text", "content": letter.title}, "template": level,
                },
                "elements": [*elements, note],
            },
        }  # fmt: skip


def signature(stamp: str, secret: str) -> str:
    """Base64. *stamp*: seconds."""
    code = hmac.new(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256)
    return base64.b64encode(code.digest()).decode()


def _said(tag: str, words: str) -> dict[str, Any]:
    return {"tag": "div", "text": {"tag": tag, "content": words}}


def _at(person: Person) -> str:
    if person.open_id:
        return f"<at id={person.open_id}></at>"
    return f"<at email={person.email}></at>" if person.email else f"@{person.name}"
