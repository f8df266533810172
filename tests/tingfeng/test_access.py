"""Which login a command takes to the cluster."""

import pytest

from tingfeng.pipeline.access import access
from tingfeng.settings import Settings


def settings(folder, text="", dotenv=""):
    (folder / "tingfeng.toml").write_text(text, encoding="utf-8")
    (folder / ".env").write_text(dotenv, encoding="utf-8")
    return Settings.read(folder / "tingfeng.toml")


KEYS = "TINGFENG_ES_WRITER_KEY=w\nTINGFENG_ES_READER_KEY=r\n"


def test_each_command_takes_the_key_for_what_it_does(tmp_path):
    made = settings(tmp_path, dotenv=KEYS)
    assert access(made, "writer")["api_key"] == "w"
    assert access(made, "reader")["api_key"] == "r"
    assert "api_key" not in access(made, "retention")


@pytest.mark.parametrize(
    ("section", "login"),
    [
        ('api_key = "$OWN"', {"api_key": "mine"}),
        ('user = "me"\npassword = "$OWN"', {"user": "me", "password": "mine"}),
    ],
)
def test_a_login_of_the_settings_goes_first(tmp_path, section, login):
    made = settings(tmp_path, f"[elastic]\n{section}\n", KEYS + "OWN=mine\n")
    found = access(made, "writer")
    assert {name: found[name] for name in ("api_key", "user", "password") if name in found} == login


def test_an_address_may_stand_in_the_private_file(tmp_path):
    section = '[elastic]\nurl = ["$ES"]\nuser = "$ME"\npassword = "$OWN"\n'
    made = settings(tmp_path, section, "ES=https://es.example\nME=me\nOWN=mine\n")
    found = access(made, "reader")
    assert (found["url"], found["user"]) == (["https://es.example"], "me")


def test_a_container_is_told_its_address_by_the_environment(tmp_path, monkeypatch):
    made = settings(tmp_path, '[elastic]\nurl = "http://127.0.0.1:9200"\nca = "ca.crt"\n')
    assert access(made, "reader")["ca"] == str(tmp_path / "ca.crt")
    monkeypatch.setenv("TINGFENG_ES_URL", "https://elasticsearch:9200")
    monkeypatch.setenv("TINGFENG_ES_CA", "/certs/ca.crt")
    found = access(made, "reader")
    assert found["url"] == "https://elasticsearch:9200"
    assert found["ca"] == "/certs/ca.crt"
