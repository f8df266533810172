"""Probabilities that mean what they say: from held-out texts, written into the ``settings.json`` of
an exported model. Needs no torch.

    python -m training.calibrate --model FOLDER --data FOLDER
"""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nlp.calibration import odds, temperature, threshold
from nlp.clean import clean
from nlp.corpus import REVIEWS
from nlp.engines.encoder import EncoderEngine
from nlp.registers import register
from nlp.train import CALIBRATED_ACCURACY
from tingfeng import Register
from training.tasks import NONE, MentionRow, PostRow, held_out, mention_rows, post_rows

log = logging.getLogger("training.calibrate")

FEWEST = 150
"""Held-out texts of a kind; kinds with fewer are read as all kinds together."""

POSTS = 1500
"""Held out by ``training.posts``."""


def kind_of(text: str, source: str) -> Register:
    """The register that a post of such a *source* would be read as."""
    product = source in REVIEWS or source.endswith("jd_phone_comments")
    return register("review" if product else "post", text)


def of_kind(logits: np.ndarray, y: np.ndarray) -> dict[str, Any]:
    """Temperature and threshold. Classes are taken to be as common as among the labelled: guessing
    from unlabelled texts how common they are (expectation maximisation) ran away to shares of .01.
    """
    heat = temperature(logits, y)
    return {
        "temperature": round(heat, 3),
        "threshold": threshold(odds(logits, heat), y, right=CALIBRATED_ACCURACY),
    }


def by_register(
    task: str, logits: np.ndarray, y: np.ndarray, kinds: Sequence[Register]
) -> dict[str, Any]:
    """The calibrations of *task* over all, and over each kind with enough texts."""
    found = {task: of_kind(logits, y)}
    for kind in sorted(set(kinds)):
        own = np.array([one == kind for one in kinds])
        if own.sum() >= FEWEST:
            found[f"{task}/{kind}"] = of_kind(logits[own], y[own])
        log.info("%s/%s: %d, right %.4f, %s", task, kind, own.sum(),
                 (logits[own].argmax(1) == y[own]).mean(), found.get(f"{task}/{kind}"))  # fmt: skip
    return found


def heat_of(logits: np.ndarray, y: np.ndarray) -> float:
    """Temperature over the rows that have a label."""
    known = y != NONE
    return round(temperature(logits[known], y[known]), 3) if known.sum() >= FEWEST else 1.0


def of_posts(engine: EncoderEngine, rows: Sequence[PostRow]) -> tuple[dict[str, Any], float]:
    """Calibrations of whole posts, and the temperature of emotions."""
    texts = [clean(row.text) for row in rows]
    logits = engine.post_logits(texts).astype(np.float64)
    y = np.array([row.stance for row in rows])
    known = np.flatnonzero(y != NONE)
    kinds = [kind_of(texts[n], rows[n].source) for n in known]
    emotions = heat_of(logits[:, 3:9], np.array([row.emotion for row in rows]))
    return by_register("post", logits[known, :3], y[known], kinds), emotions


def of_mentions(
    engine: EncoderEngine, rows: Sequence[MentionRow]
) -> tuple[dict[str, Any], dict[str, float]]:
    """Calibrations of attitude to a brand, and the temperatures of brand sense and adverts."""
    logits = engine.mention_logits([(r.text, r.start, r.end) for r in rows]).astype(np.float64)
    known, y = sided(rows)
    kinds = [kind_of(rows[n].text, rows[n].source) for n in known]
    heats = {
        "meant": heat_of(logits[:, 3:5], np.array([int(r.stance is not None) for r in rows])),
        "advert": heat_of(logits[:, 5:7], np.array([r.advert for r in rows])),
    }
    found = by_register("mention", logits[known, :3], y, kinds)
    return found, heats


def sided(rows: Sequence[MentionRow]) -> tuple[np.ndarray, np.ndarray]:
    """Places of the rows with one clear attitude, and that attitude."""
    known = [n for n, row in enumerate(rows) if row.stance is not None and max(row.stance) == 1]
    return np.array(known), np.array([int(np.argmax(rows[n].stance or ())) for n in known])


def calibrate(folder: Path, posts: Sequence[PostRow], mentions: Sequence[MentionRow]) -> None:
    """Write temperatures and thresholds into the model of *folder*."""
    file = folder / "settings.json"
    described = json.loads(file.read_text(encoding="utf-8"))
    engine = EncoderEngine(str(folder))
    of_post, emotion = of_posts(engine, posts)
    of_mention, heats = of_mentions(engine, mentions)
    described["calibration"] = of_post | of_mention
    described["temperatures"] = heats | {"emotion": emotion}
    described.pop("cascade", None)  # once the cascade had a gate, whose width stood here
    text = json.dumps(described, ensure_ascii=False, indent=1)
    file.write_text(text + "\n", encoding="utf-8")


def main(arguments: Iterable[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--model", type=Path, required=True, help="folder of training.export")
    parser.add_argument("--data", type=Path, required=True)
    asked = parser.parse_args(list(arguments) if arguments is not None else None)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    # Sentences written for this project are no mentions as they come.
    mentions = [
        row for row in mention_rows(asked.data)
        if held_out(row.text) and not row.source.startswith("written")
    ]  # fmt: skip
    calibrate(asked.model, post_rows(asked.data, 0)[:POSTS], mentions)


if __name__ == "__main__":
    main()
