"""Servers that stay: started once, written down in the cache, used by every test run until told off."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from servers.fetch import cache, locked
from servers.node import STOP_SECONDS, Node
from servers.server import Server, probed

HEAP = "1g"
"""More than a test needs: benchmarks are run on them too."""


def running() -> dict[str, Server]:
    """Shared servers that answer now, by name."""
    found = {}
    for name, entry in _read().items():
        server = Server(name=name, version="", **entry["server"])
        try:
            version, modules = probed(server)
        except OSError:
            continue
        found[name] = Server(name=name, version=version, modules=modules, **entry["server"])
    return found


def up(names: Iterable[str], *, heap: str = HEAP) -> dict[str, Server]:
    """Start those of *names* that do not run, one after the other; all that run then.

    Raises ``Unavailable`` or ``ServerFailed``.
    """
    cache().mkdir(parents=True, exist_ok=True)
    with locked(cache() / "running.lock"):
        present = running()
        entries = _read()
        for name in names:
            if name in present:
                continue
            _end(entries.pop(name, None))
            node = Node(name, heap=heap, java_options="", detached=True)
            try:
                server = node.start().server
            except BaseException:
                node.close()
                raise
            access = {"url": server.url, "user": server.user, "password": server.password}
            entries[name] = {"pid": node.pid, "folder": str(node.folder), "server": access}
            _write(entries)
    return running()


def down(names: Iterable[str] = ()) -> list[str]:
    """Stop the shared servers *names* (all, if none are named), and remove their data."""
    if not cache().is_dir():
        return []
    with locked(cache() / "running.lock"):
        entries = _read()
        gone = [name for name in (tuple(names) or tuple(entries)) if name in entries]
        for name in gone:
            _end(entries.pop(name))
            _write(entries)
    return gone


def record() -> Path:
    """The file with addresses and passwords; only its owner may read it."""
    return cache() / "running.json"


def _read() -> dict[str, dict[str, Any]]:
    try:
        entries: dict[str, dict[str, Any]] = json.loads(record().read_text("utf-8"))
    except FileNotFoundError:
        return {}
    return entries


def _write(entries: dict[str, dict[str, Any]]) -> None:
    fresh = record().with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(entries, file, indent=1)
    fresh.replace(record())


def _end(entry: dict[str, Any] | None) -> None:
    if entry is None:
        return
    pid, folder = entry["pid"], entry["folder"]
    if _is(pid, folder):
        os.kill(pid, signal.SIGTERM)
        end = time.monotonic() + STOP_SECONDS
        while _is(pid, folder) and time.monotonic() < end:
            time.sleep(0.2)
        if _is(pid, folder):
            os.killpg(pid, signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)


def _is(pid: int, folder: str) -> bool:
    """Whether *pid* is still the server of *folder*: numbers are given anew after a reboot."""
    if Path("/proc/self/cmdline").exists():
        try:
            return folder in Path(f"/proc/{pid}/cmdline").read_text("utf-8", "replace")
        except OSError:
            return False
    command = ["ps", "-o", "args=", "-p", str(pid)]
    return folder in subprocess.run(command, capture_output=True, text=True, check=False).stdout
