"""One source of a run, and the watermark that the next run goes on from."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from crawlers.sources.answer import Answer
from crawlers.sources.verdict import Expects, Ruling
from tingfeng import SHANGHAI, Message

_VALIDATORS = 60
"""Pages of a source that are asked for conditionally: one of a feed, up to fifty sitemaps."""

_LONGEST_REST = timedelta(hours=1)
"""A feed may ask for a day of silence (ttl). We ask hourly, and only whether it has changed: a
crisis does not wait, and the ledger has a row for every hour."""

_PAUSE = timedelta(minutes=30)
_LONGEST_PAUSE = timedelta(hours=6)
"""Bilibili's bans last hours, Weibo's and Douban's walls at least half an hour; four looks a day
tell soon enough that a wall is gone."""

_HEADERS = (("etag", "If-None-Match"), ("last-modified", "If-Modified-Since"))


@dataclass(slots=True, kw_only=True)
class Target:
    """One source of a run."""

    source: str
    """Its name in the ledger, e.g. ``feed https://…``."""

    url: str
    expects: Expects
    headers: dict[str, str] = field(default_factory=dict)
    state: dict[str, Any] = field(default_factory=dict)
    """The watermark: what the last run left, changed as this one goes on. Plain JSON."""

    open: int = 0
    """Pages that are still to come."""

    validators: dict[str, dict[str, str]] = field(default_factory=dict)
    """By address, the headers that ask whether a page has changed; not yet in the watermark."""

    visited: set[str] = field(default_factory=set)
    """Addresses of this run that must not be asked twice: indexes may list each other."""

    fresh: list[str] = field(default_factory=list)
    """What this run found new, not yet in the watermark."""

    def resume(self, saved: str | None) -> None:
        """Go on from a watermark. One that cannot be read costs a full fetch, no more."""
        try:
            value = json.loads(saved or "{}")
        except ValueError:
            value = {}
        self.state = value if isinstance(value, dict) else {}

    def conditions(self, url: str) -> dict[str, str]:
        """The headers that ask for *url* only if it has changed."""
        known = self.state.get("validators")
        return dict(known.get(url, {})) if isinstance(known, dict) else {}

    def validate(self, url: str, answer: Answer) -> None:
        """*url* has been read whole; next time ask whether it is still the same."""
        self.validators[url] = {
            ask: answer.headers[said] for said, ask in _HEADERS if answer.headers.get(said)
        }

    def forget_validators(self) -> None:
        """Something was not read to its end: next time ask for everything."""
        self.validators.clear()
        self.state.pop("validators", None)

    def stay_away(self, until: datetime | None) -> None:
        """Not to be asked before *until*, by nobody: it said so (Retry-After)."""
        self.state.pop("not_before", None)
        if until:
            self.state["not_before"] = until.isoformat()

    def refused(self, ruling: Ruling | None, now: datetime) -> None:
        """It refused us, or did not (``None``). Each refusal in a row doubles the pause that
        rounds make: asking a wall every ten minutes turns it into a ban.
        """
        if ruling is None:
            self.state.pop("pause", None)
            return
        strikes = min(int(self.state.get("pause", {}).get("strikes", 0)) + 1, 10)
        until = now + min(_PAUSE * 2 ** (strikes - 1), _LONGEST_PAUSE)
        self.state["pause"] = {
            "strikes": strikes,
            "until": until.isoformat(),
            "verdict": ruling.verdict,
            "words": [ruling.detail.zh, ruling.detail.en],
        }

    def pause(self, now: datetime) -> Ruling | None:
        """What it said when it refused us, while the pause lasts."""
        pause = self.state.get("pause") or {}
        until = _moment(pause.get("until"))
        if not until or until <= now:
            return None
        at = until.astimezone(SHANGHAI).strftime("%H:%M")
        zh, en = pause["words"]
        return Ruling(
            pause["verdict"],
            Message(f"{zh}；{at} 前不再去问", f"{en}; not asked again before {at}"),
        )

    def due_after(self, now: datetime, wait: timedelta) -> None:
        """It says that it has nothing new for *wait*."""
        self.state["fresh_until"] = (now + min(wait, _LONGEST_REST)).isoformat()

    def until(self, name: str) -> datetime | None:
        """The moment that :meth:`stay_away` or :meth:`due_after` noted."""
        return _moment(self.state.get(name))

    def mark(self) -> str:
        """The watermark as text.

        Validators only count when nothing is open any more: else a killed run would find its feed
        unchanged and never fetch the articles that it had not reached.
        """
        if not self.open and self.validators:
            known = self.state.get("validators", {}) | self.validators
            self.state["validators"] = dict(list(known.items())[-_VALIDATORS:])
        return json.dumps(self.state, ensure_ascii=False)


def _moment(text: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return None
