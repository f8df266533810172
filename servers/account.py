"""The ordinary user that runs servers where we are root: Elasticsearch refuses to run as root."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from typing import Any

from servers.errors import Unavailable

NAME = "tingfeng-elastic"


def owner() -> dict[str, Any]:
    """Arguments of ``subprocess`` that change to that user; empty if we are ordinary ourselves."""
    if os.geteuid():
        return {}
    entry = _entry()
    if not entry:
        program = shutil.which("useradd")
        if not program:
            raise Unavailable(f"root cannot run Elasticsearch: make a user {NAME}")
        subprocess.run(
            [program, "--system", "--user-group", "--no-create-home", "--shell",
             shutil.which("nologin") or "/bin/false", NAME],
            check=False, capture_output=True,
        )  # fmt: skip
        entry = _entry()  # ours, or that of a process that was faster
    if not entry:
        raise Unavailable(f"the user {NAME} cannot be made: make it by hand")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _entry() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        return None
