"""Which engine reads, why this one, and what is known of its error."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from importlib.util import find_spec
from typing import Any

from nlp.engines import chosen
from tingfeng.core.message import Message

ENCODER_NEEDS = ("tingfeng_encoder", "onnxruntime")
"""What the extra ``[encoder]`` brings."""


def engine_name(section: Mapping[str, Any]) -> str:
    """The engine that a settings section means here."""
    return chosen(str(section["use"]))


def why(section: Mapping[str, Any]) -> Message:
    """Why it is this engine and no other."""
    if section["use"] != "auto":
        return Message("按设置 [reader] sentiment", "as [reader] sentiment says")
    missing = [name for name in ENCODER_NEEDS if find_spec(name) is None]
    if not missing:
        return Message("auto：装了 [encoder]", "auto: the extra [encoder] is installed")
    return Message(
        f"auto：没有装 [encoder]，缺 {'、'.join(missing)}；装上更准：pip install 'tingfeng[encoder]'",
        f"auto: without the extra [encoder], missing {', '.join(missing)}; more accurate with it: "
        "pip install 'tingfeng[encoder]'",
    )


def figures() -> dict[str, dict[str, float]]:
    """By engine, what it reached on the gold mentions: see ``nlp/data/figures.json``."""
    text = files("nlp").joinpath("data/figures.json").read_text(encoding="utf-8")
    found: dict[str, dict[str, float]] = json.loads(text)
    return found


def reader_note(engine: str, card: Mapping[str, Any] | None = None) -> Message:
    """What is known of the reader's error, printed with every alert. *card*: that of the model of
    one's own that stands upon *engine*.
    """
    known = figures().get(engine)
    if card is None:
        return _note(
            Message(f"情感由 {engine} 引擎判断", f"attitude is read by the engine {engine}"),
            known, Message("真实品牌提及", "real brand mentions"),
        )  # fmt: skip
    held_out = card.get("figures", {}).get("mention", {}).get("new")
    numbers = held_out and {
        "n": held_out["macro_f1"]["n"],
        **{name: held_out[name]["value"] for name in ("macro_f1", "neg_f1", "neg_auc")},
    }
    name = card["name"]
    return _note(
        Message(f"情感由 {engine} 引擎加自有模型 {name} 判断",
                f"attitude is read by the engine {engine} with the own model {name}"),
        numbers, Message("自己的标注（交叉验证）", "labels of one's own (cross-validated)"),
    )  # fmt: skip


def _note(who: Message, numbers: Mapping[str, float | None] | None, of: Message) -> Message:
    if not numbers or any(numbers[name] is None for name in ("macro_f1", "neg_f1", "neg_auc")):
        return Message(f"{who.zh}，误差未测", f"{who.en}; its error is not measured")
    macro, f1, auc = (f"{numbers[name]:.2f}".lstrip("0") for name in ("macro_f1", "neg_f1", "neg_auc"))  # fmt: skip
    return Message(
        f"{who.zh}：在 {numbers['n']} 条{of.zh}上宏 F1 {macro}，负面 F1 {f1}，负面 AUC {auc}",
        f"{who.en}: on {numbers['n']} {of.en} macro-F1 {macro}, F1 of negative {f1}, AUC of "
        f"negative {auc}",
    )
