"""Labelled mentions to learn from: :mod:`nlp.mention_taught` has those that a teacher answered."""

from __future__ import annotations

import csv
import hashlib
import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from nlp.clean import clean
from nlp.corpus import REVIEWS, Leaks, evaluation_texts, table
from nlp.registers import register
from tingfeng import Asked, ModelError

log = logging.getLogger(__name__)

NONE = -1
"""No label of this kind."""

SHARES = {
    "neg": (1.0, 0.0, 0.0), "neu": (0.0, 1.0, 0.0), "pos": (0.0, 0.0, 1.0), "mix": (0.5, 0.0, 0.5),
}  # fmt: skip
"""Negative, neutral, positive."""

UNSURE = 0.5
"""Weight of a row whose reader was not sure: such are right less often."""

WRITTEN = 0.25
"""Weight of the sentences written for this project: they are harder than what people write, and
found to cost a little on real mentions at full weight (cross-validation)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionRow:
    """One labelled mention."""

    text: str
    start: int
    end: int
    stance: tuple[float, float, float] | None
    """Shares of negative, neutral and positive; ``None``: not the brand."""

    meant: float
    """Probability of the brand."""

    advert: float
    """Probability of promotion, or :data:`NONE`."""

    source: str
    weight: float

    @property
    def real(self) -> bool:
        """Somebody's own words, labelled by reading."""
        return self.source.startswith(("silver", "labelled"))

    def asked(self) -> Asked:
        """As it is put to an engine."""
        origin = self.source.partition("_")[2]
        review = origin in REVIEWS or origin in ("jd", "jd_phone_comments", "polarity")
        kind = register("review" if review else "post", clean(self.text))
        return Asked(text=self.text, start=self.start, end=self.end, register=kind)


def mention_rows(data: Path) -> list[MentionRow]:
    """The silver mentions, those labelled for this project (kept as ids) and those written for it,
    without any that resembles an evaluation text.
    """
    rows = [
        _row(row["text"], row, row["sure"] == "1", f"silver_{row['source']}")
        for row in table(data, "mentions_silver")
    ]
    rows += _labelled(data)
    written = files("nlp").joinpath("data/written_mentions.csv").read_text(encoding="utf-8")
    rows += [
        _row(row["text"], row, True, f"written_{row['kind']}")
        for row in csv.DictReader(written.splitlines())
    ]
    leaks = Leaks(held_texts(data))
    kept = [row for row in rows if row.text not in leaks]
    log.info("mentions: %s", dict(Counter(row.source.partition("_")[0] for row in kept)))
    log.info("mentions dropped as near an evaluation text: %d", len(rows) - len(kept))
    return kept


def held_texts(data: Path) -> Iterator[str]:
    """What no mention may be learned from: evaluation texts and the hard cases."""
    yield from evaluation_texts(data)
    cases = files("nlp").joinpath("data/hard_cases.csv").read_text(encoding="utf-8")
    yield from (row["text"] for row in csv.DictReader(cases.splitlines()))


def labelled_texts(data: Path) -> Iterator[str]:
    """Texts with a mention that was labelled by reading."""
    yield from (row["text"] for row in table(data, "mentions_silver"))
    yield from (row.text for row in _labelled(data))


def _row(text: str, row: dict[str, str], sure: bool, source: str) -> MentionRow:
    start = int(row["start"])
    is_brand = row["is_brand"] == "1" if "is_brand" in row else row["stance"] != "-"
    weight = WRITTEN if source.startswith("written") else 1.0 if sure else UNSURE
    return MentionRow(
        text=text, start=start, end=start + len(row["brand"]),
        stance=SHARES[row["stance"]] if is_brand else None, meant=float(is_brand),
        advert=float(row["ad"]) if row["ad"] else NONE, source=source, weight=weight,
    )  # fmt: skip


def _labelled(data: Path) -> Iterator[MentionRow]:
    text = files("nlp").joinpath("data/labels.csv").read_text(encoding="utf-8")
    labels = list(csv.DictReader(text.splitlines()))
    for name in sorted({label["file"] for label in labels}):
        rows = list(table(data, name))
        for label in labels:
            if label["file"] == name:
                row = rows[int(label["row"])]
                if label["id"] != mention_id(row["text"], int(label["start"])):
                    raise ModelError(
                        f"labels.csv 的 {label['id']} 与 {name} 第 {label['row']} 行不符：数据文件变了",
                        f"{label['id']} of labels.csv is not row {label['row']} of {name}: the data "
                        "changed",
                    )
                source = f"labelled_{row.get('source', name)}"
                yield _row(row["text"], label, label["sure"] == "1", source)


def mention_id(text: str, start: int) -> str:
    """Names a mention without its text."""
    return hashlib.blake2b(f"{text}\0{start}".encode(), digest_size=6).hexdigest()


def fold(text: str, folds: int, purpose: str) -> int:
    """In which of *folds* parts a text lies: by its hash, so that its mentions stay together."""
    person = purpose.encode()[:8]
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=4, person=person).digest(), "big") % folds  # fmt: skip
