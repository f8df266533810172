"""Whether a red-line word is claimed of the brand, or merely asked about or denied.

Plain rules on the clause around the word, each of which can be said in a sentence. In doubt it is
claimed: a question that was taken for a claim costs a look, a claim that was missed may cost lives.
"""

from __future__ import annotations

import re

JUDGEMENTS = frozenset(
    {
        "召回", "欺诈", "传销", "假药", "偷税", "漏税", "逃税",
        "辱华", "歧视女性", "虐待", "立案调查", "行政处罚", "被约谈",
    }
)  # fmt: skip
"""What is judged or demanded and no event: 不给发票，偷税吗 accuses, and 没有召回 complains."""

_END = re.compile(r"[\s，,。.！!；;、：:…~～]|[？?]")
_DENIED = re.compile(
    r"(?<!不是)(?<!并非)(?<!有)(?:没有?|未|并?无|不会|不曾|从不|绝不|从未|并未|并非|不存在|杜绝)"
    r"(?:发生过?|出现过?|被|过|任何|再)?$"
)
"""Right before the word. 没想到自燃, 无故自燃 and 不仅漏电 deny nothing, and are none of these."""

_SARCASM = re.compile(r"说好|号称|宣称|宣传|承诺|保证|以为|谁说|吹|什么叫")
"""A denial that someone else gave and the writer does not believe: 说好的不会漏电."""

_ASKS_BEFORE = re.compile(r"(?:会不会|有没有|有没|是不是|是否|会否|能否|能不能|可不可能|要不要紧)")
_ASKS_AFTER = re.compile(r"(?:了|过|的)?(?:事故|事件|风险|问题|危险|隐患|现象)?(?:吗|没有|没|么)?$")
_PARTICLE = re.compile(r"(?:吗|没有|没|么)$")
_RHETORIC = re.compile(
    r"难道|不是|怎么|为什么|为啥|凭什么|谁|就|又|刚|才|居然|竟|直接|突然|结果|还|涉嫌"
)
"""What turns a question into a reproach, or tells what happened: 刚买一周就自燃了？"""


def is_claimed(text: str, start: int, end: int) -> bool:
    """Whether ``text[start:end]`` is said of something rather than asked or denied.

    *text*: folded. Denied: a negation stands right before the word. Asked: 会不会, 是否 and the
    like stand before it in its clause, or its clause ends right after it with 吗, 没有 or one
    question mark.
    """
    word = text[start:end]
    if word in JUDGEMENTS:
        return True
    before = _END.split(text[max(0, start - _REACH) : start])[-1]
    stop = _END.search(text, end)
    after, mark = text[end : stop.start()] if stop else text[end:], ""
    if stop:
        mark = text[stop.start() :][:2]
    if _DENIED.search(before) and not _SARCASM.search(before):
        return False
    if _RHETORIC.search(_ASKS_BEFORE.sub("", before)):
        return True
    if _ASKS_BEFORE.search(before):
        return False
    if not _ASKS_AFTER.fullmatch(after):
        return True
    one_mark = mark[:1] in ("?", "？") and mark[1:] not in ("?", "？", "!", "！")
    return not (one_mark or _PARTICLE.search(after))


_REACH = 30
"""Characters looked back for the beginning of the clause."""
