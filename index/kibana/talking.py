"""Asking a Kibana over HTTP: who we are, whose fault an answer is, and what to do about it.

Nothing here prints a secret or puts one into a message.
"""

from __future__ import annotations

import base64
import http.client
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from index.addresses import server_address
from tingfeng import SettingsError, StoreError

TIMEOUT = 60.0
"""Seconds for one answer: an import of some dozen objects takes a busy Kibana several."""

_MOST = 20_000_000
"""Bytes of an answer that are read: Kibana's are some thousand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Where a Kibana is, and how to be let in."""

    url: str = field(repr=False)
    """``http(s)://host[:port][/base path]``; a name and password in it are used, and never shown."""

    space: str = ""
    """Id of a space; empty: the default one."""

    api_key: str = field(default="", repr=False)
    """In its encoded form, as ``tingfeng es setup`` keeps it."""

    user: str = ""
    password: str = field(default="", repr=False)
    ca: str = ""
    """File of the authority that signed its certificate; empty: a public one."""


class Kibana:
    """A Kibana that answers, or not."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._at = server_address(access.url, section="kibana", port=5601)
        self.address = self._at.shown()
        """For people: without name and password."""

    def ask(
        self, method: str, path: str, body: Any = None, *, spaced: bool = True
    ) -> tuple[int, Any]:
        """Status and answer, whatever the status. *body*: JSON, or bytes with their type before.

        Raises :class:`tingfeng.StoreError` where there is no answer.
        """
        headers = {"kbn-xsrf": "true", "Accept": "application/json", **self._login()}
        data: bytes | None = None
        if isinstance(body, tuple):
            headers["Content-Type"], data = body
        elif body is not None:
            headers["Content-Type"], data = "application/json", json.dumps(body).encode()
        space = self._access.space
        prefix = f"/s/{quote(space, safe='')}" if space and spaced else ""
        target = self._at.path + prefix + path
        connection = self._connection()
        try:
            connection.request(method, target, body=data, headers=headers)
            with connection.getresponse() as answer:
                return answer.status, _value(answer.read(_MOST))
        except (OSError, http.client.HTTPException) as error:
            raise self._silent(error) from error
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        at = self._at
        if at.scheme == "http":
            return http.client.HTTPConnection(at.host, at.port, timeout=TIMEOUT)
        try:
            context = ssl.create_default_context(cafile=self._access.ca or None)
        except (OSError, ssl.SSLError) as error:
            raise SettingsError(
                f"读不了 [kibana] 的 ca（{type(error).__name__}）：应是 PEM 证书文件",
                f"cannot read ca of [kibana] ({type(error).__name__}): it must be a PEM file",
            ) from error
        return http.client.HTTPSConnection(at.host, at.port, timeout=TIMEOUT, context=context)

    def _login(self) -> Mapping[str, str]:
        access = self._access
        if access.api_key:
            return {"Authorization": f"ApiKey {access.api_key}"}
        user, password = access.user, access.password
        if not user:
            user, password = self._at.user, self._at.password
        if not user:
            return {}
        pair = base64.b64encode(f"{user}:{password}".encode()).decode()
        return {"Authorization": f"Basic {pair}"}

    def _silent(self, error: Exception) -> StoreError:
        why = type(error).__name__
        if isinstance(error, ssl.SSLCertVerificationError):
            return StoreError(
                f"Kibana（{self.address}）的证书不被信任：在 [kibana] 的 ca 写上签发它的证书文件",
                f"the certificate of Kibana at {self.address} is not trusted: name the file of the"
                " authority that signed it as ca in [kibana]",
            )
        return StoreError(
            f"连不上 Kibana（{self.address}，{why}）：请确认它已启动，[kibana] 的 url 正确",
            f"Kibana at {self.address} does not answer ({why}): is it running, and is url in"
            " [kibana] right?",
        )

    def refused(self, status: int, answer: Any) -> StoreError:
        """What a bad status means."""
        said = _said(answer)
        if status == 401:
            return StoreError(
                f"Kibana（{self.address}）不认这个密钥或密码：先运行 tingfeng es setup，或在 [kibana] 写"
                " api_key 或 user、password",
                f"Kibana at {self.address} does not know this key or password: run `tingfeng es setup`,"
                " or set api_key, or user and password, in [kibana]",
            )
        if status == 403:
            return StoreError(
                f"Kibana（{self.address}）不许这样做：{said}。请换有权限的用户；新建空间要管理员"
                "（[kibana] user、password）",
                f"Kibana at {self.address} does not allow this: {said}. Use a user who may; a space is"
                " made by an administrator (user and password in [kibana])",
            )
        if status == 404:
            return StoreError(
                f"Kibana（{self.address}）没有这个地址或空间：{said}。核对 url、space；--create-space 新建空间",
                f"Kibana at {self.address} has no such address or space: {said}. Look at url and space;"
                " --create-space makes a space",
            )
        if status == 413:
            return StoreError(
                "文件超过 Kibana 允许的大小：调大 savedObjects.maxImportPayloadBytes",
                "the file is larger than Kibana allows: raise savedObjects.maxImportPayloadBytes",
            )
        if status == 422 or "more recent version" in said:
            return StoreError(
                f"Kibana（{self.address}）比这些对象旧：{said}。需要 8.19 或更新",
                f"Kibana at {self.address} is older than these objects: {said}. 8.19 or later is needed",
            )
        return StoreError(
            f"Kibana（{self.address}）回答 HTTP {status}：{said}。请看 Kibana 的日志",
            f"Kibana at {self.address} answered HTTP {status}: {said}. Its log says more",
        )


def _value(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")


def _said(answer: Any) -> str:
    if isinstance(answer, dict):
        return str(answer.get("message") or answer.get("error") or answer)[:300]
    return str(answer)[:300]
