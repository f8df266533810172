"""Who writes: ordinary people of five platforms, newcomers who were hired, and the known ones."""

from __future__ import annotations

import random
from functools import cache
from typing import Literal

from tingfeng.core.post import Author

Badge = Literal["none", "person", "organization"]

PEOPLE = 900
"""Ordinary accounts on each platform: with some 1,000 posts each, most write once or twice."""

_PLACES = (
    ("广东", 13), ("江苏", 8), ("山东", 8), ("浙江", 8), ("河南", 7), ("四川", 7), ("湖北", 5),
    ("河北", 5), ("湖南", 5), ("安徽", 5), ("北京", 5), ("上海", 5), ("福建", 4), ("陕西", 3),
    ("江西", 3), ("广西", 3), ("重庆", 3), ("辽宁", 3), ("云南", 2), ("天津", 2), ("黑龙江", 2),
    ("吉林", 2), ("山西", 2), ("贵州", 2), ("内蒙古", 1), ("新疆", 1), ("甘肃", 1), ("海南", 1),
    ("日本", 0.3), ("新加坡", 0.3), ("美国", 0.3),
)  # fmt: skip
"""Roughly by number of inhabitants."""

_NAMES = [name for name, _ in _PLACES]
_WEIGHTS = [weight for _, weight in _PLACES]


class Cast:
    """Hands out authors. An account keeps its followers, badge and place."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._newcomers = 0
        self._known: dict[str, tuple[Author, str | None]] = {}

    def anyone(self, platform: str) -> tuple[Author, str | None]:
        """Somebody ordinary and where they are; a few write much more than the others."""
        # The exponent makes the first tenth of accounts write about a quarter of all posts.
        number = int(PEOPLE * self._rng.random() ** 1.7)
        return self._account(f"{platform[0]}{number:05d}", platform)

    def newcomer(self, platform: str) -> tuple[Author, str | None]:
        """A fresh account: next to no followers, never used before."""
        self._newcomers += 1
        author = Author(
            id=f"{platform[0]}9{self._newcomers:05d}",
            followers=self._rng.randrange(13) if _shows_followers(platform) else None,
            verified="none" if platform == "weibo" else None,
        )
        return author, self._rng.choice(("河南", "广东", "福建"))

    def _account(self, id: str, platform: str) -> tuple[Author, str | None]:
        if id not in self._known:
            self._known[id] = (self._made(id, platform), self._place(platform))
        return self._known[id]

    def _made(self, id: str, platform: str) -> Author:
        # Median 150 followers, one in a hundred above 10,000.
        followers = int(self._rng.lognormvariate(5.0, 1.8))
        badge = self._rng.random()
        return Author(
            id=id,
            followers=followers if _shows_followers(platform) else None,
            verified=None if platform != "weibo" else _badge(badge),
        )

    def _place(self, platform: str) -> str | None:
        if platform == "jd" or self._rng.random() < 0.06:
            return None
        return self._rng.choices(_NAMES, _WEIGHTS)[0]


def _badge(chance: float) -> Badge:
    return "person" if chance < 0.03 else "organization" if chance < 0.04 else "none"


def _shows_followers(platform: str) -> bool:
    return platform in {"weibo", "zhihu"}


@cache
def known(role: str) -> Author:
    """An account that the story names: the media, the brand."""
    return {
        "media": Author(id="w80001", followers=2_310_000, verified="organization"),
        "brand": Author(id="w80002", followers=864_000, verified="organization"),
        "zhihu": Author(id="z80003", followers=41, verified=None),
        "victim": Author(id="w80004", followers=286, verified="none"),
    }[role]
