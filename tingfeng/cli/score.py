"""score mentions, score texts: how well an engine reads what people labelled themselves."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tingfeng.cli.output import save, show
from tingfeng.cli.screen import Screen
from tingfeng.cli.session import opened
from tingfeng.core.message import Message

if TYPE_CHECKING:
    from nlp.figures import Figure
    from nlp.reader import BrandReader
    from tingfeng.insight.table import Table
    from tingfeng.pipeline.labelled_files import Refused
    from tingfeng.pipeline.scored_place import MentionAnswer
    from tingfeng.pipeline.scoring import TextAnswer

FIGURES = {
    "macro_f1": Message("态度宏 F1（最可能的一类）", "macro-F1 of attitude, likeliest class"),
    "macro_f1_with_uncertain": Message(
        "态度宏 F1（不确定算中性）", "macro-F1, uncertain read as neutral"
    ),
    "accuracy": Message("正确率（最可能的一类）", "accuracy, likeliest class"),
    "accuracy_of_three": Message("正确率（三类都可答）", "accuracy, all three classes open"),
    "accuracy_with_uncertain": Message(
        "正确率（不确定算中性）", "accuracy, uncertain read as neutral"
    ),
    "neg_f1": Message("负面 F1", "F1 of negative"),
    "neu_f1": Message("中性 F1", "F1 of neutral"),
    "pos_f1": Message("正面 F1", "F1 of positive"),
    "neg_f1_with_uncertain": Message(
        "负面 F1（不确定算中性）", "F1 of negative, uncertain read as neutral"
    ),
    "neg_auc": Message("负面 AUC", "AUC of negative"),
    "neg_recall_at_fpr05": Message(
        "误报率 5% 时负面召回", "recall of negative at a false-positive rate of .05"
    ),
    "coverage_at_90": Message(
        "正确率达 90% 时的覆盖", "coverage at 90 % accuracy, most confident first"
    ),
    "coverage_at_95": Message(
        "正确率达 95% 时的覆盖", "coverage at 95 % accuracy, most confident first"
    ),
    "ece": Message("校准误差", "expected calibration error"),
    "brand_accuracy": Message("是否品牌：正确率", "is it the brand: accuracy"),
    "brand_precision": Message("是否品牌：精确率", "is it the brand: precision"),
    "brand_recall": Message("是否品牌：召回率", "is it the brand: recall"),
    "ad_f1": Message("广告 F1", "F1 of adverts"),
}
TWO_CLASSES = Message(
    "标注里没有中性：只在正负两类里取更可能的",
    "no label is neutral: the likelier of negative and positive is scored",
)
LISTED = 5
"""Refused rows on the screen; ``--json`` has all."""

ANSWERS = {-2: "mix", -1: "-", 0: "neg", 1: "neu", 2: "pos"}
SHORT = {"negative": "neg", "neutral": "neu", "positive": "pos", "uncertain": "uncertain"}


def mentions(args: argparse.Namespace, screen: Screen) -> int:
    """Attitude to a brand, brand sense and adverts, on labelled mentions."""
    from tingfeng.pipeline.labelled_files import mention_rows
    from tingfeng.pipeline.scoring import mention_figures, read_mentions

    rows, refused = mention_rows(args.file)
    name, reader = _reader(args, screen)
    with screen.progress("评分", "scoring", len(rows)) as advance:
        answers, lost = read_mentions(reader, rows, kind=args.kind, advance=advance)
    figures = mention_figures(answers)
    moved = Counter(one.note for one in answers if one.note is not None)
    why = Counter(one.rule.partition(":")[0] for one in answers if not one.meant)
    notes = [
        _head(name, reader, len(answers)),
        Message(
            f"态度只算确是该品牌且标为正、负、中的 {figures['macro_f1'].n} 行；判断为“不是品牌”的 "
            f"{why.total()} 行：" + "、".join(f"{rule} {count}" for rule, count in why.most_common()),
            f"Attitude: the {figures['macro_f1'].n} rows that are the brand and pos, neg or neu. "
            f"Taken for another word: {why.total()} rows: "
            + ", ".join(f"{rule} {count}" for rule, count in why.most_common()),
        ),
        *(Message(f"{count} 行：{note.zh}", f"{count} rows: {note.en}") for note, count in moved.items()),
    ]  # fmt: skip
    _tell(screen, args, figures, notes, [*refused, *lost], _mention_table(answers))
    screen.answer(
        {
            "file": str(args.file), "engine": name, "version": reader.version, "n": len(answers),
            "n_attitude": figures["macro_f1"].n, **_as_json(figures, [*refused, *lost]),
            "labels": _counted([ANSWERS[one.row.stance] for one in answers if one.row.meant]),
            "mixed": sum(one.row.meant and one.row.stance == -2 for one in answers),
            "moved": {note.en: count for note, count in moved.items()},
            "not_brand": dict(why.most_common()),
        }
    )  # fmt: skip
    return 0 if answers else 1


def texts(args: argparse.Namespace, screen: Screen) -> int:
    """Sentiment of whole labelled texts."""
    from tingfeng.pipeline.labelled_files import text_rows
    from tingfeng.pipeline.scoring import read_texts, text_figures

    rows, refused = text_rows(args.file)
    name, reader = _reader(args, screen)
    with screen.progress("评分", "scoring", len(rows)) as advance:
        answers, silent = read_texts(reader, rows, kind=args.kind, advance=advance)
    figures = text_figures(answers)
    labels = _counted([ANSWERS[one.row.label] for one in answers])
    notes = [_head(name, reader, len(answers))]
    if "neu" not in labels:
        notes.append(TWO_CLASSES)
    _tell(screen, args, figures, notes, [*refused, *silent], _text_table(answers))
    screen.answer(
        {
            "file": str(args.file), "engine": name, "version": reader.version, "n": len(answers),
            **_as_json(figures, [*refused, *silent]), "labels": labels,
        }
    )  # fmt: skip
    return 0 if answers else 1


def _reader(args: argparse.Namespace, screen: Screen) -> tuple[str, BrandReader]:
    """The engine that was asked for; else the model of one's own that is in use, or the engine set."""
    from tingfeng.pipeline.scoring import scorer

    with opened(args, screen) as pipeline:
        if args.engine is not None:
            return scorer(pipeline.readers.shipped, args.engine)
        name, reader = scorer(pipeline.recipe, None)
        return pipeline.readers.model or name, reader


def _head(name: str, reader: BrandReader, rows: int) -> Message:
    return Message(
        f"引擎 {name}（{reader.version}），{rows:,} 行。区间：95%，按文本重抽样 1,000 次",
        f"Engine {name} ({reader.version}), {rows:,} rows. Intervals: 95 %, 1,000 bootstrap draws "
        "of the texts",
    )


def _as_json(figures: Mapping[str, Figure], refused: Sequence[Refused]) -> dict[str, Any]:
    from nlp.figures import DRAWS
    from nlp.scoring import SEED

    return {
        **{name: figure.as_json() for name, figure in figures.items()},
        "refused": len(refused),
        "refused_rows": [one.as_json() for one in refused],
        "draws": DRAWS,
        "seed": SEED,
    }


def _counted(labels: Sequence[str]) -> dict[str, int]:
    return dict(Counter(labels).most_common())


def _tell(
    screen: Screen, args: argparse.Namespace, figures: Mapping[str, Figure],
    notes: Sequence[Message], refused: Sequence[Refused], answers: Table,
) -> None:  # fmt: skip
    """The table of figures, what it counts, what was left out, and every answer where ``-o`` says."""
    from tingfeng.insight.table import Table, columns

    left = [Message(f"第 {one.line} 行未评分：{one.why.zh}", f"line {one.line} is not scored: {one.why.en}")
            for one in refused[:LISTED]]  # fmt: skip
    if len(refused) > LISTED:
        left.append(Message(f"共 {len(refused)} 行未评分，全部见 --json", f"{len(refused)} rows are not scored: --json has them all"))  # fmt: skip
    table = Table(
        name=Message("评分", "score"),
        columns=columns(("指标", "figure"), ("值", "value"), ("下限", "low"), ("上限", "high"),
                        ("行数", "rows"), ("说明", "remark")),
        rows=[
            (FIGURES[name], *(_digits(each) for each in (one.value, one.low, one.high)), one.n,
             one.reason or "")
            for name, one in figures.items()
        ],
        notes=(*notes, *left),
    )  # fmt: skip
    show(table, screen)
    save(args.output, [answers], screen, args.typed)


def _digits(number: float | None) -> str:
    return "–" if number is None else f"{number:.3f}"


def _mention_table(answers: Sequence[MentionAnswer]) -> Table:
    """Every row beside its answer."""
    from tingfeng.insight.table import Table, columns

    return Table(
        name=Message("逐行结果", "answers"),
        columns=columns(
            ("行", "line"), ("品牌", "brand"), ("文本", "text"), ("位置", "start"),
            ("标注：是品牌", "label: brand"), ("判断：是品牌", "answer: brand"), ("原因", "why"),
            ("标注：态度", "label: stance"), ("判断：态度", "answer: stance"),
            ("负面", "negative", "share"), ("中性", "neutral", "share"),
            ("正面", "positive", "share"), ("依据", "evidence"), ("广告", "advert", "share"),
        ),
        rows=(
            (one.row.line, one.row.brand, one.row.text, one.start, int(one.row.meant),
             int(one.meant), one.rule, ANSWERS[one.row.stance], SHORT[one.sentiment.label],
             one.sentiment.negative, one.sentiment.neutral, one.sentiment.positive,
             one.text[slice(*one.span)] if one.span else "", one.advert)
            for one in answers
        ),
    )  # fmt: skip


def _text_table(answers: Sequence[TextAnswer]) -> Table:
    """Every row beside its answer."""
    from tingfeng.insight.table import Table, columns

    return Table(
        name=Message("逐行结果", "answers"),
        columns=columns(
            ("行", "line"), ("文本", "text"), ("标注", "label"), ("判断", "answer"),
            ("负面", "negative", "share"), ("中性", "neutral", "share"),
            ("正面", "positive", "share"),
        ),
        rows=(
            (one.row.line, one.row.text, ANSWERS[one.row.label], SHORT[one.sentiment.label],
             one.sentiment.negative, one.sentiment.neutral, one.sentiment.positive)
            for one in answers
        ),
    )  # fmt: skip
