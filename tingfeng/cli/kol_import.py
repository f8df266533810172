"""kol import: creators, and creators' own posts, come in from files."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tingfeng.cli.collect import SHOWN_REASONS, drafts, tell
from tingfeng.cli.screen import Screen
from tingfeng.cli.session import opened
from tingfeng.core.errors import InputError

if TYPE_CHECKING:
    from tingfeng.pipeline import Pipeline
    from tingfeng.pipeline.kol_import import CreatorTally


def import_files(args: argparse.Namespace, screen: Screen) -> int:
    """Take in files; 1 when one of them could not be read to its end, after the others were."""
    if args.suggest:
        from crawlers.creators import suggest as creators
        from crawlers.exports import read as posts

        return drafts(args.files, posts.suggest if args.works else creators.suggest, screen)
    answers: list[dict[str, Any]] = []
    failed = 0
    with opened(args, screen) as pipeline:
        for path in args.files:
            size = path.stat().st_size if path.is_file() else None
            try:
                answer, fault = (_works if args.works else _creators)(
                    pipeline, path, args, screen, size
                )
            except InputError as error:
                failed += 1
                screen.fault(error.message)
                answers.append({"file": str(path), "error": error.into(screen.lang)})
                continue
            if fault is not None:
                failed += 1
                screen.fault(fault.message)
                answer["error"] = fault.into(screen.lang)
            answers.append({"file": str(path), **answer})
    names = ("rows", "new", "changed", "seen", "refused", "skipped")
    totals = {name: sum(one.get(name, 0) for one in answers) for name in names}
    screen.answer({**totals, "failed": failed, "files": answers})
    if totals["new"] or totals["changed"]:
        if args.works:
            screen.aside("接下来：tingfeng analyze", "next: tingfeng analyze")
        else:
            screen.aside("接下来：tingfeng kol list", "next: tingfeng kol list")
    return 1 if failed else 0


Done = tuple[dict[str, Any], InputError | None]


def _works(
    pipeline: Pipeline, path: Path, args: argparse.Namespace, screen: Screen, size: int | None
) -> Done:
    from tingfeng.pipeline.kol_import import import_works

    with screen.progress(f"导入 {path.name}", f"importing {path.name}", size) as advance:
        tally = import_works(
            pipeline, path, mapping=args.map, platform=args.platform, advance=advance
        )
    tell(path, screen.pick("作品", "posts"), tally, screen)
    return tally.as_json(), tally.fault


def _creators(
    pipeline: Pipeline, path: Path, args: argparse.Namespace, screen: Screen, size: int | None
) -> Done:
    from tingfeng.pipeline.kol_import import Asked, import_creators

    asked = Asked(
        source=args.source, platform=args.platform, basis=args.basis, date=args.date,
        expires=args.expires, mapping=args.map,
    )  # fmt: skip
    with screen.progress(f"导入 {path.name}", f"importing {path.name}", size) as advance:
        tally = import_creators(pipeline, path, asked, advance)
    _tell(path, tally, screen)
    reasons = [{"zh": zh, "en": en, "rows": n} for (zh, en), n in tally.reasons.items()]
    return {**tally.as_json(), "reasons": reasons}, tally.fault


def _tell(path: Path, tally: CreatorTally, screen: Screen) -> None:
    names = "、".join(dict.fromkeys(one.label.into(screen.lang) for one in tally.parts))
    screen.say(
        f"{path}（{names}）：{tally.rows:,} 行 = 新达人 {tally.new:,} + 新快照 {tally.changed:,} + 已有 {tally.seen:,}"
        f" + 拒绝 {tally.refused:,} + 跳过 {tally.skipped:,}",
        f"{path} ({names}): {tally.rows:,} rows = {tally.new:,} new creators + {tally.changed:,} new"
        f" snapshots + {tally.seen:,} seen + {tally.refused:,} refused + {tally.skipped:,} skipped",
    )
    for (zh, en), count in tally.reasons.most_common(SHOWN_REASONS):
        screen.say(f"    {count:,} 次：{zh}", f"    {count:,} times: {en}")
    if tally.kept:
        screen.say(
            f"    被拒绝的行保存在 {tally.kept}", f"    the refused rows are in {tally.kept}"
        )
    unread = list(dict.fromkeys(name for one in tally.parts for name in one.unread))
    if unread:
        listed = "、".join(unread[:12]) + (" …" if len(unread) > 12 else "")
        screen.say(
            f"    没有读的列 {len(unread)}：{listed}；需要时用 --suggest 起草映射，写明它们的含义",
            f"    {len(unread)} columns were not read: {listed}; where they matter, draft a mapping by"
            " --suggest and say what they mean",
        )
    if any(one.source == "mediacrawler" for one in tally.parts):
        screen.say(
            "    这些来自公开页面（依据 public）：只在合理范围内使用，本人反对时用 tingfeng kol object 删除",
            "    these come from public pages (basis public): use them within reason, and remove who"
            " objects by `tingfeng kol object`",
        )
