"""New and growing words: what people say of a brand now that they did not say before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from tingfeng import DAY, Brand, Document, Message, PostStore, Query
from tingfeng.insight.counted import Counted, Scope, command, counted, has_data, total
from tingfeng.insight.period import Period
from tingfeng.insight.proportion import Proportion, growth
from tingfeng.insight.table import NO, YES, Table, columns
from tingfeng.insight.terms import is_news, own_words, surprise

SURPRISE = 10.83
"""G² from which a word counts as growing: p < .001 with one degree of freedom. Strict, because
thousands of words are tried at once."""

MINIMUM_POSTS = 3
"""Different posts (copies of one text counted once) that a word must stand in: two people who
chance upon the same word are no topic."""

LOOK_BACK = timedelta(days=90)
"""A word is new if no post about the brand has it in so long before the period."""

NOTHING_BEFORE = Message(
    "上期没有足够数据可比，分不出新词与升温词，不列",
    "too little data before to compare with, so no word can be called new or growing",
)
"""In a report, where mere frequent words would be taken for news."""

_SAMPLE = 1000
"""Posts of one word that are looked through for copies; a longer list only grows more certain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word and the posts that have it."""

    word: str
    new: bool | None
    """Never seen in the look-back. ``None``: nothing to compare with."""

    posts: int
    """Of the period, copies included: what the command lists."""

    distinct: int
    """Different texts among them (near-duplicates once); of the first 1,000."""

    before: int | None
    """Posts of the period before; ``None``: no data then."""

    surprise: float | None
    """G² (Dunning 1993) of *distinct* against *before*; ``None``: no data then."""

    negative: Proportion
    """Negative among the judged posts that have it."""

    examples: tuple[str, ...]
    """Keys of up to three posts, most reactions first, each another text."""

    command: str

    def as_json(self) -> dict[str, Any]:
        """Keys ``word new posts distinct before growth surprise negative examples command``."""
        return {
            "word": self.word, "new": self.new, "posts": self.posts, "distinct": self.distinct,
            "before": self.before, "growth": growth(self.posts, self.before),
            "surprise": self.surprise, "negative": self.negative.as_json(),
            "examples": list(self.examples), "command": self.command,
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsAnswer:
    """New and growing words about a brand."""

    counted: Counted
    posts: int
    """Read posts of the period."""

    before: int | None
    """Read posts of the period before. ``None``: no data then; *words* are the frequent ones."""

    known_days: int
    """Days of the look-back of which the store holds any post."""

    look_back_days: int
    words: tuple[Word, ...]
    """Most surprising first; without data before, most frequent first."""

    def sentence(self) -> Message:
        """The finding, or that there is none."""
        if self.before is None:
            return Message(
                "数据不足：上期没有足够数据，分不出新词，以下只是高频词",
                "not enough data before to tell what is new; these are merely frequent",
            )
        if not self.words:
            return Message("没有明显增多的词", "no word has clearly grown")
        names = [each.word for each in self.words[:3]]
        fresh = sum(each.new is True for each in self.words)
        return Message(
            f"{len(self.words)} 个词明显增多（其中新词 {fresh} 个）：{'、'.join(names)}",
            f"{len(self.words)} words have clearly grown ({fresh} new): {', '.join(names)}",
        )

    def as_json(self) -> dict[str, Any]:
        """Keys ``counted posts before known_days look_back_days words``."""
        return {
            "counted": self.counted.as_json(), "posts": self.posts, "before": self.before,
            "known_days": self.known_days, "look_back_days": self.look_back_days,
            "words": [each.as_json() for each in self.words],
        }  # fmt: skip

    def table(self) -> Table:
        """One row a word."""
        return Table(
            name=Message("新词与升温词", "new and growing words"),
            columns=columns(
                ("词", "word"), ("新词", "new"), ("帖子", "posts"), ("不同内容", "distinct"),
                ("上期帖子", "posts before"), ("增长", "growth", "change"),
                ("负面占比", "negative share", "share"), ("情感 n", "judged"), ("G²", "G²"),
                ("例帖", "examples"), ("查看命令", "command", "command"),
            ),
            rows=tuple(
                (
                    each.word, {True: YES, False: NO, None: None}[each.new], each.posts,
                    each.distinct, each.before, growth(each.posts, each.before),
                    each.negative.share, each.negative.of,
                    None if each.surprise is None else round(each.surprise, 1),
                    " ".join(each.examples), each.command,
                )
                for each in self.words
            ),
            notes=(self.sentence(), self.counted.sentence(), self.definition),
        )  # fmt: skip

    @property
    def definition(self) -> Message:
        """What new and growing mean."""
        return Message(
            f"升温词：与上期相比 G²≥{SURPRISE}（p<0.001），且至少见于 {MINIMUM_POSTS} 条不同内容；"
            "本期近似重复的内容只算一次，上期按帖子数（所以不会虚高）。"
            f"新词：此前 {self.look_back_days} 天从未出现（其中 {self.known_days} 天库中有数据）。",
            f"Growing: G² of at least {SURPRISE} (p < .001) against the period before, in at "
            f"least {MINIMUM_POSTS} different texts; near-duplicates count once in this period, "
            "the period before is counted by posts, which errs on the safe side. New: not once "
            f"in the {self.look_back_days} days before (the store knows {self.known_days} of "
            "them).",
        )


def words(
    store: PostStore,
    brand: str | None,
    period: Period,
    *,
    now: datetime,
    brands: Sequence[Brand] = (),
    scope: Scope | None = None,
    look_back: timedelta = LOOK_BACK,
    limit: int = 20,
) -> WordsAnswer:
    """New and growing words about *brand* (``None``: in all posts).

    *brands*: the lexicon, whose own words are no news.
    """
    scope = scope or Scope()
    query, earlier = scope.query(period, brand), period.before()
    history = Period(since=period.since - look_back, until=period.since)
    read, old = total(store, query), None
    if has_data(store, earlier):
        old = total(store, scope.query(earlier, brand))
    known = store.count(Query(since=history.since, until=history.until), ("time",), step=DAY)
    asked = _Asked(store, brand, scope, period, history, read.posts - read.unread)
    then = old.posts - old.unread if old else None
    return WordsAnswer(
        counted=counted(store, brand, period, scope, now),
        posts=asked.posts,
        before=then,
        known_days=len(known),
        look_back_days=look_back.days,
        words=tuple(_best(asked, then, own_words(brands), limit)),
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """The question, with what every word of it needs."""

    store: PostStore
    brand: str | None
    scope: Scope
    period: Period
    history: Period
    posts: int

    def look(self, word: str, then: int | None) -> Word:
        """Count *word* as a search finds it, so that every figure can be listed."""
        text = f'"{word}"'
        query = self.scope.query(self.period, self.brand, text=text)
        cell = total(self.store, query)
        first = _by_copies(self.store.search(replace(query, order="liked", limit=_SAMPLE)))
        before = new = score = None
        if then is not None:
            earlier = self.scope.query(self.period.before(), self.brand, text=text)
            before = total(self.store, earlier).posts
            past = self.scope.query(self.history, self.brand, text=text)
            new = before == 0 and total(self.store, past).posts == 0
            score = surprise(min(len(first), self.posts), self.posts, before, max(then, before))
        return Word(
            word=word,
            new=new,
            posts=cell.posts,
            distinct=len(first),
            before=before,
            surprise=score,
            negative=Proportion(
                count=cell.negative, of=cell.negative + cell.neutral + cell.positive
            ),
            examples=tuple(first)[:3],
            command=command(query),
        )


def _best(asked: _Asked, then: int | None, own: frozenset[str], limit: int) -> list[Word]:
    now_in = asked.store.terms(asked.scope.query(asked.period, asked.brand))
    then_in: Mapping[str, int] = {}
    if then is not None:
        then_in = asked.store.terms(asked.scope.query(asked.period.before(), asked.brand))
    scores: dict[str, float] = {}
    for word, posts in now_in.items():
        if posts >= MINIMUM_POSTS and is_news(word, own):
            old = then_in.get(word, 0)
            g = float(posts) if then is None else surprise(posts, asked.posts, old, then)
            if then is None or g >= SURPRISE:
                scores[word] = g
    # Twice as many as wanted are looked at: copies counted once, some fall out again.
    tried = sorted(scores, key=lambda word: (-scores[word], word))[: 2 * limit]
    found = [asked.look(word, then) for word in tried]
    kept = [
        each
        for each in found
        if each.distinct >= MINIMUM_POSTS and (each.surprise is None or each.surprise >= SURPRISE)
    ]
    return sorted(kept, key=lambda each: -(each.surprise or each.posts))[:limit]


def _by_copies(documents: Iterator[Document]) -> dict[str, None]:
    """Key of the first document of each copy group."""
    groups: dict[str, str] = {}
    for document in documents:
        group = document.analysis.copy_of if document.analysis else None
        groups.setdefault(group or document.post.key, document.post.key)
    return dict.fromkeys(groups.values())
