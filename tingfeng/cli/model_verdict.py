"""Whether a new model is worth having, in the first line of the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tingfeng.core.message import Message

QUESTIONS = {
    "mention": Message("对品牌", "to the brand"),
    "post": Message("整帖", "whole post"),
    "sense": Message("是否品牌", "is it the brand"),
}
FIGURES = {
    "macro_f1": Message("宏 F1", "macro-F1"),
    "neg_f1": Message("负面 F1", "F1 of negative"),
    "neg_auc": Message("负面 AUC", "AUC of negative"),
    "accuracy": Message("正确率", "accuracy"),
    "coverage_at_90": Message("正确率达 90% 时的覆盖", "coverage at 90 % accuracy"),
    "neg_recall_at_fpr05": Message("误报率 5% 时负面召回", "recall of negative at FPR .05"),
    "ece": Message("校准误差", "calibration error"),
    "log_score": Message("对数得分（越高越好）", "log score (higher is better)"),
    "brand_accuracy": Message("正确率", "accuracy"),
    "brand_precision": Message("精确率", "precision"),
    "brand_recall": Message("召回率", "recall"),
}


def verdict(card: Mapping[str, Any]) -> list[Message]:
    """What to do with the model of *card*, and what speaks for it or does not."""
    from tingfeng.pipeline.model_figures import LEAST_JUDGED

    old = card["old"]
    if card["better"] is None:
        head = Message(
            f"数据不足，看不出有没有变好：保留原来的引擎（{old}）。每类至少要 {LEAST_JUDGED} 条不同文字的标注",
            f"not enough data to tell whether it is better: keep the old one ({old}). {LEAST_JUDGED} labels "
            "of each class, of different texts, are needed",
        )
    elif card["better"]:
        head = Message(f"变好了，超出偶然（与 {old} 比）", f"better than {old}, beyond chance")
    else:
        head = Message(
            f"没有变好：保留原来的引擎（{old}）", f"not better: keep the old one ({old})"
        )
    return [head, *(_why(name, one, card["kind"]) for name, one in card["figures"].items()),
            *_flattered(card)]  # fmt: skip


def _why(question: str, one: Mapping[str, Any], kind: str) -> Message:
    from tingfeng.pipeline.model_figures import DECIDING, fallen

    difference, deciding = one["difference"], DECIDING[kind][question]  # type: ignore[index]
    fell = fallen(one)
    shown = list(dict.fromkeys([*deciding, *fell]))
    zh = [f"{FIGURES[name].zh} {interval(difference[name])}" for name in shown]
    en = [f"{FIGURES[name].en} {interval(difference[name])}".replace("（", " (").replace("）", ")") for name in shown]  # fmt: skip
    if one["better"] is None:
        why = Message("标注太少，不能算数", "too few labels to count")
    elif fell:
        why = Message("有变差的，超出偶然", "something fell, beyond chance")
    elif one["better"]:
        why = Message("区间都在 0 以上", "above 0 with all of the interval")
    else:
        why = Message("区间含 0：这点差别可能只是偶然", "an interval holds 0: it may be chance")
    title = QUESTIONS[question]
    return Message(
        f"  {title.zh}：{'，'.join(zh)}。{why.zh}", f"  {title.en}: {', '.join(en)}; {why.en}"
    )


def _flattered(card: Mapping[str, Any]) -> list[Message]:
    """Whose figures look better than they are."""
    if card["old_saw"]:
        return [Message(
            f"  旧模型学过其中 {card['old_saw']} 条，它的数字偏高",
            f"  the old model has learnt from {card['old_saw']} of them: its figures are flattered",
        )]  # fmt: skip
    if card["old"] != "shipped":
        return []
    return [Message(
        "  随软件带的引擎也可能学过其中一些文字（公开语料），那样它的数字偏高",
        "  the shipped engine may have learnt from some of these texts (public corpora): its figures "
        "are flattered then",
    )]  # fmt: skip


def interval(figure: Mapping[str, Any] | None) -> str:
    """A difference with its interval; empty where there is none."""
    if figure is None or figure["value"] is None:
        return ""
    return f"{figure['value']:+.3f}（{figure['low']:+.3f} … {figure['high']:+.3f}）"
