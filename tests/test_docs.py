"""Docs cannot lie: every command is documented, and what the README shows can be typed."""

import argparse
import re
from pathlib import Path

import pytest

from tingfeng.cli.parser import parse, parser

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
README_ZH = (ROOT / "README.zh.md").read_text(encoding="utf-8")


def commands(root: argparse.ArgumentParser, prefix: str = "tingfeng") -> list[str]:
    """Every command that can be typed."""
    groups = [a for a in root._actions if isinstance(a, argparse._SubParsersAction)]
    if not groups:
        return [prefix]
    return [
        found
        for name, sub in groups[0].choices.items()
        for found in commands(sub, f"{prefix} {name}")
    ]


def shown(text: str) -> list[str]:
    """The tingfeng lines of all shell blocks."""
    blocks = re.findall(r"```bash\n(.*?)```", text, re.DOTALL)
    lines = (line.split("#")[0].strip() for block in blocks for line in block.splitlines())
    return [line.split(" > ")[0] for line in lines if line.startswith("tingfeng ")]


@pytest.mark.parametrize("text", [README, README_ZH], ids=["en", "zh"])
def test_every_command_is_documented(text):
    missing = [one for one in commands(parser()) if f"{one}" not in text]
    assert not missing


@pytest.mark.parametrize("line", sorted({*shown(README), *shown(README_ZH)}))
def test_what_the_readme_shows_can_be_typed(line):
    assert parse(line.split()[1:]).run


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_option_has_help(lang):
    for command in commands(parser(lang)):
        sub = parser(lang)
        for name in command.split()[1:]:
            (group,) = [a for a in sub._actions if isinstance(a, argparse._SubParsersAction)]
            sub = group.choices[name]
        assert all(action.help for action in sub._actions), command


def test_make_targets_of_the_readme_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"\bmake ([a-z-]+)", README + README_ZH)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_number_of_known_brands_is_true():
    from nlp.nicknames import brands

    assert f"{len(brands())} brands" in README
    assert f"{len(brands())} 个品牌" in README_ZH
