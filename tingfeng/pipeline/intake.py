"""Observations into the store: from files and from spiders alike."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from itertools import compress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal

from tingfeng import __version__
from tingfeng.core.errors import InputError
from tingfeng.core.message import Message
from tingfeng.core.ports import Outcome, PostStore, Store
from tingfeng.core.post import Observation
from tingfeng.core.privacy import Privacy, mask

if TYPE_CHECKING:
    from crawlers.exports.read import Row

BATCH = 4000
"""Observations a transaction: a larger one gains nothing measurable, a smaller one commits more."""

Taken = Outcome | Literal["expired"]
"""``expired``: not taken in, it is older than posts are kept."""

_RANK: Mapping[Taken, int] = {
    "seen": 0,
    "changed": 1,
    "new": 2,
    "forgotten": -1,
    "expired": -2,
    "refused": -3,
}
_COUNTED = ("seen", "changed", "new")
_LEFT_OUT: Mapping[Taken, Message] = {
    "forgotten": Message(
        "作者或帖子已按要求删除，不再收入", "author or post was forgotten on request"
    ),
    "expired": Message("早于 keep_days，不收入", "older than keep_days"),
    "refused": Message(
        "集群拒绝收入，原因见 tingfeng es dlq list",
        "the cluster refused it: `tingfeng es dlq list` tells why",
    ),
}


@dataclass(slots=True, kw_only=True)
class Tally:
    """What became of every row: ``rows == new + seen + changed + refused + skipped``."""

    rows: int = 0
    new: int = 0
    """Rows that brought at least one post not stored before."""
    seen: int = 0
    """Rows whose posts were all stored before, with nothing to add."""
    changed: int = 0
    """Rows that added an edited text, other counts or fields left unsaid to a stored post."""
    refused: int = 0
    """Rows that could not be read; kept in the file *kept*."""
    skipped: int = 0
    """Rows that are no posts (a header again, the mark of a run, a user), or of posts that must not
    be kept: forgotten ones, and those older than ``keep_days``."""
    posts: Counter[str] = field(default_factory=Counter)
    """Outcomes of posts that are no comments. A row may hold several posts."""
    comments: Counter[str] = field(default_factory=Counter)
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Why rows were refused or skipped, and what was odd about others (zh, en)."""
    kept: Path | None = None
    """Where the refused rows are."""
    fault: InputError | None = None
    """Why the file could not be read to its end; what was read before is stored and counted."""

    def add(self, other: Tally) -> None:
        """Sum *other* into this."""
        for name in ("rows", "new", "seen", "changed", "refused", "skipped"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("posts", "comments", "reasons"):
            getattr(self, name).update(getattr(other, name))

    def as_json(self) -> dict[str, Any]:
        """Documented keys of ``import --json``."""
        return {
            "rows": self.rows,
            "new": self.new,
            "seen": self.seen,
            "changed": self.changed,
            "refused": self.refused,
            "skipped": self.skipped,
            "posts": {name: self.posts[name] for name in _COUNTED},
            "comments": {name: self.comments[name] for name in _COUNTED},
            "refused_file": str(self.kept) if self.kept else None,
        }


class Journal:
    """Which files were taken in whole: the same bytes under the same mapping bring nothing new.

    Keyed by content, so a copy under another name is known too. Kept by the store itself: a new
    store knows nothing. After something was removed from it, files are read again: what expired
    may come back if it is to be kept for longer now.
    """

    def __init__(self, store: Store, path: Path, mapping: Path | None) -> None:
        self._store = store
        self._removals = len(store.audit())
        digest = blake2b(__version__.encode(), digest_size=16)
        for part in (path, mapping):
            if part is not None and part.is_file():
                with part.open("rb") as content:
                    while chunk := content.read(1 << 20):
                        digest.update(chunk)
            digest.update(b"\0")
        self._name = f"imported {digest.hexdigest()}"
        self.tag = digest.hexdigest()[:8]
        """Tells files of the same name apart."""

    def recall(self) -> tuple[str, Tally] | None:
        """Name of the format and the tally of now, if the file is known: all its posts are seen."""
        saved = self._store.load_state(self._name)
        if saved is None:
            return None
        then = json.loads(saved)
        if then.get("removals", 0) != self._removals:
            return None
        tally = Tally(
            rows=then["rows"],
            seen=then["taken"],
            refused=then["refused"],
            skipped=then["skipped"],
            posts=Counter(seen=then["posts"]),
            comments=Counter(seen=then["comments"]),
            reasons=Counter({(zh, en): n for zh, en, n in then["reasons"]}),
            kept=Path(then["kept"]) if then["kept"] else None,
        )
        # Refused rows are to be found again: without their file the rows are read once more.
        return (then["format"], tally) if tally.kept is None or tally.kept.exists() else None

    def remember(self, name: str, tally: Tally) -> None:
        """Keep that the file was read to its end."""
        kept = {
            "format": name,
            "rows": tally.rows,
            "taken": tally.new + tally.seen + tally.changed,
            "refused": tally.refused,
            "skipped": tally.skipped,
            "posts": tally.posts.total(),
            "comments": tally.comments.total(),
            "reasons": [[zh, en, n] for (zh, en), n in tally.reasons.items()],
            "kept": str(tally.kept) if tally.kept else None,
            "removals": self._removals,
        }
        self._store.save_state(self._name, json.dumps(kept, ensure_ascii=False))


class Intake:
    """Puts people behind pseudonyms, and observations into the store."""

    def __init__(
        self,
        store: PostStore,
        privacy: Privacy,
        clock: Callable[[], datetime],
        keep: timedelta | None = None,
    ) -> None:
        """*keep*: how old a post may be; ``None``: any age."""
        self._store = store
        self._privacy = privacy
        self._clock = clock
        self._keep = keep

    def put(self, seen: Iterable[Observation]) -> list[Taken]:
        """Store *seen* in one transaction; the outcome of each."""
        entered = [self._privacy.enter(one) for one in seen]
        if self._keep is None:
            return [*self._stored(entered)]
        # Else what expired would come back with the next look at an old page or file.
        before = self._clock() - self._keep
        fresh = [(one.post.published_at or one.post.collected_at) >= before for one in entered]
        outcomes = iter(self._stored([*compress(entered, fresh)]))
        return [next(outcomes) if one else "expired" for one in fresh]

    def _stored(self, entered: list[Observation]) -> list[Outcome]:
        try:
            return self._store.put(entered, now=self._clock())
        except UnicodeEncodeError:  # nothing was stored, and looking at each first would cost time
            return self._store.put([_encodable(one) for one in entered], now=self._clock())

    def rows(self, rows: Iterable[Row], keep: Callable[[Row], None]) -> Tally:
        """Store all of *rows* in batches; *keep* is given the refused ones.

        A file that turns out damaged, or changes while it is read, loses nothing of what was read
        before: see :attr:`Tally.fault`.
        """
        tally = Tally()
        batch: list[Row] = []
        waiting = 0
        try:
            for row in rows:
                tally.rows += 1
                if not row.observations:
                    _count_idle(row, tally, keep)
                    continue
                if row.remark:  # taken in, but people should know
                    tally.reasons[row.remark.zh, row.remark.en] += 1
                batch.append(row)
                waiting += len(row.observations)
                if waiting >= BATCH:
                    self._flush(batch, tally)
                    batch, waiting = [], 0
        except InputError as error:
            if not tally.rows:
                raise
            tally.fault = error
        self._flush(batch, tally)
        return tally

    def _flush(self, batch: list[Row], tally: Tally) -> None:
        if not batch:
            return
        outcomes = self.put([one for row in batch for one in row.observations])
        rank, start = _RANK, 0
        for row in batch:
            mine = outcomes[start : start + len(row.observations)]
            start += len(mine)
            best = mine[0] if len(mine) == 1 else max(mine, key=rank.__getitem__)
            if best in _LEFT_OUT:
                tally.skipped += 1
                tally.reasons[_LEFT_OUT[best].zh, _LEFT_OUT[best].en] += 1
                continue
            setattr(tally, best, getattr(tally, best) + 1)
            for one, outcome in zip(row.observations, mine, strict=True):
                if outcome in _LEFT_OUT:
                    continue
                group = tally.comments if one.post.kind == "comment" else tally.posts
                group[outcome] += 1


def _encodable(seen: Observation) -> Observation:
    """*seen* without halves of surrogate pairs, which cut-off JSON escapes leave in any field."""

    def mend(value: Any) -> Any:
        if isinstance(value, str):
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return tuple(map(mend, value)) if isinstance(value, tuple) else value

    post = seen.post
    said = {one.name: mend(getattr(post, one.name)) for one in fields(post)}
    return replace(seen, post=replace(post, **said))


def _count_idle(row: Row, tally: Tally, keep: Callable[[Row], None]) -> None:
    """A row without observations: refused or skipped, never lost."""
    reason = row.refused or row.skipped
    if reason is None:
        raise AssertionError(f"row {row.line} has neither observations nor a reason")
    tally.reasons[reason.zh, reason.en] += 1
    if row.refused:
        tally.refused += 1
        keep(row)
    else:
        tally.skipped += 1


@contextmanager
def refused_file(path: Path) -> Iterator[Callable[[Row], None]]:
    """Keeps refused rows as JSON lines in *path*; no file where there is none.

    Written anew each time; numbers and addresses of people are masked in it as in the store.
    """
    out: IO[str] | None = None

    def keep(row: Row) -> None:
        nonlocal out
        if out is None:
            path.parent.mkdir(parents=True, exist_ok=True)
            out = path.open("w", encoding="utf-8")
            path.chmod(0o600)
        reason = {"zh": row.refused.zh, "en": row.refused.en} if row.refused else None
        line = {"line": row.line, "reason": reason, "content": mask(row.content)}
        out.write(json.dumps(line, ensure_ascii=False) + "\n")

    path.unlink(missing_ok=True)
    try:
        yield keep
    finally:
        if out is not None:
            out.close()
