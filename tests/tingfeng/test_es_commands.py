"""``tingfeng es``: what a person types, on a real server."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from index.elastic import ElasticStore
from index.sqlite import SQLiteStore
from tingfeng import SHANGHAI, Author
from tingfeng.cli import main
from tingfeng.core.post import Observation

Run = Callable[..., Any]


@pytest.fixture
def folder(bare8: Any, prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """With settings for a cluster, and a store with three posts."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tingfeng.toml").write_text(
        f'lang = "en"\n[elastic]\nurl = "{bare8.url}"\nprefix = "{prefix}tf"\nrefresh = "1s"\n',
        encoding="utf-8",
    )
    return tmp_path


@pytest.fixture
def put(folder: Path, make_post: Any, make_analysis: Any, now: Any) -> Callable[..., None]:
    def add(*ids: str) -> None:
        store = SQLiteStore(str(folder / "tingfeng.db"))
        posts = [make_post(id) for id in ids]
        store.put([Observation(post=post) for post in posts], now=now)
        store.record([make_analysis(post, "negative", ("云雀",)) for post in posts])
        store.close()

    return add


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """``run("es status", 0)``: the JSON answer of a command that ends so."""

    def command(typed: str, code: int = 0) -> Any:
        capsys.readouterr()
        assert main([*typed.split(), "--json"]) == code, capsys.readouterr()
        return json.loads(capsys.readouterr().out)

    return command


def test_from_nothing_to_a_cluster_that_follows(folder: Path, put: Any, run: Run) -> None:
    put("1", "2", "3")
    assert "es bootstrap" in run("es status", 1)["drift"]
    assert len(run("es bootstrap --month 2024.02")["made"]) > 20
    assert run("es bootstrap --month 2024.02")["made"] == []
    first = run("es sync --once")
    assert (first["dead"], first["stale"]) == (0, 0)
    assert run("es sync --once")["written"] == 0
    put("4")
    status = run("es status")
    assert (status["waiting"], status["dead_letters"]) == (1, 0)
    assert status["lag_seconds"] > 0
    assert "transport-netty4" in status["capabilities"]
    time.sleep(1.1)
    assert run("es status --max-lag 1", 1)["waiting"] == 1
    run("es sync --once")
    status = run("es status --max-lag 1")
    assert (status["waiting"], status["lag_seconds"]) == (0, 0)


def test_retention_asks_first(folder: Path, put: Any, run: Run) -> None:
    put("1")
    run("es bootstrap --month 2024.02")
    run("es sync --once")
    assert "nobody said how long" in run("es retention", 1)["error"]
    asked = run("es retention --keep-days 365", 1)
    assert (asked["done"], len(asked["indices"])) == (False, 3)
    assert run("es retention --keep-days 365 --yes")["indices"] == asked["indices"]
    assert run("es retention --keep-days 365", 1)["indices"] == []


def test_capacity(folder: Path, put: Any, run: Run) -> None:
    put("1", "2")
    run("es sync --once")
    found = run("es capacity --posts-a-month 1000")
    assert {each["shards"] for each in found["indices"]} == {1}
    assert found["warnings"] == []


def test_snapshot_and_restore(folder: Path, bare8: Any, put: Any, run: Run, prefix: str) -> None:
    repository = _repository(bare8)
    put("1", "2")
    run("es sync --once")
    taken = run(f"es snapshot --folder {repository}/{prefix}tf --keep 1")
    try:
        assert run("es snapshot --list")["snapshots"] == [taken["snapshot"]]
        assert "--replace" in run("es restore", 1)["error"]
        assert run("es restore --replace")["snapshot"]["name"] == taken["snapshot"]["name"]
        assert run("es sync --once")["dead"] == 0
    finally:
        _drop_repository(bare8, f"{prefix}tf-snapshots", taken["snapshot"]["name"])


def _repository(server: Any) -> str:
    address = f"{server.url}/_nodes/settings?filter_path=nodes.*.settings.path.repo"
    with urllib.request.urlopen(address) as answer:
        (node,) = json.load(answer)["nodes"].values()
    (folder,) = node["settings"]["path"]["repo"]
    return str(folder)


def _drop_repository(server: Any, repository: str, snapshot: str) -> None:
    for path in (f"{repository}/{snapshot}", repository):
        address = f"{server.url}/_snapshot/{path}"
        urllib.request.urlopen(urllib.request.Request(address, method="DELETE")).close()


def test_a_cluster_that_is_the_store(
    folder: Path, bare8: Any, prefix: str, make_post: Any, now: Any, run: Run
) -> None:
    settings = (folder / "tingfeng.toml").read_text(encoding="utf-8")
    direct = settings + '[store]\nuse = "elastic"\n'
    (folder / "tingfeng.toml").write_text(direct, encoding="utf-8")
    old = datetime(2024, 1, 5, tzinfo=SHANGHAI)
    store = ElasticStore(url=bare8.url, prefix=f"{prefix}tf", refresh="1s")
    for id, at in (("1", now), ("2", now), ("3", old)):
        post = make_post(id, author=Author(id=f"a{id}"), published_at=at)
        store.put([Observation(post=post)], now=now)
    repository = _repository(bare8)
    taken = run(f"es snapshot --folder {repository}/{prefix}tf")["snapshot"]["name"]
    try:
        assert store.forget("a2", now=now, by="x") == ["weibo:2"]
        kept = run("es retention --keep-days 300 --yes")
        assert (kept["documents"], len(kept["indices"])) == (1, 1)
        assert run("es restore --replace")["removed"] == 1
        assert [store.get(f"weibo:{id}") is not None for id in "123"] == [True, False, True]
        told = [(line.what, line.by) for line in store.audit()]
        assert told == [("author", "x"), ("age", "es retention"), ("author", "restore")]
    finally:
        store.close()
        _drop_repository(bare8, f"{prefix}tf-snapshots", taken)


def test_refused_documents(folder: Path, put: Any, run: Run, prefix: str, bare8: Any) -> None:
    from index.es.connect import connect

    put("1")
    run("es sync --once")
    cluster = connect({"url": bare8.url, "prefix": f"{prefix}tf"})
    index = cluster.names.index("mentions", "2026.06")
    cluster.client.indices.put_settings(index=index, settings={"mapping.total_fields.limit": 300})
    # A mapping that somebody changed by hand: a field that is a number now refuses words.
    cluster.client.indices.delete(index=index)
    cluster.client.indices.create(
        index=index,
        mappings={
            "properties": {"brand": {"type": "long"}},
            "_meta": {"product": "other"},
        },
    )
    put("2")
    assert run("es sync --once", 1)["dead"] == 1
    assert run("es status", 1)["dead_letters"] == 1
    assert run("es status --max-refused 1")["dead_letters"] == 1
    listed = run("es dlq list")
    (letter,) = listed["letters"]
    assert (letter["post"], letter["operation"]) == ("weibo:2", "index")
    assert run("es dlq export out.jsonl")["letters"] == 1
    assert (folder / "out.jsonl").stat().st_mode & 0o777 == 0o600
    assert run("es dlq retry", 1) == {"settled": 0, "left": 1}
    cluster.client.indices.delete(index=index)
    run("es bootstrap")
    assert run("es dlq retry") == {"settled": 1, "left": 0}
    assert run("es dlq list")["letters"] == []
    cluster.close()


def test_no_store_and_no_cluster(folder: Path, put: Any, run: Run) -> None:
    assert "there is no" in run("es sync --once", 1)["error"]
    (folder / "tingfeng.toml").write_text(
        'lang = "en"\n[elastic]\nurl = "http://127.0.0.1:1"\n', encoding="utf-8"
    )
    assert "cannot be reached" in run("es status", 1)["error"]


def test_following_survives_a_cluster_that_goes_away(folder: Path, put: Any, own_node: Any) -> None:
    node = own_node("bare8")
    (folder / "tingfeng.toml").write_text(
        f'lang = "en"\n[elastic]\nurl = "{node.server.url}"\nrefresh = "1s"\n', encoding="utf-8"
    )
    put("1")
    child = subprocess.Popen(
        [sys.executable, "-m", "tingfeng", "es", "sync", "--every", "0.2"],
        cwd=folder, stderr=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    try:
        _until(lambda: _count(node.server.url) == 1)
        node.kill()
        put("2", "3")
        time.sleep(3)
        node.start()
        _until(lambda: _count(node.server.url) == 3)
    finally:
        child.send_signal(signal.SIGTERM)
        child.communicate(timeout=30)
    assert child.returncode == 143


def _count(url: str) -> int:
    try:
        with urllib.request.urlopen(f"{url}/tf-posts/_count", timeout=5) as answer:
            return int(json.load(answer)["count"])
    except OSError:
        return -1


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 180
    while not true():
        assert time.monotonic() < end
        time.sleep(0.5)
