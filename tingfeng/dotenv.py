"""The private file ``.env``: lines ``NAME=value``, for this user alone.

It is only ever written in place. A container sees it as a mount, over which nothing can be renamed,
and a new file would lose whom it belongs to.
"""

from __future__ import annotations

import re
from pathlib import Path

from tingfeng.core.errors import SettingsError


def values(file: Path) -> dict[str, str]:
    """Names and values of *file*; of several lines with one name, the first that says anything."""
    if not file.is_file():
        return {}
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"读不了 {file}：请存成 UTF-8 文本，并检查权限",
            f"cannot read {file}: save it as UTF-8 text, and check its permissions",
        ) from error.with_traceback(None)
    found: dict[str, str] = {}
    for line in text.splitlines():
        name, _, value = line.removeprefix("export ").partition("=")
        value = value.strip()
        if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
            value = value[1:-1]
        if value and not name.lstrip().startswith("#"):
            found.setdefault(name.strip(), value)
    return found


def keep(file: Path, name: str, value: str) -> str:
    """Write *name* into *file* unless it says it; what it says."""
    if known := values(file).get(name):
        return known
    try:
        with file.open("a+b") as out:
            file.chmod(0o600)
            out.seek(0)
            ended = out.read()[-1:] in (b"", b"\n")  # a line without an end would swallow ours
            out.write(f"{'' if ended else chr(10)}{name}={value}\n".encode())
    except OSError as error:
        raise _unwritable(file, name, error) from error
    # Of two processes that make a key at once, both must go on with the one that was first.
    return values(file)[name]


def put(file: Path, name: str, value: str) -> None:
    """Let *file* say *value* for *name*, whatever it said; every other line stays as it is."""
    if keep(file, name, value) == value:
        return
    line = re.compile(rf"^(?:export )?[ \t]*{re.escape(name)}[ \t]*=.*$", re.MULTILINE)
    # A function: a backslash in the value is no escape.
    text = line.sub(lambda _: f"{name}={value}", file.read_text(encoding="utf-8-sig"))
    try:
        with file.open("r+b") as out:
            file.chmod(0o600)
            out.write(text.encode())
            out.truncate()
    except OSError as error:
        raise _unwritable(file, name, error) from error


def _unwritable(file: Path, name: str, error: OSError) -> SettingsError:
    return SettingsError(
        f"无法写入 {file}（{error.strerror}）：请设置环境变量 {name}",
        f"cannot write {file} ({error.strerror}): set the variable {name}",
    )
