"""Of what nobody is told for a while, though it is judged and kept as ever."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from tingfeng import LONGEST_SILENCE, Entry, Level, Lifting, SettingsError, Silence, fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a message would be about."""

    incident: str
    issue: str | None = None
    brand: str
    level: Level
    rule: str
    platforms: frozenset[str]
    """Of its telling posts."""
    texts: tuple[str, ...]
    """Of its telling posts."""

    @property
    def critical(self) -> bool:
        """Red, or a red-line word: too grave to fall under a silence by chance."""
        return self.level == "red" or self.rule == "redline"


def silence(
    *,
    start: datetime,
    end: datetime | None,
    by: str,
    comment: str,
    now: datetime,
    include_critical: bool = False,
    **matchers: str,
) -> Silence:
    """A silence as a person asks for it, or the reason why not.

    *matchers*: ``brand``, ``platform``, ``issue`` (id of an issue or of an incident), ``keyword``.
    """
    given = {name: text.strip() for name, text in matchers.items() if text.strip()}
    if not given:
        raise SettingsError(
            "静默要写明静默什么：--brand、--platform、--issue 或 --keyword",
            "say what to silence: --brand, --platform, --issue or --keyword",
        )
    if end is None:
        raise SettingsError(
            "静默必须有结束时间：--until 或 --for，最多 30 天",
            "a silence must end: --until or --for, at most 30 days",
        )
    if not start < end <= start + LONGEST_SILENCE:
        raise SettingsError(
            f"静默要在开始（{start:%m-%d %H:%M}）之后、30 天之内结束，{end:%Y-%m-%d %H:%M} 不行",
            f"a silence ends after its start ({start:%m-%d %H:%M}) and within 30 days; "
            f"{end:%Y-%m-%d %H:%M} does not",
        )
    if not comment.strip():
        raise SettingsError("静默要写明原因：--comment", "say why: --comment")
    name = "\0".join([*map(str, sorted(given.items())), by, comment, now.isoformat()])
    id = blake2b(name.encode("utf-8", "replace"), digest_size=4).hexdigest()
    return Silence(
        id=id, start=start, end=end, by=by, at=now, comment=comment.strip(),
        include_critical=include_critical, **given,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A silence and what became of it."""

    silence: Silence
    lifted: Lifting | None = None

    @property
    def end(self) -> datetime:
        """When it ends or ended."""
        return min(self.silence.end, self.lifted.at) if self.lifted else self.silence.end

    def active(self, at: datetime) -> bool:
        """Whether it holds at *at*."""
        return self.silence.start <= at < self.end


def standing(logbook: Iterable[Entry]) -> list[Standing]:
    """All silences, oldest first, each with its first lifting."""
    found: dict[str, Standing] = {}
    for entry in logbook:
        if isinstance(entry, Silence):
            found.setdefault(entry.id, Standing(silence=entry))
        elif isinstance(entry, Lifting) and entry.silence in found:
            known = found[entry.silence]
            if known.lifted is None:
                found[entry.silence] = Standing(silence=known.silence, lifted=entry)
    return list(found.values())


def silenced(subject: Subject, silences: Sequence[Standing], at: datetime) -> Silence | None:
    """The silence under which *subject* falls: of several, the one that ends last."""
    hits = [one for one in silences if one.active(at) and matches(one.silence, subject)]
    return max(hits, key=lambda one: one.end).silence if hits else None


def matches(silence: Silence, subject: Subject) -> bool:
    """Whether all that *silence* names holds of *subject*.

    Platform and keyword must hold of every telling post: what is also said elsewhere, or of
    something else, is not what was silenced.
    """
    if subject.critical and not silence.include_critical:
        return False
    word = fold(silence.keyword)
    return (
        silence.brand in ("", subject.brand)
        and silence.issue in ("", subject.incident, subject.issue)
        and (not silence.platform or subject.platforms == {silence.platform})
        and (not word or (bool(subject.texts) and all(word in fold(one) for one in subject.texts)))
    )
