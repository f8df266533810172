"""``tingfeng kibana``: where the installation's Kibana is, and who brings the objects into it."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING

from index.es.layout import Names
from tingfeng.core.message import Lang
from tingfeng.pipeline.access import access, place
from tingfeng.settings import Settings

if TYPE_CHECKING:
    from index.kibana.filling import Filled
    from index.kibana.talking import Kibana


def names(settings: Settings) -> Names:
    """What indices, and so data views, are called."""
    return Names(prefix=settings.elastic.prefix)


def reach(settings: Settings, *, space: str | None = None) -> Kibana:
    """The Kibana of the settings.

    Whoever brings objects is the provisioner, unless ``[kibana]`` or ``[elastic]`` names somebody.
    """
    from index.kibana.talking import Access, Kibana

    section = settings.kibana
    if section.api_key or section.user:
        login = {
            "api_key": settings.reveal(section.api_key),
            "user": settings.reveal(section.user),
            "password": settings.reveal(section.password),
        }
    else:
        login = access(settings, "provisioner")
    ca = settings.secret("TINGFENG_KIBANA_CA") or section.ca
    return Kibana(
        Access(
            url=settings.secret("TINGFENG_KIBANA_URL") or settings.reveal(section.url),
            space=section.space if space is None else space,
            ca=str(settings.folder / ca) if ca else place(settings).get("ca", ""),
            **{name: login.get(name) or "" for name in ("api_key", "user", "password")},
        )
    )


def filled(settings: Settings, lang: Lang, now: datetime) -> tuple[list[Filled], datetime | None]:
    """How much each panel and list shows now, and when the newest post was published, asked as the
    reader.
    """
    from index.es.connect import connect
    from index.kibana.filling import filled as found
    from index.kibana.filling import newest

    with closing(connect(access(settings, "reader"))) as cluster:
        return list(found(cluster, lang, now)), newest(cluster, now)
