"""Names to objects: a table per extension point, and nothing imported before it is used."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from tingfeng.core.errors import SettingsError, UnknownName


def load(table: Mapping[str, str], name: str) -> Any:
    """Return what *name* stands for: a key of *table*, or ``module:attribute`` from anywhere."""
    module, _, attribute = table.get(name, name).partition(":")
    if not attribute:
        raise UnknownName(name, sorted(table))
    try:
        return getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise SettingsError(f"无法载入 {name}：{error}", f"cannot load {name}: {error}") from error


def build(table: Mapping[str, str], section: Mapping[str, Any], **given: Any) -> Any:
    """Make the object a settings section describes.

    ``use`` names it, the other keys are its arguments; *given* are arguments that the
    program supplies rather than the user.
    """
    options = {**section, **given}
    name = options.pop("use", None)
    if not isinstance(name, str):
        known = ", ".join(sorted(table))
        raise SettingsError(
            f'这一节设置缺 use = "名称"，可用：{known}',
            f'a section of the settings lacks use = "name"; known: {known}',
        )
    factory = load(table, name)
    try:
        inspect.signature(factory).bind(**options)
    except TypeError as error:
        raise SettingsError(f"{name} 的参数不对：{error}", f"{name}: {error}") from None
    try:
        return factory(**options)
    except (
        TypeError,
        ValueError,
        AttributeError,
    ) as error:  # what a number in place of a text leads to
        raise SettingsError(f"{name} 的参数不对：{error}", f"{name}: {error}") from error
