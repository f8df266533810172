"""Channels and outbox against a server that behaves well, badly, and not at all."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
import socket
import struct
import sys
import textwrap
import threading
import time
import traceback
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import get_args, get_type_hints
from urllib.parse import unquote

import pytest

from tingfeng import (
    SHANGHAI,
    Evidence,
    Incident,
    Notice,
    NotifyError,
    SettingsError,
    build,
    load,
)
from tingfeng.alerts import NOTIFIERS
from tingfeng.alerts.apprise import Apprise
from tingfeng.alerts.console import Console
from tingfeng.alerts.outbox import BACKOFF, TRIES, deliver, undelivered
from tingfeng.alerts.webhook import Webhook, says_yes

NOW = datetime(2026, 6, 12, 10, 0, tzinfo=SHANGHAI)

ANSWERS = {
    "/good": (200, b'{"errcode": 0, "errmsg": "ok"}'),
    "/plain": (200, b"thanks"),
    "/nothing": (204, b""),
    "/refuse": (200, '{"errcode": 93000, "errmsg": "密钥不对"}'.encode()),
    "/feishu": (200, b'{"code": 19001, "msg": "bad token"}'),
    "/slack": (200, b'{"ok": false, "error": "no_channel"}'),
    "/missing": (404, b"no such robot"),
    "/slow-down": (429, b""),
    "/broken": (500, b"oops"),
    "/moved": (302, b""),
}


class Robot(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((self.path, dict(self.headers), body))
        if self.path == "/hang":
            self.server.released.wait(10)
            return
        if self.path == "/drip":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not self.server.released.wait(0.02):
                self.wfile.write(b".")
            return
        if self.path == "/reset":
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.connection.close()
            self.close_connection = True
            return
        status, answer = ANSWERS[self.path.partition("?")[0]]
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/good")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass

    def finish(self):
        if not self.wfile.closed and self.path != "/reset":
            super().finish()


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """The client may be gone."""


@pytest.fixture
def robot():
    server = Server(("127.0.0.1", 0), Robot)
    server.heard, server.released = [], threading.Event()
    server.at = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.released.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def incident():
    evidence = Evidence(
        at=NOW, rule="share_1h", score=9.6, threshold=5.0, window_hours=1.0, mentions=42,
        negative=19, expected=3.8, usual_share=0.09, posts=("weibo:1", "zhihu:2"),
        sentences=(("为什么：…", "Why: …"),),
    )  # fmt: skip
    return Incident(
        id="abc", brand="云雀", level="yellow", state="open", opened_at=NOW, first_post_at=NOW,
        updated_at=NOW, evidence=evidence,
    )  # fmt: skip


def notice(id="n1", channel="webhook", **changes):
    fields = {
        "incident": "abc", "kind": "opened", "level": "yellow", "title": "【黄色预警】云雀",
        "body": "- 原文: [weibo:1](https://weibo.com/1)", "created_at": NOW,
    }  # fmt: skip
    return Notice(id=id, channel=channel, **(fields | changes))


@pytest.mark.parametrize("path", ["/good", "/plain", "/nothing"])
def test_a_channel_that_accepts_is_believed(robot, incident, path):
    Webhook(robot.at + path)(notice(), incident)
    assert len(robot.heard) == 1


@pytest.mark.parametrize(
    ("path", "retry", "says"),
    [
        ("/refuse", False, "密钥不对"),
        ("/feishu", False, "bad token"),
        ("/slack", False, "no_channel"),
        ("/missing", False, "404"),
        ("/slow-down", True, "429"),
        ("/broken", True, "oops"),
        ("/moved", False, "302"),
        ("/reset", True, "webhook"),
        ("/hang", True, "0.2 s"),
        ("/drip", True, "0.2 s"),
    ],
)
def test_a_channel_that_does_not_accept_says_so(robot, incident, path, retry, says):
    with pytest.raises(NotifyError, match=says) as caught:
        Webhook(robot.at + path, timeout=0.2)(notice(), incident)
    assert caught.value.retry is retry
    assert [heard[0] for heard in robot.heard] == [path]


def test_nobody_there_is_worth_another_try(robot):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(NotifyError) as caught:
        Webhook(f"http://127.0.0.1:{port}/")(notice(), None)
    assert caught.value.retry


def test_the_message_is_signed_over_time_and_body(robot, incident):
    Webhook(robot.at + "/good", secret="s3cret", clock=lambda: 1_750_000_000.4)(notice(), incident)
    [(_, headers, body)] = robot.heard
    signed = hmac.new(b"s3cret", b"1750000000." + body, hashlib.sha256).hexdigest()
    assert headers["X-Tingfeng-Timestamp"] == "1750000000"
    assert headers["X-Tingfeng-Signature"] == f"v1={signed}"
    assert headers["X-Tingfeng-Id"] == "n1"


def test_the_webhook_byte_for_byte(robot):
    Webhook(robot.at + "/good", secret="s3cret", clock=lambda: 1_750_000_000)(notice(), None)
    [(_, headers, body)] = robot.heard
    assert body.decode() == (
        '{"dedup_key": "abc", "event_action": "trigger", "message_id": "n1", "payload": {"summary": '
        '"【黄色预警】云雀", "source": "tingfeng", "severity": "warning", "timestamp": '
        '"2026-06-12T10:00:00+08:00", "custom_details": {"kind": "opened", "level": "yellow", "title": '
        '"【黄色预警】云雀", "body": "- 原文: [weibo:1](https://weibo.com/1)", "posts": [{"key": "weibo:1", '
        '"url": "https://weibo.com/1"}]}}}'
    )
    # Worked out by: printf '1750000000.%s' "$BODY" | openssl dgst -sha256 -hmac s3cret
    assert (
        headers["X-Tingfeng-Signature"]
        == "v1=3469d3ac89de76f44f7d9380b9bab5362365ff4864e7fc841f34bf26e6b43971"
    )


def test_without_a_secret_nothing_is_signed(robot):
    Webhook(robot.at + "/good")(notice(), None)
    assert "X-Tingfeng-Signature" not in robot.heard[0][1]


def test_the_payload_holds_evidence_and_where_to_read_it(robot, incident):
    Webhook(robot.at + "/good")(notice(), incident)
    said = json.loads(robot.heard[0][2])
    assert said["dedup_key"] == "abc"
    assert said["event_action"] == "trigger"
    assert said["payload"]["severity"] == "warning"
    details = said["payload"]["custom_details"]
    assert details["posts"] == [{"key": "weibo:1", "url": "https://weibo.com/1"}]
    assert details["incident"]["evidence"]["posts"] == ["weibo:1", "zhihu:2"]


@pytest.mark.parametrize(
    ("kind", "action"),
    [("opened", "trigger"), ("raised", "trigger"), ("heartbeat", "acknowledge"),
     ("resolved", "resolve"), ("escalated", "trigger"), ("digest", "trigger"), ("gap", "trigger"),
     ("gap_over", "resolve")],
)  # fmt: skip
def test_each_kind_is_an_action(incident, kind, action):
    said = Webhook("http://127.0.0.1/").payload(notice(kind=kind), incident)
    assert said["event_action"] == action


def test_the_end_of_a_gap_resolves_its_beginning():
    hook = Webhook("http://127.0.0.1/")
    keys = [hook.payload(notice(kind, kind=kind, incident="", covers=("b", "a")), None)["dedup_key"]
            for kind in ("gap", "gap_over", "digest")]  # fmt: skip
    assert keys[0] == keys[1] != keys[2]


def test_every_kind_of_notice_has_an_action():
    kinds = get_args(get_type_hints(Notice)["kind"])
    assert all(Webhook("http://127.0.0.1/").payload(notice(kind=kind), None) for kind in kinds)


def test_secrets_stay_out_of_repr_and_errors(robot):
    hook = Webhook(robot.at + "/missing?key=topsecret", secret="s3cret")
    robot_answer = pytest.raises(NotifyError)
    with robot_answer as caught:
        hook(notice(), None)
    shown = repr(hook) + str(caught.value)
    assert "s3cret" not in shown
    assert "topsecret" not in shown


def test_an_address_that_is_none_is_refused_at_once():
    with pytest.raises(SettingsError, match="https"):
        Webhook("ftp://example.com/")


@pytest.mark.parametrize(
    ("answer", "yes"),
    [(b"", True), (b"ok", True), (b"[1]", True), (b'{"code": 200}', True), (b'{"code": "0"}', True),
     (b'{"errcode": 0, "ok": false}', False), (b'{"success": true}', True),
     (b'{"code": null}', False)],
)  # fmt: skip
def test_reading_the_verdict_of_a_body(answer, yes):
    assert says_yes(answer) is yes


def test_the_console_writes_title_body_and_id():
    stream = io.StringIO()
    Console(stream)(notice(), None)
    assert "【黄色预警】云雀" in stream.getvalue()
    assert "n1" in stream.getvalue()


def test_a_console_that_is_gone_is_an_answer():
    stream = io.StringIO()
    stream.close()
    with pytest.raises(NotifyError):
        Console(stream)(notice(), None)


class Services:
    """Stands in for the class Apprise of the package of that name, which is an extra."""

    answers = True

    def __init__(self):
        self.urls, self.heard = [], []

    def add(self, url):
        self.urls.append(url)
        return "://" in url

    def notify(self, **given):
        self.heard.append(given)
        return self.answers


@pytest.fixture
def services(monkeypatch):
    monkeypatch.setitem(sys.modules, "apprise", SimpleNamespace(Apprise=Services))
    return Services


@pytest.mark.usefixtures("services")
@pytest.mark.parametrize("name", NOTIFIERS)
def test_every_notifier_can_be_built_from_settings(name):
    given = {
        "console": {},
        "email": {"host": "127.0.0.1", "sender": "a@b.example", "to": ["c@d.example"]},
        "apprise": {"urls": ["json://127.0.0.1/"]},
    }.get(name, {"url": "http://127.0.0.1/hook"})
    notifier = build(NOTIFIERS, {"use": name, "name": "duty", **given})
    assert notifier.name == "duty"
    assert load(NOTIFIERS, name).__doc__


def test_apprise_is_told_title_body_and_how_bad_it_is(services, monkeypatch):
    channel = Apprise(["json://h/"])
    channel(notice(level="red"), None)
    [heard] = channel._made.heard
    assert (heard["title"], heard["notify_type"]) == ("【黄色预警】云雀", "failure")
    assert "n1" in heard["body"]
    monkeypatch.setattr(services, "answers", None)
    with pytest.raises(NotifyError) as caught:
        channel(notice(), None)
    assert caught.value.retry


def test_apprise_refuses_what_it_does_not_know_without_telling_it(services):
    with pytest.raises(SettingsError, match="2") as caught:
        Apprise(["json://h/", "no-address-but-a-key"])
    assert "no-address" not in str(caught.value)


def test_apprise_that_is_not_installed_says_how(monkeypatch):
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(SettingsError, match=r"tingfeng\[apprise\]"):
        Apprise(["json://h/"])


def test_an_id_beyond_ascii_goes_through_a_header(robot):
    Webhook(robot.at + "/good")(notice("abc.opened.red.1.预警群~邮件"), None)
    assert unquote(robot.heard[0][1]["X-Tingfeng-Id"]) == "abc.opened.red.1.预警群~邮件"


def test_halves_of_surrogate_pairs_go_through(robot):
    Webhook(robot.at + "/good")(notice(title="坏\ud800的"), None)
    assert json.loads(robot.heard[0][2])["payload"]["summary"] == "坏?的"


def test_the_signature_is_what_the_docstring_verifies(robot):
    Webhook(robot.at + "/good", secret="s3cret")(notice(), None)
    [(_, headers, body)] = robot.heard
    source = textwrap.dedent(
        Webhook.__doc__.partition("::\n\n")[2].partition("\n\n    Accepted")[0]
    )
    given = {"hmac": hmac, "hashlib": hashlib}
    exec(source, given)
    assert given["genuine"](b"s3cret", headers, body, time.time())
    assert not given["genuine"](b"s3cret", headers, body + b" ", time.time())
    assert not given["genuine"](b"s3cret", headers, body, time.time() + 1000)


class Scripted:
    """Answers as told, then accepts."""

    def __init__(self, *answers, name="desk"):
        self.name, self.answers, self.heard, self.titles = name, list(answers), [], []

    def __call__(self, notice, incident):
        self.heard.append(notice.id)
        self.titles.append(notice.title)
        if self.answers and (answer := self.answers.pop(0)) is not None:
            raise answer


def busy():
    return NotifyError("忙", "busy", retry=True)


def refused():
    return NotifyError("不要", "refused", retry=False)


@pytest.fixture
def box(shelf):
    def queue(*ids, channel="desk"):
        for id in ids:
            shelf.queue[id] = notice(id, channel)
        return shelf

    return queue


def test_what_is_accepted_is_settled_and_not_sent_again(box):
    store, desk = box("a", "b"), Scripted()
    assert [one.id for one in deliver(store, [desk], NOW).delivered] == ["a", "b"]
    assert deliver(store, [desk], NOW).delivered == ()
    assert desk.heard == ["a", "b"]
    assert store.queue["a"].delivered_at == NOW
    assert store.queue["a"].attempts == 1


def test_a_busy_channel_is_tried_again_later_and_in_order(box):
    store, desk = box("a", "b"), Scripted(busy())
    report = deliver(store, [desk], NOW)
    assert ([one.id for one in report.retried], [one.id for one in report.resting]) == (
        ["a"], ["b"],
    )  # fmt: skip
    assert deliver(store, [desk], NOW + BACKOFF[0] / 2).delivered == ()
    assert len(deliver(store, [desk], NOW + BACKOFF[0]).delivered) == 2
    assert desk.heard == ["a", "a", "b"]


def test_a_refusal_is_not_repeated_and_stays_visible(box):
    store, desk = box("a", "b"), Scripted(refused())
    report = deliver(store, [desk], NOW)
    assert [one.id for one in report.given_up] == ["a"]
    assert [one.id for one in report.delivered] == ["b"]
    [lost] = undelivered(store)
    assert lost.attempts == -1
    assert "refused" in lost.failure


def test_patience_ends(box):
    store, desk = box("a"), Scripted(*[busy() for _ in range(99)])
    for hour in range(TRIES):
        report = deliver(store, [desk], NOW + timedelta(hours=hour))
    assert [one.id for one in report.given_up] == ["a"]
    assert store.queue["a"].attempts == -TRIES
    assert store.waiting() == []


def test_one_channel_does_not_hold_up_another(box):
    store = box("a")
    box("b", channel="duty")
    report = deliver(store, [Scripted(busy()), Scripted(name="duty")], NOW)
    assert [one.id for one in report.delivered] == ["b"]


def test_a_channel_that_is_not_configured_is_said(box):
    report = deliver(box("a"), [], NOW)
    assert "desk" in report.given_up[0].failure


def test_killed_after_the_answer_the_same_id_is_sent_once_more(box):
    store, desk = box("a"), Scripted()
    store.kill_after = 2  # the turn is taken, the message is said to go out, and goes
    with pytest.raises(store.Killed):
        deliver(store, [desk], NOW)
    store.kill_after = None
    assert deliver(store, [desk], NOW).delivered == ()  # the dead one's turn is not over
    deliver(store, [desk], NOW + timedelta(minutes=2))
    assert desk.heard == ["a", "a"]
    assert desk.titles == ["【黄色预警】云雀", "【可能重复】【黄色预警】云雀"]


def test_what_the_robot_heard_is_what_the_outbox_says(box, robot, incident):
    """Every message to every kind of robot, until nothing waits."""
    paths = ["/good", "/refuse", "/broken", "/moved", "/reset"]
    hooks = [Webhook(robot.at + path, name=path, timeout=1) for path in paths]
    store = None
    for path in paths:
        store = box(f"1{path}", f"2{path}", channel=path)
    for hour in range(2 * TRIES):
        deliver(store, hooks, NOW + timedelta(hours=hour))
    assert store.waiting() == []
    for told in store.queue.values():
        heard = [h for h in robot.heard if h[1]["X-Tingfeng-Id"] == told.id]
        assert len(heard) == abs(told.attempts)
        assert (told.delivered_at is not None) == (told.channel == "/good")
        assert (told.attempts < 0) == (told.channel != "/good")


@pytest.mark.parametrize("url", ["http://h:99999/", "http://h:x/", "ftp://h/"])
def test_an_address_that_cannot_be_reached_ever_is_refused_at_once(url):
    with pytest.raises(SettingsError, match="url"):
        Webhook(url)


@pytest.mark.parametrize("password", ["S3cr/etz", "12/S3cretz", "12?S3cretz", "12#S3cretz", "[S3cretz", "S3cr℀etz"])  # fmt: skip
@pytest.mark.parametrize("what", ["url", "proxy"])
def test_a_password_that_tears_an_address_apart_is_refused_and_not_told(password, what):
    given = {"url": "https://hook.example/x", what: f"http://me:{password}@relay.example:8080"}
    with pytest.raises(SettingsError, match="%2F") as error:
        Webhook(**given)
    shown = "".join(traceback.format_exception(error.value))
    assert not [piece for piece in ("S3cr", "etz", "12/", "12?", "12#") if piece in shown]


def test_an_at_sign_in_a_path_is_no_password(robot):
    Webhook("https://outlook.example.com:8443/webhook/a@b/IncomingWebhook/c")
    Webhook(f"{robot.at}/good?for=a@b.example")(notice(), None)


def test_name_and_password_of_an_address_log_in(robot):
    hook = Webhook(robot.at.replace("//", "//me:p%40ss%2Fword@") + "/good")
    hook(notice(), None)
    login = robot.heard[-1][1]["Authorization"]
    assert base64.b64decode(login.removeprefix("Basic ")) == b"me:p@ss/word"
    assert hook._address.scrub("p@ss/word p%40ss%2Fword") == "*** ***"


def test_what_http_cannot_carry_is_given_up_without_naming_it():
    hook = Webhook("http://127.0.0.1:9/", headers={"X-Key": "密钥"})
    with pytest.raises(NotifyError) as error:
        hook._post(b"{}", hook._signed(b"{}", "1"))
    assert not error.value.retry
    assert "密钥" not in str(error.value)
