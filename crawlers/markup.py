"""HTML, entities and invisible characters out of a text; what a reader sees stays."""

from __future__ import annotations

import html
import re
from urllib.parse import unquote

_TAG = (
    r"a|abbr|article|b|big|blockquote|body|br|button|center|cite|code|dd|del|div|dl|dt|em|"
    r"figcaption|figure|font|footer|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|label|li|"
    r"link|main|mark|meta|nav|noscript|ol|p|path|picture|pre|s|section|small|source|span|strike|"
    r"strong|sub|sup|svg|table|tbody|td|tfoot|th|thead|title|tr|u|ul|video|audio|wbr|emoji"
)
"""Only these are taken out: <草> is something people write."""

_SUSPECT = re.compile(
    "[<&\xa0\xad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ue627\x00-\x08\x0b\x0c\x0e-\x1f]"
    r"|sinaurl\?|\[话题\]#|展开c|收起d"
)
_GONE = re.compile(
    r"<!--.*?-->|<(script|style)\b[^>]*>.*?</\1\s*>"
    r"|<i\b[^>]*\bwbicon\b[^>]*>.*?</i>"  # a glyph of Weibo's icon font
    r"|(?:\.{3}|…)?\s*<a\b[^>]*>\s*(?:\.{3}|…)?全文\s*</a>"
    r"|(?:\.{3}|…)?\s*<span\b[^>]*\bexpand\b[^>]*>.*?</span>",
    re.IGNORECASE | re.DOTALL,
)
_IMG = re.compile(r"<img\b[^>]*?>", re.IGNORECASE)
_ALT = re.compile(r"""\balt\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)
_BREAK = re.compile(
    r"<(?:br|hr)\b[^>]*>|</(?:p|div|li|tr|h[1-6]|blockquote|section|article|dd|dt)\s*>",
    re.IGNORECASE,
)
_ANY = re.compile(rf"</?(?:{_TAG})(?:\s[^<>]*|/)?>", re.IGNORECASE)
_CUT = re.compile(rf"<(?:{_TAG})\s[^<>]*$", re.IGNORECASE)  # the collector cut within a tag
_SINAURL = re.compile(
    r"https?://(?:weibo\.cn|t\.cn)/sinaurl\?(?:[^\s]*?&)?u=([^\s&\"'<>]+)[^\s\"'<>]*"
)
_EXPAND = re.compile(r"\s*(?:展开c|收起d)\s*$")
_INVISIBLE = re.compile(
    "[\xad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ue627"
    "\x00-\x08\x0b\x0c\x0e-\x1f]"
    # A joiner makes one emoji of several; anywhere else it only hides a word from matching.
    "|(?<![\U0001f000-\U0001faff\u2600-\u27bf\ufe0f])\u200d|\u200d(?![\U0001f000-\U0001faff\u2600-\u27bf])"
)
_BLANKS = re.compile(r"[ \t\r\x20]*\n[ \t\r]*")
_DOUBLY = re.compile(r"&(?:amp;)(?=#?\w{2,8};)")


def plain(text: str) -> str:
    """*text* as a reader sees it.

    Emoticon images give their ``[name]``, breaks and paragraphs a line end, links and topics
    their words; the 全文 tail of cut posts goes, entities are read (also doubly written ones),
    Weibo's redirect gives its target, zero-width characters go. A text without any of these comes
    back at once.
    """
    if not _SUSPECT.search(text):
        return text.strip()
    if "<" in text:
        text = _strip(text)
    if "&" in text:
        text = html.unescape(_DOUBLY.sub("&", text))
    if "sinaurl?" in text:
        text = _SINAURL.sub(lambda match: unquote(match[1]), text)
    text = _EXPAND.sub("", text.replace("[话题]#", "#"))
    text = _INVISIBLE.sub("", text)
    return text.replace("\xa0", " ").replace("\u2028", "\n").replace("\u2029", "\n").strip()


def _alt(match: re.Match[str]) -> str:
    found = _ALT.search(match[0])
    return next((group for group in found.groups() if group is not None), "") if found else ""


def _strip(text: str) -> str:
    bare = _GONE.sub("", text)
    bare = _IMG.sub(_alt, bare)
    bare = _BREAK.sub("\n", bare)
    bare = _CUT.sub("", _ANY.sub("", bare))
    return text if bare == text else re.sub(r"\n{3,}", "\n\n", _BLANKS.sub("\n", bare))


_TOPIC = re.compile(r"#([^#\n<>]{1,60}?)(?:\[(?:话题|超话|超级话题)\])?#")


_OPEN = re.compile(r"#([^\s#@<>\[,，。!！?？]{1,30})")


def hashtags(text: str) -> tuple[str, ...]:
    """Topics behind one ``#``, up to the next blank or sign, each once, in order: the way of
    Douyin and Kuaishou.
    """
    return tuple(dict.fromkeys(_OPEN.findall(text))) if "#" in text else ()


def topics(text: str) -> tuple[str, ...]:
    """Topics between two ``#`` in *text*, each once, in order: the Weibo and Xiaohongshu way."""
    if "#" not in text:
        return ()
    return tuple(
        dict.fromkeys(name for match in _TOPIC.finditer(text) if (name := match[1].strip()))
    )
