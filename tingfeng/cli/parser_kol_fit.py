"""Commands about fit: score, explain, compare, matrix, campaign, watch."""

from __future__ import annotations

import argparse
from pathlib import Path

from tingfeng.cli.commands import Commands, output
from tingfeng.cli.usage import Parser, at_least

PRESETS = ("种草", "曝光", "转化", "口碑")


def fitting(kol: Commands) -> None:
    """Whom to work with."""
    score = kol.leaf("score", "kol_score:score", "给在库达人打分：契合、风险、性价比，各带区间",
                     "score stored creators: fit, risk and price, each with an interval")  # fmt: skip
    score.option("keys", nargs="*", metavar="KEY", zh="只看这些（平台:编号），默认全部", en="only these (platform:id), by default all")  # fmt: skip
    score.option("--platform", metavar="NAME", zh="只看一个平台", en="of one platform")
    score.option("--top", type=at_least(1), default=20, zh="屏幕上最多几位（写文件时不限）", en="at most on the screen (no limit for a file)")  # fmt: skip
    score.option("--by", dest="order", choices=("value", "low"), default="value", zh="按得分或按区间下限排", en="order by score, or by the lower end of its interval")  # fmt: skip
    _wishes(score)
    output(score)
    explain = kol.leaf("explain", "kol_explain:explain", "为什么是这个分：逐项依据、什么会改变它、还不知道什么",
                       "why this score: evidence of every part, what would change it, what is not known")  # fmt: skip
    explain.option("key", metavar="KEY", zh="达人账号，平台:编号", en="the creator's account, platform:id")  # fmt: skip
    explain.option(
        "--html", type=Path, metavar="FILE", zh="另存一页卡片", en="write a card as well"
    )
    _wishes(explain)
    output(explain)
    compare = kol.leaf("compare", "kol_explain:compare", "几位达人逐项对比", "creators side by side, part by part")  # fmt: skip
    compare.option("keys", nargs="+", metavar="KEY", zh="两位以上", en="two or more")
    _wishes(compare)
    output(compare)
    _matrix(kol)
    _campaign(kol)
    watch = kol.leaf("watch", "kol_watch:watch", "名单上的达人自上次以来有什么变化",
                     "what changed since the last look at the creators of a list")  # fmt: skip
    watch.option("keys", nargs="*", metavar="KEY", zh="名单；不写则沿用这个名单上次的", en="the list; by default as it was last time")  # fmt: skip
    watch.option("--list", dest="name", default="default", metavar="NAME", zh="名单的名字", en="name of the list")  # fmt: skip
    watch.option("--days", type=at_least(1), default=14, zh="几天内到期的资料要提醒", en="tell of data that expire within so many days")  # fmt: skip
    _wishes(watch)
    output(watch)


def _matrix(kol: Commands) -> None:
    matrix = kol.leaf("matrix", "kol_matrix:matrix", "按预算组一份达人矩阵：去重后触达最多的人",
                      "a matrix of creators for a budget: the most people, each counted once")  # fmt: skip
    option = matrix.option
    option("--budget", type=amount, required=True, metavar="AMOUNT", zh="预算，如 300000 或 30万", en="the budget, as 300000 or 30万")  # fmt: skip
    option("--size", type=at_least(1), default=30, zh="最多几位", en="at most so many")
    option("--tier", action="append", default=[], metavar="TIER=N|N-M", zh="层级名额（可重复）：head=1-2 waist=5- koc=-10",
           en="quota of a tier (repeatable): head=1-2 waist=5- koc=-10")  # fmt: skip
    option("--per-agency", type=at_least(1), default=1, zh="同一 MCN 最多几位", en="at most so many of one agency")  # fmt: skip
    option(
        "--per-category", type=at_least(1), zh="同一领域最多几位", en="at most so many of one field"
    )
    option("--rivals", type=at_least(0), default=0, zh="90 天内为竞品发过内容的最多几位", en="at most so many who posted for a competitor within 90 days")  # fmt: skip
    option("--overlap", type=share, default=0.4, metavar="SHARE", zh="两位受众重合的上限", en="most overlap of two audiences")  # fmt: skip
    option("--with", dest="chosen", action="append", default=[], metavar="KEY", zh="一定要的（可重复）", en="taken in any case (repeatable)")  # fmt: skip
    option("--without", action="append", default=[], metavar="KEY", zh="一定不要的（可重复）", en="left out (repeatable)")  # fmt: skip
    option("--what-if", action="append", default=[], metavar="CHANGE", zh="假如（可重复）：budget=500000 without=平台:编号 with=平台:编号 size=10",
           en="what if (repeatable): budget=500000 without=platform:id with=platform:id size=10")  # fmt: skip
    _wishes(matrix)
    output(matrix)


def _campaign(kol: Commands) -> None:
    campaign = kol.leaf("campaign", "kol_campaign:campaign", "合作之后：入选达人带来了多少提及，带区间",
                        "after a campaign: mentions that the chosen creators brought, with intervals")  # fmt: skip
    campaign.option("keys", nargs="+", metavar="KEY", zh="入选的达人", en="the chosen creators")
    campaign.option("--since", required=True, metavar="WHEN", zh="合作开始", en="when it began")
    campaign.option(
        "--until", metavar="WHEN", zh="到，默认最新一帖", en="until, by default the newest post"
    )
    campaign.option("--weeks", type=at_least(3), default=4, zh="与之前几个整周比", en="compare with so many whole weeks before")  # fmt: skip
    _wishes(campaign)
    output(campaign)


def _wishes(parser: Parser) -> None:
    """What the brand asks for; everything can stand in kol.toml too."""
    option = parser.option
    option("--target", type=Path, metavar="TOML", zh="要求，默认设置旁的 kol.toml", en="what is asked for, by default kol.toml beside the settings")  # fmt: skip
    option("--brand", metavar="NAME", zh="品牌，默认设置里第一个", en="the brand, by default the first of the settings")  # fmt: skip
    option("--preset", choices=PRESETS, zh="目标：种草 曝光 转化 口碑", en="objective: 种草 seeding, 曝光 reach, 转化 sales, 口碑 reputation")  # fmt: skip
    option("--category", action="append", default=[], metavar="FIELD", zh="领域（可重复）", en="field (repeatable)")  # fmt: skip
    option("--keyword", action="append", default=[], metavar="WORD", zh="关键词（可重复，五个以上够用）", en="keyword (repeatable, five say enough)")  # fmt: skip
    option("--like", action="append", default=[], metavar="KEY", zh="喜欢的达人（可重复，三位够用）", en="a creator that you like (repeatable, three say enough)")  # fmt: skip
    option("--own", action="append", default=[], metavar="KEY", zh="品牌自己的账号（可重复）", en="an account of the brand (repeatable)")  # fmt: skip
    option("--want", action="append", default=[], metavar="DIM:GROUP=SHARE", zh="目标受众（可重复）：gender:female=0.8",
           en="wanted audience (repeatable): gender:female=0.8")  # fmt: skip
    option("--form", metavar="FORM", zh="合作形式：image video …，默认最便宜的", en="piece of work: image video …, by default the cheapest")  # fmt: skip
    option("--refit", action="store_true", zh="重新拟合参照曲线和候选池", en="fit the reference curves and the pool again")  # fmt: skip


def amount(text: str) -> float:
    """``30万`` is 300000."""
    number, times = (text[:-1], 10_000) if text.endswith(("万", "w", "W")) else (text, 1)
    try:
        value = float(number.replace(",", "")) * times
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e15:
        raise argparse.ArgumentTypeError(f"{text!r}: 300000, 30万")
    return value


def share(text: str) -> float:
    """``0.4`` or ``40%``."""
    try:
        value = float(text.rstrip("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text!r}: 0.4, 40%")
    return value
