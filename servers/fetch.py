"""Archives from Maven Central into a cache outside the checkout, unpacked once."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from servers.errors import Unavailable
from servers.releases import Archive, Release

MAVEN_SECONDS = 900
"""For one archive; the largest, 912 MB, takes 10 s on a fast line."""


def cache() -> Path:
    """``$TINGFENG_CACHE``, or the user's own cache folder."""
    given = os.environ.get("TINGFENG_CACHE")
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return (Path(given) if given else Path(home) / "tingfeng") / "elasticsearch"


def fetch(release: Release) -> Path:
    """The unpacked server; downloaded first where it is not in the cache.

    A folder with the final name is complete: it is made beside and renamed. Raises ``Unavailable``.
    """
    target = cache() / f"{release.name}-{release.version}"
    if target.is_dir():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with locked(target.parent / "fetch.lock"):
        if target.is_dir():  # another process was faster
            return target
        for left in target.parent.glob("unpacking-*"):  # by one that was killed: we hold the lock
            shutil.rmtree(left)
        with tempfile.TemporaryDirectory(prefix="unpacking-", dir=target.parent) as work:
            folder = Path(work) / "server"
            for archive in release.archives:
                file = _download(archive, Path(work))
                _unpack(file, archive, folder)
                file.unlink()
            folder.rename(target)
    return target


def _download(archive: Archive, folder: Path) -> Path:
    maven = shutil.which("mvn")
    if not maven:
        raise Unavailable("Maven (mvn) is needed to download Elasticsearch: apt-get install maven")
    # A repository of its own, so that no gigabyte stays in the user's.
    command = [
        maven, "-q", "-B", "dependency:copy", f"-Dartifact={archive.coordinates}",
        f"-DoutputDirectory={folder}", f"-Dmaven.repo.local={folder / 'repository'}",
    ]  # fmt: skip
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=False, timeout=MAVEN_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise Unavailable(f"Maven gave up on {archive.coordinates}: {error}") from error
    if done.returncode:
        raise Unavailable(f"Maven cannot get {archive.coordinates}: {done.stdout[-800:].strip()}")
    shutil.rmtree(folder / "repository" / archive.coordinates.split(":")[0].replace(".", "/"))
    file = folder / archive.file
    with file.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != archive.sha256:
        raise Unavailable(f"{archive.coordinates} has SHA-256 {found}, not {archive.sha256}")
    return file


def _unpack(file: Path, archive: Archive, folder: Path) -> None:
    """Files keep whether they can be run, and everybody may read them.

    Of a partial archive, modules that are already there are left as they are.
    """
    with zipfile.ZipFile(file) as zipped:
        inner = archive.folder or f"{zipped.namelist()[0].split('/')[0]}/"
        place = folder / "modules" if archive.folder else folder
        present = {path.name for path in place.iterdir()} if archive.folder else set()
        for entry in zipped.infolist():
            name = entry.filename.removeprefix(inner)
            if name in {"", entry.filename} or name.split("/")[0] in present:
                continue
            path = place / name
            if entry.is_dir():
                path.mkdir(parents=True, exist_ok=True)
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            with zipped.open(entry) as source, path.open("wb") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
            path.chmod(0o755 if entry.external_attr >> 16 & 0o111 else 0o644)
    for path in (folder, *folder.rglob("*")):
        if path.is_dir():
            path.chmod(0o755)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process at a time; a killed one holds nothing."""
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
