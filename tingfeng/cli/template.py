"""The commented settings that ``tingfeng init`` writes."""

from __future__ import annotations

import json
from collections.abc import Iterable

from tingfeng.core.brand import Alias
from tingfeng.core.message import Lang

_TEXTS = {
    "head": (
        "# 听风的设置。全部设置及默认值见 settings.example.toml。\n"
        '# 值写成 "$NAME" 时取环境变量 NAME，或同一文件夹里 .env 的那一行：密钥只放在那里。',
        "# Settings of tingfeng; all of them, with defaults, stand in settings.example.toml.\n"
        '# A value "$NAME" is the environment variable NAME, or its line in the file .env beside\n'
        "# this one: secrets belong there and nowhere else.",
    ),
    "brands": (
        "# 自有品牌。near：附近出现其中一个词才算（给有歧义的名字）；never：附近出现就不算。\n"
        "# 改完先试：tingfeng lexicon test；再让历史跟上：tingfeng retag",
        "# Own brands. near: counts only with one of these words nearby (for names that are also\n"
        "# words); never: does not count with one of them nearby.\n"
        "# Try a change with `tingfeng lexicon test`, then let history follow: `tingfeng retag`.",
    ),
    "example": (
        '# [[brands]]\n# name = "云雀"\n# aliases = ["云雀手机", { text = "云雀", near = ["手机", "续航"], '
        'never = ["鸟", "歌声"] }]\n# products = ["X5 Pro"]\n# executives = []\n# spokespersons = []',
        '# [[brands]]\n# name = "云雀"\n# aliases = ["云雀手机", { text = "云雀", near = ["手机", "续航"], '
        'never = ["鸟", "歌声"] }]\n# products = ["X5 Pro"]\n# executives = []\n# spokespersons = []',
    ),
    "competitors": ("# 竞品，写法相同。", "# Competitors, in the same form."),
    "store": ("# 数据放在哪里：一个 SQLite 文件，无需服务器。",
              "# Where the data live: one SQLite file, no server."),
    "elastic": (
        "# tingfeng es 和 tingfeng kibana 用的集群。prefix 是所有名字的开头，也是看 Kibana 的用户的：\n"
        "# tf 时他叫 tf-analyst。不写 api_key，就用 tingfeng es setup 生成的密钥。",
        "# The cluster of `tingfeng es` and `tingfeng kibana`. All names begin with prefix, also that of\n"
        "# the user who looks in Kibana: with tf it is tf-analyst. Without api_key, the keys that\n"
        "# `tingfeng es setup` made are used.",
    ),
    "collect": ("# watch 抓取的公开来源；contact 写进 User-Agent，让网站能联系到你。",
                "# What `watch` gathers; contact goes into the user agent, so that sites can reach you."),
    "channels": (
        "# 预警发到哪里。webhook 的密钥放进 .env：TINGFENG_WEBHOOK_SECRET=…",
        "# Where alerts go. The webhook's secret belongs into .env: TINGFENG_WEBHOOK_SECRET=…",
    ),
}  # fmt: skip


def _string(text: str) -> str:
    """A TOML basic string: JSON's escapes are a part of TOML's."""
    return json.dumps(text, ensure_ascii=False)


def _alias(alias: Alias) -> str:
    if not alias.near and not alias.never:
        return _string(alias.text)
    fields = [f"text = {_string(alias.text)}"]
    for name, words in (("near", alias.near), ("never", alias.never)):
        if words:
            fields.append(f"{name} = [{', '.join(map(_string, words))}]")
    return f"{{ {', '.join(fields)} }}"


def _brand(table: str, name: str, aliases: Iterable[Alias]) -> str:
    lines = [f"[[{table}]]", f"name = {_string(name)}"]
    by_entity: dict[str, list[str]] = {"brand": [], "product": [], "executive": []}
    for alias in aliases:
        by_entity.setdefault(alias.entity, []).append(_alias(alias))
    keys = {"brand": "aliases", "product": "products", "executive": "executives",
            "spokesperson": "spokespersons"}  # fmt: skip
    for entity, listed in by_entity.items():
        inside = "".join(f"\n    {alias}," for alias in listed)
        lines.append(f"{keys[entity]} = [{inside}\n]" if listed else f"{keys[entity]} = []")
    return "\n".join(lines)


def settings_toml(
    own: Iterable[tuple[str, tuple[Alias, ...]]],
    rivals: Iterable[tuple[str, tuple[Alias, ...]]],
    *,
    webhook: str = "",
    lang: Lang = "zh",
) -> str:
    """A whole ``tingfeng.toml`` for these brands, each with its aliases."""
    text = {name: pair[0 if lang == "zh" else 1] for name, pair in _TEXTS.items()}
    own_parts = [_brand("brands", name, aliases) for name, aliases in own]
    rival_parts = [_brand("competitors", name, aliases) for name, aliases in rivals]
    channel = (
        f'\n\n[[channels]]\nuse = "webhook"\nurl = {_string(webhook)}\n'
        'secret = "$TINGFENG_WEBHOOK_SECRET"'
        if webhook
        else '\n\n# [[channels]]\n# use = "webhook"\n# url = "https://example.com/hook"\n'
        '# secret = "$TINGFENG_WEBHOOK_SECRET"'
    )
    parts = [
        text["head"],
        f"lang = {_string(lang)}",
        text["store"] + '\n[store]\nuse = "sqlite"\npath = "tingfeng.db"',
        text["elastic"] + '\n# [elastic]\n# url = "http://127.0.0.1:9200"\n# prefix = "tf"\n'
        '# api_key = "$TINGFENG_ES_API_KEY"',
        text["brands"],
        *(own_parts or [text["example"]]),
        text["competitors"],
        *rival_parts,
        text["collect"] + '\n[collect]\ncontact = ""\nfeeds = []\nsitemaps = []\napps = []\n'
        "hotlists = []\nevery = 600",
        text["channels"] + '\n[[channels]]\nuse = "console"' + channel,
    ]
    return "\n\n".join(parts) + "\n"
