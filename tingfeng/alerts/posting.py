"""One POST to an address that is itself a secret: robots carry their key in path or query."""

from __future__ import annotations

import base64
import http.client
import re
import socket
import ssl
import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from tingfeng import NotifyError, SettingsError

ANSWER_BYTES = 65536
SHOWN = 200
"""Characters of an answer that are told: platforms explain themselves in one sentence."""

_SHORTEST = 4
"""A secret of fewer characters would blot out harmless words."""

_PRINTABLE = re.compile(r"[!-~]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    body: bytes
    retry_after: float = 0.0
    """Seconds, as the header says; 0: it does not."""


class Address:
    """Where to post. Shown without anything that could be a key. A ``user:password@`` in it logs in.

    *secrets*: texts that must not be told either, such as the key of a signature. *proxy*: through
    which the address is reached, ``http://user:password@host:port``.
    """

    def __init__(
        self,
        url: str,
        *,
        name: str,
        timeout: float = 10.0,
        secrets: Iterable[str] = (),
        proxy: str = "",
    ) -> None:
        self._parts = parts = _split(url, "url", name, ("http", "https"))
        self._proxy = _split(proxy, "proxy", name, ("http",)) if proxy else None
        self.name = name
        self.host = parts.hostname or ""
        self.timeout = timeout
        self._secrets = _hidden(
            parts, [*secrets, self._proxy.password or ""] if self._proxy else secrets
        )

    def post(self, body: bytes, headers: Mapping[str, str], *, query: str = "") -> Answer:
        """Send and read the answer, all within the timeout; *query* is added to the address."""
        if not all(_PRINTABLE.fullmatch(value.replace(" ", "+")) for value in headers.values()):
            raise self._unfit()
        connection = self._connection()
        deadline = Deadline(connection, self.timeout)
        sent = False
        try:
            with deadline:
                connection.connect()
                if deadline.passed:  # a name server may answer later than a socket may
                    raise self._silent(unsure=False)
                sent = True
                connection.request("POST", self._path(query), body=body, headers=self._all(headers))
                with connection.getresponse() as response:  # it may go on after what is read
                    said = response.read(ANSWER_BYTES)
            if deadline.passed:
                raise self._silent(unsure=True)
            wait = response.headers.get("Retry-After", "")
            seconds = float(wait) if wait.isdecimal() else 0.0
            return Answer(status=response.status, body=said, retry_after=seconds)
        except (OSError, ValueError, http.client.HTTPException) as error:
            self._explain(error, late=deadline.passed, sent=sent)
        finally:
            connection.close()

    def scrub(self, text: str) -> str:
        """*text* without what is secret: an answer may repeat the key that it refuses."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text

    def shown(self, answer: Answer) -> str:
        """The beginning of an answer, fit to be told."""
        return self.scrub(answer.body.decode("utf-8", "replace").strip())[:SHOWN]

    def _path(self, query: str) -> str:
        parts = self._parts
        both = "&".join(part for part in (parts.query, query) if part)
        path = (parts.path or "/") + (f"?{both}" if both else "")
        # A proxy is given the whole address, unless it only lets TLS through.
        plainly = self._proxy is not None and parts.scheme == "http"
        return f"http://{parts.netloc.rpartition('@')[2]}{path}" if plainly else path

    def _all(self, headers: Mapping[str, str]) -> dict[str, str]:
        plainly = self._proxy is not None and self._parts.scheme == "http"
        own = _login("Authorization", self._parts)
        return {**own, **headers, **(self._proxy_login() if plainly else {})}

    def _proxy_login(self) -> dict[str, str]:
        return _login("Proxy-Authorization", self._proxy) if self._proxy else {}

    def _connection(self) -> http.client.HTTPConnection:
        there = self._proxy or self._parts
        host, port = there.hostname or "", there.port
        if self._parts.scheme == "http":
            return http.client.HTTPConnection(host, port or 80, timeout=self.timeout)
        made = http.client.HTTPSConnection(
            host,
            port or (443 if self._proxy is None else 80),
            timeout=self.timeout,
            context=ssl.create_default_context(),
        )
        if self._proxy is not None:
            made.set_tunnel(self.host, self._parts.port or 443, headers=self._proxy_login())
        return made

    def _silent(self, *, unsure: bool) -> NotifyError:
        return NotifyError(
            f"{self.name} 在 {self.timeout:g} 秒内没有答完",
            f"{self.name} did not answer within {self.timeout:g} s",
            retry=True,
            unsure=unsure,
        )

    def _unfit(self) -> NotifyError:
        return NotifyError(
            f"{self.name} 的 url 或 headers 里有不能发送的字符（换行、中文）",
            f"url or headers of {self.name} hold characters that HTTP cannot carry",
            retry=False,
        )

    def _explain(self, error: Exception, *, late: bool, sent: bool) -> NoReturn:
        """Always without the cause: its text may hold the address."""
        if late or isinstance(error, TimeoutError):
            raise self._silent(unsure=sent) from None
        if isinstance(error, ssl.SSLCertVerificationError):
            raise NotifyError(
                f"{self.name} 的证书不可信：{error.verify_message}",
                f"the certificate of {self.name} is not trusted: {error.verify_message}",
                retry=False,
            ) from None
        if isinstance(error, (ValueError, http.client.InvalidURL)):
            raise self._unfit() from None
        kind = type(error).__name__
        raise NotifyError(
            f"连不上 {self.name}（{kind}）",
            f"cannot reach {self.name} ({kind})",
            retry=True,
            unsure=sent,
        ) from None


class Deadline:
    """Cuts *connection* after *seconds* in all: a socket's own timeout begins anew with each byte
    of a server that drips. Anything with a ``sock`` will do.
    """

    def __init__(self, connection: object, seconds: float) -> None:
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
        sock = getattr(self._connection, "sock", None)
        if sock is not None:
            with suppress(OSError):
                # Not the TLS socket's own shutdown, which takes the session from under a reader.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)


def _split(url: str, what: str, name: str, schemes: tuple[str, ...]) -> SplitResult:
    try:
        parts = urlsplit(url)
        good = parts.scheme in schemes and parts.hostname and parts.port != 0 and not _astray(parts)
    except ValueError:  # its text holds what was taken for host or port
        good = False
    if not good:
        zh = " 或 ".join(f"{scheme}://" for scheme in schemes)
        raise SettingsError(
            f"{name} 的 {what} 要以 {zh} 开头，端口在 1 到 65535 之间；用户名、密码里的 / ? # @ 写成"
            " %2F %3F %23 %40，主机后面的 @ 也写成 %40",
            f"the {what} of {name} must begin with {zh.replace('或', 'or')}, with a port up to 65535;"
            " / ? # @ in a name or password are written %2F %3F %23 %40, and so is an @ after the host",
        )
    if not _PRINTABLE.fullmatch(url):
        raise SettingsError(
            f"{name} 的 {what} 里有空格、换行或中文，请重新复制",
            f"the {what} of {name} holds blanks or letters beyond ASCII: copy it again",
        )
    return parts


def _astray(parts: SplitResult) -> bool:
    """Whether what looks like host and port may be a name and the first digits of a password: of
    ``user:12/34@host`` and the like. Names of hosts with a dot are believed: paths have an ``@``, too.
    """
    bare = parts.port is not None and "@" not in parts.netloc
    named = bare and not {".", ":"} & set(parts.hostname or "") and parts.hostname != "localhost"
    rest = parts.path or f"{parts.query}{parts.fragment}"
    return named and "@" in rest


def _login(header: str, parts: SplitResult) -> dict[str, str]:
    if not parts.username:
        return {}
    words = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
    return {header: f"Basic {base64.b64encode(words).decode()}"}


def _hidden(parts: SplitResult, secrets: Iterable[str]) -> tuple[str, ...]:
    """What may not be told, longest first, as it is written and as it is meant."""
    found = {*secrets, parts.query, parts.password or ""}
    found.update(value for _, value in parse_qsl(parts.query))
    found.update(piece.partition("=")[2] for piece in parts.query.split("&"))
    found.add(parts.path.rpartition("/")[2])
    found.update([unquote(each) for each in found])
    return tuple(sorted((each for each in found if len(each) >= _SHORTEST), key=len, reverse=True))
