"""A store of real texts for measurements of the cluster: made once, kept in the user's cache.

Texts are real; what a file of texts lacks (time, author, place, counts) is drawn, in proportions
that were seen on platforms. The store is a SQLite file like any other, put and read by the ordinary
parts, so that what is measured is what ``tingfeng es sync`` sends.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import blake2b
from itertools import chain, islice
from pathlib import Path
from typing import Literal

from benchmarks.machine import DATA
from benchmarks.tables import table
from index import changes
from index.connect import Database
from index.es.followed import Page, page
from index.sqlite import SQLiteStore
from nlp.duplicates import Grouper
from nlp.engines.linear import LinearEngine
from nlp.nicknames import suggest
from nlp.reader import BrandReader
from nlp.segment import RjiebaSegmenter
from servers.fetch import cache
from tingfeng import SHANGHAI, Author, Brand, Engagement, Kind, Observation, Post

WATCHED = (
    "苹果", "小米", "华为", "三星", "诺基亚", "联想", "索尼", "OPPO", "vivo", "荣耀", "海尔", "美的",
    "蒙牛", "伊利", "可口可乐", "肯德基", "麦当劳", "星巴克", "瑞幸", "海底捞", "美团", "京东", "淘宝",
    "微博", "微信", "携程", "兰蔻", "雅诗兰黛", "欧莱雅", "完美日记",
)  # fmt: skip
"""As many as a brand with its competitors in some lines of business watches."""

BRANDS = [Brand(name=name, aliases=suggest(name)) for name in WATCHED]

DAYS = 90
FROM = datetime(2026, 6, 1, tzinfo=SHANGHAI)
UNTIL = FROM + timedelta(days=DAYS)

RECIPE = 1
"""Of what is drawn below: a change makes another store."""

_PLACES = ("广东", "北京", "上海", "江苏", "浙江", "四川", "湖北", "山东", "河南", "福建", "美国")
_BADGES: tuple[Literal["none", "person", "organization"], ...] = ("none", "person", "organization")
_AUTHORS = 60_000
_PAGE = 2000


def store(count: int) -> Path:
    """File of a store with *count* posts, read by the linear engine for :data:`BRANDS`."""
    reader = BrandReader(BRANDS, LinearEngine(), RjiebaSegmenter())
    mark = blake2b(
        f"{reader.version} {reader.lexicon} {RECIPE}".encode(), digest_size=6
    ).hexdigest()
    file = cache().parent / "bench" / f"posts-{count}-{mark}.db"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(".new")
        for left in fresh.parent.glob(f"{fresh.name}*"):
            left.unlink()
        _fill(fresh, count, reader)
        fresh.rename(file)
    return file


def _fill(file: Path, count: int, reader: BrandReader) -> None:
    grouper, posts = Grouper(), observed(count)
    with closing(SQLiteStore(str(file))) as made:
        while some := list(islice(posts, _PAGE)):
            made.put(chain.from_iterable(some), now=UNTIL)
            first = [seen[0].post for seen in some]
            made.record(grouper.group(reader.read(first)))
    with closing(Database(str(file))) as log, log.writing() as db:
        changes.follow(db)


def pages(file: Path, size: int = _PAGE) -> Iterator[Page]:
    """What a sync from the beginning reads."""
    seq = 0
    with closing(Database(str(file))) as log:
        while True:
            with log.reading() as db:
                found = page(db, seq, size)
            if found.until == seq:
                return
            yield found
            seq = found.until


def observed(count: int) -> Iterator[list[Observation]]:
    """Every post with its one to three sightings, in the order of publishing."""
    dice = random.Random(5)
    posts = list(_posts())
    dice.shuffle(posts)
    if count > len(posts):
        raise ValueError(f"{len(posts)} texts are there, {count} are wanted")
    step = timedelta(days=DAYS) / count
    for number, post in enumerate(posts[:count]):
        at = (FROM + number * step).replace(microsecond=0)
        yield list(_sightings(_completed(post, number, at, dice), dice))


def _posts() -> Iterator[Post]:
    """What the files say, in their order: a bit of everything that people write."""
    for row in table(DATA, "emotion_smp2020"):
        yield _post("weibo", text=row["text"], source="weibo")
    for row in table(DATA, "weibo_ced_posts"):
        yield _post("weibo", text=row["text"], source="weibo")
    for row in table(DATA, "xhs_notes"):
        tags = tuple(row["tags"].replace("，", ",").split(",")) if row["tags"] else ()
        video = "video" if row["type"] == "video" else "image"
        made = _post("xiaohongshu", text=row["text"], source="mediacrawler-xiaohongshu")
        yield replace(made, title=row["title"], tags=tags[:10], media=video)
    for row in table(DATA, "jd_phone_comments"):
        yield _post("jd", text=row["text"], kind="review", source="jd")
    reviews = (row for row in table(DATA, "polarity") if row["role"] == "train")
    for row in islice(reviews, 50_000):
        yield _post("dianping", text=row["text"], kind="review", source="reviews")
    reposts = (row for row in table(DATA, "weibo_ced_reposts") if row["text"].strip())
    for row in islice(reposts, 100_000):
        made = _post("weibo", text=row["text"], kind="repost", source="weibo")
        yield replace(made, parent=row["post_id"])


def _post(platform: str, *, text: str, source: str, kind: Kind = "post") -> Post:
    return Post(
        platform=platform, id="", kind=kind, text=text.strip(), source=source, collected_at=FROM
    )


def _completed(post: Post, number: int, at: datetime, dice: random.Random) -> Post:
    id = f"{5_000_000_000_000_000 + number * 7919}"
    who = int(_AUTHORS * dice.random() ** 2)  # a third of all posts by a tenth of the authors
    verified = dice.choices(_BADGES, (85, 11, 4))[0]
    return replace(
        post, id=id, published_at=at, collected_at=at + timedelta(minutes=dice.randrange(5, 180)),
        url=f"https://{post.platform}.example.com/{who}/{id}",
        author=Author(
            id=blake2b(f"{post.platform} {who}".encode(), digest_size=16).hexdigest(),
            followers=int(dice.lognormvariate(5.5, 2.2)), verified=verified,
        ),
        place=dice.choice(_PLACES) if dice.random() < 0.7 else None,
        rating=float(dice.choice((1, 2, 4, 5, 5))) if post.kind == "review" else None,
    )  # fmt: skip


def _sightings(post: Post, dice: random.Random) -> Iterator[Observation]:
    """One for most posts; those that are seen again have gathered more."""
    looks = dice.choices((1, 2, 3), (60, 25, 15))[0]
    size = dice.lognormvariate(1.0, 1.8)
    for look in range(looks):
        seen_at = post.collected_at + timedelta(days=2 * look)
        size *= 1 + look
        counts = Engagement(
            observed_at=seen_at, likes=int(size), comments=int(size / 3), reposts=int(size / 5)
        )
        yield Observation(post=replace(post, collected_at=seen_at), engagement=counts)
