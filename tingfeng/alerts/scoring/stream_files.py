"""A labelled stream and a list of incidents: csv with a row of column names, or jsonl; either may be
packed (``.gz``).

Stream: ``time``, ``brand``, and ``negative`` (1 or 0) or ``label`` (negative, neutral, positive,
uncertain); besides, where known, ``id``, ``author``, ``text``, ``cluster`` (near-duplicate group),
``platform``, ``followers``, ``kind`` (post, comment, article, hot …), ``engagement``, ``url``,
``author_name``. Incidents: ``brand``, ``start`` (or ``since``), ``end`` (or ``until``). Times are ISO 8601, or seconds
since 1970; without a zone they mean Asia/Shanghai. Chinese column names are known as well.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, TextIO, cast, get_args

from tingfeng import SHANGHAI, InputError, Kind, Label, Message
from tingfeng.alerts.scoring.labelled import Voice
from tingfeng.alerts.scoring.stream import Known

Row = Mapping[str, str]

NAMES = {
    "时间": "time", "发布时间": "time", "published_at": "time", "timestamp": "time", "created_at": "time",
    "品牌": "brand", "负面": "negative", "is_negative": "negative", "标签": "label", "情感": "label",
    "sentiment": "label", "编号": "id", "post_id": "id", "作者": "author", "user": "author",
    "author_id": "author", "文本": "text", "正文": "text", "内容": "text", "content": "text",
    "簇": "cluster", "cluster_id": "cluster", "平台": "platform", "粉丝": "followers",
    "粉丝数": "followers", "开始": "start", "起": "start", "结束": "end", "止": "end",
    "since": "start", "until": "end", "类型": "kind", "互动": "engagement", "链接": "url", "作者名": "author_name",
}  # fmt: skip

TRUE = {"1", "1.0", "true", "yes", "y", "t", "是", "负面", "negative", "neg"}
FALSE = {"0", "0.0", "false", "no", "n", "f", "否", "", "非负面"}

LABELS: dict[str, Label] = {
    "negative": "negative", "neg": "negative", "-1": "negative", "-1.0": "negative", "负面": "negative", "负": "negative",
    "neutral": "neutral", "neu": "neutral", "0": "neutral", "0.0": "neutral", "中性": "neutral", "中": "neutral",
    "positive": "positive", "pos": "positive", "1": "positive", "1.0": "positive", "正面": "positive", "正": "positive",
    "uncertain": "uncertain", "不确定": "uncertain", "": "uncertain",
}  # fmt: skip
"""Of the column ``label``, where 0 is neutral and 1 positive; yes or no belongs into ``negative``."""


class Refused(NamedTuple):
    """A row that is none."""

    line: int
    why: Message


def voices(path: Path) -> tuple[list[Voice], list[Refused]]:
    """Of a stream, and the rows that could not be read."""

    def make(line: int, row: Row) -> Voice:
        return Voice(
            id=row.get("id") or f"line{line}", at=moment(row["time"]), brand=_given(row, "brand"),
            label=_label(row), author=row.get("author") or None, text=row.get("text", ""),
            cluster=row.get("cluster") or None, platform=row.get("platform") or "unknown",
            followers=_whole(row, "followers"),
            kind=_kind(row), engagement=_whole(row, "engagement"), url=row.get("url", ""),
            author_name=row.get("author_name") or None,
        )  # fmt: skip

    return _read(path, ("time", "brand"), make, either=("negative", "label"))


def incidents(path: Path) -> tuple[list[Known], list[Refused]]:
    """Of a list, and the rows that could not be read."""

    def make(line: int, row: Row) -> Known:
        one = Known(
            brand=_given(row, "brand"), start=moment(row["start"]), end=moment(row["end"])
        )  # fmt: skip
        if one.end < one.start:
            raise ValueError(f"{row['end']} < {row['start']}")
        return one

    return _read(path, ("brand", "start", "end"), make, empty=True)


def moment(text: str) -> datetime:
    """What *text* means. Raises ``ValueError``."""
    said = text.strip()
    number = said.removeprefix("-").replace(".", "", 1)
    if number.isdigit() and len(number) > 8:
        seconds = float(said)
        return datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC)
    at = datetime.fromisoformat(said.replace("/", "-"))
    return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)


def _kind(row: Row) -> Kind:
    said = row.get("kind") or "post"
    if said not in get_args(Kind):
        raise ValueError(f"kind {said}")
    return cast("Kind", said)


def _whole(row: Row, name: str) -> int | None:
    return int(float(row[name])) if row.get(name) else None


def _given(row: Row, name: str) -> str:
    if not row[name]:
        raise ValueError(name)
    return row[name]


def _label(row: Row) -> Label:
    if "label" in row and ("negative" not in row or row["label"]):
        if row["label"].lower() not in LABELS:
            raise ValueError(f"label {row['label']}")
        return LABELS[row["label"].lower()]
    said = row["negative"].lower()
    if said not in TRUE | FALSE:
        raise ValueError(f"negative {said}")
    return "negative" if said in TRUE else "neutral"


def _read(
    path: Path, needed: tuple[str, ...], make: Callable[[int, Row], Any], *,
    either: tuple[str, ...] = (), empty: bool = False,
) -> tuple[list[Any], list[Refused]]:  # fmt: skip
    found, refused = [], []
    try:
        for line, row in _rows(path):
            lacking = [name for name in needed if name not in row]
            if lacking or (either and not any(name in row for name in either)):
                names = "、".join([*lacking, *([" / ".join(either)] if either else [])])
                raise InputError(
                    f"{path.name} 缺少列 {names}（看到的列：{', '.join(row)}）。请在第一行写上列名。",
                    f"{path.name} lacks the columns {names} (it has {', '.join(row)}): name them in its first row",
                )
            try:
                found.append(make(line, row))
            except ValueError as fault:
                refused.append(Refused(line, Message(f"读不了：{fault}", f"unreadable: {fault}")))
    except (OSError, EOFError, UnicodeDecodeError, json.JSONDecodeError, csv.Error) as fault:
        raise InputError(
            f"{path} 读不了（{fault}）。", f"{path} cannot be read ({fault})"
        ) from None
    if not found and not empty:
        why = refused[0].why if refused else Message("没有一行数据", "there is no row")
        raise InputError(f"{path.name}：{why.zh}。", f"{path.name}: {why.en}")
    return found, refused


def _rows(path: Path) -> Iterator[tuple[int, Row]]:
    opener: Callable[..., Any] = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8-sig", newline="") as source:
        lines = ".jsonl" in path.suffixes or ".ndjson" in path.suffixes
        for number, row in _objects(source) if lines else _table(source):
            yield (
                number,
                {
                    NAMES.get(name.strip().lower(), name.strip().lower()): str(cell or "").strip()
                    for name, cell in row.items()
                    if isinstance(name, str) and not isinstance(cell, list)
                },
            )


def _table(source: TextIO) -> Iterator[tuple[int, Mapping[Any, Any]]]:
    reader = csv.DictReader(source)
    for row in reader:
        yield reader.line_num, row


def _objects(source: TextIO) -> Iterator[tuple[int, Mapping[Any, Any]]]:
    for number, line in enumerate(source, 1):
        if line.strip():
            row = json.loads(line)
            if not isinstance(row, dict):
                raise json.JSONDecodeError("no object", line, 0)
            yield number, {name: cell if cell != 0 else "0" for name, cell in row.items()}
