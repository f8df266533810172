"""Who is called by name, and what each platform calls them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, get_args

from tingfeng import Level, Notice, SettingsError

EVERYONE = "@all"

_CALL = re.compile(r"^- @.*$", re.MULTILINE)
_NAME = re.compile(r"@([^\s@]+)")

_SAID = ("opened", "raised")
"""Of which changes a level calls people: a heartbeat every half hour would be muted by noon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Someone on the duty roster."""

    name: str
    userid: str = ""
    """In 企业微信 and 钉钉, as the administrator sees it."""
    mobile: str = ""
    open_id: str = ""
    """In 飞书: ``ou_…``."""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """Whom one message calls."""

    people: tuple[Person, ...] = ()
    everyone: bool = False


def line(names: Iterable[str]) -> str:
    """The line of a notice's body that calls people: ``- @张三 @李四``; :data:`EVERYONE` is all.

    Only a line that begins so calls anyone, and what strangers wrote never begins a line.
    """
    return "- " + " ".join(name if name == EVERYONE else f"@{name}" for name in names)


class Roster:
    """People by name, and whom each level of one channel calls by itself.

    *people*: ``{name = "张三", userid = "zhangsan", mobile = "138…"}``. *mention*: by level, names
    or ``@all``: ``{yellow = ["张三"], red = ["@all"]}``.
    """

    def __init__(
        self,
        people: Sequence[Person | Mapping[str, Any]] = (),
        mention: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        listed = [one if isinstance(one, Person) else _person(one) for one in people]
        self._people = {one.name: one for one in listed}
        self._mention = dict(mention or {})
        unknown = sorted(set(self._mention) - set(get_args(Level)))
        names = {name for given in self._mention.values() for name in given} - {EVERYONE}
        unknown += sorted(names - set(self._people))
        if unknown:
            raise SettingsError(
                f"mention 里的 {'、'.join(unknown)} 既不是级别（blue yellow orange red），people 里也没有这个人",
                f"mention: {', '.join(unknown)} is neither a level (blue yellow orange red) nor "
                "someone of people",
            )

    def called(self, notice: Notice) -> Called:
        """Those of its level, and those of its line ``- @…``; strangers to the roster are left out.

        A test calls nobody: it must not wake a hundred people.
        """
        if notice.kind == "test":
            return Called()
        names = list(self._mention.get(notice.level, ())) if notice.kind in _SAID else []
        for each in _CALL.findall(notice.body):
            names += [EVERYONE if name == "all" else name for name in _NAME.findall(each)]
        people = [self._people[name] for name in dict.fromkeys(names) if name in self._people]
        return Called(people=tuple(people), everyone=EVERYONE in names)


def _person(given: Mapping[str, Any]) -> Person:
    known = {field.name for field in fields(Person)}
    wrong = sorted(set(given) - known) or [key for key, value in given.items() if not _text(value)]
    if wrong or not given.get("name"):
        raise SettingsError(
            f"people 里每人要有 name，可有 userid mobile open_id email，都写成文字：{', '.join(wrong)}",
            "each of people has a name, and may have userid mobile open_id email, all as text: "
            f"{', '.join(wrong)}",
        )
    return Person(**given)


def _text(value: Any) -> bool:
    return isinstance(value, str)
