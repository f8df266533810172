"""What the linear engine looks at around a marked name: the same in training and in use.

The name itself is masked, and so are other brands, links and accounts: what holds of one brand holds
of all. N-grams count apart by where they stand: in the clause that belongs to the name, outside of
it, within twelve characters to its left or right. Beside them stand the verdict of the post model
on the clause and on the whole, and signs such as a question, a comparison or an advert.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nlp.clauses import COMPARES, REACH, Span
from nlp.clean import ACCOUNT, LINK
from nlp.linear import char_grams, mixed
from nlp.registers import REGISTERS
from nlp.signs import mood, signs
from nlp.surface import sound
from tingfeng import Register, Segmenter

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ids = NDArray[np.int32]
    """Buckets of n-grams in order of position; 0 where there is none."""

BITS = 20
"""Buckets. Some 300,000 n-grams are seen twice in training."""

NEAR = 12
"""Characters beside the name in which words speak of it most directly."""

NAME, RIVAL, ADDRESS, PERSON = "\ue000", "\ue001", "\ue002", "\ue003"
"""Signs of private use that stand for the name asked about, other brands, links and accounts."""

NAME_GAIN = 4.0
"""The name and what touches it are eleven n-grams among hundreds: they would hardly count."""

ZONES = ("clause", "outside", "left", "right")
_SALTS = (0x51ED270B, 0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F)

_QUESTION = re.compile(
    r"[?？]|吗|求问|请问|有没有|怎么样|如何|多少|哪[个款里家]|什么时候|求推荐|呢[。！!~]?$"
)
_NEGATION = re.compile(r"[不没别无未莫勿冇唔]")
_IRONY = re.compile(
    r"呵呵|真有你的|棒槌|可真|真是谢谢|厉害了|我谢谢|好意思|真行|牛逼|也是醉|服了|佩服|不愧是|感动哭|良心"
    r"|[👏🙏😅🙃🙂]|\[(?:微笑|拜拜|鼓掌|允悲|作揖|good)\]"
)
_TAIL = re.compile(rf"(?:来自|发自|via|通过|使用|来源)\W{{0,3}}{NAME}")
"""来自iPhone客户端: where a post was written says nothing of the phone."""

_ADVERT = re.compile(
    rf"转发|抽奖|关注|优惠|券|私信|包邮|下单|链接|戳|购买|折|活动|领取|限时|福利|立减|直播间|抢|{ADDRESS}"
)
_OPENING = frozenset('《“"「『‘')
RULES = ("near", "never", "no context", "plain", "account", "")
"""What the shipped knowledge of names says of a place; empty: it does not know the name."""


@dataclass(frozen=True, slots=True)
class Place:
    """A name in a text, ready to be looked at."""

    text: str
    folded: str
    """*text* by :func:`nlp.surface.plain`."""

    start: int
    end: int
    span: Span
    """The clause that belongs to it."""

    rivals: tuple[Span, ...]
    register: Register
    rule: str
    """One of :data:`RULES`."""


@dataclass(frozen=True, slots=True)
class Window:
    """What stands around a name, masked, and where in it the zones lie."""

    text: str
    name: int
    """Where :data:`NAME` stands."""

    clause: Span
    near: Span


def window(place: Place) -> Window:
    """The :data:`nlp.clauses.REACH` characters to either side of the name, masked."""
    low, high = max(0, place.start - REACH), min(len(place.text), place.end + REACH)
    folded = place.folded[low:high].replace("\0", " ")
    start, end = place.start - low, place.end - low
    signs = list(folded)

    def mask(left: int, right: int, sign: str) -> None:
        left, right = max(left, 0), min(right, len(signs))
        if left < right and not (left < end and start < right):
            signs[left:right] = [sign, *[""] * (right - left - 1)]

    if "." in folded or "/" in folded:
        for found in LINK.finditer(folded):
            mask(*found.span(), ADDRESS)
    if "@" in folded:
        for found in ACCOUNT.finditer(folded):
            mask(*found.span(1), PERSON)
    for left, right in place.rivals:
        mask(left - low, right - low, RIVAL)
    signs[start:end] = [NAME, *[""] * (end - start - 1)]
    cuts = (place.span[0] - low, place.span[1] - low, start - NEAR, start, end + NEAR)
    first, last, left, name, right = (len("".join(signs[: max(cut, 0)])) for cut in cuts)
    return Window("".join(signs), name, (first, last), (left, right))


def zone_ids(windows: Sequence[Window]) -> tuple[list[list[Ids]], NDArray[np.intp]]:
    """Buckets of the n-grams of each of :data:`ZONES`, an array an order; and where each window
    starts in these arrays. An n-gram belongs to a zone that it lies in as a whole.
    """
    import numpy as np

    orders, starts = char_grams([one.text for one in windows])
    sizes = np.diff([*starts, len(orders[0])])
    at = np.arange(len(orders[0]), dtype=np.int32) - np.repeat(starts, sizes).astype(np.int32)

    def each(values: Sequence[int]) -> Ids:
        repeated: Ids = np.repeat(np.array(values, np.int32), sizes)
        return repeated

    first, last = each([w.clause[0] for w in windows]), each([w.clause[1] for w in windows])
    left, right = each([w.near[0] for w in windows]), each([w.near[1] for w in windows])
    name = each([w.name for w in windows])
    zones: list[list[Ids]] = [[] for _ in ZONES]
    for order, buckets in enumerate(orders, 1):
        stop = at + order
        inside = (
            (at >= first) & (stop <= last),
            (stop <= first) | (at >= last),
            (at >= left) & (stop <= name + 1),
            (at >= name) & (stop <= right),
        )
        codes = buckets.astype(np.uint32)
        for zone, here, salt in zip(zones, inside, _SALTS, strict=False):
            zone.append(np.where(here & (buckets != 0), mixed(codes, salt) >> 2, 0))
    return zones, starts


def name_ids(places: Sequence[Place]) -> Ids:
    """Buckets of each name with what touches it, shape (places, 11): whether 美的 is a house
    depends on both.
    """
    import numpy as np

    codes = [
        zlib.crc32(part.encode("utf-8", "surrogatepass"))
        for place in places
        for part in _touching(place)
    ]
    ids: Ids = mixed(np.array(codes, np.uint32), _SALTS[-1]) >> 2
    return ids.reshape(len(places), -1)


def _touching(place: Place) -> tuple[str, ...]:
    folded, start, end = place.folded, place.start, place.end
    left, name, right = folded[max(0, start - 2) : start], folded[start:end], folded[end : end + 2]
    near, next_ = left[-1:], right[:1]
    return (
        name, f"{name}|{next_}", f"{near}|{name}", f"{name}|{right}", f"{left}|{name}",
        f"{near}|{next_}", f"{near}{name}{next_}", f"r{next_}", f"l{near}", f"r{right}", f"l{left}",
    )  # fmt: skip


def cues(place: Place, seen: Window, segment: Segmenter) -> list[float]:
    """What is no n-gram, each from 0 to 1."""
    text, start, end = place.text, place.start, place.end
    clause = seen.text[slice(*seen.clause)]
    at = seen.name - seen.clause[0]
    before, after = clause[:at], clause[at + 1 :]
    compared = COMPARES.search(before) is not None, COMPARES.search(after) is not None
    rivals = RIVAL in before, RIVAL in after
    edges = _edges(place, segment)
    touching = text[start - 1 : start], text[end : end + 1]
    found = [
        _QUESTION.search(clause), clause.rstrip()[-1:] in "?？", _NEGATION.search(before),
        _NEGATION.search(after), *compared, *rivals, *(a and b for a, b in zip(compared, rivals, strict=True)),
        _IRONY.search(clause), _IRONY.search(seen.text), _TAIL.search(seen.text),
        touching[0] == "#", touching[1] == "#", touching[0] in ("@", "＠"),
        touching[0] in _OPENING, _ADVERT.search(seen.text), place.rivals,
        len(text) <= 20, len(text) <= 60, len(text) > 140, len(clause) <= 3,
        "//@" in text, "!" in clause or "！" in clause, all(edges), *edges,
        *(place.rule == rule for rule in RULES), *(place.register == kind for kind in REGISTERS),
    ]  # fmt: skip
    glad = mood(signs(seen.text))
    return [*(float(bool(one)) for one in found), max(glad, 0.0), max(-glad, 0.0)]


def _edges(place: Place, segment: Segmenter) -> tuple[bool, bool]:
    """Whether a word begins where the name does, and ends where it does."""
    low = max(0, place.start - 30)
    cut, at = {low}, low
    for word in segment(sound(place.folded[low : place.end + 30])):
        at += len(word)
        cut.add(at)
    return place.start in cut, place.end in cut


def evidence(whole: NDArray[np.float64], clause: NDArray[np.float64]) -> NDArray[np.float64]:
    """Columns made of the post model's calibrated log-odds of negative and positive against neutral,
    shape (rows, 2) each: of the whole text and of the clause.
    """
    import numpy as np

    def odds(logits: NDArray[np.float64]) -> NDArray[np.float64]:
        three = np.exp(np.column_stack([logits[:, 0], np.zeros(len(logits)), logits[:, 1]]))
        shares: NDArray[np.float64] = three / three.sum(axis=1, keepdims=True)
        return shares

    # Beyond six a text is no more negative, only longer.
    whole, clause = np.clip(whole, -6, 6), np.clip(clause, -6, 6)
    silent = np.abs(clause).max(axis=1, initial=0) < 0.5
    return np.column_stack([whole / 2, clause / 2, odds(whole), odds(clause), silent])
