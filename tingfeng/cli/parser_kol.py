"""Commands about creators: who is stored by name, by what right, and what people say of them."""

from __future__ import annotations

from pathlib import Path

from tingfeng.cli.commands import Commands
from tingfeng.cli.parser_kol_fit import fitting
from tingfeng.cli.usage import Parser, at_least


def choosing(commands: Commands) -> None:
    """kol: creators, KOL and KOC."""
    kol = Commands(commands.group("kol", "达人（KOL/KOC）：与谁合作、为什么不", "creators: whom to work with, and why not"), "action")  # fmt: skip
    _importing(kol)
    _saying(kol)
    _listing(kol)
    fitting(kol)


def _importing(kol: Commands) -> None:
    taking = kol.leaf("import", "kol_import:import_files", "导入授权来源的达人资料（星图、蒲公英、千瓜、新榜、蝉妈妈、刊例）",
                      "take in creators from authorised sources (exports of marketplaces and data vendors, media kits)")  # fmt: skip
    option = taking.option
    option("files", nargs="+", type=Path, metavar="FILE", zh=".csv .xlsx .json .jsonl，可为 .gz .zip",
           en=".csv .xlsx .json .jsonl, also in .gz or .zip")  # fmt: skip
    option("--works", action="store_true", zh="这些文件是达人自己的作品：只收作者已在库的行",
           en="the files are creators' own posts: only rows whose author is a stored creator come in")  # fmt: skip
    option("--map", type=Path, metavar="TOML", zh="列映射", en="a mapping of the columns")
    option("--suggest", action="store_true", zh="不导入，起草一份列映射", en="take nothing in, draft a mapping")  # fmt: skip
    option("--source", metavar="NAME", zh="来源，默认从列名认出：xingtu pugongying qiangua xinbang chanmama kit mediacrawler",
           en="the source, by default told from the columns: xingtu pugongying qiangua xinbang chanmama kit mediacrawler")  # fmt: skip
    option("--platform", metavar="NAME", zh="平台，列里没有时必填", en="the platform, needed where no column names it")  # fmt: skip
    option("--basis", metavar="BASIS", zh="合法性基础：platform kit contract consent public，默认按来源",
           en="lawful basis: platform kit contract consent public; by default the source's")  # fmt: skip
    option("--date", metavar="DATE", zh="数据日期，默认用日期列，再用文件日期", en="date of the data; by default a column's, else the file's")  # fmt: skip
    option("--expires", metavar="DAYS|DATE", zh="数据日期后保存多少天，或到哪天；默认 [kol] keep_days",
           en="days to keep after the date of the data, or the day; by default [kol] keep_days")  # fmt: skip


def _saying(kol: Commands) -> None:
    link = kol.leaf("link", "kol_entries:link", "声明两个账号属于同一位达人", "say that two accounts are one creator's")  # fmt: skip
    link.option("one", metavar="KEY", zh="平台:编号", en="platform:id")
    link.option("other", metavar="KEY", zh="另一个账号", en="the other account")
    link.option("--undo", action="store_true", zh="撤销", en="take it back")
    _by(link)
    risk = kol.leaf("risk", "kol_entries:risk", "记录一次风险事件，必须附证据", "note a risk event, with what shows it")  # fmt: skip
    _key(risk)
    risk.option("kind", metavar="KIND", zh="类别：违法失德 翻车 虚假宣传 …", en="its kind: 违法失德 翻车 虚假宣传 …")  # fmt: skip
    risk.option("--severity", type=at_least(1), required=True, metavar="1-5", zh="严重程度，5 是违法失德", en="how severe, 5 is a breach of law")  # fmt: skip
    risk.option("--proof", metavar="POST|URL", zh="证据：库里的帖子 平台:id，或网址（必填）", en="what shows it: a stored post, platform:id, or an address (needed)")  # fmt: skip
    risk.option("--on", metavar="DATE", zh="发生日期", en="when it happened")
    risk.option("--comment", metavar="TEXT", zh="说明", en="in words")
    _by(risk)
    objecting = kol.leaf("object", "kol_entries:object_", "达人提出反对：删除其全部资料，以后也不再收入",
                         "a creator objects: remove all that is kept, and take in nothing again")  # fmt: skip
    _key(objecting)
    objecting.option("--posts", action="store_true", zh="连同其帖子一起删除（否则帖子保留为匿名）", en="their posts too (else these stay, without a name)")  # fmt: skip
    objecting.option("--reason", metavar="TEXT", default="", zh="理由，记入删除记录；不要写姓名", en="why, for the audit; write no names")  # fmt: skip
    objecting.option("--yes", action="store_true", zh="不再确认", en="do not ask")
    _by(objecting)


def _listing(kol: Commands) -> None:
    listed = kol.leaf("list", "kol_list:list_creators", "列出在库达人、来源、依据与到期日", "list stored creators: source, basis, expiry")  # fmt: skip
    listed.option("keys", nargs="*", metavar="KEY", zh="只看这些；每项都显示来源", en="only these, each field with its source")  # fmt: skip
    listed.option("--platform", metavar="NAME", zh="只看一个平台", en="of one platform")
    listed.option("--limit", type=at_least(1), default=50, zh="最多几位", en="at most")


def _key(parser: Parser) -> None:
    parser.option("key", metavar="KEY", zh="达人账号，平台:编号", en="the creator's account, platform:id")  # fmt: skip


def _by(parser: Parser) -> None:
    parser.option("--by", metavar="NAME", zh="谁说的，默认 [label] by", en="who says so, by default [label] by")  # fmt: skip
