"""alerts score: how good the alerts are, measured."""

from __future__ import annotations

from pathlib import Path

from tingfeng.cli.commands import Commands, output


def measuring(alerts: Commands) -> None:
    """score: the detectors on series whose truth is known."""
    score = alerts.leaf("score", "alert_score:score", "给预警评分：公开基准、注入实验、自己标注的数据流",
                        "score the alerts: an open benchmark, injected crises, a labelled stream of your own")  # fmt: skip
    score.option("--nab", type=Path, metavar="FOLDER",
                 zh="NAB 那样的文件夹：combined_windows.json 和 csv(.gz)，列 timestamp value",
                 en="a folder laid out like NAB's: combined_windows.json and csv(.gz), columns timestamp value")  # fmt: skip
    output(score)


def sending(alerts: Commands) -> None:
    """send-test."""
    test = alerts.leaf("send-test", "channels:send_test", "给每个渠道发一条测试消息，看它怎么回答",
                       "send a test to each channel and show what it answers")  # fmt: skip
    test.option("--channel", action="append", default=[], metavar="NAME",
                zh="只发给这个渠道（可重复）", en="only to this channel (repeatable)")  # fmt: skip
