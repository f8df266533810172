"""Making a model of one's own from what people corrected, and comparing it with the one before."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from nlp import adapting
from nlp.adapter import QUESTIONS, Adapted, Part, Question, moved, save
from nlp.engines import chosen
from nlp.reader import BrandReader, ReaderSettings
from nlp.scoring import SEED
from tingfeng.core.analysis import LABELS
from tingfeng.core.correction import Correction
from tingfeng.core.errors import ModelError, SettingsError
from tingfeng.core.ports import Store
from tingfeng.core.query import Query
from tingfeng.pipeline.label_rows import Gathered, from_corrections, from_rows, places_of
from tingfeng.pipeline.labelled_files import mention_rows
from tingfeng.pipeline.model_figures import Kind, Parts, better, decided, side_by_side
from tingfeng.pipeline.model_files import SHIPPED, Models

Advance = Callable[[int], None]

NEWEST = 2000
"""Stored posts on which the old and the new answers are laid side by side."""

EXAMPLES = 5

LEAST_UNSEEN = 5
"""Labels of each class that neither model has seen; with fewer all labels are compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How the answers to the newest stored mentions differ."""

    posts: int
    mentions: int
    changed: int
    changes: tuple[tuple[str, str, int], ...]
    """Old answer, new answer, mentions; most first."""
    examples: Mapping[tuple[str, str], Sequence[tuple[str, str]]]
    """For each of these, key and the words around the name."""

    def as_json(self) -> dict[str, Any]:
        """With the keys of examples, without any text: it stands in the card."""
        return {
            "posts": self.posts, "mentions": self.mentions, "changed": self.changed,
            "changes": [
                {"old": old, "new": new, "mentions": number,
                 "examples": [key for key, _ in self.examples[old, new]]}
                for old, new, number in self.changes
            ],
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """A model that was made, or two that were compared."""

    name: str
    card: Mapping[str, Any]
    difference: Difference


class Training:
    """Makes and compares *models* upon the engine of *shipped*."""

    def __init__(
        self, store: Store, shipped: ReaderSettings, models: Models, standing: Sequence[Correction]
    ) -> None:
        self._store = store
        self._shipped = shipped
        self._models = models
        self._standing = standing

    def train(
        self, *, words: bool, old: str, labels: Path | None, by: str, at: datetime,
        newest: int = NEWEST, advance: Advance = lambda _: None,
    ) -> Trained:  # fmt: skip
        """A new model beside *old*, which is in use (empty: the shipped engine alone). Where *old*
        no longer fits the engine, or its files are gone, the new one stands beside the shipped
        engine, and ``old_misfit`` of its card says which and why.

        Without *words* it mends only confidence and thresholds. Nothing is switched. Raises
        :class:`~tingfeng.SettingsError` where there are too few labels.
        """
        reader = self._shipped.build()
        gathered = self._gathered(reader, labels, by, advance)
        kind: Kind = "train" if words else "calibrate"
        least = adapting.LEAST[kind]
        old, before, misfit = self._before(old, reader)
        parts: dict[Question, Part] = {}
        figures: dict[str, Any] = {}
        for question in QUESTIONS:
            rows = gathered.labels(question)
            if rows.missing(least):
                continue
            parts[question], unseen = adapting.learnt(rows, words=words)
            found = side_by_side(rows, before, unseen, parts[question])
            figures[question] = {**found, "better": better(rows, found, kind)}
        if not parts:
            raise _too_few(gathered, least)
        difference = self._difference(reader, before, parts, newest, advance)
        engine = chosen(str(self._shipped.sentiment["use"]))
        card = {
            "engine": engine, "engine_version": reader.engine.version,
            "kind": kind, "made_at": at.isoformat(), "by": by,
            "old": old or SHIPPED, "old_misfit": misfit,
            "counts": gathered.counts(), "lost": gathered.lost,
            "parts": {
                name: {"threshold": part.threshold, "ngrams": len(part.buckets)}
                for name, part in parts.items()
            },
            "better": decided(figures), "figures": figures, "figures_by": f"{adapting.FOLDS}-fold cross-validation by text",
            "old_saw": len(self._seen(old) & {one["id"] for one in gathered.used}),
            "newest": difference.as_json(), "labels": gathered.used, "seed": SEED,
        }  # fmt: skip
        name = self._models.keep(save(parts, reader.engine.version), card)
        return Trained(name=name, card=card, difference=difference)

    def compare(
        self, old: str, new: str, *, labels: Path | None, by: str, newest: int = NEWEST,
        advance: Advance = lambda _: None,
    ) -> Trained:  # fmt: skip
        """Two models on the same labels, those that neither has seen if they suffice."""
        reader = self._shipped.build()
        gathered = self._gathered(reader, labels, by, advance)
        before, after = self._parts(old, reader), self._parts(new, reader)
        seen = self._seen(old) | self._seen(new)
        figures: dict[str, Any] = {}
        for question in QUESTIONS:
            rows = gathered.labels(question)
            fresh = rows.picked(gathered.unseen(question, seen))
            enough = not fresh.missing(LEAST_UNSEEN)
            chosen_rows = fresh if enough else rows
            if len(chosen_rows.label):
                figures[question] = {
                    **side_by_side(chosen_rows, before, None, after.get(question)),
                    "unseen": enough,
                }
        difference = self._difference(reader, before, after, newest, advance)
        card = {"old": old or SHIPPED, "new": new or SHIPPED, "counts": gathered.counts(),
                "figures": figures, "newest": difference.as_json()}  # fmt: skip
        return Trained(name=new or SHIPPED, card=card, difference=difference)

    def check(self, name: str) -> str:
        """Version of the engine with the model *name*; raises ``ModelError`` if it does not fit."""
        return self._models.recipe(self._shipped, name).build().engine.version

    def _gathered(
        self, reader: BrandReader, file: Path | None, by: str, advance: Advance
    ) -> Gathered:
        gathered = Gathered()
        from_corrections(gathered, self._store, reader, self._standing, advance)
        if file is not None:
            rows, refused = mention_rows(file)
            gathered.lost += len(refused)
            from_rows(gathered, reader, rows, by, advance)
        return gathered

    def _parts(self, name: str, reader: BrandReader) -> Parts:
        return Adapted(reader.engine, self._models.file(name)).parts if name else {}

    def _before(self, old: str, reader: BrandReader) -> tuple[str, Parts, dict[str, str] | None]:
        """Name and parts of *old*, or of the shipped engine, and why *old* does not fit it."""
        try:
            parts = self._parts(old, reader)
            self._seen(old)
        except ModelError as error:
            # An upgraded engine: a new model is the remedy, so the old one must not forbid it.
            return "", {}, {"name": old, "zh": error.message.zh, "en": error.message.en}
        return old, parts, None

    def _seen(self, name: str) -> set[str]:
        return {one["id"] for one in self._models.card(name)["labels"]} if name else set()

    def _difference(
        self, reader: BrandReader, before: Parts, after: Parts, newest: int, advance: Advance
    ) -> Difference:
        brands = tuple(brand.name for brand in reader.brands)
        documents = list(self._store.search(Query(brands=brands, limit=newest)) if brands else ())
        found = places_of(reader, documents, advance)
        asked, said = [one for _, one, _ in found], [one for _, _, one in found]
        changes: Counter[tuple[str, str]] = Counter()
        examples: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        pairs = zip(moved(before, asked, said), moved(after, asked, said), strict=True)
        for (post, place, _), (one, other) in zip(found, pairs, strict=True):
            change = (one.sentiment.label, other.sentiment.label)
            if change[0] != change[1]:
                changes[change] += 1
                if len(examples[change]) < EXAMPLES:
                    words = place.text[max(0, place.start - 20) : place.end + 40]
                    examples[change].append((post.key, " ".join(words.split())))
        return Difference(
            posts=len(documents), mentions=len(found), changed=changes.total(),
            changes=tuple((old, new, number) for (old, new), number in changes.most_common()),
            examples=examples,
        )  # fmt: skip


def _too_few(gathered: Gathered, least: int) -> SettingsError:
    counts = gathered.counts()
    zh = {"negative": "负面", "neutral": "中性", "positive": "正面"}
    names = [name for name in LABELS if name in zh]
    said = {what: counts[what] for what in ("mention", "post")}
    have_zh = "；".join(
        f"{title} " + "、".join(f"{zh[name]} {said[what][name]}" for name in names)
        for what, title in (("mention", "对品牌"), ("post", "整帖"))
    )
    have_en = "; ".join(
        f"{title}: " + ", ".join(f"{name} {said[what][name]}" for name in names)
        for what, title in (("mention", "mentions"), ("post", "whole posts"))
    )
    return SettingsError(
        f"数据不足：每类至少要 {least} 条标注，现有 {have_zh}。用 tingfeng label 标注，或 --labels 文件",
        f"not enough data: {least} labels of each class are needed, there are {have_en}. Label with "
        "`tingfeng label`, or give --labels FILE",
    )
