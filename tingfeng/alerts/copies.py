"""One text said by many accounts: a few voices, however many they are.

Fifty accounts that post one text within a day are no fifty people who found the same words. So the
share test hears three of them at most; the posts stay, are counted where posts are counted, and every
message says how many voices were left out.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from hashlib import blake2b

from tingfeng import Document, Message
from tingfeng.alerts.bins import Bin

LEAST_LETTERS = 6
"""Shorter texts are found by many people on their own: 太差了, 避雷, 退钱."""


MOST = 3
"""Voices that one text is at most, as for a new issue. With as many as its logarithm (20 are 5) two
of twenty bombs by twenty accounts still opened an incident."""


def heard_as(voices: int) -> int:
    """How many voices count of *voices* that say one text within 24 hours: 1, 2, 2, then 3."""
    return min(math.ceil(math.log2(1 + voices)), MOST)


def group_of(document: Document) -> str:
    """Name of the near-duplicate group of *document*; empty where its text is too short to be a
    copy of anything.
    """
    words = document.post.words
    if sum(letter.isalnum() for letter in words) < LEAST_LETTERS:
        return ""
    analysis = document.analysis
    said = (analysis.copy_of if analysis else None) or words
    return blake2b(said.encode("utf-8", "replace"), digest_size=5).hexdigest()


def left_out(voices: int, hours: float) -> list[Message]:
    """That so many voices do not count, and why; nothing where all do."""
    if not voices:
        return []
    return [
        Message(
            f"重复文案：近{hours:g}小时另有 {voices} 个负面声音与别的账号说的是同一段话，疑似复制或有组织发布，"
            "不计入以上条数和占比；原帖都在，可逐条查看。",
            f"Copies: {voices} more negative voices in {hours:g} h say the same text as other accounts, "
            "possibly copied or coordinated. They are not in the numbers above; the posts are kept.",
        )
    ]


class Echo:
    """What was said by many in the last 24 hours."""

    def __init__(self, day: Iterable[Bin] = ()) -> None:
        self._voices: Counter[str] = Counter()
        for bin in day:
            for group, here in bin.copies.items():
                self._voices[group] += sum(here.values())

    def damped(self, bin: Bin) -> Bin:
        """*bin* as it comes in, with the voices that count."""
        counts, left = dict(bin.counts), 0
        for group, here in bin.copies.items():
            before, came = self._voices[group], sum(here.values())
            self._voices[group] += came
            surplus = came - (heard_as(before + came) - heard_as(before))
            for platform in sorted(here, key=lambda name: (here[name], name)):
                n, k = counts.get(platform, (0, 0))
                less = min(here[platform], surplus, k)
                counts[platform] = (n - less, k - less)
                surplus, left = surplus - less, left + less
        return replace(bin, counts=counts, left=left) if left else bin

    def forget(self, bin: Bin) -> None:
        """*bin* is more than a day old."""
        for group, here in bin.copies.items():
            self._voices[group] -= sum(here.values())
            if self._voices[group] <= 0:
                del self._voices[group]
