"""report: files for people who decide."""

from __future__ import annotations

import argparse
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tingfeng.cli.question import QUIET, ends, newest
from tingfeng.cli.screen import Screen
from tingfeng.cli.session import asked, now
from tingfeng.core.errors import SettingsError
from tingfeng.core.post import SHANGHAI

if TYPE_CHECKING:
    from tingfeng.insight.sheet import Sheet
    from tingfeng.pipeline import Pipeline


def report(args: argparse.Namespace, screen: Screen) -> int:
    """Write the report that was asked for."""
    if args.daily is None and args.weekly is None and args.incident is None:
        return _of_a_period(args, screen)
    from tingfeng.insight.sheet_file import checked, write

    if args.output is not None:
        checked(args.output)
    if args.since or (args.until and args.incident is None):
        raise SettingsError(
            "--daily、--weekly、--incident 自带时段，不与 --since、--until 同用（专报可用 --until 指定截至时刻）",
            "--daily, --weekly and --incident have periods of their own: no --since or --until "
            "(an incident may be told --until a moment)",
        )
    with asked(args, screen) as pipeline:
        sheet = _sheet(args, pipeline)
    path = args.output or Path(_name(args, sheet))
    write(sheet, path, lang=screen.lang)
    if not sheet.enough:
        screen.aside(
            "注意：数据不足，时段内没有提到品牌的帖子，报告里已写明",
            "note: not enough data, no post of the period names the brand; the report says so",
        )
    screen.say(f"已写好 {path}", f"{path} is written")
    screen.answer({"report": str(path), **sheet.as_json(screen.lang)})
    return 0


def _of_a_period(args: argparse.Namespace, screen: Screen) -> int:
    from tingfeng.cli.asking import report as plain
    from tingfeng.core.errors import InputError

    args.output = args.output or Path("report.html")
    if args.output.suffix.lower() in (".md", ".markdown"):
        raise InputError(
            f"这份报告只写 HTML，{args.output.name!r} 请改成 .html；--daily、--weekly、--incident 可写 .md",
            f"this report is HTML: end {args.output.name!r} in .html; --daily, --weekly and "
            "--incident can be .md",
        )
    return plain(args, screen)


def _sheet(args: argparse.Namespace, pipeline: Pipeline) -> Sheet:
    from tingfeng.insight.daily import day
    from tingfeng.insight.weekly import week
    from tingfeng.pipeline import briefing

    clock, latest = now(), newest(pipeline.store)
    if args.daily is not None:
        return briefing.daily(pipeline, day(args.daily or None, now=clock, latest=latest))
    if args.weekly is not None:
        return briefing.weekly(pipeline, week(args.weekly or None, now=clock, latest=latest))
    return briefing.case(pipeline, args.incident, _until(args, clock, latest))


def _until(args: argparse.Namespace, clock: datetime, latest: datetime | None) -> datetime:
    """As of when an incident is told: now, or where the store is an archive, its end."""
    if args.until:
        return ends(args.until, at=clock)
    if latest is not None and latest < clock - QUIET:
        return latest + timedelta(seconds=1)
    return clock


def _name(args: argparse.Namespace, sheet: Sheet) -> str:
    if args.incident is not None:
        return f"incident-{sheet.incidents[0]}.html"
    first = sheet.period.since.astimezone(SHANGHAI)
    if args.daily is not None:
        return f"daily-{first:%Y-%m-%d}.html"
    year, number, _ = first.isocalendar()
    return f"weekly-{year}-W{number:02}.html"
