"""docs/channels.md says what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tingfeng.alerts import NOTIFIERS, dingtalk, feishu, wecom
from tingfeng.alerts.dingtalk import DingTalk
from tingfeng.alerts.feishu import Feishu
from tingfeng.alerts.outbox import BACKOFF, TRIES
from tingfeng.alerts.turn import MARGIN
from tingfeng.alerts.webhook import Webhook
from tingfeng.alerts.wecom import WeCom
from tingfeng.cli.parser import parse

TEXT = (Path(__file__).parents[3] / "docs" / "channels.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", TEXT, re.DOTALL)
RETRIED, _, FINAL = (
    line for line in TEXT.splitlines() if line.startswith(("| 企业微信", "| no con"))
)


def test_every_kind_of_channel_is_there():
    assert all(f"| `{name}`" in TEXT for name in NOTIFIERS)


def test_its_commands_can_be_typed():
    lines = [
        line.partition("#")[0]
        for kind, text in BLOCKS
        if kind == "bash"
        for line in text.splitlines()
    ]
    assert [parse(line.split()[1:]).run for line in lines]


@pytest.mark.parametrize("module", [wecom, dingtalk, feishu])
def test_its_codes_are_those_of_the_programs(module):
    for code, fault in module.FAULTS.items():
        named = RETRIED if fault.retry else FINAL
        assert str(code) not in (FINAL if fault.retry else RETRIED)
        assert str(code) in named or code in {40008, 44004, 45002, 400013, 400402, 99991400}


def test_its_figures_are_those_of_the_programs():
    waits = [wait.total_seconds() for wait in BACKOFF]
    assert waits == [30, 60, 120, 300, 600, 1200, 1800]
    assert f"{TRIES} times" in TEXT
    assert WeCom.pace.limits == DingTalk.pace.limits == ((18, 60),)
    assert Feishu.pace.limits == ((90, 60), (4, 1))
    assert (wecom.MARKDOWN_BYTES, wecom.TEXT_BYTES) == (4096, 2048)
    assert dingtalk.BODY_BYTES == feishu.BODY_BYTES == 20_000
    assert WeCom("https://q.example/s?key=1").longest + MARGIN == 15


def test_its_python_runs_and_the_check_is_that_of_the_docstring():
    check, pager = (text for kind, text in BLOCKS if kind == "python")
    docstring = re.sub(r"^ {8}", "", Webhook.__doc__, flags=re.MULTILINE)
    assert check.partition("def ")[2].strip() in docstring
    given = {}
    exec(pager, given)
    assert given["Pager"]("1").name == "pager"
