"""One Elasticsearch process: started, stopped, killed, and started again on the same data."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from servers.account import owner
from servers.errors import ServerFailed
from servers.fetch import fetch
from servers.java import java_home
from servers.releases import RELEASES
from servers.server import Server, probed

START_SECONDS = 240.0
"""10 s on an idle machine, up to 80 s were seen on a busy one."""
STOP_SECONDS = 30.0
"""What a server gets to close its indices before it is killed."""
HEAP = "512m"
QUICK = "-XX:TieredStopAtLevel=1"
"""For tests: a start takes 7 instead of 11 seconds of processor time, steady work is slower."""

ALONE = {"discovery.type": "single-node", "discovery.initial_state_timeout": "0s"}


class Node:
    """A server in a folder of its own, which goes when it is closed.

    Start it from the main thread: where ``setpriv`` exists, a server dies with the thread that
    started it, so that a killed test run leaves none behind (``detached`` ones stay).
    """

    def __init__(
        self,
        name: str = "bare8",
        *,
        secured: bool | None = None,
        heap: str = HEAP,
        java_options: str = QUICK,
        settings: Mapping[str, Any] | None = None,
        detached: bool = False,
        discovery: Mapping[str, Any] | None = None,
        snapshots: Path | None = None,
    ) -> None:
        """Prepare, without starting. Raises ``Unavailable``.

        *secured* is what the release says, if ``None``; *settings* of ``elasticsearch.yml`` come
        before ours; *discovery* is how it finds others, ``None``: it stays alone.
        """
        self.release = RELEASES[name]
        self.secured = self.release.secured if secured is None else secured
        self.password = secrets.token_urlsafe(18) if self.secured else None
        self._java = java_home(self.release.java)
        distribution = fetch(self.release)
        self._owner = owner()
        self._detached = detached
        self._options = f"-Xms{heap} -Xmx{heap} {java_options}"
        self._process: subprocess.Popen[bytes] | None = None
        self._ports: dict[str, int] = {}
        self._server: Server | None = None
        self.folder = Path(tempfile.mkdtemp(prefix=f"tingfeng-{name}-"))
        self.snapshots = snapshots or self.folder / "snapshots"
        # Hard links where they can be made: a cache under a private home is out of the user's reach.
        shutil.copytree(distribution, self.folder / "home", copy_function=_link)
        shutil.copytree(distribution / "config", self.config)
        for part in ("data", "logs", "tmp", "snapshots"):
            (self.folder / part).mkdir()
        lines = self._settings() | dict(discovery or ALONE) | dict(settings or {})
        text = "".join(f"{key}: {json.dumps(value)}\n" for key, value in lines.items())
        (self.config / "elasticsearch.yml").write_text(text, encoding="utf-8")
        self._give_away()
        if self.password:
            self._run("elasticsearch-keystore", "add", "-x", "-f", "bootstrap.password")

    @property
    def config(self) -> Path:
        return self.folder / "config"

    @property
    def pid(self) -> int | None:
        """Of the process group; ``None``: not running."""
        return self._process.pid if self._process and self._process.poll() is None else None

    @property
    def server(self) -> Server:
        """How to reach it; it must have come up once."""
        if self._server is None:
            version, modules = probed(self._plain())
            self._server = replace(self._plain(), version=version, modules=modules)
        return self._server

    def start(self, *, wait: bool = True) -> Self:
        """Start, on the ports of the last time if there was one. Raises ``ServerFailed``."""
        if self.pid:
            raise ServerFailed(f"{self.folder.name} runs already")
        for kind in ("http", "transport"):
            (self.folder / "logs" / f"{kind}.ports").unlink(missing_ok=True)
        command = [str(self.folder / "home" / "bin" / "elasticsearch")]
        for kind in ("http", "transport"):
            command += ["-E", f"{kind}.port={self._ports.get(kind, 0)}"]
        if not self._detached and (setpriv := shutil.which("setpriv")):
            command = [setpriv, "--pdeathsig", "TERM", *command]
        with (self.folder / "logs" / "console.log").open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=self.folder, env=self._environment(), stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True, **self._owner,
            )  # fmt: skip
        if wait:
            self.wait()
        return self

    def wait(
        self, *, status: str = "yellow", nodes: int | None = None, seconds: float = START_SECONDS
    ) -> None:
        """Until its cluster's indices are *status*, and it has as many *nodes* if that is said."""
        end = time.monotonic() + seconds
        path = f"/_cluster/health?wait_for_status={status}&timeout=2s"
        path += f"&wait_for_nodes={nodes}" if nodes else ""
        seen: object = "no port"
        while time.monotonic() < end:
            if not self.pid:
                raise ServerFailed(f"{self.folder.name} ended:\n{self._log()}")
            if self.listening():
                try:
                    code, seen = self._plain().ask("GET", path)
                except OSError as error:
                    seen = error
                else:
                    if code == 200 and isinstance(seen, dict) and not seen["timed_out"]:
                        return
            time.sleep(0.2)
        raise ServerFailed(f"{self.folder.name} not {status} in {seconds:.0f} s: {seen}")

    def listening(self) -> bool:
        """Whether both ports are known."""
        for kind in ("http", "transport"):
            file = self.folder / "logs" / f"{kind}.ports"
            if not file.exists() or not (text := file.read_text("ascii").strip()):
                return False
            self._ports[kind] = int(text.splitlines()[0].rpartition(":")[2])
        return True

    @property
    def url(self) -> str:
        """Where clients reach it; the same after a restart."""
        return f"http://127.0.0.1:{self._ports['http']}"

    @property
    def transport(self) -> str:
        """Where other nodes reach it."""
        return f"127.0.0.1:{self._ports['transport']}"

    def stop(self) -> None:
        """As an operator would; killed if it takes longer than it may."""
        if self._process and self.pid:
            os.kill(self._process.pid, signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_SECONDS)
        self.kill()

    def kill(self) -> None:
        """SIGKILL, as when the machine loses power: launcher and server at once."""
        if self._process:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._released()

    def _released(self) -> None:
        """Until the kernel has taken back ports and locks: we are the parent of the launcher only."""
        end = time.monotonic() + STOP_SECONDS
        for port in self._ports.values():
            while time.monotonic() < end:
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)):
                        break
                time.sleep(0.02)

    def restart(self, *, wait: bool = True) -> Self:
        """Stop if it runs, and start on the same data and port."""
        self.stop()
        return self.start(wait=wait)

    def close(self) -> None:
        """Stop it and remove its folder."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self if self.pid else self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    def _plain(self) -> Server:
        return Server(
            name=self.release.name,
            version=self.release.version,
            url=self.url,
            user="elastic" if self.secured else None,
            password=self.password,
        )

    def _settings(self) -> dict[str, Any]:
        """Watermarks: a developer's disk is often fuller than production allows."""
        disk = "cluster.routing.allocation.disk.watermark"
        return {
            "cluster.name": "tf-test",
            "node.name": "node-1",
            "network.host": "127.0.0.1",
            "node.portsfile": True,
            "path.data": str(self.folder / "data"),
            "path.logs": str(self.folder / "logs"),
            "path.repo": [str(self.snapshots)],
            "xpack.security.enabled": self.secured,
            "xpack.security.http.ssl.enabled": False,
            "indices.breaker.total.use_real_memory": False,
            **{f"{disk}.{level}": "1b" for level in ("low", "high", "flood_stage")},
        }

    def _environment(self) -> dict[str, str]:
        """Nothing of the caller's shell but the path."""
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "HOME": str(self.folder),
            "ES_JAVA_HOME": str(self._java),
            "ES_JAVA_OPTS": self._options,
            "ES_PATH_CONF": str(self.config),
            "ES_TMPDIR": str(self.folder / "tmp"),
        }

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self.folder / "home" / "bin" / program), *arguments],
            input=f"{self.password}\n".encode(), capture_output=True, cwd=self.folder,
            env=self._environment(), check=False, **self._owner,
        )  # fmt: skip
        if done.returncode:
            raise ServerFailed(f"{program}: {done.stdout.decode()}{done.stderr.decode()}")

    def _give_away(self) -> None:
        """The folder to the user that runs the server, but not the distribution: it is shared."""
        if not self._owner:
            return
        for path in (self.folder, *self.folder.iterdir(), *self.config.rglob("*")):
            shutil.chown(path, self._owner["user"], self._owner["group"])

    def _log(self) -> str:
        text = (self.folder / "logs" / "console.log").read_text("utf-8", "replace")
        return text[-3000:]


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)
