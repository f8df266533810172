"""Which store the settings chose, and what stands beside it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import cast

from index import STORES
from tingfeng.core.message import Message
from tingfeng.core.plugins import build
from tingfeng.core.ports import Store
from tingfeng.core.privacy import Privacy
from tingfeng.pipeline import kol_watch
from tingfeng.pipeline.access import access
from tingfeng.pipeline.archives import VECTORS
from tingfeng.pipeline.forgetting import Beside
from tingfeng.settings import Settings

REFUSED = "refused"
"""Folder, beside the settings, for rows that could not be taken in."""

DEAD_LETTERS = "dead_letters.db"
"""File, beside the settings, for documents that a cluster refused."""


def open_store(settings: Settings, say: Callable[[Message], None]) -> Store:
    """The store of the settings; relative paths start at their folder. ``elastic`` finds its
    cluster in the section ``[elastic]``, and says why it keeps us waiting.
    """
    section = dict(settings.reveal(settings.store))
    for ours in ("keep_days", "evidence_days"):
        section.pop(ours, None)
    if "path" in section:
        section["path"] = str(settings.folder / str(section["path"]))
    if section.get("use") == "elastic":
        letters = str(settings.folder / DEAD_LETTERS)
        login = access(settings, "writer")
        if login.get("api_key") == settings.secret("TINGFENG_ES_WRITER_KEY"):
            login["provisioner_key"] = settings.secret("TINGFENG_ES_PROVISIONER_KEY")
        section = {**login, "letters": letters, "say": say, **section}
    return cast("Store", build(STORES, section))


def store_file(settings: Settings) -> Path | None:
    """The file that the store is, if it is one."""
    path = settings.store.get("path")
    return settings.folder / str(path) if path else None


def beside(settings: Settings, models: Path) -> Beside:
    """Where other things than the store tell of posts; *models*: folder of people's own."""
    file = store_file(settings)
    return Beside(
        refused=settings.folder / REFUSED,
        models=models,
        vectors=file.with_suffix(VECTORS) if file else None,
        letters=partial(forget_letters, settings),
        followed=partial(followed, file),
        lists=settings.folder,
        unfollow=partial(unfollow, settings),
    )


def followed(file: Path | None) -> bool:
    """Whether the SQLite store in *file* was ever followed by an index: ``tingfeng es sync``."""
    from index import changes
    from index.connect import Database

    if file is None or not file.exists():
        return False
    with closing(Database(str(file))) as log, log.reading() as db:
        return changes.followed(db) is not None


def unfollow(settings: Settings, authors: Collection[str]) -> None:
    """Take these authors out of the lists of creators that are followed."""
    if kol_watch.followed(settings.folder):  # without lists no key needs to be made
        hashed = Privacy(settings.key()).author
        kol_watch.unfollow_authors(settings.folder, authors, hashed)


def forget_letters(settings: Settings, keys: Collection[str], authors: Collection[str]) -> int:
    """Drop refused documents of these posts and authors; how many."""
    from index.es.deadletters import DeadLetters

    file = settings.folder / DEAD_LETTERS
    if not file.exists():
        return 0
    with closing(DeadLetters(file)) as letters:
        return letters.forget(keys) + sum(letters.forget(author=one) for one in authors)
