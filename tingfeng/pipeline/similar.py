"""Posts that are about the same thing as one post, whatever words they use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from nlp.clean import clean
from tingfeng.core.analysis import Document
from tingfeng.core.errors import InputError
from tingfeng.core.ports import PostStore
from tingfeng.core.post import Post
from tingfeng.core.query import Query
from tingfeng.pipeline import Pipeline
from tingfeng.pipeline.archives import VECTORS
from tingfeng.pipeline.meaning import Nearest
from tingfeng.pipeline.remembered import Announce, Remembered

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

PRIOR = 50
"""The mean vector is that of the candidates and of so many posts about nothing: two candidates
alone would else be each other's opposite."""

NEAREST = 500
"""Neighbours that a cluster is asked for, of all its posts: near-duplicates are folded, and the
rest compared once more."""

CLOSE = 0.3
"""Less is not alike: of two posts drawn at random one pair in a hundred reaches 0.29 (microblogs of
all kinds) to 0.36 (comments on phones)."""

TYPED = "typed"
"""Platform of words that were typed, not published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """A post beside the one asked about."""

    document: Document
    cosine: float
    """Of the vectors less the mean of all candidates, -1 to 1."""

    copies: int
    """How many near-duplicates of it are not listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Likenesses:
    """The answer to :func:`similar`."""

    post: Document
    found: list[Likeness]
    """Most alike first."""

    among: int
    """Posts compared with, copies counted once."""

    own_copies: int
    """Near-duplicates of the post itself among them, left out."""


def similar(
    pipeline: Pipeline,
    asked: str | Post,
    query: Query,
    *,
    among: int,
    top: int,
    nearest: Nearest | None = None,
    announce: Announce = lambda missing, seconds: None,
) -> Likenesses:
    """The *top* posts most like *asked* (the key of a post, or :func:`typed` words), of the first
    *among* that *query* means; of the *nearest*, where a cluster keeps vectors. *announce* is called
    where more than :data:`~tingfeng.pipeline.remembered.MANY` vectors must be made first.

    Raises :class:`~tingfeng.InputError` if there is no such post or no word in it,
    :class:`~tingfeng.ModelError` if the extra ``[encoder]`` is not installed.
    """
    from nlp.engines.encoder import EncoderEngine

    chosen = pipeline.readers.shipped.sentiment
    ours = chosen.get("use") in ("encoder", "cascade")
    engine = EncoderEngine(str(chosen["path"]) if ours and "path" in chosen else None, threads=0)
    cache = pipeline.store_file.with_suffix(VECTORS) if pipeline.store_file else None
    post = _asked(pipeline.store, asked)
    found: Iterable[Document] = pipeline.store.search(query)
    if nearest is not None:
        vector = engine.vectors([clean(post.post.words)])[0].tolist()
        found = nearest(vector, by=engine.version, query=query, count=min(among, NEAREST))
    candidates, copies, own = _candidates(found, post, among)
    texts = [clean(one.post.words) for one in (post, *candidates)]
    cosines = _cosines(Remembered(engine, cache, announce=announce).vectors(texts))
    order = sorted(range(len(candidates)), key=lambda n: -cosines[n])[:top]
    likest = [Likeness(document=candidates[n], cosine=cosines[n], copies=copies[n]) for n in order]
    return Likenesses(post=post, found=likest, among=len(candidates), own_copies=own)


def typed(text: str, at: datetime) -> Post:
    """Words of somebody who asks, as a post that nobody published."""
    return Post(platform=TYPED, id="", text=text, collected_at=at)


def _asked(store: PostStore, asked: str | Post) -> Document:
    if isinstance(asked, Post):
        found: Document | None = Document(post=asked, indexed_at=asked.collected_at)
    else:
        found = store.get(asked)
    if found is None:
        raise InputError(
            f"库里没有帖子 {asked!r}。帖子的键写作 平台:编号，见 tingfeng search --json 的 key",
            f"the store has no post {asked!r}; a key is platform:id, see `key` in "
            "`tingfeng search --json`",
        )
    if not clean(found.post.words):
        raise InputError(
            f"{found.post.key} 没有文字，无从比较。请换一帖",
            f"{found.post.key} has no words to compare; choose another post",
        )
    return found


def _candidates(
    found: Iterable[Document], post: Document, among: int
) -> tuple[list[Document], list[int], int]:
    """The first *among* of *found* that have words, near-duplicates folded into the first of them:
    documents, how many were folded into each, and how many are copies of *post* itself.
    """
    places: dict[str, int] = {}
    own = _same(post)
    kept: list[Document] = []
    copies: list[int] = []
    of_post = 0
    for document in found:
        same = _same(document)
        if document.post.key == post.post.key or not same:
            continue
        if same == own:
            of_post += 1
        elif same in places:
            copies[places[same]] += 1
        elif len(kept) < among:
            places[same] = len(kept)
            kept.append(document)
            copies.append(0)
        else:
            break
    return kept, copies, of_post


def _same(document: Document) -> str:
    """Equal for near-duplicates: the key of their group, else the text; empty without words."""
    text = clean(document.post.words)
    root = document.analysis.copy_of if document.analysis else None
    return f"group {root}" if text and root else text


def _cosines(vectors: Floats) -> list[float]:
    """Of the first with each other, less their mean: raw vectors of any two posts are alike."""
    import numpy as np

    centred = vectors.astype(np.float64)
    centred -= vectors[1:].sum(axis=0) / (len(vectors) - 1 + PRIOR)
    centred /= np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9)
    cosines: list[float] = (centred[1:] @ centred[0]).tolist()
    return cosines
