"""Archives come once, whole, and only as they were when they were tried."""

from __future__ import annotations

import hashlib
import sys
import zipfile
from pathlib import Path

import pytest

from servers import Release, Unavailable, fetch
from servers.releases import Archive

MAVEN = """#!{python}
import pathlib, shutil, sys
options = dict(word.removeprefix("-D").split("=", 1) for word in sys.argv if "=" in word)
_, artifact, version, kind = options["artifact"].split(":")
pathlib.Path(options["maven.repo.local"], "org", "example").mkdir(parents=True)
name = f"{{artifact}}-{{version}}.{{kind}}"
shutil.copy(pathlib.Path({zips!r}, name), options["outputDirectory"])
with open(pathlib.Path({zips!r}, "asked"), "a") as log:
    log.write(name + "\\n")
"""


def zipped(path: Path, files: dict[str, str]) -> str:
    """Write the files of a zip; the SHA-256 of it. What lies in ``bin`` can be run."""
    with zipfile.ZipFile(path, "w") as file:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (0o755 if "/bin/" in name else 0o640) << 16
            file.writestr(entry, text)
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def release(tmp_path, monkeypatch):
    """A server of two archives, and a Maven that has them."""
    zips = tmp_path / "zips"
    zips.mkdir()
    server = zipped(
        zips / "elasticsearch-1.0.zip",
        {"elasticsearch-1.0/bin/elasticsearch": "run", "elasticsearch-1.0/modules/core/a": "ours"},
    )
    modules = zipped(
        zips / "sonar-2.0.zip",
        {"sonar/es/modules/core/a": "theirs", "sonar/es/modules/cjk/a": "new", "sonar/x": "no"},
    )
    maven = tmp_path / "bin" / "mvn"
    maven.parent.mkdir()
    maven.write_text(MAVEN.format(python=sys.executable, zips=str(zips)))
    maven.chmod(0o755)
    monkeypatch.setenv("PATH", str(maven.parent))
    monkeypatch.setenv("TINGFENG_CACHE", str(tmp_path / "cache"))
    return Release(
        name="small",
        version="1.0",
        archives=(
            Archive(coordinates="org.example:elasticsearch:1.0:zip", sha256=server),
            Archive(
                coordinates="org.example:sonar:2.0:zip", sha256=modules, folder="sonar/es/modules/"
            ),
        ),
        java=(17,),
    )


def test_modules_are_added_where_they_are_missing(release):
    home = fetch(release)
    files = {path.relative_to(home).as_posix(): path for path in home.rglob("*") if path.is_file()}
    assert {name: path.read_text() for name, path in files.items()} == {
        "bin/elasticsearch": "run",
        "modules/core/a": "ours",
        "modules/cjk/a": "new",
    }
    assert [oct(path.stat().st_mode & 0o777) for path in files.values()].count("0o755") == 1
    assert files["bin/elasticsearch"].stat().st_mode & 0o111


def test_nothing_is_asked_for_twice_and_no_archive_stays(release, tmp_path):
    assert fetch(release) == fetch(release)
    assert len((tmp_path / "zips" / "asked").read_text().split()) == 2
    left = {path.name for path in fetch(release).parent.iterdir()}
    assert left == {"small-1.0", "fetch.lock"}


def test_what_a_killed_fetch_left_is_swept(release, tmp_path):
    half = tmp_path / "cache" / "elasticsearch" / "unpacking-x"
    half.mkdir(parents=True)
    fetch(release)
    assert not half.exists()


def test_an_archive_that_changed_is_refused(release, tmp_path):
    zipped(tmp_path / "zips" / "sonar-2.0.zip", {"sonar/es/modules/cjk/a": "other"})
    with pytest.raises(Unavailable, match="SHA-256"):
        fetch(release)
    assert not (tmp_path / "cache" / "elasticsearch" / "small-1.0").exists()


def test_without_maven_it_says_what_is_missing(release, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable, match="Maven"):
        fetch(release)
