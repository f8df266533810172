"""Messages by mail, one thread an incident."""

from __future__ import annotations

import html
import re
import smtplib
import ssl
from collections.abc import Sequence
from contextlib import suppress
from email.headerregistry import Address as Mailbox
from email.message import EmailMessage
from hashlib import blake2b
from typing import Literal

from tingfeng import Incident, Level, Notice, NotifyError, SettingsError
from tingfeng.alerts.cutting import plain
from tingfeng.alerts.posting import Deadline

PORTS = {"ssl": 465, "starttls": 587, "none": 25}

COLOURS: dict[Level, str] = {
    "blue": "#1677ff", "yellow": "#d48806", "orange": "#d4380d", "red": "#cf1322",
}  # fmt: skip

_LINK = re.compile(r"\[([^\[\]\n]*)\]\((https?://[^()\s]*)\)")


class Email:
    """Sends mail through *host*, as plain text and HTML, to all of *to*.

    *tls*: ``ssl`` from the first byte (port 465), ``starttls`` (587), or ``none`` (25), which is
    refused together with a *password*. A notice has the same Message-ID whenever it is sent, so
    that mail systems know a second copy, and answers to the first one of its incident.
    """

    name = "email"

    def __init__(
        self,
        host: str,
        *,
        sender: str,
        to: Sequence[str],
        user: str = "",
        password: str = "",
        tls: Literal["ssl", "starttls", "none"] = "ssl",
        port: int | None = None,
        ca: str = "",
        timeout: float = 20.0,
        name: str = "email",
    ) -> None:
        if tls not in PORTS or (tls == "none" and password):
            raise SettingsError(
                f"{name} 的 tls 只能是 ssl、starttls 或 none；有密码时不能是 none",
                f"tls of {name} is ssl, starttls or none; and not none where there is a password",
            )
        people = [to] if isinstance(to, str) else list(to)
        if not people or not all(_is_mailbox(one) for one in [sender, *people]):
            raise SettingsError(
                f"{name} 的 sender 和 to 要写成邮箱地址，to 至少一个",
                f"sender and to of {name} must be mail addresses, to at least one",
            )
        self.name = name
        self.robot = f"{name} {host}"
        self.longest = timeout
        self._host, self._port, self._tls, self._ca = host, port or PORTS[tls], tls, ca
        self._user, self._password = user, password
        self._sender, self._to, self._timeout = sender, people, timeout

    def __repr__(self) -> str:
        return f"Email(name={self.name!r}, host={self._host!r})"

    def __call__(self, notice: Notice, incident: Incident | None) -> None:
        self.send(notice)

    def send(self, notice: Notice) -> str:
        """Deliver; what the server answered."""
        mail = self.mail(notice)
        session = _Session()
        deadline = Deadline(session, self._timeout)
        try:
            with deadline:
                session.server = self._connected()
                self._introduced(session.server)
                if deadline.passed:
                    raise TimeoutError
                session.speaking = True
                turned_down = session.server.send_message(mail)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            late = deadline.passed or isinstance(error, TimeoutError)
            raise self._explained(error, late=late, unsure=session.speaking) from None
        finally:
            session.close()
        if turned_down:
            raise self._partly(turned_down)
        return f"{self._host} 已收下 (took it): {', '.join(self._to)}"

    def mail(self, notice: Notice) -> EmailMessage:
        """The message, but for what the server adds."""
        mail = EmailMessage()
        mail["From"], mail["To"] = self._sender, ", ".join(self._to)
        mail["Subject"] = " ".join(_sound(notice.title).split())
        mail["Date"] = notice.created_at
        mail["Message-ID"] = _message_id(notice.id, self._sender)
        thread = _message_id(notice.incident, self._sender)
        mail["References"] = thread
        mail["In-Reply-To"] = thread
        mail["Auto-Submitted"] = "auto-generated"
        words = _sound(f"{plain(notice.body)}\n\n[{notice.id}]\n")
        mail.set_content(words)
        mail.add_alternative(_html(notice), subtype="html")
        return mail

    def _connected(self) -> smtplib.SMTP:
        if self._tls == "ssl":
            return smtplib.SMTP_SSL(
                self._host, self._port, timeout=self._timeout, context=self._context()
            )
        return smtplib.SMTP(self._host, self._port, timeout=self._timeout)

    def _introduced(self, server: smtplib.SMTP) -> None:
        if self._tls == "starttls":
            server.starttls(context=self._context())
        if self._user:
            server.login(self._user, self._password)

    def _context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._ca or None)

    def _partly(self, turned_down: dict[str, tuple[int, bytes]]) -> NotifyError:
        """Some got it: sent again, they would get it twice."""
        names = ", ".join(sorted(turned_down))
        return NotifyError(
            f"{self.name}：{names} 被邮件服务器拒收，其余人已收到",
            f"{self.name}: the mail server refused {names}; the others got it",
            retry=False,
        )

    def _explained(self, error: Exception, *, late: bool, unsure: bool) -> NotifyError:
        if late:
            return NotifyError(
                f"{self.name} 在 {self._timeout:g} 秒内没有答完",
                f"{self.name} did not answer within {self._timeout:g} s",
                retry=True,
                unsure=unsure,
            )
        if isinstance(error, smtplib.SMTPAuthenticationError):
            return NotifyError(
                f"{self.name}：邮件服务器不认这个用户名或密码（多数邮箱要用授权码）",
                f"{self.name}: the mail server does not know this user or password (many want a "
                "code made for programs)",
                retry=False,
            )
        codes = _codes(error)
        kind = f"{type(error).__name__}{' ' if codes else ''}{' '.join(map(str, codes))}"
        final = (ssl.SSLCertVerificationError, ValueError, smtplib.SMTPNotSupportedError)
        certain = isinstance(error, final) or any(code >= 500 for code in codes)
        return NotifyError(
            f"{self.name} 没有发出（{kind}）",
            f"{self.name} was not sent ({kind})",
            retry=not certain,
            unsure=unsure and not codes and not certain,
        )


class _Session:
    """What a deadline cuts: the server that is being spoken to, as soon as there is one."""

    server: smtplib.SMTP | None = None
    speaking = False

    @property
    def sock(self) -> object:
        return getattr(self.server, "sock", None)

    def close(self) -> None:
        if self.server is not None:
            with suppress(OSError, smtplib.SMTPException):
                self.server.close()


def _codes(error: Exception) -> list[int]:
    """What the server answered: of a refusal by all, that of each."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return sorted({code for code, _ in error.recipients.values()})
    code = getattr(error, "smtp_code", None)
    return [code] if isinstance(code, int) and code > 0 else []


def _message_id(name: str, sender: str) -> str:
    digest = blake2b(name.encode("utf-8", "replace"), digest_size=16).hexdigest()
    return f"<tingfeng.{digest}@{sender.rpartition('@')[2]}>"


def _html(notice: Notice) -> str:
    lines = []
    for text in notice.body.split("\n"):
        words = html.escape(text.removeprefix("- "))
        words = _LINK.sub(r'<a href="\2">\1</a>', words)
        words = re.sub(r"\*\*([^*\n]+)\*\*", r"<b>\1</b>", words)
        tag = "li" if text.startswith("- ") else "p"
        lines.append(f"<{tag}>{words}</{tag}>" if words.strip() else "")
    listed = re.sub(
        r"(?:<li>.*</li>\n?)+", lambda run: f"<ul>{run.group().strip()}</ul>\n", "\n".join(lines)
    )
    return _sound(
        f'<html><body><h3 style="color:{COLOURS[notice.level]}">{html.escape(notice.title)}</h3>\n'
        + listed.strip()
        + f'\n<p style="color:#8c8c8c;font-size:small">{html.escape(notice.id)}</p></body></html>\n'
    )


def _sound(text: str) -> str:
    """Without halves of surrogate pairs, which no mail can carry."""
    return text.encode("utf-8", "replace").decode()


def _is_mailbox(text: str) -> bool:
    try:
        return bool(Mailbox(addr_spec=text).domain) and text.isprintable()
    except (ValueError, IndexError, AttributeError, TypeError):
        return False
