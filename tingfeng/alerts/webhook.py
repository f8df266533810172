"""Messages as JSON to any address, signed."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import string
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from tingfeng import Incident, Level, Notice, NotifyError
from tingfeng.alerts.posting import Address, Answer
from tingfeng.alerts.robot import as_json, redirected, refused, robot_key

SEVERITY: dict[Level, str] = {
    "blue": "info", "yellow": "warning", "orange": "error", "red": "critical",
}  # fmt: skip

_ACTIONS = {
    "opened": "trigger", "raised": "trigger", "lowered": "trigger", "test": "trigger",
    "heartbeat": "acknowledge", "resolved": "resolve", "escalated": "trigger", "digest": "trigger",
    "gap": "trigger", "gap_over": "resolve", "heat": "trigger",
}  # fmt: skip

_LINKS = re.compile(r"\[([^\]\s]+:[^\]\s]+)\]\((https?://[^\s()]+)\)")
"""The links to posts in a notice's body; what strangers wrote cannot hold brackets there."""


_SAFE = string.punctuation.replace("%", "") + " "
"""A header carries ASCII only, and a channel may be called 预警群: that part is percent-encoded."""


class Webhook:
    """Posts each notice to *url* as JSON in the manner of PagerDuty's events.

    With a *secret*, header ``X-Tingfeng-Signature`` is ``v1=`` and the hex HMAC-SHA256 of
    ``<X-Tingfeng-Timestamp>.<body>``. The receiver should refuse old timestamps and, by
    ``X-Tingfeng-Id``, what it already has; in Python::

        def genuine(secret: bytes, headers, body: bytes, now: float) -> bool:
            stamp = headers["X-Tingfeng-Timestamp"]
            due = hmac.new(secret, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
            fresh = abs(now - int(stamp)) <= 300
            return fresh and hmac.compare_digest(headers["X-Tingfeng-Signature"], f"v1={due}")

    Accepted means 2xx, and, where the answer is a JSON object that says so itself (``errcode`` or
    ``code`` 0, ``ok`` or ``success`` true), that it says yes: chat robots refuse with HTTP 200.
    Redirects are refusals, since following them would hand the message to someone else.
    """

    name = "webhook"

    def __init__(
        self,
        url: str,
        *,
        secret: str | None = None,
        proxy: str = "",
        timeout: float = 10.0,
        headers: Mapping[str, str] | None = None,
        clock: Callable[[], float] = time.time,
        name: str = "webhook",
    ) -> None:
        hidden = [secret or "", *(headers or {}).values()]
        self.name = name
        self._address = Address(url, name=name, timeout=timeout, secrets=hidden, proxy=proxy)
        self._secret = secret.encode() if secret else None
        self._headers = dict(headers or {})
        self._clock = clock
        self.robot = robot_key(url)
        self.longest = timeout

    def __repr__(self) -> str:
        # Addresses of robots carry their key in path or query.
        return f"Webhook(name={self.name!r}, host={self._address.host!r})"

    def __call__(self, notice: Notice, incident: Incident | None) -> None:
        self.send(notice, incident)

    def send(self, notice: Notice, incident: Incident | None = None) -> str:
        """Deliver; what was answered."""
        body = as_json(self.payload(notice, incident))
        answer = self._post(body, self._signed(body, notice.id))
        self._judge(answer)
        return self._address.shown(answer) or f"HTTP {answer.status}"

    def payload(self, notice: Notice, incident: Incident | None) -> dict[str, Any]:
        """What is sent, as plain values."""
        details: dict[str, Any] = {
            "kind": notice.kind,
            "level": notice.level,
            "title": notice.title,
            "body": notice.body,
            "posts": [{"key": key, "url": url} for key, url in _LINKS.findall(notice.body)],
        }
        source = "tingfeng"
        if incident is not None:
            source = incident.brand
            details["incident"] = _incident(incident)
        return {
            "dedup_key": (notice.incident or notice.kind.removesuffix("_over"))[:255],
            "event_action": _ACTIONS[notice.kind],
            "message_id": notice.id,
            "payload": {
                "summary": notice.title[:1024],
                "source": source,
                "severity": SEVERITY[notice.level],
                "timestamp": notice.created_at.isoformat(),
                "custom_details": details,
            },
        }

    def _signed(self, body: bytes, id: str) -> dict[str, str]:
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "tingfeng",
            "X-Tingfeng-Id": quote(id, safe=_SAFE),
            **self._headers,
        }
        if self._secret is not None:
            stamp = str(int(self._clock()))
            signed = hmac.new(self._secret, stamp.encode() + b"." + body, hashlib.sha256)
            headers["X-Tingfeng-Timestamp"] = stamp
            headers["X-Tingfeng-Signature"] = f"v1={signed.hexdigest()}"
        return headers

    def _post(self, body: bytes, headers: dict[str, str]) -> Answer:
        return self._address.post(body, headers)

    def _judge(self, answer: Answer) -> None:
        status, shown = answer.status, self._address.shown(answer)
        if 300 <= status < 400:
            raise redirected(self.name, status)
        if not 200 <= status < 300:
            raise refused(self.name, answer, shown)
        if not says_yes(answer.body):
            raise NotifyError(
                f"{self.name} 回答了 HTTP {status}，内容却是拒收：{shown}",
                f"{self.name} answered HTTP {status} but refused in the body: {shown}",
                retry=False,
            )


def _key(notice: Notice) -> str:
    """What belongs together: an incident, or the beginning and the end of one gap."""
    if notice.incident:
        return notice.incident
    kind = notice.kind.removesuffix("_over")
    return " ".join(
        [f"tingfeng-{kind}", *(sorted(notice.covers) if kind == "gap" else [notice.id])]
    )


def says_yes(answer: bytes) -> bool:
    """Whether an answer's body, if it is a JSON object with a verdict, accepts."""
    try:
        said = json.loads(answer)
    except ValueError:
        return True
    if not isinstance(said, dict):
        return True
    codes = [said[name] for name in ("errcode", "code") if name in said]
    flags = [said[name] for name in ("ok", "success") if name in said]
    # Some services repeat the HTTP status as code.
    return all(str(code) in ("0", "200", "201", "202") for code in codes) and all(
        flag in (True, "true", 1) for flag in flags
    )


def _incident(incident: Incident) -> dict[str, Any]:
    shown = incident.evidence
    closed = incident.closed_at
    return {
        "id": incident.id,
        "brand": incident.brand,
        "level": incident.level,
        "state": incident.state,
        "opened_at": incident.opened_at.isoformat(),
        "first_post_at": incident.first_post_at.isoformat(),
        "closed_at": closed.isoformat() if closed else None,
        "reopened": incident.reopened,
        "negative": incident.negative,
        "evidence": {
            "at": shown.at.isoformat(),
            "rule": shown.rule,
            "score": round(shown.score, 3),
            "threshold": shown.threshold,
            "window_hours": shown.window_hours,
            "mentions": shown.mentions,
            "negative": shown.negative,
            "expected": round(shown.expected, 3),
            "usual_share": round(shown.usual_share, 4),
            "posts": list(shown.posts),
            "sentences": [{"zh": zh, "en": en} for zh, en in shown.sentences],
        },
    }
