"""What the client raises becomes what a user can act on: the only place that knows its exceptions.

413, 429 and 503 come as bare ``ApiError``, and a full disk as 429: so statuses and types of errors
are looked at, never classes. Keys and passwords are in none of these sentences.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tingfeng import StoreError


@contextmanager
def said(address: str = "", *, login: bool = True) -> Iterator[None]:
    """Raise :class:`tingfeng.StoreError` for whatever the client raises inside. *login*: whether a
    key or password was sent.
    """
    from elastic_transport import ApiError, TransportError

    try:
        yield
    except ApiError as error:
        if error.meta.status == 401 and not login:
            raise _nameless(address) from error
        raise explained(error, address) from error
    except TransportError as error:
        raise _unreachable(error, address) from error


def passing(error: StoreError) -> bool:
    """Whether waiting may help: the cluster does not answer, or has no time."""
    from elastic_transport import ApiError, TlsError, TransportError

    cause = error.__cause__
    if isinstance(cause, ApiError):
        return cause.meta.status in (408, 429) or cause.meta.status >= 500
    return isinstance(cause, TransportError) and not isinstance(cause, TlsError)


def error_type(error: Any) -> str:
    """``index_not_found_exception`` and the like of an ``ApiError``; empty where none is told."""
    body = getattr(error, "body", None)
    told = body.get("error") if isinstance(body, dict) else None
    if isinstance(told, dict):
        return str(told.get("type", ""))
    return str(told or "")


def reason(error: Any) -> str:
    """What the server says of it, in its own words."""
    body = getattr(error, "body", None)
    told = body.get("error") if isinstance(body, dict) else None
    if not isinstance(told, dict):
        return str(told or getattr(error, "message", "") or error)
    causes = [told.get("reason"), (told.get("caused_by") or {}).get("reason")]
    return "; ".join(str(cause) for cause in causes if cause)


def explained(error: Any, address: str = "") -> StoreError:
    """The sentence for an ``ApiError``."""
    from elasticsearch import UnsupportedProductError

    status, kind = error.status_code, error_type(error)
    if isinstance(error, UnsupportedProductError):
        return StoreError(
            f"{_at(address)}不是 Elasticsearch，或中间的代理删掉了 X-Elastic-Product 响应头。"
            "请检查 url，或让代理保留这个响应头",
            f"the server{_place(address)} is not Elasticsearch, or a proxy strips the header"
            " X-Elastic-Product: check url, or let the proxy keep it",
        )
    if kind == "media_type_header_exception" or status == 406:
        return wrong_major(address)
    if kind == "cluster_block_exception":
        return _blocked(reason(error), address)
    if kind == "index_not_found_exception":
        return StoreError(
            f"Elasticsearch{_in(address)}里缺少索引（{reason(error)}）。请运行 tingfeng es bootstrap",
            f"an index is missing in Elasticsearch{_place(address)} ({reason(error)}): run"
            " tingfeng es bootstrap",
        )
    by_status = _BY_STATUS.get(status)
    if by_status is not None:
        zh, en = by_status
        told, there = reason(error), _place(address)
        return StoreError(
            zh.format(where=_in(address), told=told), en.format(where=there, told=told)
        )
    return StoreError(
        f"Elasticsearch{_in(address)}拒绝了请求（{status}：{reason(error)}）。"
        "请运行 tingfeng es status 检查集群和索引版本",
        f"Elasticsearch{_place(address)} refused the request ({status}: {reason(error)}): run"
        " tingfeng es status to check the cluster and the version of its indices",
    )


_BY_STATUS = {
    401: (
        "Elasticsearch{where}不接受这个密钥或密码。请检查 [elastic] 的 api_key，或 user 和 password",
        "Elasticsearch{where} does not accept this key or password: check api_key, or user and"
        " password, in [elastic]",
    ),
    403: (
        "Elasticsearch{where}不允许这样做（{told}）。请换用有此权限的密钥；tingfeng es setup"
        " 会为每种用途生成密钥",
        "Elasticsearch{where} does not allow this ({told}): use a key that may; tingfeng es setup"
        " makes one for each purpose",
    ),
    413: (
        "请求太大，Elasticsearch{where}或中间的代理不接受。请调大代理的上限",
        "the request is too large for Elasticsearch{where} or a proxy before it: raise the"
        " proxy's limit",
    ),
    429: (
        "Elasticsearch{where}忙不过来（{told}）。请稍后再试，或给它更多内存",
        "Elasticsearch{where} is overloaded ({told}): try again later, or give it more memory",
    ),
    503: (
        "Elasticsearch{where}暂时不可用，可能没有主节点（{told}）。请等集群恢复后再试",
        "Elasticsearch{where} is not available now, maybe without a master ({told}): try again"
        " when the cluster has recovered",
    ),
}
for _gateway in (502, 504):  # a proxy speaks for a server that does not answer
    _BY_STATUS[_gateway] = _BY_STATUS[503]


def _nameless(address: str) -> StoreError:
    return StoreError(
        f"Elasticsearch{_in(address)}要登录，而没有给密钥：先 tingfeng es setup，或在 [elastic] 写 api_key",
        f"Elasticsearch{_place(address)} asks for a login, and no key was given: run tingfeng es"
        " setup first, or write api_key in [elastic]",
    )


def wrong_major(address: str, version: str = "") -> StoreError:
    """Client and server are of generations that do not talk to each other."""
    found = f"{version} " if version else ""
    return StoreError(
        f"{_at(address)}的 Elasticsearch {found}与本程序的客户端不兼容。听风支持 8.19 和 9.x：请升级"
        "服务器，并用 pip install 'elasticsearch>=8.19,<9' 安装相配的客户端",
        f"Elasticsearch {found}of the server{_place(address)} does not fit this client: tingfeng"
        " talks to 8.19 and 9.x. Upgrade the server, and install the matching client with pip"
        " install 'elasticsearch>=8.19,<9'",
    )


def _blocked(told: str, address: str) -> StoreError:
    if "flood-stage" in told or "/12/" in told:
        return StoreError(
            f"Elasticsearch{_in(address)}的磁盘快满了，已停止写入（{told}）。请清理磁盘，或运行"
            " tingfeng es retention 删除旧月份；腾出空间后会自动恢复",
            f"the disk of Elasticsearch{_place(address)} is nearly full, so that it takes no more"
            f" writes ({told}): free space, or delete old months with tingfeng es retention; it"
            " goes on by itself then",
        )
    if "no master" in told:
        zh, en = _BY_STATUS[503]
        return StoreError(
            zh.format(where=_in(address), told=told), en.format(where=_place(address), told=told)
        )
    return StoreError(
        f"Elasticsearch{_in(address)}的索引被设为不可写（{told}）。请让管理员解除索引的写锁",
        f"an index of Elasticsearch{_place(address)} is blocked ({told}): ask its administrator to"
        " lift the block",
    )


def _unreachable(error: Any, address: str) -> StoreError:
    from elastic_transport import ConnectionTimeout, SerializationError, TlsError

    if isinstance(error, TlsError):
        return StoreError(
            f"无法验证 Elasticsearch{_in(address)}的证书。请在 [elastic] 的 ca 填写 CA 证书文件，"
            "并检查 url 的主机名",
            f"the certificate of Elasticsearch{_place(address)} cannot be verified: give the file"
            " of its CA as ca in [elastic], and check the host name in url",
        )
    if isinstance(error, ConnectionTimeout):
        return StoreError(
            f"Elasticsearch{_in(address)}没有按时回答。请稍后再试，或调大 [elastic] 的 timeout",
            f"Elasticsearch{_place(address)} did not answer in time: try again later, or raise"
            " timeout in [elastic]",
        )
    if isinstance(error, SerializationError):
        return StoreError(
            f"{_at(address)}的回答读不懂，可能不是 Elasticsearch。请检查 url",
            f"the answer of the server{_place(address)} cannot be read, it may not be"
            " Elasticsearch: check url",
        )
    return StoreError(
        f"连不上 Elasticsearch{_in(address)}。请检查 [elastic] 的 url，以及服务器是否在运行；"
        "加密的服务器要写 https://",
        f"Elasticsearch{_place(address)} cannot be reached: check url in [elastic], and whether the"
        " server runs; with TLS it begins with https://",
    )


def _in(address: str) -> str:
    return f"（{address}）" if address else ""


def _at(address: str) -> str:
    return address or "服务器"


def _place(address: str) -> str:
    return f" at {address}" if address else ""
