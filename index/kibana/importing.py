"""Bringing the file into a Kibana, and reading from the answer what came of it.

Kibana answers 200 also where it took nothing: ``success`` and ``errors`` in the body decide.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Literal

from index.kibana.talking import Kibana
from tingfeng import Message, StoreError

OLDEST = (8, 19)
"""The Kibana for which the objects are written."""

_PAUSE = 2.0
"""Seconds between two looks at a Kibana that is starting."""

_NAME = "tingfeng.ndjson"
"""Kibana refuses files that are not called .ndjson."""

State = Literal["made", "replaced", "kept", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What became of one object."""

    type: str
    id: str
    title: str
    state: State
    why: Message | None = None
    """Of those that failed."""


def wait(
    kibana: Kibana,
    seconds: float,
    *,
    sleep: Callable[[float], Any] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> str:
    """Until it is available, at most so many seconds; its version, empty if it does not say.

    Raises :class:`tingfeng.StoreError` where it is not by then, or is too old.
    """
    until = clock() + seconds
    while True:
        try:
            status, answer = kibana.ask("GET", "/api/status", spaced=False)
            if status in (401, 403):
                raise kibana.refused(status, answer)
            level = _level(answer)
            if level == "available":
                return _version(kibana, answer)
            problem = _not_yet(kibana.address, level or f"HTTP {status}")
        except StoreError as error:
            if error.__cause__ is None:  # it answered, and waiting would change nothing
                raise
            problem = error
        if clock() + _PAUSE > until:
            raise problem
        sleep(_PAUSE)


def _level(answer: Any) -> str:
    status = answer.get("status", {}) if isinstance(answer, dict) else {}
    overall = status.get("overall", {}) if isinstance(status, dict) else {}
    return str(overall.get("level", "")) if isinstance(overall, dict) else ""


def _version(kibana: Kibana, answer: Any) -> str:
    version = str(answer.get("version", {}).get("number", ""))
    numbers = version.split("-")[0].split(".")
    if len(numbers) > 1 and tuple(map(int, numbers[:2])) < OLDEST:
        raise StoreError(
            f"Kibana（{kibana.address}）是 {version}：需要 8.19 或更新",
            f"Kibana at {kibana.address} is {version}: 8.19 or later is needed",
        )
    return version


def make_space(kibana: Kibana, space: str) -> bool:
    """Make *space* unless it is there; whether it was made."""
    status, answer = kibana.ask("GET", f"/api/spaces/space/{space}", spaced=False)
    if status == 200:
        return False
    if status == 404:
        body = {"id": space, "name": space, "description": "tingfeng 听风"}
        status, answer = kibana.ask("POST", "/api/spaces/space", body, spaced=False)
        if status in (200, 409):  # somebody else was faster
            return status == 200
    raise kibana.refused(status, answer)


def bring(kibana: Kibana, data: bytes, *, overwrite: bool = True) -> list[Brought]:
    """Import the file; what became of each object.

    Without *overwrite* objects that are there stay as they are. Raises
    :class:`tingfeng.StoreError` where nothing was looked at.
    """
    path = f"/api/saved_objects/_import?overwrite={str(overwrite).lower()}"
    status, answer = kibana.ask("POST", path, _multipart(data))
    if status != 200 or not isinstance(answer, dict) or "success" not in answer:
        raise kibana.refused(status, answer)
    found = [
        Brought(
            type=each["type"],
            id=each["id"],
            title=_title(each),
            state="replaced" if each.get("overwrite") else "made",
        )
        for each in answer.get("successResults", ())
    ]
    return [*found, *(_failed(each) for each in answer.get("errors", ()))]


def default_view(kibana: Kibana, view: str) -> None:
    """Let *view* be what Discover opens with, whatever it was before."""
    body = {"data_view_id": view, "force": True}
    status, answer = kibana.ask("POST", "/api/data_views/default", body)
    if status != 200:
        raise kibana.refused(status, answer)


def _multipart(data: bytes) -> tuple[str, bytes]:
    """``file`` as browsers send it. The boundary is of the file's own bytes, and not among them."""
    boundary = f"tingfeng{blake2b(data, digest_size=16).hexdigest()}"
    head = (
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data; name="file"; filename="{_NAME}"\r\n'
        "Content-Type: application/ndjson\r\n\r\n"
    )
    body = head.encode() + data + f"\r\n--{boundary}--\r\n".encode()
    return f"multipart/form-data; boundary={boundary}", body


def _title(each: Any) -> str:
    meta = each.get("meta", {})
    return str(meta.get("title") or each.get("title") or "")


def _failed(each: Any) -> Brought:
    error = each.get("error", {})
    kind = error.get("type", "unknown")
    kept = kind == "conflict"
    return Brought(
        type=each["type"],
        id=each["id"],
        title=_title(each),
        state="kept" if kept else "failed",
        why=None if kept else _why(kind, error),
    )


def _why(kind: str, error: Any) -> Message:
    if kind == "missing_references":
        missing = ", ".join(f"{one['type']} {one['id']}" for one in error.get("references", ()))
        return Message(
            f"它用到的 {missing} 不在 Kibana 里：用 tingfeng kibana build 重新生成后再导入",
            f"{missing}, to which it refers, is not in Kibana: build the file anew and import that",
        )
    if kind == "ambiguous_conflict":
        return Message(
            "Kibana 里有几个由它复制的对象：在 Stack Management → Saved Objects 里删去多余的",
            "several copies of it are in Kibana: remove those too many in Stack Management → Saved"
            " Objects",
        )
    if kind == "unsupported_type":
        return Message(
            "这个 Kibana 没有这种对象：需要 8.19 或更新，并启用对应的应用",
            "this Kibana has no such objects: 8.19 or later is needed, with the application enabled",
        )
    said = str(error.get("message", kind))[:300]
    return Message(f"Kibana 说：{said}", f"Kibana says: {said}")


def _not_yet(address: str, level: str) -> StoreError:
    return StoreError(
        f"Kibana（{address}）还没有就绪（{level}）：稍后再试，或用 --wait 等久一些",
        f"Kibana at {address} is not available yet ({level}): try again later, or --wait longer",
    )
