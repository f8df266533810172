"""``tingfeng init --stack``: the files and secrets that ``docker compose up`` needs."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from urllib.request import url2pathname

import tingfeng
from tingfeng import dotenv
from tingfeng.core.errors import SettingsError
from tingfeng.settings import API_KEYS, AUTHOR_KEY, KEYS

Kind = Literal["single", "tls", "cluster"]

COMPOSE: dict[Kind, tuple[str, ...]] = {
    "single": ("docker-compose.yml",),
    "tls": ("docker-compose.yml", "docker-compose.tls.yml"),
    "cluster": ("docker-compose.yml", "docker-compose.tls.yml", "docker-compose.cluster.yml"),
}
"""What each kind of stack is made of: nodes among themselves speak TLS or nothing."""

FILES = (*COMPOSE["cluster"], "Dockerfile", ".dockerignore", ".env.example")

IGNORED = (".env*", "!.env.example", ".keys/", "*.db*", "*.vectors.npz", "refused/", "models/")
"""What git must not take: secrets, what people wrote, and what was made of it."""

_LENGTH = 12
"""Characters of a password that somebody chose."""

_DEFAULTS = frozenset(
    {
        "12345678", "123456789", "1234567890", "admin", "admin123", "administrator", "changeit",
        "changeme", "changeme123", "elastic", "elastic123", "elasticsearch", "kibana", "kibana123",
        "kibana_system", "letmein", "passw0rd", "password", "password123", "qwerty", "root",
        "secret", "test", "tingfeng", "tingfeng123", "testtest", "changemeplease", "mysecretpassword",
    }
)  # fmt: skip
"""Of tutorials and of other people's compose files."""


def _password() -> str:
    return secrets.token_urlsafe(24)


def _encryption_key() -> str:
    return secrets.token_urlsafe(48)  # Kibana wants 32 characters at least


SECRETS: dict[str, Callable[[], str]] = {
    AUTHOR_KEY: lambda: secrets.token_hex(32),
    "ELASTIC_PASSWORD": _password,
    "KIBANA_PASSWORD": _password,
    "TINGFENG_ANALYST_PASSWORD": _password,
    "KIBANA_SECURITY_KEY": _encryption_key,
    "KIBANA_OBJECTS_KEY": _encryption_key,
    "KIBANA_REPORTING_KEY": _encryption_key,
}
"""Made when they are missing; what is there is kept, for Elasticsearch keeps its own copy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What was written, without any value."""

    files: tuple[str, ...]
    """Written; those that were there and the same are not named."""
    made: tuple[str, ...]
    """Variables that were missing."""
    kept: tuple[str, ...]
    wheels: bool
    """Whether the image has something to be built from."""
    tls: bool
    """Whether Kibana is at an https address."""
    root: bool
    """Whether the folder is root's, who does not run in the containers."""


def prepare(settings: Path, kind: Kind | None, *, force: bool = False) -> Prepared:
    """Lay the stack's files beside the file *settings* and complete the private ``.env`` there.

    Secrets that the settings name, say of a webhook, are copied to where containers look for them.
    *kind* of ``None`` is what ``.env`` says already, else ``single``. Raises ``SettingsError`` for a
    known default among the passwords, and for a file that somebody changed, unless *force*.
    """
    folder = settings.parent
    env = folder / ".env"
    known = dotenv.values(env)
    for name in SECRETS:
        if value := known.get(name):
            (refuse_default if name == "ELASTIC_PASSWORD" else refuse_weak)(name, value)
    files = (*_copied(folder, force=force), *_ignoring(folder))  # before there is a secret
    made = tuple(name for name in SECRETS if name not in known)
    for name in made:
        dotenv.keep(env, name, SECRETS[name]())
    wheels = _source(folder, env)
    user, group = _owner()
    dotenv.keep(env, "TINGFENG_UID", str(user or 1000))
    dotenv.keep(env, "TINGFENG_GID", str(group or 1000))
    if kind or "COMPOSE_FILE" not in known:
        dotenv.put(env, "COMPOSE_FILE", ":".join(COMPOSE[kind or "single"]))
        dotenv.put(env, "COMPOSE_PATH_SEPARATOR", ":")  # Windows would take ";"
    keys = folder / KEYS
    keys.touch(0o600)  # a mount needs it, whatever is in it
    keys.chmod(0o600)
    _keys_apart(folder / API_KEYS, keys)
    for name in _named(settings) & (known.keys() - SECRETS.keys()):
        dotenv.put(keys, name, known[name])
    return Prepared(
        files=files,
        made=made,
        kept=tuple(name for name in SECRETS if name in known),
        wheels=wheels,
        tls=COMPOSE["tls"][1] in dotenv.values(env)["COMPOSE_FILE"],
        root=user == 0,
    )


def _keys_apart(folder: Path, together: Path) -> None:
    """A file for each API key, which a mount needs before `es setup` has anything to write. Keys that
    an earlier version kept *together*, where every service saw them all, move there.
    """
    from index.es.roles import PRINCIPALS

    folder.mkdir(0o700, exist_ok=True)
    folder.chmod(0o700)
    known = dotenv.files(folder)
    for one in PRINCIPALS:
        if one.program:
            moved = dotenv.take(together, one.variable)
            dotenv.put_file(folder, one.variable, known.get(one.variable) or moved or "")


def refuse_default(name: str, value: str) -> None:
    """Raise ``SettingsError`` for a password that everybody tries first."""
    if value.casefold() in _DEFAULTS:
        raise SettingsError(
            f"{name} 是众所周知的默认密码。请从 .env 删掉这一行再运行 tingfeng init --stack，"
            "或换一个自己的（已在运行的集群要先在 Kibana 或 _security API 里改）",
            f"{name} is a default that everybody knows: remove its line from .env and run "
            "`tingfeng init --stack` again, or choose another (and change it in a running cluster first)",
        )


def refuse_weak(name: str, value: str) -> None:
    """The same for one that is known or short."""
    refuse_default(name, value)
    if len(value) < _LENGTH:
        raise SettingsError(
            f"{name} 太短：至少 {_LENGTH} 个字符；删掉这一行，tingfeng init --stack 会生成一个",
            f"{name} is too short: at least {_LENGTH} characters; without its line, "
            "`tingfeng init --stack` makes one",
        )


def shipped(name: str) -> Path:
    """A file of the stack: in the checkout at its root, in a wheel within the package."""
    package = Path(tingfeng.__file__).parent
    for place in (package / "stack", package.parent):
        if (place / name).is_file():
            return place / name
    raise SettingsError(
        f"安装里缺少 {name}：请重新安装 tingfeng",
        f"this installation lacks {name}: install it again",
    )


def _named(settings: Path) -> set[str]:
    """Variables that the settings take values from."""
    text = settings.read_text("utf-8-sig") if settings.is_file() else ""
    return set(re.findall(r"""["']\$([A-Z][A-Z0-9_]*)["']""", text))


def _copied(folder: Path, *, force: bool) -> tuple[str, ...]:
    written = []
    for name in FILES:
        source, target = shipped(name), folder / name
        if target.exists():
            if target.samefile(source) or target.read_bytes() == source.read_bytes():
                continue
            if not force:
                raise SettingsError(
                    f"{target} 已存在且内容不同：要换成本版本的请加 --force（自己的改动宜放进"
                    " docker-compose.override.yml 并写进 COMPOSE_FILE）",
                    f"{target} exists and differs: replace it with --force (changes of your own "
                    "belong into docker-compose.override.yml, named in COMPOSE_FILE)",
                )
        shutil.copyfile(source, target)
        written.append(name)
    return tuple(written)


def _ignoring(folder: Path) -> tuple[str, ...]:
    """Keep what is private out of git, unless somebody has said already what to keep out."""
    file = folder / ".gitignore"
    if file.exists():
        return ()
    file.write_text("".join(f"{line}\n" for line in IGNORED), encoding="utf-8")
    return (file.name,)


def _source(folder: Path, env: Path) -> bool:
    """Let the image be built from what this program was installed from; whether that is known."""
    root = Path(tingfeng.__file__).parent.parent
    if (root / "pyproject.toml").is_file():
        if root.resolve() != folder.resolve():
            dotenv.keep(env, "TINGFENG_SOURCE", str(root.resolve()))
        return True
    dist = folder / "dist"
    for name in ("tingfeng", "tingfeng-encoder"):
        if (wheel := _wheel(name)) and not (dist / wheel.name).exists():
            dist.mkdir(exist_ok=True)
            shutil.copyfile(wheel, dist / wheel.name)
    return any(dist.glob("tingfeng-*.whl"))


def _wheel(name: str) -> Path | None:
    """The file that pip installed *name* from, if it is still there (PEP 610)."""
    try:
        told = json.loads(distribution(name).read_text("direct_url.json") or "{}")
    except PackageNotFoundError:
        return None
    parts = urlsplit(told.get("url", ""))
    path = Path(url2pathname(parts.path)) if parts.scheme == "file" else None
    return path if path and path.suffix == ".whl" and path.is_file() else None


def _owner() -> tuple[int | None, int | None]:
    """As whom containers write into the folder; ``None`` where the system has no such numbers."""
    return (os.getuid(), os.getgid()) if hasattr(os, "getuid") else (None, None)
