"""Search by meaning over a cluster: never an empty answer because nobody made vectors."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from index.elastic import ElasticStore
from index.memory import MemoryStore
from servers import Server
from tingfeng import Query, SettingsError, StoreError
from tingfeng.cli import main
from tingfeng.pipeline.meaning import nearest, unmade
from tingfeng.settings import Settings


def settings(use: str, **elastic: Any) -> Settings:
    return Settings.model_validate({"store": {"use": use}, "elastic": elastic})


def pipeline(made: Settings, store: Any = None) -> Any:
    return SimpleNamespace(settings=made, store=store)


def test_a_cluster_is_asked_only_where_the_settings_say_so() -> None:
    assert nearest(pipeline(settings("elastic"))) is None
    assert nearest(pipeline(settings("sqlite"))) is None
    assert unmade(settings("sqlite", vectors=True)) is None


def test_without_a_sync_vectors_are_refused_with_the_way_out() -> None:
    with pytest.raises(SettingsError, match=r"--among.*SQLite"):
        nearest(pipeline(settings("elastic", vectors=True)))


def test_a_cluster_without_a_vector_says_so(elastic: Server, prefix: str, make_seen: Any, now: Any) -> None:  # fmt: skip
    where = {"url": elastic.url, "user": elastic.user or "", "password": elastic.password or "", "prefix": prefix.rstrip("-")}  # fmt: skip
    made = settings("sqlite", vectors=True, **where)
    there = ElasticStore(**{name: value for name, value in where.items() if value})
    there.put([make_seen()], now=now)
    there.close()
    ask = nearest(pipeline(made, MemoryStore()))
    assert ask is not None
    with pytest.raises(StoreError, match="tingfeng es sync"):
        ask([1.0] + [0.0] * 255, by="m1", query=Query(), count=3)


def test_the_doctor_tells_it_before_anybody_asks(elastic: Server, prefix: str, tmp_path: Any, monkeypatch: Any, capsys: Any) -> None:  # fmt: skip
    monkeypatch.setenv("TINGFENG_ES_URL", elastic.url)
    login = f'user = "{elastic.user}"\npassword = "{elastic.password}"\n' if elastic.user else ""
    file = tmp_path / "tingfeng.toml"
    file.write_text(
        f'[store]\nuse = "elastic"\n[elastic]\nprefix = "{prefix.rstrip("-")}"\nvectors = true\n{login}',
        encoding="utf-8",
    )
    main(["doctor", "--settings", str(file), "--json"])
    checks = json.loads(capsys.readouterr().out)["checks"]
    assert [one["state"] for one in checks if "vectors" in one["found"]] == ["warn"]
