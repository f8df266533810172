"""What docs/deploy.md says can be typed, and is so."""

import re

import pytest

from index.es.certificates import RENEW_DAYS
from index.es.roles import PRINCIPALS
from tests.deploy.compose import ROOT, filled, stack
from tingfeng.cli.parser import parse

TEXT = (ROOT / "docs" / "deploy.md").read_text("utf-8")
BLOCKS = "\n".join(re.findall(r"```bash\n(.*?)```", TEXT, re.DOTALL)).splitlines()
SERVICES = stack("cluster")["services"]


@pytest.mark.parametrize("line", [line for line in BLOCKS if line.startswith("tingfeng ")])
def test_a_command_can_be_typed(line):
    assert parse(line.split()[1:]).run


@pytest.mark.parametrize(
    "line", [line for line in BLOCKS if line.startswith("docker compose run --rm ")]
)
def test_a_command_in_a_container_can_be_typed(line):
    service, *words = line.split()[4:]
    assert "build" in SERVICES[service]
    assert parse(words).run


def test_every_service_is_explained():
    for kind in ("single", "tls"):
        for name in stack(kind)["services"]:
            assert f"`{name}`" in TEXT


def test_every_principal_is_in_the_table():
    for one in PRINCIPALS:
        assert f"| `tf-{one.name}` |" in TEXT


def test_figures_are_those_of_the_program():
    version = filled(SERVICES["elasticsearch"]["image"], {}).rpartition(":")[2]
    assert f"`STACK_VERSION` ({version} " in TEXT
    assert f"less than {RENEW_DAYS} days" in TEXT
