"""A query as SQL: which rows it means, and with which label each counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from index.facts import split_key
from index.rows import ATTITUDES, CODES, PRECISE
from index.schema import UNDATED
from index.times import ORIGIN, microseconds, seconds_up
from tingfeng import Axis, Phrase, Query, Step, parse_words

UNREAD = "unread"
"""Cell of the axis ``label`` for posts without a sentiment (:attr:`Count.unread`)."""


@dataclass(slots=True)
class Selection:
    """FROM, WHERE and their arguments. Every row is one post (on axis ``brand``: and brand)."""

    source: str
    label: str
    """Expression: number of the attitude, NULL without one."""

    time: str
    """Expression: published, for ranges and order; undated posts sort before all others."""

    where: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)

    def select(self, columns: Sequence[str], *more: str) -> str:
        """The statement."""
        where = ["WHERE", " AND ".join(self.where)] if self.where else []
        return " ".join(["SELECT", ", ".join(columns), "FROM", self.source, *where, *more])

    def bind(self, name: str, given: Iterable[object]) -> str:
        """A parenthesised list of parameters holding *given*."""
        names = []
        for number, value in enumerate(given):
            self.values[f"{name}{number}"] = value
            names.append(f":{name}{number}")
        return f"({', '.join(names)})"

    def limit_to(self, column: str, name: str, given: Sequence[object]) -> None:
        """*column* must be one of *given*, if anything is given."""
        if given:
            self.where.append(f"{column} IN {self.bind(name, given)}")


def selection(query: Query, by: Sequence[Axis] = (), *, rare: bool = False) -> Selection:
    """What *query* means, split by the axes *by*. *rare*: its platforms have few posts, so that
    these are best looked up by their keys.
    """
    must, never = parse_words(query.text)
    chosen = _source(query, by, bool(must))
    if must:
        _match(chosen, must)
    if never:
        chosen.values["never"] = _fts(never, " OR ")
        chosen.where.append("p.n NOT IN (SELECT rowid FROM post_fts WHERE post_fts MATCH :never)")
    _limit_time(chosen, query, by)
    _limit_rest(chosen, query, rare)
    return chosen


_LISTED = (
    "post p CROSS JOIN stance s ON s.published = coalesce(p.published, {undated}) AND s.n = p.n"
)


def _source(query: Query, by: Sequence[Axis], text: bool) -> Selection:
    if not query.brands and "brand" not in by:
        # CROSS JOIN keeps the order of the loops: the words are rarer than the posts.
        source = "post_fts CROSS JOIN post p ON p.n = post_fts.rowid" if text else "post p"
        return Selection(source, "p.label", "p.published")
    if query.kinds == ("hot",) and query.seen_since is not None and len(query.brands) == 1:
        # Of a brand's posts few stand on hot lists, of which few were first seen then.
        chosen = Selection(_LISTED.format(undated=UNDATED), "s.label", "s.published")
        chosen.limit_to("s.brand", "brand", query.brands)
        return chosen
    if len(query.brands) < 2 or "brand" in by:
        chosen = Selection("stance s CROSS JOIN post p ON p.n = s.n", "s.label", "s.published")
        chosen.limit_to("s.brand", "brand", query.brands)
        return chosen
    # The answer for several brands at once is that of all their mentions together.
    chosen = Selection("", "s.label", "s.published")
    inner = Selection("stance", "", "published", values=chosen.values)
    inner.limit_to("brand", "brand", query.brands)
    _limit_time(inner, query, by)
    columns = ["published", "n", "min(label) AS label"]
    union = inner.select(columns, "GROUP BY published, n")
    chosen.source = f"({union}) s CROSS JOIN post p ON p.n = s.n"
    return chosen


def _match(chosen: Selection, must: Sequence[Phrase]) -> None:
    chosen.values["must"] = _fts(must, " AND ")
    if chosen.source.startswith("post_fts"):
        chosen.where.append("post_fts MATCH :must")
    else:
        chosen.where.append("p.n IN (SELECT rowid FROM post_fts WHERE post_fts MATCH :must)")


def _fts(phrases: Sequence[Phrase], glue: str) -> str:
    # Terms are letters and digits only (search_terms), so quoting needs no escape.
    return glue.join(f'"{" ".join(p.terms)}"{" *" if p.prefix else ""}' for p in phrases)


def _limit_time(chosen: Selection, query: Query, by: Sequence[Axis]) -> None:
    if query.since is None and query.until is None and "time" not in by and not query.precise:
        return
    since = UNDATED + 1 if query.since is None else seconds_up(query.since)
    chosen.values["since"] = since
    chosen.where.append(f"{chosen.time} >= :since")
    if query.until is not None:
        chosen.values["until"] = seconds_up(query.until)
        chosen.where.append(f"{chosen.time} < :until")


def _limit_rest(chosen: Selection, query: Query, rare: bool) -> None:
    if query.labels:
        codes = [CODES[label] for label in query.labels]
        chosen.limit_to(chosen.label, "label", codes)
    # "+" keeps SQLite from the index by key: it believes every platform to be rare, and would sort
    # a million posts for the newest twenty.
    chosen.limit_to("p.platform" if rare else "+p.platform", "platform", query.platforms)
    if query.kinds == ("hot",):
        # Spelt out, not bound: only so may SQLite use the index of hot lists.
        chosen.where.append("p.kind = 'hot'")
    else:
        chosen.limit_to("p.kind", "kind", query.kinds)
    if not query.kinds:
        chosen.where.append("p.kind <> 'hot'")
    if query.seen_since is not None:
        chosen.values["seen_since"] = seconds_up(query.seen_since)
        chosen.where.append("p.collected >= :seen_since")
    if query.seen_until is not None:
        chosen.values["seen_until"] = seconds_up(query.seen_until)
        chosen.where.append("p.collected < :seen_until")
    if query.suspected is not None:
        # Spelt out, not bound: only so may SQLite use the index of suspected posts.
        chosen.where.append(f"p.suspected = {int(query.suspected)}")
    if query.precise:
        chosen.where.append(f"p.precision <= {PRECISE}")
    if query.author is not None:
        chosen.values["author"] = query.author
        chosen.where.append("p.author = :author")
    if query.copies_of is not None:
        platform, id = split_key(query.copies_of)
        chosen.values |= {"root_platform": platform, "root_id": id}
        chosen.where += [_ROOT_IS_COPY, _IN_GROUP]


# The index on copy leaves out the posts that open a group, nearly all; hence the union.
_ROOT_IS_COPY = "p.copy = (SELECT n FROM post WHERE platform = :root_platform AND id = :root_id)"
_IN_GROUP = (
    "p.n IN (SELECT n FROM post WHERE platform = :root_platform AND id = :root_id"
    " UNION ALL SELECT n FROM post WHERE copy <> n AND copy ="
    " (SELECT n FROM post WHERE platform = :root_platform AND id = :root_id))"
)


def axis(name: Axis, chosen: Selection, step: Step | None) -> str:
    """The expression that a count is split by."""
    if name == "time":
        if step is None:
            raise ValueError("the axis time needs a step")
        return f"({chosen.time} - {ORIGIN}) * 1000000 / {microseconds(step.width)}"
    return {
        "brand": "s.brand",
        "platform": "p.platform",
        "kind": "p.kind",
        "label": chosen.label,
        "source": "p.source",
    }[name]


def label_name(code: int | None) -> str:
    """Value of the axis ``label``."""
    return UNREAD if code is None else ATTITUDES[code]
