"""What every part of the command line is made of: commands, and the options that many of them share."""

from __future__ import annotations

from pathlib import Path

from tingfeng.cli.usage import Parser


def shared(parser: Parser) -> None:
    """What every command takes."""
    parser.option("--settings", type=Path, metavar="FILE", zh="设置文件，默认 tingfeng.toml",
                  en="settings, by default tingfeng.toml")  # fmt: skip
    parser.option("--json", action="store_true", zh="输出一个 JSON 对象",
                  en="print one JSON object")  # fmt: skip
    parser.option("--lang", choices=("zh", "en"), zh="语言", en="language")


def filters(parser: Parser) -> None:
    """Which posts count; the same words in every command, and in every "how to see these posts"."""
    option = parser.option
    option("--brand", action="append", default=[], zh="品牌（可重复）", en="brand (repeatable)")
    option(
        "--platform", action="append", default=[], zh="平台（可重复）", en="platform (repeatable)"
    )
    option(
        "--since", metavar="WHEN", zh="起：7d、24h、2026-06-01 …", en="from: 7d, 24h, 2026-06-01 …"
    )
    option("--until", metavar="WHEN", zh="止（不含）", en="until (excluded)")
    option("--no-reposts", action="store_true", zh="不计转发", en="without reposts")
    option("--no-comments", action="store_true", zh="不计评论", en="without comments")
    option(
        "--no-suspected", action="store_true", zh="不计疑似水军", en="without suspected water army"
    )
    output(parser)


def output(parser: Parser) -> None:
    """Where an answer is written as a table."""
    parser.option("-o", "--output", type=Path, metavar="FILE", zh="写成 .xlsx 或 .csv",
                  en="write as .xlsx or .csv")  # fmt: skip


class Commands:
    """Adds commands to a parser; every leaf takes the shared options."""

    def __init__(self, parser: Parser, name: str) -> None:
        self.lang = parser.lang
        self.add = parser.add_subparsers(
            dest=name, required=True, metavar="COMMAND", parser_class=Parser
        )

    def group(self, name: str, zh: str, en: str) -> Parser:
        """A command that has commands of its own."""
        text = zh if self.lang == "zh" else en
        parser: Parser = self.add.add_parser(name, help=text, description=text)
        return parser

    def leaf(self, name: str, run: str, zh: str, en: str) -> Parser:
        """A command; *run* is ``module:function`` under ``tingfeng.cli``."""
        parser = self.group(name, zh, en)
        parser.set_defaults(run=f"tingfeng.cli.{run}")
        shared(parser)
        return parser
