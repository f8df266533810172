"""label rule, label list: what people want said wherever certain words stand, and all they said."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tingfeng.cli.label import as_json
from tingfeng.cli.output import save, show
from tingfeng.cli.question import known_brands
from tingfeng.cli.screen import Screen
from tingfeng.cli.session import asked, now
from tingfeng.cli.usage import JUDGED_NAMES
from tingfeng.core.correction import LabelRule
from tingfeng.core.errors import SettingsError
from tingfeng.core.message import Message

if TYPE_CHECKING:
    from tingfeng.pipeline import Pipeline
    from tingfeng.pipeline.label_preview import Preview, Renewed


def listed(args: argparse.Namespace, screen: Screen) -> int:
    """Corrections that hold, newest first, and the rules."""
    from tingfeng.insight.table import Table, columns

    with asked(args, screen) as pipeline:
        standing = [
            one for one in reversed(pipeline.labelling.standing())
            if not args.brand or one.brand in args.brand
        ]  # fmt: skip
        outlived = [one for one, _ in pipeline.labelling.outlived()]
        rules, pending = pipeline.labelling.rules(), pipeline.labelling.pending()
    table = Table(
        name=Message("标注", "corrections"),
        columns=columns(("时间", "time"), ("谁", "who"), ("帖子", "post"), ("品牌", "brand"),
                        ("改成", "label"), ("备注", "note"), ("原文", "words")),
        rows=[
            (one.at, one.by, one.key, one.brand, one.label and JUDGED_NAMES[one.label], one.note,
             Message("作者改过文字", "edited since") if one in outlived else None)
            for one in standing
        ],
        notes=(Message(f"有效的标注 {len(standing)} 条", f"{len(standing)} corrections hold"),
               *_edited(len([one for one in standing if one in outlived]))),
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
            "corrections": [{**as_json(one), "edited": one in outlived} for one in standing],
            "rules": [_rule_json(one) for one in rules],
            "pending": pending,
        }
    )
    return 0


def _edited(number: int) -> tuple[Message, ...]:
    """What to do about answers that posts outlived."""
    if not number:
        return ()
    return (
        Message(
            f"其中 {number} 条标注之后作者改过文字，对原帖不再作数：tingfeng label 会再问",
            f"{number} of them are about words that the post no longer has: `tingfeng label` asks again",
        ),
    )


def rule(args: argparse.Namespace, screen: Screen) -> int:
    """A rule: first what it would change, and only with ``--apply`` does it hold."""
    with asked(args, screen) as pipeline:
        if args.resume:
            with screen.progress("历史跟上规则", "history follows", None) as advance:
                return _applied(screen, None, pipeline.labelling.resume(advance=advance))
        made = _rule(pipeline, args)
        if args.apply:
            with screen.progress("历史跟上规则", "history follows", None) as advance:
                return _applied(screen, made, pipeline.labelling.apply(made, advance=advance))
        with screen.progress("试算", "trying", None) as advance:
            preview = pipeline.labelling.preview(made, advance=advance)
    _tell(preview, made, args, screen)
    return 0


def _rule(pipeline: Pipeline, args: argparse.Namespace) -> LabelRule:
    from tingfeng.pipeline.label_words import rule_id

    by = args.by or (pipeline.settings.person() if args.apply else "")
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


def _applied(screen: Screen, made: LabelRule | None, done: Renewed) -> int:
    name = f"规则 {made.id}：" if made else ""
    english = f"rule {made.id}: " if made else ""
    by = _whose(made, then=False)
    screen.say(
        f"{name}{done.posts:,} 帖的答案变了；另有 {done.kept:,} 帖答案不变，{by.zh}。一共更新 {done.changed:,} 帖",
        f"{english}{done.posts:,} posts have another answer; {done.kept:,} more keep theirs, {by.en}. "
        f"{done.changed:,} posts renewed in all",
    )
    screen.answer({"rule": _rule_json(made) if made else None, "changed": done.changed,
                   "posts": done.posts, "kept": done.kept})  # fmt: skip
    return 0


def _whose(made: LabelRule | None, *, then: bool) -> Message:
    """Whose word the answers are that stay the same."""
    when = Message("会", "then") if then else Message("现在", "now")
    if made is None:
        return Message(
            f"只是{when.zh}由人或规则说了算", f"{when.en} on the word of a person or a rule"
        )
    if made.label is None:
        return Message(
            f"只是{when.zh}不再由这条规则说了算", f"{when.en} no longer on the word of this rule"
        )
    return Message(f"只是{when.zh}由这条规则说了算", f"{when.en} on the word of this rule")


def _tell(preview: Preview, made: LabelRule, args: argparse.Namespace, screen: Screen) -> None:
    from tingfeng.insight.table import Table, columns

    rows: list[tuple[Any, ...]] = []
    for (old, new), number in preview.changes.most_common():
        examples = "\n".join(f"{_short(words, made)}（{key}）" for key, words in preview.examples[old, new])  # fmt: skip
        rows.append((JUDGED_NAMES[old], JUDGED_NAMES[new], number, examples))
    by, all_ = _whose(made, then=True), preview.posts + preview.kept
    counted = Message(
        f"含有这些词的 {preview.looked:,} 帖里，{preview.posts:,} 帖的答案会变（{preview.mentions:,} 处）；"
        f"另有 {preview.kept:,} 帖答案不变，{by.zh}。一共会更新 {all_:,} 帖，加 --apply 生效",
        f"of {preview.looked:,} posts with these words {preview.posts:,} would get another answer, in "
        f"{preview.mentions:,} places; {preview.kept:,} more keep theirs, {by.en}. {all_:,} posts would "
        "be renewed in all; --apply makes it hold",
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
            "kept": preview.kept, "mentions": preview.mentions,
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


def _rule_json(one: LabelRule) -> dict[str, Any]:
    return {"id": one.id, "brand": one.brand, "words": list(one.words), "label": one.label,
            "by": one.by, "at": one.at, "note": one.note}  # fmt: skip
