"""What the demo says of the story's creators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tingfeng.cli.output import show
from tingfeng.cli.screen import Screen

if TYPE_CHECKING:
    from tingfeng.pipeline.kol_rehearsal import CreatorRehearsal


def show_creators(met: CreatorRehearsal, screen: Screen) -> None:
    """Their scores, and whether these tell the truth that was written into the story."""
    from tingfeng.cli.kol_score import table_of

    show(table_of(list(met.scores), met.found), screen)
    for held, line in met.lines:
        screen.say(f"  {'✓' if held else '✗'} {line.zh}", f"  {'✓' if held else '✗'} {line.en}")
    screen.say()


def creators_json(met: CreatorRehearsal) -> dict[str, Any]:
    """Keys ``passed lines scores``."""
    return {
        "passed": met.passed,
        "lines": [{"held": held, "zh": line.zh, "en": line.en} for held, line in met.lines],
        "scores": [
            {"key": one.key, "name": one.name, "value": round(one.value, 2), "verdict": one.verdict,
             "followers": one.followers, "effective": one.effective}
            for one in met.scores
        ],
    }  # fmt: skip
