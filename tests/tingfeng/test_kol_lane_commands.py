"""kol import, link, risk, object, list as a person types them."""

from __future__ import annotations

import csv
import json
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from index.sqlite import SQLiteStore
from tingfeng import SHANGHAI
from tingfeng.cli import main
from tingfeng.pipeline import Pipeline, kol_import
from tingfeng.settings import Settings

TODAY = datetime.now(SHANGHAI).date()
HEAD = ["平台", "账号名称", "用户ID", "粉丝数", "图文报价(含税)", "数据日期", "备注"]
ROWS = [
    [
        "小红书",
        "阿云",
        "5f0c1a2b3c4d",
        "1.2万",
        "800",
        (TODAY - timedelta(days=2)).isoformat(),
        "x",
    ],
    ["微博", "老王", "1234567890", "30w", "面议", (TODAY - timedelta(days=2)).isoformat(), ""],
    ["微博", "太久", "1234567891", "3000", "", (TODAY - timedelta(days=400)).isoformat(), ""],
    ["微博", "没有编号", "", "1", "", "", ""],
]
NOTES = [
    ["note_id", "user", "title", "text", "time", "likes"],
    ["n1", "5f0c1a2b3c4d", "护肤", "敏感肌面霜分享，真的很好用", "2026-06-01 09:00:00", "12"],
    ["n2", "somebody", "别人", "路人的笔记不应收入，谢谢大家", "2026-06-01 09:00:00", "3"],
    ["n3", "5f0c1a2b3c4d", "早餐", "今天吃了火锅，牛肉很嫩很好吃", "2026-06-02 09:00:00", "5"],
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: Any) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tingfeng.toml").write_text('[label]\nby = "法务"\n', encoding="utf-8")
    write(tmp_path / "刊例.csv", [HEAD, *ROWS])
    write(tmp_path / "notes.csv", NOTES)
    return tmp_path


def write(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out).writerows(rows)


@pytest.fixture
def ask(folder: Path, capsys: Any) -> Any:
    def one(*words: str, code: int = 0) -> Any:
        capsys.readouterr()
        assert main([*words, "--json"]) == code
        return json.loads(capsys.readouterr().out)

    return one


def test_what_became_of_every_row(ask, folder):
    told = ask("kol", "import", "刊例.csv")
    names = ("rows", "new", "changed", "seen", "refused", "skipped")
    assert [told[name] for name in names] == [4, 2, 0, 0, 1, 1]
    [file] = told["files"]
    assert (file["sources"], file["columns_unread"]) == (["kit"], ["备注"])
    kept = json.loads(Path(file["refused_file"]).read_text(encoding="utf-8"))
    assert kept["line"] == 5
    assert "没有账号编号" in kept["reason"]["zh"]
    again = ask("kol", "import", "刊例.csv", "--expires", "900")
    assert (again["new"], again["changed"]) == (1, 2)  # a longer expiry is another statement
    assert ask("kol", "import", "刊例.csv", "--expires", "900")["seen"] == 3


def test_each_field_says_who_says_it(ask, capsys):
    ask("kol", "import", "刊例.csv", "--basis", "contract", "--source", "xingtu")
    [card] = ask("kol", "list", "小红书:5f0c1a2b3c4d")["creators"]
    fields = {one["field"]: one for one in card["fields"]}
    assert fields["followers"]["value"] == 12_000
    assert fields["price.image.declared"]["value"]["taxed"] is True
    assert {one["source"] for one in fields.values()} == {"xingtu"}
    assert {one["basis"] for one in fields.values()} == {"contract"}
    assert fields["followers"]["file"] == "刊例.csv 第 2 行"
    assert main(["kol", "list"]) == 0
    assert "阿云" in capsys.readouterr().out
    assert ask("kol", "list", "weibo:nobody", code=1) == {"creators": []}


def test_only_works_of_stored_creators_come_in(ask, capsys):
    assert main(["kol", "import", "--works", "notes.csv", "--platform", "小红书"]) == 1
    assert "kol import" in capsys.readouterr().err
    ask("kol", "import", "刊例.csv")
    told = ask("kol", "import", "--works", "notes.csv", "--platform", "小红书")
    assert (told["new"], told["skipped"]) == (2, 1)
    with closing(SQLiteStore("tingfeng.db")) as store:
        found = list(store.documents_of("xiaohongshu:5f0c1a2b3c4d"))
        assert [one.post.id for one in found] == ["n3", "n1"]
        assert {one.post.author.name for one in found} == {"阿云"}
        assert store.get("xiaohongshu:n2") is None


def test_who_objects_is_removed_and_refused(ask, folder):
    ask("kol", "import", "刊例.csv")
    ask("kol", "import", "--works", "notes.csv", "--platform", "小红书")
    key, other = "xiaohongshu:5f0c1a2b3c4d", "weibo:1234567890"
    assert ask("kol", "link", "小红书:5f0c1a2b3c4d", other)["linked"]
    risk = ("kol", "risk", key, "翻车", "--severity", "3")
    assert main([*risk]) == 1
    assert main([*risk, "--proof", "xiaohongshu:nothing"]) == 1
    assert ask(*risk, "--proof", "xiaohongshu:n1", "--on", "2026-06-01")["by"] == "法务"
    ask("kol", "watch", key, other, "--list", "618", "--brand", "云雀")
    followed = folder / "kol-watch.json"
    assert "阿云" in followed.read_text(encoding="utf-8")
    would = ask("kol", "object", key, code=1)
    assert (would["done"], would["posts"], would["linked"]) == (False, 2, [other])
    done = ask("kol", "object", key, "--yes", "--posts", "--reason", "本人要求")
    assert (done["done"], done["posts_removed"], done["entries"]) == (True, True, 2)
    kept = followed.read_text(encoding="utf-8")
    assert ("阿云" in kept, "5f0c1a2b3c4d" in kept, other in kept) == (False, False, True)
    assert ask("kol", "import", "刊例.csv")["seen"] == 1
    assert [one["key"] for one in ask("kol", "list")["creators"]] == [other]
    assert [one["what"] for one in ask("forget", "--list")["audit"]] == ["author", "creator"]
    everything = b"".join(one.read_bytes() for one in folder.glob("tingfeng.db*"))
    assert "阿云".encode() not in everything
    assert b"5f0c1a2b3c4d" not in everything


def test_who_is_forgotten_or_expires_leaves_the_lists_that_are_followed(ask, folder):
    ask("kol", "import", "刊例.csv")
    key, other = "xiaohongshu:5f0c1a2b3c4d", "weibo:1234567890"
    ask("kol", "watch", key, other, "--list", "618", "--brand", "云雀")
    ask("forget", "--author", "5f0c1a2b3c4d", "--platform", "小红书", "--yes")
    followed = folder / "kol-watch.json"
    kept = followed.read_text(encoding="utf-8")
    assert ("阿云" in kept, key in kept, "老王" in kept) == (False, False, True)
    later = datetime.now(SHANGHAI) + timedelta(days=4000)
    with Pipeline(Settings.read(folder / "tingfeng.toml"), clock=lambda: later) as pipeline:
        pipeline.forgetting.tidy_daily(None, by="watch")
    assert json.loads(followed.read_text(encoding="utf-8")) == {"云雀/618": {other: {}}}


def test_a_draft_is_shown_and_nothing_taken_in(ask, folder):
    told = ask("kol", "import", "刊例.csv", "--suggest")
    assert '"price.image" = "图文报价(含税)"' in told["suggestions"]["刊例.csv"]
    assert not (folder / "tingfeng.db").exists()
    (folder / "m.toml").write_text(told["suggestions"]["刊例.csv"], encoding="utf-8")
    assert ask("kol", "import", "刊例.csv", "--map", "m.toml")["new"] == 2


@pytest.mark.parametrize(
    "wrong",
    [("--basis", "stolen"), ("--expires", "soon"), ("--date", "someday"), ("--map", "no.toml")],
)
def test_what_cannot_be_is_told(folder, capsys, wrong):
    assert main(["kol", "import", "刊例.csv", *wrong]) == 1
    assert "tingfeng：" in capsys.readouterr().err


def test_an_import_broken_off_is_gone_on_with(folder, ask, monkeypatch):
    rows = [
        ["微博", f"达人{n}", f"10{n:08}", str(n), "", TODAY.isoformat(), ""] for n in range(1, 31)
    ]
    write(folder / "多.csv", [HEAD, *rows])
    monkeypatch.setattr(kol_import, "BATCH", 10)
    put, calls = SQLiteStore.put_creators, []

    def killed(self: Any, snapshots: Any, **rest: Any) -> Any:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return put(self, snapshots, **rest)

    monkeypatch.setattr(SQLiteStore, "put_creators", killed)
    assert main(["kol", "import", "多.csv"]) != 0
    monkeypatch.setattr(SQLiteStore, "put_creators", put)
    told = ask("kol", "import", "多.csv")
    assert (told["seen"], told["new"]) == (20, 10)
    with closing(SQLiteStore("tingfeng.db")) as store:
        assert len(store.snapshots("weibo:1000000001")) == 1
