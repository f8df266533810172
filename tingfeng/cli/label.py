"""label post: people correct what the reader says, post by post."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from tingfeng.cli.keys import Keys, Move
from tingfeng.cli.question import begins, known_brands, known_platforms
from tingfeng.cli.screen import Screen
from tingfeng.cli.session import asked, now
from tingfeng.cli.usage import JUDGED_NAMES
from tingfeng.core.correction import Correction, Judged
from tingfeng.core.errors import SettingsError
from tingfeng.core.message import Message
from tingfeng.core.post import SHANGHAI

if TYPE_CHECKING:
    from tingfeng.pipeline import Pipeline
    from tingfeng.pipeline.label_questions import Question

HOW = Message(
    "按键：正(p) 中(n) 负(g) 不是品牌(x) 跳过(s) 撤销(u) 退出(q) 列出会跟着改的帖子(?)",
    "keys: p positive, n neutral, g negative, x not the brand, s skip, u undo, q quit, "
    "? which posts will follow",
)

SHOWN = 5
"""Keys of copies that stand beside their number."""


def post(args: argparse.Namespace, screen: Screen) -> int:
    """Correct one post, take an answer back, or be shown uncertain ones one after another."""
    with asked(args, screen) as pipeline:
        by = args.by or pipeline.settings.person()
        if args.undo:
            return _undo(pipeline, by, screen)
        if args.post:
            return _one(pipeline, args, by, screen)
        return _session(pipeline, args, by, screen)


def _one(pipeline: Pipeline, args: argparse.Namespace, by: str, screen: Screen) -> int:
    if args.label is None:
        raise SettingsError(
            "要写明改成什么：--as negative|neutral|positive|not_brand",
            "say what it is: --as negative|neutral|positive|not_brand",
        )
    if len(args.brand) > 1:
        raise SettingsError(
            "一次改一个品牌：只写一个 --brand", "one brand at a time: give one --brand"
        )
    brand = known_brands(pipeline, args.brand)[0] if args.brand else None
    copies = pipeline.labelling.copies(args.post, brand, args.label)
    screen.aside(*_following(copies))
    said, changed = pipeline.labelling.correct(
        args.post, brand, args.label, by=by, at=now(), note=args.note
    )
    name = JUDGED_NAMES[args.label]
    screen.say(
        f"{said.key} 对{brand or '整帖'}：{name.zh}（{by}）；改了 {changed} 帖（连同雷同帖）",
        f"{said.key}, {brand or 'whole post'}: {name.en} ({by}); {changed} posts renewed, copies included",
    )  # fmt: skip
    screen.answer({"correction": {**as_json(said), "copies": copies}, "changed": changed})
    return 0


def _undo(pipeline: Pipeline, by: str, screen: Screen) -> int:
    done = pipeline.labelling.undo(by=by, at=now())
    if done is None:
        screen.say(f"{by} 没有可撤销的标注", f"{by} has no answer that could be taken back")
        screen.answer({"correction": None, "changed": 0})
        return 0
    said, changed = done
    screen.say(
        f"已撤销 {said.key} 对{said.brand or '整帖'}的标注，改回 {changed} 帖",
        f"taken back: {said.key}, {said.brand or 'whole post'}; {changed} posts renewed",
    )
    for one in pipeline.labelling.standing():
        if (one.key, one.brand) == (said.key, said.brand) and one.by != by:
            name = JUDGED_NAMES[str(one.label)]
            screen.say(
                f"{one.by} 标的“{name.zh}”重新作数", f"“{name.en}”, said by {one.by}, holds again"
            )
    screen.answer({"correction": as_json(said), "changed": changed})
    return 0


def _session(pipeline: Pipeline, args: argparse.Namespace, by: str, screen: Screen) -> int:
    """One question after another; each answer is kept at once, so that stopping loses none."""
    brands = known_brands(pipeline, args.brand) if args.brand or pipeline.brands else []
    questions = list(
        islice(
            pipeline.labelling.questions(
                brands=brands,
                platforms=known_platforms(pipeline.store, args.platform),
                since=begins(args.since, at=now()) if args.since else None,
            ),
            args.limit,
        )
    )
    talk = _Talk(pipeline, questions, by, screen)
    if questions:
        screen.aside(HOW.zh, HOW.en)
        with Keys(sys.stdin) as keys:
            talk.through(keys)
    else:
        screen.say("没有拿不准的帖子了", "no post is uncertain any more")
    talk.end()
    return 0


class _Talk:
    """Where a session stands."""

    def __init__(
        self, pipeline: Pipeline, questions: list[Question], by: str, screen: Screen
    ) -> None:
        self._labelling = pipeline.labelling
        self._questions = questions
        self._by = by
        self._screen = screen
        self._answers: dict[int, Judged] = {}
        self._skipped: set[int] = set()
        self._undone = 0
        self._changed = 0
        self._copies: dict[int, list[str]] = {}

    def through(self, keys: Keys) -> None:
        """Ask until the questions or the answers end."""
        place = 0
        while place < len(self._questions):
            question = self._questions[place]
            self._show(question, place)
            move = keys.read()
            if move is None or move == "quit":
                return
            if move == "undo":
                place = self._back(place)
            elif move == "skip":
                self._skipped.add(place)
                place += 1
            elif self._take(place, question, move):
                place += 1

    def _take(self, place: int, question: Question, move: Move) -> bool:
        if move == "unknown" or (move == "not_brand" and question.brand is None):
            self._screen.aside(HOW.zh, HOW.en)
            if copies := self._following(place):
                self._screen.aside(f"会跟着改：{' '.join(copies)}", f"will follow: {' '.join(copies)}")  # fmt: skip
            return False
        label: Judged = move  # type: ignore[assignment]  # what is left are labels
        key = question.document.post.key
        _, changed = self._labelling.correct(key, question.brand, label, by=self._by, at=now())
        self._answers[place] = label
        self._changed += changed
        name = JUDGED_NAMES[label]
        self._screen.aside(f"  → {name.zh}，改了 {changed} 帖", f"  → {name.en}, {changed} posts renewed")  # fmt: skip
        return True

    def _back(self, place: int) -> int:
        """Take back the last answer, or the last skip, and ask that again."""
        if place == 0:
            return 0
        place -= 1
        self._skipped.discard(place)
        if self._answers.pop(place, None) is not None:
            done = self._labelling.undo(by=self._by, at=now())
            self._changed += done[1] if done else 0
            self._undone += 1
        return place

    def _show(self, question: Question, place: int) -> None:
        post, side = question.document.post, question.sentiment
        words, mention = post.words, question.mention
        if mention is not None:
            words = f"{words[: mention.start]}【{words[mention.start : mention.end]}】{words[mention.end :]}"
        when = f"{post.published_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if post.published_at else "–"  # fmt: skip
        about = question.brand or self._screen.pick("整帖", "whole post")
        self._screen.aside(
            f"\n[{place + 1}/{len(self._questions)}] {about} · {post.platform} · {when} · {post.key}\n"
            f"{words}\n  负 {side.negative:.2f} 中 {side.neutral:.2f} 正 {side.positive:.2f}",
            f"\n[{place + 1}/{len(self._questions)}] {about} · {post.platform} · {when} · {post.key}\n"
            f"{words}\n  negative {side.negative:.2f} neutral {side.neutral:.2f} positive {side.positive:.2f}",
        )

        if question.earlier is not None:
            self._screen.aside(*_outlived(question.earlier))
        self._screen.aside(*_following(self._following(place)))

    def _following(self, place: int) -> list[str]:
        """The copies that an answer will decide, as they were when first asked for."""
        if place not in self._copies:
            one = self._questions[place]
            self._copies[place] = self._labelling.copies(one.document.post.key, one.brand)
        return self._copies[place]

    def end(self) -> None:
        """Say what was done."""
        self._screen.say(
            f"标注 {len(self._answers)}，跳过 {len(self._skipped)}，撤销 {self._undone}，改了 {self._changed} 帖",
            f"{len(self._answers)} labelled, {len(self._skipped)} skipped, {self._undone} taken back, "
            f"{self._changed} posts renewed",
        )
        self._screen.answer(
            {
                "labelled": len(self._answers), "skipped": len(self._skipped),
                "undone": self._undone, "changed": self._changed,
                "questions": [] if not self._screen.json else [
                    {**_question(one), "copies": self._following(place),
                     "answer": self._answers.get(place)}
                    for place, one in enumerate(self._questions)
                ],
            }
        )  # fmt: skip


def _question(one: Question) -> dict[str, Any]:
    post, side, mention = one.document.post, one.sentiment, one.mention
    return {
        "key": post.key, "brand": one.brand, "platform": post.platform,
        "published_at": post.published_at, "text": post.words, "url": post.url,
        "start": mention and mention.start, "end": mention and mention.end,
        "span": mention and mention.span, "negative": side.negative, "neutral": side.neutral,
        "positive": side.positive, "earlier": one.earlier and as_json(one.earlier),
    }  # fmt: skip


def _following(copies: Sequence[str]) -> tuple[str, str]:
    """Said before an answer is given, in both languages."""
    some = " ".join(copies[:SHOWN]) + (" …" if len(copies) > SHOWN else "")
    return (
        f"  另有 {len(copies)} 帖会跟着改{'：' if some else ''}{some}",
        f"  {len(copies)} other posts will follow{': ' if some else ''}{some}",
    )


def _outlived(earlier: Correction) -> tuple[str, str]:
    """A note, in both languages, beside a post that was edited after it was labelled."""
    name, day = JUDGED_NAMES[str(earlier.label)], f"{earlier.at:%Y-%m-%d}"
    return (
        f"  作者改过文字：{earlier.by} {day} 标的“{name.zh}”说的是改前的话，不再作数",
        f"  edited by its author: “{name.en}”, {earlier.by} on {day}, was about other words and "
        "holds no more",
    )


def as_json(one: Correction) -> dict[str, Any]:
    """Keys of one correction in ``--json``."""
    return {"key": one.key, "brand": one.brand, "label": one.label, "by": one.by, "at": one.at,
            "group": one.group, "note": one.note}  # fmt: skip
