"""Sends what waits in the store's outbox, and writes down what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import uuid4

from tingfeng import Incident, Lang, Notice, Notifier, NotifyError, Store
from tingfeng.alerts.pace import NEWS, UNHURRIED, fraction, off_the_mark
from tingfeng.alerts.reroute import rerouted
from tingfeng.alerts.turn import Turn

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
"""Longest waits between tries, about 70 minutes together: a robot's throttle ends after ten."""

JITTER = 0.2
"""By so much a wait may be shorter, so that the robots of one house do not come back together."""

PATIENT = 3600.0
"""Seconds at most for which a channel may say that trying again is in vain."""

LONGEST = 60.0
"""Seconds that one call may take of a notifier that does not say (``longest``)."""

_MARK = {"zh": "【可能重复】", "en": "[maybe a duplicate] "}


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What became of the notices that were looked at. Each stands in exactly one list."""

    delivered: tuple[Notice, ...] = ()
    retried: tuple[Notice, ...] = ()
    """Not accepted this time; will be tried again."""
    given_up: tuple[Notice, ...] = ()
    """Refused for good, or too often: see :attr:`Notice.failure`. Someone must look."""
    resting: tuple[Notice, ...] = ()
    """Not due yet, or another process is speaking to their robot."""
    due: datetime | None = None
    """When the first of what still waits may go; ``None``: nothing does, or another process has it."""


def deliver(
    store: Store,
    notifiers: Mapping[str, Notifier] | Sequence[Notifier],
    now: datetime | Callable[[], datetime],
    *,
    fallbacks: Mapping[str, str] | None = None,
    lang: Lang = "zh",
    sleep: Callable[[float], None] | None = None,
    patience: float = 0.0,
) -> Delivery:
    """Send what waits, each to its channel; settle every attempt at once.

    Within a channel the order is kept, but for incidents that are red, and then those that opened
    or rose: their notices go before those of others. While one notice waits for its next try, all others of the same robot wait
    behind it. A robot that has a ``pace`` is never spoken to faster, and, but for red, not at the
    full and the half hour.

    What is given up goes to the channel that *fallbacks* names for its channel, with a warning.
    Killed at any instant nothing is lost, and what may have arrived without our knowing is sent once
    more, with the same id and marked 可能重复. Two processes never speak to one robot at once.

    *now*: a clock, or one moment, at which time stands still. *sleep* and *patience*: with a clock,
    up to how many seconds may be waited for what is not due yet.
    """
    named = dict(notifiers) if isinstance(notifiers, Mapping) else {n.name: n for n in notifiers}
    clock = now if callable(now) else (lambda: now)
    box = _Box(store, named, clock, dict(fallbacks or {}), lang)
    until = clock() + timedelta(seconds=patience if callable(now) and sleep else 0.0)
    due = None
    try:
        while (found := box.first()) is not None:
            moment, notice = found
            wait = (moment - clock()).total_seconds()
            if wait <= 0:
                box.send(notice)
            elif sleep is not None and moment <= until:
                sleep(wait)
            else:
                due = moment
                break
    finally:
        box.leave()
    return box.report(due)


class _Box:
    def __init__(
        self,
        store: Store,
        notifiers: dict[str, Notifier],
        clock: Callable[[], datetime],
        fallbacks: dict[str, str],
        lang: Lang,
    ) -> None:
        self._store, self._notifiers, self._clock = store, notifiers, clock
        self._fallbacks, self._lang = fallbacks, lang
        self._holder = uuid4().hex
        self._turns: dict[str, Turn] = {}
        self._incidents: dict[str, Incident] | None = None
        self._delivered: list[Notice] = []
        self._given_up: list[Notice] = []
        self._retried: dict[str, Notice] = {}
        self._queues: dict[str, list[Notice]] = {}
        self._ids: set[str] = set()
        for channel in {each.channel for each in store.waiting()}:
            self._take(channel)
        self._queue_up()

    def _take(self, channel: str) -> None:
        """Ask for the word to the robot of *channel*."""
        notifier, robot = self._notifiers.get(channel), self._robot(channel)
        if notifier is None or robot in self._turns:
            return
        longest = getattr(notifier, "longest", LONGEST)
        pace = getattr(notifier, "pace", UNHURRIED)
        self._turns[robot] = Turn(self._store, robot, self._holder, longest, pace)
        self._turns[robot].take(self._clock())

    def _queue_up(self) -> None:
        """Read what waits: only after the turns were taken, for what was read before may have been
        sent meanwhile by whoever had the word until then.
        """
        for notice in self._store.waiting():
            known = notice.channel in self._notifiers
            ready = not known or self._robot(notice.channel) in self._turns
            if ready and notice.id not in self._ids:
                self._ids.add(notice.id)
                self._queues.setdefault(notice.channel, []).append(notice)
        for queue in self._queues.values():
            _urgent_first(queue)

    def _robot(self, channel: str) -> str:
        return str(getattr(self._notifiers.get(channel), "robot", channel))

    def first(self) -> tuple[datetime, Notice] | None:
        """What may go next, and when."""
        now = self._clock()
        found: list[tuple[datetime, int, datetime, str, Notice]] = []
        for channel, queue in self._queues.items():
            if not queue:
                continue
            head, moment = queue[0], now
            rank = _ranks(queue)[head.incident]
            if channel in self._notifiers:
                turn = self._turns[self._robot(channel)]
                if not turn.held:
                    continue
                if rank and hasattr(self._notifiers[channel], "pace"):
                    moment = off_the_mark(head, now)
                moment = max(moment, datetime.fromtimestamp(turn.due(now), now.tzinfo))
            found.append((moment, rank, head.created_at, channel, head))
        if not found:
            return None
        best = min(found, key=lambda each: each[:4])
        return best[0], best[4]

    def send(self, notice: Notice) -> None:
        """Send one, and settle it."""
        notifier = self._notifiers.get(notice.channel)
        if notifier is None:
            self._give_up(notice, _no_channel(notice.channel))
            return
        turn = self._turns[self._robot(notice.channel)]
        again = turn.unsure(notice.id)
        if not turn.begin(notice.id, self._clock()):
            return  # someone else took over: what is left of this queue is theirs
        title = (_MARK[self._lang] if again else "") + notice.title
        error = _attempt(notifier, replace(notice, title=title), self._incident(notice.incident))
        if error is None:
            self._settled(notice, None, delivered=True)
            turn.end(notice.id)
        elif error.retry and notice.attempts + 1 < TRIES:
            settled = self._settled(notice, str(error))
            self._retried[notice.id] = settled
            self._queues[notice.channel].insert(0, settled)
            wait = max(_backoff(settled), min(error.after, PATIENT))
            until = self._clock().timestamp() + wait
            turn.end(notice.id, unsure=error.unsure or again, not_before=until)
        else:
            self._give_up(notice, str(error))
            turn.end(notice.id)

    def _give_up(self, notice: Notice, failure: str) -> None:
        """To the fall-back channel first: killed in between, the notice is given up once more."""
        target = self._fallbacks.get(notice.channel)
        if target in self._notifiers:
            spare = rerouted(self._store, notice, target, failure, self._lang, self._clock())
            self._store.enqueue([spare])
            self._take(target)
            self._queue_up()
        self._settled(notice, failure, given_up=True)

    def _settled(
        self,
        notice: Notice,
        failure: str | None,
        *,
        delivered: bool = False,
        given_up: bool = False,
    ) -> Notice:
        attempts = notice.attempts + 1
        settled = replace(
            notice,
            attempts=-attempts if given_up else attempts,
            delivered_at=self._clock() if delivered else None,
            failure=failure,
        )
        self._store.settle(settled)
        self._queues[notice.channel].pop(0)
        self._retried.pop(notice.id, None)
        if delivered:
            self._delivered.append(settled)
        if given_up:
            self._given_up.append(settled)
        return settled

    def leave(self) -> None:
        """Give every turn away."""
        for turn in self._turns.values():
            turn.leave()

    def report(self, due: datetime | None) -> Delivery:
        """What became of them all."""
        left = [each for queue in self._queues.values() for each in queue]
        return Delivery(
            delivered=tuple(self._delivered),
            given_up=tuple(self._given_up),
            retried=tuple(self._retried.values()),
            resting=tuple(each for each in left if each.id not in self._retried),
            due=due,
        )

    def _incident(self, id: str) -> Incident | None:
        if self._incidents is None:
            self._incidents = {one.id: one for one in self._store.incidents()}
        return self._incidents.get(id)


def _ranks(queue: Sequence[Notice]) -> dict[str, int]:
    """Of each incident: 0 where something red waits, 1 where something opened or rose, 2 of the
    others. Of the incident, not of the notice, for what is told of one incident keeps its order.
    """
    ranks: dict[str, int] = {}
    for each in queue:
        rank = 0 if each.level == "red" else 1 if each.kind in NEWS else 2
        ranks[each.incident] = min(rank, ranks.get(each.incident, rank))
    return ranks


def _urgent_first(queue: list[Notice]) -> None:
    ranks = _ranks(queue)
    queue.sort(key=lambda each: ranks[each.incident])


def _attempt(notifier: Notifier, notice: Notice, incident: Incident | None) -> NotifyError | None:
    try:
        notifier(notice, incident)
    except NotifyError as error:
        return error
    except Exception as error:  # noqa: BLE001 (a fault of one channel must not silence the others)
        kind = type(error).__name__
        return NotifyError(
            f"渠道 {notice.channel} 的程序出错（{kind}）",
            f"the code of channel {notice.channel} failed ({kind})",
            retry=False,
            unsure=True,
        )
    return None


def _backoff(notice: Notice) -> float:
    longest = BACKOFF[min(notice.attempts, len(BACKOFF)) - 1].total_seconds()
    return longest * (1 - JITTER * fraction(f"{notice.id} {notice.attempts}"))


def _no_channel(name: str) -> str:
    return f"没有名为 {name} 的渠道，请在设置里加上 (no channel is called {name}: add it to the settings)"


def undelivered(store: Store) -> Iterator[Notice]:
    """Notices that were given up: the ones people never got."""
    return (one for one in store.notices() if one.attempts < 0)
