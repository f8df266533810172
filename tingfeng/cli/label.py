"""label: people correct what the reader says, post by post or by a rule."""

from __future__ import annotations

import argparse
import sys
from itertools import islice
from typing import TYPE_CHECKING, Any

from tingfeng.cli.keys import Keys, Move
from tingfeng.cli.output import save, show
from tingfeng.cli.question import begins, known_brands, known_platforms
from tingfeng.cli.screen import Screen
from tingfeng.cli.session import asked, now
from tingfeng.cli.usage import JUDGED_NAMES
from tingfeng.core.correction import Correction, Judged, LabelRule
from tingfeng.core.errors import SettingsError
from tingfeng.core.message import Message
from tingfeng.core.post import SHANGHAI

if TYPE_CHECKING:
    from tingfeng.pipeline import Pipeline
    from tingfeng.pipeline.labelling import Preview, Question

HOW = Message(
    "按键：正(p) 中(n) 负(g) 不是品牌(x) 跳过(s) 撤销(u) 退出(q)",
    "keys: p positive, n neutral, g negative, x not the brand, s skip, u undo, q quit",
)


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
    said, changed = pipeline.labelling.correct(
        args.post, brand, args.label, by=by, at=now(), note=args.note
    )
    name = JUDGED_NAMES[args.label]
    screen.say(
        f"{said.key} 对{brand or '整帖'}：{name.zh}（{by}）；改了 {changed} 帖（连同雷同帖）",
        f"{said.key}, {brand or 'whole post'}: {name.en} ({by}); {changed} posts renewed, copies included",
    )  # fmt: skip
    screen.answer({"correction": _as_json(said), "changed": changed})
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
    screen.answer({"correction": _as_json(said), "changed": changed})
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
                "questions": [
                    {**_question(one), "answer": self._answers.get(place)}
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
        "positive": side.positive,
    }  # fmt: skip


def listed(args: argparse.Namespace, screen: Screen) -> int:
    """Corrections that hold, newest first, and the rules."""
    from tingfeng.insight.table import Table, columns

    with asked(args, screen) as pipeline:
        standing = [
            one for one in reversed(pipeline.labelling.standing())
            if not args.brand or one.brand in args.brand
        ]  # fmt: skip
        rules, pending = pipeline.labelling.rules(), pipeline.labelling.pending()
    table = Table(
        name=Message("标注", "corrections"),
        columns=columns(("时间", "time"), ("谁", "who"), ("帖子", "post"), ("品牌", "brand"),
                        ("改成", "label"), ("备注", "note")),
        rows=[
            (one.at, one.by, one.key, one.brand, one.label and JUDGED_NAMES[one.label], one.note)
            for one in standing
        ],
        notes=(Message(f"有效的标注 {len(standing)} 条", f"{len(standing)} corrections hold"),),
    )  # fmt: skip
    second = Table(
        name=Message("规则", "rules"),
        columns=columns(("编号", "id"), ("时间", "time"), ("谁", "who"), ("品牌", "brand"),
                        ("词", "words"), ("算作", "label"), ("备注", "note")),
        rows=[
            (one.id, one.at, one.by, one.brand, " ".join(one.words),
             one.label and JUDGED_NAMES[one.label], one.note)
            for one in rules
        ],
        notes=(Message(f"规则 {len(rules)} 条，历史尚未跟上 {len(pending)} 条",
                       f"{len(rules)} rules, history has not followed {len(pending)} of them"),),
    )  # fmt: skip
    show(table, screen)
    show(second, screen)
    save(args.output, [table, second], screen, args.typed)
    screen.answer(
        {
            "corrections": [_as_json(one) for one in standing],
            "rules": [_rule_json(one) for one in rules],
            "pending": pending,
        }
    )
    return 0


def rule(args: argparse.Namespace, screen: Screen) -> int:
    """A rule: first what it would change, and only with ``--apply`` does it hold."""
    with asked(args, screen) as pipeline:
        if args.resume:
            with screen.progress("历史跟上规则", "history follows", None) as advance:
                return _applied(screen, None, pipeline.labelling.resume(advance=advance))
        made = _rule(pipeline, args)
        if args.apply or args.drop:
            with screen.progress("历史跟上规则", "history follows", None) as advance:
                return _applied(screen, made, pipeline.labelling.apply(made, advance=advance))
        with screen.progress("试算", "trying", None) as advance:
            preview = pipeline.labelling.preview(made, advance=advance)
    _tell(preview, made, args, screen)
    return 0


def _rule(pipeline: Pipeline, args: argparse.Namespace) -> LabelRule:
    from dataclasses import replace

    from tingfeng.pipeline.labelling import rule_id

    by = args.by or (pipeline.settings.person() if args.apply or args.drop else "")
    if args.drop:
        known = {one.id: one for one in pipeline.labelling.rules()}
        if args.drop not in known:
            raise SettingsError(
                f"没有编号为 {args.drop} 的规则：见 tingfeng label list",
                f"no rule has the id {args.drop}: see `tingfeng label list`",
            )
        return replace(known[args.drop], label=None, by=by, at=now(), note=args.note)
    words = tuple(word for word in args.words if word.strip())
    if not words or args.label is None:
        raise SettingsError(
            "规则要写明 --words 词… 和 --as 结果", "a rule needs --words WORD… and --as LABEL"
        )
    if len(args.brand) > 1:
        raise SettingsError(
            "一条规则管一个品牌：只写一个 --brand", "a rule is about one brand: give one --brand"
        )
    brand = known_brands(pipeline, args.brand)[0] if args.brand else None
    return LabelRule(
        id=rule_id(brand, words), brand=brand, words=words, label=args.label, by=by, at=now(),
        note=args.note,
    )  # fmt: skip


def _applied(screen: Screen, made: LabelRule | None, changed: int) -> int:
    name = f"规则 {made.id}：" if made else ""
    english = f"rule {made.id}: " if made else ""
    screen.say(f"{name}改了 {changed:,} 帖", f"{english}{changed:,} posts renewed")
    screen.answer({"rule": _rule_json(made) if made else None, "changed": changed})
    return 0


def _tell(preview: Preview, made: LabelRule, args: argparse.Namespace, screen: Screen) -> None:
    from tingfeng.insight.table import Table, columns

    rows: list[tuple[Any, ...]] = []
    for (old, new), number in preview.changes.most_common():
        examples = "\n".join(f"{_short(words, made)}（{key}）" for key, words in preview.examples[old, new])  # fmt: skip
        rows.append((JUDGED_NAMES[old], JUDGED_NAMES[new], number, examples))
    counted = Message(
        f"含有这些词的 {preview.looked:,} 帖里，{preview.posts:,} 帖的 {preview.mentions:,} 处会变。"
        "加 --apply 生效",
        f"of {preview.looked:,} posts with these words {preview.posts:,} would change, in "
        f"{preview.mentions:,} places; --apply makes it hold",
    )
    table = Table(
        name=Message("规则试算", "preview of the rule"),
        columns=columns(("现在", "now"), ("会变成", "then"), ("处", "mentions"), ("例子", "examples")),
        rows=rows, notes=(counted,),
    )  # fmt: skip
    show(table, screen)
    save(args.output, [table], screen, args.typed)
    screen.answer(
        {
            "rule": _rule_json(made), "looked": preview.looked, "posts": preview.posts,
            "mentions": preview.mentions,
            "changes": [
                {"from": old, "to": new, "mentions": number,
                 "examples": [{"key": key, "text": words} for key, words in preview.examples[old, new]]}
                for (old, new), number in preview.changes.most_common()
            ],
        }
    )  # fmt: skip


def _short(words: str, made: LabelRule, around: int = 24) -> str:
    """What stands around the first of the rule's words."""
    from tingfeng.core.fold import fold

    at = max(0, fold(words).find(fold(made.words[0])))
    return " ".join(words[max(0, at - around) : at + len(made.words[0]) + around].split())


def _as_json(one: Correction) -> dict[str, Any]:
    return {"key": one.key, "brand": one.brand, "label": one.label, "by": one.by, "at": one.at,
            "group": one.group, "note": one.note}  # fmt: skip


def _rule_json(one: LabelRule) -> dict[str, Any]:
    return {"id": one.id, "brand": one.brand, "words": list(one.words), "label": one.label,
            "by": one.by, "at": one.at, "note": one.note}  # fmt: skip
