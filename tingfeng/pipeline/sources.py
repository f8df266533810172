"""What ``watch`` gathers, as jobs for the spiders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tingfeng.settings import CollectSettings

if TYPE_CHECKING:
    from crawlers.run import Job


def jobs(chosen: CollectSettings) -> list[Job]:
    """One job a kind of source; each leaves alone what is not due in this round."""
    from crawlers.run import Job

    follow = "yes" if chosen.articles else "no"
    wanted: list[tuple[str, dict[str, str]]] = []
    if chosen.feeds:
        wanted.append(("feed", {"urls": " ".join(chosen.feeds), "follow": follow}))
    if chosen.sitemaps:
        wanted.append(("sitemap", {"urls": " ".join(chosen.sitemaps)}))
    wanted += [("appstore", {"apps": app.id, "country": app.country}) for app in chosen.apps]
    if chosen.hotlists:
        wanted.append(("hotlist", {"lists": " ".join(chosen.hotlists)}))
    return [Job(spider=spider, arguments={**given, "rounds": "yes"}) for spider, given in wanted]
