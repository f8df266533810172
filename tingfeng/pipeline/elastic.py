"""How a cluster is made, filled, followed and brought to a newer version."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from index.es import faults
from index.es.connect import Cluster
from tingfeng.core.errors import StoreError
from tingfeng.pipeline.reached import Reached, Say
from tingfeng.settings import Settings

if TYPE_CHECKING:
    from index.es.bootstrap import Made
    from index.es.migrate import Migrated
    from index.es.sync import Progress, Sync
    from index.es.vectors import Vectors
    from index.es.writer import Tally

_PAUSES = (5.0, 10.0, 20.0, 40.0, 60.0)
"""Seconds until a cluster that went away is asked again; the last for as long as it takes."""


class Elastic(Reached):
    """What ``tingfeng es bootstrap``, ``sync`` and ``migrate`` do."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], datetime],
        say: Say,
        sleep: Callable[[float], Any] = time.sleep,
    ) -> None:
        super().__init__(settings, clock=clock, say=say)
        self._sleep = sleep

    def bootstrap(self, months: Iterable[str] = ()) -> Iterator[Made]:
        """Templates and indices: of *months*, of what the store holds, and of the next months."""
        from index import changes
        from index.connect import Database
        from index.es.bootstrap import Bootstrap, next_months
        from index.es.limits import shard_limit
        from index.es.loading import Loading
        from index.es.making import Making

        partitions = {*months, *next_months(self.clock())}
        if self.file is not None and self.file.exists():
            with closing(Database(str(self.file))) as log, log.reading() as db:
                partitions |= set(changes.partitions(db))
        with self.cluster("provisioner") as cluster:
            bootstrap = Bootstrap(cluster)
            making = Making(say=self.say, total=lambda: bootstrap.planned(partitions))
            for each in bootstrap.run(partitions):
                if each.kind == "index":
                    making.one()
                yield each
            Loading(cluster).heal()
            limit = shard_limit(cluster)
            if limit is not None and limit.warning is not None:
                self.say(limit.warning)

    @contextmanager
    def _syncing(self, *, take_over: bool, progress: Callable[[Progress], None]) -> Iterator[Sync]:
        from index.es.sync import Sync

        file = self.followed()
        with ExitStack() as open_:
            writer = open_.enter_context(self.cluster("writer"))
            yield open_.enter_context(
                closing(
                    Sync(
                        writer,
                        str(file),
                        dead=open_.enter_context(self.letters()),
                        vectors=vectors(self.settings),
                        oldest=self.oldest,
                        take_over=take_over,
                        makes=self._maker(open_),
                        say=self.say,
                        progress=progress,
                    )
                )
            )

    def _maker(self, open_: ExitStack) -> Cluster | None:
        """Where the provisioner's key is at hand, months are made as they come."""
        section = self.settings.elastic
        if (
            section.api_key
            or section.user
            or not self.settings.secret("TINGFENG_ES_PROVISIONER_KEY")
        ):
            return None
        return open_.enter_context(self.cluster("provisioner"))

    def sync(self, *, take_over: bool, progress: Callable[[Progress], None]) -> Tally:
        """Follow the store until nothing waits."""
        with self._syncing(take_over=take_over, progress=progress) as made:
            return made.once()

    def follow(
        self, *, take_over: bool, every: float, progress: Callable[[Progress], None]
    ) -> None:
        """Follow the store for ever. A cluster that does not answer is waited for; what waiting does
        not mend may be mended by beginning anew, once: if it then comes again, this ends.
        """
        attempt = stubborn = 0
        while True:
            begun = False
            try:
                with self._syncing(take_over=take_over, progress=progress) as made:
                    begun, take_over = True, False
                    while True:
                        done = made.turn()
                        attempt = stubborn = 0
                        if not done:
                            self._sleep(every)
            except StoreError as error:
                passing = faults.passing(error)
                if not passing and (stubborn or not begun):
                    raise
                if not (begun or attempt):
                    raise
                stubborn += not passing
                self.say(error.message)
                self._sleep(_PAUSES[min(attempt, len(_PAUSES) - 1)])
                attempt += 1

    def migrate(self, progress: Callable[[Progress], None]) -> Migrated:
        """To this program's version of the mappings."""
        from index.es.migrate import Migration

        with (
            self.cluster("provisioner") as cluster,
            self.cluster("writer") as writes,
            self.letters() as dead,
        ):
            made = Migration(cluster=cluster, writes=writes, say=self.say)
            if self.file is None:
                return made.copy(dead=dead)
            return made.follow(
                str(self.followed()),
                dead=dead,
                vectors=vectors(self.settings),
                oldest=self.oldest,
                progress=progress,
            )

    def drop_old(self) -> list[str]:
        """Delete indices of earlier versions, which nobody reads."""
        from index.es.migrate import Migration

        with self.cluster("provisioner") as cluster:
            return Migration(cluster=cluster).drop()


def vectors(settings: Settings) -> Vectors | None:
    """What makes vectors, if the settings ask for them. Raises :class:`tingfeng.ModelError` where
    the encoder is not installed.
    """
    if not settings.elastic.vectors:
        return None
    from index.es.vectors import Vectors
    from nlp.clean import clean
    from nlp.engines.encoder import EncoderEngine

    engine = EncoderEngine(threads=0)

    def of(texts: Sequence[str]) -> Iterator[list[float]]:
        cleaned = [clean(text) for text in texts]
        made = engine.vectors([text or "。" for text in cleaned]).tolist()
        for text, vector in zip(cleaned, made, strict=True):
            yield vector if text else [0.0] * len(vector)  # nothing was said: no vector

    return Vectors(by=engine.version, of=of)
