"""The private file ``.env``: lines ``NAME=value``, for this user alone.

It is only ever written in place. A container sees it as a mount, over which nothing can be renamed,
and a new file would lose whom it belongs to. The same holds for files of a single value, as containers
are given them one by one.
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
    _write(file, name, text)


def take(file: Path, name: str) -> str | None:
    """Remove the lines of *name* from *file*; what it said."""
    found = values(file).get(name)
    if found is not None:
        line = re.compile(rf"^(?:export )?[ \t]*{re.escape(name)}[ \t]*=.*\n?", re.MULTILINE)
        _write(file, name, line.sub("", file.read_text(encoding="utf-8-sig")))
    return found


def files(folder: Path) -> dict[str, str]:
    """Values of *folder*, each the text of a file that is called as its variable."""
    found = {}
    try:
        for file in folder.iterdir() if folder.is_dir() else ():
            value = file.read_text(encoding="utf-8-sig").strip() if _named(file) else ""
            if value:
                found[file.name] = value
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"读不了文件夹 {folder} 里的密钥：请检查权限，每个文件应只有一个值",
            f"cannot read the keys in {folder}: check the permissions; each file holds one value",
        ) from error.with_traceback(None)
    return found


def _named(file: Path) -> bool:
    return bool(re.fullmatch(r"[A-Z][A-Z0-9_]*", file.name)) and file.is_file()


def put_file(folder: Path, name: str, value: str) -> None:
    """Let the file *name* of *folder* say *value*."""
    file = folder / name
    try:
        file.touch(0o600)
    except OSError as error:
        raise _unwritable(file, name, error) from error
    _write(file, name, f"{value}\n" if value else "")


def _write(file: Path, name: str, text: str) -> None:
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
