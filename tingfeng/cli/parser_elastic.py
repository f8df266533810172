"""Commands about Elasticsearch."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from tingfeng.cli.commands import Commands
from tingfeng.cli.usage import Parser, at_least, seconds


def elastic(commands: Commands) -> None:
    """es: everything about the cluster."""
    es = Commands(commands.group("es", "Elasticsearch", "Elasticsearch"), "action")
    _letting_in(es)
    _filling(es)
    _looking_after(es)


def _letting_in(es: Commands) -> None:
    setup = es.leaf("setup", "es_setup:setup", "建角色、用户和 API 密钥（写进 .env，不显示）",
                    "make roles, users and API keys (into .env, never shown)")  # fmt: skip
    setup.option("--user", default="elastic", zh="管理员，密码取 ELASTIC_PASSWORD",
                 en="the administrator; the password is ELASTIC_PASSWORD")  # fmt: skip
    setup.option("--rotate", action="store_true", zh="全部换新，旧密钥（包括别的机器的）失效",
                 en="renew every key; old ones, other machines' too, end")  # fmt: skip
    setup.option("--wait", type=seconds, default=0.0, metavar="SECONDS", zh="等集群启动，最多几秒",
                 en="wait for the cluster to start, at most so long")  # fmt: skip
    es.leaf("roles", "es_setup:roles", "显示各角色的权限，供管理员审核或自行建立",
            "show what each role may do, for an administrator to look over or to type in")  # fmt: skip
    certs = es.leaf("certs", "es_setup:certs", "生成私有 CA 和证书（已有且有效的保留）",
                    "make a private authority and certificates; good ones are kept")  # fmt: skip
    certs.option("--authority", type=Path, required=True, metavar="FOLDER", zh="CA 私钥放哪里",
                 en="where the authority's key is kept")  # fmt: skip
    certs.option("--out", type=Path, required=True, metavar="FOLDER", zh="各节点证书放哪里",
                 en="where the nodes' certificates go")  # fmt: skip
    certs.option("--public", type=Path, required=True, metavar="FOLDER", zh="ca.crt 放哪里（给客户端）",
                 en="where ca.crt goes, for clients")  # fmt: skip
    certs.option("--name", action="append", required=True, zh="节点名（可重复）", en="a node (repeatable)")  # fmt: skip
    certs.option("--host", action="append", default=[], zh="另外的主机名或地址（可重复）",
                 en="a further host name or address (repeatable)")  # fmt: skip


def _filling(es: Commands) -> None:
    bootstrap = es.leaf("bootstrap", "es_sync:bootstrap", "建模板和索引，反复运行无害；与已有的不符就拒绝",
                        "make templates and indices, again and again without harm; refuses what differs")  # fmt: skip
    bootstrap.option("--month", action="append", default=[], type=partition, metavar="YYYY.MM",
                     zh="另外要建的月份（可重复）；库里有的和以后两个月总会建",
                     en="a further month (repeatable); those of the store and the next two are always made")  # fmt: skip
    sync = es.leaf("sync", "es_sync:sync", "持续把 SQLite 库同步到 Elasticsearch，断了接着来",
                   "follow the SQLite store continuously, and go on where it stopped")  # fmt: skip
    sync.option("--once", action="store_true", zh="跟上就结束", en="end when nothing waits")
    sync.option("--every", type=seconds, default=2.0, metavar="SECONDS", zh="没有新变化时隔几秒再看",
                en="seconds between two looks where nothing waits")  # fmt: skip
    sync.option("--take-over", action="store_true", zh="取代原来同步到这个 prefix 的另一个库",
                en="take the place of another store that was synced to this prefix")  # fmt: skip
    migrate = es.leaf("migrate", "es_sync:migrate", "升级索引结构：另建一套，填满后一次切换，期间照常查询",
                      "bring indices to this version: filled anew beside the old, then swapped at once")  # fmt: skip
    migrate.option("--drop-old", action="store_true", zh="只删除已不再使用的旧索引",
                   en="only delete old indices that nobody reads any more")  # fmt: skip


def _looking_after(es: Commands) -> None:
    status = es.leaf("status", "es_upkeep:status", "集群、索引、同步进度、被拒绝的文档",
                     "cluster, indices, how far the sync is, refused documents")  # fmt: skip
    status.option("--max-lag", type=at_least(1), default=900, metavar="SECONDS",
                  zh="落后超过多少秒就以 1 退出，默认 900",
                  en="ends with 1 if the sync is further behind, by default 900")  # fmt: skip
    status.option("--max-refused", type=at_least(0), default=0, metavar="N",
                  zh="被拒绝的文档超过多少就以 1 退出，默认 0",
                  en="ends with 1 if more documents were refused, by default 0")  # fmt: skip
    capacity = es.leaf("capacity", "es_upkeep:capacity", "每个索引多大、每篇多少字节，以及会不会太大",
                       "how large each index is, bytes a document, and whether any will be too large")  # fmt: skip
    for shown in (status, capacity):
        shown.option("--all", action="store_true", zh="每个月份各一行", en="a row for each month")
    capacity.option("--posts-a-month", type=at_least(1), metavar="N", zh="预计每月的帖数",
                    en="posts expected a month")  # fmt: skip
    retention = es.leaf("retention", "es_upkeep:retention", "删除过期的月份索引和零散文档",
                        "delete months that are too old, and single old documents")  # fmt: skip
    retention.option("--keep-days", type=at_least(1), metavar="N", zh="保存多少天，默认 [store] keep_days",
                     en="days to keep, by default [store] keep_days")  # fmt: skip
    retention.option("--yes", action="store_true", zh="不再确认", en="do not ask")
    snapshot = es.leaf("snapshot", "es_upkeep:snapshot", "把索引复制到快照文件夹", "copy the indices into a folder of snapshots")  # fmt: skip
    snapshot.option("--folder", metavar="PATH", zh="各节点都看得到的文件夹，第一次要写",
                    en="a folder that every node sees; needed the first time")  # fmt: skip
    snapshot.option(
        "--keep", type=at_least(1), metavar="N", zh="只留最近几份", en="keep only so many"
    )
    snapshot.option("--list", action="store_true", zh="列出已有的快照", en="show what there is")
    restore = es.leaf("restore", "es_upkeep:restore", "从快照恢复（先停同步），之后 es sync 会补上后来的",
                      "bring a snapshot back (stop the sync first); es sync then brings what came since")  # fmt: skip
    restore.option("name", nargs="?", metavar="NAME", zh="哪一份，默认最近的", en="which one, by default the latest")  # fmt: skip
    restore.option("--replace", action="store_true", zh="取代现有的索引", en="replace the indices that are there")  # fmt: skip
    dlq = Commands(es.group("dlq", "被 Elasticsearch 拒绝的文档", "documents that Elasticsearch refused"), "letter")  # fmt: skip
    listed = dlq.leaf("list", "es_upkeep:letters", "为什么被拒绝", "why they were refused")
    listed.option("--limit", type=at_least(1), default=20, zh="最多几条", en="at most so many")
    retry = dlq.leaf("retry", "es_upkeep:retry", "按库里现在的样子再写一次", "write them again as they are by now")  # fmt: skip
    export = dlq.leaf(
        "export", "es_upkeep:export", "写成每行一个 JSON", "write them as lines of JSON"
    )
    export.option("file", type=Path, metavar="FILE", zh="文件", en="file")
    for parser in (listed, retry, export):
        parser.option("--index", metavar="NAME", zh="只要这个索引的", en="of this index only")


def partition(text: str) -> str:
    """A month of the index."""
    if not re.fullmatch(r"\d{4}\.(0[1-9]|1[0-2])", text):
        raise argparse.ArgumentTypeError(
            f"{text} 不是月份，应写成 2026.06"
            if Parser.lang == "zh"
            else f"{text} is no month: write 2026.06"
        )
    return text
