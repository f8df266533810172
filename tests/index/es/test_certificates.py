"""Certificates as their users see them: by a handshake."""

import socket
import ssl
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from index.es.certificates import NODE_DAYS, RENEW_DAYS, issue
from tingfeng import SHANGHAI, StoreError

NOW = datetime.now(SHANGHAI)  # a handshake looks at the machine's clock
HOSTS = {"elasticsearch": ["localhost", "127.0.0.1"], "kibana": ["localhost"]}


def made(folder: Path, hosts=HOSTS, now=NOW):
    return {
        one.name: one
        for one in issue(
            hosts,
            authority=folder / "authority",
            out=folder / "certs",
            public=folder / "ca",
            now=now,
        )
    }


def shaken(folder: Path, name: str, host: str) -> None:
    """A client that trusts ``ca.crt`` alone speaks to *name* as *host*."""
    pair = folder / "certs" / name
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(pair / f"{name}.crt", pair / f"{name}.key")
    here, there = socket.socketpair()

    def answer() -> None:
        try:
            server.wrap_socket(there, server_side=True).close()
        except OSError:  # the client has hung up
            there.close()

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        client = ssl.create_default_context(cafile=folder / "ca" / "ca.crt")
        client.wrap_socket(here, server_hostname=host).close()
    finally:
        here.close()
        thread.join()


@pytest.mark.parametrize("host", ["elasticsearch", "localhost", "127.0.0.1"])
def test_a_node_is_trusted_by_each_of_its_names(tmp_path, host):
    made(tmp_path)
    shaken(tmp_path, "elasticsearch", host)


def test_and_by_no_other(tmp_path):
    made(tmp_path)
    with pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
        shaken(tmp_path, "kibana", "elasticsearch")


def test_what_is_good_is_kept(tmp_path):
    made(tmp_path)
    again = made(tmp_path, now=NOW + timedelta(days=NODE_DAYS - RENEW_DAYS - 1))
    assert {one.state for one in again.values()} == {"kept"}


def test_what_ends_soon_is_renewed_by_the_same_authority(tmp_path):
    made(tmp_path)
    again = made(tmp_path, now=NOW + timedelta(days=NODE_DAYS - RENEW_DAYS + 1))
    assert {name: one.state for name, one in again.items()} == {
        "ca": "kept", "elasticsearch": "renewed", "kibana": "renewed",
    }  # fmt: skip


def test_a_further_name_makes_only_that_one_anew(tmp_path):
    made(tmp_path)
    again = made(tmp_path, {**HOSTS, "kibana": ["localhost", "yuqing.example"]})
    assert again["elasticsearch"].state == "kept"
    assert again["kibana"].state == "renewed"
    shaken(tmp_path, "kibana", "yuqing.example")


def test_the_private_halves_are_private(tmp_path):
    made(tmp_path)
    assert (tmp_path / "authority" / "ca.key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "certs" / "kibana" / "kibana.key").stat().st_mode & 0o777 == 0o640
    assert [file.name for file in (tmp_path / "ca").iterdir()] == ["ca.crt"]
    assert not list((tmp_path / "certs").rglob("ca.key"))


def test_an_authority_of_two_halves_is_refused(tmp_path):
    made(tmp_path)
    made(tmp_path / "other")
    (tmp_path / "other" / "authority" / "ca.key").replace(tmp_path / "authority" / "ca.key")
    with pytest.raises(StoreError, match="no pair"):
        made(tmp_path)
