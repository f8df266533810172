"""A first draft of a column mapping, from the names of the columns and what stands in them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from crawlers.dates import read_time
from crawlers.formats.mapping import KINDS
from crawlers.formats.record import rating
from crawlers.numbers import read_count

SYNONYMS: dict[str, str] = {
    "id": "id _id post_id note_id comment_id review_id weibo_id tweet_id aweme_id mid guid rid 编号 "
    "微博id 帖子id 评论id 笔记id 视频id 回答id 评价id 投诉编号 文章id 序列号 postid commentid",
    "text": "text content contents body review reviewtext comment message full_text caption content_text 正文 "
    "内容 评论内容 评价内容 微博正文 微博内容 投诉详情 帖子内容 笔记内容 正文内容 回答内容 评论 点评 评价 文本 详情 "
    "desc description 描述 简介 视频介绍 review_content comment_text weibo_content raw_content 博文 博文内容",
    "title": "title subject headline 标题 主题 投诉标题 笔记标题 视频标题 帖子标题 文章标题 问题 新闻标题 display_title",
    "url": "url link href permalink note_url post_url video_url 链接 网址 页面网址 地址 笔记链接 帖子链接 "
    "视频链接 原文链接 文章链接 微博链接",
    "author": "user_id uid author_id userid 用户id 作者id 博主id up主id 发布者id user user_hash",
    "author_name": "username user_name nickname nick_name author screen_name name 用户 昵称 用户名 作者 博主 "
    "发布者 网名 用户昵称 博主昵称 up主 发帖人 评论人 作者昵称 账号 账号名称",
    "followers": "followers followers_count fans fans_count 粉丝 粉丝数 粉丝量",
    "verified": "verified verified_type 认证 认证类型 是否认证 用户认证 user_authentication",
    "published_at": "published_at published pub_date pubdate publish_time pub_time created_at create_time "
    "created_time created time date datetime timestamp posted_at post_time ctime buy_time comment_time 发布时间 "
    "时间 日期 发表时间 评论时间 评价时间 投诉时间 发帖时间 创建时间 发布日期 提问时间 回复时间 timestamp_created",
    "collected_at": "collected_at crawl_time crawled_at scraped_at fetched_at last_modify_ts 采集时间 抓取时间 "
    "爬取时间 入库时间 当前时间",
    "parent": "parent parent_id reply_to in_reply_to parent_comment_id root_id thread_id 父评论id 原微博id "
    "上级id 回复id retweet_id 源微博id",
    "rating": "rating stars star score rate 评分 星级 打分 分数 评价星级 星数",
    "place": "ip_location ip_label place location province city region ip ip属地 属地 ip归属地 地区 省份 位置 "
    "城市 发布位置 所在地 国家地区",
    "kind": "kind type content_type 类型 内容类型",
    "platform": "platform source_platform site 平台 站点 来源平台 媒体 渠道 来源",
    "tags": "tags tag hashtags topics tag_list 标签 话题 关键词标签 投诉问题",
    "media": "images image pics pictures image_list pic_urls 图片 图片链接 原始图片url 视频 videos",
    "likes": "likes like like_count liked_count attitudes_count digg_count votes_up upvotes voteup_count "
    "点赞 点赞数 赞 点赞量 赞数 获赞数 有用数 喜欢数 useful_count",
    "comments": "comments comment_count comments_count reply_count replies 评论数 评论量 回复数 回复量 评论次数",
    "reposts": "reposts shares share share_count shared_count repost_count reposts_count retweet_count 转发 "
    "转发数 分享 分享数 转发量 分享量",
    "favorites": "favorites collects collect_count collected_count favourites bookmark_count 收藏 收藏数 收藏量",
    "views": "views view_count play_count read_count plays 播放量 阅读量 浏览量 播放数 总播放数 阅读数 观看数 浏览数",
    "coins": "coins coin_count 投币 投币数",
    "heat": "heat hot hot_value 热度 热度值",
}
"""What others call our fields, Chinese and English, best first; compared without case and signs."""

_NUMBERED = re.compile(r"(?:comment|reply|评论|回复|热评)[ _-]?\d{1,3}", re.IGNORECASE)
_PLATFORMS = (
    ("weibo", r"weibo|微博"), ("xiaohongshu", r"xiaohongshu|xhslink|xhs|小红书|rednote"),
    ("bilibili", r"bilibili|b站|哔哩"), ("zhihu", r"zhihu|知乎"), ("douyin", r"douyin|抖音|aweme"),
    ("kuaishou", r"kuaishou|快手"), ("tieba", r"tieba|贴吧"), ("heimao", r"tousu\.sina|heimao|黑猫|投诉"),
    ("autohome", r"autohome|汽车之家"), ("dongchedi", r"dongchedi|懂车帝"), ("dianping", r"dianping|点评网"),
    ("jd", r"\bjd\b|[/.]jd\.com|jdcomment|京东|productcolor"), ("taobao", r"taobao|淘宝"),
    ("tmall", r"tmall|天猫"), ("douban", r"douban|豆瓣"), ("appstore", r"appstore|apps\.apple"),
    ("smzdm", r"smzdm"), ("x", r"twitter|[/.]x\.com"), ("tiktok", r"tiktok"), ("youtube", r"youtube"),
    ("steam", r"steam"), ("toutiao", r"toutiao|头条"), ("news", r"news|新闻"),
)  # fmt: skip
_COUNTS = {"likes", "comments", "reposts", "favorites", "views", "coins", "heat", "followers"}

Sample = Sequence[Mapping[str, Any]]


def _bare(name: str) -> str:
    return re.sub(r"[\s_\-()()::/]", "", name).lower()


_BY_NAME = {
    _bare(name): (field, rank)
    for field, names in SYNONYMS.items()
    for rank, name in enumerate(names.split())
}


def familiar(columns: Sequence[str]) -> list[str]:
    """The *columns* whose names say what they are."""
    return [column for column in columns if _bare(column) in _BY_NAME]


def _values(sample: Sample, column: str) -> list[Any]:
    return [value for record in sample if (value := record.get(column)) not in (None, "", [], {})]


def _agrees(field: str, values: list[Any], now: datetime) -> bool:
    """Whether what stands in a column can be *field*; most of it must be."""
    if not values:
        return False
    shown = values[:50]
    if field in _COUNTS:
        good = sum(read_count(value) is not None for value in shown)
    elif field in {"published_at", "collected_at"}:
        good = sum(read_time(value, now)[0] is not None for value in shown)
    elif field == "kind":
        good = sum(str(value).strip().lower() in KINDS for value in shown)
    elif field == "rating":
        good = sum(rating(value) is not None for value in shown)
    elif field == "url":
        good = sum(str(value).lstrip().startswith(("http", "//", "www.")) for value in shown)
    elif field in {"text", "title"}:
        good = sum(isinstance(value, str) and not value.strip().isdigit() for value in shown)
    else:
        good = sum(not isinstance(value, dict) for value in shown)
    return good * 2 > len(shown)


def choose(columns: Sequence[str], sample: Sample, now: datetime) -> dict[str, str]:
    """Our field → their column. A column serves one field, the best name wins a field."""
    ranked: list[tuple[int, int, str, str]] = []
    for place, column in enumerate(columns):
        if _NUMBERED.fullmatch(column.strip()):
            continue
        found = _BY_NAME.get(_bare(column))
        if found and _agrees(found[0], _values(sample, column), now):
            ranked.append((found[1], place, found[0], column))
    chosen: dict[str, str] = {}
    for _, _, field, column in sorted(ranked):
        chosen.setdefault(field, column)
    if "text" not in chosen:
        longest = _longest(columns, sample, set(chosen.values()))
        if longest:
            chosen["text"] = longest
    if "id" in chosen and not _is_key(_values(sample, chosen["id"])):
        column = chosen.pop("id")
        if re.search(
            r"post|note|video|weibo|微博|帖|笔记|视频|aweme|content", column, re.IGNORECASE
        ):
            chosen.setdefault("parent", column)  # the same few ids: what was commented on
    return chosen


def _longest(columns: Sequence[str], sample: Sample, taken: set[str]) -> str | None:
    """The column with the longest texts, if they are texts."""
    lengths = {
        column: sum(len(value) for value in values if isinstance(value, str)) / len(values)
        for column in columns
        if column not in taken and (values := _values(sample, column))
        and not str(values[0]).startswith(("http", "//"))
    }  # fmt: skip
    best = max(lengths, key=lambda column: lengths[column], default=None)
    return best if best is not None and lengths[best] >= 6 else None


def _is_key(values: list[Any]) -> bool:
    """Ids repeat where a record was collected again, but they are not the same few."""
    return len({str(value) for value in values}) * 3 > len(values)


def identity_of(chosen: Mapping[str, str], columns: Sequence[str], sample: Sample) -> list[str]:
    """Columns that tell records apart where there is no id: the address, else what is said, by
    whom and when.
    """
    if (
        "url" in chosen
        and _is_key(values := _values(sample, chosen["url"]))
        and len(values) == len(sample)
    ):
        return [chosen["url"]]
    names = ("parent", "author", "author_name", "published_at", "title", "text")
    parts = [chosen[name] for name in names if name in chosen]  # fmt: skip
    more = [
        column
        for column in columns
        if re.search(r"对象|商品|商家|产品|product|company", column, re.IGNORECASE)
    ]
    return list(dict.fromkeys(parts + more))


def platform_of(name: str, columns: Sequence[str], sample: Sample) -> str | None:
    """The platform that addresses, the name of the file or its columns speak of."""
    addresses = [str(value) for record in sample[:20] for value in record.values()
                 if isinstance(value, str) and value.startswith("http")]  # fmt: skip
    for text in (" ".join(addresses), name, " ".join(columns)):
        for platform, pattern in _PLATFORMS:
            if re.search(pattern, text, re.IGNORECASE):
                return platform
    return None


def kind_of(chosen: Mapping[str, str], columns: Sequence[str], platform: str | None) -> str:
    """post, review or comment, by the words of the columns."""
    named = " ".join(columns).lower()
    if "rating" in chosen or platform in {
        "jd",
        "taobao",
        "tmall",
        "appstore",
        "dianping",
        "douban",
    }:
        return "review"
    text = chosen.get("text", "").lower()
    if "parent" in chosen or (
        ("评论" in text or "comment" in text or "回复" in text) and "title" not in chosen
    ):
        return "comment"
    return "article" if platform == "news" or "新闻" in named else "post"


def draft(name: str, columns: Sequence[str], sample: Sample, now: datetime) -> str:
    """A mapping in TOML for a file with *columns*, with comments and examples, to be checked."""
    chosen = choose(columns, sample, now)
    platform = platform_of(name, columns, sample)
    lines = [
        f"# {name} 的列映射草稿：请核对后用 --map 导入。",
        f"# Draft mapping of {name}: check it, then import with --map.",
    ]
    lines += ["", "[columns]  # 我们的字段 = 文件的列 / our field = column of the file"]
    lines += [
        f"{field} = {_quoted(chosen[field])}{_example(sample, chosen[field])}"
        for field in SYNONYMS if field in chosen
    ]  # fmt: skip
    lines += ["", "[constants]  # 每条都一样的值 / the same for every record"]
    if "platform" not in chosen:
        doubt = "" if platform else "  # 请改成平台名 / name the platform: weibo, xiaohongshu, jd …"
        lines.append(f"platform = {_quoted(platform or 'other')}{doubt}")
    if "kind" not in chosen:
        lines.append(f"kind = {_quoted(kind_of(chosen, columns, platform))}"
                     "  # post, comment, repost, review, article")  # fmt: skip
    lines += _identity_lines(chosen, columns, sample)
    replies = list(_reply_lines(columns, sample, now))
    lines += replies
    spoken = " ".join(replies)
    rest = [c for c in columns if c not in chosen.values() and _quoted(c) not in spoken]
    if rest:
        lines += ["", "# 没有用到的列 / columns not used:"]
        lines += [f"#   {_quoted(column)}{_example(sample, column)}" for column in rest]
    return "\n".join(lines) + "\n"


def _identity_lines(chosen: Mapping[str, str], columns: Sequence[str], sample: Sample) -> list[str]:
    if "id" in chosen:
        return []
    names = ", ".join(map(_quoted, identity_of(chosen, columns, sample)))
    return [
        "",
        "[identity]  # 没有编号：这些列合起来区分各条 / no id: these columns tell records apart",
        f"columns = [{names}]",
    ]


def _reply_lines(columns: Sequence[str], sample: Sample, now: datetime) -> Iterator[str]:
    numbered = [column for column in columns if _NUMBERED.fullmatch(column.strip())]
    texts = [c for c in numbered if _agrees("text", _values(sample, c), now)]
    if texts:
        yield from ("", "[replies]  # 同一行里的评论 / comments in the same row")
        yield f"texts = [{', '.join(map(_quoted, texts))}]"
        return
    for column in columns:
        inner = [one for value in _values(sample, column) if isinstance(value, list)
                 for one in value if isinstance(one, dict)]  # fmt: skip
        keys = list(dict.fromkeys(key for one in inner for key in one))
        found = choose(keys, inner[:200], now) if inner else {}
        wanted = {
            k: v for k, v in found.items() if k in ("text", "published_at", "author", "author_name")
        }
        if "text" in wanted and re.search(r"repl|comment|回复|评论|answer", column, re.IGNORECASE):
            pairs = ", ".join(f"{field} = {_quoted(name)}" for field, name in wanted.items())
            yield from ("", "[replies]  # 记录里的回复 / comments within the record")
            yield from (f"records = {_quoted(column)}", f"columns = {{ {pairs} }}")
            return


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _example(sample: Sample, column: str) -> str:
    shown = [re.sub(r"\s+", " ", str(value))[:24] for value in _values(sample, column)[:2]]
    clean = ["".join(sign for sign in text if sign.isprintable()) for text in shown]
    return "  # " + " | ".join(clean) if clean else "  # （样本中为空 / empty in the sample）"
