"""What every test may use: factories, a clock, the real data where they are, no network."""

from __future__ import annotations

import functools
import os
import socket
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import hypothesis
import pytest

from servers import given
from tingfeng import SHANGHAI, Analysis, Author, Engagement, Mention, Observation, Post, Sentiment

pytest_plugins = ["servers.fixtures"]

# CI tries the same examples each time, so that what landed passes again; everyone else's runs go on
# looking for new ones, and what they find becomes a test.
hypothesis.settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("ci")

NOW = datetime(2026, 6, 12, 10, 0, tzinfo=SHANGHAI)
"""The reference clock: a Friday."""


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def make_post() -> Callable[..., Post]:
    def make(id: str = "1", text: str = "云雀手机续航不错", **changes: Any) -> Post:
        fields: dict[str, Any] = {
            "platform": "weibo",
            "author": Author(id="a1"),
            "published_at": datetime(2026, 6, 12, 9, 0, tzinfo=SHANGHAI),
            "collected_at": NOW,
        }
        return Post(id=id, text=text, **(fields | changes))

    return make


@pytest.fixture(scope="session")
def make_seen(make_post: Callable[..., Post]) -> Callable[..., Observation]:
    def make(id: str = "1", text: str = "云雀手机续航不错", **changes: Any) -> Observation:
        counts = {
            name: changes.pop(name) for name in ("likes", "comments", "reposts") if name in changes
        }
        post = make_post(id, text, **changes)
        engagement = Engagement(observed_at=post.collected_at, **counts) if counts else None
        return Observation(post=post, engagement=engagement)

    return make


@pytest.fixture(scope="session")
def make_analysis() -> Callable[..., Analysis]:
    """``make_analysis(post, "negative", brands=("云雀",))``."""

    def make(
        post: Post, label: Any = "neutral", brands: tuple[str, ...] = (), **changes: Any
    ) -> Analysis:
        odds = dict.fromkeys(("negative", "neutral", "positive"), 0.05)
        odds[label if label in odds else "neutral"] = 0.9
        mood = Sentiment(label=label, **odds)
        mentions = tuple(
            Mention(brand=brand, start=i, end=i + 1, alias=brand, rule="plain", sentiment=mood)
            for i, brand in enumerate(brands)
        )
        fields: dict[str, Any] = {
            "reader": "test-1", "lexicon": "aaaa", "sentiment": mood, "mentions": mentions,
        }  # fmt: skip
        return Analysis(platform=post.platform, id=post.id, **(fields | changes))

    return make


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real texts. In CI (``CI`` set) its absence is a failure, elsewhere a skip."""
    root = Path(__file__).parents[1]
    folder = Path(os.environ.get("TINGFENG_DATA", root.parent / "shared" / "data")).resolve()
    if not folder.is_dir():
        message = f"no real texts at {folder}: set TINGFENG_DATA"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return folder


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only this machine may be spoken to, and the Elasticsearch that the environment names."""
    connect = socket.socket.connect
    allowed = {"127.0.0.1", "::1", "localhost", "unix"} | _addresses(given.URL)

    def guarded(self: socket.socket, address: Any) -> Any:
        host = address[0] if isinstance(address, tuple) else "unix"
        if host not in allowed:
            raise AssertionError(f"a test tried to reach {host}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@functools.cache
def _addresses(url: str | None) -> set[str]:
    host = urlsplit(url or "").hostname
    return {str(found[4][0]) for found in socket.getaddrinfo(host, None)} if host else set()


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the developer's shell reaches a test."""
    for name in list(os.environ):
        if name.startswith("TINGFENG_") and name not in {"TINGFENG_DATA", "TINGFENG_CACHE"}:
            monkeypatch.delenv(name)


def at(text: str) -> datetime:
    """An ISO time, Asia/Shanghai if it has no zone."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)
