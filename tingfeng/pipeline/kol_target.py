"""What is asked of creators: ``kol.toml`` beside the settings, and what was typed over it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tingfeng.core.creator import DIMENSIONS
from tingfeng.core.errors import SettingsError
from tingfeng.kol.groups import GROUPS
from tingfeng.kol.nouns import PARTS
from tingfeng.kol.target import PRESETS

if TYPE_CHECKING:
    from tingfeng.kol.tiers import Tiers

FILE = "kol.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What one brand asks for; every field is a key of ``kol.toml``."""

    brand: str = ""
    """Empty: the first own brand of the settings."""

    preset: str = "种草"
    categories: tuple[str, ...] = ()
    """Fields; empty: those of the brand's own posts and of the creators it likes."""

    keywords: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    """Accounts of the brand, ``platform:id``: what they write is its tone and subject."""

    like: tuple[str, ...] = ()
    """Creators that the brand likes, ``platform:id``; three say enough."""

    competitors: tuple[str, ...] | None = None
    """``None``: those of the settings."""

    red_lines: tuple[str, ...] = ()
    form: str | None = None
    currency: str = "CNY"
    audience: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    compare: Mapping[str, float] = field(default_factory=dict)
    """Own weights by comparisons, ``"tone/cost" = 3``; empty: the preset's."""

    tiers: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Least followers of each tier by platform."""

    people: Mapping[str, float] = field(default_factory=dict)
    """Users of each platform, for the matrix."""

    def bounds(self) -> Tiers:
        """Tiers of the platforms."""
        from tingfeng.kol.tiers import BOUNDS, Tiers

        try:
            return Tiers(bounds={**BOUNDS, **self.tiers})
        except ValueError as error:
            raise SettingsError(
                f"{FILE} 的 [tiers]：{error}", f"[tiers] in {FILE}: {error}"
            ) from None

    def weights(self) -> dict[Any, float] | None:
        """Own weights, checked for contradictions; ``None``: the preset's."""
        from tingfeng.kol.weights import compare

        if not self.compare:
            return None
        pairs = {tuple(pair.split("/")): float(value) for pair, value in self.compare.items()}
        if wrong := [pair for pair in pairs if len(pair) != 2 or set(pair) - set(PARTS)]:
            raise SettingsError(
                f"[compare] 里写 “分项/分项” = 倍数，分项有 {'、'.join(PARTS)}：{wrong[0]}",
                f'[compare] takes "part/part" = times, parts are {", ".join(PARTS)}: {wrong[0]}',
            )
        return dict(compare(pairs).weights)  # type: ignore[arg-type]

    def fingerprint(self) -> str:
        """The same for the same wishes."""
        import json

        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)


def wanted(file: Path | None, folder: Path, **typed: Any) -> Wanted:
    """What *file* says, else ``kol.toml`` in *folder* if it is there, with what was *typed* over it.

    Raises:
        SettingsError: it cannot be read, or says what nobody knows.

    """
    path = file or folder / FILE
    said = _read(path) if file or path.is_file() else {}
    known = {each.name for each in fields(Wanted)}
    if unknown := sorted(set(said) - known):
        raise SettingsError(
            f"{path.name} 里不认识 {'、'.join(unknown)}；可以写：{'、'.join(sorted(known))}",
            f"{path.name} says {', '.join(unknown)}, which is not known; known: {', '.join(sorted(known))}",
        )
    listed = {
        key: tuple(value) if isinstance(value, list) else value for key, value in said.items()
    }
    given: dict[str, Any] = {
        key: value for key, value in typed.items() if value not in (None, (), {})
    }
    values: dict[str, Any] = {**listed, **given}
    return _checked(Wanted(**values), path, folder)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"读不了 {path}：{error}", f"cannot read {path}: {error}") from None


def _checked(asked: Wanted, path: Path, folder: Path) -> Wanted:
    if asked.preset not in PRESETS:
        raise SettingsError(
            f"目标 {asked.preset!r} 不认识，可选：{'、'.join(PRESETS)}",
            f"no preset {asked.preset!r}; there are {', '.join(PRESETS)}",
        )
    _check_fields(asked.categories, folder)
    for dimension, shares in asked.audience.items():
        if dimension not in DIMENSIONS or abs(sum(shares.values()) - 1) > 0.02:
            raise SettingsError(
                f"目标受众 {dimension}：维度有 {'、'.join(DIMENSIONS)}，各组占比合计为 1",
                f"audience {dimension}: dimensions are {', '.join(DIMENSIONS)}, shares sum to 1",
            )
        known = GROUPS.get(dimension, shares)
        if unknown := [group for group in shares if group not in known]:
            raise SettingsError(
                f"目标受众 {dimension} 没有 {'、'.join(unknown)} 这一组，可选：{'、'.join(known)}",
                f"audience {dimension} has no group {', '.join(unknown)}; there are {', '.join(known)}",
            )
    return asked


def _check_fields(names: tuple[str, ...], folder: Path) -> None:
    """A field is shipped, or stands in the user's own ``categories.toml`` beside the settings."""
    from tingfeng.kol.fields import CATEGORIES
    from tingfeng.kol.works import lenses_of

    if set(names) <= set(CATEGORIES):
        return
    known = lenses_of(folder).fields.categories
    if unknown := [name for name in names if name not in known]:
        raise SettingsError(
            f"没有 {'、'.join(unknown)} 这个领域，可选：{'、'.join(known)}",
            f"no field {', '.join(unknown)}; there are {', '.join(known)}",
        )


def audience_of(words: list[str]) -> dict[str, dict[str, float]]:
    """``gender:female=0.8``, repeated; what a dimension leaves unsaid goes to ``other``.

    Raises:
        SettingsError: a word is written otherwise.

    """
    found: dict[str, dict[str, float]] = {}
    for word in words:
        dimension, colon, rest = word.partition(":")
        group, equals, share = rest.partition("=")
        try:
            found.setdefault(dimension, {})[group] = float(share)
        except ValueError:
            colon = ""
        if not (colon and equals and group):
            raise SettingsError(
                f"--want 写成 维度:组=占比，如 gender:female=0.8，而不是 {word!r}",
                f"--want takes dimension:group=share, as gender:female=0.8, not {word!r}",
            )
    opposite = {"female": "male", "male": "female"}
    for shares in found.values():
        rest_ = 1 - sum(shares.values())
        if rest_ > 0.001:
            only = next(iter(shares)) if len(shares) == 1 else ""
            shares[opposite.get(only, "other")] = round(rest_, 6)
    return found


__all__ = ["FILE", "Wanted", "audience_of", "wanted"]
