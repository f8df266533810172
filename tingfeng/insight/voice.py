"""Share of voice: how much of the talk about these brands is about each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from tingfeng import Brand, Count, Lang, Message, PostStore
from tingfeng.core.platforms import platform_name
from tingfeng.insight.counted import Counted, Scope, command, counted, has_data
from tingfeng.insight.period import Period
from tingfeng.insight.proportion import Proportion, growth, percent
from tingfeng.insight.sentiment import Split
from tingfeng.insight.table import Table, columns

ROLES = {"own": Message("本品", "own"), "competitor": Message("竞品", "competitor")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """One brand among the others."""

    brand: str
    role: Literal["own", "competitor"]
    split: Split
    share: float | None
    """Of all mentions of the brands asked for, 0 to 1; ``None``: nobody was mentioned."""

    before: int | None
    """Posts in the period before; ``None``: no data then."""

    share_before: float | None
    year_before: int | None
    """Posts of the same dates a year earlier (同比); ``None``: no data then."""

    authors: int
    voices: int
    """An author who says the same thing many times counts once."""

    platforms: tuple[tuple[str, int], ...]
    """Platform and posts, most first."""

    command: str
    """Lists the posts."""

    @property
    def points(self) -> float | None:
        """Change of the share, as a fraction: 0.05 is five percentage points up."""
        known = self.share is not None and self.share_before is not None
        return (self.share or 0) - (self.share_before or 0) if known else None

    @property
    def negative(self) -> Proportion:
        """Negative share of the judged posts about this brand."""
        return self.split.share("negative")

    def as_json(self) -> dict[str, Any]:
        """Keys ``brand role posts share before share_before points growth year_before
        growth_year authors voices platforms split command``; ``platforms`` maps platform to posts.
        """
        return {
            "brand": self.brand, "role": self.role, "posts": self.split.posts,
            "share": self.share, "before": self.before, "share_before": self.share_before,
            "points": self.points, "growth": growth(self.split.posts, self.before),
            "year_before": self.year_before,
            "growth_year": growth(self.split.posts, self.year_before),
            "authors": self.authors, "voices": self.voices, "platforms": dict(self.platforms),
            "split": self.split.as_json(), "command": self.command,
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceAnswer:
    """Share of voice in a period."""

    counted: Counted
    mentions: int
    """Sum over the brands: a post that names two counts for both."""

    brands: tuple[Voice, ...]
    """Most posts first; every brand asked for, also with none."""

    def sentence(self) -> Message:
        """Who leads."""
        if not self.mentions:
            return Message(
                "数据不足：没有提到这些品牌的帖子", "not enough data: no brand mentioned"
            )
        top, n = self.brands[0], self.mentions
        return Message(
            f"{top.brand} 声量占 {percent(top.share)}，居首（n={n}）",
            f"{top.brand} leads with {percent(top.share)} of the talk (n={n})",
        )

    def as_json(self) -> dict[str, Any]:
        """Keys ``counted mentions brands``."""
        return {
            "counted": self.counted.as_json(),
            "mentions": self.mentions,
            "brands": [voice.as_json() for voice in self.brands],
        }

    def table(self) -> Table:
        """One row a brand."""
        return Table(
            name=Message("声量占比", "share of voice"),
            columns=columns(
                ("品牌", "brand"), ("角色", "role"), ("声量", "posts"), ("占比", "share", "share"),
                ("占比变化", "change of share", "points"), ("环比", "growth", "change"),
                ("同比", "on last year", "change"), ("作者数", "authors"), ("负面占比", "negative share", "share"),
                ("情感 n", "judged"), ("平台", "platforms"), ("查看命令", "command", "command"),
            ),
            rows=tuple(
                (
                    each.brand, ROLES[each.role], each.split.posts, each.share, each.points,
                    growth(each.split.posts, each.before),
                    growth(each.split.posts, each.year_before), each.authors,
                    each.negative.share, each.negative.of, _platforms(each.platforms),
                    each.command,
                )
                for each in self.brands
            ),
            notes=(self.sentence(), self.counted.sentence(), DEFINITION),
        )  # fmt: skip


def _platforms(counts: tuple[tuple[str, int], ...]) -> Message:
    """Every platform with its posts, as readers call it."""

    def told(lang: Lang) -> str:
        return "  ".join(f"{platform_name(id, lang)} {posts}" for id, posts in counts)

    return Message(told("zh"), told("en"))


DEFINITION = Message(
    "声量占比 = 提到该品牌的帖子 ÷ 各品牌帖子之和；一条帖子提到两个品牌，两边各算一次。",
    "Share of voice = posts naming the brand / the sum over all brands; a post that names two "
    "counts for both.",
)


def voice(
    store: PostStore,
    brands: Sequence[Brand],
    period: Period,
    *,
    now: datetime,
    scope: Scope | None = None,
) -> VoiceAnswer:
    """Share of voice among *brands*, own ones and competitors."""
    scope = scope or Scope()
    names = tuple(brand.name for brand in brands)
    cells = _by_brand(store, names, period, scope)
    then = _known(store, names, period.before(), scope)
    last_year = _known(store, names, period.year_before(), scope)
    all_now = sum(cell.posts for cell in cells.values())
    all_then = sum(cell.posts for cell in then.values()) if then is not None else 0
    found = []
    for brand in brands:
        query = scope.query(period, brand.name)
        cell, before = cells.get(brand.name) or Count(by=(), posts=0), _of(then, brand.name)
        platforms = store.count(query, ("platform", "brand"))
        found.append(
            Voice(
                brand=brand.name,
                role=brand.role,
                split=Split.of(cell),
                share=cell.posts / all_now if all_now else None,
                before=before,
                share_before=before / all_then if before is not None and all_then else None,
                year_before=_of(last_year, brand.name),
                authors=store.authors(query),
                voices=sum(each.posts for each in store.voices(query)),
                platforms=tuple(
                    sorted(((str(c.by[0]), c.posts) for c in platforms), key=lambda p: (-p[1], p))
                ),
                command=command(query),
            )
        )
    return VoiceAnswer(
        counted=counted(store, None, period, scope, now),
        mentions=all_now,
        brands=tuple(sorted(found, key=lambda each: -each.split.posts)),
    )


def _of(cells: dict[str, Count] | None, name: str) -> int | None:
    if cells is None:
        return None
    return cells[name].posts if name in cells else 0


def _known(
    store: PostStore, names: tuple[str, ...], period: Period, scope: Scope
) -> dict[str, Count] | None:
    return _by_brand(store, names, period, scope) if has_data(store, period) else None


def _by_brand(
    store: PostStore, names: tuple[str, ...], period: Period, scope: Scope
) -> dict[str, Count]:
    if not names:
        return {}
    query = scope.query(period, brands=names)
    return {str(cell.by[0]): cell for cell in store.count(query, ("brand",))}
