"""The cluster of the section ``[elastic]``, for each command as the principal that it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from index.es.connect import Cluster, connect
from tingfeng.core.errors import SettingsError, StoreError
from tingfeng.core.message import Message
from tingfeng.pipeline.access import Principal, access, place
from tingfeng.pipeline.stores import DEAD_LETTERS, store_file
from tingfeng.settings import Settings

if TYPE_CHECKING:
    from index.es.deadletters import DeadLetters

SUPERUSER = "ELASTIC_PASSWORD"

Say = Callable[[Message], None]


class Reached:
    """The cluster, the store that it follows, and what it refused.

    *say* is told what a user should know and need not stop for.
    """

    def __init__(self, settings: Settings, *, clock: Callable[[], datetime], say: Say) -> None:
        self.settings, self.clock, self.say = settings, clock, say

    @contextmanager
    def cluster(self, principal: Principal) -> Iterator[Cluster]:
        """The cluster as *principal*."""
        with closing(connect(access(self.settings, principal))) as found:
            yield found

    @contextmanager
    def administrator(self) -> Iterator[Cluster]:
        """As the superuser where the password is given, which is kept for nothing else but ``es
        setup``; it goes before a key of ``[elastic]``, which may seldom do what this is asked for.
        """
        how = access(self.settings, "provisioner")
        if password := self.settings.secret(SUPERUSER):
            how = place(self.settings) | {"user": "elastic", "password": password}
        with closing(connect(how)) as found:
            yield found

    @contextmanager
    def letters(self) -> Iterator[DeadLetters]:
        """Documents that the cluster refused."""
        from index.es.deadletters import DeadLetters

        with closing(DeadLetters(self.settings.folder / DEAD_LETTERS)) as found:
            yield found

    @property
    def file(self) -> Path | None:
        """The SQLite store that is followed; ``None``: the cluster is the store itself."""
        return store_file(self.settings) if self.settings.store.get("use") == "sqlite" else None

    def followed(self) -> Path:
        """The same, where there must be one."""
        file = self.file
        if file is None:
            raise SettingsError(
                '[store] 不是 sqlite，没有可同步的库：use = "elastic" 时帖子直接写入 Elasticsearch',
                '[store] is no sqlite, so there is nothing to sync: with use = "elastic" posts are'
                " written to Elasticsearch directly",
            )
        if not file.exists():
            raise StoreError(
                f"{file} 不存在：先 tingfeng import 文件，或用 --settings 指到有数据的那一份设置",
                f"there is no {file}: `tingfeng import` files first, or name the settings of your"
                " data by --settings",
            )
        return file

    def before(self, days: int) -> datetime:
        """So many days ago."""
        return self.clock() - timedelta(days=days)

    @property
    def oldest(self) -> datetime | None:
        """Posts from before are not kept: see ``[store] keep_days``."""
        days = self.settings.keep_days
        return None if days is None else self.before(days)
