"""Whether the tone of a creator is the creator's: split halves, and who is recognised by it."""

from __future__ import annotations

import time
from collections import defaultdict
from datetime import datetime

import numpy as np
import numpy.typing as npt

from benchmarks.machine import DATA, ROOT, heading
from benchmarks.tables import grid, table
from tingfeng import SHANGHAI, Author, Document, Post
from tingfeng.kol.tone import TONES, PostTone, ToneReader, gathered
from tingfeng.kol.works import work_of

Floats = npt.NDArray[np.float64]

SEED = 3
SPLITS = 20
FEWEST = 12
"""Posts with a tone from which a creator takes part."""
SIZES = (5, 10, 15, 30)


def main() -> None:
    """Measure and write ``benchmarks/tones.md``."""
    posts = [
        Post(
            platform="xiaohongshu", id=row["note_id"], title=row["title"], text=row["text"],
            tags=tuple(filter(None, row["tags"].split(","))), author=Author(id=row["user"]),
            published_at=datetime.fromisoformat(row["time"]).replace(tzinfo=SHANGHAI),
            collected_at=datetime(2025, 3, 20, tzinfo=SHANGHAI),
        )
        for row in table(DATA, "xhs_notes")
    ]  # fmt: skip
    reader, by = ToneReader(), defaultdict[str, list[tuple[str, PostTone]]](list)
    for post in posts:
        tone = reader.read(post.words)
        if tone.weights and post.author:
            by[post.author.id].append((post.key, tone))
    known = {user: some for user, some in by.items() if len(some) >= FEWEST}
    text = TEMPLATE.format(
        heading=heading("python -m benchmarks tones"), posts=f"{len(posts):,}",
        toned=f"{sum(map(len, by.values())):,}", creators=len(known), speed=_speed(posts),
        tones=_tones(known), recognised=_recognised(known), first=_first(known),
    )  # fmt: skip
    (ROOT / "benchmarks" / "tones.md").write_text(text, encoding="utf-8")
    print(text)


def _vectors(some: list[tuple[str, PostTone]]) -> Floats:
    return np.array([one.weights for _, one in some])


def _tones(known: dict[str, list[tuple[str, PostTone]]]) -> str:
    """Split-half correlation across creators, mean of some splits, and how far creators differ."""
    draw = np.random.default_rng(SEED)
    vectors = [_vectors(some) for some in known.values()]
    whole = np.array([some.mean(axis=0) for some in vectors])
    found = []
    for _ in range(SPLITS):
        halves = []
        for some in vectors:
            order = draw.permutation(len(some))
            half = len(some) // 2
            halves.append((some[order[:half]].mean(axis=0), some[order[half:]].mean(axis=0)))
        one, other = (np.array(side) for side in zip(*halves, strict=True))
        found.append([np.corrcoef(one[:, n], other[:, n])[0, 1] for n in range(len(TONES))])
    together = np.mean(found, axis=0)
    return grid(
        ("tone", "split-half r", "mean share", "sd between creators"),
        [
            (name, f"{together[n]:.2f}", f"{whole[:, n].mean():.3f}", f"{whole[:, n].std():.3f}")
            for n, name in enumerate(TONES)
        ],
    )


def _recognised(known: dict[str, list[tuple[str, PostTone]]]) -> str:
    """Two samples of each creator without a common post: is the nearest other sample the same one's?"""
    draw = np.random.default_rng(SEED)
    rows = []
    for size in SIZES:
        pairs = []
        for some in known.values():
            if len(some) >= 2 * size:
                picked = _vectors(some)[draw.permutation(len(some))[: 2 * size]]
                pairs.append((picked[:size].mean(axis=0), picked[size:].mean(axis=0)))
        one, other = (np.array(side) for side in zip(*pairs, strict=True))
        apart = np.array([[_jsd(a, b) for b in other] for a in one])
        own = np.diag(apart)
        rank = (apart < own[:, None]).sum(axis=1)
        rows.append(
            (size, len(pairs), f"{(rank == 0).mean():.2f}", f"{1 / len(pairs):.2f}",
             f"{np.median(own):.4f}", f"{np.median(apart[~np.eye(len(pairs), dtype=bool)]):.4f}")
        )  # fmt: skip
    head = ("posts each", "creators", "recognised", "by chance", "JSD to oneself", "JSD to others")
    return grid(head, rows)


def _jsd(one: Floats, other: Floats) -> float:
    middle = (one + other) / 2
    return float((one * np.log2(one / middle) + other * np.log2(other / middle)).sum() / 2)


def _first(known: dict[str, list[tuple[str, PostTone]]]) -> str:
    """The creator with most of each tone, and the words that carry it."""
    tones = {user: gathered(some) for user, some in known.items()}
    rows = []
    for n, name in enumerate(TONES):
        user = max(tones, key=lambda one: tones[one].weights[n])
        proof = next(one for one in tones[user].proofs if one.tone == name)
        words = "、".join(f"{word} {count}" for word, count in proof.words)
        rows.append(f"| {name} | {user} | {len(known[user])} | {proof.lift:.2f} | {words} |")
    return "\n".join(
        ["| tone | creator (hash) | posts | times the usual | words, and posts with each |",
         "|---|---|--:|--:|---|", *rows]
    )  # fmt: skip


def _speed(posts: list[Post]) -> str:
    """Microseconds a post from document to work."""
    at = posts[0].collected_at
    documents = [Document(post=post, indexed_at=at) for post in posts]
    work_of(documents[0])
    start = time.process_time()
    for document in documents:
        work_of(document)
    return f"{(time.process_time() - start) / len(documents) * 1e6:.0f}"


TEMPLATE = """# Tones

{heading}
{posts} notes of Xiaohongshu creators, {toned} with the fifteen Chinese characters that a tone needs; {creators}
creators with twelve such posts or more. From document to work (field, tone, disclosure): {speed} µs of one core a post.

{tones}
Who is recognised by tone alone among samples of the others:

{recognised}
Tones of few posts are mostly noise: that is what the confidence n / (n + 15) says. Between creators the divergence
is small in bits although it is steady, so that 1 - JSD lies between .93 and 1 for nearly all of one platform.

The most pronounced of each tone (words with the number of posts that hold them; without words, style alone):

{first}
"""


if __name__ == "__main__":
    main()
