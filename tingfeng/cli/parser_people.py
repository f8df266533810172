"""Commands about what people say of readings: score, label, train, calibrate, model."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from tingfeng import Kind
from tingfeng.cli.commands import Commands, output
from tingfeng.cli.usage import JUDGED_WORDS, KIND_WORDS, Parser, at_least, called
from tingfeng.core.correction import JUDGED


def scoring(commands: Commands) -> None:
    """score: how well an engine reads what people labelled."""
    score = Commands(
        commands.group("score", "用自己的标注给引擎评分", "score an engine on your own labels"),
        "of",
    )
    for name, zh, en in (
        ("mentions", "品牌提及：列 text brand start is_brand stance，可有 ad",
         "mentions of brands: columns text brand start is_brand stance, and ad if there"),
        ("texts", "整段文字：列 text label", "whole texts: columns text label"),
    ):  # fmt: skip
        one = score.leaf(name, f"score:{name}", zh, en)
        one.option("file", type=Path, metavar="FILE", zh="csv tsv jsonl xlsx gz", en="csv tsv jsonl xlsx gz")  # fmt: skip
        one.option("--engine", metavar="NAME", zh="auto linear encoder cascade huggingface llm，默认按设置（auto）",
                   en="auto linear encoder cascade huggingface llm; by default as set (auto)")  # fmt: skip
        one.option("--kind", default="post", type=called(KIND_WORDS), choices=get_args(Kind), metavar="KIND",
                   zh="没写 post_kind 列的行是什么：帖子 评论 评价 …", en="what rows are that do not say by a column post_kind")  # fmt: skip
        output(one)


def _answer_options(parser: Parser) -> None:
    """What people answer, and who."""
    parser.option("--as", dest="label", type=called(JUDGED_WORDS), choices=JUDGED, metavar="LABEL",
                  zh="改成：负面 中性 正面 不是品牌", en="negative neutral positive not_brand")  # fmt: skip
    parser.option("--note", default="", zh="备注", en="a note")
    _who(parser)


def _who(parser: Parser) -> None:
    parser.option("--by", metavar="NAME", zh="谁标注的，默认 [label] by",
                  en="who says so, by default [label] by")  # fmt: skip


def labelling(commands: Commands) -> None:
    """label: what people answer."""
    label = Commands(
        commands.group("label", "更正读错的，立即生效；label 编号 即 label post 编号",
                       "correct what was misread, it holds at once; `label KEY` is `label post KEY`"),
        "action",
    )  # fmt: skip
    post = label.leaf("post", "label:post", "逐条看拿不准的帖子并标注，或更正一帖",
                      "be shown uncertain posts one after another, or correct one")  # fmt: skip
    post.option("post", nargs="?", metavar="POST", zh="帖子编号，平台:id", en="key of a post, platform:id")  # fmt: skip
    _answer_options(post)
    post.option("--undo", action="store_true", zh="撤销自己最近的一条", en="take your last answer back")  # fmt: skip
    post.option("--brand", action="append", default=[], zh="品牌（逐条看时可重复）", en="brand (repeatable where posts are shown)")  # fmt: skip
    post.option("--platform", action="append", default=[], zh="平台（可重复）", en="platform (repeatable)")  # fmt: skip
    post.option("--since", metavar="WHEN", zh="起：7d、24h、2026-06-01 …", en="from: 7d, 24h, 2026-06-01 …")  # fmt: skip
    post.option("--limit", type=at_least(1), default=50, zh="最多看几条", en="questions at most")
    listed = label.leaf("list", "label_rules:listed", "有效的标注和规则", "corrections and rules that hold")  # fmt: skip
    listed.option("--brand", action="append", default=[], zh="品牌（可重复）", en="brand (repeatable)")  # fmt: skip
    output(listed)
    rule = label.leaf("rule", "label_rules:rule", "含这些词的都算作…：先试算，再 --apply",
                      "whatever has these words counts as …: first a preview, then --apply")  # fmt: skip
    rule.option("--brand", action="append", default=[], zh="品牌，默认任何品牌", en="brand, by default any")  # fmt: skip
    rule.option("--words", nargs="+", default=[], metavar="WORD", zh="帖子里都要有的词", en="words that must all stand in the post")  # fmt: skip
    _answer_options(rule)
    rule.option("--preview", action="store_true", zh="只试算（默认）", en="only say what would change (the default)")  # fmt: skip
    rule.option("--apply", action="store_true", zh="生效，历史跟上", en="let it hold, and history follow")  # fmt: skip
    rule.option("--drop", metavar="ID", zh="撤掉一条规则（先试算，再 --apply）", en="take a rule back (a preview, then --apply)")  # fmt: skip
    rule.option("--resume", action="store_true", zh="接着做被打断的", en="go on where it was interrupted")  # fmt: skip
    output(rule)


def modelling(commands: Commands) -> None:
    """train, calibrate, model: what is made of it."""
    train = commands.leaf("train", "models:train", "用标注训练自有模型，与旧的比较，不自动启用",
                          "make a model of your own from corrections, compared with the old, not switched to")  # fmt: skip
    calibrate = commands.leaf("calibrate", "models:calibrate", "只用标注校准置信度和界限",
                              "mend confidence and thresholds only")  # fmt: skip
    for one in (train, calibrate):
        _compared(one)
        _who(one)
    model = Commands(commands.group("model", "自有模型", "models of your own"), "action")
    output(model.leaf("list", "models:listed", "有哪些，用哪个", "which there are, which is used"))
    compare = model.leaf("compare", "models:compare", "两个模型在同样的帖子上", "two models on the same posts")  # fmt: skip
    compare.option("old", metavar="OLD", zh="名称或 shipped", en="a name, or shipped")
    compare.option("new", metavar="NEW", zh="名称或 shipped", en="a name, or shipped")
    _compared(compare)
    use = model.leaf("use", "models:use", "启用；历史随后重读", "switch; history is read again")
    use.option("name", metavar="NAME", zh="名称或 shipped", en="a name, or shipped")


def _compared(parser: Parser) -> None:
    parser.option("--labels", type=Path, metavar="FILE", zh="另加一份标注：列 text brand start is_brand stance",
                  en="labels besides: columns text brand start is_brand stance")  # fmt: skip
    parser.option("--newest", type=at_least(0), default=2000, zh="在最新的多少帖上对照答案",
                  en="lay answers to so many of the newest posts side by side")  # fmt: skip
    output(parser)
