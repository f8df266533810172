"""A report as a file: a page or Markdown, by its ending."""

from __future__ import annotations

from pathlib import Path

from tingfeng import InputError, Lang, platform_name
from tingfeng.insight.export import replaced
from tingfeng.insight.listing import KINDS
from tingfeng.insight.markdown import markdown, told
from tingfeng.insight.period import show
from tingfeng.insight.seal import seal
from tingfeng.insight.sentiment import LABEL_NAMES
from tingfeng.insight.sheet import Block, Grid, Sheet

PAGES, TEXTS = (".html", ".htm"), (".md", ".markdown")


def page(sheet: Sheet, lang: Lang) -> str:
    """A self-contained HTML page: no scripts, nothing loaded from anywhere."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("tingfeng.insight"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template("sheet.html.j2").render(
        lang=lang,
        t=lambda zh, en: zh if lang == "zh" else en,
        into=lambda message: message.into(lang),
        told=lambda cell: told(cell, lang),
        kind_of=lambda block: type(block).__name__,
        proven_in=_proven,
        platform=lambda id: platform_name(id, lang),
        show=show,
        seal=seal,
        kinds=KINDS,
        label_names=LABEL_NAMES,
        sheet=sheet,
    )


def checked(path: Path) -> Path:
    """*path*, if its ending tells what to write.

    Raises:
        InputError: it does not.

    """
    if path.suffix.lower() not in (*PAGES, *TEXTS):
        raise InputError(
            f"不会写 {path.name!r}：文件名请以 .html 或 .md 结尾",
            f"cannot write {path.name!r}: end the name in .html or .md",
        )
    return path


def write(sheet: Sheet, path: Path, *, lang: Lang) -> None:
    """Write *sheet* to *path*: whole or not at all.

    Raises:
        InputError: another ending, or the folder is missing or cannot be written.

    """
    text = (page if checked(path).suffix.lower() in PAGES else markdown)(sheet, lang)

    def fill(draft: Path) -> int:
        return draft.write_text(text, encoding="utf-8", errors="replace")

    replaced(path, fill)


def _proven(block: Block) -> bool:
    return isinstance(block, Grid) and any(
        row.proofs or row.cited or row.look for row in block.rows
    )
