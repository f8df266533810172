"""An issue in words: those of its posts, none invented."""

from __future__ import annotations

from collections.abc import Sequence

from tingfeng import Document, fold
from tingfeng.alerts.evidence import plain
from tingfeng.alerts.issue_clusters import Cluster
from tingfeng.alerts.issue_sketch import term_of, words_of

WORDS = 3
LONGEST = 16


def title(documents: Sequence[Document], brand: str, cluster: Cluster) -> str:
    """The words that most people say, in the order in which a short post says them: at least three
    people say each. *documents*: posts of *cluster*. Where their reader gave no words, the shortest
    post; empty without posts.
    """
    if not documents:
        return ""
    shortest = min(documents, key=lambda one: (len(one.post.words), one.post.key))
    read = [one for one in documents if one.analysis and one.analysis.keywords]
    if not read:
        text = plain(shortest.post.words)
        return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    names = {term_of(word): word for one in read for word in words_of(one, brand)}
    chosen = [names[term] for term, _ in cluster.terms if term in names][:WORDS]
    texts = sorted((fold(one.post.words) for one in read), key=lambda text: (len(text), text))
    best = max(texts, key=lambda text: sum(word in text for word in chosen))
    return plain(" ".join(sorted(chosen, key=lambda word: (word not in best, best.find(word)))))
