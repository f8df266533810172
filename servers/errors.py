"""Why there is no server: none can be had here, or one that should run does not."""

from __future__ import annotations


class Unavailable(Exception):
    """Java, Maven, the network or the like is missing here; the message says what. Tests skip."""


class ServerFailed(Exception):
    """A server was started and did not come up, or went away. Tests fail."""
