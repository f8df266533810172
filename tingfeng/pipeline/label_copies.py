"""Which other posts an answer about one post reaches, and which answers its author left behind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import get_args

from tingfeng.core.analysis import Analysis, Document
from tingfeng.core.correction import Correction, Corrections, latest, named
from tingfeng.core.fold import fold, parse_words
from tingfeng.core.ports import DeskStore, Store
from tingfeng.core.post import Kind
from tingfeng.core.query import Query
from tingfeng.core.wording import Text

LOOKED_UP = 60
"""Characters of a text by which an index is asked for it; what comes back is compared whole."""

_CUT_WORD = re.compile(r"[a-z0-9]+$")


def alike(store: Store, words: str) -> Iterator[Document]:
    """Posts that say exactly *words* (:attr:`Text.said`), found by the store's index of words."""
    said, phrase = Text(words).said, _phrase(words)
    if not said or not parse_words(phrase)[0]:
        return
    for document in store.search(Query(text=phrase, kinds=get_args(Kind))):
        if Text(document.post.words).said == said:
            yield document


def _phrase(words: str) -> str:
    """A search for the beginning of *words*: never half of a Latin word, which is one term."""
    folded = fold(words).replace('"', " ")
    head = folded[:LOOKED_UP]
    if folded[LOOKED_UP:][:1].isalnum():
        head = _CUT_WORD.sub("", head)
    return f'"{head}"' if parse_words(head)[0] else f'"{folded}"'


def reached(store: Store, said: Correction) -> Iterator[Document]:
    """The post of *said*, then those that it may hold for: near-duplicates, and the same words."""
    own, seen = store.get(said.key), {said.key}
    if own is not None:
        yield own
    for document in _copies(store, said, own):
        if document.post.key not in seen:
            seen.add(document.post.key)
            yield document


def _copies(store: Store, said: Correction, own: Document | None) -> Iterator[Document]:
    if said.group is not None:
        yield from store.copies(said.group)
    if own is None or said.wording is None or not said.wording.said:
        return
    # Its author may have edited it since: others still say what was judged.
    for words in (own.post.words, *own.earlier):
        if Text(words).said == said.wording.said:
            yield from alike(store, words)
            return


def followers(
    store: Store,
    given: Sequence[Correction],
    read: Callable[[Sequence[Document]], list[Analysis]],
) -> list[str]:
    """Keys of the other posts for which the last one *given*, were all kept, would be the answer;
    *read* gives the readings of documents.
    """
    said, known = given[-1], Corrections([*store.corrections(), *given])
    documents = {
        document.post.key: document
        for one in given for document in reached(store, one) if document.post.key != said.key
    }  # fmt: skip
    return [
        one.key for one in (read(list(documents.values())) if documents else ())
        if (one.sentiment if said.brand is None else named(one, said.brand))
        and known.speaker(one, documents[one.key].post.words, said.brand) is said
    ]  # fmt: skip


def about(document: Document, said: Correction) -> bool:
    """Whether *said* is about what its post, read as *document*, says now."""
    places = [] if document.analysis is None else named(document.analysis, said.brand)
    return said.about(Text(document.post.words), places)


def outlived(store: Store, standing: Sequence[Correction]) -> Iterator[tuple[Correction, Document]]:
    """Of each question the last answer, where none is about the words that its post has by now. A
    post whose new words are not read yet waits until they are.
    """
    asked: dict[tuple[str, str | None], list[Correction]] = {}
    for one in standing:
        asked.setdefault((one.key, one.brand), []).append(one)
    for (key, _), answers in asked.items():
        document = None if answers[-1].wording is None else store.get(key)
        if document is None or document.analysis is None:
            continue
        if not any(about(document, one) for one in answers):
            yield answers[-1], document


def answered(store: DeskStore, said: Correction) -> bool:
    """Whether somebody has answered the question of *said* before, so that the reader's own answer
    is no longer stored.
    """
    words = said.wording and said.wording.said
    return any(
        one.brand == said.brand
        and (
            one.key == said.key
            or (one.group is not None and one.group == said.group)
            or (one.wording is not None and one.wording.said == words != "")
        )
        for one in store.corrections()
    )


def overruled(history: Sequence[Correction], back: Correction) -> list[Correction]:
    """What must be kept again after *back*, by which somebody takes an answer back, so that what
    others had answered to that question holds as before.

    The last answer to a question takes the place of the one before, whoever gave it, and it may have
    withdrawn one about words of before a small edit. Both end with it.
    """
    place = (back.key, back.brand)
    standing = [one for one in latest([*history, back]) if (one.key, one.brand) == place]
    before = latest(_never_said([*history, back], back))
    again = [one for one in before if (one.key, one.brand) == place and one not in standing]
    if not again:
        return []
    # Of rival answers to copies the last is heard: those given after it stay after it.
    later = before[before.index(again[0]) :]
    return [one for one in later if one in again or _rivals(one, back)]


def _never_said(history: Sequence[Correction], back: Correction) -> list[Correction]:
    """*history* without the answers to the question of *back* that their authors took back."""
    place = (back.key, back.brand)
    answers = {(one.by, one.at) for one in history if one.label and (one.key, one.brand) == place}
    kept: list[Correction] = []
    for one in history:
        # With an answer of the same moment it is what that one withdrew, and ends with it.
        alone = one.label is None and (one.by, one.at) not in answers
        ended = _ended(kept, one) if alone and (one.key, one.brand) == place else set()
        if not ended:
            kept.append(one)
            continue
        kept = [
            other for other in kept
            if (other.key, other.brand) != place or (other.by, other.at) not in ended
        ]  # fmt: skip
    return kept


def _ended(kept: Sequence[Correction], back: Correction) -> set[tuple[str, datetime]]:
    """Who answered, and when, what *back* takes back, and what its author had withdrawn for that."""
    place = (back.key, back.brand, back.by)
    mine = [one for one in kept if (one.key, one.brand, one.by) == place]
    words, ended = {back.sentences}, set[datetime]()
    while True:
        found = {one.at for one in mine if one.label is not None and one.sentences in words}
        if found == ended:
            return {(back.by, at) for at in ended}
        ended, words = found, words | {one.sentences for one in mine if one.at in found}


def _rivals(one: Correction, other: Correction) -> bool:
    """Whether both may speak for the same copy."""
    same = one.wording is not None and other.wording is not None and one.wording.said == other.wording.said  # fmt: skip
    return one.brand == other.brand and (same or (one.group is not None and one.group == other.group))  # fmt: skip
