"""One row of people's own labels: what its cells mean, and what to do about a cell that means nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast, get_args

from nlp.scoring import NEGATIVE, NEUTRAL, NONE, POSITIVE
from tingfeng.core.message import Message
from tingfeng.core.post import Kind

MIXED = -2
"""Both for and against: scored by nobody, but counted."""

WORDS = {
    NEGATIVE: ("neg", "negative", "负", "负面", "消极", "贬", "差评"),
    NEUTRAL: ("neu", "neutral", "中", "中性", "中立"),
    POSITIVE: ("pos", "positive", "正", "正面", "积极", "褒", "好评"),
    MIXED: ("mix", "mixed", "混合", "褒贬皆有"),
    NONE: ("", "-", "–", "—", "nan", "none", "null"),
}
KIND_NAMES = {"帖子": "post", "评论": "comment", "转发": "repost", "评价": "review", "文章": "article",
              "热榜": "hot"}  # fmt: skip
YES, NO = ("1", "1.0", "true", "yes", "y", "是"), ("0", "0.0", "false", "no", "n", "否")

_LABELS = {word: label for label, words in WORDS.items() for word in words}
_NUMBERS = {"1.0": "1", "0.0": "0", "-0.0": "0", "2.0": "2", "-1.0": "-1", "+1": "1"}

Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionRow:
    """One labelled mention."""

    line: int
    text: str
    brand: str
    start: int | None
    """As given; ``None``: not, or no number."""

    meant: bool
    """Whether the name is the brand."""

    stance: int
    """A class of :mod:`nlp.scoring`, its ``NONE``, or :data:`MIXED`."""

    ad: int = NONE
    kind: Kind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRow:
    """One labelled text."""

    line: int
    text: str
    label: int
    kind: Kind | None = None


class Unclear(Exception):
    """A cell that cannot be understood; says what to write instead."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Message(zh, en)


def meanings_of(labels: set[str], *, two: bool) -> dict[str, int]:
    """The class of every word, and of the numbers that a file with these *labels* uses: -1, 0, 1;
    or 0, 1, 2; or, where there may be *two* classes, 0 and 1.
    """
    numbers = {_NUMBERS.get(label, label) for label in labels}
    meanings: dict[str, int] = {}
    if "-1" in numbers:
        meanings = {"-1": NEGATIVE, "0": NEUTRAL, "1": POSITIVE}
    elif "2" in numbers:
        meanings = {"0": NEGATIVE, "1": NEUTRAL, "2": POSITIVE}
    elif two:
        meanings = {"0": NEGATIVE, "1": POSITIVE}
    return (
        _LABELS
        | meanings
        | {said: meanings[number] for said, number in _NUMBERS.items() if number in meanings}
    )


def mention_row(line: int, cells: Cells, labels: Mapping[str, int]) -> MentionRow:
    """The mention of these cells; raises :class:`Unclear`."""
    if not cells["brand"]:
        raise Unclear("没有写品牌（brand）：请补上", "brand is empty: fill it in")
    start = _NUMBERS.get(cells.get("start", ""), cells.get("start", "")).removesuffix(".0")
    return MentionRow(
        line=line, text=_words(cells), brand=cells["brand"],
        start=int(start) if start.isdecimal() else None,
        meant=_yes(cells.get("is_brand", "1"), "is_brand"), stance=_label(cells["stance"], "stance", labels),
        ad=int(_yes(cells["ad"], "ad")) if cells.get("ad") else NONE, kind=_kind(cells),
    )  # fmt: skip


def text_row(line: int, cells: Cells, labels: Mapping[str, int]) -> TextRow:
    """The text of these cells; raises :class:`Unclear`."""
    label = _label(cells["label"], "label", labels)
    if label in (NONE, MIXED):
        raise Unclear(
            f"label 是 {cells['label'] or '空'}，不是三类之一：请写 pos、neg 或 neu",
            f"label is {cells['label'] or 'empty'}, none of the three: write pos, neg or neu",
        )
    return TextRow(line=line, text=_words(cells), label=label, kind=_kind(cells))


def _words(cells: Cells) -> str:
    if not cells["text"].strip():
        raise Unclear("text 是空的：没有文字可判断", "text is empty: there is nothing to judge")
    return cells["text"]


def _yes(said: str, column: str) -> bool:
    if said.lower() not in YES + NO:
        raise Unclear(f"{column} 是 {said or '空'}：请写 1 或 0", f"{column} is {said or 'empty'}: write 1 or 0")  # fmt: skip
    return said.lower() in YES


def _label(said: str, column: str, labels: Mapping[str, int]) -> int:
    found = labels.get(said.lower().removesuffix("的"))
    if found is None:
        raise Unclear(
            f"看不懂 {column} 的 {said[:20]}：请写 pos、neg、neu（或 正面、负面、中性）",
            f"{column} {said[:20]!r} is not understood: write pos, neg or neu",
        )
    return found


def _kind(cells: Cells) -> Kind | None:
    kind = KIND_NAMES.get(cells.get("post_kind", ""), cells.get("post_kind", "")) or None
    if kind is not None and kind not in get_args(Kind):
        raise Unclear(
            f"没有 {kind} 这种类型：请写 {'、'.join(KIND_NAMES)}，或留空",
            f"there is no kind {kind}: write {', '.join(get_args(Kind))}, or leave it empty",
        )
    return cast("Kind | None", kind)
