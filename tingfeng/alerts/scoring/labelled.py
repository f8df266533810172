"""Voices whose attitude is known already, as the product's own documents and bins."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from tingfeng import Analysis, Author, Document, Engagement, Kind, Label, Mention, Post, Sentiment
from tingfeng.alerts.gathered import Gathered, voice
from tingfeng.alerts.numbers import KINDS
from tingfeng.alerts.redline import RedlineWords
from tingfeng.alerts.scoring.played import Played
from tingfeng.alerts.signals import Sees, SignalRule
from tingfeng.alerts.track import Bin, bin_of

READER = "labelled"
"""Whoever labelled them; no engine of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """One line of a labelled stream."""

    id: str
    at: datetime
    brand: str
    label: Label
    author: str | None = None
    text: str = ""
    cluster: str | None = None
    """Near-duplicate group; without it, copies are the same text."""
    platform: str = "unknown"
    followers: int | None = None
    place: tuple[int, int] | None = None
    """Offsets of the name in the text; by default where the brand's own name stands, and the whole
    text where it does not: whoever labelled it says that it is about the brand."""
    inherited: bool = False
    """It does not name the brand but stands under a post that does: red-line words in it are said of
    whoever it names."""
    kind: Kind = "post"
    engagement: int | None = None
    """What people did under it, in all."""
    url: str = ""
    author_name: str | None = None
    keywords: tuple[str, ...] = ()
    """Telling words, by which issues are told apart; without them, pieces of the text."""

    @property
    def sees(self) -> Sees | None:
        """As what a rule that looks at single posts is shown it."""
        if self.kind == "hot":
            return "hot"
        if self.label == "negative":
            return "negative"
        plain = self.label in ("neutral", "uncertain")
        return "news" if self.kind == "article" and plain else None

    @property
    def document(self) -> Document:
        """What the store would hold."""
        author = None if self.author is None else Author(
            id=self.author, name=self.author_name, followers=self.followers
        )  # fmt: skip
        post = Post(platform=self.platform, id=self.id, kind=self.kind, text=self.text, url=self.url,
                    author=author, published_at=self.at, collected_at=self.at)  # fmt: skip
        mood = Sentiment(
            label=self.label,
            negative=float(self.label == "negative"),
            neutral=float(self.label in ("neutral", "uncertain")),
            positive=float(self.label == "positive"),
        )
        start, end = self.place or self._named()
        mention = Mention(brand=self.brand, start=start, end=end, alias=self.brand, rule=READER,
                          sentiment=mood)  # fmt: skip
        said = self.cluster or self.text or None
        analysis = Analysis(platform=self.platform, id=self.id, reader=READER, lexicon=READER,
                            keywords=self.keywords, mentions=(mention,),
                            copy_of=said or post.key)  # fmt: skip
        seen = self.engagement
        done = None if seen is None else Engagement(observed_at=self.at, likes=seen)
        return Document(post=post, analysis=analysis, engagement=done, indexed_at=self.at)

    def _named(self) -> tuple[int, int]:
        start = self.text.find(self.brand)
        return (0, len(self.text)) if start < 0 else (start, start + len(self.brand))


def play(
    voices: Iterable[Voice],
    words: RedlineWords | None = None,
    signals: Sequence[SignalRule] = (),
) -> Played:
    """Bins as the store counts them: copies by one author within a bin are one voice, and so is a
    post that comes twice. *signals*: rules that look at single posts.
    """
    red, silent = words or RedlineWords.shipped(), set()
    counts: dict[tuple[str, int], dict[str, tuple[int, int]]] = defaultdict(dict)
    praise: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    telling: dict[str, dict[int, list[Document]]] = defaultdict(lambda: defaultdict(list))
    shown: dict[str, dict[int, list[tuple[Sees, Document]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    gathered: dict[tuple[str, int], Gathered] = defaultdict(Gathered)
    rules = {sees: [rule for rule in signals if sees in rule.sees] for sees in get_args(Sees)}
    seen: set[tuple[object, ...]] = set()
    for one in sorted(voices, key=lambda one: (one.at, one.platform, one.id)):
        document, place = one.document, (one.brand, bin_of(one.at))
        if ("post", one.brand, document.post.key) in seen:
            continue
        seen.add(("post", one.brand, document.post.key))
        if sees := one.sees:
            shown[one.brand][place[1]].append((sees, document))
            hit = sees == "negative" and not one.inherited and bool(red.hits(document, one.brand))
            gathered[place].add(document, one.brand, sees, rules[sees], red=hit)
            if sees == "negative":
                telling[one.brand][place[1]].append(document)
                if one.inherited:
                    silent.add((document.post.key, one.brand))
        mark = (*place, one.platform, voice(document))
        if one.kind not in KINDS:
            counts[place] |= {}
        elif mark not in seen:
            seen.add(mark)
            n, k = counts[place].get(one.platform, (0, 0))
            counts[place][one.platform] = (n + 1, k + (one.label == "negative"))
            if one.label == "positive":
                praise[place][one.platform] += 1
    bins: dict[str, dict[int, Bin]] = defaultdict(dict)
    for place, found in counts.items():
        bins[place[0]][place[1]] = gathered[place].bin(dict(sorted(found.items())), praise[place])

    def claims(document: Document, brand: str) -> tuple[str, ...]:
        return () if (document.post.key, brand) in silent else red.hits(document, brand)

    return Played(bins, negatives=telling, words=claims, shown=shown, signals=signals)
