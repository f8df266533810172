"""Files about creators taken in, and files of their own posts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from tingfeng.core.creator_store import CreatorOutcome
from tingfeng.core.errors import InputError, SettingsError
from tingfeng.core.message import Message
from tingfeng.core.post import SHANGHAI
from tingfeng.core.privacy import Privacy
from tingfeng.pipeline.intake import Tally, refused_file
from tingfeng.pipeline.stores import REFUSED

if TYPE_CHECKING:
    from crawlers.creators.build import Terms
    from crawlers.creators.plan import Plan
    from crawlers.creators.read import CreatorRow, Recognised
    from crawlers.exports.read import Row
    from tingfeng.pipeline import Pipeline

BATCH = 2000
"""Snapshots a transaction."""

_LEFT_OUT: dict[CreatorOutcome, Message] = {
    "objected": Message("达人已提出反对，不再收入", "the creator objected: not taken in"),
    "expired": Message(
        "数据日期太早，已过保存期限，没有收入：确有依据时用 --expires 给出更长的期限",
        "its date is so long ago that it may no longer be kept; where there is a right to, give a"
        " longer time by --expires",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a person said of the files."""

    source: str | None = None
    platform: str | None = None
    basis: str | None = None
    date: str | None = None
    expires: str | None = None
    """Days, or a date."""
    mapping: Path | None = None


@dataclass(slots=True, kw_only=True)
class CreatorTally:
    """What became of every row: ``rows == new + changed + seen + refused + skipped``."""

    rows: int = 0
    new: int = 0
    """Creators not stored before."""
    changed: int = 0
    """Further snapshots of known creators."""
    seen: int = 0
    """Rows that said nothing new."""
    refused: int = 0
    skipped: int = 0
    """No data, or what must not be kept: objected to, expired."""
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Why rows were refused or skipped, and which cells of others could not be read (zh, en)."""
    parts: list[Recognised] = field(default_factory=list)
    """What the file, or each sheet of it, is."""
    kept: Path | None = None
    """Where the refused rows are."""
    fault: InputError | None = None

    def as_json(self) -> dict[str, Any]:
        """Documented keys of ``kol import --json``."""
        return {
            "rows": self.rows, "new": self.new, "changed": self.changed, "seen": self.seen,
            "refused": self.refused, "skipped": self.skipped,
            "sources": list(dict.fromkeys(one.source for one in self.parts)),
            "columns_unread": list(dict.fromkeys(name for one in self.parts for name in one.unread)),
            "refused_file": str(self.kept) if self.kept else None,
        }  # fmt: skip


def import_creators(
    pipeline: Pipeline, path: Path, asked: Asked, advance: Callable[[int], None] = lambda _: None
) -> CreatorTally:
    """Take in one file. Run again after a kill it goes on: what is stored is ``seen``. Raises
    InputError where the file is nothing we can read.
    """
    from crawlers.creators.read import read_creators

    now = pipeline.clock()
    plan, terms = _terms(pipeline, path, asked, now)
    pipeline.forgetting.expire_creators()
    tally = CreatorTally()
    kept = pipeline.settings.folder / REFUSED / f"{path.name}.{_tag(path)}.jsonl"
    with refused_file(kept) as keep:
        rows = read_creators(
            path, terms=terms, plan=plan, source=asked.source, told=tally.parts.append,
            progress=_steps(advance),
        )  # fmt: skip
        _take(pipeline, rows, tally, lambda row: keep(_refused(row)), now)
    tally.kept = kept if tally.refused else None
    return tally


def _take(
    pipeline: Pipeline,
    rows: Iterator[CreatorRow],
    tally: CreatorTally,
    keep: Callable[[CreatorRow], None],
    now: datetime,
) -> None:
    hashed = Privacy(pipeline.settings.key()).author
    while batch := _some(rows, tally):
        snapshots = [row.snapshot for row in batch if row.snapshot is not None]
        outcomes = iter(pipeline.store.put_creators(snapshots, hashed=hashed, now=now))
        for row in batch:
            tally.rows += 1
            for remark in row.remarks:
                tally.reasons[remark.zh, remark.en] += 1
            if row.snapshot is None:
                _count_idle(row, tally, keep)
                continue
            outcome = next(outcomes)
            if outcome in _LEFT_OUT:
                tally.skipped += 1
                tally.reasons[_LEFT_OUT[outcome].zh, _LEFT_OUT[outcome].en] += 1
            else:
                setattr(tally, outcome, getattr(tally, outcome) + 1)


def _some(rows: Iterator[CreatorRow], tally: CreatorTally) -> list[CreatorRow]:
    """The next rows. A file that turns out damaged loses nothing of what was read before."""
    found: list[CreatorRow] = []
    try:
        for row in islice(rows, BATCH):
            found.append(row)  # noqa: PERF402 - what came before the fault must stay
    except InputError as error:
        if not tally.rows and not found:
            raise
        tally.fault = error
    return found


def _count_idle(row: CreatorRow, tally: CreatorTally, keep: Callable[[CreatorRow], None]) -> None:
    reason = row.refused or row.skipped
    assert reason is not None
    tally.reasons[reason.zh, reason.en] += 1
    if row.refused:
        tally.refused += 1
        keep(row)
    else:
        tally.skipped += 1


def _refused(row: CreatorRow) -> Row:
    from crawlers.exports.read import Row

    return Row(line=row.line, refused=row.refused, content=row.content)


def _terms(
    pipeline: Pipeline, path: Path, asked: Asked, now: datetime
) -> tuple[Plan | None, Terms]:
    from crawlers.creators.build import Terms
    from crawlers.creators.plan import check_basis, load_plan
    from crawlers.formats.platforms import platform_named

    plan = load_plan(asked.mapping, asked.source) if asked.mapping else None
    filed = _filed(path, now) if asked.date is None else _date(asked.date, now, "--date")
    return plan, Terms(
        now=now,
        filed=min(filed, now),
        basis=None if asked.basis is None else check_basis(asked.basis),
        expires=_expiry(asked.expires, pipeline.settings.kol.keep_days, now),
        platform=platform_named(asked.platform) if asked.platform else "",
        file=path.name,
    )


def _filed(path: Path, now: datetime) -> datetime:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC).astimezone(SHANGHAI)
    except OSError:
        return now


def _date(raw: str, now: datetime, option: str) -> datetime:
    from crawlers.dates import read_time

    moment, _ = read_time(raw, now + timedelta(days=40_000))
    if moment is None:
        raise SettingsError(
            f"{option} {raw} 不是日期：写成 2026-06-01",
            f"{option} {raw} is no date: write 2026-06-01",
        )
    return moment


def _expiry(raw: str | None, days: int, now: datetime) -> Callable[[datetime], datetime]:
    if raw is not None and not re.fullmatch(r"\d{1,5}", raw):
        until = _date(raw, now, "--expires")
        return lambda seen: until
    span = timedelta(days=days if raw is None else int(raw))
    return lambda seen: seen + span


def _tag(path: Path) -> str:
    return blake2b(str(path.absolute()).encode(), digest_size=4).hexdigest()


def _steps(advance: Callable[[int], None]) -> Callable[[int], None]:
    last = 0

    def progress(position: int) -> None:
        nonlocal last
        advance(position - last)
        last = position

    return progress


_STRANGER = Message(
    "作者不是在库的达人，没有收入：普通帖子用 tingfeng import", "not by a stored creator: other posts go with `tingfeng import`"
)  # fmt: skip


def import_works(
    pipeline: Pipeline,
    path: Path,
    *,
    mapping: Path | None,
    platform: str | None,
    advance: Callable[[int], None] = lambda _: None,
) -> Tally:
    """Take in posts of stored creators from *path*, and nobody else's. A table that no format
    knows is read by the mapping that would be drafted for it.
    """
    from crawlers.exports.read import read_file

    hashed = Privacy(pipeline.settings.key()).author
    now = pipeline.clock()
    known = {hashed(*one.key.split(":", 1)) for one in pipeline.store.creators(now=now)}
    if not known:
        raise InputError(
            "库里还没有达人：先 tingfeng kol import 达人资料，再导入他们的作品",
            "no creators are stored yet: `tingfeng kol import` them first, then their posts",
        )
    kept = pipeline.settings.folder / REFUSED / f"{path.name}.{_tag(path)}.jsonl"
    with TemporaryDirectory() as folder, refused_file(kept) as keep:
        plan = mapping or _drafted(path, Path(folder) / "drafted.toml", platform, now)
        rows = read_file(path, now=now, mapping=plan, progress=_steps(advance))
        tally = pipeline.intake.rows(_theirs(rows, known, hashed), keep)
    tally.kept = kept if tally.refused else None
    return tally


def _theirs(
    rows: Iterable[Row], known: set[str], hashed: Callable[[str, str], str]
) -> Iterator[Row]:
    for row in rows:
        mine = tuple(
            one
            for one in row.observations
            if (author := one.post.author) is not None
            and hashed(one.post.platform, author.id or author.name or "") in known
        )
        if row.observations and not mine:
            yield replace(row, observations=(), remark=None, skipped=_STRANGER)
        else:
            yield replace(row, observations=mine)


def _drafted(path: Path, file: Path, platform: str | None, now: datetime) -> Path | None:
    """A mapping of the columns as ``import --suggest`` drafts it; ``None``: a format knows them."""
    from crawlers.exports.read import recognise, suggest
    from crawlers.formats.platforms import platform_named

    try:
        if recognise(path).name != "people":
            return None
    except InputError:
        pass
    text = suggest(path, now=now)
    if platform:
        text = re.sub(r'(?m)^platform = ".*$', f'platform = "{platform_named(platform)}"', text)
    elif re.search(r'(?m)^platform = "other"', text):
        raise InputError(
            f"不知道 {path.name} 是哪个平台的作品：加 --platform xiaohongshu 之类",
            f"nobody says which platform {path.name} is from: add --platform xiaohongshu or the like",
        )
    file.write_text(text, encoding="utf-8")
    return file
