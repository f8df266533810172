"""The compose files say what they should, in every way they are put together."""

import re
import shlex

import pytest
import yaml

from index.es.roles import PRINCIPALS
from tests.deploy.compose import FILES, ONE_SHOT, ROOT, filled, parsed, stack, variables
from tingfeng.cli.parser import parse
from tingfeng.pipeline.stack import COMPOSE, SECRETS

EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
NAMED = re.findall(r"^(\w+)=", EXAMPLE, re.MULTILINE)
SECRET = re.compile(r"PASSWORD|SECRET|(?<!SSL)_KEY$|ENCRYPTIONKEY|TOKEN")


@pytest.fixture(params=COMPOSE)
def services(request):
    return stack(request.param)["services"]


def ours(service) -> bool:
    return "build" in service


@pytest.mark.parametrize("name", FILES)
def test_every_variable_is_in_the_example(name):
    assert not set(variables(name)) - set(NAMED)


def test_the_example_has_names_only_and_each_once():
    assert len(NAMED) == len(set(NAMED))
    assert not re.findall(r"^\w+=.+$", EXAMPLE, re.MULTILINE)


def test_what_has_no_default_is_what_init_makes():
    wanted = {variable for name in FILES for variable, default in variables(name).items() if default is None}  # fmt: skip
    assert wanted == set(SECRETS)


def test_a_variable_has_one_default_wherever_it_stands():
    for variable in {one for name in FILES for one in variables(name)} - {"KIBANA_URL"}:
        found = {variables(name)[variable] for name in FILES if variable in variables(name)}
        assert len(found) == 1, variable


def test_no_secret_stands_in_a_file(services):
    for name, service in services.items():
        for variable, value in service.get("environment", {}).items():
            if SECRET.search(variable):
                assert re.fullmatch(r"\$\{\w+:(\?.+|-)\}", value), f"{name}: {variable}"


def test_lasting_services_do_not_know_the_superuser(services):
    knowing = {name for name, one in services.items() if "ELASTIC_PASSWORD" in one.get("environment", {})}  # fmt: skip
    assert {name for name in knowing if ours(services[name])} == {"es-setup"}
    for name, service in services.items():
        binds = [one for one in service.get("volumes", []) if isinstance(one, dict)]
        targets = {one["target"]: one["source"] for one in binds}
        if "/app" in targets:  # the folder of the private .env
            assert targets["/app/.env"] == "./.env.keys", name


def test_the_head_names_whoever_knows_the_superuser(services):
    head = (ROOT / "docker-compose.yml").read_text("utf-8").partition("\nname:")[0]
    knowing = {name for name, one in services.items() if "ELASTIC_PASSWORD" in one.get("environment", {})}  # fmt: skip
    assert {re.sub(r"-\d$", "", name) for name in knowing} == {"es-setup", "elasticsearch"}
    assert "`es-setup` alone" in head
    assert "containers of Elasticsearch" in head


API_KEYS = {
    "es-bootstrap": {"PROVISIONER"},
    "kibana-setup": {"PROVISIONER"},
    "pipeline": {"WRITER", "READER"},
    "sync": {"WRITER", "READER", "PROVISIONER"},
    "upkeep": {"RETENTION", "WRITER", "PROVISIONER"},
}
"""What each service does in the cluster, and no more; ``es-setup`` makes them all."""


@pytest.mark.parametrize("kind", COMPOSE)
def test_a_service_sees_the_keys_of_what_it_does_and_no_others(kind):
    whole = stack(kind)
    seen = {}
    for name, service in whole["services"].items():
        given = set(service.get("secrets", ()))
        if given:
            seen[name] = {one.removeprefix("TINGFENG_ES_").removesuffix("_KEY") for one in given}
        assert not [one for one in service.get("environment", {}) if one.startswith("TINGFENG_ES_") and one.endswith("_KEY")]  # fmt: skip
        if any(isinstance(one, dict) and one["target"] == "/app" for one in service.get("volumes", ())):  # fmt: skip
            # The folder of them all lies in /app: an empty one is put over it.
            assert ("/app/.keys" in service["tmpfs"]) == (name != "es-setup"), name
            where = "/app/.keys" if name == "es-setup" else "/run/secrets"
            assert service["environment"]["TINGFENG_KEYS"] == where, name
    assert seen == API_KEYS
    assert whole["secrets"] == {
        one.variable: {"file": f"./.keys/{one.variable}"} for one in PRINCIPALS if one.program
    }


def test_what_is_run_by_hand_starts_with_nothing_and_starts_nothing():
    upkeep = stack("single")["services"]["upkeep"]
    assert upkeep["profiles"] == ["upkeep"]
    assert "depends_on" not in upkeep


def test_only_this_machine_reaches_a_port(services):
    for service in services.values():
        for port in filled(service.get("ports", []), {}):
            assert port.startswith("127.0.0.1:"), port


def test_who_waits_waits_for_something_that_comes(services):
    for name, service in services.items():
        for other, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert services[other]["healthcheck"]["test"], f"{name} -> {other}"
            elif how["condition"] == "service_started":
                assert services[other]["restart"] != ONE_SHOT, f"{name} -> {other}"
            else:
                assert how["condition"] == "service_completed_successfully"
                assert services[other]["restart"] == ONE_SHOT, f"{name} -> {other}"


def test_nobody_waits_for_himself(services):
    def before(name, seen=()):
        assert name not in seen, f"{name} waits for itself: {seen}"
        for other in services[name].get("depends_on", {}):
            before(other, (*seen, name))

    for name in services:
        before(name)


def test_the_order_of_a_first_start(services):
    def all_before(name):
        direct = set(services[name].get("depends_on", {}))
        return direct.union(*(all_before(other) for other in direct))

    assert all_before("es-bootstrap") >= {"elasticsearch", "es-setup"}
    assert "es-setup" in all_before("kibana")  # sets the password with which it logs in
    assert all_before("kibana-setup") >= {"kibana", "es-bootstrap"}
    assert all_before("pipeline") & all_before("sync") >= {"es-bootstrap"}


def test_every_image_is_pinned(services):
    for name, service in services.items():
        image = filled(service["image"], {})
        tag = image.rpartition(":")[2]
        assert tag == "local" if ours(service) else re.fullmatch(r"\d+\.\d+\.\d+", tag), name


def test_elasticsearch_and_kibana_are_of_one_version(services):
    images = [filled(one["image"], {}) for one in services.values() if not ours(one)]
    assert len({image.rpartition(":")[2] for image in images}) == 1


def test_every_service_has_a_limit_and_the_time_of_shanghai(services):
    for name, service in services.items():
        assert service["mem_limit"], name
        if name != "volumes-owner":
            assert service["environment"]["TZ"] == "Asia/Shanghai", name
    assert services["kibana"]["environment"]["I18N_LOCALE"] == "zh-CN"


def test_the_program_runs_without_rights_it_does_not_need(services):
    for name, service in services.items():
        if ours(service):
            assert not service["user"].startswith("0"), name
            assert service["cap_drop"] == ["ALL"], name
            assert service["read_only"], name
            assert "no-new-privileges:true" in service["security_opt"], name


def test_every_command_of_a_service_can_be_typed(services):
    for name, service in services.items():
        if ours(service):
            assert parse(filled(service["command"], {})).run, name


def test_every_health_check_of_ours_can_be_typed(services):
    for name, service in services.items():
        if ours(service) and "healthcheck" in service:
            kind, program, *words = service["healthcheck"]["test"]
            assert (kind, program) == ("CMD", "tingfeng"), name
            assert parse(words).run


def test_setup_is_no_shell_script(services):
    for name, service in services.items():
        line = shlex.join(map(str, [*service.get("entrypoint", []), *service.get("command", [])]))
        assert not re.search(r"\b(sh|bash)\b|&&|;", line), name


def test_every_named_volume_is_declared_and_used():
    for kind in COMPOSE:
        whole = stack(kind)
        used = {
            mount.split(":")[0]
            for service in whole["services"].values()
            for mount in service.get("volumes", [])
            if isinstance(mount, str)
        }
        assert used == set(whole["volumes"]), kind


def test_tls_reaches_everybody_who_speaks_to_the_cluster():
    services = stack("tls")["services"]
    assert "http://" not in yaml.safe_dump(services)
    for name, service in services.items():
        if ours(service) and name != "es-certs":
            assert service["environment"]["TINGFENG_ES_CA"] == "/ca/ca.crt", name
            assert "ca:/ca:ro" in service["volumes"], name
            assert not [one for one in service["volumes"] if str(one).startswith(("certs", "authority"))]  # fmt: skip
    holders = {name for name, one in services.items() if "authority:/authority" in one.get("volumes", [])}  # fmt: skip
    assert holders == {"es-certs", "volumes-owner"}  # who signs, and who makes the folder


def test_three_nodes_differ_in_nothing_but_their_names():
    services = stack("cluster")["services"]
    nodes = [name for name in services if re.fullmatch(r"elasticsearch(-\d)?", name)]
    environments = []
    for name in nodes:
        whole = services[name]["environment"]
        assert whole.pop("node.name") == name
        assert set(whole.pop("discovery.seed_hosts").split(",")) == set(nodes)
        assert set(whole.pop("cluster.initial_master_nodes").split(",")) == set(nodes)
        environments.append(
            {key: value.replace(f"{name}/{name}.", "NODE.") for key, value in whole.items()}
        )
    assert environments[0]["discovery.type"] == "multi-node"
    assert environments[0] == environments[1] == environments[2]
    for key in ("image", "mem_limit", "ulimits", "healthcheck", "stop_grace_period"):
        assert len({str(services[name][key]) for name in nodes}) == 1, key


def test_every_certificate_that_is_used_is_made():
    services = stack("cluster")["services"]
    made = {one.partition("=")[2] for one in services["es-certs"]["command"] if one.startswith("--name")}  # fmt: skip
    used = set(re.findall(r"certs/([\w-]+)/\1\.(?:crt|key)", yaml.safe_dump(services)))
    assert used == made


@pytest.mark.parametrize("name", FILES)
def test_a_comment_says_how_it_is_started(name):
    assert "tingfeng init --stack" in (ROOT / name).read_text("utf-8")
    assert parsed(name)["services"]


def test_no_private_file_reaches_an_image():
    """Docker's rule: of the patterns that fit, the last decides."""
    lines = (ROOT / ".dockerignore").read_text("utf-8").split("\n")
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    assert {"**/.env", "**/.env.keys", "**/.keys", "**/*.db"} <= set(rules[-6:])
    assert not [rule for rule in rules if re.match(r"!(\*|\.env$|\.env\.keys|\.keys|.*\.toml$)", rule) and rule != "!pyproject.toml"]  # fmt: skip


def test_the_image_runs_as_an_ordinary_user_and_holds_no_secret():
    text = (ROOT / "Dockerfile").read_text("utf-8")
    instructions = re.findall(r"^([A-Z]+) (.*)$", text, re.MULTILINE)
    users = [rest for name, rest in instructions if name == "USER"]
    assert users[-1] == "tingfeng"
    assert [name for name, _ in instructions].index("USER") < [name for name, _ in instructions].index("ENTRYPOINT")  # fmt: skip
    assert not [rest for name, rest in instructions if name in {"ARG", "ENV"} and SECRET.search(rest)]  # fmt: skip
    assert "HEALTHCHECK" in text
