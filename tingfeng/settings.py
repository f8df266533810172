"""TOML and the environment to plain values. Nothing else reads either.

A value ``"$NAME"`` means the environment variable ``NAME``, or the line ``NAME=…`` of the private
file ``.env`` beside the settings. Such values stay unresolved here, so that no secret can reach a
repr or a log; :meth:`Settings.reveal` gives them to the part that needs them.
"""

from __future__ import annotations

import os
import re
import secrets
from collections import Counter
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
)

from tingfeng import dotenv
from tingfeng.core.analysis import Entity
from tingfeng.core.brand import Alias, Brand
from tingfeng.core.errors import SettingsError
from tingfeng.settings_cluster import ElasticSettings, KibanaSettings
from tingfeng.settings_file import explained, toml
from tingfeng.settings_kol import KolSettings
from tingfeng.settings_watchers import DutySettings, EventSettings, LabelSettings, TeamSettings

FILE = "tingfeng.toml"
AUTHOR_KEY = "TINGFENG_AUTHOR_KEY"
KEYS = ".env.keys"
"""Beside ``.env`` where there are containers: what the settings name, without the superuser's password."""
API_KEYS = ".keys"
"""Folder there: each principal's API key in a file of its own, so that each service gets its own."""

LONGEST = 36_500
"""Days that posts may be kept, if not for ever: a century, and no date before the calendar's."""

EVIDENCE_DAYS = 1095
"""Three years: the time in which a civil claim may be brought (民法典 §188)."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AliasSettings(_Section):
    """One way of naming a brand; a plain string stands for ``{ text = … }``."""

    text: str = Field(min_length=1)
    near: list[str] = []
    """Not empty: accepted only with one of these words nearby."""
    never: list[str] = []
    """Rejected with one of these words nearby."""
    window: int = Field(default=30, ge=1)
    """Characters to either side that count as nearby."""


def _alias(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


Aliases = list[Annotated[AliasSettings, BeforeValidator(_alias)]]


class BrandSettings(_Section):
    """A brand and everything that counts for it."""

    name: str = Field(min_length=1)
    aliases: Aliases = []
    """Empty: the name itself, with the nicknames and contexts that tingfeng knows of it."""
    products: Aliases = []
    executives: Aliases = []
    spokespersons: Aliases = []


class ReaderSettings(_Section):
    """How posts are read."""

    sentiment: dict[str, Any] = {"use": "auto"}
    """``auto``: the cascade where the extra ``[encoder]`` is installed, else the linear engine."""
    segmenter: str = "rjieba"
    processes: int = Field(default=0, ge=0)
    """0: one per core."""


class AppSettings(_Section):
    """An app in an App Store."""

    id: str
    country: str = "cn"


class CollectSettings(_Section):
    """What ``watch`` gathers, and how it introduces itself."""

    contact: str = ""
    """Mail or address in the user agent, so that a site can reach you."""
    feeds: list[str] = []
    sitemaps: list[str] = []
    apps: list[AppSettings] = []
    hotlists: list[str] = []
    articles: bool = True
    """Follow feed entries to the article and read its text."""
    every: float = Field(default=600, ge=1)
    """Seconds between two rounds of ``watch``."""


class AlertSettings(_Section):
    """When to tell people."""

    rules: list[dict[str, Any]] = [
        {"use": "share"}, {"use": "redline"}, {"use": "account"}, {"use": "media"}, {"use": "hot"},
        {"use": "regulator"}, {"use": "issue"},
    ]  # fmt: skip
    """What opens an incident, see :data:`tingfeng.alerts.RULES`."""
    redline: list[str] = []
    """Words added to the shipped red-line list."""
    competitors: bool = False
    """Watch competitors too."""
    calendar: bool = True
    """618, 双11, 双12 and 春节 raise the line of volume, not that of the negative share."""
    interim: bool = True
    """Tell at once what a quarter of an hour that is not over shows, as 初判, and check it then."""
    heat: bool = True
    """Tell when it is loud beyond the usual, though no more negative: a notice, and no incident."""
    evidence_reposts: int = Field(default=500, ge=1)
    evidence_views: int = Field(default=5000, ge=1)
    """While an incident is open, negative posts with as many are kept as they were: the lines of
    法释〔2013〕21号 §2."""


def _store(section: dict[str, Any]) -> dict[str, Any]:
    for name in ("keep_days", "evidence_days"):
        days = section.get(name, 1)
        if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= LONGEST:
            raise ValueError(f"{name}: 1–{LONGEST} 天的整数 (whole days, 1 to {LONGEST})")
    return section


class Settings(_Section):
    """All there is to set; ``use`` picks a part and the other keys are its arguments."""

    lang: Literal["zh", "en"] = "zh"
    store: Annotated[dict[str, Any], AfterValidator(_store)] = {
        "use": "sqlite", "path": "tingfeng.db",
    }  # fmt: skip
    reader: ReaderSettings = ReaderSettings()
    label: LabelSettings = LabelSettings()
    brands: list[BrandSettings] = []
    competitors: list[BrandSettings] = []
    collect: CollectSettings = CollectSettings()
    elastic: ElasticSettings = ElasticSettings()
    kibana: KibanaSettings = KibanaSettings()
    alerts: AlertSettings = AlertSettings()
    kol: KolSettings = KolSettings()
    channels: list[dict[str, Any]] = [{"use": "console"}]
    people: list[dict[str, str]] = []
    """Who can be called, see :class:`tingfeng.alerts.roster.Person`."""
    duty: list[DutySettings] = []
    teams: list[TeamSettings] = []
    events: list[EventSettings] = []
    """Besides 618, 双11, 双12 and 春节, which are known, see ``calendar`` of ``[alerts]``."""
    author_key: str = f"${AUTHOR_KEY}"
    """Secret behind the pseudonyms of authors; at least 16 characters."""

    _folder: Path = PrivateAttr(default=Path())
    _secrets: dict[str, str] = PrivateAttr(default_factory=dict)

    @classmethod
    def read(cls, file: Path | None = None) -> Settings:
        """The settings in *file*, else in ``tingfeng.toml`` of this folder, else the defaults."""
        path = file or Path(FILE)
        try:
            given = {} if file is None and not path.is_file() else toml(path)
            return cls.model_validate(given).placed(path.parent)
        except ValidationError as error:
            raise explained(error, path) from None

    def placed(self, folder: Path) -> Settings:
        """These settings as if they stood in *folder*."""
        self._folder = folder
        private = {**dotenv.values(folder / KEYS), **dotenv.values(folder / ".env")}
        self._secrets = private | dotenv.files(self.keys)  # the newest: `es setup` writes there
        return self

    @property
    def folder(self) -> Path:
        """Where the settings stand: relative paths in them start here."""
        return self._folder

    @property
    def keys(self) -> Path:
        """Folder of API keys, a file each; a container is told by ``TINGFENG_KEYS`` where its are."""
        return Path(os.environ.get("TINGFENG_KEYS") or self._folder / API_KEYS)

    @property
    def keep_days(self) -> int | None:
        """Age in days at which posts are removed and no longer taken in; ``None``: none is."""
        return self.store.get("keep_days")

    @property
    def evidence_days(self) -> int:
        """Age in days at which copies of posts that an incident rested on go, once it is over."""
        return int(self.store.get("evidence_days", EVIDENCE_DAYS))

    def reveal(self, value: Any) -> Any:
        """*value* with every ``"$NAME"`` in it, at any depth, replaced by what it stands for."""
        if isinstance(value, dict):
            return {key: self.reveal(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.reveal(item) for item in value]
        if not (isinstance(value, str) and re.fullmatch(r"\$[A-Z][A-Z0-9_]*", value)):
            return value
        found = self.secret(value[1:])
        if not found:
            raise SettingsError(
                f"没有设置环境变量 {value[1:]}：export 它，或写进 {self._folder / '.env'}",
                f"the variable {value[1:]} is not set: export it or put it into "
                f"{self._folder / '.env'}",
            )
        return found

    def secret(self, name: str) -> str | None:
        """What the environment, else a private file, says for *name*."""
        return os.environ.get(name) or self._secrets.get(name)

    def key(self) -> bytes:
        """The secret for pseudonyms; made and kept in ``.env`` when there is none yet."""
        if self.author_key == f"${AUTHOR_KEY}" and not self.secret(AUTHOR_KEY):
            made = keep_secret(self._folder, AUTHOR_KEY, secrets.token_hex(32))
            self._secrets[AUTHOR_KEY] = made
        key = str(self.reveal(self.author_key)).encode()
        if len(key) < 16:
            raise SettingsError(
                "author_key 太短：至少 16 个字符", "author_key is too short: at least 16 characters"
            )
        return key[:64]

    def person(self) -> str:
        """Who corrects, where no ``--by`` was typed."""
        try:
            return str(self.reveal(self.label.by))
        except SettingsError:  # a container may have no USER
            raise SettingsError(
                "不知道是谁在标注：加 --by 名字，或在设置里写 [label] by",
                "nobody knows who corrects: add --by NAME, or set [label] by",
            ) from None

    def lexicon(self) -> tuple[Brand, ...]:
        """Own brands, then competitors, as the parts know them."""
        own = [_brand(section, "own") for section in self.brands]
        brands = (*own, *(_brand(section, "competitor") for section in self.competitors))
        names = Counter(brand.name for brand in brands)
        twice = ", ".join(name for name, times in names.items() if times > 1)
        if twice:  # its posts would count for both, and every share of voice be wrong
            raise SettingsError(
                f"品牌 {twice} 写了不止一次：请合并成一节",
                f"{twice}: named twice, make it one brand",
            )
        return brands


def _brand(section: BrandSettings, role: Literal["own", "competitor"]) -> Brand:
    kinds: tuple[tuple[Entity, Aliases], ...] = (
        ("brand", section.aliases),
        ("product", section.products),
        ("executive", section.executives),
        ("spokesperson", section.spokespersons),
    )
    aliases = tuple(
        Alias(
            text=alias.text,
            entity=entity,
            near=tuple(alias.near),
            never=tuple(alias.never),
            window=alias.window,
        )
        for entity, listed in kinds
        for alias in listed
    )
    return Brand(name=section.name, role=role, aliases=aliases)


def keep_secret(folder: Path, name: str, value: str) -> str:
    """Write *name* into the private file ``.env`` in *folder* unless it says it; what it says."""
    return dotenv.keep(folder / ".env", name, value)
