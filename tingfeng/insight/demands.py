"""What people ask for (诉求), in their own words: found by words that everyone can search for."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from tingfeng import Document, Message, PostStore, Query, fold
from tingfeng.insight.counted import total
from tingfeng.insight.loudest import loudest
from tingfeng.insight.sheet import Proof

WORDS: tuple[tuple[Message, tuple[str, ...]], ...] = (
    (Message("退款退货", "refund"), ("退款", "退货", "退钱", "全额退", "退一赔三")),
    (Message("赔偿", "compensation"), ("赔偿", "赔钱", "索赔", "补偿", "赔付")),
    (Message("召回下架", "recall"), ("召回", "下架", "停售")),
    (Message("道歉", "apology"), ("道歉", "致歉")),
    (Message("给说法", "an explanation"), ("个说法", "给说法", "交代", "回应", "给个解释", "真相")),
    (Message("维修更换", "repair"), ("换新", "换货", "维修", "更换")),
    (Message("查处监管", "action by authorities"), ("彻查", "查处", "严查", "12315", "投诉", "维权")),
    (Message("改进", "improvement"), ("改进", "改善", "优化", "尽快解决")),
)  # fmt: skip

DEFINITION = Message(
    "诉求按诉求词在负面帖中检索，每个词的帖数可由命令复核；引文是原帖原句，不作改写。提到不等于要求，"
    "请以原文为准。",
    "Demands are found by words in negative posts; the posts of each word can be listed by the "
    "command. What is quoted stands so in the post. A word is no proof of a demand: the original "
    "decides.",
)

LONGEST = 60
"""Characters of a quotation."""

_SENTENCE = re.compile(r"[^。！？!?；;\n…]+[。！？!?；;…]*")
_WISH = re.compile(r"要求|希望|请|必须|赶紧|尽快|能不能|什么时候|凭什么|应该|给个|给我|求|想|要")


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """One post's demand."""

    kind: Message
    quote: str
    """Stands so in the post, shortened at its ends where it is long (marked by …)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How often one kind of demand is voiced."""

    kind: Message
    proofs: tuple[Proof, ...]
    """Of each word, most posts first."""
    example: Document
    quote: str


def demand(document: Document) -> Demand | None:
    """The demand of one post; ``None``: no word of one. A sentence that also wishes, asks or insists
    goes before one that only has the word.
    """
    found: list[tuple[bool, int, Demand]] = []
    for sentence in _SENTENCE.finditer(document.post.words):
        text = sentence[0].strip()
        folded = fold(text)
        for kind, words in WORDS:
            at = min((folded.find(word) for word in words if word in folded), default=-1)
            if at >= 0:
                told = Demand(kind=kind, quote=_cut(text, at))
                found.append((_WISH.search(folded) is None, sentence.start(), told))
    return min(found, key=lambda one: one[:2])[2] if found else None


def demands(store: PostStore, query: Query) -> list[Asked]:
    """Kinds of demands in the posts of *query*, that with the most frequent word first."""
    found = []
    for kind, words in WORDS:
        proofs, examples = [], []
        for word in words:
            asked = _with(query, word)
            posts = total(store, asked).posts
            if posts:
                proofs.append(Proof.of(word, word, posts, asked))
                examples += [one.document for one in loudest(store, asked, limit=1)]
        if proofs:
            proofs.sort(key=lambda one: -one.posts)
            quoted = _example(examples, words)
            found.append(Asked(kind=kind, proofs=tuple(proofs), example=quoted[0], quote=quoted[1]))
    return sorted(found, key=lambda one: -one.proofs[0].posts)


def _with(query: Query, word: str) -> Query:
    return replace(query, text=f'"{word}"')


def _example(documents: list[Document], words: tuple[str, ...]) -> tuple[Document, str]:
    for document in documents:
        for sentence in _SENTENCE.finditer(document.post.words):
            folded = fold(sentence[0])
            at = min((folded.find(word) for word in words if word in folded), default=-1)
            if at >= 0:
                return document, _cut(sentence[0], at).strip()
    first = documents[0]
    return first, _cut(first.post.words, 0)


def _cut(text: str, at: int) -> str:
    """At most :data:`LONGEST` characters of *text* around *at*, on one line."""
    if len(text) > LONGEST:
        start = max(0, min(at - LONGEST // 2, len(text) - LONGEST))
        end = start + LONGEST
        text = ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")
    return " ".join(text.split())
