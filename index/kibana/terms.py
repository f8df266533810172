"""Words of the field, in the two languages, and their colours: the same wherever they are shown."""

from __future__ import annotations

from tingfeng import Message
from tingfeng.core.platforms import NAMES

PRODUCT = Message("舆情", "Tingfeng")

# Distinct for most who cannot tell red from green, and legible on white and black alike.
RED, GREY, GREEN, AMBER, BLUE = "#cc5642", "#98a2b3", "#3f9c6b", "#d6a23c", "#4379aa"

LABELS = {
    "negative": Message("负面", "negative"),
    "neutral": Message("中性", "neutral"),
    "positive": Message("正面", "positive"),
    "uncertain": Message("不确定", "uncertain"),
}
COLORS = {"negative": RED, "neutral": GREY, "positive": GREEN, "uncertain": AMBER}

LEVELS = {
    "blue": Message("蓝·关注", "blue: watch"),
    "yellow": Message("黄·预警", "yellow: warning"),
    "orange": Message("橙·严重", "orange: serious"),
    "red": Message("红·危机", "red: crisis"),
}
STATES = {
    "open": Message("进行中", "open"),
    "cooling": Message("降温中", "cooling"),
    "closed": Message("已结束", "closed"),
}
KINDS = {
    "post": Message("帖子", "post"),
    "comment": Message("评论", "comment"),
    "repost": Message("转发", "repost"),
    "review": Message("评价", "review"),
    "article": Message("文章", "article"),
    "hot": Message("热榜", "hot list"),
}
VERDICTS = {
    "ok": Message("正常", "ok"),
    "empty": Message("无内容", "empty"),
    "unchanged": Message("无更新", "unchanged"),
    "stale": Message("久未更新", "stale"),
    "deleted": Message("已删除", "deleted"),
    "robots": Message("robots 不许", "robots.txt forbids"),
    "login_required": Message("要登录", "login required"),
    "rate_limited": Message("被限速", "rate limited"),
    "captcha": Message("验证码", "captcha"),
    "signature_required": Message("要签名", "signature required"),
    "blocked_ip": Message("IP 被封", "IP blocked"),
    "forbidden": Message("禁止访问", "forbidden"),
    "upstream_error": Message("对方出错", "upstream error"),
    "unreachable": Message("连不上", "unreachable"),
    "changed": Message("页面改版", "page changed"),
}
PLATFORMS = {name: Message(zh, name) for name, zh in NAMES.items()}
YES_NO = {"true": Message("是", "yes"), "false": Message("否", "no")}
EMOTIONS = {
    "happy": Message("高兴", "happy"),
    "angry": Message("愤怒", "angry"),
    "sad": Message("悲伤", "sad"),
    "fear": Message("恐惧", "fear"),
    "surprise": Message("惊讶", "surprise"),
    "neutral": Message("平静", "neutral"),
}
BY = {
    "model": Message("模型", "a model"),
    "rule": Message("规则", "a rule"),
    "person": Message("人", "a person"),
}
TIERS = {
    "super": Message("超头部", "super"),
    "head": Message("头部", "head"),
    "shoulder": Message("肩部", "shoulder"),
    "waist": Message("腰部", "waist"),
    "tail": Message("尾部", "tail"),
    "koc": Message("KOC", "KOC"),
    "below": Message("素人", "below KOC"),
}
"""Of creators, by effective followers: the same words as in :mod:`tingfeng.kol.tiers`."""
