"""report: of any period, of a day, of a week, of one incident."""

from __future__ import annotations

from pathlib import Path

from tingfeng.cli.commands import Commands


def reporting(commands: Commands) -> None:
    """Report."""
    report = commands.leaf("report", "reports:report", "写报告：任一时段、日报、周报、事件专报",
                           "write a report: of a period, a day, a week, an incident")  # fmt: skip
    which = report.add_mutually_exclusive_group()
    zh = report.lang == "zh"
    which.add_argument("--daily", nargs="?", const="", metavar="DATE",
                       help="日报：2026-06-14、yesterday、today，默认最近的一整天" if zh
                       else "of a day: 2026-06-14, yesterday, today; by default the last whole one")  # fmt: skip
    which.add_argument("--weekly", nargs="?", const="", metavar="WEEK",
                       help="周报：2026-W24、本周、上周或其中任一天，默认最近的一整周" if zh
                       else "of a week: 2026-W24, week, last, or any day of it; by default the last whole one")  # fmt: skip
    which.add_argument("--incident", metavar="ID",
                       help="一起事件的专报；编号见 alerts list、alerts replay" if zh
                       else "of one incident; ids: alerts list, alerts replay")  # fmt: skip
    report.option("-o", "--output", type=Path, metavar="FILE",
                  zh="文件：.html，日报周报专报也可以是 .md；默认按内容取名",
                  en="file: .html, or .md for a day, a week, an incident; named by what it is by default")  # fmt: skip
    report.option("--since", metavar="WHEN", zh="起", en="from")
    report.option("--until", metavar="WHEN", zh="止（不含）", en="until (excluded)")
