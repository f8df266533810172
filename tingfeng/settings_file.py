"""The file of the settings, and what is wrong with it, told by the path of the key."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tingfeng.core.errors import SettingsError

if TYPE_CHECKING:
    from pydantic import ValidationError


def explained(error: ValidationError, file: Path) -> SettingsError:
    """Each fault with its path in the file."""
    zh, en = [], []
    for fault in error.errors():
        path = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in fault["loc"]).lstrip(
            "."
        )
        if fault["type"] == "extra_forbidden":
            zh.append(f"{path}：没有这个设置")
            en.append(f"{path}: there is no such setting")
        else:
            zh.append(f"{path}：{fault['msg']}")
            en.append(f"{path}: {fault['msg']}")
    hint = "settings.example.toml"
    return SettingsError(
        f"{file} 有误：{'；'.join(zh)}。全部设置见 {hint}",
        f"{file}: {'; '.join(en)}. Every setting stands in {hint}",
    )


def toml(path: Path) -> dict[str, Any]:
    """What the file says; raises ``SettingsError`` where it cannot be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"读不了设置文件 {path}：{error}。可用 tingfeng init 生成",
            f"cannot read {path}: {error}. `tingfeng init` writes one",
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            f"{path} 不是有效的 TOML：{error}", f"{path} is not valid TOML: {error}"
        ) from None
