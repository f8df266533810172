"""A real stream as brand series: Weibo posts of 2010 to 2013 with their timed reposts, and what the
product's walk would have told of it.

Two series a brand. ``named``: posts and reposts that name it, as the product counts them. ``thread``:
besides, all reposts under a post that names it, as a desk does that watches a known case. Attitude is
that of the shipped linear reader; nobody labelled these texts, so alarms are listed and not scored.
"""

from __future__ import annotations

import csv
import gzip
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from benchmarks.machine import DATA, ROOT, heading
from nlp.nicknames import brands, suggest
from nlp.reader import BrandReader, ReaderSettings
from tingfeng import SHANGHAI, Analysis, Author, Brand, Post
from tingfeng.alerts.redline import RedlineWords
from tingfeng.alerts.scoring.intervals import of_rate
from tingfeng.alerts.scoring.labelled import Voice
from tingfeng.alerts.scoring.stream import score

LEAST = 400
"""Voices of a brand; with fewer over three years there is nothing to watch."""
BATCH = 2048
PLATFORM = "weibo"


def main() -> None:
    reader = ReaderSettings(
        brands=tuple(Brand(name=name, aliases=suggest(name)) for name in brands()),
        sentiment={"use": "linear"},
    ).build()
    posts, reposts = _posts(), _reposts()
    readings = _read(reader, posts)
    about = {post.id: {mention.brand for mention in readings[post.key].mentions} for post in posts}
    wanted = [
        one for one in reposts if about.get(one.parent or "") or reader.mentions.find(one.words)
    ]
    readings |= _read(reader, wanted)
    series = {
        name: _voices([*posts, *wanted], readings, about if name == "thread" else {})
        for name in ("named", "thread")
    }
    roots = {one.key: one.parent or "" for one in wanted} | {one.key: one.id for one in posts}
    text = _page(reader.version, len(posts), len(reposts), len(wanted), series, roots)
    (ROOT / "benchmarks" / "alerts_stream.md").write_text(text, encoding="utf-8")
    print(text)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with gzip.open(DATA / name, "rt", encoding="utf-8", newline="") as source:
        yield from csv.DictReader(source)


def _at(text: str) -> datetime | None:
    """``None``: it names no year (``01月22日 17:09``), and what it was shown beside is not known."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)
    except ValueError:
        return None


def _posts() -> list[Post]:
    return [
        Post(platform=PLATFORM, id=row["post_id"], text=row["text"], published_at=at,
             author=_author(row["user"], row["followers"]), collected_at=at)
        for row in _rows("weibo_ced_posts.csv.gz")
        if (at := _at(row["time"]))
    ]  # fmt: skip


def _reposts() -> list[Post]:
    return [
        Post(platform=PLATFORM, id=f"repost{line}", kind="comment", text=row["text"],
             parent=row["post_id"], published_at=at, author=_author(row["user"], ""),
             collected_at=at)
        for line, row in enumerate(_rows("weibo_ced_reposts.csv.gz"), start=2)
        if row["text"].strip() and (at := _at(row["time"]))
    ]  # fmt: skip


def _author(user: str, followers: str) -> Author | None:
    return Author(id=user, followers=int(float(followers)) if followers else None) if user else None


def _read(reader: BrandReader, posts: Sequence[Post]) -> dict[str, Analysis]:
    found = {}
    for at in range(0, len(posts), BATCH):
        part = posts[at : at + BATCH]
        found |= {post.key: one for post, one in zip(part, reader.read(part), strict=True)}
    return found


def _voices(
    posts: Sequence[Post], readings: dict[str, Analysis], about: dict[str, set[str]]
) -> dict[str, list[Voice]]:
    found: dict[str, list[Voice]] = defaultdict(list)
    for post in posts:
        reading = readings[post.key]
        places = {}
        for mention in reading.mentions:
            if mention.brand not in places or mention.sentiment.label == "negative":
                places[mention.brand] = (mention.start, mention.end)
        for brand in places.keys() | about.get(post.parent or "", set()):
            label = reading.attitude(brand) or (
                reading.sentiment.label if reading.sentiment else "neutral"
            )
            assert post.published_at is not None
            found[brand].append(
                Voice(id=post.id, at=post.published_at, brand=brand, label=label, text=post.words,
                      author=post.author.id if post.author else None, platform=PLATFORM,
                      followers=post.author.followers if post.author else None,
                      place=places.get(brand), inherited=brand not in places)
            )  # fmt: skip
    return {brand: some for brand, some in found.items() if len(some) >= LEAST}


def _page(
    version: str, posts: int, reposts: int, read: int, series: dict[str, dict[str, list[Voice]]],
    roots: dict[str, str],
) -> str:  # fmt: skip
    lines = [
        "# Alarms over a real stream\n", heading("python -m benchmarks alerts_stream"),
        f"{posts:,} Weibo posts of 2010 to 2013 and {reposts:,} reposts with a text of their own and "
        "a dated year; "
        f"{read:,} of the reposts name one of {len(brands())} brands or stand under a post that does.",
        f"Reader: `{version}`, names and contexts as shipped; no text was labelled by people, so alarms",
        "are listed, not scored. `named`: voices that name the brand. `thread`: also all reposts under a",
        "post that names it, with the attitude of their whole text. Copies of one text by one author",
        "within a quarter of an hour are one voice. The first seven days of a brand only teach; thresholds",
        f"as shipped, nothing was tuned to these texts. Brands with at least {LEAST} voices.\n",
    ]  # fmt: skip
    words = RedlineWords.shipped()
    for name, found in series.items():
        lines += _series(name, found, words, roots)
    return "\n".join(lines) + "\n"


def _series(
    name: str, found: dict[str, list[Voice]], words: RedlineWords, roots: dict[str, str]
) -> list[str]:
    lines = [f"## {name}\n",
             "| brand | voices | negative | alarms | by rule | a week |", "|---|--:|--:|--:|---|--:|"]  # fmt: skip
    alarms, weeks = [], 0.0
    for brand, some in sorted(found.items(), key=lambda item: -len(item[1])):
        told = score(some, [], words=words)
        rules = Counter(one["rule"] for one in told["list"])
        negative = sum(one.label == "negative" for one in some)
        named = ", ".join(f"{rule} {count}" for rule, count in rules.most_common()) or "–"
        lines.append(f"| {brand} | {len(some):,} | {negative / len(some):.1%} | {told['alarms']} | {named} | "
                     f"{told['alarms'] / told['weeks']:.3f} |")  # fmt: skip
        alarms += told["list"]
        weeks += told["weeks"]
    notes = _notes()
    kinds = Counter(
        _root(one, found, roots, notes).partition("| ")[2].partition(":")[0] for one in alarms
    )
    low, high = of_rate(len(alarms), weeks)
    shares = [one for one in alarms if one["rule"] != "redline"]
    lines += [
        f"\n{len(alarms)} alarms in {weeks:,.0f} brand-weeks, {len(alarms) / weeks:.3f} a week "
        f"[{low:.3f}, {high:.3f}]; {len(shares)} of them by the share test. Read by hand (kinds: "
        f"alerts_stream_notes.toml): {', '.join(f'{kind} {count}' for kind, count in kinds.most_common())}.\n",
        "| opened | brand | level | rule | score (line) | negative of mentions (usual) | most of it under | what it was | posts |",
        "|---|---|---|---|--:|---|---|---|---|",
    ]
    for one in sorted(alarms, key=lambda one: (one["at"], one["brand"])):
        lines.append(
            f"| {one['at'].astimezone(SHANGHAI):%Y-%m-%d %H:%M} | {one['brand']} | {one['level']} | {one['rule']} | "
            f"{one['score']:.1f} ({one['threshold']:.1f}) | {one['negative']} of {one['mentions']} "
            f"({one['expected']:.1f}) | {_root(one, found, roots, notes)} | {', '.join(f'`{key}`' for key in one['posts'])} |"
        )
    return [*lines, ""]


def _notes() -> dict[str, list[str]]:
    path = ROOT / "benchmarks" / "alerts_stream_notes.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _root(
    alarm: dict[str, Any], found: dict[str, list[Voice]], roots: dict[str, str],
    notes: dict[str, list[str]],
) -> str:  # fmt: skip
    """The post under which most negatives of the last day stand, and what it was about."""
    since = alarm["at"] - timedelta(days=1)
    under = Counter(
        roots[f"{PLATFORM}:{one.id}"]
        for one in found[alarm["brand"]]
        if one.label == "negative" and since <= one.at < alarm["at"]
    )
    if not under:
        return "– | –"
    ((post, many),) = under.most_common(1)
    kind, why = notes.get(post, ("?", "not looked at"))
    return f"`{post}` ({many} of {under.total()} in 24 h) | {kind}: {why}"


if __name__ == "__main__":
    main()
