"""New issues: how often ordinary complaints are taken for one, and how soon one that is there is
found, beside what the share test sees of it.

Ordinary complaints: real negative reviews of one kind of goods each, shuffled, so that nothing in
their order is news. Issues: what people really wrote under one Weibo post each, read by the shipped
reader; short and in their own words. Times are drawn; nobody labelled such a stream.
"""

from __future__ import annotations

import csv
import gzip
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median

from benchmarks.machine import DATA, ROOT, heading
from nlp.reader import ReaderSettings
from tingfeng import Document, Post
from tingfeng.alerts.bins import Bin, start_of
from tingfeng.alerts.course import Course
from tingfeng.alerts.issue_rule import IssueRule
from tingfeng.alerts.numbers import event_time
from tingfeng.alerts.scoring.intervals import of_rate, of_share
from tingfeng.alerts.scoring.labelled import Voice, play
from tingfeng.alerts.scoring.played import Played, desk
from tingfeng.alerts.share import DAY_BINS
from tingfeng.alerts.track import EMPTY, Track
from tingfeng.alerts.walk import Change, Desk, Walk

RATES = (10, 50, 200)
"""Negative voices a day."""
SHARE = 0.08
"""Of all voices."""
LEARNT_DAYS, LIVE_DAYS = 14, 28
SIZES = (6, 12, 24)
"""Posts of an issue."""
HOURS = 12
WATCHED_HOURS = 24
ISSUES = 20
TOPICS = 5
"""Words of one kind of goods."""
LEAST = 60
"""Negative posts of a thread that can be one."""
WAIT = timedelta(minutes=5)
BEGIN = 2_000_000 - 2_000_000 % DAY_BINS
BRAND = "x"


@dataclass(frozen=True, slots=True)
class Said:
    """A negative text and its telling words."""

    text: str
    keywords: tuple[str, ...]


Issue = tuple[int, list[Said]]
"""Among which goods it comes up, and what is said."""


def main() -> None:
    goods, topics = _topics(_goods())
    threads = [(i % len(goods), posts) for i, posts in enumerate(_threads())]
    lines = [
        "# New issues\n",
        heading("python -m benchmarks alerts_issues"),
        *_intro(goods, topics, threads),
    ]
    rows, walks = [], {}
    for rate in RATES:
        found = [_quiet(some, rate, seed) for seed, some in enumerate(goods.values())]
        walks[rate] = [one[1] for one in found]
        alarms = [change for one in found for change in one[0]]
        rows.append(_wolf(rate, alarms, len(found) * LIVE_DAYS / 7))
    lines += ["## Nothing new\n", "| negatives a day | weeks | new issues | a week | all else |",
              "|--:|--:|--:|---|--:|", *rows]  # fmt: skip
    for title, issues in (
        ("reviews with one word in common", topics),
        ("reposts of one post", threads),
    ):
        lines += [f"\n## One issue: {title}\n",
                  f"So many posts within {HOURS} h, by as many people; found within {WATCHED_HOURS} h. Minutes from the first",
                  "post. Share test: the same streams without the rule.\n",
                  "| negatives a day | posts | with the rule | without | incidents opened |",
                  "|--:|--:|---|---|---|"]  # fmt: skip
        for rate in RATES:
            lines += [_one(walks[rate], issues, rate, size) for size in SIZES]
        lines += ["\nA loud issue; a second one of 20 posts from three hours on, or none: how many incidents were told.\n",
                  "| negatives a day | posts of the first | alone: incidents | with the second: incidents | the second told as its own |",
                  "|--:|--:|---|---|---|"]  # fmt: skip
        for rate in RATES:
            lines += [_two(walks[rate], issues, rate, size) for size in (40, 60)]
    text = "\n".join(lines) + "\n"
    (ROOT / "benchmarks" / "alerts_issues.md").write_text(text, encoding="utf-8")
    print(text)


def _topics(goods: dict[str, list[Said]]) -> tuple[dict[str, list[Said]], list[Issue]]:
    """*goods* without the reviews that say a few chosen words, and these reviews by word."""
    rest, found = {}, []
    for place, (kind, some) in enumerate(goods.items()):
        often = Counter(word for said in some for word in said.keywords)
        words = sorted(word for word, count in often.items() if LEAST <= count <= 4 * LEAST)
        chosen = random.Random(place).sample(words, min(TOPICS, len(words)))
        found += [(place, [said for said in some if word in said.text]) for word in chosen]
        rest[kind] = [said for said in some if not any(word in said.text for word in chosen)]
    return rest, found


def _intro(
    goods: dict[str, list[Said]], topics: Sequence[Issue], threads: Sequence[Issue]
) -> list[str]:
    return [
        f"{len(goods)} kinds of goods with {sum(map(len, goods.values())):,} negative reviews; issues: {len(topics)} words,",
        f"the reviews that say one, which are left out of the ordinary; {len(threads)} threads of at least",
        f"{LEAST} negative posts by different people. Each brand: {LEARNT_DAYS} days to learn, {LIVE_DAYS} live, {SHARE:.0%} of its",
        f"voices negative. Rule as shipped: {IssueRule()}.\n",
    ]


def _rows(name: str) -> Iterator[dict[str, str]]:
    with gzip.open(DATA / name, "rt", encoding="utf-8", newline="") as source:
        yield from csv.DictReader(source)


def _read(texts: Sequence[str]) -> list[tuple[Said, str]]:
    """Each text with its words, and its mood."""
    reader = ReaderSettings(brands=(), sentiment={"use": "linear"}).build()
    posts = [Post(platform="x", id=str(i), text=text, collected_at=start_of(BEGIN))
             for i, text in enumerate(texts)]  # fmt: skip
    found: list[tuple[Said, str]] = []
    for at in range(0, len(posts), 2048):
        part = posts[at : at + 2048]
        for post, one in zip(part, reader.read(part), strict=True):
            mood = one.sentiment.label if one.sentiment else "neutral"
            found.append((Said(post.words, one.keywords), mood))
    return found


def _goods() -> dict[str, list[Said]]:
    kinds: dict[str, list[str]] = defaultdict(list)
    for row in _rows("polarity.csv.gz"):
        if row["label"] == "0" and row["source"] in ("online_shopping_10_cats", "waimai_10k"):
            kinds[row["cat"] or row["source"]].append(row["text"])
    return {kind: [said for said, _ in _read(texts)] for kind, texts in sorted(kinds.items())
            if len(texts) > 1000}  # fmt: skip


def _threads() -> list[list[Said]]:
    posts, seen = defaultdict(list), set()
    for row in _rows("weibo_ced_reposts.csv.gz"):
        mark = (row["post_id"], row["user"])
        if row["text"].strip() and mark not in seen:
            seen.add(mark)
            posts[row["post_id"]].append(row["text"])
    big = sorted(posts, key=lambda key: (-len(posts[key]), key))[: 8 * ISSUES]
    random.Random(1).shuffle(big)
    found: list[list[Said]] = []
    for key in big:
        negative = [said for said, mood in _read(posts[key][:600]) if mood == "negative"]
        if len(negative) >= LEAST and len(found) < ISSUES:
            found.append(negative)
    return found


def _stream(some: Sequence[Said], rate: int, seed: int) -> Played:
    dice, days = random.Random(seed), LEARNT_DAYS + LIVE_DAYS
    order = dice.sample(some, len(some))
    start = start_of(BEGIN)
    voices = [
        _voice(order[i % len(order)], start + timedelta(seconds=dice.randrange(days * 86400)), f"o{i}")
        for i in range(rate * days)
    ]  # fmt: skip
    return play(voices)


def _voice(said: Said, at: datetime, id: str) -> Voice:
    return Voice(id=id, at=at, brand=BRAND, label="negative", author=id, text=said.text,
                 keywords=said.keywords, place=(0, 0))  # fmt: skip


def _louder(bin: Bin, rate: int, dice: random.Random) -> Bin:
    """With the voices that complain of nothing."""
    mean = rate / DAY_BINS * (1 - SHARE) / SHARE
    others = max(0, round(dice.gauss(mean, mean**0.5)))
    n, k = bin.counts.get("unknown", (0, 0))
    return replace(bin, counts={"unknown": (n + others, k)} if n + others else {})


def _desk(numbers: Played, *, issues: bool) -> Desk:
    plain = desk(numbers)
    return replace(plain, rules=(plain.rules[0], IssueRule())) if issues else replace(
        plain, rules=plain.rules[:1])  # fmt: skip


Place = tuple[dict[str, object], dict[int, Bin], Played]


def _quiet(some: Sequence[Said], rate: int, seed: int) -> tuple[list[Change], Place]:
    """What is told of ordinary complaints, and where an issue may begin: after two weeks."""
    numbers, dice = _stream(some, rate, seed), random.Random(seed)
    end = BEGIN + (LEARNT_DAYS + LIVE_DAYS) * DAY_BINS
    bins = {number: _louder(numbers.bins(BRAND, number, number + 1).get(number, EMPTY), rate, dice)
            for number in range(BEGIN, end)}  # fmt: skip
    walk = Walk(_desk(numbers, issues=True), BRAND, Track(), Course(), None, ())
    told, kept = [], {}
    for number in range(BEGIN, end):
        if number == BEGIN + LEARNT_DAYS * DAY_BINS:
            kept = walk.track.dump()
        changes, _ = walk.step(number, bins[number], live=number >= BEGIN + LEARNT_DAYS * DAY_BINS)
        told += [one for one in changes if one.kind == "opened"]
    return told, (kept, bins, numbers)


def _wolf(rate: int, alarms: Sequence[Change], weeks: float) -> str:
    issues = [one for one in alarms if one.evidence.rule == "issue"]
    low, high = of_rate(len(issues), weeks)
    for one in issues:
        print(rate, one.incident.title, one.evidence.sentences[0][0])
    return (f"| {rate} | {weeks:.0f} | {len(issues)} | {len(issues) / weeks:.3f} [{low:.3f}, {high:.3f}] | "
            f"{len(alarms) - len(issues)} |")  # fmt: skip


def _told(place: Place, planted: Sequence[Voice], *, issues: bool) -> list[Change]:
    """What opens in the day and a half from where the walk stood at *place*."""
    kept, bins, numbers = place
    more = play(planted)
    begin = BEGIN + LEARNT_DAYS * DAY_BINS
    walk = Walk(
        _desk(_Both(numbers, more), issues=issues), BRAND, Track.load(kept), Course(), None, ()
    )
    told = []
    for number in range(begin, begin + WATCHED_HOURS * 4):
        added = more.bins(BRAND, number, number + 1).get(number, EMPTY)
        changes, _ = walk.step(number, _sum(bins[number], added), live=True)
        told += [one for one in changes if one.kind == "opened" and not one.incident.reopened]
    return told


class _Both(Played):
    def __init__(self, *parts: Played) -> None:
        super().__init__({})
        self._parts = parts

    def negatives(self, brand: str, start: int, end: int) -> Iterator[Document]:
        """Of all parts, oldest first."""
        found = [one for part in self._parts for one in part.negatives(brand, start, end)]
        return iter(sorted(found, key=lambda one: event_time(one) or one.indexed_at))


def _sum(one: Bin, other: Bin) -> Bin:
    """Both. Of sketches the first eight by author, as a store's own bin would keep."""
    if other is EMPTY:
        return one
    n, k = (
        a + b
        for a, b in zip(one.counts.get("unknown", (0, 0)), other.counts["unknown"], strict=True)
    )
    records = [
        said[2:][i : i + 46]
        for said in (one.said, other.said)
        if said
        for i in range(0, len(said) - 2, 46)
    ]
    total = sum(int.from_bytes(said[:2], "little") for said in (one.said, other.said) if said)
    chosen = sorted(records, key=lambda packed: int.from_bytes(packed[:4], "little"))[:8]
    return Bin({"unknown": (n, k)}, said=total.to_bytes(2, "little") + b"".join(chosen))


def _plant(thread: Sequence[Said], size: int, seed: int, *, later: float = 0.0) -> list[Voice]:
    dice = random.Random(seed)
    start = start_of(BEGIN + LEARNT_DAYS * DAY_BINS) + timedelta(hours=later)
    seconds = [0, *sorted(dice.randrange(HOURS * 3600) for _ in range(size - 1))]
    return [_voice(said, start + timedelta(seconds=at), f"p{seed}-{i}")
            for i, (said, at) in enumerate(zip(dice.sample(list(thread), size), seconds, strict=True))]  # fmt: skip


def _one(places: Sequence[Place], threads: Sequence[Issue], rate: int, size: int) -> str:
    start = start_of(BEGIN + LEARNT_DAYS * DAY_BINS)
    cells, many = [], Counter[int]()
    for issues in (True, False):
        delays = []
        for i, (where, thread) in enumerate(threads):
            told = _told(places[where], _plant(thread, size, i), issues=issues)
            delays += [(told[0].at - start + WAIT).total_seconds() / 60] if told else []
            many[len(told)] += issues
        low, high = of_share(len(delays), len(threads))
        when = f" · {median(delays):.0f} min" if delays else ""
        cells.append(f"{len(delays) / len(threads):.2f} [{low:.2f}, {high:.2f}]{when}")
    return f"| {rate} | {size} | {' | '.join(cells)} | {_counts(many)} |"


def _two(places: Sequence[Place], threads: Sequence[Issue], rate: int, size: int) -> str:
    alone, both, own = Counter[int](), Counter[int](), 0
    for i, (where, thread) in enumerate(threads):
        place, first = places[where], _plant(thread, size, i)
        second = _plant(threads[(i + 1) % len(threads)][1], 20, 1000 + i, later=3)
        alone[len(_told(place, first, issues=True))] += 1
        told = _told(place, [*first, *second], issues=True)
        both[len(told)] += 1
        own += any(_is_of(one, f"p{1000 + i}-") for one in told)
    return f"| {rate} | {size} | {_counts(alone)} | {_counts(both)} | {own} of {len(threads)} |"


def _is_of(change: Change, mark: str) -> bool:
    """Whether its telling posts are of the second issue."""
    found = [key.partition(":")[2].startswith(mark) for key in change.evidence.posts]
    return sum(found) * 2 > len(found)


def _counts(many: Counter[int]) -> str:
    return ", ".join(f"{count}× {number}" for number, count in sorted(many.items()) if count)


if __name__ == "__main__":
    main()
