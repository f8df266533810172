"""The part of a text that belongs to one brand in it.

A sentence is cut at commas and blanks. A clause without a brand goes on about the brand before it,
or leads up to the first one; a clause with several is cut between them, unless it compares or joins
them: 云雀比青鸟好 and 云雀和青鸟都好 say something of both. Offsets are code points.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

REACH = 60
"""Characters to either side of the name: what stands farther off seldom is about it."""

BARE = 2
"""Letters. A sentence with fewer beside the name (``#云雀#``, ``@云雀``, ``云雀！``) says nothing: it
takes the next one, or is the tail of the one before."""

_STOP = re.compile(r"[。！？!?…;；\n\r]+|//(?=\s*@)|(?<!\d)\.(?!\d)|~{2,}|\.{2,}|(?<=\w)#(?=\s*\w)")
_PAUSE = re.compile(
    r"[，,：:]+|(?<=[\u4e00-\u9fff\]）)”])\s+(?=[\u4e00-\u9fff@#【])"
    r"|(?<=[^\s，,。！？!?；;：:、])(?=(?:但是|但|可是|不过|然而|可惜|反而|反倒|相比|相较|倒是)[^\s，,])"
)
"""Commas, the blanks that stand for them, and where a contrast begins."""

COMPARES = re.compile(
    r"比(?!如|较|亚|特|赛|例|方|价|划|基尼|心)|不如|没有?(?=[^，,]{1,12}(?:好|强|香|快|稳|大|高|便宜|舒服|靠谱|耐用))|不及|赶不上|比不上|比不过"
    r"|秒杀|完胜|吊打|碾压|输给|胜过|优于|强过|好过|甩|(?<![a-z])vs\.?(?![a-z])"
)
_JOINS = re.compile(r"\s*(?:以?及|[和跟与、/&+])\s*")
_BOUND = re.compile(r"(?:而且|而|却|但是|但|可是|不过|换成|换了|不像|哪像|[、/|和跟与及])")
"""Where one brand's words end and another's begin within a clause."""

_WORDY = re.compile(r"[^\W_]")

Span = tuple[int, int]


def clause(text: str, start: int, end: int, others: Iterable[Span] = ()) -> Span:
    """Offsets of what *text* says of the brand at ``text[start:end]``; *others* are the places
    where other brands stand. The name itself always lies inside.
    """
    low, high = max(0, start - REACH), min(len(text), end + REACH)
    rivals = sorted(
        place for place in others if low < place[1] and place[0] < high
        and not (place[0] < end and start < place[1])
    )  # fmt: skip
    sentences = _pieces(_STOP, text, low, high, start, end)
    at = next(n for n, piece in enumerate(sentences) if piece[0] <= start < piece[1])
    left, right = _part(text, sentences[at], start, end, rivals)
    if _words(text, left, right) - (end - start) < BARE:
        left, right = _joined(text, sentences, at, (left, right), rivals)
    return _trimmed(text, left, right, start, end)


def _pieces(
    cut: re.Pattern[str], text: str, low: int, high: int, start: int, end: int
) -> list[Span]:
    """``text[low:high]`` in parts that end behind a match of *cut*; none ends inside the name."""
    pieces, begun = [], low
    for found in cut.finditer(text, low, high):
        if found.end() > begun and not (found.start() < end and start < found.end()):
            pieces.append((begun, found.end()))
            begun = found.end()
    if begun < high:
        pieces.append((begun, high))
    return pieces


def _part(text: str, sentence: Span, start: int, end: int, rivals: Sequence[Span]) -> Span:
    """What of its sentence belongs to the name."""
    near = [place for place in rivals if sentence[0] <= place[0] and place[1] <= sentence[1]]
    if not near:
        return sentence
    before = [place for place in near if place[1] <= start]
    after = [place for place in near if place[0] >= end]
    left = _border(text, before[-1], (start, end), start, end) if before else sentence[0]
    right = _border(text, (start, end), after[0], start, end) if after else sentence[1]
    if before and left <= before[-1][0]:
        left = max(piece[0] for piece in _clauses(text, sentence, start, end) if piece[0] <= left)
        left = (
            max(left, _border(text, before[-2], before[-1], start, end))
            if len(before) > 1
            else left
        )
        if not after and not _JOINS.fullmatch(text[before[-1][1] : start]):
            # 云雀比青鸟好，就是贵: what follows the comparison is about its subject.
            ends = [piece[1] for piece in _clauses(text, sentence, start, end)]
            right = min(one for one in ends if one >= end)
    if after and right >= after[0][1]:
        right = _border(text, after[0], after[1], start, end) if len(after) > 1 else sentence[1]
    return left, right


def _border(text: str, first: Span, second: Span, start: int, end: int) -> int:
    """Where the words of the *first* of two neighbours end and those of the *second* begin: at the
    last pause between them, else at a word like 而 or 和. What is compared or joined has no such
    place: then beyond the other one.
    """
    between = text[first[1] : second[0]]
    pauses = [
        first[1] + found.end() for found in _PAUSE.finditer(between) if found.end() <= len(between)
    ]
    if pauses:
        return pauses[-1]
    if COMPARES.search(between) or _JOINS.fullmatch(between):
        return second[1] if first == (start, end) else first[0]
    bounds = list(_BOUND.finditer(between))
    if bounds:
        return first[1] + bounds[-1].start()
    return second[0]


def _clauses(text: str, sentence: Span, start: int, end: int) -> list[Span]:
    return _pieces(_PAUSE, text, *sentence, start, end)


def _joined(
    text: str, sentences: Sequence[Span], at: int, own: Span, rivals: Sequence[Span]
) -> Span:
    """A bare name with the sentence behind it, or before it where none follows, up to a rival."""
    left, right = own
    if at + 1 < len(sentences) and right == sentences[at][1]:
        following = sentences[at + 1][1]
        stop = min((place[0] for place in rivals if place[0] >= right), default=following)
        if _words(text, right, min(following, stop)):
            return left, min(following, stop)
    if at > 0 and left == sentences[at][0]:
        leading = sentences[at - 1][0]
        stop = max((place[1] for place in rivals if place[1] <= left), default=leading)
        return max(leading, stop), right
    return own


def _words(text: str, left: int, right: int) -> int:
    return sum(1 for _ in _WORDY.finditer(text, left, right))


def _trimmed(text: str, left: int, right: int, start: int, end: int) -> Span:
    """Without blanks and commas at the ends, and never less than the name."""
    while left < start and (text[left].isspace() or text[left] in "，,、；;：:"):
        left += 1
    while right > end and (text[right - 1].isspace() or text[right - 1] in "，,、；;：:/"):
        right -= 1
    return min(left, start), max(right, end)
