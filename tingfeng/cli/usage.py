"""What argparse says, in the user's language; numbers that make sense."""

from __future__ import annotations

import argparse
import math
import re
import sys
from collections.abc import Callable
from typing import NoReturn

from tingfeng.core.message import Message

_HEADS = {
    "usage: ": "用法：",
    "positional arguments:": "参数：",
    "options:": "选项：",
}

_ERRORS = {
    r"^argument ([^:]+): ": r"\1：",
    r"the following arguments are required: (.+)": r"缺少 \1",
    r"unrecognized arguments: (.+)": r"认不得 \1",
    r"invalid choice: (\S+) \(choose from (.+)\)": r"没有 \1，可选 \2",
    r"invalid int value: (.+)": r"\1 不是整数",
    r"invalid float value: (.+)": r"\1 不是数",
    r"expected one argument": "后面要有一个值",
    r"expected at least one argument": "后面至少要有一个值",
    r"ambiguous option: (\S+) could match (.+)": r"\1 不明确，可能是 \2",
    r"ignored explicit argument (.+)": r"不接受值 \1",
}
"""Messages of argparse (3.11 to 3.13), none of which it translates without a gettext catalogue."""


class Parser(argparse.ArgumentParser):
    """An argument parser that speaks the user's language."""

    lang = "zh"

    def __init__(self, **rest: object) -> None:
        super().__init__(**{**rest, "add_help": False})  # type: ignore[arg-type]
        self.option("-h", "--help", action="help", zh="显示这份说明", en="show this and exit")

    def option(self, *names: str, zh: str, en: str, **rest: object) -> None:
        """Add an option whose help stands in both languages."""
        self.add_argument(*names, help=zh if self.lang == "zh" else en, **rest)  # type: ignore[arg-type]

    def format_usage(self) -> str:
        """How the command is written."""
        return self._spoken(super().format_usage())

    def format_help(self) -> str:
        """The whole help."""
        return self._spoken(super().format_help())

    def error(self, message: str) -> NoReturn:
        """End the program with exit code 2."""
        self.print_usage(sys.stderr)
        if self.lang == "en":
            self.exit(2, f"{self.prog}: error: {message}\n")
        for pattern, zh in _ERRORS.items():
            message = re.sub(pattern, zh, message)
        self.exit(2, f"{self.prog}：用法不对：{message}\n")

    def _spoken(self, text: str) -> str:
        if self.lang == "zh":
            for en, zh in _HEADS.items():
                text = re.sub(rf"^{en}", zh, text, flags=re.MULTILINE)
        return text


def at_least(least: int) -> Callable[[str], int]:
    """A whole number that is not smaller."""

    def read(text: str) -> int:
        number = int(text)
        if number < least:
            raise _refused(text, least)
        return number

    read.__name__ = "int"  # argparse says "invalid int value"
    return read


def seconds(text: str) -> float:
    """A time to wait: no busy loop, and not forever."""
    number = float(text)
    if not (math.isfinite(number) and number >= 0.01):
        raise _refused(text, 0.01)
    return number


seconds.__name__ = "float"


def _refused(text: str, least: float) -> argparse.ArgumentTypeError:
    return argparse.ArgumentTypeError(
        f"{text} 太小或没有意义，至少 {least:g}"
        if Parser.lang == "zh"
        else f"{text} is too small or makes no sense: at least {least:g}"
    )


LABEL_WORDS = {"负面": "negative", "中性": "neutral", "正面": "positive", "不确定": "uncertain"}
JUDGED_WORDS = {"负面": "negative", "中性": "neutral", "正面": "positive", "不是品牌": "not_brand",
                "负": "negative", "中": "neutral", "正": "positive"}  # fmt: skip
JUDGED_NAMES = {
    "negative": Message("负面", "negative"), "neutral": Message("中性", "neutral"),
    "positive": Message("正面", "positive"), "uncertain": Message("不确定", "uncertain"),
    "not_brand": Message("不是品牌", "not the brand"),
}  # fmt: skip
KIND_WORDS = {"帖子": "post", "评论": "comment", "转发": "repost", "评价": "review", "文章": "article",
              "热榜": "hot"}  # fmt: skip


def called(words: dict[str, str]) -> Callable[[str], str]:
    """An argument that may be typed as answers print it: 负面 for negative."""

    def read(text: str) -> str:
        return words.get(text, text)

    return read
