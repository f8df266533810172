"""Real Elasticsearch servers on this machine, for tests and benchmarks. Not part of any wheel.

Maven Central has what Elastic's own build publishes for integration tests; :mod:`servers.fetch`
gets it, :class:`servers.Node` runs one server, :class:`servers.Cluster` several that share their
indices. ``python -m servers up`` starts the three that the tests use and leaves them running, so
that they need not be started for each run.
"""

from servers.cluster import Cluster
from servers.errors import ServerFailed, Unavailable
from servers.fetch import fetch
from servers.node import Node
from servers.releases import RELEASES, Release
from servers.server import Server

__all__ = [
    "RELEASES",
    "Cluster",
    "Node",
    "Release",
    "Server",
    "ServerFailed",
    "Unavailable",
    "fetch",
]
