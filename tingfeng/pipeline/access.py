"""How a command is let into the cluster: as little as it needs, unless the settings say otherwise."""

from __future__ import annotations

from typing import Any, Literal

from tingfeng.settings import Settings

Principal = Literal["provisioner", "writer", "retention", "reader"]


def access(settings: Settings, principal: Principal) -> dict[str, Any]:
    """Settings for :func:`index.es.connect.connect`, as *principal*.

    A key or user of the section ``[elastic]`` goes before the keys of ``tingfeng es setup``; where
    there is neither, nobody is named, which suits a cluster without security.
    """
    found = place(settings)
    section = settings.elastic
    if section.api_key:
        found["api_key"] = settings.reveal(section.api_key)
    elif section.user:
        found |= {
            "user": settings.reveal(section.user),
            "password": settings.reveal(section.password),
        }
    elif key := settings.secret(f"TINGFENG_ES_{principal.upper()}_KEY"):
        found["api_key"] = key
    return found


def place(settings: Settings) -> dict[str, Any]:
    """The same without a login: which cluster, and how it is spoken to."""
    section = settings.elastic
    found: dict[str, Any] = {
        "url": settings.secret("TINGFENG_ES_URL") or settings.reveal(section.url),
        "prefix": section.prefix,
        "refresh": section.refresh,
        "timeout": section.timeout,
    }
    if section.replicas is not None:
        found["replicas"] = section.replicas
    if ca := settings.secret("TINGFENG_ES_CA") or section.ca:
        found["ca"] = str(settings.folder / ca)
    return found
