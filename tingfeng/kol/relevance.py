"""What a brand looks for, made from its own posts, typed words and creators that it likes; and what a
creator writes about, every share with the posts behind it.

Scoring needs three steps: ``brand = brand_of(…)``; every post of every creator through
``work_of(document, corpus=brand.corpus)``; ``score(profile, brand.target, …)``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tingfeng import Document, Message
from tingfeng.kol.corpus import LIKED, Corpus, Rarity, terms_of
from tingfeng.kol.nouns import Proof, Work
from tingfeng.kol.target import Target
from tingfeng.kol.tone import mean
from tingfeng.kol.works import Lenses, advert_odds, shipped_lenses, signs_of

ENOUGH_POSTS = 5
"""Own posts from which a brand has a corpus; fewer are somebody's mood."""

ENOUGH_WORDS = 5
"""Keywords that stand in for it."""

LEADING = 0.15
"""Share of the brand's posts, liked creators counting three times, from which a field is its own."""

MOST_FIELDS = 4
SHOWN = 5
HALF_LIFE = 60.0
"""Days after which a post counts half for what a creator writes about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandProfile:
    """What a brand looks for, and what that rests on."""

    target: Target
    corpus: Corpus | None
    """``None``: too little is known; closeness is then no part of relevance."""

    fields: Mapping[str, float]
    """Share of each field among what the brand and the creators it likes write."""

    posts: int
    liked: int
    missing: tuple[Message, ...]
    """What is not known, and what would tell."""


def brand_of(
    brand: str,
    own: Iterable[Document] = (),
    *,
    rarity: Rarity,
    keywords: Sequence[str] = (),
    liked: Sequence[Iterable[Document]] = (),
    names: Sequence[str] = (),
    categories: Sequence[str] = (),
    lenses: Lenses | None = None,
    **asked: Any,
) -> BrandProfile:
    """What *brand* looks for.

    *own* are the brand's own posts (of its accounts, not those that mention it); *liked* the posts of
    each creator that it likes, three say enough; *keywords* typed words, five say enough; *names* its
    aliases, which count for no subject; *categories* typed fields, which replace those that are found;
    *asked* whatever else :class:`~tingfeng.kol.target.Target` takes (audience, competitors, preset …);
    *rarity* of the pool's words, :func:`rarity_of`.
    """
    eyes = lenses or shipped_lenses()
    mine = [one for one in own if one.post.words.strip()]
    theirs = [[one for one in some if _free(one, eyes)] for some in liked]
    theirs = [some for some in theirs if some]
    fields = _fields(mine, theirs, keywords, eyes)
    known = len(mine) >= ENOUGH_POSTS or len(keywords) >= ENOUGH_WORDS or bool(theirs)
    corpus = Corpus.of(
        rarity, map(terms_of, mine), keywords=keywords,
        liked=[[terms_of(one) for one in some] for some in theirs], names=(brand, *names),
    ) if known else None  # fmt: skip
    asked.setdefault("tone", _tone(mine, theirs, eyes))
    leading = [name for name, share in fields.items() if share >= LEADING][:MOST_FIELDS]
    return BrandProfile(
        target=Target(
            brand=brand, categories=tuple(categories) or tuple(leading),
            keywords=tuple(keywords), **asked,
        ),
        corpus=corpus, fields=fields, posts=len(mine), liked=len(theirs),
        missing=_missing(len(mine), len(keywords), len(theirs), known),
    )  # fmt: skip


def target_of(brand: str, own: Iterable[Document] = (), **given: Any) -> Target:
    """The target alone; see :func:`brand_of`, whose arguments it takes."""
    return brand_of(brand, own, **given).target


def rarity_of(documents: Iterable[Document]) -> Rarity:
    """How rare each word is among *documents*: the posts of the pool, or a sample of some thousand."""
    return Rarity.of(terms_of(one) for one in documents)


def _free(document: Document, lenses: Lenses) -> bool:
    """Whether a post has text and is no advert."""
    if not document.post.words.strip():
        return False
    return advert_odds(document, signs_of(document, lenses.disclosure)) < 0.5


def _fields(
    own: Sequence[Document], liked: Sequence[Sequence[Document]], keywords: Sequence[str],
    lenses: Lenses,
) -> dict[str, float]:  # fmt: skip
    """Rocchio again, over fields: own posts once, liked creators three times, typed words once."""
    total: dict[str, float] = defaultdict(float)
    weighed = 0.0
    groups = [(1.0, own), *((LIKED / len(liked), some) for some in liked)]
    for worth, documents in groups:
        found = Counter(lenses.fields.read(one.post)[0] for one in documents)
        said = sum(n for name, n in found.items() if name)
        for name, n in found.items():
            if name:
                total[name] += worth * n / said
        weighed += worth if said else 0.0
    typed = lenses.fields.of_words(keywords)[:2]
    for name in typed:
        total[name] += 1 / len(typed)
    weighed += 1.0 if typed else 0.0
    ranked = sorted(total.items(), key=lambda row: (-row[1], row[0]))
    return {name: value / weighed for name, value in ranked}


def _tone(
    own: Sequence[Document], liked: Sequence[Sequence[Document]], lenses: Lenses
) -> tuple[float, ...]:
    """Mean tone: of the brand's posts once, of the creators it likes three times together."""
    means = [mean([lenses.tones.read(one.post.words).weights for one in own])]
    theirs = mean([mean([lenses.tones.read(one.post.words).weights for one in some]) for some in liked])  # fmt: skip
    if not means[0] or not theirs:
        return means[0] or theirs
    return tuple((a + LIKED * b) / (1 + LIKED) for a, b in zip(means[0], theirs, strict=True))


def _missing(posts: int, words: int, liked: int, known: bool) -> tuple[Message, ...]:
    found = []
    if posts < ENOUGH_POSTS:
        found.append(
            Message(
                f"品牌自己的内容只有 {posts} 篇：导入官方账号近期内容",
                f"only {posts} posts of the brand itself: import what its accounts wrote lately",
            )
        )
    if not known:
        found.append(
            Message(
                f"给出 {ENOUGH_WORDS} 个以上关键词（现有 {words} 个）或三位喜欢的达人，才能算内容相近程度",
                f"give {ENOUGH_WORDS} keywords or more ({words} now) or three creators you like, and "
                "closeness can be told",
            )
        )
    elif not liked:
        found.append(
            Message(
                "没有给出喜欢的达人：给三位会更准", "no creators you like: three make it sharper"
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One thing that a creator writes about."""

    name: str
    share: float
    """Of the posts that are no adverts, newer ones weighing more (half-life 60 days)."""

    posts: int
    keys: tuple[str, ...]
    """Up to five, newest first."""


def fields_of(works: Iterable[Work], *, now: datetime) -> tuple[Subject, ...]:
    """The fields of a creator, the largest first; works without one count in the whole."""
    return _subjects(((work, (work.category,) if work.category else ()) for work in works), now)


def scenes_of(
    pairs: Iterable[tuple[Work, Document]], *, now: datetime, lenses: Lenses | None = None
) -> tuple[Subject, ...]:
    """The scenes (场景) of a creator's posts; one post may have several."""
    fields = (lenses or shipped_lenses()).fields
    return _subjects(((work, fields.read(document.post)[1]) for work, document in pairs), now)


def _subjects(rows: Iterable[tuple[Work, tuple[str, ...]]], now: datetime) -> tuple[Subject, ...]:
    weights: dict[str, float] = defaultdict(float)
    found: dict[str, list[Work]] = defaultdict(list)
    total = 0.0
    for work, names in rows:
        if work.advert >= 0.5 or work.copy_of is not None:
            continue
        weight = 0.5 ** (max((now - work.at).total_seconds(), 0.0) / 86400 / HALF_LIFE)
        total += weight
        for name in names:
            weights[name] += weight
            found[name].append(work)
    subjects = []
    for name, works in found.items():
        newest = sorted(works, key=lambda work: (-work.at.timestamp(), work.key))
        subjects.append(
            Subject(
                name=name, share=weights[name] / total, posts=len(works),
                keys=tuple(work.key for work in newest[:SHOWN]),
            )
        )  # fmt: skip
    return tuple(sorted(subjects, key=lambda one: (-one.share, one.name)))


def closest(documents: Iterable[Document], corpus: Corpus, most: int = 10) -> tuple[Proof, ...]:
    """The posts that come closest to the brand, with the words that bring them there."""
    rows = []
    for document in documents:
        terms = terms_of(document)
        near = corpus.closeness(terms)
        if near:
            rows.append((near, document.post.key, terms))
    rows.sort(key=lambda row: (-row[0], row[1]))
    proofs = []
    for near, key, terms in rows[:most]:
        words = corpus.shared(terms, 6)
        proofs.append(
            Proof(
                metric="relevance.closest", value=near, n=1, keys=(key,),
                says=Message(f"与品牌内容相近 {near:.2f}：{'、'.join(words)}",
                             f"closeness to the brand {near:.2f}: {', '.join(words)}"),
            )
        )  # fmt: skip
    return tuple(proofs)
