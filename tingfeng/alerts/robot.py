"""What the chat robots of the Chinese platforms have in common: they refuse with HTTP 200."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from tingfeng import Message, NotifyError
from tingfeng.alerts.posting import Address, Answer

HEADERS = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "tingfeng"}

_HELPS = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Refusals that may pass; of all others the same message would be refused again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What a platform means by one of its codes."""

    says: Message
    """What is wrong, and the remedy."""
    retry: bool = False
    after: float = 0.0
    """Seconds for which the platform goes on refusing."""


Faults = Mapping[int, Fault]


def post(address: Address, body: bytes, faults: Faults, *, query: str = "") -> str:
    """Send *body* to a robot; its answer, for people to see.

    Accepted means that the body says 0 under ``errcode``, ``code`` or (飞书, formerly)
    ``StatusCode``; anything else is a refusal, whatever the status of HTTP. A code that is not
    among *faults* is final: nobody knows that it would pass.
    """
    answer = address.post(body, HEADERS, query=query)
    code, shown = verdict(answer.body), address.shown(answer)
    if code == 0 and 200 <= answer.status < 300:
        return shown
    if code is None or code == 0:
        raise _without_verdict(address.name, answer, shown)
    fault = faults.get(code)
    hint = fault.says if fault else Message("平台没有收下", "not accepted by the platform")
    raise NotifyError(
        f"{address.name} 拒收（{code}）：{hint.zh}。原话：{shown}",
        f"{address.name} refused ({code}): {hint.en}. It said: {shown}",
        retry=fault is not None and fault.retry,
        after=max(answer.retry_after, fault.after if fault else 0.0),
    )


def verdict(body: bytes) -> int | None:
    """The code in an answer; ``None``: it has none, so that a robot did not write it."""
    try:
        said = json.loads(body)
    except ValueError:
        return None
    if not isinstance(said, dict):
        return None
    codes = [said[name] for name in ("errcode", "code", "StatusCode") if name in said]
    numbers = [code for code in codes if isinstance(code, int) and not isinstance(code, bool)]
    if not codes or len(numbers) < len(codes):
        return None
    return next((code for code in numbers if code), 0)


def _without_verdict(name: str, answer: Answer, shown: str) -> NotifyError:
    if 300 <= answer.status < 400:
        return redirected(name, answer.status)
    if not 200 <= answer.status < 300:
        return refused(name, answer, shown)
    return NotifyError(
        f"{name} 回答了 HTTP {answer.status}，却不是机器人的回答（中间有网关或登录页？）：{shown}",
        f"{name} answered HTTP {answer.status}, but not as a robot does (a gateway or login page "
        f"between?): {shown}",
        retry=True,
    )


def redirected(name: str, status: int) -> NotifyError:
    """Following would hand the message to someone else."""
    return NotifyError(
        f"{name} 要求跳转（HTTP {status}）；请把 url 改成最终地址",
        f"{name} redirects (HTTP {status}); give the final address as url",
        retry=False,
    )


def refused(name: str, answer: Answer, shown: str) -> NotifyError:
    """By the status of HTTP alone."""
    return NotifyError(
        f"{name} 拒收：HTTP {answer.status} {shown}",
        f"{name} refused: HTTP {answer.status} {shown}",
        retry=answer.status in _HELPS,
        after=answer.retry_after,
    )


def as_json(value: Any) -> bytes:
    """UTF-8. Halves of surrogate pairs, as texts of strangers hold, become question marks."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


def robot_key(url: str) -> str:
    """A name for the robot behind *url* that does not tell the address: two channels of one robot
    share its rate.
    """
    return blake2b(url.encode(), digest_size=8, person=b"robot").hexdigest()
