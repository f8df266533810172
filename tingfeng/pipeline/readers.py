"""Which reader reads: the engine of the settings, with the model of one's own that is in use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tingfeng.core.brand import Brand
from tingfeng.core.errors import SettingsError
from tingfeng.core.message import Message
from tingfeng.core.ports import Reader, Store
from tingfeng.pipeline.engine_note import engine_name, reader_note
from tingfeng.pipeline.model_files import IN_USE, Models
from tingfeng.settings import Settings

if TYPE_CHECKING:
    from nlp.reader import ReaderSettings

PATHS = {
    "linear": ("path", "mentions", "emotion"), "encoder": ("path",), "cascade": ("path",),
    "llm": ("cache",), "huggingface": ("model",),
}  # fmt: skip
"""Arguments of an engine that are files or folders."""

LLM_CACHE = "tingfeng-llm.db"
"""Beside the settings, like the store."""


def beside(folder: Path, section: Mapping[str, Any]) -> dict[str, Any]:
    """The engine *section* with its relative paths from *folder*, that of the settings, as for
    ``store.path``: a job of cron runs elsewhere.
    """
    placed = dict(section)
    engine = engine_name(placed) if isinstance(placed.get("use"), str) else ""
    if engine == "llm":
        placed.setdefault("cache", LLM_CACHE)
        if isinstance(placed.get("base"), Mapping):
            placed["base"] = beside(folder, placed["base"])
    for name in PATHS.get(engine, ()):
        value = placed.get(name)
        # What is no folder here may be a name of the hub.
        if isinstance(value, str) and (engine != "huggingface" or (folder / value).is_dir()):
            placed[name] = str(folder / value)
    return placed


class Readers:
    """Readers of *settings* for *brands*."""

    def __init__(
        self, settings: Settings, brands: tuple[Brand, ...], store_file: Path | None,
        store: Callable[[], Store],
    ) -> None:  # fmt: skip
        self._settings = settings
        self._brands = brands
        self._store_file = store_file
        self._store = store
        self._built: tuple[ReaderSettings, Reader] | None = None

    @cached_property
    def shipped(self) -> ReaderSettings:
        """The recipe of the settings alone."""
        from nlp.reader import ReaderSettings

        chosen = self._settings.reader
        if not isinstance(chosen.sentiment.get("use"), str):
            raise SettingsError(
                '[reader] sentiment 缺 use = "名称"，例如 { use = "auto" }',
                '[reader] sentiment lacks use = "name", say { use = "auto" }',
            )
        return ReaderSettings(
            brands=self._brands,
            sentiment=beside(self._settings.folder, self._settings.reveal(chosen.sentiment)),
            segmenter={"use": chosen.segmenter},
        )

    @cached_property
    def models(self) -> Models:
        """Models of one's own, beside the settings."""
        return Models(self._settings.folder / "models")

    @property
    def model(self) -> str:
        """Name of the model of one's own that ``tingfeng model use`` chose; empty: none.

        Kept in the store, so that all who read into it agree; asked anew each time, for another
        process may have switched it.
        """
        if self._store_file is not None and not self._store_file.exists():
            return ""  # scoring needs no store, and must not make one
        return self._store().load_state(IN_USE) or ""

    def use(self, model: str) -> None:
        """Let everybody read with this model of one's own from now on; empty: with none."""
        self._store().save_state(IN_USE, model)

    @property
    def recipe(self) -> ReaderSettings:
        """What a worker process needs to build the reader in use."""
        return self.models.recipe(self.shipped, self.model)

    @property
    def reader(self) -> Reader:
        """Reads in this process; built again when another model was chosen."""
        recipe = self.recipe
        if self._built is None or self._built[0] != recipe:
            self._built = recipe, recipe.build()
        return self._built[1]

    @property
    def engine_name(self) -> str:
        """Which engine reads, below any model of one's own."""
        return engine_name(self.shipped.sentiment)

    @property
    def note(self) -> Message:
        """What is known of the reader's error."""
        name = self.model
        return reader_note(self.engine_name, self.models.card(name) if name else None)

    @property
    def engine_report(self) -> tuple[Message, dict[str, int]] | None:
        """What an engine that asks others tells of its day, as a sentence and as counts; ``None``
        of an engine that tells nothing. Worker processes count into the same book.
        """
        engine = getattr(self.reader, "engine", None)
        while engine is not None and not hasattr(engine, "report"):
            engine = getattr(engine, "engine", None)  # below what people corrected
        return None if engine is None else (engine.report(), engine.today())

    @property
    def behind(self) -> bool:
        """Whether posts still bear the readings of another reader: alerts wait until none does."""
        from tingfeng.alerts.relearn import behind

        return behind(self._store(), self.reader.version)
