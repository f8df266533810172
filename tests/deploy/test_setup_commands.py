"""The commands of the one-shot services, as containers run them, against a server set up as theirs is.

What stays unproven is the packaging: no container engine and no Kibana take part.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from base64 import b64decode
from collections.abc import Sequence
from pathlib import Path

import pytest
from elasticsearch import ApiError, AuthenticationException, Elasticsearch
from elasticsearch import ConnectionError as NoAnswer

from servers.node import Node
from tests.deploy.compose import filled, stack
from tingfeng import dotenv
from tingfeng.cli import main
from tingfeng.pipeline.access import access
from tingfeng.pipeline.stack import SECRETS
from tingfeng.settings import API_KEYS, KEYS, Settings

STACK = stack("cluster")
SERVICES = STACK["services"]
START_SECONDS = 240
POSTS = "id,text,at\n1,云雀手机续航不错,2026-06-12 09:00\n2,云雀发烫,2024-03-05 10:00\n"
MAPPING = """[constants]
platform = "weibo"
[columns]
id = "id"
text = "text"
published_at = "at"
"""


class Machine:
    """A folder as ``init --stack`` leaves it, and a node with the settings of the compose files."""

    def __init__(self, folder: Path, node: Node) -> None:
        self.node, self.home, self.app = node, folder / "home", folder / "app"
        self.certs = node.config / "certs"
        self.ca = folder / "ca"
        self.mounts = {"/authority": folder / "authority", "/certs": self.certs, "/ca": self.ca}
        self.home.mkdir()
        # The container's password of the first start is the server's own here.
        dotenv.keep(self.home / ".env", "ELASTIC_PASSWORD", str(node.password))
        settings = ["--settings", str(self.home / "tingfeng.toml")]
        assert main(["init", "--yes", *settings, "--stack", "tls"]) == 0
        self.known = dotenv.values(self.home / ".env")
        # Mounts: the folder at /app, what the settings name over its .env.
        self.app.mkdir()
        shutil.copy(self.home / "tingfeng.toml", self.app)
        (self.app / ".env").symlink_to(self.home / KEYS)
        self.mounts["/app/.keys"] = self.home / API_KEYS

    def run(
        self, service: str, *more: str, instead: Sequence[str] = ()
    ) -> subprocess.CompletedProcess[str]:
        """The command of *service*, or one *instead*, with its environment and nothing else."""
        one = filled(SERVICES[service], self.known)
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.app), "LANG": "C.UTF-8"}
        environment |= {name: self.here(value) for name, value in one["environment"].items()}
        if environment.get("TINGFENG_KEYS") == "/run/secrets":
            environment["TINGFENG_KEYS"] = str(self.secrets_of(service))
        command = [self.here(word) for word in instead or one["command"]]
        return subprocess.run(
            [sys.executable, "-m", "tingfeng", *command, *more, "--json"],
            cwd=self.app, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def secrets_of(self, service: str) -> Path:
        """What the service finds in /run/secrets: files of its own, and no others."""
        folder = self.app.parent / "secrets" / service
        if not folder.exists():
            folder.mkdir(parents=True)
            for name in SERVICES[service].get("secrets", ()):
                (folder / name).symlink_to(self.home / STACK["secrets"][name]["file"])
        return folder

    def here(self, word: str) -> str:
        """A path or an address of a container on this machine."""
        option, mark, value = word.rpartition("=")
        for inside, outside in self.mounts.items():
            if value == inside or value.startswith(f"{inside}/"):
                value = f"{outside}{value.removeprefix(inside)}"
        return f"{option}{mark}{value}".replace("https://elasticsearch:9200", self.url)

    @property
    def url(self) -> str:
        return self.node.url.replace("http:", "https:").replace("127.0.0.1", "localhost")

    def client(self, **access) -> Elasticsearch:
        return Elasticsearch(self.url, ca_certs=str(self.ca / "ca.crt"), **access)

    def keys(self) -> dict[str, str]:
        return dotenv.files(self.home / API_KEYS)

    def secrets(self) -> set[str]:
        """Whatever must never be shown."""
        inner = {b64decode(key).decode().partition(":")[2] for key in self.keys().values()}
        return {self.known[name] for name in SECRETS} | set(self.keys().values()) | inner

    def secure(self) -> None:
        """Start again with TLS, by the settings that the compose files give the first node."""
        wanted = filled(SERVICES["elasticsearch"]["environment"], self.known)
        lines = [
            f"{name}: {json.dumps(value)}"
            for name, value in wanted.items()
            if name.startswith(("xpack.", "action."))
        ]
        file = self.node.config / "elasticsearch.yml"
        kept = [line for line in file.read_text("utf-8").splitlines() if "xpack." not in line]
        file.write_text("\n".join([*kept, *lines, ""]), encoding="utf-8")
        if os.getuid() == 0:
            owner = file.stat()
            for path in (self.certs, *self.certs.rglob("*"), file):
                os.chown(path, self.node.folder.stat().st_uid, owner.st_gid)
        self.node.restart(wait=False)
        end = time.monotonic() + START_SECONDS
        while not self.healthy():
            assert self.node.pid, (self.node.folder / "logs" / "console.log").read_text("utf-8")[-3000:]  # fmt: skip
            assert time.monotonic() < end
            time.sleep(0.5)

    def healthy(self) -> bool:
        """The health check of the compose file, word for word but for the port."""
        if not self.node.listening():
            return False
        kind, line = SERVICES["elasticsearch"]["healthcheck"]["test"]
        assert kind == "CMD-SHELL"
        line = line.replace("https://localhost:9200", self.url)
        return subprocess.run(["sh", "-c", line], cwd=self.node.folder, check=False).returncode == 0


def test_a_first_start_a_second_and_a_rotation(tmp_path, own_node):
    assert shutil.which("curl"), "the health check of the compose file is curl's: install it"
    machine = Machine(tmp_path, own_node("full8"))

    made = machine.run("es-certs")
    assert made.returncode == 0, made.stderr
    machine.secure()
    with pytest.raises((NoAnswer, ApiError)):
        Elasticsearch(machine.node.url, request_timeout=5, max_retries=0).cluster.health()

    first = machine.run("es-setup")
    assert first.returncode == 0, first.stderr
    keys = machine.keys()
    assert set(keys) == {f"TINGFENG_ES_{one}_KEY" for one in ("PROVISIONER", "WRITER", "RETENTION", "READER")}  # fmt: skip
    modes = {file.stat().st_mode & 0o777 for file in (machine.home / API_KEYS).iterdir()}
    assert (modes, dotenv.values(machine.home / KEYS)) == ({0o600}, {})
    assert dotenv.values(machine.home / ".env") == machine.known
    for user, password in (("kibana_system", "KIBANA_PASSWORD"), ("tf-analyst", "TINGFENG_ANALYST_PASSWORD")):  # fmt: skip
        login = (user, machine.known[password])
        assert machine.client(basic_auth=login).security.authenticate()["username"] == user

    built = machine.run("es-bootstrap")
    assert built.returncode == 0, built.stderr
    posts = machine.app / "posts.csv"
    posts.write_text(POSTS, encoding="utf-8")
    (machine.app / "map.toml").write_text(MAPPING, encoding="utf-8")
    fed = machine.run("pipeline", instead=["import", "posts.csv", "--map", "map.toml"])
    assert json.loads(fed.stdout)["new"] == 2, fed.stderr
    for _ in range(2):
        synced = machine.run("sync", "--once")
        assert synced.returncode == 0, synced.stderr
        # its health check
        healthy = machine.run("sync", instead=SERVICES["sync"]["healthcheck"]["test"][2:])
        status = json.loads(healthy.stdout)
        assert (healthy.returncode, status["waiting"], status["dead_letters"]) == (0, 0, 0)
    machine.client(api_key=keys["TINGFENG_ES_WRITER_KEY"]).indices.refresh(index="tf-posts")
    reader = machine.client(api_key=keys["TINGFENG_ES_READER_KEY"])
    reader_sees = reader.search(index="tf-posts", query={"match": {"content": "续航"}})
    assert [hit["_source"]["platform"] for hit in reader_sees["hits"]["hits"]] == ["weibo"]
    assert reader.indices.exists(
        index="tf-posts-v1-2024.03"
    )  # met by the sync, made by the provisioner

    # What a service has no key for, it cannot do: the pipeline deletes no index, the sync takes no copy.
    copied = machine.run("upkeep", instead=["es", "snapshot", "--folder", f"{machine.node.snapshots}/a"])  # fmt: skip
    assert copied.returncode == 0, copied.stderr
    thinned = machine.run("upkeep", instead=["es", "retention", "--yes", "--keep-days", "36500"])
    assert thinned.returncode == 0, thinned.stderr
    for service, words in (("pipeline", ["es", "migrate", "--drop-old"]), ("sync", ["es", "snapshot"])):  # fmt: skip
        refused = machine.run(service, instead=words)
        assert refused.returncode == 1, refused.stdout

    second = machine.run("es-setup")
    assert second.returncode == 0, second.stderr
    assert machine.keys() == keys
    steps = json.loads(second.stdout)["steps"]
    assert {one["state"] for one in steps if one["kind"] != "password"} == {"kept"}
    assert {one["others"] for one in steps} == {0}

    third = machine.run("es-setup", "--rotate")
    assert third.returncode == 0, third.stderr
    assert not set(machine.keys().values()) & set(keys.values())
    for old in keys.values():
        with pytest.raises(AuthenticationException):
            machine.client(api_key=old).security.authenticate()
    for new in machine.keys().values():
        assert machine.client(api_key=new).security.authenticate()["username"] == "elastic"

    shown = "".join(
        one.stdout + one.stderr
        for one in (made, first, built, fed, synced, healthy, copied, refused, second, third)
    )
    assert not [secret for secret in machine.secrets() | set(keys.values()) if secret in shown]

    root = machine.client(basic_auth=("elastic", str(machine.node.password)))
    with pytest.raises(ApiError, match="auto_create_index"):  # of ours none without its template
        root.index(index="tf-typo", document={"a": 1})


def test_a_second_machine_leaves_the_keys_of_the_first_alone(
    tmp_path, full8, prefix, monkeypatch, capsys
):
    """An existing cluster: two machines set up under one prefix."""
    monkeypatch.setenv("ELASTIC_PASSWORD", str(full8.password))
    monkeypatch.setenv("TINGFENG_ES_URL", full8.url)
    keys = {}
    for name in ("first", "second"):
        folder = tmp_path / name
        folder.mkdir()
        settings = folder / "tingfeng.toml"
        settings.write_text(f'[elastic]\nprefix = "{prefix}s"\n', encoding="utf-8")
        assert main(["es", "setup", "--settings", str(settings), "--json"]) == 0
        keys[name] = dotenv.values(folder / ".env")
        shown = capsys.readouterr()
        others = {one["others"] for one in json.loads(shown.out)["steps"] if one["kind"] == "key"}
        assert others == ({0} if name == "first" else {1})
    assert "--rotate" in shown.err
    for each in keys.values():
        client = Elasticsearch(full8.url, api_key=each["TINGFENG_ES_READER_KEY"])
        assert client.security.authenticate()["username"] == "elastic"
    assert "kibana_system" not in shown.out  # whose password was not given is left alone


def test_beside_containers_the_keys_go_where_those_look(tmp_path, full8, prefix, monkeypatch):
    monkeypatch.setenv("ELASTIC_PASSWORD", str(full8.password))
    monkeypatch.setenv("TINGFENG_ES_URL", full8.url)
    settings = tmp_path / "tingfeng.toml"
    settings.write_text(f'[elastic]\nprefix = "{prefix}s"\n', encoding="utf-8")
    (tmp_path / API_KEYS).mkdir()
    (tmp_path / ".env").write_text("A=mine\n", encoding="utf-8")
    for more in ([], ["--rotate"]):
        assert main(["es", "setup", "--settings", str(settings), *more]) == 0
        assert dotenv.values(tmp_path / ".env") == {"A": "mine"}
        found = access(Settings.read(settings), "writer")["api_key"]
        assert found == dotenv.files(tmp_path / API_KEYS)["TINGFENG_ES_WRITER_KEY"]


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("changeme", "everybody knows"),
        ("wrong-but-long-enough", "does not accept"),
        (None, "is missing"),
    ],
)
def test_a_password_that_will_not_do_is_told(tmp_path, full8, monkeypatch, capsys, password, said):
    monkeypatch.setenv("TINGFENG_ES_URL", full8.url)
    monkeypatch.delenv("ELASTIC_PASSWORD", raising=False)
    if password:
        monkeypatch.setenv("ELASTIC_PASSWORD", password)
    settings = tmp_path / "tingfeng.toml"
    settings.write_text("", encoding="utf-8")
    assert main(["es", "setup", "--lang", "en", "--settings", str(settings)]) == 1
    shown = capsys.readouterr()
    assert said in shown.err
    assert not password or password not in shown.err
    assert not (tmp_path / ".env").exists()
