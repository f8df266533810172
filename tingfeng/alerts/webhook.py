"""Messages as JSON to any address, signed."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import SplitResult, urlsplit

from tingfeng import Incident, Level, Notice, NotifyError, SettingsError

SEVERITY: dict[Level, str] = {
    "blue": "info", "yellow": "warning", "orange": "error", "red": "critical",
}  # fmt: skip

_ACTIONS = {
    "opened": "trigger", "raised": "trigger", "lowered": "trigger", "test": "trigger",
    "heartbeat": "acknowledge", "resolved": "resolve",
}  # fmt: skip

_LINKS = re.compile(r"\[([^\]\s]+:[^\]\s]+)\]\((https?://[^\s()]+)\)")
"""The links to posts in a notice's body; what strangers wrote cannot hold brackets there."""

_HELPS = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Refusals that may pass; of all others the same message would be refused again."""

_ANSWER_BYTES = 65536
_SHOWN = 200


class Webhook:
    """Posts each notice to *url* as JSON in the manner of PagerDuty's events.

    With a *secret*, header ``X-Tingfeng-Signature`` is ``v1=`` and the hex HMAC-SHA256 of
    ``<X-Tingfeng-Timestamp>.<body>``. The receiver should refuse old timestamps and, by
    ``X-Tingfeng-Id``, what it already has.

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
        timeout: float = 10.0,
        headers: Mapping[str, str] | None = None,
        clock: Callable[[], float] = time.time,
        name: str = "webhook",
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or not _has_port(parts):
            raise SettingsError(
                "webhook 的 url 要以 http:// 或 https:// 开头，端口在 1 到 65535 之间",
                "the url of a webhook must begin with http:// or https://, with a port up to 65535",
            )
        self.name = name
        self._parts = parts
        self._secret = secret.encode() if secret else None
        self._timeout = timeout
        self._headers = dict(headers or {})
        self._clock = clock

    def __repr__(self) -> str:
        # Addresses of robots carry their key in path or query.
        return f"Webhook(name={self.name!r}, host={self._parts.hostname!r})"

    def __call__(self, notice: Notice, incident: Incident | None) -> None:
        body = json.dumps(self.payload(notice, incident), ensure_ascii=False).encode()
        status, answer = self._post(body, self._signed(body, notice.id))
        self._judge(status, answer)

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
            "dedup_key": notice.incident[:255],
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
            "X-Tingfeng-Id": id,
            **self._headers,
        }
        if self._secret is not None:
            stamp = str(int(self._clock()))
            signed = hmac.new(self._secret, stamp.encode() + b"." + body, hashlib.sha256)
            headers["X-Tingfeng-Timestamp"] = stamp
            headers["X-Tingfeng-Signature"] = f"v1={signed.hexdigest()}"
        return headers

    def _post(self, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        parts = self._parts
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection = self._connection()
        deadline = _Deadline(connection, self._timeout)
        try:
            with deadline:
                connection.request("POST", path, body=body, headers=headers)
                answer = connection.getresponse()
                said = answer.read(_ANSWER_BYTES)
            if deadline.passed:
                raise self._silent()
            return answer.status, said
        except TimeoutError as error:
            raise self._silent() from error
        except ssl.SSLCertVerificationError as error:
            raise NotifyError(
                f"{self.name} 的证书不可信：{error.verify_message}",
                f"the certificate of {self.name} is not trusted: {error.verify_message}",
                retry=False,
            ) from error
        except ValueError as error:  # what HTTP cannot carry; its message may hold a secret
            raise NotifyError(
                f"{self.name} 的 url 或 headers 里有不能发送的字符（换行、中文）",
                f"url or headers of {self.name} hold characters that HTTP cannot carry",
                retry=False,
            ) from error
        except (OSError, http.client.HTTPException) as error:
            if deadline.passed:
                raise self._silent() from error
            kind = type(error).__name__
            raise NotifyError(
                f"连不上 {self.name}（{kind}）", f"cannot reach {self.name} ({kind})", retry=True
            ) from error
        finally:
            connection.close()

    def _silent(self) -> NotifyError:
        return NotifyError(
            f"{self.name} 在 {self._timeout:g} 秒内没有答完",
            f"{self.name} did not answer within {self._timeout:g} s",
            retry=True,
        )

    def _connection(self) -> http.client.HTTPConnection:
        host = self._parts.hostname or ""
        if self._parts.scheme == "http":
            return http.client.HTTPConnection(host, self._parts.port, timeout=self._timeout)
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(
            host, self._parts.port, timeout=self._timeout, context=context
        )

    def _judge(self, status: int, answer: bytes) -> None:
        shown = answer.decode("utf-8", "replace").strip()[:_SHOWN]
        if 300 <= status < 400:
            raise NotifyError(
                f"{self.name} 要求跳转（HTTP {status}）；请把 url 改成最终地址",
                f"{self.name} redirects (HTTP {status}); give the final address as url",
                retry=False,
            )
        if not 200 <= status < 300:
            raise NotifyError(
                f"{self.name} 拒收：HTTP {status} {shown}",
                f"{self.name} refused: HTTP {status} {shown}",
                retry=status in _HELPS,
            )
        if not says_yes(answer):
            raise NotifyError(
                f"{self.name} 回答了 HTTP {status}，内容却是拒收：{shown}",
                f"{self.name} answered HTTP {status} but refused in the body: {shown}",
                retry=False,
            )


class _Deadline:
    """Cuts *connection* after *seconds* in all: a socket's own timeout begins anew with each byte
    of a server that drips.
    """

    def __init__(self, connection: http.client.HTTPConnection, seconds: float) -> None:
        self._connection = connection
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self.passed = False

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def _cut(self) -> None:
        self.passed = True
        if self._connection.sock is not None:
            with suppress(OSError):
                # Not the TLS socket's own shutdown, which takes the session from under a reader.
                socket.socket.shutdown(self._connection.sock, socket.SHUT_RDWR)


def _has_port(parts: SplitResult) -> bool:
    try:
        return parts.port != 0
    except ValueError:
        return False


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
