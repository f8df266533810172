"""One key an answer: from a terminal without Enter, from a pipe a line each."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Literal, Self, TextIO

from tingfeng.core.correction import Judged

Move = Judged | Literal["skip", "undo", "quit", "unknown"]

KEYS: dict[str, Move] = {
    "p": "positive", "正": "positive", "n": "neutral", "中": "neutral", "g": "negative",
    "负": "negative", "x": "not_brand", "不": "not_brand", "s": "skip", "跳": "skip", "u": "undo",
    "撤": "undo", "q": "quit", "退": "quit",
}  # fmt: skip
"""By the first character: 负 and 负面 are one answer."""

WORDS: dict[str, Move] = {
    "positive": "positive", "pos": "positive", "neutral": "neutral", "neu": "neutral",
    "negative": "negative", "neg": "negative", "not_brand": "not_brand", "skip": "skip",
    "undo": "undo", "quit": "quit",
}  # fmt: skip
"""What a script may write in full: ``negative`` begins like ``neutral``."""

END = ("\x03", "\x04", "\x1b")
"""Ctrl-C, Ctrl-D and Escape end a session on a terminal."""


def move(text: str) -> Move:
    """What *text* asks for."""
    typed = text.strip().lower()
    return WORDS.get(typed) or KEYS.get(typed[:1], "unknown")


class Keys:
    """Answers from *stream*. As a context manager it gives the terminal back as it was."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._before: list[Any] | None = None

    def __enter__(self) -> Self:
        if self._stream.isatty():
            try:
                import termios
                import tty
            except ImportError:  # no such terminal on Windows: an answer ends with Enter there
                return self
            self._before = termios.tcgetattr(self._stream)
            tty.setcbreak(self._stream, termios.TCSANOW)  # keeps what was typed ahead
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._before is not None:
            import termios

            termios.tcsetattr(self._stream, termios.TCSANOW, self._before)

    def read(self) -> Move | None:
        """The next answer; ``None`` at the end. Empty lines are passed over."""
        if self._before is not None:
            key = self._stream.read(1)
            return None if not key or key in END else move(key)
        for line in self._stream:
            if line.strip():
                return move(line)
        return None
