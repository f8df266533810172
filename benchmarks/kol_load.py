"""A hundred thousand creators with sixty posts each: from stored rows to scores.

``python -m benchmarks kol_load [--creators N] [--folder DIR]`` builds a store of simulated creators
(posts come in by time, so that those of one creator lie far apart; a few thousand different texts, so
that facts are derived once per text) unless the folder has one, then times ``score_all``, which is what
``tingfeng kol score`` does, and its parts.
"""

from __future__ import annotations

import argparse
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from benchmarks.machine import ROOT, heading
from index.sqlite import SQLiteStore
from tingfeng import (  # fmt: skip
    SHANGHAI,
    Analysis,
    Author,
    Document,
    Engagement,
    Observation,
    Post,
    Price,
    Privacy,
    Provenance,
    Sentiment,
    Snapshot,
)
from tingfeng.kol.lexicon import shipped
from tingfeng.pipeline import Pipeline, kol_facts
from tingfeng.pipeline.kol_profiles import Lens, profiles
from tingfeng.pipeline.kol_score import brand_profile, score_all
from tingfeng.pipeline.kol_target import Wanted
from tingfeng.settings import Settings

CREATORS, WORKS, PROMISED = 100_000, 60, 300.0
"""Creators, posts of each, and seconds that are promised on two cores."""
TEXTS = 3000
NOW = datetime(2026, 11, 24, 12, tzinfo=SHANGHAI)
KEY = b"benchmark-of-creators-0"
PAGE = 20_000
FACTS_SAMPLE = 20_000
"""Posts on which deriving facts is timed."""


def main() -> int:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--creators", type=int, default=CREATORS)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = asked.folder or Path(made)
        folder.mkdir(exist_ok=True)
        rows = _measure(folder, asked.creators)
    page = _page(rows, asked.creators)
    print(page)
    if asked.creators == CREATORS:
        (ROOT / "benchmarks" / "kol_load.md").write_text(page, encoding="utf-8")
    return 0


Rows = dict[str, float]


@contextmanager
def _timed(rows: Rows, name: str) -> Iterator[None]:
    begun = time.monotonic()
    yield
    rows[name] = time.monotonic() - begun
    print(f"{name}: {rows[name]:.1f} s", flush=True)


def _measure(folder: Path, creators: int) -> Rows:
    rows: Rows = {}
    settings = folder / "tingfeng.toml"
    settings.write_text(f'author_key = "{KEY.decode()}"\n', encoding="utf-8")
    file = folder / "tingfeng.db"
    if not file.exists():
        with _timed(rows, "building the store"):
            _build(file, creators)
    with Pipeline(Settings.read(settings), clock=lambda: NOW) as pipeline:
        asked = Wanted(brand="云雀", keywords=("护肤", "面霜", "精华", "敏感肌", "防晒"))
        since = NOW - timedelta(days=90)
        with _timed(rows, "facts that are not kept yet"):
            kol_facts.waiting(pipeline.store, since)
        with _timed(rows, "profiles alone"):
            corpus = brand_profile(pipeline, asked).corpus
            found = sum(
                len(one.works)
                for one in profiles(pipeline.store, now=NOW, lens=Lens(corpus=corpus))
            )
        assert found == creators * WORKS, found
        with _timed(rows, "all scores, not kept"):
            scored = score_all(pipeline, asked, refit=True, keep=False)
        assert len(scored.ratings) == creators
        with _timed(rows, "all scores, kept"):
            score_all(pipeline, asked)
    with _timed(rows, "facts of new posts"):
        _facts_alone(folder)
    rows["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows["file"] = file.stat().st_size / 2**30
    return rows


def _texts(dice: random.Random) -> list[str]:
    """Posts of 60 to 160 characters with words of one field each."""
    fields = {name: table["words"] for name, table in shipped("categories").items()}
    filler = (
        "今天",
        "真的",
        "推荐",
        "给大家",
        "分享",
        "一下",
        "我的",
        "感受",
        "值得",
        "朋友",
        "喜欢",
        "第一次",
        "用了",
        "两周",
    )
    names = sorted(fields)
    made = []
    for _ in range(TEXTS):
        words = fields[dice.choice(names)]
        size = dice.randint(20, 50)
        made.append(
            "".join(dice.choice(words if dice.random() < 0.4 else filler) for _ in range(size))
        )
    return made


def _build(file: Path, creators: int) -> None:
    dice = random.Random(7)
    texts, privacy = _texts(dice), Privacy(KEY)
    store = SQLiteStore(str(file))
    people = iter([_snapshot(number, dice) for number in range(creators)])
    while page := list(islice(people, 5000)):
        store.put_creators(page, hashed=privacy.author, now=NOW)
    authors = [Author(id=privacy.author("xiaohongshu", f"u{number}")) for number in range(creators)]
    facts = [kol_facts.pack(_document(text)) for text in texts]
    list(store.unfounded(kol_facts.version(), NOW))  # from now on facts are of this version
    seen = _observations(authors, texts, dice)
    while batch := list(islice(seen, PAGE)):
        store.put([one for one, _ in batch], now=NOW)
        store.keep_facts(kol_facts.version(), {one.post.key: facts[text] for one, text in batch})
    store.close()


def _snapshot(number: int, dice: random.Random) -> Snapshot:
    fans = int(10 ** dice.uniform(3, 6.3))
    provenance = Provenance(
        source="kit",
        seen_at=NOW - timedelta(days=1),
        basis="kit",
        expires_at=NOW + timedelta(days=90),
    )
    price = Price(form="image", amount=round(fans**0.8 * dice.uniform(0.5, 2) / 5 + 50))
    return Snapshot(
        platform="xiaohongshu", id=f"u{number}", name=f"达人{number}", provenance=provenance,
        followers=fans, category=("护肤",), prices=(price,),
    )  # fmt: skip


def _observations(
    authors: list[Author], texts: list[str], dice: random.Random
) -> Iterator[tuple[Observation, int]]:
    for number in range(WORKS):
        day = NOW - timedelta(days=89 - 1.4 * number)
        for who, author in enumerate(authors):
            text = dice.randrange(len(texts))
            at = day + timedelta(seconds=who % 86_000)
            likes = int(dice.lognormvariate(5, 1))
            post = Post(
                platform="xiaohongshu", id=f"{who}-{number}", text=texts[text], author=author,
                published_at=at, collected_at=NOW, source="benchmark",
            )  # fmt: skip
            counts = Engagement(observed_at=NOW, likes=likes, comments=likes // 9,
                                favorites=likes // 3, reposts=likes // 20)  # fmt: skip
            yield Observation(post=post, engagement=counts), text


def _document(text: str) -> Document:
    post = Post(platform="xiaohongshu", id="0", text=text, published_at=NOW, collected_at=NOW)
    return Document(post=post, analysis=_analysis("0", text), indexed_at=NOW)


def _analysis(id: str, text: str) -> Analysis:
    tokens = tuple(text[place : place + 2] for place in range(0, len(text), 2))
    mood = Sentiment(negative=0.1, neutral=0.2, positive=0.7, label="positive")
    return Analysis(platform="xiaohongshu", id=id, reader="r", lexicon="l", tokens=tokens, sentiment=mood)  # fmt: skip


def _facts_alone(folder: Path) -> None:
    """Posts with readings of which no facts are kept, in a store of their own."""
    file = folder / "facts.db"
    file.unlink(missing_ok=True)
    dice = random.Random(8)
    store, privacy = SQLiteStore(str(file)), Privacy(KEY)
    texts = _texts(dice)
    store.put_creators([_snapshot(0, dice)], hashed=privacy.author, now=NOW)
    author = Author(id=privacy.author("xiaohongshu", "u0"))
    posts = [
        Post(platform="xiaohongshu", id=str(n), text=dice.choice(texts), author=author,
             published_at=NOW - timedelta(days=1), collected_at=NOW)
        for n in range(FACTS_SAMPLE)
    ]  # fmt: skip
    store.put([Observation(post=one) for one in posts], now=NOW)
    store.record([_analysis(one.id, one.text) for one in posts])
    begun = time.monotonic()
    assert kol_facts.waiting(store, NOW - timedelta(days=90)) == FACTS_SAMPLE
    print(f"{FACTS_SAMPLE / (time.monotonic() - begun):,.0f} facts a second", flush=True)
    store.close()
    file.unlink()


def _page(rows: Rows, creators: int) -> str:
    promised = f"at most {PROMISED:.0f} s" if creators == CREATORS else "–"
    lines = [
        "# Scoring many creators", "", heading("python -m benchmarks kol_load"),
        f"{creators:,} simulated creators with {WORKS} posts each, one SQLite file of "
        f"{rows['file']:.1f} GB, one process; peak memory {rows['peak']:,.0f} MB. Facts of posts "
        "(field, tone, advert, terms) are kept beside them and made once, when a post is first looked "
        "at; everything else is reckoned anew.", "",
        "| step | seconds | promised |", "|---|---|---|",
    ]  # fmt: skip
    names = ("building the store", "profiles alone", "all scores, not kept", "all scores, kept")
    lines += [
        f"| {name} | {rows[name]:.1f} | {promised if name == names[-1] else ''} |"
        for name in names
        if name in rows
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
