"""forget and retention as a person types them: shown, asked, done, written down."""

from __future__ import annotations

import csv
import json
import re
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from index import changes
from index.connect import Database
from tingfeng import SHANGHAI, Author, Correction, Observation, Post, Query
from tingfeng.cli import main
from tingfeng.pipeline import Pipeline, forgetting
from tingfeng.pipeline.forgetting import Asked, Beside, Forgetting
from tingfeng.settings import Settings

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")

MAPPING = """
[constants]
platform = "weibo"
[columns]
id = "编号"
text = "正文"
author = "用户"
published_at = "时间"
"""
SETTINGS = """
[label]
by = "法务"
[[brands]]
name = "云雀"
aliases = ["云雀"]
"""
ROWS = [
    ("5000000000000001", "云雀发热zqxjkv", "1234567", "2026-06-12 09:01:00"),
    ("5000000000000002", "云雀不错", "7654321", "2026-06-12 09:02:00"),
    ("5000000000000003", "云雀又坏了zqxjkv", "1234567", "2026-06-12 09:03:00"),
    ("1.23E+15", "云雀zqxjkv", "1234567", "2026-06-12 09:04:00"),
    ("1.24E+15", "云雀", "7654321", "2026-06-12 09:05:00"),
]
ONE = ("--author", "1234567", "--platform", "微博")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: Any, capsys: Any) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tingfeng.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "map.toml").write_text(MAPPING, encoding="utf-8")
    with (tmp_path / "posts.csv").open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out).writerows([("编号", "正文", "用户", "时间"), *ROWS])
    taken = ask(capsys, "import", "posts.csv", "--map", "map.toml")
    assert (taken["new"], taken["refused"]) == (3, 2)
    return tmp_path


def ask(capsys: Any, *words: str, code: int = 0) -> Any:
    assert main([*words, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def refused(folder: Path) -> str:
    return "".join(one.read_text(encoding="utf-8") for one in (folder / "refused").glob("*"))


def pipeline_in(folder: Path, at: datetime, settings: str = SETTINGS) -> Pipeline:
    (folder / "tingfeng.toml").write_text(settings, encoding="utf-8")
    return Pipeline(Settings.read(folder / "tingfeng.toml"), clock=lambda: at)


def test_an_author_is_shown_then_removed_then_refused(folder: Path, capsys: Any) -> None:
    would = ask(capsys, "forget", *ONE, code=1)
    assert (would["done"], would["posts"], would["refused_rows"]) == (False, 2, 1)
    assert ask(capsys, "search", "zqxjkv")["count"] == 2
    done = ask(capsys, "forget", *ONE, "--yes", "--reason", "本人申请")
    assert (done["done"], done["keys"]) == (
        True,
        ["weibo:5000000000000001", "weibo:5000000000000003"],
    )
    (line,) = done["audit"]
    assert (line["what"], line["posts"], line["by"]) == ("author", 2, "法务")
    assert line["reason"] == "本人申请"
    assert ask(capsys, "search", "云雀")["count"] == 1
    assert "1234567" not in refused(folder)
    assert "7654321" in refused(folder)
    raw = b"".join(path.read_bytes() for path in folder.glob("tingfeng.db*"))
    assert b"zqxjkv" not in raw

    again = ask(capsys, "import", "posts.csv", "--map", "map.toml")
    assert (again["new"], again["seen"], again["skipped"], again["refused"]) == (0, 1, 2, 2)
    assert ask(capsys, "search", "云雀")["count"] == 1
    assert ask(capsys, "forget", "--list")["audit"] == [line]


def test_a_pseudonym_and_a_single_post(folder: Path, capsys: Any) -> None:
    (post,) = ask(capsys, "search", "不错")["posts"]
    done = ask(capsys, "forget", "--hash", post["author"], "--post", "weibo:5000000000000001", "--yes")  # fmt: skip
    assert set(done["keys"]) == {"weibo:5000000000000001", "weibo:5000000000000002"}
    assert [line["what"] for line in done["audit"]] == ["author", "post"]
    assert ask(capsys, "forget", "--hash", post["author"], "--yes")["audit"] == []


def test_people_are_told_what_goes_and_what_is_theirs_to_do(folder: Path, capsys: Any) -> None:
    assert main(["forget", *ONE, "--yes"]) == 0
    said = capsys.readouterr().out
    assert "weibo:5000000000000003" in said
    assert "备份" in said
    assert "import --suggest" in said
    assert "记录：" in said
    assert main(["forget", "--list", "--lang", "en"]) == 0
    assert "author" in capsys.readouterr().out
    assert main(["forget", "--author", "nobody", "--platform", "weibo", "--yes"]) == 0
    assert "核对" in capsys.readouterr().out


def test_an_index_that_follows_the_store_is_named_while_it_has_the_posts(
    folder: Path, capsys: Any
) -> None:
    key = "weibo:5000000000000002"
    assert ask(capsys, "forget", "--post", key, "--yes")["index_pending"] is False
    with closing(Database("tingfeng.db")) as log, log.writing() as db:
        changes.follow(db)
    assert main(["forget", "--post", key, "--yes"]) == 0  # it is gone
    assert "tingfeng es sync" not in capsys.readouterr().out
    assert main(["forget", "--post", "weibo:5000000000000001", "--yes"]) == 0
    assert "索引里还在：运行 tingfeng es sync" in capsys.readouterr().out
    done = ask(capsys, "forget", "--post", "weibo:5000000000000003", "--yes")
    assert done["index_pending"] is True
    (row,) = re.findall(r"^\| `forget` \|(.*)\|$", README, re.MULTILINE)
    assert set(done) == set(" ".join(re.findall("`(.+?)`", row)).split())


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        ([], "--author"),
        (["--author", "1"], "--platform"),
        (["--hash", "u1"], "16"),
        (["--post", "5000000000000001"], "platform:id"),
    ],
)
def test_what_is_unclear_removes_nothing(
    folder: Path, capsys: Any, words: list[str], remedy: str
) -> None:
    assert main(["forget", *words, "--yes", "--lang", "en"]) != 0
    assert remedy in capsys.readouterr().err
    assert ask(capsys, "search", "云雀")["count"] == 3


def test_somebody_must_have_done_it(folder: Path, capsys: Any, monkeypatch: Any) -> None:
    monkeypatch.delenv("USER", raising=False)
    (folder / "tingfeng.toml").write_text("", encoding="utf-8")
    assert main(["forget", *ONE, "--yes"]) != 0
    assert "--by" in capsys.readouterr().err
    assert ask(capsys, "search", "云雀")["count"] == 3
    assert ask(capsys, "forget", *ONE, "--yes", "--by", "法务")["audit"][0]["by"] == "法务"


def test_without_the_key_nobody_is_looked_for(folder: Path, capsys: Any) -> None:
    (folder / ".env").unlink()
    assert main(["forget", *ONE, "--yes"]) != 0
    assert "TINGFENG_AUTHOR_KEY" in capsys.readouterr().err
    assert not (folder / ".env").exists()


STEPS = ["drop_rows", "drop_labels", "forget", "forget_posts", "mark"]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("after", [False, True])
def test_killed_before_or_after_any_step_the_same_call_finishes(
    folder: Path, now: datetime, monkeypatch: Any, step: str, after: bool
) -> None:
    key = "weibo:5000000000000002"
    card = {"labels": [{"id": "weibo:5000000000000001|云雀", "label": "neutral", "by": "a"}]}
    (folder / "models").mkdir()
    (folder / "models" / "m.json").write_text(json.dumps(card), encoding="utf-8")
    with pipeline_in(folder, now) as pipeline:
        author = pipeline.store.get("weibo:5000000000000001").post.author.id  # type: ignore[union-attr]
        pipeline.said.say([Correction(key=key, brand=None, label="neutral", by="a", at=now)])
        asked = Asked(authors=(author,), names=("1234567",), keys=(key,))
        with monkeypatch.context() as patch:
            home = forgetting if step.startswith("drop") else pipeline.store
            home = pipeline.said if step == "mark" else home
            whole = getattr(home, step)

            def killed(*words: Any, **more: Any) -> None:
                if after:
                    whole(*words, **more)
                raise KeyboardInterrupt

            patch.setattr(home, step, killed, raising=False)
            with pytest.raises(KeyboardInterrupt):
                pipeline.forgetting.forget(asked, by="a")
    with pipeline_in(folder, now) as pipeline:
        pipeline.forgetting.forget(asked, by="a")
        assert list(pipeline.store.search(Query())) == []
        assert pipeline.store.corrections() == []
        assert sum(line.posts for line in pipeline.store.audit()) == 3
    assert "1234567" not in refused(folder)
    assert "weibo:" not in (folder / "models" / "m.json").read_text(encoding="utf-8")


def test_documents_that_a_cluster_refused_and_kept_vectors_go_too(
    folder: Path, now: datetime
) -> None:
    asked_for: list[Any] = []

    def letters(keys: Any, authors: Any) -> int:
        asked_for.append((set(keys), set(authors)))
        return 1

    vectors = folder / "kept.vectors.npz"
    vectors.touch()
    with pipeline_in(folder, now) as pipeline:
        beside = Beside(
            refused=folder / "refused", models=folder / "models", vectors=vectors, letters=letters
        )
        own = Forgetting(pipeline.store, pipeline.said, beside, lambda: now)
        author = pipeline.store.get("weibo:5000000000000002").post.author.id  # type: ignore[union-attr]
        told = own.forget(Asked(authors=(author,), keys=("weibo:9",)), by="a")
    assert asked_for[0] == ({"weibo:5000000000000002", "weibo:9"}, {author})
    assert told.letters == len(asked_for)
    assert not vectors.exists()


def seen(id: str, at: datetime) -> Observation:
    post = Post(platform="weibo", id=id, text="云雀", author=Author(id="u"), published_at=at, collected_at=at)  # fmt: skip
    return Observation(post=post)


def test_old_posts_expire_once_a_day_and_are_not_taken_in_again(
    tmp_path: Path, now: datetime
) -> None:
    clock = now
    kept = "[store]\nuse = 'sqlite'\npath = 'a.db'\nkeep_days = 10\n"
    old = [seen(str(n), now - timedelta(days=n)) for n in (1, 9, 11)]
    with pipeline_in(tmp_path, now, kept) as pipeline:
        pipeline.clock = pipeline.forgetting._clock = pipeline.intake._clock = lambda: clock
        assert pipeline.intake.put(old) == ["new", "new", "expired"]
        assert pipeline.forgetting.tidy_daily(10, by="watch") == 0
        clock = now + timedelta(days=2)
        assert pipeline.forgetting.tidy_daily(10, by="watch") == 1
        assert pipeline.forgetting.tidy_daily(10, by="watch") == 0
        assert pipeline.intake.put(old) == ["seen", "expired", "expired"]
        (line,) = pipeline.store.audit()
        assert (line.what, line.posts, line.by) == ("age", 1, "watch")


def test_a_post_that_turned_out_to_be_of_a_forgotten_author_leaves_the_file_within_a_day(
    tmp_path: Path, now: datetime
) -> None:
    with pipeline_in(tmp_path, now, "[store]\nuse = 'sqlite'\npath = 'a.db'\n") as pipeline:
        store = pipeline.store
        named = seen("1", now)
        store.forget(pipeline.intake._privacy.author("weibo", "u"), now=now)
        store.put([replace(named, post=replace(named.post, author=None, text="zqxjkv"))], now=now)
        assert pipeline.intake.put([named]) == ["forgotten"]
        assert pipeline.forgetting.tidy_daily(None, by="watch") == 0
        raw = b"".join(path.read_bytes() for path in tmp_path.glob("a.db*"))
        assert b"zqxjkv" not in raw
        assert all(well for well, _ in store.check())  # type: ignore[attr-defined]


def test_retention_asks_unless_the_settings_say_so(folder: Path, capsys: Any) -> None:
    assert main(["retention"]) != 0
    assert "keep_days" in capsys.readouterr().err
    age = (datetime.now(SHANGHAI) - datetime(2026, 6, 12, tzinfo=SHANGHAI)).days
    if age < 1:
        pytest.skip("the clock of this machine stands before the posts")
    answer = ask(capsys, "retention", "--keep-days", str(age - 1), code=1)
    assert answer == {"done": False, "keep_days": age - 1, "posts": 3}
    settings = f"{SETTINGS}\n[store]\nkeep_days = {age - 1}\npath = 'tingfeng.db'\nuse = 'sqlite'\n"
    (folder / "tingfeng.toml").write_text(settings, encoding="utf-8")
    assert ask(capsys, "retention")["posts"] == 3
    again = ask(capsys, "import", "posts.csv", "--map", "map.toml")
    assert (again["new"], again["skipped"]) == (0, 3)


@pytest.mark.parametrize("days", ["0", "-3", "true", "1.5", "'x'", "99999999"])
def test_a_period_that_makes_no_sense_is_said(tmp_path: Path, capsys: Any, days: str) -> None:
    path = tmp_path / "tingfeng.toml"
    path.write_text(f"[store]\nkeep_days = {days}\n", encoding="utf-8")
    assert main(["retention", "--settings", str(path)]) != 0
    assert "keep_days" in capsys.readouterr().err
