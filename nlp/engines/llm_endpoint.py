"""Speaks to an OpenAI-compatible endpoint: ``POST …/chat/completions``."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Literal

from nlp.engines.llm_address import address, named, near
from tingfeng import ModelError, SettingsError

Fault = Literal["failed", "rejected", "refused", "budget"]
"""Why there is no answer: the endpoint was unwell; it would not take the request; the model would
not write; nobody may be asked any more."""

TRIES = 3
PATIENCE = 30.0
"""Seconds to wait for an endpoint that asks for it; one that wants more is left alone meanwhile."""

_HELPS = frozenset({408, 425, 429, 500, 502, 503, 504, 529})
"""Refusals that may pass; of all others the same request would be refused again."""

UNSENT, UNANSWERED = -1, 0
"""In place of a status: nobody took the request; it was sent, and no answer came."""

_ANSWER_BYTES = 1 << 20
_SHOWN = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came of a request."""

    text: str | None = None
    """What the model wrote."""

    tokens: int | None = None
    """Used in all, by the endpoint's own count."""

    fault: Fault | None = None
    why: str = ""
    sent: bool = True
    """Whether the endpoint can have got the last try of the request at all."""

    free: bool = False
    """No model can have worked on it: it was not sent, or every try was turned away."""

    wait: float = 0.0
    """Seconds for which the endpoint wishes to be left alone."""


class Endpoint:
    """One address with its key, which stands in no repr and no message."""

    def __init__(
        self,
        base_url: str,
        key: str | None = None,
        *,
        timeout: float = 60.0,
        sleep: Callable[[float], object] = time.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """*base_url*: up to ``/v1``. *timeout*: seconds for a whole answer.

        Raises :class:`~tingfeng.SettingsError` for what can be no address or key, and for a key
        that would cross a public network unencrypted.
        """
        self._parts = address(base_url)
        if key is not None and (key.startswith("$") or not key.isascii() or not key.isprintable()
                                or not key or " " in key):  # fmt: skip
            raise SettingsError(
                'llm 的 key 不能用：请写成 "$变量名"，并在环境变量或 .env 里给出它的值（不含空格和换行）',
                'the key of the engine llm cannot be used: write "$NAME" and set NAME in the '
                "environment or in .env, without blanks",
            )
        if key and self._parts.scheme == "http" and not near(self._parts.hostname or ""):
            raise SettingsError(
                "llm 的 base_url 用了 http://，key 会明文经过公网：请改用 https://",
                "the base_url of the engine llm is http://, which would send the key in plain text "
                "over a public network: use https://",
            )
        self._key, self._timeout, self._sleep, self._clock = key, timeout, sleep, clock

    def __repr__(self) -> str:
        return f"Endpoint(host={self._parts.hostname!r})"

    @property
    def host(self) -> str:
        """Whom the texts go to."""
        return self._parts.hostname or ""

    @property
    def server(self) -> str:
        """See :func:`nlp.engines.llm_address.named`."""
        return named(self._parts)

    def ask(self, payload: Mapping[str, Any], may: Callable[[], bool]) -> Reply:
        """The answer to *payload*, tried again where that helps; *may* is asked before each try.

        Raises :class:`~tingfeng.ModelError` for what only a person can put right: the key, the
        name of the model, the address, the certificate.
        """
        body = json.dumps(payload, ensure_ascii=False).encode()
        reply = Reply(fault="budget")
        for attempt in range(TRIES):
            if not may():
                return reply if attempt else Reply(fault="budget")
            status, headers, said = self._post(body)
            if status in (UNSENT, UNANSWERED):  # whoever hangs once, hangs twice
                sent = status == UNANSWERED
                return Reply(fault="failed", why=said.decode(), sent=sent, free=not sent)
            if status not in _HELPS:
                return self._judged(status, said)
            wait = self._asked_to_wait(headers)
            reply = Reply(fault="failed", why=f"HTTP {status}", free=True, wait=wait or 0.0)
            pause = wait if wait is not None else 2.0**attempt
            if pause > PATIENCE or attempt == TRIES - 1:
                return reply
            self._sleep(pause)
        return reply

    def _judged(self, status: int, said: bytes) -> Reply:
        if status == 200:
            return _reply(said)
        if status in (400, 402, 413, 422):  # a text it will not read, or an account that is empty
            return Reply(fault="rejected", why=f"HTTP {status} {self._shown(said)}", free=True)
        if status in (401, 403):  # its words may repeat parts of the key
            raise ModelError(
                f"{self.host} 不接受这个 key（HTTP {status}）：请检查 llm 的 key",
                f"{self.host} does not accept the key (HTTP {status}): check the key of llm",
            )
        raise ModelError(
            f"{self.host} 回答 HTTP {status}：请检查 llm 的 base_url 和 model。{self._shown(said)}",
            f"{self.host} answers HTTP {status}: check base_url and model of llm. {self._shown(said)}",
        )

    def _post(self, body: bytes) -> tuple[int, Mapping[str, str], bytes]:
        """Status, headers, body; :data:`UNSENT` or :data:`UNANSWERED` and the reason if there is no
        answer.
        """
        connection = self._connection()
        deadline = threading.Timer(self._timeout, _cut, (connection,))
        deadline.daemon = True
        begun, failure = time.monotonic(), UNSENT
        try:
            # A socket's own timeout begins anew with each byte of a server that drips.
            deadline.start()
            connection.connect()  # name, address and TLS: the request itself is still here
            failure = UNANSWERED  # from its first byte on, a model may be at work, and bill us
            connection.request("POST", self._parts.path, body=body, headers=self._headers())
            with connection.getresponse() as answer:  # it may go on after what is read
                said = answer.read(_ANSWER_BYTES)
            if time.monotonic() - begun >= self._timeout:
                return failure, {}, b"timeout"
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, said
        except ssl.SSLCertVerificationError as error:
            raise ModelError(
                f"{self.host} 的证书不可信：{error.verify_message}",
                f"the certificate of {self.host} is not trusted: {error.verify_message}",
            ) from error
        except (OSError, http.client.HTTPException) as error:
            late = time.monotonic() - begun >= self._timeout
            return failure, {}, b"timeout" if late else type(error).__name__.encode()
        finally:
            deadline.cancel()
            connection.close()

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "User-Agent": "tingfeng"}
        return headers | ({"Authorization": f"Bearer {self._key}"} if self._key else {})

    def _connection(self) -> http.client.HTTPConnection:
        host, port = self.host, self._parts.port
        if self._parts.scheme == "http":
            return http.client.HTTPConnection(host, port, timeout=self._timeout)
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, port, timeout=self._timeout, context=context)

    def _asked_to_wait(self, headers: Mapping[str, str]) -> float | None:
        """Seconds of ``Retry-After``, which may also be a date."""
        value = headers.get("retry-after", "").strip()
        if value.replace(".", "", 1).isdigit() and value.isascii():
            return float(value)
        with suppress(ValueError):
            return max(0.0, parsedate_to_datetime(value).timestamp() - self._clock())
        return None

    def _shown(self, said: bytes) -> str:
        text = "".join(c for c in said.decode("utf-8", "replace") if c.isprintable())
        return (text.replace(self._key, "***") if self._key else text)[:_SHOWN]


def _reply(said: bytes) -> Reply:
    """What stands in a completion; ``refused`` if the model wrote nothing, or not to the end."""
    try:
        answer = json.loads(said)
        choice = answer["choices"][0]
        text = choice["message"]["content"]
    except (ValueError, RecursionError, LookupError, TypeError):
        return Reply(fault="failed", why="no completion")
    usage = answer.get("usage")
    used = usage.get("total_tokens") if isinstance(usage, dict) else None
    tokens = used if isinstance(used, int) and used >= 0 else None
    ended = choice.get("finish_reason") in ("stop", "eos", None)
    if not isinstance(text, str) or not text.strip() or not ended:
        why = str(choice.get("finish_reason"))[:_SHOWN]
        return Reply(tokens=tokens, fault="refused", why=why)
    return Reply(text=text, tokens=tokens)


def _cut(connection: http.client.HTTPConnection) -> None:
    if connection.sock is not None:
        with suppress(OSError):
            # Not the TLS socket's own shutdown, which takes the session from under a reader.
            socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)
