"""A report as Markdown (CommonMark with tables), in which no stranger's text can be markup."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tingfeng import Lang, platform_name
from tingfeng.insight.evidence import Cited
from tingfeng.insight.listing import KINDS
from tingfeng.insight.period import show
from tingfeng.insight.seal import seal
from tingfeng.insight.sentiment import LABEL_NAMES
from tingfeng.insight.sheet import Block, Cell, Grid, Line, Proof, Quote, Row, Sheet

_MARKUP = re.compile(
    r"[\\`*{}\[\]<>#|~&$]|!(?=\[)|(?<![0-9A-Za-z])_|_(?![0-9A-Za-z])|^[-+](?=\s|$)|^(?:-(?=-)|=)|@(?=\w)|:(?=//)"
    r"|(?<=www)\."
)
"""What may begin something in CommonMark, GitHub's tables, strikethrough, mathematics, mentions and
bare addresses, where it may."""

_LISTED = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")
"""What begins a numbered list."""


def markdown(sheet: Sheet, lang: Lang) -> str:
    """The whole file."""
    return "\n\n".join(_blocks(sheet, lang)) + "\n"


def escaped(text: str) -> str:
    """*text* on one line, as plain text."""
    plain = _MARKUP.sub(lambda found: f"\\{found[0]}", " ".join(_shown(text).split()))
    return _LISTED.sub(r"\1\\\2", plain)


def code(text: str) -> str:
    """*text* as a code span, whatever backticks it has."""
    text = " ".join(_shown(text).split())
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence, pad = "`" * (longest + 1), " " if longest else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _shown(text: str) -> str:
    """Without what is no character of a text file, half an emoji say."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")


def _blocks(sheet: Sheet, lang: Lang) -> Iterator[str]:
    yield f"# {escaped(sheet.title.into(lang))}"
    yield escaped(sheet.number.into(lang))
    for line in sheet.notes:
        yield _line(line, lang)
    for part in sheet.parts:
        yield f"{'#' * (part.depth + 1)} {escaped(part.title.into(lang))}"
        for block in part.blocks:
            if text := _block(block, lang):
                yield text
    yield f"## {'证据清单' if lang == 'zh' else 'Evidence'}"
    if not sheet.evidence:
        none = ("数据不足：没有可引用的帖子。", "Not enough data: no post to cite.")
        yield none[lang == "en"]
    for each in sheet.evidence:
        yield _cited(each, lang)
    if sheet.missing:
        zh = f"{sheet.missing} 条曾作为依据的帖子已不在库中，未列出。"
        en = f"{sheet.missing} posts once relied on are no longer stored and not listed."
        yield zh if lang == "zh" else en
    yield "---"
    zh = "本报告只由库中帖子统计而成，没有任何文字由语言模型生成。"
    en = "This report is counted from stored posts alone; no language model wrote any of it."
    yield zh if lang == "zh" else en


def _block(block: Block, lang: Lang) -> str:
    if isinstance(block, Line):
        return _line(block, lang)
    if isinstance(block, Quote):
        lines = [_line(one, lang) for one in (block.about, *block.links)]
        return "\n".join(["> " + escaped(block.text), ">", *(f"> - {one}" for one in lines)])
    return _grid(block, lang) if isinstance(block, Grid) else ""


def _line(line: Line, lang: Lang) -> str:
    text = escaped(line.said.into(lang))
    text = f"**{text}**" if line.tone in ("lead", "warn") else text
    tail = [
        _numbers(line.cited),
        *_proofs(line.proofs, lang),
        *([code(line.look)] if line.look else []),
    ]
    return " ".join([text, *(one for one in tail if one)])


def _numbers(cited: tuple[int, ...]) -> str:
    return "".join(f"[\\[{number}\\]](#e{number})" for number in cited)


def _proofs(proofs: tuple[Proof, ...], lang: Lang) -> list[str]:
    found = []
    for proof in proofs:
        name = escaped(f"{proof.what.into(lang)} {proof.posts}")
        where = code(proof.command) if proof.command else _keys(proof)
        found.append(f"（{name}：{where}）" if lang == "zh" else f"({name}: {where})")
    return found


def _keys(proof: Proof) -> str:
    return code(" ".join(proof.shown)) + (f" … +{proof.more} (--json)" if proof.more else "")


def _grid(grid: Grid, lang: Lang) -> str:
    names = [column.into(lang) for column in grid.columns]
    proven = any(row.proofs or row.cited or row.look for row in grid.rows)
    if proven:
        names.append("依据" if lang == "zh" else "what it rests on")
    numeric = [
        bool(grid.rows) and all(isinstance(row.cells[at], int) for row in grid.rows)
        for at in range(len(grid.columns))
    ]
    rule = ["--:" if right else "---" for right in numeric] + ["---"] * proven
    rows = [_row(row, lang, proven=proven) for row in grid.rows]
    return "\n".join([_cells([escaped(name) for name in names]), _cells(rule), *rows])


def _row(row: Row, lang: Lang, *, proven: bool) -> str:
    cells = [escaped(str(told(cell, lang))) for cell in row.cells]
    if proven:
        look = [code(row.look)] if row.look else []
        tail = [_numbers(row.cited), *_proofs(row.proofs, lang), *look]
        # In a table even a code span ends at a bar.
        cells.append(" ".join(one for one in tail if one).replace("|", "\\|"))
    return _cells(cells)


def _cells(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def told(cell: Cell, lang: Lang) -> str | int:
    """The cell in *lang*."""
    return cell if isinstance(cell, str | int) else cell.into(lang)


def _cited(each: Cited, lang: Lang) -> str:
    post, analysis = each.document.post, each.document.analysis
    facts = [escaped(platform_name(post.platform, lang)), code(each.key),
             KINDS[post.kind].into(lang)]  # fmt: skip
    if post.published_at is not None:
        facts.append(escaped(show(post.published_at)))
    if analysis is not None and analysis.sentiment is not None:
        facts.append(LABEL_NAMES[analysis.sentiment.label].into(lang))
    no_url = "来源没有给出链接" if lang == "zh" else "no address given by the source"
    facts.append(f"<{_address(each.url)}>" if each.url else no_url)
    facts.append(f"SHA-256 {code(seal(post))}")
    said = escaped(each.excerpt) or ("（无文字）" if lang == "zh" else "(no text)")
    return f'<a id="e{each.number}"></a>\\[{each.number}\\] {said}\n{" · ".join(facts)}'


def _address(url: str) -> str:
    """*url* between angle brackets, which it cannot leave."""
    signs = {"<": "%3C", ">": "%3E", " ": "%20", "\\": "%5C", '"': "%22"}
    return "".join(signs.get(sign, sign) for sign in _shown(url) if sign.isprintable())
