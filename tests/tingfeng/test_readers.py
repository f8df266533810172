"""Where the chosen engine finds its files, and what it tells of its day."""

import json

import pytest

from tingfeng.cli import main
from tingfeng.pipeline.readers import beside

SETTINGS = """
[reader]
sentiment = { use = "llm", model = "m", base_url = "http://127.0.0.1:9/v1" }
processes = 2
[[brands]]
name = "云雀"
aliases = ["云雀"]
"""


@pytest.mark.parametrize(
    ("section", "name", "value"),
    [
        ({"use": "llm"}, "cache", "desk/tingfeng-llm.db"),
        ({"use": "llm", "cache": "own.db"}, "cache", "desk/own.db"),
        ({"use": "llm", "cache": "/a/own.db"}, "cache", "/a/own.db"),
        ({"use": "linear", "mentions": "m.npz"}, "mentions", "desk/m.npz"),
        ({"use": "cascade", "path": "tiny"}, "path", "desk/tiny"),
        ({"use": "huggingface", "model": "bert"}, "model", "desk/bert"),
        ({"use": "huggingface", "model": "someone/bert"}, "model", "someone/bert"),
        ({"use": "mine:Engine", "path": "tiny"}, "path", "tiny"),
        (
            {"use": "llm", "base": {"use": "encoder", "path": "tiny"}},
            "base",
            {"use": "encoder", "path": "desk/tiny"},
        ),
    ],
)
def test_relative_paths_begin_beside_the_settings(tmp_path, section, name, value):
    desk = tmp_path / "desk"
    (desk / "bert").mkdir(parents=True)
    before = dict(section)
    found = json.dumps(beside(desk, section)[name])
    assert json.loads(found.replace(f"{tmp_path}/", "")) == value
    assert section == before


@pytest.fixture
def desk(tmp_path, monkeypatch):
    folder = tmp_path / "desk"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "tingfeng.toml").write_text(SETTINGS, encoding="utf-8")
    (folder / ".env").write_text("TINGFENG_AUTHOR_KEY=0123456789abcdef\n", encoding="utf-8")
    (folder / "map.toml").write_text(
        '[constants]\nplatform = "weibo"\n[columns]\nid = "id"\ntext = "text"\n', encoding="utf-8"
    )
    (folder / "posts.csv").write_text(
        "id,text\n1,云雀太差了再也不买\n2,云雀很好用\n", encoding="utf-8"
    )
    assert main(["import", "posts.csv", "--map", "map.toml", "--json"]) == 0
    return folder


def told(capsys, *arguments):
    capsys.readouterr()
    main([*arguments])
    return capsys.readouterr().out


@pytest.mark.parametrize("processes", ["1", "2"])
def test_an_endpoint_that_is_down_is_told(desk, capsys, processes):
    found = json.loads(told(capsys, "analyze", "--processes", processes, "--json"))
    assert found["engine_report"]["failed"] == 2
    assert "端点故障 4" in told(capsys, "analyze", "--again", "--processes", processes)
    (check,) = (
        one
        for one in json.loads(told(capsys, "doctor", "--json"))["checks"]
        if "llm" in json.dumps(one["found"])
        and "端点故障" in json.dumps(one["found"], ensure_ascii=False)
    )
    assert check["state"] == "warn"


def test_a_job_elsewhere_finds_the_same_cache(desk, capsys, tmp_path, monkeypatch):
    told(capsys, "analyze", "--processes", "1")
    (tmp_path / "cron").mkdir()
    monkeypatch.chdir(tmp_path / "cron")
    told(capsys, "analyze", "--settings", "../desk/tingfeng.toml", "--again", "--processes", "1")
    assert list((tmp_path / "cron").iterdir()) == []
    assert (desk / "tingfeng-llm.db").exists()


def test_the_recipe_does_not_show_a_key():
    from nlp.reader import ReaderSettings

    assert "sk-1" not in repr(ReaderSettings(sentiment={"use": "llm", "key": "sk-1"}))
