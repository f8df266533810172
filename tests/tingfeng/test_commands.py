"""What a person types, from files to answers; every documented JSON key is printed."""

import csv
import gzip
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from index.sqlite import SQLiteStore
from tingfeng.cli import main

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")

MAPPING = """
[constants]
platform = "weibo"
[columns]
id = "编号"
text = "正文"
author = "用户"
published_at = "时间"
likes = "赞"
parent = "上级"
url = "链接"
"""
SETTINGS = """
[[brands]]
name = "云雀"
aliases = [{ text = "云雀", near = ["手机", "续航", "充电"], never = ["小鸟"] }, "SK-II"]
[[competitors]]
name = "橙子"
aliases = [{ text = "橙子", near = ["手机"], never = ["汁"] }]
"""
TEXTS = [
    "云雀手机质量太差了，刚买就坏，客服还骂人，非常失望，坚决退货",
    "云雀手机续航很好，拍照清晰，非常满意，推荐购买",
    "窗外的云雀像小鸟一样唱歌",
    "橙子手机发布了，联系我13812345678",
    "橙子汁真好喝",
    "SK-II 这瓶神仙水很好用",
    "",
]


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tingfeng.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "map.toml").write_text(MAPPING, encoding="utf-8")
    with (tmp_path / "posts.csv").open("w", encoding="utf-8-sig", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["编号", "正文", "用户", "时间", "赞", "上级", "链接"])
        for number, text in enumerate(TEXTS, 1):
            rows.writerow([f"50{number:014}", text, f"u{number}", f"2026-06-12 09:{number:02}:00",
                           "1.2万", "", f"https://example.com/{number}"])  # fmt: skip
        rows.writerow(["1.23E+15", "云雀手机", "u9", "2026-06-12 09:30:00", "3", "", ""])
    return tmp_path


def ask(capsys, *words: str, code: int = 0) -> dict:
    assert main([*words, "--json"]) == code
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def filled(folder, capsys) -> Path:
    ask(capsys, "import", "posts.csv", "--map", "map.toml")
    ask(capsys, "analyze", "--processes", "1")
    return folder


def documented(command: str) -> set[str]:
    (keys,) = re.findall(rf"^\| `{command}`[^|]*\| `([a-z_ ]+)` \|$", README, re.MULTILINE)
    return set(keys.split())


def test_every_row_ends_in_one_way_and_twice_adds_nothing(folder, capsys):
    first = ask(capsys, "import", "posts.csv", "--map", "map.toml")
    assert set(first) == documented("import")
    assert first["rows"] == 8
    assert (first["new"], first["refused"]) == (7, 1)
    kept = Path(first["files"][0]["refused_file"]).read_text(encoding="utf-8")
    assert json.loads(kept)["line"] == 9
    for words in ((), ("--again",)):  # known by its bytes, or read row by row
        again = ask(capsys, "import", "posts.csv", "--map", "map.toml", *words)
        assert (again["rows"], again["new"], again["seen"], again["refused"]) == (8, 0, 7, 1)
        assert again["posts"] == {"new": 0, "seen": 7, "changed": 0}
        assert again["files"][0]["refused_file"] == first["files"][0]["refused_file"]


def test_a_file_that_grew_is_read(folder, capsys):
    ask(capsys, "import", "posts.csv", "--map", "map.toml")
    with (folder / "posts.csv").open("a", encoding="utf-8") as out:
        out.write("5099999999999999,云雀手机又坏了,u9,2026-06-12 10:00:00,0,,\r\n")
    grown = ask(capsys, "import", "posts.csv", "--map", "map.toml")
    assert (grown["new"], grown["seen"]) == (1, 7)


def test_people_are_not_in_the_store(filled, capsys):
    found = ask(capsys, "search", "联系我")["posts"]
    assert "[手机号]" in found[0]["text"]
    raw = b"".join(path.read_bytes() for path in filled.glob("tingfeng.db*"))
    assert b"13812345678" not in raw
    assert re.fullmatch("[0-9a-f]{16}", found[0]["author"])


def test_reading_is_counted_and_done_once(folder, capsys):
    ask(capsys, "import", "posts.csv", "--map", "map.toml")
    first = ask(capsys, "analyze", "--processes", "1")
    assert set(first) == documented("analyze")
    assert (first["analyzed"], first["no_text"]) == (7, 1)
    assert ask(capsys, "analyze", "--processes", "1")["analyzed"] == 0
    assert ask(capsys, "analyze", "--again", "--processes", "2")["analyzed"] == 7


def test_search_by_brand_and_attitude(filled, capsys):
    answer = ask(capsys, "search", "--brand", "云雀", "--sentiment", "negative")
    assert set(answer) == documented("search")
    assert [post["text"] for post in answer["posts"]] == [TEXTS[0]]
    assert answer["posts"][0]["engagement"]["likes"] == 12_000
    every = ask(capsys, "search", "--brand", "云雀")["posts"]
    assert {post["text"] for post in every} == {TEXTS[0], TEXTS[1], TEXTS[5]}
    assert ask(capsys, "search", "sk-ii")["count"] == 1


def test_evidence_is_found_by_its_key_and_platforms_by_their_name(filled, capsys):
    (post,) = ask(capsys, "search", "续航", "--platform", "微博")["posts"]
    assert ask(capsys, "search", post["key"])["posts"] == [post]


@pytest.mark.parametrize("text", ['"', "*", "，。", "-！"])
def test_where_nothing_can_be_searched_for_it_says_that_all_are_listed(filled, capsys, text):
    every = ask(capsys, "search")["count"]
    for lang, told in (
        ("zh", "没有可搜的词，列出全部"),
        ("en", "no word that can be searched for"),
    ):
        assert main(["search", f" {text}", "--lang", lang, "--json"]) == 0
        out, err = capsys.readouterr()
        assert told in err
        assert json.loads(out)["count"] == every
    for words in ([], ["续航"], [" -续航"]):
        assert main(["search", *words]) == 0
        assert not capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "limit"),
    [
        ((), 20),
        (("--limit", "3"), 3),
        (("-o", "a.csv"), None),
        (("--limit", "3", "-o", "a.csv"), 3),
    ],
)
def test_a_store_is_asked_for_no_more_than_is_shown(filled, capsys, monkeypatch, words, limit):
    asked = []

    def searched(self, query):
        asked.append(query.limit)
        return plain(self, query)

    plain = SQLiteStore.search
    monkeypatch.setattr(SQLiteStore, "search", searched)
    ask(capsys, "search", *words)
    assert asked == [limit]


def test_an_answer_as_a_file_has_the_link(filled, capsys):
    ask(capsys, "search", "续航", "-o", "结果.csv")
    assert "https://example.com/2" in Path("结果.csv").read_text(encoding="utf-8-sig")
    from openpyxl import load_workbook

    ask(capsys, "search", "续航", "-o", "结果.xlsx")
    sheet = load_workbook("结果.xlsx").worksheets[0]
    links = [cell.hyperlink.target for row in sheet for cell in row if cell.hyperlink]
    assert links == ["https://example.com/2"]


def test_questions_are_answered_for_old_files_too(filled, capsys):
    trend = ask(capsys, "trend", "--brand", "云雀")["trends"][0]
    assert trend["counted"]["until"].startswith("2026-06-12")
    voice = ask(capsys, "voice")
    assert json.dumps(voice, ensure_ascii=False).count("橙子")
    assert "words" in ask(capsys, "words")
    assert ask(capsys, "report")["report"] == "report.html"
    assert "云雀" in Path("report.html").read_text(encoding="utf-8")
    assert set(ask(capsys, "alerts", "replay")) == documented("alerts replay")
    assert set(ask(capsys, "alerts", "list")) == documented("alerts list")
    assert set(ask(capsys, "alerts", "run")) == documented("alerts run")


def test_each_alias_says_why(filled, capsys):
    answer = ask(capsys, "lexicon", "test")
    assert set(answer) == documented("lexicon test")
    verdicts = {(one["alias"], one["accepted"]): one["posts"] for one in answer["lines"]}
    assert verdicts["云雀", True] == 2
    assert verdicts["云雀", False] == 1
    assert verdicts["橙子", False] == 1
    trial = ask(capsys, "lexicon", "test", "--brand", "云雀", "--alias", "神仙水")
    assert [one["alias"] for one in trial["lines"]] == ["神仙水"]


def test_a_changed_lexicon_reaches_back(filled, capsys):
    path = filled / "tingfeng.toml"
    path.write_text(SETTINGS.replace('"SK-II"', '"神仙水", "窗外"'), encoding="utf-8")
    answer = ask(capsys, "retag")
    assert set(answer) == documented("retag")
    assert answer["changed"] == 2  # SK-II and 神仙水 stand in one post, 窗外 in another
    assert ask(capsys, "search", "--brand", "云雀")["count"] == 4
    assert ask(capsys, "retag")["looked"] == 0
    assert ask(capsys, "analyze")["analyzed"] == 0


def test_watch_goes_round_without_sources(filled, capsys):
    assert ask(capsys, "watch", "--rounds", "2", "--every", "0.01") == {"rounds": 2}


def test_watch_lets_history_follow_a_changed_lexicon(filled, capsys):
    path = filled / "tingfeng.toml"
    path.write_text(SETTINGS.replace('"SK-II"', '"神仙水", "窗外"'), encoding="utf-8")
    ask(capsys, "watch", "--rounds", "1")
    assert ask(capsys, "search", "--brand", "云雀")["count"] == 4


def test_doctor_finds_nothing_wrong(filled, capsys):
    answer = ask(capsys, "doctor")
    assert set(answer) == documented("doctor")
    assert answer["bad"] == 0
    assert {"python", "store", "model", "clock", "disk"} <= {
        one["name"] for one in answer["checks"]
    }


def test_doctor_names_the_remedy(folder, capsys):
    (folder / "tingfeng.toml").write_text('[[channels]]\nuse = "webhook"\nurl = "$NOWHERE"\n')
    answer = ask(capsys, "doctor", code=1)
    assert any("NOWHERE" in one["found"] for one in answer["checks"])


def test_a_wrong_command_is_2_and_a_wrong_file_is_1(folder, capsys):
    with pytest.raises(SystemExit) as stop:
        main(["serach"])
    assert stop.value.code == 2
    assert main(["import", "nowhere.csv"]) == 1
    assert "nowhere.csv" in capsys.readouterr().err
    assert main(["search", "--brand", "没有的"]) == 1
    assert "没有的" in capsys.readouterr().err


def test_one_bad_file_does_not_stop_the_others(folder, capsys):
    answer = ask(capsys, "import", "nowhere.csv", "posts.csv", "--map", "map.toml", code=1)
    assert (answer["failed"], answer["new"]) == (1, 7)


def test_what_was_read_before_a_cut_is_stored(folder, capsys):
    whole = gzip.compress((folder / "posts.csv").read_bytes() * 2000)
    (folder / "cut.csv.gz").write_bytes(whole[: len(whole) // 2])
    answer = ask(capsys, "import", "cut.csv.gz", "--map", "map.toml", code=1)
    assert answer["failed"] == 1
    assert answer["new"] == 7
    assert answer["rows"] > 1000
    assert answer["files"][0]["error"]
    assert ask(capsys, "search", "续航")["count"] == 1
    again = ask(capsys, "import", "cut.csv.gz", "--map", "map.toml", code=1)  # not taken for known
    assert (again["failed"], again["new"]) == (1, 0)


def test_a_mapping_is_drafted(folder, capsys):
    draft = ask(capsys, "import", "--suggest", "posts.csv")["suggestions"]["posts.csv"]
    Path("draft.toml").write_text(draft, encoding="utf-8")
    assert ask(capsys, "import", "posts.csv", "--map", "draft.toml")["new"] == 7


@pytest.mark.parametrize(("lang", "word"), [("zh", "共"), ("en", "posts")])
def test_people_read_their_language(filled, capsys, lang, word):
    assert main(["search", "续航", "--lang", lang]) == 0
    assert word in capsys.readouterr().out


def test_init_asks_nothing_and_its_file_works(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    ask(capsys, "init", "--yes", "--brand", "小米", "--competitor", "苹果")
    assert 'name = "小米"' in Path("tingfeng.toml").read_text(encoding="utf-8")
    assert Path(".env").stat().st_mode & 0o077 == 0
    assert ask(capsys, "doctor")["bad"] == 0
    assert main(["init", "--yes"]) == 1
    assert "--force" in capsys.readouterr().err


def test_ctrl_c_ends_cleanly(filled):
    with subprocess.Popen(
        [sys.executable, "-m", "tingfeng", "watch", "--every", "60"],
        cwd=filled, stderr=subprocess.PIPE, text=True, encoding="utf-8",
    ) as process:  # fmt: skip
        assert process.stderr is not None
        for line in process.stderr:
            if "新" in line:
                break
        process.send_signal(2)
        rest = process.stderr.read()
        assert process.wait(timeout=20) == 130
    assert "Traceback" not in rest


def test_halves_of_characters_in_any_field_are_mended(folder, capsys):
    row = [
        "5011111111111111",
        "云雀手机",
        "u",
        "2026-06-12 09:00:00",
        "1",
        "\ud83d",
        "https://x/\ud83d",
    ]
    names = ["编号", "正文", "用户", "时间", "赞", "上级", "链接"]
    cut = json.dumps({**dict(zip(names, row, strict=True)), "用户": "\ud83d", "正文": "坏\ud83d"})
    (folder / "cut.jsonl").write_text(cut + "\n", encoding="utf-8")
    assert ask(capsys, "import", "cut.jsonl", "--map", "map.toml")["new"] == 1
    assert ask(capsys, "analyze", "--processes", "1")["analyzed"] == 1
    (post,) = ask(capsys, "search")["posts"]
    assert (post["text"], post["url"]) == ("坏\ufffd", "https://x/\ufffd")


def test_tables_on_the_screen_leave_commands_to_files(filled, capsys):
    assert main(["voice", "--since", "2026-06-01", "-o", "voice.csv"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert sum("tingfeng search" in line for line in lines) == 1
    written = (filled / "voice.csv").read_text(encoding="utf-8-sig")
    assert written.count("tingfeng search") == 2


def test_a_post_of_which_only_the_day_is_known_stands_in_no_hour(folder, capsys):
    lines = ["编号,正文,用户,时间,赞,上级,链接", "5011111111111111,云雀手机坏了,a,2026-06-12,0,,",
             "5022222222222222,云雀手机坏了,b,2026-06-12 00:10:00,0,,"]  # fmt: skip
    (folder / "days.csv").write_text("\n".join(lines), encoding="utf-8")
    ask(capsys, "import", "days.csv", "--map", "map.toml")
    ask(capsys, "analyze", "--processes", "1")
    period = ("--since", "2026-06-12", "--until", "2026-06-13")
    (hours,) = ask(capsys, "trend", *period, "--step", "hour")["trends"]
    (days,) = ask(capsys, "trend", *period, "--step", "day")["trends"]
    assert [point["split"]["posts"] for point in hours["points"][:2]] == [1, 0]
    assert (hours["total"]["posts"], hours["imprecise"]) == (2, 1)
    assert (days["points"][0]["split"]["posts"], days["imprecise"]) == (2, 0)
    command = shlex.split(hours["points"][0]["command"])[1:]
    assert ask(capsys, *command)["count"] == 1


def test_without_a_beginning_whole_days_are_counted(filled, capsys):
    counted = ask(capsys, "voice")["counted"]
    assert counted["since"] == "2026-05-14T00:00:00+08:00"
    assert ask(capsys, "voice", "--until", "2026-06-13")["counted"]["since"] == counted["since"]


def test_old_tags_are_said_until_history_follows(filled, capsys):
    ask(capsys, "voice")
    (filled / "tingfeng.toml").write_text(SETTINGS.replace("SK-II", "神仙水"), encoding="utf-8")
    assert main(["voice", "--json"]) == 0
    told = capsys.readouterr()
    assert "retag" in told.err
    assert json.loads(told.out)
    assert "warn" in {
        one["state"] for one in ask(capsys, "doctor")["checks"] if one["name"] == "tags"
    }
    ask(capsys, "retag")
    assert main(["voice", "--json"]) == 0
    assert "retag" not in capsys.readouterr().err


def test_doctor_says_when_two_brands_share_a_name(folder, capsys):
    both = '[[brands]]\nname = "甲"\naliases = ["云雀"]\n[[competitors]]\nname = "乙"\naliases = ["云雀"]\n'
    (folder / "tingfeng.toml").write_text(both, encoding="utf-8")
    told = [one["found"] for one in ask(capsys, "doctor")["checks"] if one["name"] == "lexicon"]
    assert len(told) == 1
    assert "云雀" in told[0]


def test_a_time_that_cannot_be_read_is_said(folder, capsys):
    text = "编号,正文,用户,时间,赞,上级,链接\n5099999999999999,云雀手机很好,u9,notatime,0,,\n"
    (folder / "odd.csv").write_text(text, encoding="utf-8")
    assert main(["import", "odd.csv", "--map", "map.toml"]) == 0
    assert "时间读不懂" in capsys.readouterr().out
