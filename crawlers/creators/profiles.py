"""Links to the pages of creators: which platform, which account."""

from __future__ import annotations

import re

_PAGES: tuple[tuple[str, str], ...] = (
    ("xiaohongshu", r"xiaohongshu\.com/(?:user/profile|.*?/blogger-detail)/([0-9a-f]{12,32})"),
    ("douyin", r"douyin\.com/(?:share/)?user/([\w.-]{6,})"),
    ("weibo", r"weibo\.(?:com|cn)/(?:u/|profile/)?(\d{5,12})(?:[/?#]|$)"),
    ("bilibili", r"space\.bilibili\.com/(\d+)"),
    ("kuaishou", r"kuaishou\.com/(?:profile|fw/user)/([\w-]{5,})"),
    ("zhihu", r"zhihu\.com/people/([\w-]+)"),
    ("tiktok", r"tiktok\.com/@([\w.]+)"),
)  # fmt: skip
_SITES = (
    ("xiaohongshu", "xiaohongshu.com"), ("xiaohongshu", "xhslink.com"), ("douyin", "douyin.com"),
    ("weibo", "weibo."), ("bilibili", "bilibili.com"), ("kuaishou", "kuaishou.com"),
    ("zhihu", "zhihu.com"), ("wechat", "mp.weixin.qq.com"), ("tiktok", "tiktok.com"),
)  # fmt: skip


def account_of(url: str, platform: str) -> str:
    """The id of the account in a link to its page; empty where there is none."""
    for name, pattern in _PAGES:
        if name == platform and (match := re.search(pattern, url, re.IGNORECASE)):
            return match[1]
    return ""


def platform_of_url(url: str) -> str:
    """Our name of the platform; empty: none that we know."""
    low = url.lower()
    return next((name for name, site in _SITES if site in low), "")
