"""The creators of the built-in story, scored, beside what is true of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tingfeng.core.message import Message
from tingfeng.core.privacy import Privacy
from tingfeng.pipeline.kol_score import score_all
from tingfeng.pipeline.kol_target import Wanted

if TYPE_CHECKING:
    from tingfeng.demo.story import Story
    from tingfeng.kol.nouns import Score
    from tingfeng.pipeline import Pipeline
    from tingfeng.pipeline.kol_score import Scored

HONEST, BOUGHT, RIVAL = "阿柚的小日子", "全网好物官小七", "林小满"
"""A small honest one, a big bought one, the competitor's face."""

HIGH = 0.40
"""From here a risk is called high."""

ASKED = """\
# What is asked of creators; any of it can be typed over. See docs/kol.md.
brand = "云雀"
preset = "种草"
categories = ["数码"]
keywords = ["手机", "续航", "通勤", "拍照", "夜景", "充电"]

[audience]
gender = { female = 0.6, male = 0.4 }
age = { "18-24" = 0.4, "25-34" = 0.45, "35-44" = 0.15 }
"""
"""``kol.toml`` of the demo."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatorRehearsal:
    """What scoring finds of creators whose truth is known."""

    found: Scored
    scores: tuple[Score, ...]
    """Of the story's creators, the best first."""

    lines: tuple[tuple[bool, Message], ...]
    """What must be found, and whether it was."""

    @property
    def passed(self) -> bool:
        """Whether all of it was."""
        return all(held for held, _ in self.lines)


def rehearse_creators(pipeline: Pipeline, story: Story, asked: Wanted) -> CreatorRehearsal:
    """Take the market of *story* into the store, after the story was heard, and score it."""
    from tingfeng.demo.market import market

    told = market(story.seed, ends=story.ends_at)
    hashed = Privacy(pipeline.settings.key()).author
    pipeline.store.put_creators(told.snapshots, hashed=hashed, now=pipeline.clock())
    pipeline.intake.put(told.works)
    pipeline.analyze()
    found = score_all(pipeline, asked)
    keys = {f"{one.platform}:{one.id}": one.name for one in story.creators}
    rows = [row for row in found.order() if found.ratings.measures.keys[row] in keys]
    scores = tuple(found.ratings.score(row) for row in rows)
    return CreatorRehearsal(found=found, scores=scores, lines=_checked(scores))


def _checked(scores: tuple[Score, ...]) -> tuple[tuple[bool, Message], ...]:
    by = {score.name: score for score in scores}
    honest, bought, rival = by[HONEST], by[BOUGHT], by[RIVAL]
    worst = max(bought.risk.values(), default=0.0)
    innocent = max(honest.risk.values(), default=0.0)
    return (
        (
            honest.value > bought.value and honest.verdict in ("fit", "review"),
            Message(
                f"诚实的小号排在买量的大号前面：{HONEST} {honest.value:.1f}（粉丝 {honest.followers:,}），"
                f"{BOUGHT} {bought.value:.1f}（粉丝 {bought.followers:,}）",
                f"the small honest one above the big bought one: {HONEST} {honest.value:.1f} "
                f"({honest.followers:,} followers), {BOUGHT} {bought.value:.1f} ({bought.followers:,})",
            ),
        ),
        (
            worst >= HIGH > innocent,
            Message(
                f"买量的风险高，诚实的不高：{worst:.2f} 和 {innocent:.2f}",
                f"a high risk for the bought one and none for the honest one: {worst:.2f} and {innocent:.2f}",
            ),
        ),
        (
            bought.effective is not None and bought.followers is not None
            and bought.effective < bought.followers,
            Message(
                f"买来的粉丝不算数：{BOUGHT} 有效粉丝 {bought.effective or 0:,}",
                f"bought followers do not count: {BOUGHT} has {bought.effective or 0:,} effective ones",
            ),
        ),
        (
            rival.verdict == "vetoed",
            Message(f"竞品的代言人被淘汰：{RIVAL}", f"the competitor's face is vetoed: {RIVAL}"),
        ),
    )  # fmt: skip


__all__ = ["ASKED", "CreatorRehearsal", "rehearse_creators"]
