"""Sends what waits in the store's outbox, and writes down what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tingfeng import Incident, Notice, Notifier, NotifyError, Store

TRIES = 8
BACKOFF = (
    timedelta(seconds=30),
    timedelta(minutes=1),
    timedelta(minutes=2),
    timedelta(minutes=5),
    timedelta(minutes=10),
    timedelta(minutes=20),
    timedelta(minutes=30),
)
"""Waits between tries, about 70 minutes together: a robot's throttle ends after ten."""

_STATE = "outbox/next"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What became of the notices that were looked at. Each stands in exactly one list."""

    delivered: tuple[Notice, ...] = ()
    retried: tuple[Notice, ...] = ()
    """Not accepted this time; will be tried again."""
    given_up: tuple[Notice, ...] = ()
    """Refused for good, or too often: see :attr:`Notice.failure`. Someone must look."""
    resting: tuple[Notice, ...] = ()
    """Their next try is not due yet."""


def deliver(
    store: Store, notifiers: Mapping[str, Notifier] | Sequence[Notifier], now: datetime
) -> Delivery:
    """Send what waits, oldest first, each to its channel; settle every attempt at once.

    Within a channel the order is kept: while one notice waits for its next try, later ones of the
    same channel wait behind it. Killed between a channel's answer and our record, a notice is sent
    once more, with the same id.
    """
    named = dict(notifiers) if isinstance(notifiers, Mapping) else {n.name: n for n in notifiers}
    box = _Box(store, named, now)
    for notice in store.waiting():
        box.take(notice)
    return box.report()


class _Box:
    def __init__(self, store: Store, notifiers: dict[str, Notifier], now: datetime) -> None:
        self._store = store
        self._notifiers = notifiers
        self._now = now
        self._held: set[str] = set()
        self._incidents: dict[str, Incident] | None = None
        self._lists: dict[str, list[Notice]] = {
            "delivered": [], "retried": [], "given_up": [], "resting": [],
        }  # fmt: skip

    def take(self, notice: Notice) -> None:
        if notice.channel in self._held or self._due(notice) > self._now:
            self._held.add(notice.channel)
            self._lists["resting"].append(notice)
            return
        notifier = self._notifiers.get(notice.channel)
        if notifier is None:
            self._settle("given_up", notice, _no_channel(notice.channel))
            return
        try:
            notifier(notice, self._incident(notice.incident))
        except NotifyError as error:
            again = error.retry and notice.attempts + 1 < TRIES
            if again:
                self._held.add(notice.channel)
            self._settle("retried" if again else "given_up", notice, str(error))
        else:
            self._settle("delivered", notice, None)

    def report(self) -> Delivery:
        return Delivery(**{name: tuple(notices) for name, notices in self._lists.items()})

    def _settle(self, outcome: str, notice: Notice, failure: str | None) -> None:
        attempts = notice.attempts + 1
        settled = replace(
            notice,
            attempts=-attempts if outcome == "given_up" else attempts,
            delivered_at=self._now if outcome == "delivered" else None,
            failure=failure,
        )
        self._store.settle(settled)
        self._remember(settled if outcome == "retried" else None, notice.channel)
        self._lists[outcome].append(settled)

    def _remember(self, notice: Notice | None, channel: str) -> None:
        """Keep when a channel may be tried again; one line a channel, since order is kept."""
        value = ""
        if notice is not None:
            wait = BACKOFF[min(notice.attempts, len(BACKOFF)) - 1]
            value = f"{(self._now + wait).isoformat()} {notice.id}"
        if value or self._store.load_state(f"{_STATE}/{channel}"):
            self._store.save_state(f"{_STATE}/{channel}", value)

    def _due(self, notice: Notice) -> datetime:
        if notice.attempts == 0:
            return self._now
        saved = self._store.load_state(f"{_STATE}/{notice.channel}") or ""
        moment, _, id = saved.partition(" ")
        return datetime.fromisoformat(moment) if id == notice.id else self._now

    def _incident(self, id: str) -> Incident | None:
        if self._incidents is None:
            self._incidents = {one.id: one for one in self._store.incidents()}
        return self._incidents.get(id)


def _no_channel(name: str) -> str:
    return f"没有名为 {name} 的渠道，请在设置里加上 (no channel is called {name}: add it to the settings)"


def undelivered(store: Store) -> Iterator[Notice]:
    """Notices that were given up: the ones people never got."""
    return (one for one in store.notices() if one.attempts < 0)
