"""Several nodes that are one cluster, for tests that take one of them away."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from servers.account import owner
from servers.errors import ServerFailed
from servers.node import HEAP, START_SECONDS, Node
from servers.server import Server


class Cluster:
    """Nodes of one release, each a master and a data node, without passwords."""

    def __init__(
        self,
        name: str = "bare8",
        *,
        size: int = 3,
        heap: str = HEAP,
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        """Prepare, without starting; *settings* go to every node. Raises ``Unavailable``."""
        user = owner()
        self.snapshots = Path(tempfile.mkdtemp(prefix="tingfeng-snapshots-"))
        if user:
            shutil.chown(self.snapshots, user["user"], user["group"])
        labels = [f"node-{n}" for n in range(1, size + 1)]
        # Ports are known only when a node listens, so nodes find each other by a file.
        discovery = {
            "cluster.name": f"tf-{self.snapshots.name}",
            "discovery.seed_providers": "file",
            "cluster.initial_master_nodes": labels,
        }
        self.nodes: Sequence[Node] = [
            Node(
                name, secured=False, heap=heap, settings=settings, snapshots=self.snapshots,
                discovery=discovery | {"node.name": label},
            )
            for label in labels
        ]  # fmt: skip

    @property
    def urls(self) -> list[str]:
        """Of every node, running or not."""
        return [node.url for node in self.nodes]

    @property
    def server(self) -> Server:
        """The first node that runs."""
        return next(node for node in self.nodes if node.pid).server

    def start(self) -> Self:
        """All of them, until the cluster is whole. Raises ``ServerFailed``."""
        for node in self.nodes:
            node.start(wait=False)
        end = time.monotonic() + START_SECONDS
        while not all(node.listening() for node in self.nodes):
            if time.monotonic() > end or not all(node.pid for node in self.nodes):
                raise ServerFailed("not every node of the cluster listens")
            time.sleep(0.2)
        seeds = "\n".join(node.transport for node in self.nodes)
        for node in self.nodes:
            (node.config / "unicast_hosts.txt").write_text(seeds + "\n", encoding="ascii")
        self.wait()
        return self

    def wait(self, *, status: str = "green") -> None:
        """Until each node that runs sees exactly those that run, and all indices are *status*.

        One that was killed has then been missed, one that came back has joined.
        """
        running = [node for node in self.nodes if node.pid]
        for node in running:
            node.wait(status=status, nodes=len(running))

    def close(self) -> None:
        """Stop all and remove their folders."""
        for node in self.nodes:
            node.close()
        shutil.rmtree(self.snapshots, ignore_errors=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()
