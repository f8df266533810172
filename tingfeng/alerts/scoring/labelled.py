"""Voices whose attitude is known already, as the product's own documents and bins."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tingfeng import Analysis, Author, Document, Label, Mention, Post, Sentiment
from tingfeng.alerts.issue_sketch import Gathering
from tingfeng.alerts.numbers import voice
from tingfeng.alerts.redline import RedlineWords
from tingfeng.alerts.scoring.played import Played
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
    keywords: tuple[str, ...] = ()
    """Telling words, by which issues are told apart; without them, pieces of the text."""

    @property
    def document(self) -> Document:
        """What the store would hold."""
        author = None if self.author is None else Author(id=self.author, followers=self.followers)
        post = Post(platform=self.platform, id=self.id, text=self.text, author=author,
                    published_at=self.at, collected_at=self.at)  # fmt: skip
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
        return Document(post=post, analysis=analysis, indexed_at=self.at)

    def _named(self) -> tuple[int, int]:
        start = self.text.find(self.brand)
        return (0, len(self.text)) if start < 0 else (start, start + len(self.brand))


def play(voices: Iterable[Voice], words: RedlineWords | None = None) -> Played:
    """Bins as the store counts them: copies by one author within a bin are one voice, and so is a
    post that comes twice.
    """
    red, silent = words or RedlineWords.shipped(), set()
    counts: dict[tuple[str, int], dict[str, tuple[int, int]]] = defaultdict(dict)
    signals: dict[tuple[str, int], tuple[int, int]] = defaultdict(lambda: (0, 0))
    telling: dict[str, dict[int, list[Document]]] = defaultdict(lambda: defaultdict(list))
    said: dict[tuple[str, int], Gathering] = defaultdict(Gathering)
    seen: set[tuple[object, ...]] = set()
    for one in sorted(voices, key=lambda one: (one.at, one.platform, one.id)):
        document, number = one.document, bin_of(one.at)
        place = (one.brand, number)
        if ("post", one.brand, document.post.key) in seen:
            continue
        seen.add(("post", one.brand, document.post.key))
        mark = (*place, one.platform, voice(document))
        negative = one.label == "negative"
        if negative:
            telling[one.brand][number].append(document)
            if one.inherited:
                silent.add((document.post.key, one.brand))
            red_words, followers = signals[place]
            fresh = ("red", *place, voice(document))
            hit = fresh not in seen and not one.inherited and bool(red.hits(document, one.brand))
            if hit:
                seen.add(fresh)
            signals[place] = (red_words + hit, max(followers, one.followers or 0))
            said[place].add(document, one.brand, voice(document), negative=True, red=hit)
        if mark not in seen:
            seen.add(mark)
            n, k = counts[place].get(one.platform, (0, 0))
            counts[place][one.platform] = (n + 1, k + negative)
    bins: dict[str, dict[int, Bin]] = defaultdict(dict)
    for (brand, number), found in counts.items():
        place = (brand, number)
        spoken = said[place].packed(sorted(found)) if place in said else b""
        bins[brand][number] = Bin(dict(sorted(found.items())), *signals[place], said=spoken)

    def claims(document: Document, brand: str) -> tuple[str, ...]:
        return () if (document.post.key, brand) in silent else red.hits(document, brand)

    return Played(bins, negatives=telling, words=claims)
