"""Rules that need no statistics of opinion: who says it, and where it stands.

Each looks at single posts and says by which *mark* they count; what counts is how many different
marks there were within 24 hours. For a brand of which such things are said every day, what counts is
more than usual, as with red-line words.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import ClassVar, Literal, NamedTuple, Protocol, cast
from urllib.parse import urlsplit

from tingfeng import Document, Message
from tingfeng.alerts.rules import Firing
from tingfeng.alerts.share import DAY_BINS
from tingfeng.alerts.track import Evaluation

Sees = Literal["negative", "news", "hot"]
"""Which posts a rule is shown: negative voices, every voice in the news (an authority need not be
angry), or entries of hot lists."""

AGAINST = "!"
"""What the mark of a negative entry of a hot list ends with."""


class SignalRule(Protocol):
    """A rule over single posts; a rule as :class:`tingfeng.alerts.rules.Rule` besides."""

    name: str
    sees: ClassVar[tuple[Sees, ...]]

    def mark(self, document: Document, brand: str) -> str | None:
        """By what *document* counts, ``None``: not at all. Equal marks count once in 24 hours."""


def signals(rules: Iterable[object]) -> list[SignalRule]:
    """Those of *rules* that look at single posts."""
    return [cast("SignalRule", one) for one in rules if hasattr(one, "mark")]


class _Counting(NamedTuple):
    """What one signal adds up to."""

    marks: tuple[str, ...]
    threshold: float


def against(seen: Evaluation) -> int:
    """Negative entries of hot lists in 24 hours."""
    return sum(mark.endswith(AGAINST) for mark in seen.marks("hot"))


class _Signal:
    """How many different marks there are in 24 hours, against what is usual."""

    name: str
    least: int

    def _counted(self, seen: Evaluation) -> _Counting:
        marks, usual = seen.marks(self.name), seen.usual_marks.get(self.name, 0.0)
        # Below one a day each is news; above, three Poisson deviations over the usual.
        more = usual + 3 * math.sqrt(usual) if usual >= 1 else self.least
        return _Counting(marks, max(self.least, more))

    def firings(self, seen: Evaluation) -> list[Firing]:
        """One, if there are enough."""
        marks, threshold = self._counted(seen)
        if len(marks) < threshold:
            return []
        numbers = seen.scores[-1]
        says = self.says(marks)
        return [Firing(self.name, len(marks), threshold, DAY_BINS, numbers, says)]

    def quiet(self, seen: Evaluation) -> bool:
        """Whether there are too few."""
        marks, threshold = self._counted(seen)
        return len(marks) < threshold

    def says(self, marks: tuple[str, ...]) -> Message:
        """What was seen, for the sentence that says why."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class AccountRule(_Signal):
    """An account with very many followers says something negative: it is news by itself."""

    followers: int = 1_000_000
    """From a million on: the orange line. Below, a negative post raises an incident and opens none."""
    least: int = 1
    """Such voices within 24 hours."""
    sure: float = 0.8
    """How sure the reader must be of each: one reading decides, so a likely one is not enough."""

    name = "account"
    sees: ClassVar[tuple[Sees, ...]] = ("negative",)

    def mark(self, document: Document, brand: str) -> str | None:
        author = document.post.author
        if author is None or (author.followers or 0) < self.followers:
            return None
        if document.analysis is None or document.analysis.odds_against(brand) < self.sure:
            return None
        return f"{document.post.platform}:{author.id}"

    def says(self, marks: tuple[str, ...]) -> Message:
        few = f"{self.followers / 10000:g}万" if self.followers >= 10000 else f"{self.followers}"
        return Message(
            f"{len(marks)} 个粉丝不少于 {few} 的账号发负面",
            f"{len(marks)} account(s) with {self.followers:,} followers or more said something "
            "negative",
        )


@dataclass(frozen=True, slots=True)
class MediaRule(_Signal):
    """Several media carry something negative."""

    least: int = 3
    """Houses, each counted once: the orange line."""

    name = "media"
    sees: ClassVar[tuple[Sees, ...]] = ("negative",)

    def mark(self, document: Document, brand: str) -> str | None:
        post = document.post
        if post.platform != "news" and post.kind != "article":
            return None
        return house(host(post.url)) or None

    def says(self, marks: tuple[str, ...]) -> Message:
        names = _listed(marks)
        return Message(
            f"{len(marks)} 家媒体刊载负面（{names.zh}）",
            f"{len(marks)} media carry something negative ({names.en})",
        )


@dataclass(frozen=True, slots=True)
class HotRule(_Signal):
    """The brand stands on a hot list, with anything that is not praise."""

    least: int = 1

    name = "hot"
    sees: ClassVar[tuple[Sees, ...]] = ("hot",)

    def mark(self, document: Document, brand: str) -> str | None:
        attitude = document.analysis.attitude(brand) if document.analysis else None
        if document.post.kind != "hot" or attitude in (None, "positive"):
            return None
        return document.post.key + (AGAINST if attitude == "negative" else "")

    def says(self, marks: tuple[str, ...]) -> Message:
        lists = _listed(tuple(sorted({mark.partition(":")[0] for mark in marks})))
        return Message(
            f"登上热榜 {len(marks)} 条（{lists.zh}）",
            f"{len(marks)} entr{'y' if len(marks) == 1 else 'ies'} on hot lists ({lists.en})",
        )


class RegulatorRule(_Signal):
    """An authority or a medium that speaks for the centre writes of the brand, if not in praise.

    *more*: hosts or account names besides the shipped list (``data/authorities.txt``).
    """

    name = "regulator"
    sees: ClassVar[tuple[Sees, ...]] = ("negative", "news")

    def __init__(self, more: Iterable[str] = (), least: int = 1) -> None:
        self.least = least
        self.known = authorities(more)

    def mark(self, document: Document, brand: str) -> str | None:
        post = document.post
        attitude = document.analysis.attitude(brand) if document.analysis else None
        if attitude in (None, "positive"):
            return None
        name = post.author.name if post.author else None
        if name is not None and name in self.known:
            return self.known[name]
        here = host(post.url) if post.platform == "news" or post.kind == "article" else ""
        while here:
            if here in self.known:
                return self.known[here]
            here = here.partition(".")[2]
        return None

    def says(self, marks: tuple[str, ...]) -> Message:
        names = _listed(marks)
        return Message(
            f"监管或央媒发声（{names.zh}）", f"authorities or central media ({names.en})"
        )


def authorities(more: Iterable[str] = ()) -> Mapping[str, str]:
    """Hosts and account names, and whose they are."""
    text = files("tingfeng.alerts").joinpath("data/authorities.txt").read_text(encoding="utf-8")
    known = {}
    for line in (*text.splitlines(), *more):
        name, _, whose = line.partition("\t")
        if name.strip() and not line.startswith("#"):
            known[name.strip().lower()] = whose.strip() or name.strip()
    return known


def host(url: str) -> str:
    """Host of an address, without ``www.``; empty where there is none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:  # an address that is none, as exports have them
        return ""


_SECOND = frozenset({"com", "net", "org", "gov", "edu", "ac"})
"""Second levels under ``.cn`` and others, below which houses have their names."""


def house(name: str) -> str:
    """The part of a host that names its owner: ``finance.sina.com.cn`` is ``sina.com.cn``."""
    parts = name.split(".")
    long = len(parts) > 2 and len(parts[-1]) == 2 and parts[-2] in _SECOND
    return ".".join(parts[-3:] if long else parts[-2:])


def _listed(names: tuple[str, ...], most: int = 5) -> Message:
    shown = names[:most]
    rest = len(names) - len(shown)
    return Message(
        "、".join(shown) + (f" 等 {len(names)} 家" if rest else ""),
        ", ".join(shown) + (f" and {rest} more" if rest else ""),
    )
