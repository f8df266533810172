"""train, calibrate, model: an engine made one's own, compared before it is used."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tingfeng.cli.model_verdict import FIGURES, QUESTIONS, interval, verdict
from tingfeng.cli.output import save, show
from tingfeng.cli.screen import Screen
from tingfeng.cli.session import asked, now
from tingfeng.cli.usage import JUDGED_NAMES
from tingfeng.core.message import Message

if TYPE_CHECKING:
    from tingfeng.insight.table import Cell
    from tingfeng.pipeline.models import Trained


def train(args: argparse.Namespace, screen: Screen) -> int:
    """Learn from corrections; nothing is switched."""
    return _make(args, screen, words=True)


def calibrate(args: argparse.Namespace, screen: Screen) -> int:
    """Mend confidence and thresholds only; nothing is switched."""
    return _make(args, screen, words=False)


def _make(args: argparse.Namespace, screen: Screen, *, words: bool) -> int:
    with asked(args, screen) as pipeline:
        by = args.by or pipeline.settings.person()
        with screen.progress("学习", "learning", None) as advance:
            made = pipeline.training.train(
                words=words, old=pipeline.readers.model, labels=args.labels, by=by, at=now(),
                newest=args.newest, advance=advance,
            )  # fmt: skip
    misfit = made.card["old_misfit"]
    notes = [
        *([Message(f"在用的模型与现在的引擎不合，改与 shipped 比较（{misfit['zh']}）",
                   "the model in use does not fit the engine, shipped was compared instead "
                   f"({misfit['en']})")] if misfit else []),
        Message(
            "新旧都在同样的标注上；新的那一栏来自按文本分组的五折交叉验证，没见过所评的那一条",
            "old and new on the same labels; the new column is five-fold cross-validation by text: "
            "no row was seen by what judged it",
        ),
        *([Message(f"{made.card['lost']} 条标注用不上（帖子没了，或不再认出这个名字）",
                   f"{made.card['lost']} labels could not be used: their post is gone, or the name is "
                   "no longer found in it")] if made.card["lost"] else []),
    ]  # fmt: skip
    for line in verdict(made.card):
        screen.say(line.zh, line.en)
    screen.say()
    _tell(made, args, screen, notes)
    _written(made, screen)
    screen.answer({"model": made.name, **_as_json(made)})
    return 0


def _written(made: Trained, screen: Screen) -> None:
    """Where it stands; how it is used only where that is advice that anybody would give."""
    zh, en = f"已写成 {made.name}，还没有启用", f"written as {made.name}, not in use"
    if made.card["better"]:
        zh += f"。启用：tingfeng model use {made.name}，然后 tingfeng analyze"
        en += f" yet. To use it: tingfeng model use {made.name}, then tingfeng analyze"
    screen.say(zh, en)


def compare(args: argparse.Namespace, screen: Screen) -> int:
    """Two models on the same labels, and on the newest posts."""
    with asked(args, screen) as pipeline:
        old, new = pipeline.readers.models.named(args.old), pipeline.readers.models.named(args.new)
        with screen.progress("比较", "comparing", None) as advance:
            found = pipeline.training.compare(
                old, new, labels=args.labels, by="", newest=args.newest, advance=advance
            )
    flattered = [
        QUESTIONS[name] for name, one in found.card["figures"].items() if not one["unseen"]
    ]
    notes = [
        Message(
            f"{one.zh}：没见过的标注太少，用了全部，学过它们的模型数字偏高",
            f"{one.en}: too few labels that neither has seen, so all are used; a model that has learnt "
            "from them is flattered",
        )
        for one in flattered
    ]
    _tell(found, args, screen, notes)
    screen.answer(_as_json(found))
    return 0


def listed(args: argparse.Namespace, screen: Screen) -> int:
    """Models of one's own, and which is in use."""
    from tingfeng.insight.table import Table, columns

    with asked(args, screen) as pipeline:
        # No reader is built: one that cannot be is what somebody may be here to find out about.
        used, models = pipeline.readers.model, pipeline.readers.models
        engine = pipeline.readers.engine_name
        names = models.names()
        cards = [
            models.known(name) for name in [*names, *([used] if used not in ["", *names] else [])]
        ]
    version = f"{engine}+{used}" if used else engine
    rows: list[tuple[Cell, ...]] = [("✓" if not used else "", "shipped", None, None, None, None)]
    for card in cards:
        macro = (
            (card["figures"] or {})
            .get("mention", {})
            .get("new", {})
            .get("macro_f1", {})
            .get("value")
        )
        rows.append((
            "✓" if card["name"] == used else "", card["name"], card["made_at"][:16].replace("T", " "),
            card["by"], None if card["labels"] is None else len(card["labels"]), macro,
        ))  # fmt: skip
    faults = [card["fault"] for card in cards if card["fault"]]
    table = Table(
        name=Message("模型", "models"),
        columns=columns(("在用", "in use"), ("名称", "name"), ("时间", "made"), ("谁", "who"),
                        ("标注", "labels"), ("宏 F1", "macro-F1")),
        rows=rows, notes=(Message(f"读法：{version}", f"reader: {version}"), *faults),
    )  # fmt: skip
    show(table, screen)
    save(args.output, [table], screen, args.typed)
    keys = ("name", "engine", "kind", "made_at", "by", "counts", "figures")
    screen.answer(
        {
            "in_use": used or "shipped",
            "reader": version,
            "models": [
                {key: card[key] for key in keys}
                | ({"fault": card["fault"].into(screen.lang)} if card["fault"] else {})
                for card in cards
            ],
        }
    )
    return 0


def use(args: argparse.Namespace, screen: Screen) -> int:
    """Switch: kept in the store, so that every process that reads into it agrees."""
    with asked(args, screen) as pipeline:
        name = pipeline.readers.models.named(args.name)
        before = pipeline.readers.model
        version = pipeline.training.check(name)  # what does not fit is refused here, not in watch
        pipeline.readers.use(name)
        waiting = pipeline.unread()
    screen.say(
        f"在用：{name or 'shipped'}（{version}）。历史会在下一次 tingfeng analyze 时重读，读完之前不判断预警",
        f"in use: {name or 'shipped'} ({version}). The next `tingfeng analyze` reads history again; "
        "until then alerts wait",
    )
    screen.answer({"in_use": name or "shipped", "before": before or "shipped", "engine": version,
                   "unread": waiting})  # fmt: skip
    return 0


def _tell(made: Trained, args: argparse.Namespace, screen: Screen, notes: list[Message]) -> None:
    from tingfeng.insight.table import Table, columns

    card, difference = made.card, made.difference
    figures = Table(
        name=Message(f"{card['old']} 与新模型" if "new" not in card else f"{card['old']} 与 {card['new']}",
                     f"{card['old']} and the new one" if "new" not in card else f"{card['old']} and {card['new']}"),
        columns=columns(("问题", "question"), ("指标", "figure"), ("旧", "old"), ("新", "new"),
                        ("差（95% 区间）", "difference (95 %)"), ("行数", "rows")),
        rows=[
            (QUESTIONS[name], FIGURES[figure], _number(one["old"][figure]), _number(one["new"][figure]),
             interval(one["difference"].get(figure)), one["new"][figure]["n"])
            for name, one in card["figures"].items() for figure in one["new"]
        ],
        notes=(*notes, _labels(card["counts"])),
    )  # fmt: skip
    changes = Table(
        name=Message("最新帖子上的答案", "answers to the newest posts"),
        columns=columns(("旧", "old"), ("新", "new"), ("处", "mentions"), ("例子", "examples")),
        rows=[
            (JUDGED_NAMES[old], JUDGED_NAMES[new], number,
             "\n".join(f"{words}（{key}）" for key, words in difference.examples[old, new]))
            for old, new, number in difference.changes
        ],
        notes=(Message(
            f"最新 {difference.posts:,} 帖的 {difference.mentions:,} 处提及里，{difference.changed:,} 处答案变了",
            f"of {difference.mentions:,} mentions in the newest {difference.posts:,} posts "
            f"{difference.changed:,} are answered otherwise"),),
    )  # fmt: skip
    for table in (figures, changes):
        show(table, screen)
    save(args.output, [figures, changes], screen, args.typed)


def _labels(counts: Mapping[str, Mapping[str, int]]) -> Message:
    zh, en = [], []
    names = {**JUDGED_NAMES, "brand": Message("是品牌", "the brand")}
    for question, numbers in counts.items():
        zh.append(f"{QUESTIONS[question].zh} " + "、".join(f"{names[one].zh} {n}" for one, n in numbers.items()))  # fmt: skip
        en.append(f"{QUESTIONS[question].en} " + ", ".join(f"{names[one].en} {n}" for one, n in numbers.items()))  # fmt: skip
    return Message("标注：" + "；".join(zh), "labels: " + "; ".join(en))


def _number(figure: Mapping[str, Any]) -> str:
    return "–" if figure["value"] is None else f"{figure['value']:.3f}"


def _as_json(made: Trained) -> dict[str, Any]:
    card = made.card
    found = {key: card[key] for key in ("old", "counts", "figures", "newest")}
    if "labels" not in card:
        return {**found, "new": card["new"]}
    return {**found, "better": card["better"], "labels": len(card["labels"]), "lost": card["lost"]}
