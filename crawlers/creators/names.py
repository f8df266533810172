"""What people call our fields of creators, whoever the vendor is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

NAMES: Mapping[str, str] = {
    "id": "用户id 达人用户id 平台用户id 账号id 账户id 博主id 红人id 作者id up主id uid 微博uid b站uid 小红书id 抖音uid sec_uid "
    "user_id userid user author_id creator_id 编号 mid",
    "handle": "小红书号 抖音号 快手号 快手id 红薯号 账号 达人id 星图id 达人uid 公众号id 视频号id unique_id red_id",
    "name": "达人昵称 达人名称 达人名 达人 昵称 博主昵称 博主名称 博主 账号昵称 账号名称 账号名 红人昵称 红人名称 红人 kol kol名称 kol昵称 "
    "媒体名称 主播昵称 主播 作者昵称 up主 up主昵称 用户昵称 用户名 名称 姓名 nickname nick_name user_nickname screen_name user_name "
    "username name creator",
    "url": "主页链接 达人主页 达人主页链接 主页地址 主页 个人主页 个人主页链接 账号链接 链接 红人链接 博主主页 博主链接 小红书链接 抖音链接 "
    "星图链接 蒲公英链接 kol链接 首页链接 url link home_page profile_url user_link homepage",
    "platform": "平台 所属平台 媒体平台 社媒平台 渠道 platform",
    "bio": "简介 个人简介 账号简介 达人简介 个性签名 签名 bio desc description sign",
    "agency": "机构 mcn mcn机构 所属机构 所属mcn 所属mcn机构 签约机构 机构名称 经纪公司 公司 agency",
    "category": "类目 达人类型 达人分类 达人类目 达人标签 账号类型 账号分类 账号标签 内容类型 内容类目 内容标签 博主类型 博主类目 博主分类 "
    "博主标签 领域 垂类 行业 行业类目 行业分类 分类 类型 类别 标签 一级类目 一级分类 category tags tag_list",
    "place": "地区 地域 所在地 所在地区 所在城市 城市 省份 ip属地 属地 位置 ip_location location city region",
    "verified": "认证 认证类型 认证信息 是否认证 账号认证 verified verified_type",
    "followers": "粉丝数 粉丝 粉丝量 粉丝总数 总粉丝数 粉丝数量 粉丝数(万) 粉丝量(万) 粉丝(万) 粉丝(w) 粉丝量级 fans total_fans "
    "fans_count followers followers_count follower_count",
    "following": "关注数 关注 follows follow_count friends_count following",
    "works": "作品数 作品总数 笔记数 笔记总数 视频数 发布数 投稿数 微博数 文章数 note_count videos_count video_count aweme_count "
    "statuses_count",
    "gained": "获赞与收藏 获赞与收藏数 赞藏总数 赞藏 赞藏数 点赞收藏 总赞藏 获赞数 获赞 总获赞 总点赞数 点赞总数 累计获赞 interaction "
    "total_liked total_favorited",
    "active_share": "活跃粉丝占比 活跃粉丝比例 活跃粉丝率 活跃粉丝",
    "seen_at": "数据日期 数据时间 数据更新时间 更新时间 更新日期 采集时间 抓取时间 统计日期 统计时间 导出时间 导出日期 截止日期 日期 报价时间 "
    "last_modify_ts crawl_time updated_at date",
    "quoted_on": "报价日期 报价更新时间 报价更新日期 刊例日期",
    "exclusive": "独家品牌 独家合作品牌 排他品牌 代言品牌 竞品排他 exclusive",
    "medians.views": "阅读中位数 播放中位数 播放量中位数 阅读量中位数 观看中位数 笔记阅读中位数 日常阅读中位数 合作阅读中位数 预期播放量 "
    "近30天播放中位数 近30日播放中位数 近30天阅读中位数 30天播放中位数 视频播放中位数",
    "medians.likes": "点赞中位数 点赞量中位数 赞中位数 近30天点赞中位数",
    "medians.comments": "评论中位数 评论量中位数 近30天评论中位数",
    "medians.saves": "收藏中位数 收藏量中位数 近30天收藏中位数",
    "medians.shares": "分享中位数 转发中位数 分享量中位数 近30天分享中位数",
    "price.image": "图文报价 图文价格 图文笔记报价 图文笔记价格 图文 图文刊例 图文刊例价 图文合作报价 图文一口价 图文价 图文笔记 图文直发 微博直发 "
    "直发 直发报价 直发价 图文报价含税",
    "price.video": "视频报价 视频价格 视频笔记报价 视频笔记价格 视频 视频刊例 视频刊例价 视频合作报价 视频一口价 视频价 视频笔记 21-60s视频报价 21-60s视频 "
    "21-60秒视频报价 21-60秒视频 21-60s报价 21-60s 20-60s视频报价 20-60s 短视频报价 定制视频 定制视频报价 原创视频报价",
    "price.video_20": "1-20s视频报价 1-20s视频 1-20秒视频报价 1-20秒视频 1-20s报价 1-20s 20s视频报价",
    "price.video_60": "60s以上视频报价 60s以上视频 60s+视频报价 60s+视频 60秒以上视频报价 60秒以上视频 60s以上报价 60s以上 60s+ 60s+报价 60秒以上",
    "price.embed": "植入视频 植入视频报价 植入报价 植入",
    "price.live": "直播报价 直播价格 直播 专场直播 直播(小时) 直播小时报价 直播坑位费",
    "price.repost": "转发报价 转发价 转发价格 转发 微博转发 动态转发 转发刊例",
    "price.article": "头条报价 公众号头条 头条价格 头条 多图文头条报价 首条报价",
    "taxed": "是否含税 含税 含税情况",
    "fee": "平台服务费 平台服务费率 服务费 服务费率 平台费率",
    "declared": "是否报备 报备 报备情况 是否水下",
    "currency": "币种 货币 currency",
    "audience.gender.female": "粉丝女性比例 粉丝女性占比 女性粉丝占比 女性粉丝比例 女粉占比 女粉比例 女性占比 女性比例 女粉丝占比 女性粉丝",
    "audience.gender.male": "粉丝男性比例 粉丝男性占比 男性粉丝占比 男性粉丝比例 男粉占比 男粉比例 男性占比 男性比例 男粉丝占比 男性粉丝",
    "audience.gender": "性别分布 粉丝性别 粉丝性别分布 粉丝性别占比 粉丝性别比例 男女比例 受众性别",
    "audience.age": "年龄分布 粉丝年龄 粉丝年龄分布 粉丝年龄占比 受众年龄",
    "audience.city_tier": "城市等级 城市等级分布 粉丝城市等级 城市线级 粉丝城市线级分布 城市级别分布",
    "audience.region": "地域分布 粉丝地域 粉丝地域分布 地区分布 省份分布 粉丝省份 粉丝地区分布 受众地域 粉丝地域占比",
    "audience.interest": "兴趣标签 粉丝兴趣 粉丝兴趣分布 兴趣分布 粉丝兴趣标签 用户兴趣 关注焦点 粉丝关注焦点 受众兴趣",
}  # fmt: skip
"""Best first. Compared by :func:`bare`. Columns of single ages and regions are found by their form,
see :mod:`crawlers.creators.audience`."""

_LOST = re.compile(r"[\s_\-—·:：/、%％¥￥\"'*]+")
_BRACKETS = re.compile(r"[(\[（【<《][^)\]）】>》]*[)\]）】>》]")


def bare(column: str) -> str:
    """*column* without what varies: case, width, blanks, signs."""
    return _LOST.sub("", unicodedata.normalize("NFKC", column).lower())


def barest(column: str) -> str:
    """Also without what stands in brackets: units and remarks."""
    return bare(_BRACKETS.sub("", unicodedata.normalize("NFKC", column)))


def by_name(names: Mapping[str, str]) -> dict[str, tuple[str, int]]:
    """Field and rank (0 is the surest) by the bare name of the column."""
    found: dict[str, tuple[str, int]] = {}
    for field, listed in names.items():
        for rank, name in enumerate(listed.split()):
            found.setdefault(bare(name), (field, rank))
    return found
