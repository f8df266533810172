"""From a post in a feed to the message, by the command that runs day and night."""

import json
import os
import subprocess
import sys
import threading
from datetime import datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from tingfeng import SHANGHAI

SETTINGS = """
[[brands]]
name = "云雀"
[collect]
feeds = ["https://news.example.com/rss"]
articles = false
[[channels]]
use = "webhook"
url = "{url}/hook"
secret = "$HOOK_SECRET"
"""


class World(BaseHTTPRequestHandler):
    """The feed, its robots.txt, and the robot that takes messages."""

    items = ""
    wall = False
    messages: ClassVar[list[dict]] = []
    told: ClassVar[threading.Event] = threading.Event()
    waited: ClassVar[list[bool]] = []

    def do_GET(self):
        asked = self.headers.get("X-Orig-Url", self.path)
        if asked.endswith("/robots.txt"):
            return self.answer(404, b"")
        if "slow." in asked:  # answers once the message has come, or after far too long
            self.waited.append(self.told.wait(25))
        if self.wall:
            page = "<!doctype html><title>Sina Visitor System</title><p>请先登录</p>"
            return self.answer(200, page.encode(), "text/html; charset=utf-8")
        body = f'<rss version="2.0"><channel><title>t</title><link>https://news.example.com/</link>{self.items}</channel></rss>'
        return self.answer(200, body.encode(), "application/rss+xml; charset=utf-8")

    def do_POST(self):
        World.messages.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.answer(200, b'{"ok": true}', "application/json")
        World.told.set()

    def answer(self, status, body, kind="text/plain"):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def world():
    World.items, World.messages, World.wall = "", [], False
    World.told.clear()
    World.waited.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), World)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def item(number: int, title: str, at: datetime) -> str:
    return (
        f"<item><title>{title}</title><link>https://news.example.com/{number}</link>"
        f"<guid>https://news.example.com/{number}</guid><pubDate>{format_datetime(at)}</pubDate></item>"
    )


def watch(folder: Path, url: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tingfeng", "watch", "--rounds", "1"],
        cwd=folder, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
        env=os.environ | {"TINGFENG_REPLAY": url, "HOOK_SECRET": "a secret of sixteen"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stderr


def test_a_red_line_post_reaches_the_robot_once(tmp_path, world):
    (tmp_path / "tingfeng.toml").write_text(SETTINGS.format(url=world), encoding="utf-8")
    at = datetime.now(SHANGHAI) - timedelta(minutes=40)
    World.items = "".join(
        item(
            n,
            f"云雀手机充电时自燃，用户被烫伤，太可怕了，非常愤怒，投诉无门第{n}起",
            at + timedelta(minutes=n),
        )
        for n in range(3)
    )
    watch(tmp_path, world)
    assert len(World.messages) == 1
    text = json.dumps(World.messages[0], ensure_ascii=False)
    assert "自燃" in text
    assert "https://news.example.com/" in text
    watch(tmp_path, world)
    assert len(World.messages) == 1


def test_a_source_that_hangs_keeps_no_message_waiting(tmp_path, world):
    slow = SETTINGS.replace('rss"]', 'rss", "https://slow.example.com/rss"]')
    (tmp_path / "tingfeng.toml").write_text(slow.format(url=world), encoding="utf-8")
    at = datetime.now(SHANGHAI) - timedelta(minutes=1)
    World.items = item(1, "云雀手机充电时自燃，用户被烫伤，太可怕了，非常愤怒", at)
    watch(tmp_path, world)
    assert World.waited == [True]
    assert len(World.messages) == 1
    assert "初判" in json.dumps(World.messages[0], ensure_ascii=False)


def test_a_wall_is_said_and_nothing_is_sent(tmp_path, world):
    (tmp_path / "tingfeng.toml").write_text(SETTINGS.format(url=world), encoding="utf-8")
    World.wall = True
    told = watch(tmp_path, world)
    assert "没看到" in told
    assert not World.messages
