"""The words of a rule: which posts say them, and what the rule is called by them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import get_args

from tingfeng.core.analysis import Document
from tingfeng.core.correction import LabelRule
from tingfeng.core.fold import fold
from tingfeng.core.ports import PostStore
from tingfeng.core.post import Kind
from tingfeng.core.query import Query


def concerned(store: PostStore, rule: LabelRule, *, everything: bool) -> Iterator[Document]:
    """Posts with the rule's words; *everything*: also those whose mentions a rule dropped."""
    brands = () if everything or rule.brand is None else (rule.brand,)
    words = [fold(word) for word in rule.words]
    for document in store.search(Query(brands=brands, kinds=get_args(Kind))):
        if document.analysis is None or not (everything or document.analysis.mentions):
            continue
        folded = fold(document.post.words)
        if all(word in folded for word in words):
            yield document


def rule_id(brand: str | None, words: Sequence[str]) -> str:
    """The same for the same words, so that a rule may be made again with another label."""
    name = "\0".join([brand or "", *sorted(fold(word) for word in words)])
    return blake2b(name.encode(), digest_size=4).hexdigest()
