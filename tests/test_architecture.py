"""What keeps the folder listing true."""

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from tingfeng import load

ROOT = Path(__file__).parents[1]
PACKAGES = ("crawlers", "nlp", "index", "tingfeng")
TABLES = {
    "index:STORES", "nlp:ENGINES", "nlp:SEGMENTERS", "crawlers.formats:FORMATS",
    "tingfeng.alerts:RULES", "tingfeng.alerts:NOTIFIERS",
}  # fmt: skip
HEAVY = {"scrapy", "twisted", "jieba", "rjieba", "torch", "transformers", "elasticsearch",
         "numpy", "pydantic", "rich", "openpyxl", "jinja2", "trafilatura"}  # fmt: skip


@pytest.mark.parametrize("address", sorted(TABLES))
def test_every_part_of_a_table_loads_and_says_what_it_is(address):
    module, _, name = address.partition(":")
    table = getattr(import_module(module), name)
    for part in table:
        assert load(table, part).__doc__, part


def test_the_command_line_imports_nothing_heavy():
    code = "import sys, tingfeng.cli.parser as p; p.parser(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert not loaded & HEAVY


def test_every_package_is_typed():
    assert all((ROOT / name / "py.typed").exists() for name in PACKAGES)


def test_no_package_under_tests():
    assert not list((ROOT / "tests").rglob("__init__.py"))


def test_files_stay_small():
    long = {
        str(path.relative_to(ROOT)): lines
        for name in PACKAGES
        for path in (ROOT / name).rglob("*.py")
        if (lines := path.read_text(encoding="utf-8").count("\n")) > 300
    }
    assert not long


def prints(path: Path) -> list[int]:
    """Lines on which *path* calls print."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return [call.lineno for call in calls if getattr(call.func, "id", "") == "print"]


def test_only_the_command_line_prints_and_only_settings_reads_the_environment():
    for name in PACKAGES:
        for path in (ROOT / name).rglob("*.py"):
            where = path.relative_to(ROOT).as_posix()
            if where not in {
                "tingfeng/settings.py",
                "crawlers/settings.py",
            }:  # the latter is Scrapy's
                assert "os.environ" not in path.read_text(encoding="utf-8"), where
            if not where.startswith("tingfeng/cli/") and where != "nlp/train.py":
                assert not prints(path), where
