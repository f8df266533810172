"""Finding the Java that a server runs on, wherever this machine keeps it."""

from __future__ import annotations

import os
import re
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from servers.errors import Unavailable

FOLDERS = (
    "/usr/lib/jvm/*",
    "/opt/java/*",
    "/opt/*jdk*",
    "/Library/Java/JavaVirtualMachines/*/Contents/Home",
    "~/.sdkman/candidates/java/*",
    "~/.jdks/*",
)


def java_home(versions: tuple[int, ...]) -> Path:
    """Home of an installed Java of one of *versions*, the first that is found in their order.

    Asked: ``ES_JAVA_HOME_17`` (any version), ``ES_JAVA_HOME``, ``JAVA_HOME``, the ``java`` of
    the path, and the folders where systems keep them.
    """
    for version in versions:
        for home in _candidates(version):
            if _version(home) == version and _reachable(home):
                return home
    words = " or ".join(map(str, versions))
    raise Unavailable(f"Java {words} is needed: install it, or set ES_JAVA_HOME_{versions[0]}")


def _candidates(version: int) -> Iterator[Path]:
    names = (
        f"ES_JAVA_HOME_{version}", f"JAVA_HOME_{version}_X64", f"JAVA_HOME_{version}_ARM64",
        f"JAVA{version}_HOME", "ES_JAVA_HOME", "JAVA_HOME",
    )  # fmt: skip
    yield from (Path(os.environ[name]) for name in names if os.environ.get(name))
    if java := shutil.which("java"):
        yield Path(java).resolve().parents[1]
    for pattern in FOLDERS:
        path = Path(pattern).expanduser()
        yield from sorted(Path(path.anchor).glob(str(path.relative_to(path.anchor))))


def _version(home: Path) -> int | None:
    """Major version by the file that every Java since 9 has in its home; ``None``: no Java."""
    if not (home / "bin" / "java").is_file():
        return None
    try:
        text = (home / "release").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    found = re.search(r'JAVA_VERSION="(\d+)', text)
    return int(found[1]) if found else None


def _reachable(home: Path) -> bool:
    """Whether the ordinary user that root starts servers as may go there."""
    if os.geteuid():
        return True
    real = home.resolve()
    return all(path.stat().st_mode & stat.S_IXOTH for path in (real, *real.parents))
