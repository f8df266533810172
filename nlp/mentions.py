"""Where a text means a brand, and why each other place does not.

Offsets are code points into the text as given (:attr:`tingfeng.Post.words`). All of it counts, also
what a repost quotes: to pass on a complaint about a brand is to talk about it. The rules, in the
order in which a candidate meets them; ``rule`` names the one that decided:

* ``inside word``   the name stands inside a Latin word (mac in machine) or number (3M in 13M)
* ``gap``           the name has a blank where nobody would write one
* ``inside:小米粥``  a longer name of the lexicon covers it: the longest wins
* ``address``       it is part of a link
* ``account``       it is part of somebody's @name. Accepted is an account that is the brand's own
  by its name: ``@小米``, ``@小米官方旗舰店``, but not ``@爱吃小米的猫``. Accepted too: ``//@小米:``
  and ``回复@小米:``, for a repost of the brand or an answer to it is talk about it. An ambiguous name
  still needs its context: people call themselves 苹果. About well-known names an engine decides
* ``emoticon``      ``[苹果]`` is a picture, when the name is ambiguous
* ``never:粥``       a word of the negative context stands near
* ``near:手机``      accepted for a word of the positive context
* ``official``     accepted: an ambiguous name in an account that calls itself official (@小米官方)
* ``topic``        accepted: an ambiguous name is all of a topic (#小米#)
* ``no context``    an ambiguous name without any such word
* ``model:0.93``    an engine read the place and gave this probability: it decides about ambiguous
  names, unless words that the users chose themselves have spoken. See :mod:`nlp.sense`
* ``boundary``      accepted: a Latin name, free on both sides (mac in 买了mac)
* ``again``         another name of the same brand was accepted at this very place (Apple Watch and
  AppleWatch, M·A·C and MAC)
* ``plain``         accepted: the name needs no context
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nlp.clean import ACCOUNT, EMOTICON, LINK
from nlp.context import OFFICIAL, Context, Verdict, is_official, is_topic
from nlp.nicknames import known
from nlp.surface import Surface, plain, sound, spellings
from tingfeng import Alias, Brand, Entity


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One place where a name of the lexicon stands."""

    alias: str
    """The entry of the lexicon."""

    brand: str
    start: int
    end: int
    """Offsets in code points: ``text[start:end]`` is what was written."""

    entity: Entity = "brand"
    accepted: bool
    rule: str
    """Why, see the module."""

    open: bool = False
    """The rules alone said so; an engine that reads the place may overrule them."""

    hint: float | None = None
    """How far the context words speak for (1) or against (0) the brand; ``None``: none do."""


@dataclass(frozen=True, slots=True)
class _Entry:
    brand: str
    alias: Alias
    breaks: frozenset[int]
    context: Context


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    spelling: int
    breaks: tuple[int, ...]


class MentionFinder:
    """Finds the names of *brands* in texts: one automaton, however many names."""

    def __init__(self, brands: Iterable[Brand]) -> None:
        import ahocorasick_rs

        entries: dict[str, list[_Entry]] = {}
        for brand in brands:
            for alias in brand.aliases:
                context = Context(alias)
                for flat, breaks in spellings(alias.text).items():
                    entries.setdefault(flat, []).append(_Entry(brand.name, alias, breaks, context))
        self._spellings = list(entries)
        self._entries = list(entries.values())
        # Overlapping, not leftmost-longest: where the longest name fails at a boundary, a shorter
        # one at the same place may still hold.
        self._automaton: Any = (
            ahocorasick_rs.AhoCorasick(self._spellings, matchkind=ahocorasick_rs.MATCHKIND_STANDARD)
            if entries
            else None
        )

    def candidates(self, text: str) -> list[Candidate]:
        """The places of *text* that are accepted or still open, by start."""
        return [found for found in self.judged(text) if found.accepted or found.open]

    def judged(self, text: str) -> list[Candidate]:
        """Every place of *text* where a name stands whole, as the rules judge it, by start."""
        return list(self._judged(text, every=False))

    def find(self, text: str, judge: Judge | None = None) -> list[Candidate]:
        """The accepted mentions of *text*, by start; open ones decided by *judge*, without one by
        the rules.
        """
        found = self.candidates(text)
        return [one for one in settled(found, _asked(text, found, judge)) if one.accepted]

    def explain(self, text: str, judge: Judge | None = None) -> list[Candidate]:
        """Every place where a name stands, accepted or not, by start, longest first; open ones
        decided by *judge*, without one by the rules.
        """
        found = list(self._judged(text, every=True))
        decided = settled(found, _asked(text, found, judge))
        return sorted(decided, key=lambda one: (one.start, -one.end, one.brand, one.alias))

    def _judged(self, text: str, *, every: bool) -> Iterator[Candidate]:
        surface = Surface(text)
        if self._automaton is None:
            return
        try:
            matches = self._automaton.find_matches_as_indexes(surface.flat, overlapping=True)
        except UnicodeEncodeError:
            yield from self._judged(sound(text), every=every)
            return
        if not matches:
            return
        whole: list[tuple[_Hit, list[_Entry]]] = []
        for spelling, start, end in matches:
            hit = _Hit(surface.origin(start), surface.origin(end - 1) + 1, spelling,
                       tuple(surface.gaps(start, end)))  # fmt: skip
            entries = self._entries[spelling]
            inside = not _on_boundary(surface, hit)
            fitting = [] if inside else [e for e in entries if e.breaks.issuperset(hit.breaks)]
            if fitting:
                whole.append((hit, fitting))
            if every:
                rule = "inside word" if inside else "gap"
                yield from (
                    _said(hit, e, Verdict(False, rule)) for e in entries if e not in fitting
                )
        yield from self._longest(surface, whole)

    def _longest(
        self, surface: Surface, whole: list[tuple[_Hit, list[_Entry]]]
    ) -> Iterator[Candidate]:
        whole.sort(key=lambda pair: (pair[0].start, -pair[0].end))
        zones = _Zones(surface.text) if whole else None
        reached, winner = -1, ""
        last: tuple[int, int] | None = None
        for hit, entries in whole:
            # Two spellings may stand at the very same place: neither is inside the other.
            covered = hit.start < reached and (hit.start, hit.end) != last
            if not covered:
                reached, winner = hit.end, surface.text[hit.start : hit.end]
                last = (hit.start, hit.end)
            for entry in entries:
                if covered:
                    yield _said(hit, entry, Verdict(False, f"inside:{winner}"))
                    continue
                assert zones is not None
                refused = zones.refuse(hit.start, hit.end, entry.alias)
                sign = zones.sign(surface.folded, hit)
                if refused:
                    # @小米科技的老王 may be anybody: of names that an engine knows it may judge.
                    unsure = refused == "account" and known(entry.alias.text)
                    verdict = Verdict(False, refused, unsure)
                else:
                    verdict = entry.context.judge(surface.folded, hit.start, hit.end, sign)
                yield _said(hit, entry, verdict)


def _said(hit: _Hit, entry: _Entry, verdict: Verdict) -> Candidate:
    return Candidate(
        alias=entry.alias.text, brand=entry.brand, start=hit.start, end=hit.end,
        entity=entry.alias.entity, accepted=verdict.accepted, rule=verdict.rule,
        open=verdict.open, hint=verdict.hint,
    )  # fmt: skip


Judge = Callable[[str, Sequence[Candidate]], Sequence[float | None]]
"""For each candidate in a text, how probably it means the brand; ``None``: cannot tell. Of an engine
makes one :func:`nlp.sense.judge`."""

LIKELY = 0.5
"""From this probability on a name is taken for the brand."""


def _asked(
    text: str, found: Sequence[Candidate], judge: Judge | None
) -> Sequence[float | None] | None:
    return judge(text, found) if judge and any(one.open for one in found) else None


def settled(
    found: Sequence[Candidate], meant: Sequence[float | None] | None = None
) -> list[Candidate]:
    """*found*, in the order in which they were found, as finally decided; *meant*: what an engine
    says of each.

    Of two names of one brand at one place the first accepted stays, the other is ``again``.
    """
    decided: list[Candidate] = []
    spoken: set[tuple[int, int, str]] = set()
    for one, odds in zip(found, meant or [None] * len(found), strict=True):
        if one.open and odds is not None:
            one = replace(one, accepted=odds >= LIKELY, rule=f"model:{odds:.2f}")
        place = (one.start, one.end, one.brand)
        if one.accepted and place in spoken:
            one = replace(one, accepted=False, rule="again")
        if one.accepted:
            spoken.add(place)
        decided.append(one)
    return decided


def _on_boundary(surface: Surface, hit: _Hit) -> bool:
    """Whether the name does not go on to the left or right as a Latin word or a number.

    A letter may stand before a digit and after one: iPhone16Pro. A capital begins a new word:
    OPPOReno. 3M in 5.3M is a number; so is TB, as any name of up to three letters, in 2TB.
    """
    folded, raw, start, end = surface.folded, surface.text, hit.start, hit.end
    before, first = folded[start - 1 : start], folded[start]
    last, after = folded[end - 1], folded[end : end + 1]
    if before and (_latin(before) or before.isdigit()):
        short = end - start <= 3 and folded[start:end].isalpha()
        if first.isdigit() or (_latin(first) and (_latin(before) or short)):
            return False
    if first.isdigit() and before == "." and folded[max(start - 2, 0)].isdigit():
        return False
    if _latin(last) and after and _latin(after):
        return raw[end].isupper() and (raw[end - 1].islower() or raw[end + 1 : end + 2].islower())
    return not (last.isdigit() and after and after.isdigit())


def _latin(char: str) -> bool:
    return char < "\u0250" and char.isalpha()


class _Zones:
    """The parts of a text that are accounts, links and pictures."""

    __slots__ = ("accounts", "emoticons", "links", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.links = [m.span() for m in LINK.finditer(text)] if "." in text else []
        self.accounts = (
            [m.span(1) for m in ACCOUNT.finditer(text)] if "@" in text or "＠" in text else []
        )
        self.emoticons = [m.span() for m in EMOTICON.finditer(text)] if "[" in text else []

    def refuse(self, start: int, end: int, alias: Alias) -> str:
        """Why a name may not stand here; empty if it may."""
        if _holding(self.links, start, end):
            return "address"
        account = _holding(self.accounts, start, end)
        if account:
            rest = self.text[account[0] : start] + self.text[end : account[1]]
            if not OFFICIAL.fullmatch(plain(rest)):
                return "account"
        if alias.near and _holding(self.emoticons, start, end):
            return "emoticon"
        return ""

    def sign(self, folded: str, hit: _Hit) -> str:
        """Where the name stands as only the brand's does: in an account that calls itself official,
        or as all of a topic.
        """
        account = _holding(self.accounts, hit.start, hit.end)
        if account:
            beside = folded[account[0] : hit.start] + folded[hit.end : account[1]]
            return "official" if is_official(beside) else ""
        return "topic" if is_topic(folded, hit.start, hit.end) else ""


def _holding(spans: Sequence[tuple[int, int]], start: int, end: int) -> tuple[int, int] | None:
    return next((span for span in spans if span[0] < end and start < span[1]), None)
