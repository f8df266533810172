"""What single posts of a quarter of an hour show, beside their number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from tingfeng import Document
from tingfeng.alerts.bins import Bin
from tingfeng.alerts.copies import group_of
from tingfeng.alerts.issue_sketch import Gathering

if TYPE_CHECKING:
    from tingfeng.alerts.signals import Sees, SignalRule


class Gathered:
    """Takes in the posts of one bin, in any order."""

    def __init__(self) -> None:
        self.words: set[tuple[str, str]] = set()
        self.followers = 0
        self.engagement = 0
        self.marks: dict[str, dict[str, None]] = defaultdict(dict)
        self.said = Gathering()
        self._groups: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self._known: set[str] = set()

    def add(
        self,
        document: Document,
        brand: str,
        sees: Sees,
        rules: Sequence[SignalRule],
        *,
        red: bool,
    ) -> None:
        """*rules*: those that are shown what is seen so. *red*: it says a red-line word."""
        if sees == "negative":
            self._negative(document, red)
        marks = [(rule.name, mark) for rule in rules if (mark := rule.mark(document, brand))]
        for name, mark in marks:
            self.marks[name][mark] = None
        if sees == "negative" or marks:
            self.said.add(document, brand, voice(document), red=red, marks=marks,
                          negative=sees == "negative")  # fmt: skip

    def _negative(self, document: Document, red: bool) -> None:
        post, analysis = document.post, document.analysis
        if red:
            self.words.add(voice(document))
        if post.author is not None and post.author.followers:
            self.followers = max(self.followers, post.author.followers)
        self.engagement += reach(document)
        if group := group_of(document):
            self._groups[group].add((post.platform, voice(document)[1]))
            if analysis is not None and analysis.copy_of not in (None, post.key, post.words):
                self._known.add(group)

    @property
    def copies(self) -> dict[str, dict[str, int]]:
        """By near-duplicate group, negative voices by platform: of what was said by several, or had
        been said before.
        """
        found: dict[str, dict[str, int]] = {}
        for group, voices in sorted(self._groups.items()):
            if len(voices) > 1 or group in self._known:
                here: dict[str, int] = defaultdict(int)
                for platform, _ in sorted(voices):
                    here[platform] += 1
                found[group] = dict(here)
        return found

    @property
    def tells(self) -> bool:
        """Whether there is anything but numbers of voices."""
        rare = self.words or self.followers or self.engagement or self.marks
        return bool(rare or self.said or self.copies)

    def bin(
        self, counts: Mapping[str, tuple[int, int]], positive: Mapping[str, int] | None = None
    ) -> Bin:
        """With the voices by platform that were counted."""
        marks = {rule: tuple(found) for rule, found in sorted(self.marks.items())}
        said = self.said.packed(tuple(counts)) if self.said else b""
        return Bin(counts, len(self.words), self.followers, marks, self.engagement, said,
                   self.copies, positive=positive or {})  # fmt: skip


NOTHING = Gathered()


def event_time(document: Document) -> datetime | None:
    """When it happened: of an entry of a hot list, when it was first seen."""
    post = document.post
    return post.collected_at if post.kind == "hot" else post.published_at


def reach(document: Document) -> int:
    """Everything that people did under a post, views left aside."""
    if document.engagement is None:
        return 0
    counts = document.engagement
    return sum(
        number or 0
        for number in (counts.likes, counts.comments, counts.reposts, counts.favorites)
    )  # fmt: skip


def voice(document: Document) -> tuple[str, str]:
    """Who says what: copies by one author are one voice."""
    post, analysis = document.post, document.analysis
    group = (analysis.copy_of if analysis else None) or post.words
    return group, f"{post.platform}:{post.author.id}" if post.author else post.key
