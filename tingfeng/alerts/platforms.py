"""What Chinese readers call the platforms."""

from __future__ import annotations

NAMES = {
    "weibo": "微博", "xiaohongshu": "小红书", "bilibili": "哔哩哔哩", "zhihu": "知乎",
    "douyin": "抖音", "kuaishou": "快手", "tieba": "贴吧", "jd": "京东", "taobao": "淘宝",
    "appstore": "App Store", "news": "新闻", "wechat": "微信",
}  # fmt: skip


def chinese(platform: str) -> str:
    """The Chinese name, or the name itself."""
    return NAMES.get(platform, platform)
