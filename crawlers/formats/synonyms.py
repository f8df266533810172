"""What others call our fields."""

from __future__ import annotations

import re
from collections import defaultdict

SYNONYMS: dict[str, str] = {
    "id": "id _id post_id note_id comment_id review_id weibo_id tweet_id aweme_id mid guid rid 编号 "
    "微博id 帖子id 评论id 笔记id 视频id 回答id 评价id 投诉编号 文章id 序列号 postid commentid",
    "text": "text content contents body review reviewtext comment message full_text caption content_text 正文 "
    "内容 评论内容 评价内容 微博正文 微博内容 投诉详情 帖子内容 笔记内容 正文内容 回答内容 评论 点评 评价 文本 详情 全文 "
    "desc description 描述 简介 视频介绍 review_content comment_text weibo_content raw_content 博文 博文内容",
    "title": "title subject headline 标题 主题 投诉标题 笔记标题 视频标题 帖子标题 文章标题 问题 新闻标题 display_title",
    "url": "url link href permalink note_url post_url video_url 链接 网址 页面网址 地址 笔记链接 帖子链接 "
    "视频链接 原文链接 文章链接 微博链接 原文url 原文地址 作品地址 标题链接 标题_链接 链接地址 详情链接 详情页链接",
    "author": "user_id uid author_id userid 用户id 作者id 博主id up主id 发布者id user user_hash 达人id 红人id 小红书号 抖音号 快手号 b站uid 微博uid 账号id 会员id 会员编号 买家id",
    "author_name": "username user_name nickname nick_name author screen_name name 用户 昵称 用户名 作者 博主 "
    "发布者 网名 用户昵称 博主昵称 up主 发帖人 评论人 作者昵称 账号 账号名称 达人 达人昵称 达人名称 红人昵称 账号昵称 公众号 会员 会员名 用户名称 会员昵称 买家 买家昵称 会员名称 评价人",
    "followers": "followers followers_count fans fans_count 粉丝 粉丝数 粉丝量",
    "verified": "verified verified_type 认证 认证类型 是否认证 用户认证 user_authentication",
    "published_at": "published_at published pub_date pubdate publish_time pub_time created_at create_time "
    "created_time created time date datetime timestamp posted_at post_time ctime buy_time comment_time 发布时间 "
    "时间 日期 发表时间 评论时间 评价时间 投诉时间 发帖时间 创建时间 发布日期 提问时间 回复时间 timestamp_created 发布于 投稿时间 发文时间",
    "collected_at": "collected_at crawl_time crawled_at scraped_at fetched_at last_modify_ts 采集时间 抓取时间 "
    "爬取时间 入库时间 当前时间",
    "parent": "parent parent_id reply_to in_reply_to parent_comment_id root_id thread_id 父评论id 原微博id "
    "上级id 回复id retweet_id 源微博id",
    "rating": "rating stars star score rate 评分 星级 打分 分数 评价星级 星数",
    "place": "ip_location ip_label place location province city region ip ip属地 属地 ip归属地 地区 省份 位置 "
    "城市 发布位置 所在地 国家地区",
    "kind": "kind type content_type 类型 内容类型",
    "platform": "platform source_platform site 平台 站点 来源平台 媒体类型 媒体 渠道 来源 来源网站 网站",
    "tags": "tags tag hashtags topics tag_list 标签 话题 关键词标签 投诉问题",
    "media": "images image pics pictures image_list pic_urls 图片 图片链接 原始图片url 视频 videos",
    "likes": "likes like like_count liked_count attitudes_count digg_count votes_up upvotes voteup_count "
    "点赞 点赞数 赞 点赞量 赞数 获赞数 有用数 喜欢数 useful_count",
    "comments": "comments comment_count comments_count reply_count replies 评论数 评论量 回复数 回复量 评论次数 评论 回复",
    "reposts": "reposts shares share share_count shared_count repost_count reposts_count retweet_count 转发 "
    "转发数 分享 分享数 转发量 分享量",
    "favorites": "favorites collects collect_count collected_count favourites bookmark_count 收藏 收藏数 收藏量",
    "views": "views view_count play_count read_count plays 播放量 阅读量 浏览量 播放数 总播放数 阅读数 观看数 浏览数 播放次数 阅读次数 观看量 展现量 曝光量",
    "coins": "coins coin_count 投币 投币数",
    "heat": "heat hot hot_value 热度 热度值",
}
"""What others call our fields, Chinese and English, best first; compared without case and signs."""


_PREFIX = re.compile(
    r"^(?:作品|笔记|视频|帖子|文章|微博|原文|内容|动态|回答|商品评价|短视频|note|post|video|weibo)"
)
"""What the records are called, before what the column holds: 作品标题, 笔记发布时间, 原文URL."""

_OF_THE_RECORD = frozenset(SYNONYMS) - {"author", "author_name", "followers", "verified", "parent"}

BEHIND = 100
"""Added to the rank of a name that is only known without its prefix: any known name is better."""


def _bare(name: str) -> str:
    return re.sub(r"[\s_\-()()::/]", "", name).lower()


def _by_name() -> dict[str, list[tuple[str, int]]]:
    known: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for field, names in SYNONYMS.items():
        for rank, name in enumerate(names.split()):
            known[_bare(name)].append((field, rank))
    return dict(known)


_BY_NAME = _by_name()


def meanings(column: str) -> list[tuple[str, int]]:
    """Fields that a column of this name may be, each with its rank: 0 is the surest name. 评论
    may be what was said or how often.
    """
    bare = _bare(column)
    if bare in _BY_NAME:
        return _BY_NAME[bare]
    rest = _BY_NAME.get(_PREFIX.sub("", bare), []) if _PREFIX.match(bare) else []
    return [(field, rank + BEHIND) for field, rank in rest if field in _OF_THE_RECORD]
