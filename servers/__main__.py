"""Servers for developers: ``python -m servers fetch|up|down|list [NAME ...]``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence

from servers import shared
from servers.errors import ServerFailed, Unavailable
from servers.fetch import fetch
from servers.releases import RELEASES
from servers.server import Server


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status: 1 if a server cannot be had or does not come up."""
    parser = argparse.ArgumentParser(prog="python -m servers", description=__doc__)
    parser.add_argument("command", choices=("fetch", "up", "down", "list"))
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(RELEASES)}")
    parser.add_argument("--heap", default=shared.HEAP, help="of each server (default: %(default)s)")
    given = parser.parse_args(arguments)
    if unknown := set(given.names) - set(RELEASES):
        parser.error(f"no such server: {', '.join(sorted(unknown))}")
    try:
        _do(given.command, given.names, given.heap)
    except (Unavailable, ServerFailed) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _do(command: str, names: Sequence[str], heap: str) -> None:
    if command == "fetch":
        for name in names or RELEASES:
            print(name, fetch(RELEASES[name]))
    elif command == "up":
        _show(shared.up(names or tuple(RELEASES), heap=heap))
    elif command == "down":
        print(" ".join(shared.down(names)) or "none ran")
    else:
        _show(shared.running())


def _show(servers: Mapping[str, Server]) -> None:
    for name, server in servers.items():
        password = f"  {server.user}, password in {shared.record()}" if server.user else ""
        print(f"{name}  {server.version}  {len(server.modules)} modules  {server.url}{password}")


if __name__ == "__main__":
    raise SystemExit(main())
