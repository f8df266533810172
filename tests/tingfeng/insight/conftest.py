"""A hand-made store: each line of a test is one post."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from datetime import datetime, timedelta
from typing import Any

import pytest

from tingfeng import (
    SHANGHAI,
    Author,
    Coverage,
    Engagement,
    Evidence,
    Incident,
    Observation,
    Store,
    load,
)
from tingfeng.insight.dossier import Dossier

NOW = datetime(2026, 6, 12, 10, 0, tzinfo=SHANGHAI)


@dataclass
class Talk:
    """``say(hours_ago, label, brands, text=…)``: one post into :attr:`store`, its key back."""

    store: Store
    make_post: Callable[..., Any]
    make_analysis: Callable[..., Any]
    said: int = 0

    def __call__(
        self,
        ago: float | None,
        label: Any = "neutral",
        *,
        brands: tuple[str, ...] = ("云雀",),
        text: str | None = None,
        author: str | None = "",
        tokens: tuple[str, ...] = (),
        copy_of: str | None = None,
        likes: int | None = None,
        **changes: Any,
    ) -> str:
        self.said += 1
        number, who = str(self.said), f"a{self.said}" if author == "" else author
        given = {
            "author": Author(id=who) if who else None,
            "published_at": None if ago is None else NOW - timedelta(hours=ago),
            "url": f"https://weibo.example/{number}",
        }
        post = self.make_post(number, text or f"云雀手机第{number}条", **(given | changes))
        seen = None if likes is None else Engagement(observed_at=NOW, likes=likes)
        self.store.put([Observation(post=post, engagement=seen)], now=NOW)
        if label:
            copies = {"copy_of": copy_of, "fingerprint": b"\0" * 96} if copy_of else {}
            read = self.make_analysis(post, label, brands=brands, tokens=tuple(tokens), **copies)
            self.store.record([read])
        return str(post.key)


@pytest.fixture(scope="session")
def begin(make_post: Any, make_analysis: Any) -> Callable[[], Talk]:
    """A new talk on an empty store."""
    table = load({}, "index:STORES")
    return lambda: Talk(load(table, "memory")(), make_post, make_analysis)


@pytest.fixture
def say(begin: Callable[[], Talk]) -> Talk:
    return begin()


@pytest.fixture
def store(say: Talk) -> Store:
    return say.store


@pytest.fixture
def army(say: Talk) -> Callable[..., list[str]]:
    """``army(hours_ago, label, size)``: so many copies of one text, each by another author."""

    def march(ago: float, label: str = "negative", size: int = 5, **given: Any) -> list[str]:
        first = f"weibo:{say.said + 1}"
        text = given.pop("text", "云雀手机真的不行大家千万不要买")
        return [say(ago, label, text=text, copy_of=first, **given) for _ in range(size)]

    return march


@pytest.fixture
def blind(store: Store) -> Callable[..., None]:
    """``blind(hours_ago, seeing=…)``: one hour into the ledger."""

    def note(ago: int, *, seeing: bool = False, source: str = "feed a") -> None:
        store.note(
            Coverage(
                source=source,
                hour=NOW - timedelta(hours=ago),
                verdict="ok" if seeing else "captcha",
                requests=1,
                failures=0 if seeing else 1,
            )
        )

    return note


@pytest.fixture
def dossier() -> Callable[..., Dossier]:
    """``dossier(state="closed", owner="李蔚")``: an incident, changed in fields of its own and of
    the dossier."""

    def make(**given: Any) -> Dossier:
        evidence = Evidence(
            at=NOW - timedelta(hours=3), rule="share_1h", score=9.6, threshold=5.0,
            window_hours=1, mentions=42, negative=19, expected=3.8, usual_share=0.09,
            posts=(), sentences=(("近1小时42条中19条负面", "19 of 42 negative"),),
        )  # fmt: skip
        fields = {
            "id": "i1", "brand": "云雀", "level": "orange", "state": "open",
            "opened_at": NOW - timedelta(hours=3), "first_post_at": NOW - timedelta(hours=5),
            "updated_at": NOW, "negative": 40, "evidence": evidence,
        }  # fmt: skip
        names = {field.name for field in dataclass_fields(Incident)}
        own = {name: value for name, value in given.items() if name in names}
        rest = {name: value for name, value in given.items() if name not in names}
        return Dossier(incident=Incident(**(fields | own)), **rest)

    return make
