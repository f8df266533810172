"""Robots that are reached through a proxy only."""

from __future__ import annotations

import base64
import socketserver
import ssl
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from index.es.certificates import issue
from tingfeng import NotifyError, SettingsError
from tingfeng.alerts.posting import Address

LOGIN = f"Basic {base64.b64encode(b'me:pass:word').decode()}"


class Robot(BaseHTTPRequestHandler):
    """Also what a proxy does with plain HTTP: it is asked for a whole address."""

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, self.headers.get("Proxy-Authorization")))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"errcode": 0}')

    def log_message(self, *_):
        pass


class Tunnel(socketserver.StreamRequestHandler):
    """CONNECT: after a login, the other end is handed the connection as it is."""

    def handle(self):
        head = b"".join(iter(self.rfile.readline, b"\r\n")).decode()
        self.server.asked.append(head.splitlines()[0])
        if LOGIN not in head:
            self.wfile.write(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
            return
        self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with self.server.papers.wrap_socket(self.connection, server_side=True) as secured:
            Robot(secured, self.client_address, self.server.robot)


def serving(server):
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def robot():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Robot)
    server.asked = []
    yield from serving(server)


@pytest.fixture
def tunnel(robot, tmp_path, monkeypatch):
    issue({"robot.example": []}, authority=tmp_path / "own", out=tmp_path, public=tmp_path / "all",
          now=datetime.now(UTC))  # fmt: skip
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.crt"))
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Tunnel)
    server.daemon_threads = True
    server.asked, server.robot = [], robot
    server.papers = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    folder = tmp_path / "robot.example"
    server.papers.load_cert_chain(folder / "robot.example.crt", folder / "robot.example.key")
    yield from serving(server)


def address(url, server, login="me:pass%3Aword@"):
    proxy = f"http://{login}127.0.0.1:{server.server_address[1]}"
    return Address(url, name="群", timeout=2, proxy=proxy)


def test_plain_http_is_asked_of_the_proxy_by_its_whole_address(robot):
    answer = address("http://robot.example:81/hook/token?a=b", robot).post(b"{}", {}, query="c=d")
    assert answer.status == 200
    assert robot.asked == [("http://robot.example:81/hook/token?a=b&c=d", LOGIN)]


def test_tls_goes_through_a_tunnel_and_the_proxy_sees_no_key(tunnel, robot):
    answer = address("https://robot.example/hook/token", tunnel).post(b"{}", {})
    assert answer.body == b'{"errcode": 0}'
    assert tunnel.asked[0].startswith("CONNECT robot.example:443 ")
    assert robot.asked == [("/hook/token", None)]


def test_a_proxy_that_refuses_is_no_robot(tunnel, robot):
    with pytest.raises(NotifyError) as caught:
        address("https://robot.example/hook/token", tunnel, login="").post(b"{}", {})
    assert caught.value.retry
    assert not caught.value.unsure
    assert robot.asked == []


@pytest.mark.parametrize("proxy", ["https://p.example", "p.example:3128", "http://p.example:x"])
def test_a_proxy_that_is_none_is_refused_at_once(proxy):
    with pytest.raises(SettingsError, match="proxy"):
        Address("https://robot.example/hook", name="群", proxy=proxy)
