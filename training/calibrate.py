"""Probabilities that mean what they say, and when the cascade asks: from held-out texts, written
into the ``settings.json`` of an exported model. Needs no torch.

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

from nlp.clean import clean
from nlp.corpus import REVIEWS
from nlp.engines.cascade import CascadeEngine
from nlp.engines.encoder import EncoderEngine, softmax
from nlp.mention_calibrate import prevalence
from nlp.mention_calibrate import threshold as mention_threshold
from nlp.mention_corpus import natural
from nlp.registers import register
from nlp.segment import RjiebaSegmenter
from nlp.train import temperature, threshold
from tingfeng import Asked, Register
from training.tasks import NONE, MentionRow, PostRow, held_out, mention_rows, post_rows

log = logging.getLogger("training.calibrate")

FEWEST = 150
"""Held-out texts of a kind; kinds with fewer are read as all kinds together."""

POSTS = 1500
"""Held out by ``training.posts``."""

SLACK = 0.0025
"""The cascade may be this much less often right than the encoder: half of what is promised."""

NATURAL = 3000
"""Unlabelled mentions from which is learnt how common the attitudes are."""

SURE = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.99)
BLENDS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)


def kind_of(text: str, source: str) -> Register:
    """The register that a post of such a *source* would be read as."""
    product = source in REVIEWS or source.endswith("jd_phone_comments")
    return register("review" if product else "post", text)


def of_kind(logits: np.ndarray, y: np.ndarray, free: np.ndarray | None) -> dict[str, Any]:
    """Temperature, shift and threshold. *free*: logits of unlabelled texts as they come, whose
    attitudes may be more or less common than among the labelled ones.
    """
    heat, shift = temperature(logits, y), np.zeros(3)
    if free is None:
        limit = threshold(logits, y, heat)
    else:
        before = np.bincount(y, minlength=3) / len(y)
        now = prevalence(softmax(free / heat), before)
        log.info("shares %s -> %s", before.round(3), now.round(3))
        shift = np.log(now / before) - np.log(now / before)[1]
        limit = mention_threshold(softmax(logits / heat + shift), y, (now / before)[y])
    return {"temperature": round(heat, 3), "shift": shift.round(3).tolist(), "threshold": limit}


def by_register(
    task: str, logits: np.ndarray, y: np.ndarray, kinds: Sequence[Register],
    free: np.ndarray | None = None, free_kinds: Sequence[Register] = (),
) -> dict[str, Any]:  # fmt: skip
    """The calibrations of *task* over all, and over each kind with enough texts."""
    found = {task: of_kind(logits, y, free)}
    for kind in sorted(set(kinds)):
        own = np.array([one == kind for one in kinds])
        loose = np.array([one == kind for one in free_kinds])
        if own.sum() >= FEWEST and (free is None or loose.sum() >= FEWEST):
            found[f"{task}/{kind}"] = of_kind(
                logits[own], y[own], None if free is None else free[loose]
            )
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
    engine: EncoderEngine, rows: Sequence[MentionRow], loose: Sequence[Asked]
) -> tuple[dict[str, Any], dict[str, float]]:
    """Calibrations of attitude to a brand, and the temperatures of brand sense and adverts."""
    logits = engine.mention_logits([(r.text, r.start, r.end) for r in rows]).astype(np.float64)
    known, y = sided(rows)
    kinds = [kind_of(rows[n].text, rows[n].source) for n in known]
    heats = {
        "meant": heat_of(logits[:, 3:5], np.array([int(r.stance is not None) for r in rows])),
        "advert": heat_of(logits[:, 5:7], np.array([r.advert for r in rows])),
    }
    free = engine.mention_logits([(one.text, one.start, one.end) for one in loose])
    found = by_register(
        "mention", logits[known, :3], y, kinds, free[:, :3].astype(np.float64),
        [one.register for one in loose],
    )  # fmt: skip
    return found, heats


def sided(rows: Sequence[MentionRow]) -> tuple[np.ndarray, np.ndarray]:
    """Places of the rows with one clear attitude, and that attitude."""
    known = [n for n, row in enumerate(rows) if row.stance is not None and max(row.stance) == 1]
    return np.array(known), np.array([int(np.argmax(rows[n].stance or ())) for n in known])


def asked_of(engine: CascadeEngine, rows: Sequence[MentionRow]) -> list[Asked]:
    """*rows* as the reader would put them to the engine, the whole posts read first."""
    texts = [clean(row.text) for row in rows]
    kinds = [kind_of(text, row.source) for text, row in zip(texts, rows, strict=True)]
    cut = RjiebaSegmenter()
    moods = engine.posts(texts, [cut(text) for text in texts], kinds)
    return [
        Asked(text=row.text, start=row.start, end=row.end, register=kind, mood=mood.sentiment)
        for row, kind, mood in zip(rows, kinds, moods, strict=True)
    ]


def gate(folder: Path, rows: Sequence[MentionRow]) -> dict[str, float]:
    """How much of the linear answer to mix in, and from which probability on it may stand alone:
    the fewest mentions for the encoder that cost no more than :data:`SLACK` of accuracy.
    """
    engine = CascadeEngine(str(folder))
    known, y = sided(rows)
    asked = asked_of(engine, [rows[n] for n in known])
    first, second = engine.linear.mentions(asked), engine.encoder.mentions(asked)
    a, b = (
        np.array([(s.negative, s.neutral, s.positive) for s in (one.sentiment for one in side)])
        for side in (first, second)
    )
    blend = max(BLENDS, key=lambda own: -_loss(own * a + (1 - own) * b, y))
    best = blend * a + (1 - blend) * b
    right = float((best.argmax(1) == y).mean())
    log.info("linear %.4f, encoder %.4f, blend %.1f %.4f", (a.argmax(1) == y).mean(),
             (b.argmax(1) == y).mean(), blend, right)  # fmt: skip
    chosen = 1.0
    for sure in reversed(SURE):
        trial = CascadeEngine(str(folder), sure=sure)
        sent = np.array([trial.open(one, said) for one, said in zip(asked, first, strict=True)])
        found = np.where(sent[:, None], best, a).argmax(1) == y
        log.info("sure %.2f: %.3f sent, right %.4f", sure, sent.mean(), found.mean())
        if found.mean() < right - SLACK:
            break
        chosen = sure
    return {"blend": blend, "sure": chosen}


def _loss(odds: np.ndarray, y: np.ndarray) -> float:
    return float(-np.log(np.maximum(odds[np.arange(len(y)), y], 1e-9)).mean())


def calibrate(
    folder: Path, posts: Sequence[PostRow], mentions: Sequence[MentionRow], loose: Sequence[Asked]
) -> None:
    """Write temperatures, thresholds and the gate of the cascade into the model of *folder*."""
    file = folder / "settings.json"
    described = json.loads(file.read_text(encoding="utf-8"))
    engine = EncoderEngine(str(folder))
    of_post, emotion = of_posts(engine, posts)
    of_mention, heats = of_mentions(engine, mentions, loose)
    described["calibration"] = of_post | of_mention
    described["temperatures"] = heats | {"emotion": emotion}
    described.pop("cascade", None)

    def write() -> None:
        text = json.dumps(described, ensure_ascii=False, indent=1)
        file.write_text(text + "\n", encoding="utf-8")

    write()
    described["cascade"] = gate(folder, mentions)
    write()


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
    loose = natural(asked.data)
    order = np.random.default_rng(0).permutation(len(loose))[:NATURAL]
    calibrate(asked.model, post_rows(asked.data, 0)[:POSTS], mentions, [loose[n] for n in order])


if __name__ == "__main__":
    main()
