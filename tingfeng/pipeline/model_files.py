"""Models of one's own as files: weights (``.npz``) and a card (``.json``) in one folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tingfeng.core.errors import ModelError, SettingsError

if TYPE_CHECKING:
    from nlp.reader import ReaderSettings

IN_USE = "reader.model"
"""State of the store: name of the model in use, empty for the shipped engine alone."""

SHIPPED = "shipped"


class Models:
    """The models in *folder*."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self) -> list[str]:
        """Oldest first; those whose card cannot be read come before all others."""
        return sorted((file.stem for file in self.folder.glob("*.npz")), key=self._made_at)

    def _made_at(self, name: str) -> tuple[str, str]:
        try:
            return self.card(name)["made_at"], name
        except ModelError:  # whoever looks at the card itself is told
            return "", name

    def named(self, typed: str) -> str:
        """The model that *typed* means: its name or what only its name holds; empty for shipped."""
        if typed == SHIPPED:
            return ""
        known = self.names()
        found = [typed] if typed in known else [name for name in known if typed in name]
        if len(found) != 1:
            listed = "、".join(found or known) or "无"
            raise SettingsError(
                f"{'有几个' if found else '没有'}模型叫 {typed}：{listed}。另有 {SHIPPED}",
                f"{'several models are' if found else 'no model is'} called {typed}: "
                f"{', '.join(found or known) or 'none'}; and {SHIPPED}",
            )
        return found[0]

    def file(self, name: str) -> Path:
        """The weights."""
        return self.folder / f"{name}.npz"

    def card(self, name: str) -> dict[str, Any]:
        """What is known of a model: labels with who and when, figures, engine, date."""
        file = self.folder / f"{name}.json"
        try:
            card: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
            return {**card, "name": name, "made_at": str(card["made_at"])}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(
                f"读不了模型说明 {file}：{error}。找回 models/，或 tingfeng model use {SHIPPED}",
                f"cannot read the card {file}: {error}; bring models/ back, or run "
                f"`tingfeng model use {SHIPPED}`",
            ) from error

    def known(self, name: str) -> dict[str, Any]:
        """The card as far as it can be read, with all its keys, and what is wrong as ``fault``."""
        keys = ("engine", "kind", "by", "labels", "counts", "figures")
        try:
            return {**dict.fromkeys(keys), **self.card(name), "fault": None}
        except ModelError as error:
            return {**dict.fromkeys(keys), "name": name, "made_at": "", "fault": error.message}

    def recipe(self, shipped: ReaderSettings, name: str) -> ReaderSettings:
        """*shipped* with the model *name* upon its engine; itself where there is none."""
        if not name:
            return shipped
        from nlp.adapter import OWN

        section = {"use": OWN, "base": dict(shipped.sentiment), "file": str(self.file(name))}
        return replace(shipped, sentiment=section)

    def keep(self, raw: bytes, card: Mapping[str, Any]) -> str:
        """Write weights and card; the name. The weights come last: without them it is no model."""
        from nlp.adapter import hash_of

        name = f"{card['engine']}-{card['made_at'][:10].replace('-', '')}-{hash_of(raw)}"
        self.folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(card, ensure_ascii=False, indent=1)
        for file, content in ((f"{name}.json", text.encode()), (f"{name}.npz", raw)):
            half = self.folder / f".{file}.half"
            half.write_bytes(content)
            half.replace(self.folder / file)
        return name
