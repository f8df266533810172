"""Every command and option, in the two languages. Nothing heavy is imported here."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import get_args

from tingfeng import LABELS, Kind, __version__
from tingfeng.cli.commands import Commands, filters, output
from tingfeng.cli.parser_alerts import measuring, sending
from tingfeng.cli.parser_elastic import elastic
from tingfeng.cli.parser_incidents import handling
from tingfeng.cli.parser_keeping import keeping
from tingfeng.cli.parser_kibana import kibana
from tingfeng.cli.parser_kol import choosing
from tingfeng.cli.parser_people import labelling, modelling, scoring
from tingfeng.cli.parser_reports import reporting
from tingfeng.cli.usage import (
    KIND_WORDS,
    LABEL_WORDS,
    Parser,
    at_least,
    called,
    seconds,
)


def _collecting(commands: Commands) -> None:
    demo = commands.leaf("demo", "demo:demo", "用自带的故事走一遍全流程，无需网络",
                         "the whole way on a built-in story, no network")  # fmt: skip
    demo.option("--seed", type=int, default=0, zh="换一个故事：危机移位或消失",
                en="another story: the crisis moves or stays away")  # fmt: skip
    demo.option("--folder", type=Path, default=Path("demo"), zh="写到哪里", en="where to write")
    demo.option("--report", type=Path, default=Path("report.html"), zh="报告文件", en="report file")
    init = commands.leaf("init", "start:init", "生成带注释的 tingfeng.toml",
                         "write a commented tingfeng.toml")  # fmt: skip
    init.option("--yes", action="store_true", zh="不提问", en="ask nothing")
    init.option("--force", action="store_true", zh="覆盖已有文件", en="replace the file")
    init.option("--brand", action="append", default=[], zh="自有品牌", en="own brand")
    init.option("--competitor", action="append", default=[], zh="竞品", en="competitor")
    init.option("--stack", nargs="?", const=True, choices=("single", "tls", "cluster"), metavar="KIND",
                zh="备好 docker compose 的文件和密码：single tls cluster；不写则同上次，起初是 single",
                en="also files and passwords for docker compose: single tls cluster; by default as before, first single")  # fmt: skip
    files = commands.leaf("import", "collect:import_files", "导入导出文件，自动识别来源",
                          "take in exported files, whoever made them")  # fmt: skip
    files.option("files", nargs="+", type=Path, metavar="FILE", zh="csv tsv json jsonl xlsx gz zip",
                 en="csv tsv json jsonl xlsx gz zip")  # fmt: skip
    files.option(
        "--map", type=Path, metavar="TOML", zh="一般表格的列对应", en="mapping of a generic table"
    )
    files.option("--suggest", action="store_true", zh="为这张表起草列对应，不导入",
                 en="draft a mapping for the table, take in nothing")  # fmt: skip
    files.option("--again", action="store_true", zh="导入过的文件也再读一遍",
                 en="read files again that were taken in before")  # fmt: skip
    crawl = Commands(
        commands.group("crawl", "抓取公开来源", "gather from public sources"), "spider"
    )
    feed = crawl.leaf("feed", "collect:crawl_feed", "RSS、Atom、JSON Feed", "RSS, Atom, JSON Feed")
    feed.option("urls", nargs="+", metavar="URL", zh="地址", en="address")
    feed.option(
        "--no-articles", action="store_true", zh="不读文章正文", en="do not read the articles"
    )
    sitemap = crawl.leaf("sitemap", "collect:crawl_sitemap", "站点地图", "sitemaps")
    sitemap.option(
        "urls", nargs="+", metavar="URL", zh="站点地图或首页", en="sitemap or front page"
    )
    sitemap.option(
        "--days", type=at_least(1), default=3, zh="只要最近几天的", en="only of so many days"
    )
    sitemap.option(
        "--limit", type=at_least(1), default=200, zh="最多几篇", en="at most so many articles"
    )
    app = crawl.leaf("appstore", "collect:crawl_appstore", "App Store 评论", "App Store reviews")
    app.option("ids", nargs="+", metavar="ID", zh="应用编号", en="app id")
    app.option("--country", default="cn", zh="国家或地区", en="storefront")
    hot = crawl.leaf("hotlist", "collect:crawl_hotlist", "热榜", "hot lists")
    hot.option(
        "names", nargs="+", metavar="NAME", zh="weibo baidu zhihu …", en="weibo baidu zhihu …"
    )


def _reading(commands: Commands) -> None:
    analyze = commands.leaf("analyze", "reading:analyze", "读懂还没读过的帖子",
                            "read what has not been read")  # fmt: skip
    analyze.option("--again", action="store_true", zh="全部重读", en="read everything again")
    analyze.option(
        "--processes",
        type=at_least(1),
        zh="进程数，默认每核一个",
        en="processes, by default one per core",
    )
    commands.leaf("retag", "reading:retag", "词表改了：重新标注历史提及，不重读正文",
                  "the lexicon changed: tag history again, texts are not read again")  # fmt: skip
    lexicon = Commands(commands.group("lexicon", "品牌词表", "the brand lexicon"), "action")
    test = lexicon.leaf("test", "reading:lexicon_test", "每个别名：命中、拒绝及原因",
                        "each alias: hits, rejects, and why")  # fmt: skip
    test.option(
        "--brand", action="append", default=[], zh="品牌（可重复）", en="brand (repeatable)"
    )
    test.option(
        "--alias",
        action="append",
        default=[],
        zh="临时试一个别名",
        en="try an alias that is not saved",
    )
    test.option(
        "--near",
        action="append",
        default=[],
        zh="--alias 的正向语境词",
        en="positive context of --alias",
    )
    test.option(
        "--never",
        action="append",
        default=[],
        zh="--alias 的反向语境词",
        en="negative context of --alias",
    )
    test.option("--examples", type=at_least(0), default=3, zh="每种举例数", en="examples of each")
    test.option(
        "--limit",
        type=at_least(1),
        default=200_000,
        zh="最多看多少帖（最新的）",
        en="posts looked at, newest first",
    )
    output(test)


def _asking(commands: Commands) -> None:
    search = commands.leaf("search", "asking:search", "搜索帖子", "search posts")
    search.option("text", nargs="*", zh="词；“短语”；-排除", en='words; "a phrase"; -unwanted')
    search.option("--sentiment", action="append", default=[], type=called(LABEL_WORDS), choices=LABELS, metavar="LABEL",
                  zh="情感：负面 中性 正面 不确定", en="attitude: negative neutral positive uncertain")  # fmt: skip
    search.option("--kind", action="append", default=[], type=called(KIND_WORDS), choices=get_args(Kind), metavar="KIND",
                  zh="类型：帖子 评论 转发 评价 文章 热榜", en="kind: post comment repost review article hot")  # fmt: skip
    search.option(
        "--only-suspected", action="store_true", zh="只看疑似水军", en="suspected water army only"
    )
    search.option("--precise", action="store_true", zh="只要时间精确到小时的",
                  en="only with a time known to the hour")  # fmt: skip
    search.option(
        "--copies-of", metavar="KEY", zh="这一帖的所有雷同帖", en="all near-duplicates of this post"
    )
    search.option(
        "--limit",
        type=at_least(1),
        zh="最多几条，默认 20（写文件时不限）",
        en="at most, by default 20 (no limit for a file)",
    )
    search.option(
        "--order", choices=("newest", "oldest", "liked"), default="newest", zh="排序", en="order"
    )
    filters(search)
    similar = commands.leaf("similar", "similar:similar", "意思相近的帖子（需要 [encoder]）",
                            "posts about the same thing (needs the extra [encoder])")  # fmt: skip
    similar.option("post", metavar="POST", nargs="?", zh="帖子编号，平台:id", en="key of a post, platform:id")  # fmt: skip
    similar.option("--text", zh="不给帖子，而是一句话", en="words instead of a post")
    similar.option("--among", type=at_least(1), default=5000, zh="与多少帖比较：最新的；集群存有向量时，最近的", en="compare with so many: the newest, or where a cluster keeps vectors, the nearest")  # fmt: skip
    similar.option("--top", type=at_least(1), default=20, zh="最多几条", en="at most")
    filters(similar)
    trend = commands.leaf(
        "trend", "asking:trend", "声量与情感走势", "volume and sentiment over time"
    )
    trend.option("--step", choices=("hour", "day", "week"), zh="粒度", en="width of a step")
    filters(trend)
    filters(commands.leaf("voice", "asking:voice", "声量份额", "share of voice"))
    words = commands.leaf("words", "asking:words", "新词与增长词", "new and growing words")
    words.option("--top", type=at_least(1), default=20, zh="最多几个", en="at most")
    filters(words)
    reporting(commands)


def _watching(commands: Commands) -> None:
    alerts = Commands(commands.group("alerts", "危机预警", "crisis alerts"), "action")
    run = alerts.leaf("run", "watching:alerts_run", "判断并通知", "judge, and tell")
    run.option("--now", metavar="WHEN", zh="当作此刻（默认现在）", en="take this for now")
    replay = alerts.leaf("replay", "watching:alerts_replay", "历史上会报什么；不发送",
                         "what would have fired; nothing is sent")  # fmt: skip
    replay.option(
        "--brand", action="append", default=[], zh="品牌（可重复）", en="brand (repeatable)"
    )
    replay.option(
        "--since", metavar="WHEN", zh="起，默认全部历史", en="from, by default all history"
    )
    replay.option("--until", metavar="WHEN", zh="止（不含）", en="until (excluded)")
    replay.option("--incidents", type=Path, metavar="FILE",
                  zh="已知事件 csv 或 jsonl：列 brand since until；另给精确率、召回、延迟、误报",
                  en="known incidents, csv or jsonl: brand since until; prints precision, recall, delay, false alarms")  # fmt: skip
    output(replay)
    output(alerts.leaf("list", "watching:alerts_list", "列出事件", "list incidents"))
    handling(alerts)
    sending(alerts)
    measuring(alerts)
    watch = commands.leaf("watch", "watching:watch", "抓取、读、判断、通知，直到停止",
                          "crawl, read, judge, tell; until stopped")  # fmt: skip
    watch.option(
        "--rounds", type=at_least(1), zh="几轮后停止，默认不停", en="stop after so many rounds"
    )
    watch.option("--every", type=seconds, metavar="SECONDS", zh="两轮间隔", en="between two rounds")
    commands.leaf("doctor", "start:doctor", "检查环境，每项都给出办法",
                  "check everything, with the remedy for each")  # fmt: skip


def parser(lang: str = "zh") -> argparse.ArgumentParser:
    """The whole command line in *lang*."""
    Parser.lang = lang
    text = (
        "听风：品牌自己运行的中文舆情系统"
        if lang == "zh"
        else "tingfeng: Chinese social listening that a brand runs itself"
    )
    root = Parser(prog="tingfeng", description=text)
    root.option("--version", action="version", version=f"tingfeng {__version__}",
                zh="显示版本号", en="show the version and exit")  # fmt: skip
    root.option("--lang", choices=("zh", "en"), dest="lang_first", zh="语言", en="language")
    commands = Commands(root, "command")
    _collecting(commands)
    _reading(commands)
    labelling(commands)
    modelling(commands)
    scoring(commands)
    _asking(commands)
    _watching(commands)
    keeping(commands)
    elastic(commands)
    kibana(commands)
    choosing(commands)
    return root


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """What was typed. Wrong usage ends the program with exit code 2."""
    # "-广告" is an unwanted word, not an option: argparse takes what begins with a blank as a word.
    words = [f" {word}" if re.match(r"-[^\x00-\x7f]", word) else word for word in argv]
    english = "--lang=en" in words or any(pair == ("--lang", "en") for pair in pairwise(words))
    args = parser("en" if english else "zh").parse_args(_in_full(words))
    args.lang = args.lang or args.lang_first
    args.typed = shlex.join(["tingfeng", *argv])
    return args


def _in_full(words: Sequence[str]) -> list[str]:
    """``label weibo:1`` and a bare ``label`` as argparse knows them: ``label post weibo:1``."""
    at = 0
    while at < len(words) and words[at].startswith("-"):
        at += 2 if words[at] == "--lang" else 1
    inner = words[at + 1] if at + 1 < len(words) else ""
    if words[at : at + 1] == ["label"] and inner not in ("post", "list", "rule", "-h", "--help"):
        return [*words[: at + 1], "post", *words[at + 1 :]]
    return list(words)
