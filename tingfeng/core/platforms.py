"""What readers call the platforms; stores, commands and filters keep the id."""

from __future__ import annotations

from tingfeng.core.message import Lang

NAMES = {
    "weibo": "微博", "xiaohongshu": "小红书", "bilibili": "哔哩哔哩", "zhihu": "知乎",
    "douyin": "抖音", "kuaishou": "快手", "tieba": "贴吧", "wechat": "微信", "douban": "豆瓣",
    "toutiao": "头条", "jd": "京东", "taobao": "淘宝", "tmall": "天猫", "news": "新闻",
    "baidu": "百度", "appstore": "App Store",
}  # fmt: skip


def platform_name(platform: str, lang: Lang) -> str:
    """What readers of *lang* call *platform*; its id where nothing else is known."""
    return NAMES.get(platform, platform) if lang == "zh" else platform
