"""Platforms by the names that people and addresses give them."""

from __future__ import annotations

from typing import Any

from tingfeng.core.platforms import NAMES

PATTERNS = (
    ("weibo", r"weibo|微博"), ("xiaohongshu", r"xiaohongshu|xhslink|xhs|小红书|rednote"),
    ("bilibili", r"bilibili|b站|哔哩"), ("zhihu", r"zhihu|知乎"), ("douyin", r"douyin|抖音|aweme"),
    ("kuaishou", r"kuaishou|快手"), ("tieba", r"tieba|贴吧"), ("heimao", r"tousu\.sina|heimao|黑猫|投诉"),
    ("autohome", r"autohome|汽车之家"), ("dongchedi", r"dongchedi|懂车帝"), ("dianping", r"dianping|点评网"),
    ("jd", r"\bjd\b|[/.]jd\.com|jdcomment|京东|productcolor"), ("taobao", r"taobao|淘宝"),
    ("tmall", r"tmall|天猫"), ("douban", r"douban|豆瓣"), ("appstore", r"appstore|apps\.apple"),
    ("smzdm", r"smzdm"), ("x", r"twitter|[/.]x\.com"), ("tiktok", r"tiktok"), ("youtube", r"youtube"),
    ("steam", r"steam"), ("toutiao", r"toutiao|头条"), ("news", r"news|新闻"),
)  # fmt: skip
"""Our name, and what addresses, names of files and columns hold."""

_CALLED = {title.lower(): platform for platform, title in NAMES.items()} | {
    "新浪微博": "weibo", "xhs": "xiaohongshu", "rednote": "xiaohongshu", "抖音短视频": "douyin",
    "b站": "bilibili", "百度贴吧": "tieba", "黑猫": "heimao", "黑猫投诉": "heimao", "汽车之家": "autohome",
    "懂车帝": "dongchedi", "大众点评": "dianping", "什么值得买": "smzdm", "今日头条": "toutiao",
    "twitter": "x", "推特": "x", "微信公众号": "wechat", "公众号": "wechat",
}  # fmt: skip


def platform_named(raw: Any) -> str:
    """Our name of the platform that a cell names, so that 微博 and weibo are one; a name we do not
    know stays as it is. Empty: the cell names none.
    """
    said = "" if raw is None else str(raw).strip()
    low = said.lower()
    return _CALLED.get(low) or (low if low in _CODES else said)


_CODES = frozenset(_CALLED.values()) | {platform for platform, _ in PATTERNS}
