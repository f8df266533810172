"""What a rule would change, counted before it holds, and what it has changed, counted alike."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tingfeng.core.analysis import Analysis, Document
from tingfeng.core.correction import LabelRule
from tingfeng.pipeline.reading import gist

EXAMPLES = 5


@dataclass(slots=True, kw_only=True)
class Preview:
    """What a rule would change among stored posts."""

    looked: int = 0
    """Posts with a mention that the rule may be about."""
    posts: int = 0
    """Those in which an answer changes."""
    kept: int = 0
    """Those that keep their answers, but by another's word: the rule's, or no longer the rule's."""
    mentions: int = 0
    changes: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Mentions, by what they are now and what they would be."""
    examples: dict[tuple[str, str], list[tuple[str, str]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """For each of these, keys and words of :data:`EXAMPLES` posts."""

    def add(self, document: Document, before: Analysis, after: Analysis) -> None:
        """Count one post."""
        changes = _changes(before, after)
        self.looked += bool(before.mentions or after.mentions)
        self.posts += bool(changes)
        self.kept += not changes and gist(before) != gist(after)
        self.mentions += len(changes)
        for change in changes:
            self.changes[change] += 1
            if len(self.examples[change]) < EXAMPLES:
                self.examples[change].append((document.post.key, document.post.words))


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """Posts that followed what people said."""

    posts: int = 0
    """Those in which an answer changed."""
    kept: int = 0
    """Those that keep their answers, but by another's word."""

    @property
    def changed(self) -> int:
        """All of them."""
        return self.posts + self.kept

    def __add__(self, other: Renewed) -> Renewed:
        return Renewed(posts=self.posts + other.posts, kept=self.kept + other.kept)


def renewed(before: Mapping[str, Analysis], after: Iterable[Analysis]) -> Renewed:
    """Of the posts whose readings are *after* now, and were *before*, by key."""
    moved = [bool(_changes(before[one.key], one)) for one in after]
    return Renewed(posts=sum(moved), kept=len(moved) - sum(moved))


def hides(rule: LabelRule, history: Sequence[LabelRule]) -> bool:
    """Whether stored readings bear another answer of the same rule, and the reader must be asked."""
    return rule.label is None or any(one.label != rule.label for one in history)


def _changes(before: Analysis, after: Analysis) -> list[tuple[str, str]]:
    """What each mention was, and what it has become, where the two differ."""
    old, new = (
        {(one.brand, one.start, one.end): str(one.sentiment.label) for one in side.mentions}
        for side in (before, after)
    )
    pairs = [(old.get(at, "not_brand"), new.get(at, "not_brand")) for at in {**old, **new}]
    return [(was, now) for was, now in pairs if was != now]
