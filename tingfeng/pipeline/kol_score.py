"""From stored creators to scores: profiles, reference curves, pool, ratings, a run that is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from itertools import islice
from typing import TYPE_CHECKING, Any

from tingfeng import __version__
from tingfeng.core.creator_store import ScoreRun
from tingfeng.core.errors import InputError, SettingsError
from tingfeng.core.query import Query
from tingfeng.pipeline import kol_facts
from tingfeng.pipeline.kol_profiles import DAYS, Lens, profiles

if TYPE_CHECKING:
    from tingfeng.core.analysis import Document
    from tingfeng.core.ports import Store
    from tingfeng.kol.curves import Curves
    from tingfeng.kol.nouns import Profile
    from tingfeng.kol.pool import Pool
    from tingfeng.kol.relevance import BrandProfile
    from tingfeng.kol.scoring import Ratings
    from tingfeng.pipeline import Pipeline
    from tingfeng.pipeline.kol_target import Wanted

SAMPLE = 3000
"""Posts by which rare words are told from common ones."""

VALID = timedelta(days=30)
"""How long curves and pool of an earlier run are used again, so that scores can be compared."""

GROWN = 1.2
"""So many times as many creators make new curves and a new pool at once."""

ARCHIVE = timedelta(days=1)
"""A store whose newest post is older is an archive."""

_PAGE = 1000
"""Scores kept in one transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """All creators, scored for one brand."""

    run: ScoreRun
    brand: BrandProfile
    ratings: Ratings
    pool: Pool
    curves: Curves
    store: Store
    lens: Lens
    now: datetime
    today: datetime
    """The clock's; *now* is earlier where the store is an archive."""

    unread: int = 0
    """Works that were not analysed yet: dates and counts are all that is known of them."""

    def row(self, key: str) -> int:
        """Where *key* stands; raises InputError where it is not stored."""
        try:
            return self.ratings.measures.keys.index(key)
        except ValueError:
            raise InputError(
                f"库里没有达人 {key}：tingfeng kol list 列出在库的，tingfeng kol import 导入",
                f"no creator {key} is stored: `tingfeng kol list` shows who is, `tingfeng kol import`"
                " takes them in",
            ) from None

    def profile(self, key: str) -> Profile:
        """Of one creator, with works and evidence."""
        self.row(key)
        return next(profiles(self.store, [key], now=self.now, lens=self.lens))

    def order(self) -> list[int]:
        """Rows, the best first; who is vetoed or not known well enough comes last."""
        said = {"fit": 0, "review": 0, "not enough data": 1, "vetoed": 2}
        rated = self.ratings
        return sorted(
            range(len(rated)),
            key=lambda row: (
                said[rated.verdicts[row]],
                -rated.value[row],
                rated.measures.keys[row],
            ),
        )


def score_all(
    pipeline: Pipeline,
    asked: Wanted,
    *,
    refit: bool = False,
    keep: bool = True,
    advance: Callable[[int], None] = lambda _: None,
) -> Scored:
    """Score every stored creator, and *keep* the run unless the last one says the same.

    Raises:
        SettingsError: no brand.
        InputError: no creator is stored.

    """
    from tingfeng.kol.curves import Curves
    from tingfeng.kol.measures import Measures
    from tingfeng.kol.pool import Pool
    from tingfeng.kol.scoring import rate

    store = pipeline.store
    pipeline.forgetting.expire_creators()
    now = looked_at(store, pipeline.clock())
    kol_facts.waiting(store, now - timedelta(days=DAYS))
    brand = brand_profile(pipeline, asked)
    lens = Lens(corpus=brand.corpus)
    unread: list[int] = []
    measures = Measures.of(
        profiles(store, now=now, lens=lens, advance=advance, unread=unread.append),
        brand.target,
        now=now,
    )
    if not len(measures):
        raise InputError(
            "库里还没有达人：先用 tingfeng kol import 导入授权来源的名单",
            "no creator is stored: `tingfeng kol import` takes in a list from an authorised source",
        )
    before = None if refit else _before(store, asked, len(measures), now)
    if before:
        curves = Curves.of_plain(json.loads(before.about["curves"]))
        pool = Pool.of_plain(json.loads(before.about["pool"]))
    else:
        curves = Curves.fit(measures, currency=brand.target.currency)
        pool = Pool.of(measures, brand.target, curves)
    ratings = rate(measures, brand.target, pool, curves, now=now, tiers=asked.bounds())
    run = _run(asked, ratings, pool, curves, now, before)
    if keep:
        run = _kept(store, run, ratings)
    return Scored(
        run=run,
        brand=brand,
        ratings=ratings,
        pool=pool,
        curves=curves,
        store=store,
        lens=lens,
        now=now,
        today=pipeline.clock(),
        unread=sum(unread),
    )


def looked_at(store: Store, clock: datetime) -> datetime:
    """The moment of the look: *clock*, or the newest post of a store that nobody feeds any more, so
    that a folder of old exports is not scored as if all its creators had fallen silent.
    """
    newest = next((one.post.published_at for one in store.search(Query(limit=1))), None)
    return newest + ARCHIVE if newest and clock - newest > ARCHIVE else clock


def brand_profile(pipeline: Pipeline, asked: Wanted) -> BrandProfile:
    """What the brand asks for, from its posts, words and liked creators."""
    from tingfeng.kol.relevance import brand_of, rarity_of

    own = [one for one in pipeline.brands if one.role == "own"]
    name = asked.brand or (own[0].name if own else "")
    if not name:
        raise SettingsError(
            "为哪个品牌选达人？用 --brand，或在设置里写 [[brands]]",
            "creators for which brand? --brand, or [[brands]] in the settings",
        )
    rivals = asked.competitors
    if rivals is None:
        rivals = tuple(one.name for one in pipeline.brands if one.role == "competitor")
    store = pipeline.store
    aliases = [alias.text for one in pipeline.brands if one.name == name for alias in one.aliases]
    return brand_of(
        name,
        [one for key in asked.own for one in _posts_of(pipeline, key)],
        rarity=rarity_of(islice(store.search(Query(limit=SAMPLE)), SAMPLE)),
        keywords=asked.keywords,
        liked=[_posts_of(pipeline, key) for key in asked.like],
        names=aliases,
        categories=asked.categories,
        preset=asked.preset, competitors=rivals, red_lines=asked.red_lines, form=asked.form,
        currency=asked.currency, audience=asked.audience, weights=asked.weights(),
    )  # fmt: skip


def _posts_of(pipeline: Pipeline, key: str) -> Sequence[Document]:
    """What one account wrote, stored by name or not."""
    from tingfeng.core.privacy import Privacy

    platform, colon, id = key.partition(":")
    if not colon:
        raise SettingsError(
            f"账号写成 平台:编号，而不是 {key!r}", f"an account is platform:id, not {key!r}"
        )
    author = Privacy(pipeline.settings.key()).author(platform, id)
    query = Query(author=author, platforms=(platform,), kinds=("post", "article"), limit=500)
    return list(pipeline.store.search(query))


def _config(asked: Wanted) -> str:
    return _hash(asked.fingerprint(), __version__, kol_facts.version())


def _before(store: Store, asked: Wanted, count: int, now: datetime) -> ScoreRun | None:
    """The newest run of the same wishes whose curves and pool still hold."""
    for run in reversed(store.score_runs()):
        about = run.about
        if run.config == _config(asked) and "curves" in about:
            fresh = now - datetime.fromisoformat(about["fitted_at"]) <= VALID
            return run if fresh and count <= GROWN * int(about["fitted_on"]) else None
    return None


def _run(
    asked: Wanted,
    ratings: Ratings,
    pool: Pool,
    curves: Curves,
    now: datetime,
    before: ScoreRun | None,
) -> ScoreRun:
    # The day is an input: ages of works and events are counted in days.
    inputs = _hash(
        f"{now:%Y-%m-%d}", ratings.curve, ratings.pool, *ratings.measures.keys, ratings.value.tobytes(),
        ratings.values.tobytes(),
    )  # fmt: skip
    config = _config(asked)
    return ScoreRun(
        id=f"{now:%Y%m%dT%H%M%S}-{_hash(config, inputs)[:8]}",
        at=now, config=config, inputs=inputs, brand=ratings.target.brand, preset=ratings.target.preset,
        about={
            "curves": json.dumps(curves.plain()), "pool": json.dumps(pool.plain()),
            "fitted_at": before.about["fitted_at"] if before else now.isoformat(),
            "fitted_on": before.about["fitted_on"] if before else str(len(ratings)),
            "version": __version__,
        },
    )  # fmt: skip


def _kept(store: Store, run: ScoreRun, ratings: Ratings) -> ScoreRun:
    """*run* or, where it says the same, the last one of the same wishes."""
    last = next((one for one in reversed(store.score_runs()) if one.config == run.config), None)
    if last and last.inputs == run.inputs:
        return last
    scores = ratings.scores()
    while page := list(islice(scores, _PAGE)):
        store.keep_scores(
            run, {score.key: json.dumps(plain(score), ensure_ascii=False) for score in page}
        )
    return run


def plain(score: Any) -> dict[str, Any]:
    """A score as JSON, its sentences in both languages."""
    from tingfeng.kol.plain import score_json

    return score_json(score)


def _hash(*parts: str | bytes) -> str:
    digest = blake2b(digest_size=8)
    for part in parts:
        digest.update(part.encode() if isinstance(part, str) else part)
        digest.update(b"\0")
    return digest.hexdigest()


def several(scored: Scored, keys: Collection[str]) -> list[int]:
    """Rows of *keys*, in their order."""
    return [scored.row(key) for key in dict.fromkeys(keys)]


__all__ = ["Scored", "brand_profile", "plain", "score_all", "several"]
