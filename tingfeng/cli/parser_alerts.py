"""alerts score, alerts tune: how good the alerts are, how many false ones are borne; alerts send-test."""

from __future__ import annotations

from pathlib import Path

from tingfeng.cli.commands import Commands, output
from tingfeng.cli.usage import Parser, at_least, called

SENSITIVITY_WORDS = {"安静": "calm", "标准": "standard", "灵敏": "sensitive"}


def measuring(alerts: Commands) -> None:
    """score: the detectors on series whose truth is known; tune: to a budget of false alarms."""
    score = alerts.leaf("score", "alert_score:score", "给预警评分：公开基准、注入实验、自己标注的数据流",
                        "score the alerts: an open benchmark, injected crises, a labelled stream of your own")  # fmt: skip
    score.option("--nab", type=Path, metavar="FOLDER",
                 zh="NAB 那样的文件夹：combined_windows.json 和 csv(.gz)，列 timestamp value",
                 en="a folder laid out like NAB's: combined_windows.json and csv(.gz), columns timestamp value")  # fmt: skip
    score.option("--injection", action="store_true", zh="往没有危机的数据流里注入危机；同给 --nab 则用其中的声量",
                 en="inject crises into streams without one; with --nab, into the counts of that folder")  # fmt: skip
    score.option("--crises", type=at_least(7), default=108, zh="注入实验：每档几次", en="injection: crises of each height")  # fmt: skip
    score.option("--sensitivity", type=float, metavar="SHARE", zh="注入实验：引擎找出多少负面，默认 0.80",
                 en="injection: share of negatives that the reader finds, by default 0.80")  # fmt: skip
    score.option("--specificity", type=float, metavar="SHARE", zh="注入实验：非负面里有多少不误读，默认 0.95",
                 en="injection: share of the others that it does not call negative, by default 0.95")  # fmt: skip
    score.option("--stream", type=Path, metavar="FILE",
                 zh="标注过的数据流 csv(.gz)：列 time brand negative（或 label），可有 id author text cluster platform followers",
                 en="a labelled stream, csv(.gz): columns time brand negative (or label), and id author text cluster platform followers where known")  # fmt: skip
    score.option("--incidents", type=Path, metavar="FILE", zh="其中已知的事件 csv(.gz)：列 brand start end",
                 en="the incidents known in it, csv(.gz): columns brand start end")  # fmt: skip
    score.option("--learn-days", type=float, default=7.0, zh="数据流：每个品牌开头几天只学习，默认 7",
                 en="stream: first days of a brand that only teach, by default 7")  # fmt: skip
    _budget(score)
    tune = alerts.leaf("tune", "alert_tune:tune", "按能容忍的误报数调警线：先试算，再 --apply",
                       "set thresholds by how many false alarms are borne: a preview, then --apply")  # fmt: skip
    _budget(tune)
    tune.option("--brand", action="append", default=[], zh="品牌（可重复）", en="brand (repeatable)")  # fmt: skip
    tune.option("--apply", action="store_true", zh="生效，记入日志", en="let it hold, and log it")
    tune.option("--now", metavar="WHEN", zh="当作此刻（默认现在）", en="take this for now")
    output(tune)


def _budget(parser: Parser) -> None:
    parser.option("--budget", type=called(SENSITIVITY_WORDS), choices=("calm", "standard", "sensitive"), metavar="WORD",
                  zh="安静 标准 灵敏：每品牌每周误报 0.1、0.35、1 次", en="calm standard sensitive: .1, .35, 1 false alarms a week and brand")  # fmt: skip


def sending(alerts: Commands) -> None:
    """send-test."""
    test = alerts.leaf("send-test", "channels:send_test", "给每个渠道发一条测试消息，看它怎么回答",
                       "send a test to each channel and show what it answers")  # fmt: skip
    test.option("--channel", action="append", default=[], metavar="NAME",
                zh="只发给这个渠道（可重复）", en="only to this channel (repeatable)")  # fmt: skip
