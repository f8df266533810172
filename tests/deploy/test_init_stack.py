"""``tingfeng init --stack``: what ``docker compose up`` needs, and nothing that was there is lost."""

import json
import re
import subprocess

import pytest

import tingfeng
from tests.deploy.compose import filled, stack
from tingfeng import SettingsError, dotenv
from tingfeng.cli import main
from tingfeng.pipeline.stack import COMPOSE, FILES, SECRETS, prepare, shipped
from tingfeng.settings import API_KEYS, KEYS, Settings

NAMES = {f"TINGFENG_ES_{one}_KEY" for one in ("PROVISIONER", "WRITER", "RETENTION", "READER")}


@pytest.fixture
def env(tmp_path):
    return lambda: dotenv.values(tmp_path / ".env")


def init(folder, *options):
    return main(["init", "--yes", "--settings", str(folder / "tingfeng.toml"), *options])


@pytest.mark.parametrize("kind", COMPOSE)
def test_nothing_is_left_to_fill_in(tmp_path, env, kind):
    assert init(tmp_path, "--brand", "云雀", "--stack", kind) == 0
    assert filled(stack(kind)["services"], env())
    assert env()["COMPOSE_FILE"].split(":") == list(COMPOSE[kind])
    assert all((tmp_path / name).read_bytes() == shipped(name).read_bytes() for name in FILES)
    assert Settings.read(tmp_path / "tingfeng.toml").brands[0].name == "云雀"


def test_secrets_are_long_different_and_for_the_owner_alone(tmp_path, env):
    init(tmp_path, "--stack")
    values = [env()[name] for name in SECRETS]
    assert min(map(len, values)) >= 32
    assert len(set(values)) == len(values)
    assert not [value for value in values if re.search(r"[^\w-]", value)]  # no quoting, no $
    for name in (".env", KEYS):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600


def test_each_key_has_a_file_before_it_is_made(tmp_path):
    init(tmp_path, "--stack")
    folder = tmp_path / API_KEYS
    assert folder.stat().st_mode & 0o777 == 0o700
    files = {file.name: file for file in folder.iterdir()}
    assert set(files) == NAMES
    assert {(file.stat().st_mode & 0o777, file.stat().st_size) for file in files.values()} == {(0o600, 0)}  # fmt: skip


def test_keys_that_were_kept_together_are_parted(tmp_path):
    init(tmp_path)
    (tmp_path / KEYS).write_text("A=a\nTINGFENG_ES_WRITER_KEY=w\nB=b\nTINGFENG_ES_READER_KEY=r\n")
    init(tmp_path, "--stack")
    assert (tmp_path / KEYS).read_text() == "A=a\nB=b\n"
    assert dotenv.files(tmp_path / API_KEYS) == {"TINGFENG_ES_WRITER_KEY": "w", "TINGFENG_ES_READER_KEY": "r"}  # fmt: skip
    assert Settings.read(tmp_path / "tingfeng.toml").secret("TINGFENG_ES_WRITER_KEY") == "w"


def test_two_installations_share_nothing(tmp_path):
    for name in ("one", "other"):
        init(tmp_path / name, "--stack")
    one, other = (dotenv.values(tmp_path / name / ".env") for name in ("one", "other"))
    assert not {one[name] for name in SECRETS} & {other[name] for name in SECRETS}


def test_an_author_key_and_whatever_else_was_there_stays(tmp_path, env):
    init(tmp_path)
    before = (tmp_path / ".env").read_text("utf-8") + "# mine\nTINGFENG_WEBHOOK_SECRET='a b'"
    (tmp_path / ".env").write_text(before, encoding="utf-8")
    settings = (tmp_path / "tingfeng.toml").read_bytes()
    assert init(tmp_path, "--stack") == 0
    assert (tmp_path / ".env").read_text("utf-8").startswith(before + "\n")
    assert (tmp_path / "tingfeng.toml").read_bytes() == settings


def test_a_second_time_changes_nothing(tmp_path):
    init(tmp_path, "--stack", "tls")
    key = tmp_path / API_KEYS / "TINGFENG_ES_WRITER_KEY"
    key.write_text("abc\n", encoding="utf-8")
    inode = key.stat().st_ino

    def content():
        return {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    before = content()
    assert init(tmp_path, "--stack") == 0
    assert content() == before
    assert key.stat().st_ino == inode  # a container has it as a mount


def test_another_kind_changes_the_files_that_are_read_and_no_secret(tmp_path, env):
    init(tmp_path, "--stack")
    before = env()
    init(tmp_path, "--stack", "cluster")
    assert env() == {**before, "COMPOSE_FILE": ":".join(COMPOSE["cluster"])}


@pytest.mark.parametrize("value", ["changeme", "Elastic", "password123"])
@pytest.mark.parametrize("name", ["ELASTIC_PASSWORD", "KIBANA_PASSWORD"])
def test_a_known_default_is_refused(tmp_path, name, value):
    (tmp_path / ".env").write_text(f"{name}={value}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=name) as refused:
        prepare(tmp_path / "tingfeng.toml", None)
    assert value not in str(refused.value)
    assert [path.name for path in tmp_path.iterdir()] == [".env"]  # nothing was begun


def test_a_short_one_is_refused_where_we_set_it(tmp_path):
    (tmp_path / ".env").write_text("TINGFENG_ANALYST_PASSWORD=k7!x\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="12"):
        prepare(tmp_path / "tingfeng.toml", None)


def test_a_changed_file_is_replaced_only_when_asked(tmp_path):
    prepare(tmp_path / "tingfeng.toml", None)
    file = tmp_path / "docker-compose.yml"
    file.write_text("services: {}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="--force"):
        prepare(tmp_path / "tingfeng.toml", None)
    assert file.read_text("utf-8") == "services: {}\n"
    assert prepare(tmp_path / "tingfeng.toml", None, force=True).files == ("docker-compose.yml",)


def test_what_the_settings_name_reaches_the_containers_and_the_superuser_does_not(tmp_path):
    init(tmp_path, "--stack")
    with (tmp_path / ".env").open("a", encoding="utf-8") as out:
        out.write("HOOK=h00k\nOTHER=o\n")
    with (tmp_path / "tingfeng.toml").open("a", encoding="utf-8") as out:
        out.write('[elastic]\nuser = "elastic"\npassword = "$ELASTIC_PASSWORD"\n')
        out.write('[[channels]]\nuse = "webhook"\nurl = "https://a.example"\nsecret = "$HOOK"\n')
    init(tmp_path, "--stack")
    assert dotenv.values(tmp_path / KEYS) == {"HOOK": "h00k"}


def test_values_are_never_shown(tmp_path, env, capsys):
    init(tmp_path, "--stack")
    init(tmp_path, "--stack", "--json")
    shown = capsys.readouterr()
    answer = json.loads(shown.out.splitlines()[-1])["stack"]
    assert set(answer["kept"]) == set(SECRETS)
    for name in SECRETS:
        assert env()[name] not in shown.out + shown.err


def test_a_checkout_needs_no_copies_of_its_own_files():
    root = shipped("docker-compose.yml").parent
    assert (root / "pyproject.toml").exists()
    assert not (root / "tingfeng" / "stack").exists()


def test_the_image_is_built_from_the_wheel_that_was_installed(tmp_path, monkeypatch):
    """A wheel's user has no checkout: pip's record says which file it was."""
    wheel = tmp_path / "downloads" / "tingfeng-9.9-py3-none-any.whl"
    wheel.parent.mkdir()
    wheel.write_bytes(b"wheel")
    package = tmp_path / "site" / "tingfeng"
    (package / "stack").mkdir(parents=True)
    for name in FILES:
        (package / "stack" / name).write_bytes(shipped(name).read_bytes())
    monkeypatch.setattr(tingfeng, "__file__", str(package / "__init__.py"))

    class Installed:
        def read_text(self, name):
            assert name == "direct_url.json"
            return json.dumps({"url": wheel.as_uri(), "archive_info": {}})

    monkeypatch.setattr("tingfeng.pipeline.stack.distribution", lambda _: Installed())
    folder = tmp_path / "mine"
    folder.mkdir()
    assert prepare(folder / "tingfeng.toml", None).wheels
    assert (folder / "dist" / wheel.name).read_bytes() == b"wheel"
    assert "TINGFENG_SOURCE" not in dotenv.values(folder / ".env")


def test_a_second_time_says_that_the_files_are_there(tmp_path, capsys):
    init(tmp_path, "--stack")
    capsys.readouterr()
    init(tmp_path, "--stack")
    assert "容器：文件已是最新；新生成 0 个密码" in capsys.readouterr().out
    init(tmp_path, "--lang", "en", "--stack")
    assert "Containers: files were up to date; 0 passwords made" in capsys.readouterr().out


def test_a_wrong_kind_is_told_the_right_ones(tmp_path, capsys):
    with pytest.raises(SystemExit):
        init(tmp_path, "--stack", "bogus")
    told = capsys.readouterr().err.splitlines()[-1]
    assert re.findall(r"\w+", told.partition("可选")[2]) == list(COMPOSE)


def test_the_analyst_is_called_by_the_prefix(tmp_path, capsys):
    (tmp_path / "tingfeng.toml").write_text('[elastic]\nprefix = "lark"\n', encoding="utf-8")
    init(tmp_path, "--stack")
    assert "用户 lark-analyst" in capsys.readouterr().out


def test_git_takes_no_secret_and_nothing_that_people_wrote(tmp_path):
    init(tmp_path, "--stack")
    for name in ("tingfeng.db", "tingfeng.db-wal", "tingfeng.vectors.npz", "refused/a.jsonl", "models/a/card.json"):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    listed = ["git", "-C", tmp_path, "ls-files", "--others", "--exclude-standard"]
    taken = subprocess.run(listed, check=True, capture_output=True, text=True).stdout.split()
    assert set(taken) == {*FILES, ".gitignore", "tingfeng.toml"}


def test_a_gitignore_that_was_there_stays(tmp_path):
    (tmp_path / ".gitignore").write_text("mine\n", encoding="utf-8")
    assert ".gitignore" not in prepare(tmp_path / "tingfeng.toml", None).files
    assert (tmp_path / ".gitignore").read_text("utf-8") == "mine\n"
