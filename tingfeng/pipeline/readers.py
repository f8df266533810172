"""Which reader reads: the engine of the settings, with the model of one's own that is in use."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tingfeng.core.brand import Brand
from tingfeng.core.errors import SettingsError
from tingfeng.core.message import Message
from tingfeng.core.ports import Reader, Store
from tingfeng.pipeline.engine_note import engine_name, reader_note
from tingfeng.pipeline.model_files import IN_USE, Models
from tingfeng.settings import Settings

if TYPE_CHECKING:
    from nlp.reader import ReaderSettings


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
            sentiment=self._settings.reveal(chosen.sentiment),
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
    def behind(self) -> bool:
        """Whether posts still bear the readings of another reader: alerts wait until none does."""
        from tingfeng.alerts.relearn import behind

        return behind(self._store(), self.reader.version)
