"""Addresses of servers, in which people write a name and a password that nobody may be shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit

from tingfeng import SettingsError


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerAddress:
    """Where a server is, and as whom it is asked. Only the password is a secret."""

    scheme: str
    host: str
    """As a socket takes it: IPv6 without brackets."""
    port: int | None
    """``None``: the address does not say."""
    path: str
    """Without the slash at its end."""
    user: str = ""
    """As it is meant: ``%40`` is an ``@``."""
    password: str = field(default="", repr=False)

    def shown(self, port: int | None = None) -> str:
        """For people: without name and password. *port* stands where the address has none."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        said = self.port or port
        return f"{self.scheme}://{host}{f':{said}' if said else ''}{self.path}"


def server_address(url: str, *, section: str, port: int) -> ServerAddress:
    """Read ``http(s)://[user:password@]host[:port][/path]`` of *section* of the settings.

    Raises :class:`tingfeng.SettingsError`, which tells nothing of *url*: where a password has a
    ``/``, ``?`` or ``#``, what looks like host, port and path are pieces of it.
    """
    try:
        parts = urlsplit(url)
        host, given = parts.hostname, parts.port
        user, password = _login(parts)
    except ValueError:  # its text holds the piece that was taken for the port
        raise _senseless(section, port) from None
    astray = "@" in parts.path or parts.query or parts.fragment
    if parts.scheme not in {"http", "https"} or not host or given == 0 or astray:
        raise _senseless(section, port)
    if password and not user:
        raise _senseless(section, port)
    return ServerAddress(
        scheme=parts.scheme,
        host=host,
        port=given,
        path=parts.path.rstrip("/"),
        user=user,
        password=password,
    )


def _login(parts: SplitResult) -> tuple[str, str]:
    user, password = (
        unquote(one or "", errors="strict") for one in (parts.username, parts.password)
    )
    return user, password


def _senseless(section: str, port: int) -> SettingsError:
    return SettingsError(
        f"[{section}] 的 url 应形如 http://主机:{port} 或 https://主机:{port}，不带 ? 和 #。密码里有"
        f" / ? # @ % 时，请写成 %2F %3F %23 %40 %25，或改用 [{section}] 的 user 和"
        ' password = "$变量"',
        f"url in [{section}] must be like http://host:{port} or https://host:{port}, without ? and"
        " #. In a password / ? # @ % are written %2F %3F %23 %40 %25; or set user and password ="
        f' "$VARIABLE" in [{section}]',
    )
