"""alerts show, ack, silence, close, feedback, evidence: the team's side of incidents."""

from __future__ import annotations

from pathlib import Path

from tingfeng import TRUTHS
from tingfeng.cli.commands import Commands
from tingfeng.cli.usage import Parser, called

TRUTH_WORDS = {"属实": "true", "误报": "false", "不确定": "unclear"}


def handling(alerts: Commands) -> None:
    """What a team says of incidents."""
    show = alerts.leaf("show", "incident_desk:show", "一起事件的全部：证据、时钟、处置经过、相似往事",
                       "all of one incident: evidence, clocks, who did what, earlier ones like it")  # fmt: skip
    _id(show)
    ack = alerts.leaf("ack", "incident_desk:acknowledge", "确认：有人接手了，下一步是什么",
                      "acknowledge: someone takes care, and what comes next")  # fmt: skip
    _id(ack)
    ack.option("--owner", metavar="NAME", zh="谁负责，默认确认的人", en="who takes care, by default who acknowledges")  # fmt: skip
    ack.option("--next", metavar="TEXT", zh="下一步", en="the next step")
    ack.option("--due", metavar="WHEN", zh="下一步的期限：2h、16:00、2026-06-01T18:00",
               en="by when: 2h, 16:00, 2026-06-01T18:00")  # fmt: skip
    ack.option("--note", metavar="TEXT", zh="备注", en="a note")
    _by(ack)
    _silence(alerts)
    close = alerts.leaf("close", "incident_desk:close", "关闭事件并记下经验；已关闭的可再补充",
                        "close an incident and write down what was learnt; of a closed one, add to it")  # fmt: skip
    _id(close)
    close.option("--reason", metavar="TEXT", zh="为什么可以关闭", en="why it is over")
    close.option("--cause", metavar="TEXT", zh="起因", en="what caused it")
    close.option("--action", dest="did", metavar="TEXT", zh="做了什么", en="what was done")
    close.option("--outcome", metavar="TEXT", zh="结果如何", en="what came of it")
    _by(close)
    feedback = alerts.leaf("feedback", "incident_desk:feedback", "这次预警对不对：调警线时会用到",
                           "whether the alarm was right: tuning goes by it")  # fmt: skip
    _id(feedback)
    feedback.option("truth", type=called(TRUTH_WORDS), choices=TRUTHS, metavar="TRUTH",
                    zh="属实 误报 不确定", en="true false unclear")  # fmt: skip
    feedback.option("--reason", metavar="TEXT", zh="为什么", en="why")
    _by(feedback)
    _evidence(alerts)


def _evidence(alerts: Commands) -> None:
    pack = alerts.leaf("evidence", "incident_evidence:evidence", "给法务的证据包：留存的原帖、时间线、通知和操作记录，带哈希",
                       "evidence for lawyers: posts as they were, timeline, messages, logbook, with hashes")  # fmt: skip
    pack.option("id", nargs="?", metavar="ID", zh="事件编号，或它的开头", en="id of the incident, or its beginning")  # fmt: skip
    pack.option("-o", "--output", type=Path, metavar="PATH", zh="文件夹（默认 evidence-编号）、.zip，或只要 .xlsx、.html",
                en="a folder (by default evidence-ID), a .zip, or only its .xlsx or .html")  # fmt: skip
    pack.option("--verify", type=Path, metavar="PATH", zh="核对一个证据包（文件夹或 .zip）有没有被改动",
                en="check whether a pack, a folder or .zip, is what it was")  # fmt: skip


def _silence(alerts: Commands) -> None:
    silence = alerts.leaf("silence", "incident_desk:silence", "一段时间内不通知（照常判断和记录）；列出；提前结束",
                          "tell nobody for a while (all is judged and kept); list; lift")  # fmt: skip
    option = silence.option
    option("--brand", zh="品牌", en="brand")
    option("--platform", zh="平台：证据都在这个平台上", en="platform: all evidence is from there")
    option("--issue", metavar="ID", zh="事件或议题编号", en="id of an incident or issue")
    option("--keyword", metavar="WORD", zh="词：证据里都说到它", en="word: all evidence says it")
    option("--for", dest="length", metavar="SPAN", zh="多久：2h、3天，最多 30 天", en="how long: 2h, 3d; at most 30 days")  # fmt: skip
    option("--until", metavar="WHEN", zh="或到何时为止：16:00、2026-06-01", en="or until when: 16:00, 2026-06-01")  # fmt: skip
    option("--start", metavar="WHEN", zh="何时开始，默认现在", en="from when, by default now")
    option("--include-critical", action="store_true", zh="红色和红线词也静默", en="red and red-line words too")  # fmt: skip
    option("--comment", metavar="TEXT", zh="为什么（必填）", en="why (needed)")
    option("--list", action="store_true", zh="列出所有静默", en="list all silences")
    option("--lift", metavar="ID", zh="提前结束这个静默", en="end this silence now")
    _by(silence)


def _id(parser: Parser) -> None:
    parser.option("id", metavar="ID", zh="事件编号，或它的开头", en="id of the incident, or its beginning")  # fmt: skip


def _by(parser: Parser) -> None:
    parser.option("--by", metavar="NAME", zh="谁说的，默认 [label] by", en="who says so, by default [label] by")  # fmt: skip
