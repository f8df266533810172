"""Mail to a server that takes it, refuses it, and goes away."""

from __future__ import annotations

import email
import socketserver
import ssl
import threading
from datetime import UTC, datetime
from email import policy

import pytest

from index.es.certificates import issue
from tingfeng import SHANGHAI, Notice, NotifyError, SettingsError
from tingfeng.alerts.email import Email


def notice(**changes):
    fields = {
        "id": "abc.opened.red.1.邮件", "channel": "邮件", "incident": "abc", "kind": "opened",
        "level": "red", "title": "【红色危机】云雀\ud800", "created_at": datetime(2026, 6, 12, 10, 10, tzinfo=SHANGHAI),
        "body": "事件 abc\n\n- <b>为什么</b> & **很重要**\n- 原文: [weibo:1](https://e.example/1?a=1&b=2)",
    }  # fmt: skip
    return Notice(**(fields | changes))


class Post(socketserver.StreamRequestHandler):
    """Says what ``server.says`` maps a command to, else yes."""

    def say(self, command, yes):
        answer = self.server.says.get(command, yes)
        if answer is None:
            self.connection.close()
            raise ConnectionResetError
        if answer == "silence":
            self.server.released.wait(10)
            raise ConnectionResetError
        self.wfile.write(f"{answer}\r\n".encode())
        return answer

    def setup(self):
        if self.server.tls is not None and not self.server.later:
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        super().setup()

    def finish(self):
        self.request.close()

    def secure(self):
        self.say("STARTTLS", "220 go on")
        self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        super().setup()

    def handle(self):
        self.say("HELLO", "220 post")
        self.talk()

    def talk(self):
        for raw in self.rfile:
            line = raw.decode().strip()
            command = line.partition(" ")[0].upper()
            if command == "EHLO":
                more = b"250-STARTTLS\r\n" if self.server.later else b""
                self.wfile.write(b"250-post\r\n" + more + b"250 AUTH PLAIN LOGIN\r\n")
            elif command == "STARTTLS":
                self.secure()
                self.talk()
                return
            elif command == "AUTH":
                self.server.logins.append((line, isinstance(self.request, ssl.SSLSocket)))
                self.say("AUTH", "235 come in")
            elif command == "RCPT":
                self.say(line[8:].strip("<>"), "250 ok")
            elif command == "DATA":
                if self.say("DATA", "354 go on").startswith("354"):
                    lines = iter(self.rfile.readline, b".\r\n")
                    self.server.mails.append(b"".join(lines))
                    self.say("END", "250 taken")
            else:
                self.say(command, "250 ok")


class Office(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, *_):
        """Doors are slammed here on purpose."""


@pytest.fixture
def post():
    server = Office(("127.0.0.1", 0), Post)
    server.says, server.mails, server.logins = {}, [], []
    server.released, server.tls, server.later = threading.Event(), None, False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.released.set()
    server.shutdown()
    thread.join()
    server.server_close()


def channel(post, **options):
    port = post.server_address[1]
    given = {"sender": "alerts@a.example", "to": ["pr@b.example", "ceo@b.example"], "tls": "none"}
    return Email("127.0.0.1", port=port, timeout=0.5, **(given | options))


def test_what_arrives(post):
    assert "pr@b.example, ceo@b.example" in channel(post).send(notice())
    mail = email.message_from_bytes(post.mails[0], policy=policy.default)
    assert mail["Subject"] == "【红色危机】云雀?"
    assert mail["To"] == "pr@b.example, ceo@b.example"
    words = mail.get_body(("plain",)).get_content()
    assert "weibo:1 https://e.example/1?a=1&b=2" in words
    assert "abc.opened.red.1.邮件" in words
    shown = mail.get_body(("html",)).get_content()
    assert "<li>&lt;b&gt;为什么&lt;/b&gt; &amp; <b>很重要</b></li>" in shown
    assert '<a href="https://e.example/1?a=1&amp;b=2">weibo:1</a>' in shown


def test_the_html_byte_for_byte(post):
    shown = channel(post).mail(notice(title="【红色危机】云雀")).get_body(("html",)).get_content()
    assert shown == (
        '<html><body><h3 style="color:#cf1322">【红色危机】云雀</h3>\n<p>事件 abc</p>\n\n'
        "<ul><li>&lt;b&gt;为什么&lt;/b&gt; &amp; <b>很重要</b></li>\n"
        '<li>原文: <a href="https://e.example/1?a=1&amp;b=2">weibo:1</a></li></ul>\n'
        '<p style="color:#8c8c8c;font-size:small">abc.opened.red.1.邮件</p></body></html>\n'
    )


def test_one_message_one_id_and_one_incident_one_thread(post):
    made = channel(post)
    first, again = made.mail(notice()), made.mail(notice(title="【可能重复】"))
    other = made.mail(notice(id="abc.raised.red.2.邮件"))
    assert first["Message-ID"] == again["Message-ID"] != other["Message-ID"]
    assert first["References"] == other["References"]
    assert first["Message-ID"].endswith("@a.example>")


@pytest.mark.parametrize(
    ("says", "retry", "unsure", "shown"),
    [
        ({"MAIL": "451 later"}, True, False, "451"),
        ({"MAIL": "550 no"}, False, False, "550"),
        ({"pr@b.example": "550 no", "ceo@b.example": "550 no"}, False, False, "550"),
        ({"pr@b.example": "450 grey", "ceo@b.example": "450 grey"}, True, False, "450"),
        ({"pr@b.example": "550 no"}, False, False, "pr@b.example"),
        ({"DATA": "552 too much"}, False, False, "552"),
        ({"HELLO": None}, True, False, "email"),
        ({"HELLO": "silence"}, True, False, "0.5 s"),
        ({"END": None}, True, True, "email"),
        ({"END": "silence"}, True, True, "0.5 s"),
    ],
)
def test_what_does_not_arrive(post, says, retry, unsure, shown):
    post.says = says
    with pytest.raises(NotifyError, match=shown) as caught:
        channel(post)(notice(), None)
    assert caught.value.retry is retry
    assert caught.value.unsure is unsure


def test_a_wrong_password_is_final_and_not_told(post):
    post.says = {"AUTH": "535 no"}
    made = channel(post, tls="ssl", user="alerts", password="s3cret-word")
    made._connected = channel(post)._connected  # the stand-in speaks no TLS
    with pytest.raises(NotifyError, match="授权码") as caught:
        made(notice(), None)
    assert not caught.value.retry
    assert "s3cret-word" not in str(caught.value) + repr(made)


@pytest.fixture(scope="session")
def papers(tmp_path_factory):
    """A folder with ``ca.crt`` and ``post/post.crt`` and ``.key`` for 127.0.0.1."""
    folder = tmp_path_factory.mktemp("papers")
    issue({"post": ["127.0.0.1"]}, authority=folder / "own", out=folder, public=folder / "all",
          now=datetime.now(UTC))  # fmt: skip
    return folder


@pytest.mark.parametrize("tls", ["ssl", "starttls"])
def test_the_password_goes_over_tls_to_who_can_be_trusted(post, papers, tls):
    post.tls, post.later = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), tls == "starttls"
    post.tls.load_cert_chain(papers / "post" / "post.crt", papers / "post" / "post.key")
    given = {"tls": tls, "user": "alerts", "password": "s3cret-word"}
    channel(post, ca=str(papers / "ca.crt"), **given)(notice(), None)
    [(_, secured)] = post.logins
    assert secured
    assert len(post.mails) == 1
    with pytest.raises(NotifyError, match="SSLCertVerificationError") as caught:
        channel(post, **given)(notice(), None)
    assert not caught.value.retry
    assert len(post.logins) == 1


def test_a_server_without_tls_gets_no_password(post):
    with pytest.raises(NotifyError) as caught:
        channel(post, tls="starttls", user="alerts", password="s3cret-word")(notice(), None)
    assert not caught.value.retry
    assert post.mails == []


@pytest.mark.parametrize(
    "wrong",
    [{"tls": "none", "password": "x"}, {"tls": "tls"}, {"to": []}, {"to": ["nobody"]},
     {"sender": "a@b.example\nBcc: c@d.example"}],
)  # fmt: skip
def test_what_cannot_be_sent_is_refused_at_once(post, wrong):
    with pytest.raises(SettingsError):
        channel(post, **wrong)
