"""Words typed by a person. Commands stand in :mod:`tingfeng.cli.parser`, one function each."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Sequence
from io import TextIOWrapper
from typing import TYPE_CHECKING, NoReturn

from tingfeng.core.errors import TingfengError
from tingfeng.core.message import Message

if TYPE_CHECKING:
    from tingfeng.cli.screen import Screen


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command: 0 fine, 1 a message says what is wrong, 2 wrong usage, 130 Ctrl-C, 143 SIGTERM.

    The only place that turns an error into an exit code.
    """
    from tingfeng.cli.parser import parse
    from tingfeng.cli.screen import Screen
    from tingfeng.core.plugins import load

    for stream in (sys.stdout, sys.stderr):  # a console of another encoding must not end a command
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    args = parse(sys.argv[1:] if argv is None else argv)
    screen = Screen(lang=args.lang or "zh", json=args.json)
    try:
        _terminable()
        code = int(load({}, args.run)(args, screen) or 0)
        sys.stdout.flush()  # here, where a reader that has gone is no fault
        return code
    except TingfengError as error:
        screen.fault(error.message)
        screen.answer({"error": error.into(screen.lang)})
        return 1
    except KeyboardInterrupt as stop:
        screen.stopped()
        screen.answer({"stopped": True})
        return 143 if isinstance(stop, _Terminated) else 130
    except BrokenPipeError:  # the reader, say `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return _refused(error, screen)


class _Terminated(KeyboardInterrupt):
    """SIGTERM: what service managers and ``docker stop`` send."""


def _terminable() -> None:
    """Let SIGTERM end a command as cleanly as Ctrl-C: without it, its worker processes lived on."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _terminate)


def _terminate(*_: object) -> NoReturn:
    raise _Terminated


def _refused(error: OSError, screen: Screen) -> int:
    """What the machine would not do, with the file it is about."""
    where, why = error.filename or "", error.strerror or str(error)
    told = Message(
        f"{where} 无法读写：{why}。请检查路径、权限和磁盘空间",
        f"cannot read or write {where}: {why}; check path, permissions and disk space",
    )
    screen.fault(told)
    screen.answer({"error": told.into(screen.lang)})
    return 1
