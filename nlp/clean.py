"""The text as it is read: own words only, in one width, case and script."""

from __future__ import annotations

import html
import re

from tingfeng import fold

VERSION = "2"
"""Changes whenever the same text would be cleaned differently: it is part of the reader's name."""

EMOTICON = re.compile(r"\[[^\[\]\s@#/:]{1,8}\]")
"""``[允悲]``, ``[哭惹R]``, ``[doge]``: Weibo's longest are eight characters."""

ACCOUNT = re.compile(r"(?<![A-Za-z0-9_.])[@＠]([\w\-·.]{1,30})")
"""``@name``. A name ends at a blank or punctuation, as the platforms themselves read it; after a
Latin letter or digit it is a mail address instead."""

LINK = re.compile(
    r"(?:https?://|www\.)[\w.\-~:/?#\[\]@!$&'()*+,;=%]+"
    r"|(?<![\w@])(?:t\.cn|b23\.tv|v\.douyin\.com|xhslink\.com|u\.jd\.com)/[\w./?=&%-]+",
    re.ASCII | re.IGNORECASE,
)
"""Addresses with a scheme, and the bare short links of Chinese platforms. ASCII only, so that the
Chinese words written right behind a link stay."""

_UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\ud800-\udfff]"  # half an emoji, where a collector cut the text: no engine takes it
)
_JOINER = re.compile("(?<![\u2600-\u27bf\U0001f000-\U0001faff])\u200d")
_CHAIN = re.compile(r"//\s*@")
_SPEAKER = re.compile(r"^[\w\-·.]{1,30}\s*[:：]?")
_REPLY = re.compile(r"(?:回[复復]|[Rr]eply(?: to)?)\s*[@＠][\w\-·.]{1,30}\s*[:：]?")
_PLACEHOLDER = re.compile(
    r"\[(?:话题|話題|超话|超話|地点|地點)\]|O?网页链接|网页鏈接|查看图片|展开全[文部]|收起全文"
    r"|[(（]分享自\s*@[^)）]*[)）]"
)
_NOTHING_SAID = re.compile(
    r"(?:转发微博|轉發微博|转发|轉發|repost)?[\s.。,，:：!！]*", re.IGNORECASE
)
_SYSTEM_WORDS = re.compile(
    r"(?:(?:此|该)?(?:用户|买家|评价方|会员|顾客)?(?:您|你)?(?:未|没有?|没|暂未|暂无)(?:能|有)?(?:及时|主动)?"
    r"(?:做出|作出|填写|发表|写|留下|提交|撰写)+(?:任何|文字|评价|评论|的|内容|文本)*"
    r"|(?:此|该)(?:用户|买家|会员|顾客)(?:未|没有?)(?:及时)?评[价论]"
    r"|(?:系统|平台)?(?:自动)?(?:默认|自动)(?:给出|给予|为)?(?:好评|五星好评|评价|五星)"
    r"|(?:转发|快转|分享)(?:了)?(?:微博|图片|视频)?|reposts?|retweet|图片评论|视频评论"
    r"|[\s.。,:;!~…|/()\[\]])+",
    re.IGNORECASE,
)
"""What Taobao, JD and others write where a buyer wrote nothing, and Weibo where somebody only passed
something on. Only as the whole text: 默认好评 within a sentence is somebody's word."""

_MAY_BE_SYSTEM_WORDS = re.compile(
    r"[\s.。,，:：;；!！~～…|/()（）\[\]此该該用买買评評会會顾顧您你未没沒暂暫系平默自转轉快分图圖视視Rr]"
)
"""Their first characters, before folding: nearly every text is told apart by its own."""

_LONGEST_SYSTEM_WORDS = 60
"""Characters: longer texts are not asked. The longest seen has 27."""

_REPEATS = re.compile(r"([^0-9a-z\s])\1{3,}")
_BLANKS = re.compile(r"\s+")
_MARKED = re.compile(
    r"[&@＠#＃/\u00ad\u061c\u180e\u200b-\u206f\ufe00-\ufeff\ud800-\udfff链鏈图全回復分wW[]|\.c|\.t"
)


def silent(text: str) -> bool:
    """Whether *text* is blank, or nothing but what a platform writes for people who wrote nothing
    (系统默认好评, 转发微博).
    """
    if not text:
        return True
    if not _MAY_BE_SYSTEM_WORDS.match(text):
        return False
    if len(text) > _LONGEST_SYSTEM_WORDS:
        return not text.strip()
    return bool(_SYSTEM_WORDS.fullmatch(fold(text)))


def own_words(text: str) -> str:
    """What the author added to a chain of reposts, ``my words//@b:b's//@a:a's``.

    A repost without a word of its own (empty, 转发微博) is read as the nearest quoted words: to
    pass something on says that much, and no post is lost.
    """
    parts = _CHAIN.split(text)
    if len(parts) == 1:
        return text
    quoted = (_SPEAKER.sub("", part, count=1) for part in parts[1:])
    for part in (parts[0], *quoted):
        if not _NOTHING_SAID.fullmatch(_without_marks(part)):
            return part
    return parts[0]


def _without_marks(text: str) -> str:
    """*text* without addresses, accounts and the platforms' own placeholders; topics as words."""
    text = LINK.sub(" ", text)
    text = _PLACEHOLDER.sub(" ", text)
    text = _REPLY.sub(" ", text)
    text = ACCOUNT.sub(" ", text)
    return text.replace("#", " ").replace("＃", " ")


def _once(text: str) -> str:
    if "&" in text:
        text = html.unescape(text)
    text = _JOINER.sub("", _UNSEEN.sub("", text))
    text = _without_marks(own_words(text))
    text = fold(text)
    return _BLANKS.sub(" ", _REPEATS.sub(r"\1\1\1", text)).strip()


def clean(text: str) -> str:
    """*text* as it is read: folded (width, case, simplified), without what is not language.

    Dropped: quoted reposts, accounts, addresses, reply prefixes, unseen characters, the signs of
    topics (their words stay). Kept: emoticons ``[泪]`` and emoji. Four or more of the same sign
    become three. A text that says nothing of its own (:func:`silent`) is empty. Cleaning a cleaned text changes nothing.
    """
    if silent(text):
        return ""
    cleaned = _once(text)
    while _MARKED.search(cleaned):
        # What one pass uncovers (&amp;#64; → @) the next removes; each pass only shortens.
        again = _once(cleaned)
        if again == cleaned:
            break
        cleaned = again
    return "" if silent(cleaned) else cleaned
