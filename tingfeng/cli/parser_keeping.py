"""Commands about what must not, or no longer, be kept: forget, retention."""

from __future__ import annotations

from tingfeng.cli.commands import Commands, output
from tingfeng.cli.usage import Parser, at_least


def keeping(commands: Commands) -> None:
    """forget: people who asked; retention: posts that are too old."""
    forget = commands.leaf("forget", "forget:forget", "按要求删除某人的全部内容，以后也不再收入",
                           "remove all of one person, and take in nothing of theirs again")  # fmt: skip
    forget.option("--author", action="append", default=[], metavar="ID",
                  zh="平台上的作者编号；来源只有昵称时写昵称（可重复，两个都写最稳妥）",
                  en="the platform's id of the author, or the nickname where a source has no id (repeatable; best give both)")  # fmt: skip
    forget.option("--platform", metavar="NAME", zh="哪个平台，和 --author 一起写", en="of which platform, with --author")  # fmt: skip
    forget.option("--hash", action="append", default=[], metavar="HASH", zh="库里的作者假名（可重复）",
                  en="pseudonym of an author in the store (repeatable)")  # fmt: skip
    forget.option("--post", action="append", default=[], metavar="KEY", zh="单独一帖，平台:id（可重复）",
                  en="a single post, platform:id (repeatable)")  # fmt: skip
    forget.option("--reason", default="", zh="理由，记入删除记录；不要写姓名", en="why, for the audit; write no names")  # fmt: skip
    _who(forget)
    forget.option("--list", action="store_true", zh="列出删除记录", en="show the audit")
    output(forget)
    retention = commands.leaf("retention", "forget:retention", "删除超过保存期限的帖子（[store] keep_days）",
                              "remove posts older than they are kept ([store] keep_days)")  # fmt: skip
    retention.option("--keep-days", type=at_least(1), metavar="N", zh="保存多少天，默认按设置",
                     en="days to keep, by default as set")  # fmt: skip
    _who(retention)


def _who(parser: Parser) -> None:
    parser.option("--by", metavar="NAME", zh="谁删除的，默认 [label] by", en="who removes, by default [label] by")  # fmt: skip
    parser.option("--yes", action="store_true", zh="不再确认", en="do not ask")
