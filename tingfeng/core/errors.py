"""Everything this project raises on purpose; each message says what to do.

* TingfengError            the command line prints it and exits 1, with no traceback
  + SettingsError          the settings ask for something impossible
    - UnknownName          no built-in part has this name
  + InputError             a file cannot be taken in (wrong encoding, bomb, changed while read)
  + CrawlError             a source could not be read
    - AnswerChanged        the answer lost a field we read: the spider needs mending
  + ModelError             a model's files are missing or do not fit this version
  + StoreError             the store cannot be opened, is newer than we are, or is locked too long
  + NotifyError            a channel did not accept a message
"""

from __future__ import annotations

from tingfeng.core.message import Lang, Message


class TingfengError(Exception):
    """Base class. *message* is for the user: what is wrong, and the remedy."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.message = Message(zh, en)

    def into(self, lang: Lang) -> str:
        """The message in *lang*."""
        return self.message.into(lang)

    def __str__(self) -> str:
        return str(self.message)


class SettingsError(TingfengError):
    """The settings ask for something impossible."""


class UnknownName(SettingsError):
    """No built-in part has this name."""

    def __init__(self, name: str, known: list[str]) -> None:
        names = ", ".join(known)
        super().__init__(
            f"没有名为 {name!r} 的部件。可用：{names}；也可以写成 模块:类名",
            f"no part is called {name!r}; known: {names}; or give module:Class",
        )


class InputError(TingfengError):
    """A file cannot be taken in."""


class CrawlError(TingfengError):
    """A source could not be read."""


class AnswerChanged(CrawlError):
    """The answer lost a field we read: the spider needs mending."""


class ModelError(TingfengError):
    """A model's files are missing or do not fit this version."""


class StoreError(TingfengError):
    """The store cannot be opened, is newer than we are, or is locked for too long."""


class NotifyError(TingfengError):
    """A channel did not accept a message."""

    def __init__(
        self, zh: str, en: str, *, retry: bool, unsure: bool = False, after: float = 0.0
    ) -> None:
        super().__init__(zh, en)
        self.retry = retry
        """Whether sending the same message again may help."""
        self.unsure = unsure
        """Whether it may have been accepted nevertheless: it went out, and no answer came."""
        self.after = after
        """Seconds before which trying again is in vain; 0: the channel does not say."""
