"""A post while the story is being made: what will be seen of it, and what is true of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from tingfeng.core.analysis import Label
from tingfeng.core.post import Author, Kind, Precision

Part = Literal["everyday", "noise", "promotion", "crisis", "army", "creator"]
"""What brought a post into the story."""

Army = Literal["praise", "attack", "bought"]
"""``bought``: comments under a creator who pays for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is true of one post because it was written so."""

    label: Label | None
    """Attitude of the whole post; ``None``: there is nothing in it to read."""

    about: tuple[tuple[str, Label], ...] = ()
    """Brands the post means, each with the attitude to it."""

    part: Part = "everyday"
    ironic: bool = False
    army: Army | None = None

    def attitude(self, brand: str) -> Label | None:
        """The attitude to *brand*; ``None``: the post does not mean it."""
        return dict(self.about).get(brand)


@dataclass(slots=True, kw_only=True, eq=False)
class Draft:
    """One post to be, without the id that its place in the story gives it."""

    platform: str
    at: datetime
    answer: Answer
    text: str = ""
    title: str = ""
    kind: Kind = "post"
    author: Author | None = None
    parent: Draft | None = None
    orphan: bool = False
    """A comment or repost whose parent is still to be found among earlier posts."""

    dated: bool = True
    precision: Precision = "second"
    rating: float | None = None
    place: str | None = None
    media: Literal["image", "video"] | None = None
    tags: tuple[str, ...] = ()
    fame: float = 1.0
    """Likes it gathers in the end, before the platform's own scale."""

    flat: bool = False
    """Likes come in one step and bring no comments: they were bought."""

    heat: int | None = None
    visits: tuple[float, ...] = field(default=())
    """Hours after the first sighting at which the crawler looks again."""

    edited: str = ""
    """The text it is changed into after four hours."""

    def turn(self, label: Label) -> None:
        """Make it a post with another attitude to the same brands."""
        about = tuple((brand, label) for brand, _ in self.answer.about)
        self.answer = replace(self.answer, label=label, about=about)
