"""Addresses: the one form in which two links to the same article are equal."""

from __future__ import annotations

import re
from hashlib import blake2b
from ipaddress import ip_address
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

_TRACKING = re.compile(
    r"^(?:utm_\w+|spm|scm|from|fr|frm|ref|refer|referer|share_\w+|sharefrom|shareto"
    r"|fbclid|gclid|msclkid|mc_[ce]id|_hs\w+|vd_source|xhsshare|isappinstalled|wxwork_\w+|tt_from)$",
    re.IGNORECASE,
)
"""Parameters that say where a reader came from, never what is read."""

_PORTS = {"http": ":80", "https": ":443"}


def absolute(link: str, base: str) -> str:
    """*link* as written on the page *base*; empty where it is no web address."""
    try:
        full = urljoin(base, link.strip().replace(" ", "%20"))
        parts = urlsplit(full)
    except ValueError:
        return ""
    return full if parts.scheme in {"http", "https"} and parts.hostname else ""


def canonical(url: str) -> str:
    """*url* without fragment, tracking, default port and the letters' case of scheme and host."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").rstrip(".")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return url.strip()
    if not host:
        return url.strip()
    if port == _PORTS.get(parts.scheme):
        port = ""
    kept = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True, errors="surrogateescape")
        if not _TRACKING.match(name)
    ]
    query = urlencode(kept, errors="surrogateescape")
    path = quote(parts.path, safe="/%:@!$&'()*+,;=~-._", errors="surrogateescape") or "/"
    host = f"[{host}]" if ":" in host else host
    return urlunsplit((parts.scheme.lower(), host.lower() + port, path, query, ""))


def digest(*parts: str) -> str:
    """Sixteen hex digits that stand for *parts*."""
    return blake2b("\0".join(parts).encode("utf-8", "replace"), digest_size=8).hexdigest()


def public(url: str) -> bool:
    """Whether *url* may lie in the open web: what strangers' pages link to must not lead us to
    this machine, its network or a cloud's metadata service.
    """
    host = (urlsplit(url).hostname or "").rstrip(".").lower()
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((".local", ".internal", ".localhost", ".lan"))
