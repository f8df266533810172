"""What people corrected, and the rules they drew from it. Both outlive every model."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from tingfeng.core.analysis import Analysis, Mention, Sentiment
from tingfeng.core.fold import fold
from tingfeng.core.wording import Places, Sentence, Text, Wording

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

    wording: Wording | None = None
    """The words that were judged; others, which the author wrote later, it says nothing about.
    ``None``: kept before wordings were, so it holds for the post and its group whatever they say."""

    @property
    def sentences(self) -> tuple[Sentence, ...] | None:
        """Digests of the sentences that were judged: what tells an answer from an earlier one about
        other words of the same post.
        """
        return None if self.wording is None else self.wording.sentences

    def about(self, text: Text, places: Places) -> bool:
        """Whether it is still about its own post, which says *text* now and names the brand at
        *places*.
        """
        return self.wording is None or self.wording.holds(text, places)


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
        self._posts: dict[tuple[str, str | None], list[Correction]] = {}
        self._same: dict[tuple[str, str | None], Correction] = {}
        self._groups: dict[tuple[str, str | None], list[Correction]] = {}
        # What was taken back is nobody's answer: a copy's standing one must not go with it.
        for one in latest(given):
            self._posts.setdefault((one.key, one.brand), []).append(one)
            if one.wording is not None:
                self._same[one.wording.said, one.brand] = one
            if one.group is not None:
                self._groups.setdefault((one.group, one.brand), []).append(one)
        self._rules = latest_rules(rules)
        self._brands = {brand for _, brand in self._posts}

    def __bool__(self) -> bool:
        return bool(self._posts or self._rules)

    def over(self, analysis: Analysis, words: str) -> Analysis:
        """*analysis* of a post with these *words* as people want it read.

        What a person said of the very post wins over what was said of a copy, and that over a
        rule. A mention that is not the brand is dropped.
        """
        if not self:
            return analysis
        text, mentions = Text(words), []
        said = {
            brand: self._speaker(analysis, text, brand)
            for brand in {mention.brand for mention in analysis.mentions} & self._brands
        }
        for mention in analysis.mentions:
            kept = self._mention(said.get(mention.brand), mention, text)
            if kept is not None:
                mentions.append(kept)
        whole = self._speaker(analysis, text, None)
        sentiment = analysis.sentiment
        if whole is not None and whole.label not in (None, "not_brand"):
            sentiment = certain(whole.label, "person")
        return replace(analysis, mentions=tuple(mentions), sentiment=sentiment)

    def speaker(self, analysis: Analysis, words: str, brand: str | None) -> Correction | None:
        """The answer that decides what a post with these *words* says of *brand*, if one does."""
        return self._speaker(analysis, Text(words), brand)

    def _speaker(self, analysis: Analysis, text: Text, brand: str | None) -> Correction | None:
        if brand not in self._brands:
            return None
        places = named(analysis, brand)
        for own in reversed(self._posts.get((analysis.key, brand), ())):
            if own.about(text, places):
                return own
        same = self._same.get((text.said, brand))
        if same is not None and same.wording is not None and same.wording.same(text):
            return same
        for one in reversed(self._groups.get((analysis.copy_of or "", brand), ())):
            # What the post said before an edit is no copy of it: it was asked above.
            if one.key != analysis.key and (
                one.wording is None or one.wording.stands(text, places)
            ):
                return one
        return None

    def _mention(self, said: Correction | None, mention: Mention, text: Text) -> Mention | None:
        if said is not None and said.label is not None:
            return _judged(mention, said.label, "person")
        for rule in reversed(self._rules):
            if rule.label is not None and rule.applies(mention.brand, text.folded):
                return _judged(mention, rule.label, "rule")
        return mention


def named(analysis: Analysis, brand: str | None) -> list[tuple[int, int]]:
    """Where *analysis* finds *brand*; nowhere for ``None``."""
    return [(one.start, one.end) for one in analysis.mentions if one.brand == brand]


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
    """The corrections that hold, in the order in which they were last made. One about words that
    the post no longer has still holds for copies that have them.
    """
    last: dict[tuple[str, str | None, tuple[Sentence, ...] | None], Correction] = {}
    for one in given:
        # An answer of before wordings were kept is about any words: the next one is in its place.
        last.pop((one.key, one.brand, None), None)
        last.pop(place := (one.key, one.brand, one.sentences), None)
        last[place] = one
    return [one for one in last.values() if one.label is not None]


def latest_rules(given: Iterable[LabelRule]) -> list[LabelRule]:
    """The rules that hold, in the order in which they were last made."""
    last: dict[str, LabelRule] = {}
    for rule in given:
        last.pop(rule.id, None)
        last[rule.id] = rule
    return [rule for rule in last.values() if rule.label is not None]
