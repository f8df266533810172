"""import and crawl: posts come in."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tingfeng.cli.screen import Screen
from tingfeng.cli.session import opened
from tingfeng.core.errors import InputError

if TYPE_CHECKING:
    from tingfeng.pipeline.intake import Tally

SHOWN_REASONS = 5
"""Different reasons for refusing that are worth a line each; the file has them all."""


def import_files(args: argparse.Namespace, screen: Screen) -> int:
    """Take in files; 1 when one of them could not be read to its end, after the others were."""
    from tingfeng.pipeline.intake import Tally

    if args.suggest:
        from crawlers.exports.read import suggest

        return drafts(args.files, suggest, screen)
    total, begun = Tally(), time.monotonic()
    answers: list[dict[str, Any]] = []
    failed = 0
    with opened(args, screen) as pipeline:
        for path in args.files:
            size = path.stat().st_size if path.is_file() else None
            try:
                with screen.progress(
                    f"导入 {path.name}", f"importing {path.name}", size
                ) as advance:
                    name, tally = pipeline.import_file(
                        path, mapping=args.map, again=args.again, advance=advance
                    )
            except InputError as error:
                failed += 1
                screen.fault(error.message)
                answers.append({"file": str(path), "error": error.into(screen.lang)})
                continue
            total.add(tally)
            answer = {"file": str(path), "format": name, **tally.as_json()}
            tell(path, name, tally, screen)
            if tally.fault:
                failed += 1
                screen.fault(tally.fault.message)
                answer["error"] = tally.fault.into(screen.lang)
            answers.append(answer)
    if len(args.files) > 1:
        tell(None, "", total, screen)
    seconds = round(time.monotonic() - begun, 3)
    fields = total.as_json()
    fields.pop("refused_file")
    screen.answer({**fields, "failed": failed, "seconds": seconds, "files": answers})
    if total.new or total.changed:
        screen.aside("接下来：tingfeng analyze", "next: tingfeng analyze")
    return 1 if failed else 0


def drafts(files: Sequence[Path], suggest: Callable[[Path], str], screen: Screen) -> int:
    """Print what *suggest* makes of each file: the draft of a mapping."""
    made = {str(path): suggest(path) for path in files}
    for draft in made.values():
        screen.say(draft, draft)
    screen.answer({"suggestions": made})
    return 0


def tell(path: Path | None, name: str, tally: Tally, screen: Screen) -> None:
    """The line of one file; with what was refused and why."""
    head = screen.pick("合计", "total") if path is None else f"{path}（{name}）"
    posts = sum(tally.posts.values())
    comments = sum(tally.comments.values())
    screen.say(
        f"{head}：{tally.rows:,} 行 = 新 {tally.new:,} + 已有 {tally.seen:,} + 更新 {tally.changed:,}"
        f" + 拒绝 {tally.refused:,} + 跳过 {tally.skipped:,}；帖子 {posts:,}（新 {tally.posts['new']:,}）"
        f"，评论 {comments:,}（新 {tally.comments['new']:,}）",
        f"{head}: {tally.rows:,} rows = {tally.new:,} new + {tally.seen:,} seen + "
        f"{tally.changed:,} changed + {tally.refused:,} refused + {tally.skipped:,} skipped; "
        f"{posts:,} posts ({tally.posts['new']:,} new), {comments:,} comments "
        f"({tally.comments['new']:,} new)",
    )
    if path is None:
        return
    for (zh, en), count in tally.reasons.most_common(SHOWN_REASONS):
        screen.say(f"    {count:,} 行：{zh}", f"    {count:,} rows: {en}")
    if tally.kept:
        screen.say(
            f"    被拒绝的行保存在 {tally.kept}", f"    the refused rows are in {tally.kept}"
        )


def crawl_feed(args: argparse.Namespace, screen: Screen) -> int:
    """Read feeds, and the articles behind them."""
    follow = "no" if args.no_articles else "yes"
    return _crawl(args, screen, "feed", {"urls": " ".join(args.urls), "follow": follow})


def crawl_sitemap(args: argparse.Namespace, screen: Screen) -> int:
    """Read the articles that a sitemap names."""
    arguments = {"urls": " ".join(args.urls), "days": str(args.days), "limit": str(args.limit)}
    return _crawl(args, screen, "sitemap", arguments)


def crawl_appstore(args: argparse.Namespace, screen: Screen) -> int:
    """Read App Store reviews."""
    return _crawl(args, screen, "appstore", {"apps": " ".join(args.ids), "country": args.country})


def crawl_hotlist(args: argparse.Namespace, screen: Screen) -> int:
    """Read hot lists."""
    return _crawl(args, screen, "hotlist", {"lists": " ".join(args.names)})


def _crawl(args: argparse.Namespace, screen: Screen, spider: str, arguments: dict[str, str]) -> int:
    """Run a spider; 1 when a source could not be seen, which is not the same as silence."""
    from crawlers.run import Job
    from tingfeng.core.coverage import SEEING

    with opened(args, screen) as pipeline:
        reports, tally = pipeline.crawl([Job(spider=spider, arguments=arguments)])
    rows = [
        (one.source, one.verdict, one.requests, one.posts, one.detail.into(screen.lang))
        for one in reports
    ]
    columns = screen.pick("来源 状态 请求 帖子 说明", "source state requests posts detail").split()
    screen.table("", columns, rows)
    screen.say(
        f"帖子：新 {tally['new']:,}，已有 {tally['seen']:,}，更新 {tally['changed']:,}",
        f"posts: {tally['new']:,} new, {tally['seen']:,} seen, {tally['changed']:,} changed",
    )
    left = tally["forgotten"] + tally["expired"]
    if left:
        screen.aside(
            f"没有收入 {left:,} 帖：已按要求删除，或早于 keep_days",
            f"{left:,} posts not taken in: forgotten on request, or older than keep_days",
        )
    if tally["refused"]:
        screen.aside(
            f"集群拒绝收入 {tally['refused']:,} 帖，原因见 tingfeng es dlq list",
            f"the cluster refused {tally['refused']:,} posts: `tingfeng es dlq list` tells why",
        )
    blind = [one.source for one in reports if one.verdict not in SEEING]
    if blind:
        screen.aside(
            f"没有看到的来源（不等于没有内容）：{', '.join(blind)}",
            f"not seen, which is not the same as nothing there: {', '.join(blind)}",
        )
    names = ("source", "verdict", "requests", "posts", "detail")
    screen.answer(
        {
            **{name: tally[name] for name in ("new", "seen", "changed")},
            "sources": [dict(zip(names, row, strict=True)) for row in rows],
            "blind": blind,
        }
    )
    return 1 if blind else 0
