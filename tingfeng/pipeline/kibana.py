"""``tingfeng kibana``: where the installation's Kibana is, and who brings the objects into it."""

from __future__ import annotations

from typing import Any

from index.es.layout import Names
from tingfeng.pipeline.access import access, place
from tingfeng.settings import Settings


def names(settings: Settings) -> Names:
    """What indices, and so data views, are called."""
    return Names(prefix=settings.elastic.prefix)


def reach(settings: Settings, *, space: str | None = None) -> Any:
    """The Kibana of the settings, as :class:`index.kibana.talking.Kibana`.

    Whoever brings objects is the provisioner, unless ``[kibana]`` or ``[elastic]`` names somebody.
    """
    from index.kibana.talking import Access, Kibana

    section = settings.kibana
    if section.api_key or section.user:
        login = {
            "api_key": settings.reveal(section.api_key),
            "user": section.user,
            "password": settings.reveal(section.password),
        }
    else:
        login = access(settings, "provisioner")
    ca = settings.secret("TINGFENG_KIBANA_CA") or section.ca
    return Kibana(
        Access(
            url=settings.secret("TINGFENG_KIBANA_URL") or section.url,
            space=section.space if space is None else space,
            ca=str(settings.folder / ca) if ca else place(settings).get("ca", ""),
            **{name: login.get(name) or "" for name in ("api_key", "user", "password")},
        )
    )
