"""What people corrected, and the rules they drew from it. Both outlive every model."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from tingfeng.core.analysis import Analysis, Mention, Sentiment
from tingfeng.core.fold import fold

Judged = Literal["negative", "neutral", "positive", "not_brand"]
"""``not_brand``: the words do not mean the brand here."""

JUDGED: tuple[Judged, ...] = ("negative", "neutral", "positive", "not_brand")


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One person's answer to one question about one post."""

    key: str
    """The post, ``platform:id``."""

    brand: str | None
    """The brand it is about; ``None``: the attitude of the whole post."""

    label: Judged | None
    """``None`` takes an earlier correction back."""

    by: str
    at: datetime

    group: str | None = None
    """Key of the first of the post's near-duplicates when it was corrected: it holds for them too."""

    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelRule:
    """What a person wants said of every mention that these words stand beside."""

    id: str
    brand: str | None
    """``None``: any brand."""

    words: tuple[str, ...]
    """All of them must stand in the text, folded."""

    label: Judged | None
    """``None`` takes the rule back."""

    by: str
    at: datetime
    note: str = ""

    def applies(self, brand: str, folded: str) -> bool:
        """Whether it speaks about a mention of *brand* in a text, given folded."""
        return self.brand in (None, brand) and all(fold(word) in folded for word in self.words)


class Corrections:
    """All that people said, ready to be laid over readings."""

    def __init__(self, given: Iterable[Correction], rules: Iterable[LabelRule] = ()) -> None:
        """*given* and *rules* in the order in which they were made: the last one holds."""
        self._posts: dict[tuple[str, str | None], Correction] = {}
        self._groups: dict[tuple[str, str | None], Correction] = {}
        # What was taken back is nobody's answer: a copy's standing one must not go with it.
        for one in latest(given):
            self._posts[one.key, one.brand] = one
            if one.group is not None:
                self._groups[one.group, one.brand] = one
        self._rules = latest_rules(rules)

    def __bool__(self) -> bool:
        return bool(self._posts or self._rules)

    def over(self, analysis: Analysis, words: str) -> Analysis:
        """*analysis* of a post with these *words* as people want it read.

        What a person said of the very post wins over what was said of a copy, and that over a
        rule. A mention that is not the brand is dropped.
        """
        if not self:
            return analysis
        folded = fold(words) if self._rules else ""
        mentions = []
        for mention in analysis.mentions:
            kept = self._mention(analysis, mention, folded)
            if kept is not None:
                mentions.append(kept)
        whole = self._said(analysis, None)
        sentiment = analysis.sentiment
        if whole is not None and whole.label not in (None, "not_brand"):
            sentiment = certain(whole.label, "person")
        return replace(analysis, mentions=tuple(mentions), sentiment=sentiment)

    def _said(self, analysis: Analysis, brand: str | None) -> Correction | None:
        own = self._posts.get((analysis.key, brand))
        if own is not None or analysis.copy_of is None:
            return own
        return self._groups.get((analysis.copy_of, brand))

    def _mention(self, analysis: Analysis, mention: Mention, folded: str) -> Mention | None:
        said = self._said(analysis, mention.brand)
        if said is not None and said.label is not None:
            return _judged(mention, said.label, "person")
        for rule in reversed(self._rules):
            if rule.label is not None and rule.applies(mention.brand, folded):
                return _judged(mention, rule.label, "rule")
        return mention


def _judged(mention: Mention, label: Judged, by: Literal["person", "rule"]) -> Mention | None:
    return None if label == "not_brand" else replace(mention, sentiment=certain(label, by))


def certain(label: Judged | None, by: Literal["person", "rule"]) -> Sentiment:
    """The answer of somebody who knows."""
    assert label is not None
    assert label != "not_brand"
    return Sentiment(
        negative=float(label == "negative"),
        neutral=float(label == "neutral"),
        positive=float(label == "positive"),
        label=label,
        by=by,
    )


def latest(given: Iterable[Correction]) -> list[Correction]:
    """The corrections that hold, in the order in which they were last made."""
    last: dict[tuple[str, str | None], Correction] = {}
    for one in given:
        last.pop((one.key, one.brand), None)
        last[one.key, one.brand] = one
    return [one for one in last.values() if one.label is not None]


def latest_rules(given: Iterable[LabelRule]) -> list[LabelRule]:
    """The rules that hold, in the order in which they were last made."""
    last: dict[str, LabelRule] = {}
    for rule in given:
        last.pop(rule.id, None)
        last[rule.id] = rule
    return [rule for rule in last.values() if rule.label is not None]
