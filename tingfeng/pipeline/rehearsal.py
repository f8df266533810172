"""The built-in story through the whole pipeline, its answers beside the known ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from tingfeng.core.query import Query
from tingfeng.pipeline.intake import BATCH
from tingfeng.pipeline.reading import ReadingTally, batches

if TYPE_CHECKING:
    from tingfeng.alerts.engine import Replayed
    from tingfeng.demo.story import Planted, Story
    from tingfeng.pipeline import Pipeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What was told, and what was heard."""

    story: Story
    reading: ReadingTally
    posts: int
    distinct: int
    """Texts left when near-duplicates collapse, posts without text left aside."""

    sure: int
    """Posts whose attitude was read as one of the three, and is known."""

    right: int
    """Those among them that were read as they were meant."""

    alerts: tuple[Replayed, ...]

    @property
    def found(self) -> Replayed | None:
        """The alert that belongs to the planted crisis."""
        planted = self.story.planted
        return next((one for one in self.alerts if planted and _belongs(one, planted)), None)

    @property
    def false(self) -> tuple[Replayed, ...]:
        """Alerts that nothing was planted for."""
        planted = self.story.planted
        return tuple(one for one in self.alerts if not (planted and _belongs(one, planted)))

    @property
    def passed(self) -> bool:
        """The crisis was alerted in time, and nothing else was."""
        planted = self.story.planted
        if planted is None:
            return not self.alerts
        found = self.found
        in_time = found is not None and found.incident.opened_at <= planted.should_alert_by
        return in_time and not self.false


def _belongs(one: Replayed, planted: Planted) -> bool:
    incident = one.incident
    begins, ends = planted.begins_at, planted.ends_at
    return incident.brand == planted.brand and begins <= incident.opened_at <= ends


def rehearse(pipeline: Pipeline, story: Story, *, advance: Callable[[int], None]) -> Rehearsal:
    """Take *story* into the (empty) store of *pipeline*, read it, judge it."""
    for seen in batches(story.observations, BATCH):
        pipeline.intake.put(seen)
    reading = pipeline.analyze(advance=advance)
    texts, marks = _look(pipeline, story)
    return Rehearsal(
        story=story,
        reading=reading,
        posts=sum(cell.posts for cell in pipeline.store.count(Query())),
        distinct=texts,
        sure=marks.total(),
        right=marks[True],
        alerts=tuple(pipeline.engine.replay(None, story.ends_at + timedelta(hours=1))),
    )


def _look(pipeline: Pipeline, story: Story) -> tuple[int, Counter[bool]]:
    """Distinct texts, and how many sure readings agree with the known answer."""
    texts, marks = set(), Counter[bool]()
    for document in pipeline.store.search(Query()):
        analysis, answer = document.analysis, story.answers.get(document.post.key)
        if analysis is None or analysis.sentiment is None:
            continue
        texts.add(analysis.copy_of or document.post.words)
        label = analysis.sentiment.label
        if answer and answer.label and label != "uncertain":
            marks[label == answer.label] += 1
    return len(texts), marks
