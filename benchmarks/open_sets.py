"""Sentiment of whole texts on every open set, by every engine, beside what people use today.

Every text takes the way that `tingfeng score texts` takes. Rivals are asked about at most 1,000
rows a set (seed 12): they are slow.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from benchmarks.engines import Asked, asked
from benchmarks.machine import ROOT, heading
from benchmarks.reliability import binned, curves, drawn
from benchmarks.rivals import PUBLISHED, Side, rivals
from benchmarks.sets import MAIN, PLATFORMS, SLICES, OpenSet, emotion_sets, open_sets
from benchmarks.tables import NONE, grid, shown, table, wilson
from nlp.clean import clean
from nlp.figures import Figure, macro_f1, measured
from nlp.reader import BrandReader
from nlp.registers import REGISTERS, register
from nlp.scoring import NEUTRAL, SEED, text_figures
from tingfeng import FEELINGS, fold
from tingfeng.pipeline.labelled_rows import TextRow
from tingfeng.pipeline.scoring import read_texts

ASKED = 1000
Odds = Any
"""Array (rows, 3)."""

AIM = 0.85
"""Coverage at 95 % accuracy that is wanted of every set."""

FIGURES = {"accuracy": "Accuracy in %", "macro_f1": "Macro-F1", "coverage_at_95": "Coverage at 95 % accuracy",
           "ece": "Calibration error"}  # fmt: skip


class Answers:
    """Every engine's answer to every text, each asked once."""

    def __init__(self, given: Asked, sets: Sequence[Sequence[TextRow]]) -> None:
        rows = {(row.text, row.kind): row for each in sets for row in each}
        self._place = {key: place for place, key in enumerate(rows)}
        unique = [
            TextRow(line=place, text=row.text, label=0, kind=row.kind)
            for place, row in enumerate(rows.values())
        ]
        self.odds: dict[str, Odds] = {}
        self.sure: dict[str, Any] = {}
        self.emotion: dict[str, Any] = {}
        for name, reader in given.readers.items():
            print(f"{name} reads {len(unique):,} texts", file=sys.stderr, flush=True)
            self._ask(name, reader, unique)
        if {"linear", "encoder"} <= self.odds.keys():  # the plain mean: no weight was chosen
            self.odds["mean of both"] = (self.odds["linear"] + self.odds["encoder"]) / 2
            self.sure["mean of both"] = self.sure["encoder"]

    def _ask(self, name: str, reader: BrandReader, rows: Sequence[TextRow]) -> None:
        odds = np.tile([0.0, 1.0, 0.0], (len(rows), 1))  # nothing to read: no attitude
        sure = np.ones(len(rows), bool)
        feelings = np.full((len(rows), len(FEELINGS)), np.nan)
        for one in read_texts(reader, rows)[0]:
            said = one.sentiment
            odds[one.row.line] = said.negative, said.neutral, said.positive
            sure[one.row.line] = said.label != "uncertain"
            if one.emotion is not None:
                feelings[one.row.line] = one.emotion.odds
        self.odds[name], self.sure[name], self.emotion[name] = odds, sure, feelings

    def places(self, rows: Sequence[TextRow]) -> Any:
        """Where the answers to *rows* stand."""
        return np.array([self._place[row.text, row.kind] for row in rows])


def main() -> None:
    given = asked(__doc__)
    sets, feelings = open_sets(given.data), emotion_sets(given.data)
    answers = Answers(given, [*(one.rows for one in sets.values()), *feelings.values()])
    figures = {
        name: {engine: _figures(answers, engine, one) for engine in answers.odds}
        for name, one in sets.items()
    }
    others = rivals()
    text = TEMPLATE.format(
        heading=heading("python -m benchmarks open_sets"), versions=given.versions,
        accuracy=_accuracy(sets, figures, others),
        rest="\n".join(
            f"### {title}\n\n{_table(figures, key)}{_aim(figures) if key == 'coverage_at_95' else ''}"
            for key, title in FIGURES.items() if key != "accuracy"
        ),
        slices=_slices(sets, answers), reliability=_reliability(sets, answers),
        emotions=_emotions(given, feelings, answers), published=PUBLISHED,
    )  # fmt: skip
    (ROOT / "benchmarks" / "open_sets.md").write_text(text, encoding="utf-8")
    print(text)


def _figures(answers: Answers, engine: str, one: OpenSet) -> dict[str, Figure]:
    at = answers.places(one.rows)
    return text_figures(
        answers.odds[engine][at], answers.sure[engine][at],
        np.array([row.label for row in one.rows]), [row.text for row in one.rows],
    )  # fmt: skip


def _accuracy(sets: dict[str, OpenSet], figures: Any, others: dict[str, Side]) -> str:
    rows = []
    for name, one in sets.items():
        cells = [shown(each["accuracy"], scale=100, digits=1) for each in figures[name].values()]
        rows.append([name, len(one.rows), *cells, *_rivals(one, others)])
    return grid(["set", "n", *next(iter(figures.values())), *others], rows)


def _rivals(one: OpenSet, others: dict[str, Side]) -> list[str]:
    """Accuracy of the two sides, rows without one left out; no answer counts half."""
    sided = [row for row in one.rows if row.label != NEUTRAL]
    order = np.random.default_rng(SEED).permutation(len(sided))[:ASKED]
    cells = []
    for side in others.values():
        said = [(side(sided[n].text), sided[n].label / 2) for n in order]
        hits = sum(0.5 if answer == 0.5 else float(answer == label) for answer, label in said)
        ties = sum(answer == 0.5 for answer, _ in said)
        cells.append(f"{100 * hits / len(said):.1f}" + (f" ({100 * ties / len(said):.0f})" if ties else ""))  # fmt: skip
    return cells


def _table(figures: Any, key: str) -> str:
    rows = [[name, *(shown(each[key]) for each in engines.values())] for name, engines in figures.items()]  # fmt: skip
    return grid(["set", *next(iter(figures.values()))], rows)


def _aim(figures: Any) -> str:
    """Where the aim is reached, and where not, by the engine that comes nearest."""
    best = {
        name: max((each["coverage_at_95"].value or 0.0, engine) for engine, each in engines.items())
        for name, engines in figures.items()
    }
    reached, missed = (
        [f"{name} ({value:.3f}, {engine})" for name, (value, engine) in sorted(best.items()) if (value >= AIM) is wanted]
        for wanted in (True, False)
    )  # fmt: skip
    return (
        f"\nAim: {AIM}, by the engine that comes nearest. Reached on {len(reached)} of {len(best)} sets: "
        f"{'; '.join(reached) or 'none'}. Not reached: {'; '.join(missed) or 'none'}.\n"
    )


def _right(one: OpenSet, odds: Odds) -> Any:
    """Whether the likeliest of the set's classes is the label."""
    label = np.array([row.label for row in one.rows])
    if not (label == NEUTRAL).any():
        odds = odds.copy()
        odds[:, NEUTRAL] = -1
    return odds.argmax(axis=1) == label


def _slices(sets: dict[str, OpenSet], answers: Answers) -> str:
    chosen = [sets[name] for name in MAIN]
    texts = [row.text for one in chosen for row in one.rows]
    right = {
        engine: np.concatenate([_right(one, odds[answers.places(one.rows)]) for one in chosen])
        for engine, odds in answers.odds.items()
    }
    lines = []
    platforms = [PLATFORMS[name] for name in MAIN for _ in sets[name].rows]
    slices = {name: np.array([wanted(text) for text in texts]) for name, wanted in SLICES.items()}
    slices |= {f"platform: {one}": np.array([one == each for each in platforms]) for one in dict.fromkeys(platforms)}  # fmt: skip
    for name, here in slices.items():
        cells = [wilson(int(each[here].sum()), int(here.sum())) for each in right.values()]
        lines.append([name, int(here.sum()), *cells])
    return grid(["slice", "n", *right], lines)


def _reliability(sets: dict[str, OpenSet], answers: Answers) -> str:
    """Of the likeliest of three classes, by register."""
    rows = [row for name in MAIN for row in sets[name].rows]
    kinds = np.array([register(row.kind or "post", clean(row.text)) for row in rows])
    at, label = answers.places(rows), np.array([row.label for row in rows])
    panels = {}
    for kind in REGISTERS:
        here = np.flatnonzero(kinds == kind)
        if len(here):
            panels[kind] = {
                engine: binned(odds[at[here]].max(axis=1).tolist(), (odds[at[here]].argmax(axis=1) == label[here]).tolist())
                for engine, odds in answers.odds.items()
            }  # fmt: skip
    drawn(ROOT / "benchmarks" / "open_sets_reliability.svg", panels)
    return curves(panels)


def _emotions(given: Asked, sets: dict[str, list[TextRow]], answers: Answers) -> str:
    """Macro-F1 of six emotions: all rows, and those whose words do not stand in split train."""
    known = {_bare(row["text"]) for row in table(given.data, "emotion_smp2020") if row["split"] == "train"}  # fmt: skip
    wanted: dict[str, Callable[[TextRow], bool]] = {
        "all": lambda _: True, "clean": lambda row: _bare(row.text) not in known,
    }  # fmt: skip
    lines = []
    for name, every in sorted(sets.items()):
        for what, keep in wanted.items():
            rows = [row for row in every if keep(row)]
            at, label = answers.places(rows), np.array([row.label for row in rows])
            cells = []
            for odds in answers.emotion.values():
                read = ~np.isnan(odds[at, 0])
                # Rows without a word to read are neutral.
                said = np.where(read, np.nan_to_num(odds[at]).argmax(axis=1), FEELINGS.index("neutral"))  # fmt: skip
                figure = macro_f1(said, label, range(len(FEELINGS)))
                cells.append(
                    shown(measured({"f1": figure}, [row.text for row in rows], SEED)["f1"])
                    if read.any() else NONE
                )  # fmt: skip
            lines.append([f"{name}, {what}", len(rows), *cells])
    return grid(["set", "n", *answers.emotion], lines)


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, fold(text)))


TEMPLATE = """# Sentiment of whole texts

{heading}{versions}
Square brackets: 95 % intervals, 1,000 bootstrap draws of the texts (seed 12), Wilson for slices.
Which answer is scored: `nlp/scoring.py`. Sets without neutral texts have two answers, and the
likelier of the two is scored; where a set has neutral texts (emotions, aspects) all three are open.
"Mean of both": plain mean of the odds of encoder and linear model, no weight chosen. No text that
shares half of its 12-grams with one of these was trained on (`nlp/corpus.py`), but for the limits
in the model cards. Aspect sets: texts whose every aspect has the same polarity, read as reviews;
their neutral rows are talk about parts of a car or phone.

## Accuracy

SnowNLP and cnsenti on rows with a side, at most 1,000 a set; in brackets the % of ties of cnsenti, which
count half. SnowNLP was itself trained on review texts of which many stand in these sets (ours:
none), so its figures on chnsenticorp are memory.

{accuracy}
{published}
## Other figures

{rest}
## Slices

Accuracy in %, five sets together in which each text stands once: chnsenticorp test (clean),
nlpcc2014_sc test, waimai_10k test, emotions usual test and virus dev. Slices by surface marks; an
irony cue is no irony, but irony seldom comes without one. Platforms by the set a text comes from.

{slices}
## Are probabilities true?

Per cent right (number of rows) by stated probability of the likeliest of three classes, on the same
five sets, by register. There is no labelled set of news. [Curves](open_sets_reliability.svg).

{reliability}
## Emotion

Macro-F1 of six emotions of SMP2020. "Clean": rows whose letters and digits are not those of a text
of split train.

{emotions}
"""

if __name__ == "__main__":
    main()
