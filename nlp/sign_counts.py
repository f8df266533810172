"""Makes ``nlp/data/signs.csv``: see :mod:`nlp.train`, whose command calls this."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from nlp.corpus import NEGATIVE, POSITIVE, Row, table
from tingfeng import fold

EMOJI = re.compile("[\u2600-\u27bf\U0001f300-\U0001faff]")
_FEELS = re.compile(
    r"\b(?:FACE|HEART|HEARTS|HANDS?|THUMBS|CLAPPING|BICEPS|MONKEY|PILE OF POO|IMP|OGRE|GOBLIN|SKULL|GHOST"
    r"|ANGER|KISS|PARTY|CONFETTI|FIRE|SPARKLES|CRYING|SPARKLING|TROPHY|MIDDLE FINGER|VICTORY)\b"
)
"""Names of emoji that show what somebody feels; the others show things."""

SEEN = 5
"""Texts. Of fewer a valence would be chance."""

FLAT = 0.1
"""Signs that lean less show no one feeling; [允悲] is left out for that."""

JUDGED = {
    "🤮": -0.9, "🤬": -1.0, "🖕": -1.0, "😠": -0.9, "😾": -0.8, "💀": -0.3, "🤡": -0.6, "🥲": -0.3,
    "🥺": 0.1, "🫠": -0.4, "😇": 0.6, "🤩": 0.9, "🥳": 0.9, "💯": 0.8, "😻": 0.9, "🫶": 0.9, "🤞": 0.4, "🙌": 0.8,
    "👎": -0.9, "😩": -0.6, "😫": -0.7, "😖": -0.6, "😣": -0.6, "🤢": -0.8, "😨": -0.6, "😰": -0.6, "😥": -0.5,
}  # fmt: skip
"""Signs that are common now and rare in our texts, judged by hand."""


def count_signs(data: Path, rows: Sequence[Row], out: Path) -> None:
    """Write how glad each sign is: (positive - negative) / (positive + negative + 2) of the texts
    with it.
    """
    counts: dict[str, Counter[int]] = defaultdict(Counter)
    for row in table(data, "weibo_emoticons"):
        counts[fold(row["emoticon"])].update({POSITIVE: int(row["pos"]), NEGATIVE: int(row["neg"])})
    for text_row in rows:
        for sign in set(EMOJI.findall(text_row.text)):
            if _FEELS.search(unicodedata.name(sign, "")):
                counts[sign][text_row.label] += 1
    lines: list[tuple[str, str, str]] = []
    for sign, count in counts.items():
        sides = count[POSITIVE] + count[NEGATIVE]
        valence = (count[POSITIVE] - count[NEGATIVE]) / (sides + 2)
        if sides >= SEEN and abs(valence) >= FLAT:
            lines.append((sign, f"{valence:.2f}", str(sides)))
    known = {sign for sign, _, _ in lines}
    lines += [(sign, f"{value:.2f}", "0") for sign, value in JUDGED.items() if sign not in known]
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("sign", "valence", "n"))
        lines.sort(key=lambda line: (-int(line[2]), line[0]))
        writer.writerows(lines)
