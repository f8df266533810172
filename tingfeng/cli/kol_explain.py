"""Why a creator scores what it scores; creators side by side."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from tingfeng.cli.kol_score import scored, table_of
from tingfeng.cli.output import save, show
from tingfeng.cli.screen import Screen
from tingfeng.core.errors import InputError
from tingfeng.core.message import Message

if TYPE_CHECKING:
    from tingfeng.insight.table import Table
    from tingfeng.kol.explain import Explanation
    from tingfeng.kol.nouns import Score
    from tingfeng.pipeline.kol_score import Scored


def explain(args: argparse.Namespace, screen: Screen) -> int:
    """Every part of one score with its evidence."""
    from tingfeng.kol.explain import explain as reasons
    from tingfeng.kol.plain import explanation_json

    with scored(args, screen) as (_, found):
        row = found.row(args.key)
        profile = found.profile(args.key)
        told = reasons(found.ratings, row, found.pool, profile)
        tables = [_parts(told.score, found), _evidence(told.score)]
        _headline(told, screen)
        for table in tables:
            show(table, screen)
        _rest(told, screen)
        if args.html:
            _card(args.html, told, row, found, screen)
        save(args.output, tables, screen, args.typed)
        screen.answer({"run": found.run.id, **explanation_json(told)})
    return 0


def compare(args: argparse.Namespace, screen: Screen) -> int:
    """Parts of several creators, one column each."""
    from tingfeng.kol.plain import score_json
    from tingfeng.pipeline.kol_score import several

    if len(set(args.keys)) < 2:
        raise InputError(
            "对比要两位以上：再写一个 平台:编号（tingfeng kol list 列出在库的）；只看一位用 tingfeng kol explain",
            "a comparison takes two or more: add a platform:id (`tingfeng kol list` shows who is stored),"
            " or see one by `tingfeng kol explain`",
        )
    with scored(args, screen) as (_, found):
        rows = several(found, args.keys)
        scores = [found.ratings.score(row) for row in rows]
        tables = [table_of(scores, found), _beside(scores)]
        for table in tables:
            show(table, screen)
        save(args.output, tables, screen, args.typed)
        screen.answer({"run": found.run.id, "scores": [score_json(score) for score in scores]})
    return 0


def _headline(told: Explanation, screen: Screen) -> None:
    from tingfeng.kol.card import VERDICTS

    score = told.score
    verdict = VERDICTS[score.verdict].into(screen.lang)
    figures = f"{score.value:.1f} {{}}[{score.low:.1f}–{score.high:.1f}]"
    zh, en = figures.format("分 "), figures.format("")
    if not score.told:
        zh, en = "不给分", "no score"
    screen.say(
        f"{score.name}（{score.key}）为 {score.brand}：{verdict}，{zh}，池中位 {score.reference:.1f}",
        f"{score.name} ({score.key}) for {score.brand}: {verdict}, {en}, median of the pool "
        f"{score.reference:.1f}",
    )
    for proof in score.gate_says:
        keys = " ".join(proof.keys)
        screen.say(f"⚠ {proof.says.zh} {keys}", f"⚠ {proof.says.en} {keys}")
    screen.say()


def _parts(score: Score, found: Scored) -> Table:
    from tingfeng.insight.table import Table, columns
    from tingfeng.kol.explain import NAMES

    rows = [
        (NAMES[part.name], round(part.value, 2), f"{part.low:.2f}–{part.high:.2f}",
         f"{part.confidence:.0%}", f"{part.weight:.0%}", f"{part.points:+.1f}")
        for part in score.parts
    ]  # fmt: skip
    if score.gate < 1:
        rows.append(
            (Message("门槛", "gate"), round(score.gate, 2), "", "", "", f"{score.gate_points:+.1f}")
        )
    return Table(
        name=Message("分项", "parts"),
        columns=columns(("分项", "part"), ("值", "value"), ("区间", "interval"), ("把握", "confidence"),
                        ("权重", "weight"), ("加减分", "points")),
        rows=tuple(rows),
        notes=() if not score.told else (
            Message(
                f"参照 {score.reference:.1f}（池中位）加上各项加减分，正好是 {score.value:.1f}。",
                f"The median of the pool, {score.reference:.1f}, plus all points is exactly {score.value:.1f}.",
            ),
        ),
    )  # fmt: skip


def _evidence(score: Score) -> Table:
    from tingfeng.insight.table import Table, columns
    from tingfeng.kol.explain import NAMES

    return Table(
        name=Message("依据", "evidence"),
        columns=columns(("分项", "part"), ("事实", "what is known"), ("n", "n"), ("出处", "where")),
        rows=tuple(
            (NAMES[part.name], proof.says, proof.n, " ".join(proof.keys))
            for part in score.parts
            for proof in part.proofs
        ),
    )


def _rest(told: Explanation, screen: Screen) -> None:
    """Risks with their innocent explanations, changes, what is unknown, others of its size."""
    from tingfeng.kol.authenticity import SIGNALS, band

    lists: list[tuple[Message, list[Message]]] = [
        (
            Message("异常信号（档位，不是事实认定）", "signals (bands, not findings)"),
            [
                Message(
                    f"{SIGNALS[name].name.zh}：{band(risk).zh}。也可能：{SIGNALS[name].innocent.zh}",
                    f"{SIGNALS[name].name.en}: {band(risk).en}. It may also be: {SIGNALS[name].innocent.en}",
                )
                for name, risk in sorted(told.score.risk.items(), key=lambda pair: -pair[1])
                if risk > 0
            ],
        ),
        (Message("什么会改变得分", "what would change it"), [one.says for one in told.changes]),
        (Message("还不知道", "not known"), list(told.unknown)),
        (
            Message("同量级的其他人选", "others of its size"),
            [Message(*(f"{one.name} {one.key} {one.score:.1f}",) * 2) for one in told.alternatives],
        ),
    ]
    for title, lines in lists:
        if lines:
            screen.say(f"◆ {title.zh}", f"◆ {title.en}")
            for line in lines:
                screen.say(f"  · {line.zh}", f"  · {line.en}")


def _beside(scores: list[Score]) -> Table:
    from tingfeng.insight.table import Table, columns
    from tingfeng.kol.explain import NAMES

    names = [(f"{score.name} {score.key}",) * 2 for score in scores]
    return Table(
        name=Message("逐项：值 [区间] 加减分", "by part: value [interval] points"),
        columns=columns(("分项", "part"), *names),
        rows=tuple(
            (NAMES[parts[0].name],
             *(f"{part.value:.2f} [{part.low:.2f}–{part.high:.2f}] {part.points:+.1f}" for part in parts))
            for parts in zip(*(score.parts for score in scores), strict=True)
        ),
    )  # fmt: skip


def _card(path: Path, told: Explanation, row: int, found: Scored, screen: Screen) -> None:
    from tingfeng.insight.export import replaced
    from tingfeng.kol.card import card

    if path.suffix.lower() not in (".html", ".htm"):
        raise InputError(
            f"--html 写成 .html 文件，而不是 {path.name}",
            f"--html takes an .html file, not {path.name}",
        )
    text = card(
        told, found.ratings, row, found.profile(told.score.key), found.curves, lang=screen.lang
    )

    def fill(draft: Path) -> int:
        return draft.write_text(text, encoding="utf-8", errors="replace")

    replaced(path, fill)
    screen.say(f"卡片：{path}", f"card: {path}")
