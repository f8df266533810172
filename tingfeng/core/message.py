"""One sentence in the two languages that users read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Lang = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Message:
    """The same sentence twice, so that neither language can be forgotten."""

    zh: str
    en: str

    def into(self, lang: Lang) -> str:
        """The sentence in *lang*."""
        return self.zh if lang == "zh" else self.en

    def __str__(self) -> str:
        return f"{self.zh} ({self.en})"
