"""Speed of the engines in one run, beside SnowNLP, BERT-base int8 and the bounds of the parts.

Rounds are paired: in each, all that is compared reads its texts within seconds of the other. Speeds
are texts per second of one processor, so that other work on the machine changes little.
"""

from __future__ import annotations

import csv
import gzip
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.engines import Asked, asked
from benchmarks.footprint import footprints
from benchmarks.machine import ROOT, heading
from benchmarks.parts import bound, snownlp
from benchmarks.tables import NONE, grid, shown, table
from nlp.figures import measured
from nlp.nicknames import suggest
from nlp.reader import BrandReader
from tingfeng import Brand, Post
from tingfeng.pipeline.labelled_files import mention_rows
from tingfeng.pipeline.scoring import read_mentions

ROUNDS = 5
BLOCK = 4000
"""Texts that the linear engine reads in a round; the cascade reads the first half of them."""

FEW = 60
"""Texts that SnowNLP and BERT read in a round, spread over the same block."""

WATCHED = ("苹果", "小米", "三星", "诺基亚", "微博")
BRANDS = [Brand(name=name, aliases=suggest(name)) for name in WATCHED]


def main() -> None:
    given = asked(__doc__)
    blocks = {"short60": _short(given.data), "stream": _stream(given.data)}
    text = TEMPLATE.format(
        heading=heading("python -m benchmarks speed"), versions=given.versions, rounds=ROUNDS,
        linear=_linear(given, blocks), cascade=_cascade(given, blocks),
        accuracy=_accuracy(given), footprint=footprints(given.encoder), watched="、".join(WATCHED),
        block=BLOCK, half=BLOCK // 2, few=FEW,
    )  # fmt: skip
    (ROOT / "benchmarks" / "speed.md").write_text(text, encoding="utf-8")
    print(text)


def _short(data: Path) -> list[str]:
    """Texts of 45 to 75 characters, 57 on average; any would do."""
    texts = [row["text"] for row in table(data, "polarity") if row["role"] == "train"]
    some = [text for text in texts if 45 <= len(text) <= 75]
    order = np.random.default_rng(0).permutation(len(some))[: ROUNDS * BLOCK]
    return [some[n] for n in order]


def _stream(data: Path) -> list[str]:
    """The posts of the real stream that have a text, in its order."""
    with gzip.open(data / "weibo_ced_reposts.csv.gz", "rt", encoding="utf-8", newline="") as file:
        rows = (row["text"] for row in csv.DictReader(file))
        return list(islice((text for text in rows if text), ROUNDS * BLOCK))


def _posts(texts: Sequence[str]) -> list[Post]:
    now = datetime(2026, 6, 12, tzinfo=UTC)
    return [
        Post(platform="weibo", id=str(n), text=text, collected_at=now)
        for n, text in enumerate(texts)
    ]


def _speed(texts: Sequence[Any], work: Callable[[Sequence[Any]], object], step: int = 256) -> float:
    """Texts per second of processor."""
    begun = time.process_time()
    for at in range(0, len(texts), step):
        work(texts[at : at + step])
    return len(texts) / (time.process_time() - begun)


def _middle(speeds: Sequence[float], digits: int = 0) -> str:
    """Median with least and most."""
    return f"{statistics.median(speeds):,.{digits}f} [{min(speeds):,.{digits}f}, {max(speeds):,.{digits}f}]"


def _rounds(texts: Sequence[str]) -> list[list[str]]:
    return [list(texts[n * BLOCK : (n + 1) * BLOCK]) for n in range(ROUNDS)]


def _linear(given: Asked, blocks: dict[str, list[str]]) -> str:
    if "linear" not in given.readers:
        return "The linear engine was not measured.\n"
    reader = BrandReader(BRANDS, given.readers["linear"].engine, given.readers["linear"].segmenter)
    snow = snownlp()
    reader.read(_posts(blocks["short60"][:64]))  # loads what is loaded once
    lines = []
    for name, texts in blocks.items():
        whole, parts, other = [], [], []
        for block in _rounds(texts):
            posts = _posts(block)
            whole.append(_speed(posts, reader.read))
            parts.append(bound(reader, block))
            if snow is not None:
                other.append(_speed(block[:: BLOCK // FEW], snow))
        times = [a / b for a, b in zip(whole, other, strict=True)] if other else []
        lines.append(
            [name, f"{statistics.mean(map(len, texts)):.0f}", _middle(whole), _middle(parts),
             _middle([a / b for a, b in zip(whole, parts, strict=True)], 2),
             _middle(other) if other else NONE, _middle(times) if times else NONE]
        )  # fmt: skip
    return grid(["texts", "characters", "whole stage", "bound of its parts", "whole / bound",
                 "SnowNLP", "whole / SnowNLP"], lines)  # fmt: skip


def _cascade(given: Asked, blocks: dict[str, list[str]]) -> str:
    """The whole stage by every engine on half of each block, beside BERT-base."""
    try:
        from benchmarks.bert import Bert

        bert = Bert()
    except ImportError as error:
        bert = None
        print(f"BERT-base is not measured: {error}")
    readers = {
        name: BrandReader(BRANDS, one.engine, one.segmenter) for name, one in given.readers.items()
    }
    lines = []
    for text_name, texts in blocks.items():
        speeds: dict[str, list[float]] = {name: [] for name in (*readers, "BERT-base int8")}
        named, sent = 0, Counter[str]()
        for block in _rounds(texts):
            half = block[: BLOCK // 2]
            for name, reader in readers.items():
                # The encoder reads every post: a tenth is enough of it.
                posts = _posts(half[::10] if name == "encoder" else half)
                before = _counts(reader)
                speeds[name].append(_speed(posts, reader.read))
                sent += _counts(reader) - before
            if "linear" in readers:
                named += sum(bool(one.mentions) for one in readers["linear"].read(_posts(half)))
            if bert is not None:
                few = block[:: BLOCK // FEW]
                speeds["BERT-base int8"].append(len(few) / bert.read(few)[1])
        read = ROUNDS * (BLOCK // 2)
        base = speeds["BERT-base int8"]
        for name, each in speeds.items():
            if each:
                ratio = _middle([a / b for a, b in zip(each, base, strict=True)], 1) if base else NONE  # fmt: skip
                share = _share(sent, read) if name == "cascade" else NONE
                lines.append([f"{text_name}, {name}", _middle(each), ratio, share,
                              f"{100 * named / read:.1f} %" if name in readers else NONE])  # fmt: skip
    size = f"\nBERT-base int8: random weights, {bert.size / 1e6:.0f} MB.\n" if bert else "\nBERT-base int8 was not measured: onnx or onnxruntime is not installed.\n"  # fmt: skip
    return grid(["texts, engine", "texts a second", "times BERT-base", "to the encoder, of posts",
                 "posts with a brand"], lines) + size  # fmt: skip


def _share(sent: Counter[str], read: int) -> str:
    """Posts and mentions that reached the encoder, in percent of the posts read."""
    return f"{100 * sent['posts sent'] / read:.2f} % + {100 * sent['mentions sent'] / read:.2f} %"


def _counts(reader: BrandReader) -> Counter[str]:
    """How much of what the cascade was asked went on to its encoder."""
    return Counter(getattr(reader.engine, "counts", {}))


def _accuracy(given: Asked) -> str:
    """Of the cascade less that of the encoder, on the same gold mentions."""
    if not {"encoder", "cascade"} <= given.readers.keys():
        return "Encoder or cascade was not measured.\n"
    rows = [
        row for row in mention_rows(given.data / "gold_mentions_open.csv.gz")[0]
        if row.meant and row.stance >= 0
    ]  # fmt: skip
    right = {}
    for name in ("encoder", "cascade"):
        said = [one.sentiment for one in read_mentions(given.readers[name], rows)[0]]
        odds = np.array([(one.negative, one.neutral, one.positive) for one in said])
        right[name] = odds.argmax(axis=1) == np.array([row.stance for row in rows])
    apart = right["cascade"].astype(float) - right["encoder"]
    figures: dict[str, Callable[[Any], Any]] = {
        **{name: (lambda w, hits=hits: w @ hits / w.sum(axis=1)) for name, hits in right.items()},
        "cascade less encoder": lambda w: w @ apart / w.sum(axis=1),
    }
    found = measured(figures, [row.text for row in rows], 12)
    return grid(["accuracy in % on gold mentions", "n", "figure"],
                [[name, one.n, shown(one, scale=100, digits=1)] for name, one in found.items()])  # fmt: skip


TEMPLATE = """# Speed, memory, size

{heading}{versions}
{rounds} paired rounds; medians with the least and the most of them. Texts per second of one processor
(`process_time`), one process and one thread each. "short60": training reviews and posts of 45 to 75
characters. "stream": the first posts with a text of the real stream `weibo_ced_reposts`. Watched:
{watched}, with all names of `nlp.nicknames`.

## Linear: the whole stage

Clean, cut, score, find brands and their attitude, keywords, fingerprint: `BrandReader.read`, {block:,}
texts a round; SnowNLP's sentiment alone on {few}. Bound: the parts, each timed alone on the same
texts, and nothing between them.

{linear}
## Every engine beside BERT-base

"To the encoder": posts read by it whole, and mentions, in percent of all posts. The whole stage on {half:,} texts a round (the encoder on a tenth of them), BERT-base alone on {few}, in
batches of like length.

{cascade}
{accuracy}
## Footprint

Each in a process of its own: seconds from the start of Python to the first reading, memory
(proportional set size) after 512 posts of the stream, and the files that the engine reads.

{footprint}
"""

if __name__ == "__main__":
    main()
