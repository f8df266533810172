"""The server that the environment names, instead of ours."""

from __future__ import annotations

import os
from dataclasses import replace

from servers.server import Server, probed

# Read when it is imported: while a test runs, no setting of the developer's shell is there.
URL = os.environ.get("TINGFENG_ES_URL")
_USER, _PASSWORD, _API_KEY = (
    os.environ.get(f"TINGFENG_ES_{name}") for name in ("USER", "PASSWORD", "API_KEY")
)


def given() -> Server:
    """By ``TINGFENG_ES_URL`` and ``_USER``/``_PASSWORD`` or ``_API_KEY``; ``OSError`` if it is away."""
    server = Server(
        name="given",
        version="",
        url=URL or "",
        user=_USER,
        password=_PASSWORD,
        api_key=_API_KEY,
    )
    version, modules = probed(server)
    return replace(server, version=version, modules=modules)
