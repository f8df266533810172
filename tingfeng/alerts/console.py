"""Messages to a terminal, or to any text stream."""

from __future__ import annotations

import sys
from typing import TextIO

from tingfeng import Incident, Notice, NotifyError


class Console:
    """Writes each notice to *stream* (standard output)."""

    name = "console"
    longest = 5.0

    def __init__(self, stream: TextIO | None = None, *, name: str = "console") -> None:
        self.name = name
        self._stream = stream

    def __call__(self, notice: Notice, incident: Incident | None) -> None:
        stream = self._stream or sys.stdout
        try:
            stream.write(f"{notice.title}\n{notice.body}\n[{notice.id}]\n\n")
            stream.flush()
        except (OSError, ValueError, UnicodeEncodeError) as error:
            raise NotifyError(
                f"写不到终端：{error}", f"cannot write to the console: {error}", retry=False
            ) from error
