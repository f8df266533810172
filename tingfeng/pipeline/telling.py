"""Whom alerts tell: the channels of the settings, and a message that tries them."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tingfeng.core.errors import NotifyError, SettingsError
from tingfeng.core.message import Message
from tingfeng.core.plugins import build, load
from tingfeng.core.ports import Notifier, Store
from tingfeng.pipeline.watchers import ROUTING, duty, routing

if TYPE_CHECKING:
    from tingfeng.alerts.outbox import Delivery
    from tingfeng.core.incident import Notice
    from tingfeng.settings import Settings

FALLBACK = "fallback"
"""Beside :data:`~tingfeng.pipeline.watchers.ROUTING` the one key of ``[[channels]]`` that is not
the notifier's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What became of one test message."""

    channel: str
    accepted: bool
    answer: Message
    """In the words of the channel, without its secrets."""


class Telling:
    """The channels, built when they are first spoken to."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._clock = clock

    @property
    def names(self) -> list[str]:
        """Names of the channels, each its own."""
        return channel_names(self._settings.channels)

    @cached_property
    def notifiers(self) -> dict[str, Notifier]:
        """By name; building sends nothing and refuses what is wrong."""
        from tingfeng.alerts.reroute import chains

        pairs = zip(self.names, self._settings.channels, strict=True)
        made = {name: self._built(section) for name, section in pairs}
        chains(self.fallbacks, made)
        routing(self._settings, self.names)
        duty(self._settings)
        return made

    @property
    def fallbacks(self) -> dict[str, str]:
        """By channel: where goes what it does not take."""
        pairs = zip(self.names, self._settings.channels, strict=True)
        return {name: str(one[FALLBACK]) for name, one in pairs if one.get(FALLBACK)}

    def _built(self, section: Mapping[str, Any]) -> Notifier:
        from tingfeng.alerts import NOTIFIERS

        options = {k: value for k, value in section.items() if k != FALLBACK and k not in ROUTING}
        given = {"people": self._settings.people, "lang": self._settings.lang}
        if isinstance(options.get("use"), str):
            takes = inspect.signature(load(NOTIFIERS, options["use"])).parameters
            given = {key: value for key, value in given.items() if key in takes}
            options = given | options
        made: Notifier = build(NOTIFIERS, self._settings.reveal(options))
        return made

    def deliver(self, store: Store, patience: float) -> Delivery:
        """Send what waits in the outbox."""
        from tingfeng.alerts.outbox import deliver

        return deliver(
            store,
            self.notifiers,
            self._clock,
            fallbacks=self.fallbacks,
            lang=self._settings.lang,
            sleep=time.sleep,
            patience=patience,
        )

    def tried(self, channels: Sequence[str], sample: Notice) -> Iterator[Tried]:
        """Send *sample* to each of *channels*, by itself and at once: nothing is stored."""
        for name in channels:
            notice = replace(sample, channel=name, id=f"{sample.id}.{name}")
            yield _tried(self.notifiers[name], notice)


def _tried(notifier: Notifier, notice: Notice) -> Tried:
    said = Message("已写出", "written")
    try:
        if hasattr(notifier, "send"):
            answer = notifier.send(notice)
            said = Message(f"已收下，回答：{answer}", f"accepted, it answered: {answer}")
        else:
            notifier(notice, None)
    except NotifyError as error:
        return Tried(channel=notice.channel, accepted=False, answer=error.message)
    return Tried(channel=notice.channel, accepted=True, answer=said)


def channel_names(channels: Sequence[Mapping[str, Any]]) -> list[str]:
    """Names of the channels, each its own: messages wait under it until they are taken."""
    names = [str(one.get("name", one.get("use"))) for one in channels]
    twice = ", ".join(sorted({name for name in names if names.count(name) > 1}))
    if twice:  # only the last of them would ever be told
        raise SettingsError(
            f"[[channels]] 里有几个都叫 {twice}：请给每个写上不同的 name",
            f"several [[channels]] are called {twice}: give each a name of its own",
        )
    return names
