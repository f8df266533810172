"""Answers of commands as lines of the record: figures and keys, never the text of a post."""

from __future__ import annotations

from typing import Any


def said(found: dict[tuple[str, str], int]) -> str:
    """Of some posts: which answer, by whom, in how many."""
    return ", ".join(f"{label} by {by} in {posts}" for (label, by), posts in sorted(found.items()))


def preview(answer: Any) -> str:
    """Of ``label rule``."""
    lines = [f"looked {answer['looked']}: {answer['posts']} posts would change, in {answer['mentions']} places"]  # fmt: skip
    for one in answer["changes"]:
        keys = ", ".join(example["key"] for example in one["examples"][:3])
        lines.append(f"{one['from']} → {one['to']}: {one['mentions']} ({keys} …)")
    return "\n".join(lines)


def made(answer: Any) -> str:
    """Of ``train`` and ``calibrate``."""
    counts = ", ".join(f"{name} {number}" for name, number in answer["counts"]["mention"].items())
    return f"{answer['model']} from {answer['labels']} labels ({counts})\n{compared(answer)}"


def compared(answer: Any) -> str:
    """Of ``model compare``."""
    lines = []
    for question, figures in answer["figures"].items():
        for name in ("macro_f1", "neg_auc", "ece", "brand_accuracy"):
            if name in figures["new"]:
                old, new = figures["old"][name]["value"], figures["new"][name]["value"]
                gain = figures["difference"].get(name)
                lines.append(
                    f"{question} {name}: {old:.3f} → {new:.3f}"
                    + (f", difference {gain['value']:+.3f} [{gain['low']:+.3f}, {gain['high']:+.3f}]" if gain else "")
                )  # fmt: skip
    newest = answer["newest"]
    lines.append(f"newest {newest['posts']:,} posts: {newest['changed']} of {newest['mentions']:,} answers differ")  # fmt: skip
    return "\n".join(lines)
