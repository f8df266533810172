"""Words typed by a person. Commands stand in :mod:`tingfeng.cli.parser`, one function each."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from tingfeng.core.errors import TingfengError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command: 0 fine, 1 a message says what is wrong, 2 wrong usage, 130 Ctrl-C.

    The only place that turns an error into an exit code.
    """
    from tingfeng.cli.parser import parse
    from tingfeng.cli.screen import Screen
    from tingfeng.core.plugins import load

    args = parse(sys.argv[1:] if argv is None else argv)
    screen = Screen(lang=args.lang or "zh", json=args.json)
    try:
        return int(load({}, args.run)(args, screen) or 0)
    except TingfengError as error:
        screen.fault(error.message)
        screen.answer({"error": error.into(screen.lang)})
        return 1
    except KeyboardInterrupt:
        screen.stopped()
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 0
