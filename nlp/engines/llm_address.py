"""Where a language model is asked: what its address may be, and what an endpoint is called."""

from __future__ import annotations

import hashlib
import ipaddress
import socket
from contextlib import suppress
from urllib.parse import SplitResult, urlsplit

from tingfeng import SettingsError

_COMPLETIONS = "/chat/completions"


def address(base_url: str) -> SplitResult:
    """*base_url* with the path of completions. Raises :class:`~tingfeng.SettingsError`."""
    try:
        parts = urlsplit(base_url.strip().rstrip("/"))
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        bare = not (parts.query or parts.fragment or parts.username or parts.password)
    except ValueError:
        good = bare = False
    if not good or not bare or not parts.path.isascii() or " " in base_url.strip():
        # Not shown: somebody may have put the key into it.
        raise SettingsError(
            "llm 的 base_url 要像 https://api.example.com/v1 这样，不带用户名、参数；key 另写",
            "the base_url of llm must look like https://api.example.com/v1, without user or "
            "query; the key has its own setting",
        )
    return parts._replace(path=f"{parts.path.removesuffix(_COMPLETIONS)}{_COMPLETIONS}")


def named(parts: SplitResult) -> str:
    """Host and port, for on one machine several models may answer to one name; and a hash of the
    path unless it is the usual one. Of the path itself nothing: some gateways want the key in it.
    """
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    server = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    if parts.path == f"/v1{_COMPLETIONS}":
        return server
    return f"{server}/{hashlib.blake2b(parts.path.encode(), digest_size=4).hexdigest()}"


def near(host: str) -> bool:
    """Whether *host* is this machine or in this house."""
    address = _numeric(host)
    if address is None:
        named = host[:1].isascii() and host[:1].isalpha() and "." not in host
        return named or host.endswith((".local", ".lan", ".internal", ".home.arpa"))
    return address.is_private or address.is_loopback or address.is_link_local


def _numeric(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that *host* is if it is no name, in whatever way it is written: to a resolver
    ``134744072`` and ``0x08080808`` are 8.8.8.8.
    """
    with suppress(OSError, ValueError):
        return ipaddress.IPv4Address(socket.inet_aton(host))
    try:
        address = ipaddress.IPv6Address(host)
    except ValueError:
        return None
    return address.ipv4_mapped or address
