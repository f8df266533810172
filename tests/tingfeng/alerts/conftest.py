"""A store of a few methods, and streams of voices to put into it."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from bisect import bisect_left, insort
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

import pytest

from index import STORES
from servers.emptied import Emptied
from servers.fixtures import NAMES
from tingfeng import SHANGHAI, Author, Count, Document, build

START = datetime(2026, 6, 1, 0, 0, tzinfo=SHANGHAI)
QUARTER_HOUR = timedelta(minutes=15)


class Killed(Exception):
    """The process ends here."""


class Shelf:
    """What alerts ask of a store, in plain lists. ``kill_after``: writes until the process dies."""

    Killed = Killed

    def __init__(self):
        self.documents = []
        self.states, self.cases, self.queue, self.ledger = {}, {}, {}, []
        self.said = []
        self.kill_after = None
        self.asked = Counter()
        self._attitudes = {}

    def add(self, document):
        self.documents = [one for one in self.documents if one.post.key != document.post.key]
        insort(self.documents, document, key=_when)

    def fill(self, documents):
        self.documents = sorted([*self.documents, *documents], key=_when)

    def _meant(self, query):
        self.asked["read"] += 1
        low, high = 0, len(self.documents)
        if query.since:
            low = bisect_left(self.documents, query.since.timestamp(), key=_when)
        if query.until:
            high = bisect_left(self.documents, query.until.timestamp(), key=_when)
        for document in self.documents[low:high]:
            post, brand = document.post, query.brands[0]
            attitude = self._attitude(document, brand)
            if post.published_at is None or attitude is None:
                continue
            if query.precise and post.precision not in ("second", "minute", "hour"):
                continue
            if query.kinds and post.kind not in query.kinds:
                continue
            if query.labels and attitude not in query.labels:
                continue
            yield document

    def _attitude(self, document, brand):
        place = (id(document), brand)
        if place not in self._attitudes:
            self._attitudes[place] = document.analysis.attitude(brand)
        return self._attitudes[place]

    def unread(self, reader, *, limit=None):
        posts = (one.post for one in self.documents if one.analysis.reader != reader)
        return islice(posts, limit)

    def get(self, key):
        return next((one for one in self.documents if one.post.key == key), None)

    def search(self, query):
        assert query.order == "oldest"
        found = list(self._meant(query))
        yield from found[: query.limit]

    def count(self, query, by=(), *, step=None):
        return self._cells(query, by, step, distinct=False)

    def voices(self, query, by=(), *, step=None):
        self.asked["voices"] += 1
        return self._cells(query, by, step, distinct=True)

    def _cells(self, query, by, step, *, distinct):
        cells, seen = defaultdict(Counter), set()
        for document in self._meant(query):
            post, brand = document.post, query.brands[0]
            width = step.width.total_seconds() if step else 1
            axes = {"brand": brand, "platform": post.platform}
            if step:
                begin = post.published_at.timestamp() // width * width
                axes["time"] = datetime.fromtimestamp(begin, SHANGHAI)
            cell = tuple(axes[axis] for axis in by)
            said = document.analysis.copy_of or post.words
            if distinct and post.author is not None:
                if (cell, said, post.author.id) in seen:
                    continue
                seen.add((cell, said, post.author.id))
            cells[cell][self._attitude(document, brand)] += 1
        return [
            Count(by=cell, posts=sum(labels.values()), **labels)
            for cell, labels in sorted(cells.items())
        ]

    def _write(self):
        if self.kill_after is not None:
            if self.kill_after == 0:
                raise Killed
            self.kill_after -= 1

    def load_state(self, name):
        return self.states.get(name)

    def save_state(self, name, value):
        self._write()
        self.states[name] = value

    def swap_state(self, name, old, new):
        self._write()
        if self.states.get(name) != old:
            return False
        self.states[name] = new
        return True

    def enqueue(self, notices):
        self._write()
        for notice in notices:
            self.queue.setdefault(notice.id, notice)

    def save_incident(self, incident, notices=(), states={}):  # noqa: B006 the port's signature
        self._write()
        self.cases[incident.id] = incident
        for notice in notices:
            self.queue.setdefault(notice.id, notice)
        self.states.update(states)

    def incidents(self, *, brand=None, open_only=False):
        chosen = [
            one
            for one in self.cases.values()
            if brand in (None, one.brand) and not (open_only and one.state == "closed")
        ]
        return sorted(chosen, key=lambda one: one.opened_at, reverse=True)

    def waiting(self):
        return [
            one
            for one in self.queue.values()
            if one.delivered_at is None and one.attempts >= 0 and one.withheld is None
        ]

    def settle(self, notice):
        self._write()
        self.queue[notice.id] = notice

    def notices(self, incident=None):
        return [one for one in self.queue.values() if incident in (None, one.incident)]

    def log(self, entries):
        self._write()
        self.said += entries

    def logbook(self):
        return list(self.said)

    def coverage(self, since, until):
        return [line for line in self.ledger if since <= line.hour < until]


def _when(document):
    return document.post.published_at.timestamp()


@pytest.fixture
def shelf():
    return Shelf()


@pytest.fixture(scope="session")
def make_shelf():
    return Shelf


@pytest.fixture(scope="session")
def say(make_post, make_analysis):
    """``say(at, "negative", platform=…, author=…)``: one document about 云雀."""
    number = iter(range(10**9))

    def make(at, label="neutral", *, text=None, brand="云雀", copy_of=None, **changes):
        n = next(number)
        author = changes.pop("author", f"a{n}")
        followers = changes.pop("followers", None)
        post = make_post(
            changes.pop("id", f"p{n}"),
            f"{brand}手机 {n}" if text is None else text,
            published_at=at,
            author=None if author is None else Author(id=author, followers=followers),
            **changes,
        )
        analysis = replace(make_analysis(post, label, brands=(brand,)), copy_of=copy_of)
        return Document(post=post, analysis=analysis, indexed_at=at)

    return make


@pytest.fixture(scope="session")
def stream(say):
    """A steady stream: so many voices a quarter of an hour, such a share of them negative."""

    def make(start, hours, *, rate=10.0, share=0.08, seed=1, platforms=("weibo", "xiaohongshu")):
        dice = random.Random(seed)
        documents = []
        for quarter in range(int(hours * 4)):
            begin = start + quarter * QUARTER_HOUR
            for _ in range(poisson(dice, rate)):
                label = "negative" if dice.random() < share else "neutral"
                at = begin + timedelta(seconds=dice.randrange(900))
                documents.append(say(at, label, platform=dice.choice(platforms)))
        return documents

    return make


def poisson(dice, mean):
    """One draw, by counting arrivals: good for small means."""
    count, left = 0, dice.expovariate(1)
    while left < mean:
        count += 1
        left += dice.expovariate(1)
    return count


class Robots:
    """The stand-in robots: where they are, and what they took."""

    def __init__(self, at, log):
        self.at, self.log = at, log

    def url(self, platform, token):
        path = {
            "wecom": f"cgi-bin/webhook/send?key={token}",
            "dingtalk": f"robot/send?access_token={token}",
            "feishu": f"open-apis/bot/v2/hook/{token}",
        }[platform]
        return f"{self.at}/{path}"

    def heard(self, token):
        """Requests to one robot, in order."""
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        return [said for said in map(json.loads, lines) if said["token"] == token]

    def taken(self, token):
        """Bodies of the messages that people saw."""
        return [said["body"] for said in self.heard(token) if said["taken"]]


@pytest.fixture(scope="session")
def robots(tmp_path_factory):
    """A process of its own, as robots are: ``robots.url("wecom", "good.1")``."""
    log = tmp_path_factory.mktemp("robots") / "log.jsonl"
    command = [sys.executable, str(Path(__file__).with_name("robots.py")), str(log)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        port = int(process.stdout.readline())
        yield Robots(f"http://127.0.0.1:{port}", log)
        process.kill()


@pytest.fixture(params=["memory", "sqlite", pytest.param("elastic", marks=pytest.mark.elastic)])
def store(request, tmp_path):
    """Every store of the table; that of Elasticsearch on one server: the others are the same to it."""
    options, place = {}, None
    if request.param == "sqlite":
        options = {"path": str(tmp_path / "posts.db")}
    if request.param == "elastic":
        place = Emptied(request.getfixturevalue("server_of")(NAMES[0]))
        options = place.settings()
    made = build(STORES, {"use": request.param, **options})
    yield made
    made.close()
    if place is not None:
        place.close()
