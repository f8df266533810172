"""A hand-made store: each line of a test is one post."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from tingfeng import SHANGHAI, Author, Count, Coverage, Document, Engagement, Query, parse_words
from tingfeng import search_terms as terms_of

NOW = datetime(2026, 6, 12, 10, 0, tzinfo=SHANGHAI)


@dataclass
class ListStore:
    """The meaning of a query, spelled out over a list."""

    documents: list[Document] = field(default_factory=list)
    ledger: list[Coverage] = field(default_factory=list)

    def _holds(self, document: Document, query: Query, dated: bool) -> bool:
        post, analysis = document.post, document.analysis
        when = post.published_at
        brands = {m.brand for m in analysis.mentions} if analysis else set()
        must, never = parse_words(query.text)
        terms = terms_of(post.words)
        label = analysis.sentiment.label if analysis and analysis.sentiment else None
        if analysis and len(query.brands) == 1:
            label = analysis.attitude(query.brands[0])
        return (
            (post.kind in query.kinds if query.kinds else post.kind != "hot")
            and (not query.brands or bool(brands & set(query.brands)))
            and (not query.platforms or post.platform in query.platforms)
            and (not query.labels or label in query.labels)
            and (query.suspected is None or document.suspected == query.suspected)
            and (when is not None or not (dated or query.since or query.until))
            and (query.since is None or (when is not None and when >= query.since))
            and (query.until is None or (when is not None and when < query.until))
            and all(phrase.within(terms) for phrase in must)
            and not any(phrase.within(terms) for phrase in never)
            and query.copies_of in (None, analysis.copy_of if analysis else None)
        )

    def search(self, query: Query):
        found = [each for each in self.documents if self._holds(each, query, dated=False)]

        def liked(each: Document) -> int:
            seen = each.engagement
            return sum(c or 0 for c in seen.counts) - (seen.views or 0) if seen else 0

        if query.order == "liked":
            found.sort(key=liked, reverse=True)
        else:
            far = datetime(1, 1, 1, tzinfo=SHANGHAI)
            found.sort(
                key=lambda each: each.post.published_at or far, reverse=query.order == "newest"
            )
        return iter(found[: query.limit])

    def count(self, query, by=(), *, step=None, once=False):
        cells: dict[tuple, Counter] = {}
        said = set()
        for each in self.documents:
            if not self._holds(each, query, dated="time" in by):
                continue
            analysis = each.analysis
            brands = sorted({m.brand for m in analysis.mentions}) if analysis else []
            chosen = [b for b in brands if not query.brands or b in query.brands]
            for brand in chosen if "brand" in by else [None]:
                mood = analysis.sentiment.label if analysis and analysis.sentiment else None
                mood = analysis.attitude(brand) if analysis and brand else mood
                values = {
                    "brand": brand,
                    "platform": each.post.platform,
                    "kind": each.post.kind,
                    "label": mood,
                    "time": step
                    and each.post.published_at
                    and _floor(each.post.published_at, step),
                }
                key = tuple(values[axis] for axis in by)
                author = each.post.author
                what = analysis.copy_of if analysis and analysis.copy_of else each.post.words
                if once and author and (key, author.id, what) in said:
                    continue
                said.add((key, author and author.id, what))
                cells.setdefault(key, Counter()).update(["posts", *([mood] if mood else [])])
        return [Count(by=key, **cells[key]) for key in sorted(cells)]

    def voices(self, query, by=(), *, step=None):
        return self.count(query, by, step=step, once=True)

    def authors(self, query):
        return len({each.post.author.id for each in self.search(query) if each.post.author})

    def terms(self, query):
        return Counter(
            token
            for each in self.search(query)
            if each.analysis
            for token in set(each.analysis.tokens)
        )

    def get(self, key):
        return next((each for each in self.documents if each.post.key == key), None)

    def coverage(self, since, until):
        return [each for each in self.ledger if since <= each.hour < until]


def _floor(moment: datetime, step: Any) -> datetime:
    monday = datetime(1970, 1, 5, tzinfo=SHANGHAI)
    return monday + (moment.astimezone(SHANGHAI) - monday) // step.width * step.width


@pytest.fixture
def store() -> ListStore:
    return ListStore()


@pytest.fixture
def say(store: ListStore, make_post: Any, make_analysis: Any) -> Callable[..., str]:
    """``say(hours_ago, label, brands, text=…)``: one post into *store*, its key back."""

    def put(
        ago: float | None, label: Any = "neutral", brands: Any = ("云雀",), **given: Any
    ) -> str:
        number = len(store.documents) + 1
        text = given.pop("text", f"云雀手机第{number}条")
        author = given.pop("author", f"a{number}")
        tokens, copy_of = given.pop("tokens", ()), given.pop("copy_of", None)
        suspected, likes = given.pop("suspected", False), given.pop("likes", None)
        post = make_post(
            str(number),
            text,
            author=author and Author(id=author),
            published_at=None if ago is None else NOW - timedelta(hours=ago),
            url=f"https://weibo.example/{number}",
            **given,
        )
        analysis = label and make_analysis(
            post, label, brands=brands, tokens=tuple(tokens), copy_of=copy_of
        )
        store.documents.append(
            Document(
                post=post,
                analysis=analysis,
                indexed_at=NOW,
                suspected=suspected,
                engagement=None if likes is None else Engagement(observed_at=NOW, likes=likes),
            )
        )
        return post.key

    return put


@pytest.fixture
def blind(store: ListStore) -> Callable[..., None]:
    """``blind(hours_ago, seeing=…)``: one hour into the ledger."""

    def note(ago: int, *, seeing: bool = False, source: str = "feed a") -> None:
        store.ledger.append(
            Coverage(
                source=source,
                hour=NOW - timedelta(hours=ago),
                verdict="ok" if seeing else "captcha",
                requests=1,
                failures=0 if seeing else 1,
            )
        )

    return note
