"""``tingfeng es`` on a server with security: every command with the key that is meant for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from index.es.layout import Names
from index.es.security import setup
from index.sqlite import SQLiteStore
from servers.server import Server
from tingfeng import SHANGHAI, dotenv
from tingfeng.cli import main
from tingfeng.core.post import Observation

Run = Callable[..., Any]


@pytest.fixture
def keys(full8: Server, prefix: str) -> dict[str, str]:
    """Of every program, by variable."""
    made: dict[str, str] = {}
    names = Names(prefix=f"{prefix}tf")
    list(setup(full8.client(), names, keys=made, keep=made.__setitem__))
    return made


@pytest.fixture
def folder(
    full8: Server, prefix: str, keys: dict[str, str], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tingfeng.toml").write_text(
        f'lang = "en"\n[elastic]\nurl = "{full8.url}"\nprefix = "{prefix}tf"\n', encoding="utf-8"
    )
    for name, value in keys.items():
        dotenv.put(tmp_path / ".env", name, value)
    return tmp_path


@pytest.fixture
def put(folder: Path, make_post: Any, make_analysis: Any, now: Any) -> Callable[..., None]:
    def add(id: str, **changes: Any) -> None:
        store = SQLiteStore(str(folder / "tingfeng.db"))
        post = make_post(id, **changes)
        store.put([Observation(post=post)], now=now)
        store.record([make_analysis(post, "negative", ("云雀",))])
        store.close()

    return add


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], keys: dict[str, str]) -> Run:
    """``run("es status", 0)``: the JSON answer of a command that ends so, and shows no key."""

    def command(typed: str, code: int = 0) -> Any:
        capsys.readouterr()
        done = main([*typed.split(), "--json"])
        said = capsys.readouterr()
        assert not [key for key in keys.values() if key in said.out + said.err]
        assert done == code, said
        return json.loads(said.out)

    return command


def test_the_whole_way(folder: Path, full8: Server, prefix: str, put: Any, run: Run) -> None:
    put("1")
    put("2", published_at=datetime(2024, 2, 3, tzinfo=SHANGHAI))
    run("es bootstrap")
    run("es sync --once")
    full8.client().indices.refresh(index=f"{prefix}tf-*")
    status = run("es status")
    assert (status["waiting"], status["drift"]) == (0, None)
    assert status["documents"][f"{prefix}tf-posts-v1-2024.02"] == 1
    put("3", published_at=datetime(2023, 7, 3, tzinfo=SHANGHAI))
    assert run("es sync --once")["dead"] == 0  # its month is made by the provisioner's key
    assert len(run("es capacity")["indices"]) > 20
    assert (
        len(run("es retention --keep-days 800 --yes")["indices"]) == 5
    )  # without counts there is no index of counts
    assert run("es dlq retry") == {"settled": 0, "left": 0}


def test_snapshots(
    folder: Path, full8: Server, prefix: str, put: Any, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("1")
    run("es bootstrap")
    run("es sync --once")
    root = full8.client()
    told = root.nodes.info(metric="settings", filter_path="nodes.*.settings.path.repo")
    (repository,) = next(iter(told["nodes"].values()))["settings"]["path"]["repo"]
    try:
        run(f"es snapshot --folder {repository}/{prefix}tf")
        assert len(run("es snapshot --list")["snapshots"]) == 1
        assert "ELASTIC_PASSWORD" in run("es restore --replace", 1)["error"]  # the keys may not
        monkeypatch.setenv("ELASTIC_PASSWORD", str(full8.password))
        run("es restore --replace")
        monkeypatch.delenv("ELASTIC_PASSWORD")
        assert run("es sync --once")["dead"] == 0
    finally:
        root.snapshot.delete(repository=f"{prefix}tf-snapshots", snapshot="*")
        root.snapshot.delete_repository(name=f"{prefix}tf-snapshots")


def test_with_the_writers_key_alone(folder: Path, put: Any, run: Run, keys: dict[str, str]) -> None:
    put("1")
    run("es bootstrap")
    (folder / ".env").unlink()
    dotenv.put(folder / ".env", "TINGFENG_ES_WRITER_KEY", keys["TINGFENG_ES_WRITER_KEY"])
    assert run("es sync --once")["dead"] == 0
    put("2", published_at=datetime(2023, 7, 3, tzinfo=SHANGHAI))
    assert "es bootstrap" in run("es sync --once", 1)["error"]
    (folder / ".env").unlink()
    for name, value in keys.items():
        dotenv.put(folder / ".env", name, value)
    run("es bootstrap")
    assert run("es sync --once")["dead"] == 0


def test_a_key_that_may_not_ask_what_nodes_have(
    folder: Path, full8: Server, prefix: str, put: Any, run: Run
) -> None:
    from index.es.connect import connect

    put("1")
    run("es bootstrap")
    run("es sync --once")
    key = full8.client().security.create_api_key(
        name=f"{prefix}blind",
        role_descriptors={
            "blind": {
                "indices": [
                    {"names": [f"{prefix}tf-*"], "privileges": ["read", "view_index_metadata"]}
                ]
            }
        },
    )
    found = connect({"url": full8.url, "prefix": f"{prefix}tf", "api_key": key["encoded"]})
    assert (found.version, found.analyzer, found.data_nodes) == ((), "cjk", None)
    found.close()
