"""Commands about Elasticsearch."""

from __future__ import annotations

from pathlib import Path

from tingfeng.cli.commands import Commands
from tingfeng.cli.usage import seconds


def elastic(commands: Commands) -> None:
    """es: everything about the cluster."""
    es = Commands(commands.group("es", "Elasticsearch", "Elasticsearch"), "action")
    _letting_in(es)


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
