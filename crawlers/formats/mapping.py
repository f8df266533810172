"""Any table, by a mapping of its columns to our fields in TOML.

::

    records = "data.list"            # optional: where the records are in a JSON file; * is any key
    [columns]                        # our field = their column, or a list of columns
    id = "编号"
    text = ["标题", "正文"]
    [constants]                      # our field = the same for every record
    platform = "tieba"
    [identity]                       # optional: what tells records apart where they have no id
    columns = ["url"]
    [replies]                        # optional: comments within the record
    texts = ["评论1", "评论2"]         # one column, one comment; or, in JSON:
    records = "replies"
    columns = { text = "content", published_at = "timestamp" }
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crawlers.formats.record import (
    COUNTS,
)
from tingfeng import (
    SettingsError,
)

FIELDS = (
    "id", "text", "title", "url", "author", "author_name", "followers", "verified", "published_at",
    "collected_at", "parent", "rating", "place", "kind", "platform", "tags", "media", *COUNTS,
)  # fmt: skip
"""Our fields. ``author`` is the platform's id of the author, ``author_name`` what readers see."""

KINDS = {
    "post": "post", "comment": "comment", "repost": "repost", "review": "review",
    "article": "article", "hot": "hot", "帖子": "post", "微博": "post", "原创": "post", "评论": "comment",
    "回复": "comment", "转发": "repost", "评价": "review", "点评": "review", "文章": "article",
    "新闻": "article", "true": "post", "false": "repost",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMap:
    """What a mapping file says."""

    columns: Mapping[str, tuple[str, ...]]
    constants: Mapping[str, Any] = field(default_factory=dict)
    records: tuple[str, ...] = ()
    identity: tuple[str, ...] = ()
    reply_texts: tuple[str, ...] = ()
    reply_records: tuple[str, ...] = ()
    reply_columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in [*self.columns, *self.constants, *self.reply_columns]:
            if name not in FIELDS:
                near = difflib.get_close_matches(name, FIELDS, 1) or ["-"]
                raise SettingsError(
                    f"映射中没有名为 {name} 的字段（是否想写 {near[0]}？）。可用：{', '.join(FIELDS)}",
                    f"a mapping knows no field {name} ({near[0]}?); known: {', '.join(FIELDS)}",
                )
        if "platform" not in self.columns and not self.constants.get("platform"):
            raise SettingsError(
                '映射缺少平台：请在 [constants] 中写 platform = "weibo" 之类',
                'the mapping names no platform: write platform = "weibo" or the like in [constants]',
            )
        if not {"text", "title"} & self.columns.keys():
            raise SettingsError(
                "映射缺少正文：请在 [columns] 中给出 text 或 title",
                "the mapping names no text: give text or title in [columns]",
            )
        if "id" not in self.columns and not self.identity:
            raise SettingsError(
                "映射缺少编号：请在 [columns] 中给出 id；没有编号的表请在 [identity] columns 中"
                "列出能区分各条的列",
                "the mapping names no id: give id in [columns], or, where there is none, the "
                "columns that tell records apart in [identity] columns",
            )

    @property
    def named(self) -> set[str]:
        """Every column of a record that the mapping speaks of."""
        lists = [*self.columns.values(), self.identity, self.reply_texts]
        return {name for names in lists for name in names}

    def fits(self, record: Mapping[str, Any]) -> bool:
        """Whether an object has a column of the text: then it is a record, not what encloses it."""
        said = [*self.columns.get("text", ()), *self.columns.get("title", ())]
        return any(name in record or name.partition(".")[0] in record for name in said)


def load_map(path: Path) -> ColumnMap:
    """The mapping in the TOML file *path*. Raises SettingsError, naming what is wrong."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingsError(f"打不开映射文件 {path}", f"cannot open the mapping {path}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"映射文件 {path.name} 不是 TOML：{error}", f"{path.name} is not TOML: {error}"
        ) from error
    known = {"records", "columns", "constants", "identity", "replies"}
    if unknown := sorted(raw.keys() - known):
        raise SettingsError(
            f"映射文件里不认得 {unknown[0]}：可用 {', '.join(sorted(known))}",
            f"the mapping has an unknown {unknown[0]}; known: {', '.join(sorted(known))}",
        )
    replies, same = _section(raw, "replies"), _section(raw, "identity")
    return ColumnMap(
        columns=_names(_section(raw, "columns")),
        constants=_constants(_section(raw, "constants")),
        records=_path(raw.get("records"), "records"),
        identity=_listed(same.get("columns"), "[identity] columns"),
        reply_texts=_listed(replies.get("texts"), "[replies] texts"),
        reply_records=_path(replies.get("records"), "[replies] records"),
        reply_columns=_names(_section(replies, "columns")),
    )


def _section(raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    section = raw.get(name, {})
    if not isinstance(section, dict):
        raise SettingsError(
            f"映射中 {name} 应是一节：请写 [{name}]，下面每行一个 字段 = 值",
            f"{name} must be a section: write [{name}] and below it a line each of field = value",
        )
    return section


def _path(raw: Any, name: str) -> tuple[str, ...]:
    if not isinstance(raw, str | None):
        raise SettingsError(
            f'映射中 {name} 应写成路径，如 "data.list"', f'{name} must be a path like "data.list"'
        )
    return tuple(raw.split(".")) if raw else ()


def _listed(raw: Any, name: str) -> tuple[str, ...]:
    return _names({name: raw}).get(name, ()) if raw else ()


_MEDIA = ("image", "video")


def _constants(section: Mapping[str, Any]) -> Mapping[str, Any]:
    """The constants as they will be used; whatever could not be used is an error, not ignored."""
    known = {"platform", "kind", "text", "title", "tags", "media"}
    for name, value in section.items():
        if name in FIELDS and name not in known:
            raise SettingsError(
                f"映射中 {name} 不能写成常量：请在 [columns] 中给出它的列。可写成常量：{', '.join(sorted(known))}",
                f"{name} cannot be a constant: give its column in [columns]. Constants are "
                f"{', '.join(sorted(known))}",
            )
        allowed = {"kind": tuple(KINDS), "media": _MEDIA}.get(name)
        if (allowed and value not in allowed) or (name != "tags" and not isinstance(value, str)):
            wanted = ", ".join(allowed) if allowed else "…"
            raise SettingsError(
                f"映射中 {name} = {value!r} 不能用：请写成一个词（{wanted}）",
                f"{name} = {value!r} cannot be used: it must be one word ({wanted})",
            )
    return section


def _names(section: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    named = {}
    for name, columns in section.items():
        wanted = [columns] if isinstance(columns, str) else columns
        if not isinstance(wanted, list) or not all(isinstance(one, str) for one in wanted):
            raise SettingsError(
                f"映射中 {name} 应写成列名，或列名的列表",
                f"{name} must be a column or a list of them",
            )
        if wanted:
            named[name] = tuple(wanted)
    return named
