"""Forgetting in the cluster: what people asked to have removed, and what is too old to be kept."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from uuid import uuid4

from index.es.documents import Stored
from index.es.found import Found
from index.es.groups import Groups
from index.es.packing import packed, unpacked
from index.es.posts import Posts
from index.es.questions import Dsl
from index.es.redaction import ElasticRedaction
from index.es.sweep import EXPUNGE_AFTER, expunge
from index.exhibits import clock
from index.facts import Key, split_key
from index.redact import Gone, incident_without, named, notice_without, quoted
from index.times import seconds_up
from tingfeng import Document, Incident, Notice, Post, Removal, post_hash

CHUNK = 500
"""Posts removed together."""

_BY_ARRIVAL: list[Dsl] = [{"n": "asc"}]


class ElasticRemoval(ElasticRedaction):
    """The part of :class:`tingfeng.PostStore` that takes posts out again.

    The refusal is written first, then what is to be removed, with its line of the audit: a kill
    leaves nothing that could come back, and a plan that whoever looks next carries out.
    """

    _posts: Posts
    _groups: Groups

    def forget(self, author: str, *, now: datetime, by: str = "", reason: str = "") -> list[str]:
        self.resume_removals()
        line = Removal(at=now, what="author", subject=author, posts=0, by=by, reason=reason)
        new = self._refuse("author", author)
        theirs: Dsl = {"term": {"author.hash": author}}
        keys = self._keys(theirs)
        if left := sorted(set(self._keys(theirs, "mentions")) - set(keys)):
            self._posts.sweep(left)  # by a writer that was killed before it wrote the post
        return self._forget(keys, line, new=new, copied=self._copied(keys, author))

    def forget_posts(
        self, keys: Iterable[str], *, now: datetime, by: str = "", reason: str = ""
    ) -> list[str]:
        self.resume_removals()
        removed = []
        for key in dict.fromkeys(keys):
            subject = post_hash(key)
            line = Removal(at=now, what="post", subject=subject, posts=0, by=by, reason=reason)
            there = self._posts.find([split_key(key)])
            found = [key for one in there.values() if one.stored is not None]
            if not found:
                self._posts.remove([key])  # a killed writer may have left something
            new, copied = self._refuse("post", subject), self._copied([key], "")
            removed += self._forget(found, line, new=new, copied=copied)
        return removed

    def _forget(
        self, keys: list[str], line: Removal, *, new: bool, copied: Sequence[str]
    ) -> list[str]:
        for key in (*keys, *copied):
            self._refuse("post", post_hash(key))
        if new or keys or copied:
            self._plan_removal(keys, line, copied)
        return keys

    def _plan_removal(self, keys: Sequence[str], line: Removal, copied: Sequence[str] = ()) -> None:
        name = str(uuid4())
        kept = {
            "keys": list(keys), "line": packed(replace(line, posts=len(keys))),
            "copied": list(copied),
        }  # fmt: skip
        plan = {"kind": "removing", "name": name, "seq": self._shelf.number(), "kept": kept}
        self._shelf.put("desk", "removing", name, source=plan, seen=None)
        self._carry_out_removal(plan)

    def resume_removals(self) -> None:
        """Carry out what a killed process was about to remove, and give up the bytes of what went."""
        self._expunge_due()
        for plan in list(self._listed("removing")):
            self._carry_out_removal(plan)

    def _carry_out_removal(self, plan: Dsl) -> None:
        name, kept = plan["name"], plan["kept"]
        self._remove(kept["keys"])
        asked = unpacked(Removal, kept["line"])
        if asked.what != "age":
            author = asked.subject if asked.what == "author" else ""
            copies = {*kept["keys"], *kept.get("copied", ())}
            if self._forget_copies(copies, author, asked.at):
                self._expunge()
        line = {"kind": "removal", "name": name, "seq": plan["seq"], "kept": kept["line"]}
        self._shelf.put("desk", "removal", name, source=line, seen=None)
        self._shelf.drop("desk", "removing", name)

    def expire(self, before: datetime, *, now: datetime, by: str = "", reason: str = "") -> int:
        end = {"lt": seconds_up(before), "format": "epoch_second"}
        undated: Dsl = {
            "bool": {
                "filter": [{"range": {"collected_at": end}}],
                "must_not": [{"exists": {"field": "published_at"}}],
            }
        }
        old: Dsl = {"bool": {"should": [{"range": {"published_at": end}}, undated]}}
        self.resume_removals()
        keys = self._keys(old)
        if keys:
            line = Removal(at=now, what="age", before=before, posts=0, by=by, reason=reason)
            self._plan_removal(keys, line)
        return len(keys)

    def audit(self) -> list[Removal]:
        return [unpacked(Removal, each["kept"]) for each in self._listed("removal")]

    def enqueue(self, notices: Sequence[Notice]) -> None:
        gone = self._gone(named(notices))
        super().enqueue([notice_without(each, gone) for each in notices])

    def _gone(self, keys: Sequence[str]) -> Gone:
        known = self._shelf.known("desk", [("refused", "post", post_hash(key)) for key in keys])
        return Gone(key for key, is_known in zip(keys, known, strict=True) if is_known)

    def save_incident(
        self,
        incident: Incident,
        notices: Sequence[Notice] = (),
        states: Mapping[str, str] = {},
        *,
        now: datetime | None = None,
    ) -> None:
        gone = self._gone(quoted(incident, notices))
        notices = [notice_without(each, gone) for each in notices]
        incident = incident_without(incident, gone)
        self._copy(incident, incident.evidence.posts, "evidence", now or clock())
        super().save_incident(incident, notices, states)

    def _refuses_post(self, document: Document) -> bool:
        post = document.post
        named = [("refused", "post", post_hash(post.key))]
        if post.author is not None:
            named.append(("refused", "author", post.author.id))
        return any(self._shelf.known("desk", named))

    def _refuse(self, what: str, subject: str) -> bool:
        """Whether it was not refused before."""
        source = {"kind": "refused", "name": f"{what} {subject}", "seq": 0}
        return self._shelf.put("desk", "refused", what, subject, source=source, seen=None)

    def _refused(self, posts: Sequence[Post], now: datetime) -> set[Key]:
        """Which of *posts* must not come in; those stored already and now known to be of a
        forgotten author are removed.
        """
        authors = sorted({post.author.id for post in posts if post.author is not None})
        named = [("author", author) for author in authors]
        named += [("post", post_hash(post.key)) for post in posts]
        known = self._shelf.known("desk", [("refused", *name) for name in named])
        refused = {name for name, is_known in zip(named, known, strict=True) if is_known}
        theirs = [post for post in posts if post.author and ("author", post.author.id) in refused]
        for post in theirs:
            self._turned_out(post, now)
        barred = [post for post in posts if ("post", post_hash(post.key)) in refused]
        there = self._posts.find((post.platform, post.id) for post in barred)
        self._remove([":".join(key) for key in there])  # it came in while it was forgotten
        return {(post.platform, post.id) for post in (*theirs, *barred)}

    def _turned_out(self, post: Post, now: datetime) -> None:
        """A post of a forgotten author."""
        assert post.author is not None
        self._refuse("post", post_hash(post.key))
        if any(one.stored for one in self._posts.find([(post.platform, post.id)]).values()):
            line = Removal(at=now, what="author", subject=post.author.id, posts=1)
            self._plan_removal([post.key], line)

    def _keys(self, query: Dsl, family: str = "posts") -> list[str]:
        # What others have just written is meant too.
        order = _BY_ARRIVAL if family == "posts" else [{"post_key": "asc"}]
        hits = self._shelf.all(family, query, order, source=["post_key"], anew=True)
        return [hit["_source"]["post_key"] for hit in hits]

    def _remove(self, keys: Sequence[str]) -> None:
        rest = iter(keys)
        while chunk := list(islice(rest, CHUNK)):
            self._remove_chunk(chunk)
        if keys:
            self._expunge()

    def _remove_chunk(self, keys: Sequence[str]) -> None:
        self._resume()
        found = self._posts.find(map(split_key, keys)).values()
        there = {one.stored.post.key: one for one in found if one.stored is not None}
        heirs = self._inherit(there)
        groups = {
            one.stored.analysis.copy_of
            for one in there.values()
            if one.stored and one.stored.analysis
        }
        roots = {root for root in groups if root is not None and root not in there} | set(
            heirs.values()
        )
        note = self._groups.plan(roots)
        self._posts.remove(keys)
        self._groups.judge(roots, note)
        self._drop_corrections(set(keys), heirs)
        self._redact(Gone(keys))

    def _inherit(self, going: dict[str, Found]) -> dict[str, str]:
        """Let groups whose first post goes live on under the earliest of those that are left."""
        query: Dsl = {
            "bool": {
                "filter": [{"terms": {"copy_of": list(going)}}],
                "must_not": [{"terms": {"post_key": list(going)}}],
            }
        }
        heirs: dict[str, str] = {}
        left = []
        fields = ["post_key", "copy_of"]
        for hit in self._shelf.all("posts", query, _BY_ARRIVAL, source=fields, anew=True):
            source = hit["_source"]
            heirs.setdefault(source["copy_of"], source["post_key"])
            left.append(split_key(source["post_key"]))
        self._posts.change(left, lambda stored: _renamed(stored, heirs))
        return heirs

    def _expunge(self) -> None:
        """Note that the bytes of deleted documents are to go: the server would not do it yet."""
        due = {"kind": "expunge", "name": "due", "seq": 0, "at": int(time.time() + EXPUNGE_AFTER)}
        self._shelf.put("desk", "expunge", "due", source=due)

    def _expunge_due(self) -> None:
        noted = self._shelf.get("desk", "expunge", "due")
        if noted is not None and noted["_source"]["at"] <= time.time():
            expunge(self.cluster)
            self._shelf.drop("desk", "expunge", "due")


def _renamed(stored: Stored, heirs: dict[str, str]) -> Stored | None:
    reading = stored.analysis
    if reading is None or reading.copy_of not in heirs:
        return None
    return replace(stored, analysis=replace(reading, copy_of=heirs[reading.copy_of]))
