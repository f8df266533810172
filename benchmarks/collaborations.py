"""Who named or promoted which brand after a day T, and what everyone's posts before T say of them.

A creator's own posts about the brand are never in the brand's corpus when that creator is judged; brand
names, topics and names called are out of every text.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from benchmarks.machine import DATA
from benchmarks.tables import table
from nlp.segment import RjiebaSegmenter
from tingfeng import SHANGHAI, Author, Document, Engagement, Post, fold
from tingfeng.kol.corpus import Corpus, Rarity, without
from tingfeng.kol.style import plain
from tingfeng.kol.tone import divergence, mean
from tingfeng.kol.works import Work, work_of

Floats = npt.NDArray[np.float64]

DAYS = tuple(datetime(year, 1, 1, tzinfo=SHANGHAI) for year in (2022, 2023, 2024))
YEAR = 366 * 86400.0
"""Seconds after T in which the deed must be done."""
FEWEST = 10
"""Posts before T from which a creator is judged."""
CORPUS = 3
"""Posts by others about the brand before T from which it has a corpus."""
WORKS, CLOSEST = 60, 6
"""As the score does: the closest sixth of the newest sixty posts. Without the limit, who posts more
comes closer to anything."""
SEED = 11
PLATFORMS = frozenset({"小红书", "抖音", "微信", "微博", "淘宝", "qq", "推特"})
"""Not brands that anyone is matched with here: topics name them for being there."""

_CHINESE = re.compile(r"[^一-鿿]")
_TOPIC = re.compile(r"#[^#\n]{1,40}?(?:\[话题\])?#")


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One post."""

    user: str
    at: datetime
    folded: str
    tags: tuple[str, ...]
    terms: tuple[str, ...]
    work: Work
    reactions: int


def notes() -> list[Note]:
    """All posts of the set, oldest first."""
    cut = RjiebaSegmenter()
    found = []
    for row in table(DATA, "xhs_notes"):
        at = datetime.fromisoformat(row["time"]).replace(tzinfo=SHANGHAI)
        post = Post(
            platform="xiaohongshu", id=row["note_id"], title=row["title"], text=row["text"],
            tags=tuple(filter(None, row["tags"].split(","))), published_at=at, collected_at=at,
            author=Author(id=row["user"]),
        )  # fmt: skip
        counts = [int(float(row[name] or 0)) for name in ("comments", "collects", "shares")]
        document = Document(
            post=post, indexed_at=at,
            engagement=Engagement(observed_at=at, comments=counts[0], favorites=counts[1], reposts=counts[2]),
        )  # fmt: skip
        work = work_of(document)
        assert work is not None
        folded = fold(post.words)
        body = plain(_TOPIC.sub(" ", folded))
        found.append(
            Note(
                user=row["user"], at=at, folded=folded, tags=tuple(map(fold, post.tags)),
                terms=tuple(word for word in cut(body) if len(word) > 1 and not word.isdigit()),
                work=work, reactions=sum(counts),
            )
        )  # fmt: skip
    return sorted(found, key=lambda note: note.at)


def brand_names() -> list[str]:
    """Names that mean the brand in at least four of five readings of posts of this platform."""
    seen, meant = Counter[str](), Counter[str]()
    for row in table(DATA, "mentions_silver"):
        if row["source"] == "xhs":
            seen[fold(row["brand"])] += 1
            meant[fold(row["brand"])] += row["is_brand"] == "1"
    return sorted(
        name
        for name, n in seen.items()
        if len(name) > 1 and meant[name] / n >= 0.8 and name not in PLATFORMS
    )


def promoted(listed: Sequence[Note]) -> set[tuple[str, str, datetime]]:
    """Brand, creator and time of posts that a language model read as promotion of the brand."""
    keys = {id(note): _CHINESE.sub("", note.folded) for note in listed}
    found = set()
    for row in table(DATA, "mentions_silver"):
        if row["source"] == "xhs" and row["ad"] == "1" and row["is_brand"] == "1":
            start = _CHINESE.sub("", fold(row["text"]))[:30]
            if len(start) >= 12:
                found |= {
                    (fold(row["brand"]), note.user, note.at)
                    for note in listed
                    if start in keys[id(note)]
                }
    return found


@dataclass(slots=True)
class Case:
    """One brand at one T: scores of all creators judged, and who did the deed."""

    brand: str
    users: list[str]
    fields: list[str]
    """Leading field of each."""
    did: npt.NDArray[np.int64]
    known: npt.NDArray[np.bool_]
    """Named the brand before T."""
    scores: dict[str, Floats]


def cases(
    listed: Sequence[Note], deeds: Mapping[str, Iterable[tuple[str, datetime]]],
    fans: Mapping[str, float],
) -> list[Case]:  # fmt: skip
    """All brands at all T that somebody did the deed for."""
    found = []
    for day in DAYS:
        before = [note for note in listed if note.at < day]
        by: dict[str, list[Note]] = defaultdict(list)
        for note in before:
            by[note.user].append(note)
        users = sorted(user for user, some in by.items() if len(some) >= FEWEST)
        rarity = Rarity.of(note.terms for note in before)
        for brand, done in sorted(deeds.items()):
            who = {
                user for user, at in done if 0 <= (at - day).total_seconds() < YEAR and user in by
            }
            about = [note for note in before if brand in note.folded]
            if who & set(users) and len({note.user for note in about}) > 1:
                case = _case(brand, who, users, by, about, rarity, fans)
                if case is not None:
                    found.append(case)
    return found


def _case(
    brand: str, who: set[str], users: Sequence[str], by: Mapping[str, Sequence[Note]],
    about: Sequence[Note], rarity: Rarity, fans: Mapping[str, float],
) -> Case | None:  # fmt: skip
    scores: dict[str, list[float]] = defaultdict(list)
    kept, fields = [], []
    for user in users:
        others = [note for note in about if note.user != user]
        if len(others) < CORPUS:
            continue
        own = [[term for term in note.terms if term != brand] for note in by[user]]
        corpus = Corpus.of(rarity, [note.terms for note in others], names=(brand,))
        each = [corpus.closeness(terms) or 0.0 for terms in own[-WORKS:]]
        near = sorted(each, reverse=True)[: max(math.ceil(len(each) / CLOSEST), 3)]
        mine = Counter(note.work.category for note in by[user] if note.work.category)
        wanted = [name for name, _ in Counter(note.work.category for note in others if note.work.category).most_common(2)]  # fmt: skip
        share = sum(mine[name] for name in wanted) / max(sum(mine.values()), 1)
        tone = mean([note.work.tone for note in by[user]])
        theirs = mean([note.work.tone for note in others])
        kept.append(user)
        fields.append(mine.most_common(1)[0][0] if mine else "")
        level = float(np.median([note.reactions for note in by[user]]))
        row = {
            "closeness": sum(near) / len(near),
            "field share": share,
            "tone": 1 - divergence(tone, theirs) if tone and theirs else 0.0,
            "followers": fans.get(user, math.nan),
            "engagement rate": level / fans[user] if fans.get(user) else math.nan,
            "category": float(fields[-1] in wanted[:1]),
            "category, by popularity in it": float(fields[-1] in wanted[:1]) * 1e6 + level,
            "posts so far": float(len(own)),
            "all posts together": _together(corpus, rarity, own[-WORKS:]),
            "bm25": _bm25(corpus, rarity, own),
        }
        for name, figure in row.items():
            scores[name].append(figure)
    if not who & set(kept):
        return None
    arrays = {name: np.array(column) for name, column in scores.items()}
    arrays["relevance (0.6 field + 0.4 closeness)"] = 0.6 * arrays["field share"] + 0.4 * _ranks(arrays["closeness"])  # fmt: skip
    arrays["fit (relevance and tone)"] = (
        np.maximum(arrays["relevance (0.6 field + 0.4 closeness)"], 0.02) ** 0.22
        * np.maximum(arrays["tone"], 0.02) ** 0.13
    )
    arrays["random"] = np.random.default_rng([SEED, len(kept), len(about)]).random(len(kept))
    named = {note.user for note in about}
    return Case(
        brand, kept, fields, np.array([int(user in who) for user in kept]),
        np.array([user in named for user in kept]), arrays,
    )  # fmt: skip


def _together(corpus: Corpus, rarity: Rarity, own: Sequence[Sequence[str]]) -> float:
    """Cosine of the sum of all posts: another way to be close, for comparison."""
    total: dict[str, float] = defaultdict(float)
    for terms in own:
        for term, value in rarity.vector(without(terms, corpus.names)).items():
            total[term] += value
    length = math.sqrt(sum(value * value for value in total.values())) or 1.0
    return sum(value * corpus.weights.get(term, 0.0) for term, value in total.items()) / length


def _ranks(values: Floats) -> Floats:
    return np.array([(values < value).mean() for value in values])


def _bm25(corpus: Corpus, rarity: Rarity, own: Sequence[Sequence[str]]) -> float:
    """Okapi (k1 1.2, b .75) of the brand's 30 heaviest words against all a creator wrote."""
    words = sorted(corpus.weights, key=lambda term: -corpus.weights[term])[:30]
    counts = Counter(term for terms in own for term in without(terms, corpus.names))
    length = sum(counts.values()) / 3000
    total = 0.0
    for word in words:
        n = counts[word]
        total += rarity.weight(word) * n * 2.2 / (n + 1.2 * (0.25 + 0.75 * length))
    return total


def deeds_of(
    listed: Sequence[Note], names: Sequence[str]
) -> tuple[dict[str, list[tuple[str, datetime]]], dict[str, list[tuple[str, datetime]]]]:
    """Who promoted which brand when, by a model's reading; and who made it a topic."""
    sold: dict[str, list[tuple[str, datetime]]] = defaultdict(list)
    for brand, user, at in sorted(promoted(listed)):
        sold[brand].append((user, at))
    topics: dict[str, list[tuple[str, datetime]]] = defaultdict(list)
    for note in listed:
        for brand in names:
            if any(brand in tag for tag in note.tags):
                topics[brand].append((note.user, note.at))
    return sold, topics
