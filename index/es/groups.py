"""Near-duplicate groups in the cluster: which are suspected, and who must be told."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import uuid4

from index.es.documents import Stored
from index.es.fetching import patiently
from index.es.posts import Posts
from index.es.questions import Dsl
from index.es.shelf import Shelf
from index.facts import split_key
from tingfeng import SUSPECT_AUTHORS, SUSPECT_COPIES

_ALIVE = 600.0
"""Seconds after which whoever noted something is taken for dead: a write waits no longer."""

_ROOTS = 500
"""Groups judged in one request."""


def touched(old: Stored | None, new: Stored) -> set[str]:
    """Groups whose size or authors change when *new* takes the place of *old*."""
    before, after = _member(old), _member(new)
    return set() if before == after else {root for root, _ in (before, after) if root is not None}


def _member(stored: Stored | None) -> tuple[str | None, str | None]:
    """Group and author."""
    if stored is None or stored.analysis is None:
        return None, None
    author = stored.post.author
    return stored.analysis.copy_of, None if author is None else author.id


class Groups:
    """Keeps the flag ``suspected`` of every member true, whatever is killed when."""

    def __init__(self, shelf: Shelf, posts: Posts) -> None:
        self._shelf, self._posts = shelf, posts

    def plan(self, roots: Iterable[str]) -> str:
        """Note that these groups must be judged; the name of the note. Empty: there are none."""
        listed = sorted(roots)
        if not listed:
            return ""
        name = str(uuid4())
        now = int(time.time())
        source = {"kind": "groups", "name": name, "seq": 0, "at": now, "kept": {"roots": listed}}
        self._shelf.put("desk", "groups", name, source=source, seen=None)
        return name

    def resume(self) -> None:
        """Judge what killed processes noted, and what living ones have: theirs they drop."""
        query = {"term": {"kind": "groups"}}
        for hit in list(self._shelf.all("desk", query, [{"seq": "asc"}], anew=True)):
            noted = hit["_source"]
            old = noted.get("at", 0) < time.time() - _ALIVE
            self.judge(noted["kept"]["roots"], noted["name"] if old else "")

    def judge(self, roots: Iterable[str], name: str) -> None:
        """Give every member of these groups the flag it deserves, and drop the note *name*."""
        listed = sorted(roots)
        for start in range(0, len(listed), _ROOTS):
            self._judge(listed[start : start + _ROOTS])
        if name:
            self._shelf.drop("desk", "groups", name)

    def _judge(self, roots: list[str]) -> None:
        suspects = self._suspects(roots)
        clear = [root for root in roots if root not in suspects]
        for group, flag in ((sorted(suspects), True), (clear, False)):
            query: Dsl = {
                "bool": {
                    "filter": [{"terms": {"copy_of": group}}, {"term": {"suspected": not flag}}]
                }
            }
            wrong = [
                split_key(hit["_source"]["post_key"])
                for hit in self._shelf.all("posts", query, [{"n": "asc"}], source=["post_key"])
            ]
            self._posts.change(wrong, lambda stored: _flagged(stored, suspects))

    def _suspects(self, roots: list[str]) -> set[str]:
        """Large enough, by enough authors; reposts left aside."""
        self._shelf.refresh("posts", always=True)
        counted: Dsl = {
            "terms": {"field": "copy_of", "size": len(roots), "min_doc_count": SUSPECT_COPIES},
            "aggs": {"authors": {"terms": {"field": "author.hash", "size": SUSPECT_AUTHORS}}},
        }
        never: list[Dsl] = [{"term": {"kind": "repost"}}]
        query: Dsl = {"bool": {"filter": [{"terms": {"copy_of": roots}}], "must_not": never}}
        cluster = self._shelf.cluster
        with cluster.said():
            answer = patiently(
                lambda: cluster.client.search(
                    index=cluster.names.alias("posts"),
                    size=0,
                    query=query,
                    aggs={"groups": counted},
                    allow_partial_search_results=False,
                )
            )
        return {
            group["key"]
            for group in answer["aggregations"]["groups"]["buckets"]
            if len(group["authors"]["buckets"]) >= SUSPECT_AUTHORS
        }


def _flagged(stored: Stored, suspects: set[str]) -> Stored | None:
    root: Any = None if stored.analysis is None else stored.analysis.copy_of
    flag = root in suspects
    return None if flag == stored.suspected else replace(stored, suspected=flag)
