"""Daily, weekly and incident reports on the built-in story: each number is counted again."""

import json
import re
import shlex
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from tingfeng import SHANGHAI, Ack, Feedback, Query
from tingfeng.cli import main
from tingfeng.cli import session as cli_session
from tingfeng.cli.asking import _query
from tingfeng.cli.parser import parse
from tingfeng.cli.template import settings_toml
from tingfeng.demo.story import tell
from tingfeng.insight.period import Period
from tingfeng.insight.sheet_file import write
from tingfeng.pipeline import Pipeline, briefing
from tingfeng.settings import Settings

ENDS = datetime(2026, 6, 15, tzinfo=SHANGHAI)
CRISIS = Period(since=datetime(2026, 6, 11, tzinfo=SHANGHAI), until=ENDS - timedelta(days=3))
WEEK = Period(since=ENDS - timedelta(days=7), until=ENDS)
READER = '\n[reader]\nsentiment = { use = "linear" }\nprocesses = 1\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """The story in a store, read by the small engine."""
    folder = tmp_path_factory.mktemp("story")
    (folder / ".env").write_text("TINGFENG_AUTHOR_KEY=invented-authors-need-no-secret\n")
    story = tell(0, ends=ENDS)
    lines = {"own": [], "competitor": []}
    for brand in story.brands:
        lines[brand.role].append((brand.name, brand.aliases))
    text = settings_toml(lines["own"], lines["competitor"], lang="zh")
    text = re.sub(r"(?ms)^\[reader\]$.*?(?=^\[|\Z)", "", text) + READER
    (folder / "tingfeng.toml").write_text(text, encoding="utf-8")
    with Pipeline(Settings.read(folder / "tingfeng.toml"), clock=lambda: ENDS) as pipeline:
        pipeline.intake.put(story.observations)
        pipeline.analyze(processes=1)
    return folder


@pytest.fixture
def pipeline(folder):
    with Pipeline(Settings.read(folder / "tingfeng.toml"), clock=lambda: ENDS) as opened:
        yield opened


@pytest.fixture
def id(pipeline) -> str:
    (only,) = pipeline.engine.replay(None, ENDS, brands=["云雀"])
    return only.incident.id


def recounted(pipeline, sheet, monkeypatch) -> int:
    """Count every figure of *sheet* again, as the command beside it is typed; how many."""
    monkeypatch.setattr("tingfeng.cli.asking.now", lambda: ENDS + timedelta(days=1))
    seen = 0
    for proof in sheet.proofs():
        assert bool(proof.command) != bool(proof.keys), proof
        if proof.keys:
            assert proof.posts == len(set(proof.keys))
            assert all(pipeline.store.get(key) for key in proof.keys)
        else:
            args = parse(shlex.split(proof.command)[1:])
            query = _query(args, pipeline.typed(" ".join(args.text)))
            assert sum(1 for _ in pipeline.store.search(query)) == proof.posts, proof
        seen += 1
    return seen


def test_every_figure_of_a_day_is_what_its_command_lists(pipeline, monkeypatch):
    sheet = briefing.daily(pipeline, CRISIS)
    assert recounted(pipeline, sheet, monkeypatch) > 40
    whole = pipeline.store.count(Query(brands=("云雀",), since=CRISIS.since, until=CRISIS.until))
    first = next(proof for proof in sheet.proofs() if proof.what.zh == "声量")
    assert first.posts == sum(cell.posts for cell in whole) > 400


def test_every_figure_of_a_week_is_what_its_command_lists(pipeline, monkeypatch):
    sheet = briefing.weekly(pipeline, WEEK)
    assert recounted(pipeline, sheet, monkeypatch) > 80
    titles = [part.title.zh for part in sheet.parts]
    for wanted in ("声量与走势", "议题变化", "新词与升温词", "媒体与大号名单", "竞品对比",
                   "处置时效与误报率", "待办与责任人", "数据覆盖", "模型误差与口径"):  # fmt: skip
        assert wanted in titles


def test_every_figure_of_an_incident_is_what_its_command_lists(pipeline, id, monkeypatch):
    sheet = briefing.case(pipeline, id, datetime(2026, 6, 12, 9, tzinfo=SHANGHAI))
    assert recounted(pipeline, sheet, monkeypatch) > 25
    (core,) = sheet.parts[0].blocks[:1]
    assert 60 < len(core.said.zh) <= 200
    assert len(core.said.en.split()) <= 200
    for number in re.findall(r"\d+(?= 条)", core.said.zh):
        assert int(number) in {proof.posts for proof in core.proofs}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("ending", ["md", "html"])
def test_both_forms_hold_every_figure_and_cite_only_what_they_list(
    pipeline, id, tmp_path, lang, ending
):
    sheet = briefing.case(pipeline, id, ENDS)
    file = tmp_path / f"case.{ending}"
    write(sheet, file, lang=lang)
    text = file.read_text(encoding="utf-8")
    plain = text.replace("&#34;", '"').replace("&#39;", "'").replace("\\|", "|")
    for proof in sheet.proofs():
        assert str(proof.posts) in plain
        assert (proof.command or proof.keys[0]) in plain
    listed = set(re.findall(r'id="(e\d+)"', text))
    assert set(re.findall(r"(?:\"|\()#(e\d+)", text)) <= listed
    assert len(listed) == len(sheet.evidence)
    for each in sheet.evidence:
        assert each.key in text
    assert not re.search(r"<(script|link|iframe|img)|@import", text)


def test_evidence_bears_hashes_that_a_search_answer_gives_again(
    folder, id, capsys, monkeypatch, tmp_path
):
    monkeypatch.chdir(folder)
    monkeypatch.setattr(cli_session, "now", lambda: ENDS)
    assert main(["report", "--incident", id, "-o", str(tmp_path / "c.md"), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert set(answer) == {
        "report", "kind", "number", "since", "until", "enough", "incidents", "figures", "evidence",
    }  # fmt: skip
    first = answer["evidence"][0]
    assert main(["search", first["key"], "--json"]) == 0
    (post,) = json.loads(capsys.readouterr().out)["posts"]
    at = datetime.fromisoformat(post["published_at"]).astimezone(tz=None)
    utc = datetime.fromtimestamp(at.timestamp(), tz=SHANGHAI) - timedelta(hours=8)
    said = [post["key"], f"{utc:%Y-%m-%dT%H:%M:%S}+00:00", post["title"], post["text"]]
    again = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    assert sha256(again).hexdigest() == first["sha256"]
    assert first["sha256"] in (tmp_path / "c.md").read_text(encoding="utf-8")


def test_an_incident_in_progress_says_who_does_what_and_what_would_raise_it(folder, id, tmp_path):
    at = datetime(2026, 6, 11, 15, tzinfo=SHANGHAI)
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in folder.iterdir():
        if file.is_file():
            (copy / file.name).write_bytes(file.read_bytes())
    with Pipeline(Settings.read(copy / "tingfeng.toml"), clock=lambda: at) as pipeline:
        for minutes in range(0, 75, 15):
            pipeline.engine.run(at - timedelta(minutes=60 - minutes))
        (told,) = pipeline.store.incidents()
        assert told.state == "open"
        sheet = briefing.daily(pipeline, Period(since=CRISIS.since, until=at))
        assert f"tingfeng alerts ack {told.id}" in _said(sheet)
        assert "本期尚未结束" in "".join(line.said.zh for line in sheet.notes)
        due = at + timedelta(hours=1)
        pipeline.store.log(
            [Ack(incident=told.id, level=told.level, by="小林", at=at, owner="李蔚",
                 next_step="联系当事人", due_at=due),
             Feedback(incident=told.id, truth="true", by="小林", at=at)]
        )  # fmt: skip
        said = _said(briefing.daily(pipeline, Period(since=CRISIS.since, until=at)))
        assert "负责 李蔚；下一步：联系当事人，2026-06-11 16:00 前完成" in said
        case = briefing.case(pipeline, told.id, at)
        prospects = _said(case, "走向预判（情景与触发条件）")
        assert "升级为" in prospects
        assert "24小时内再有" in prospects
        assert "不是预测" in prospects
        assert "小林 确认" in _said(case, "事件脉络与时间线")
        weekly = _said(briefing.weekly(pipeline, Period(since=WEEK.since, until=at)))
        assert "误报率：有反馈的 1 起中 0 起是误报" in weekly
        assert "首次响应（首条通知至首次确认）：1 起中 1 起有记录" in weekly


def test_a_past_day_tells_an_incident_as_it_stood_then(pipeline, id):
    sheet = briefing.daily(pipeline, CRISIS)
    assert "期末级别：红色危机" in _said(sheet)
    before = Period(since=CRISIS.since - timedelta(days=1), until=CRISIS.since)
    quiet = briefing.daily(pipeline, before)
    assert id not in quiet.incidents
    assert "期末级别：无未结束的预警事件" in _said(quiet)
    assert "没有预警事件" in _said(quiet)


def test_a_day_without_posts_says_so(pipeline, tmp_path):
    empty = Period(since=ENDS - timedelta(days=60), until=ENDS - timedelta(days=59))
    sheet = briefing.daily(pipeline, empty)
    assert not sheet.enough
    assert {proof.posts for proof in sheet.proofs()} == {0}
    for lang, said in (("zh", "数据不足"), ("en", "Not enough data")):
        write(sheet, tmp_path / "d.md", lang=lang)
        text = (tmp_path / "d.md").read_text(encoding="utf-8")
        assert said in text
        assert "n=0" in text
        assert not sheet.evidence


def _said(sheet, title: str = "") -> str:
    """All Chinese sentences, or those of one part."""
    from tingfeng.insight.sheet import Grid, Line, Quote

    found = []
    for part in sheet.parts:
        for block in part.blocks if title in ("", part.title.zh) else ():
            if isinstance(block, Line):
                found.append(block.said.zh)
            elif isinstance(block, Quote):
                found += [block.text, *(one.said.zh for one in (block.about, *block.links))]
            elif isinstance(block, Grid):
                cells = [cell for row in block.rows for cell in row.cells]
                found += [
                    cell if isinstance(cell, str) else str(getattr(cell, "zh", cell))
                    for cell in cells
                ]
    return "\n".join(found)


def test_commands_name_their_files_and_refuse_what_they_cannot_write(
    folder, capsys, monkeypatch, tmp_path
):
    monkeypatch.chdir(tmp_path)
    settings = ["--settings", str(folder / "tingfeng.toml"), "--json"]
    assert main(["report", "--daily", *settings]) == 0
    assert json.loads(capsys.readouterr().out)["report"] == "daily-2026-06-14.html"
    assert main(["report", "--weekly", "2026-W24", *settings]) == 0
    assert json.loads(capsys.readouterr().out)["report"] == "weekly-2026-W24.html"
    for words in (["--daily", "-o", "x.pdf"], ["--incident", "nope"], ["-o", "x.md"],
                  ["--daily", "2026-06-01..2026-06-03"], ["--weekly", "2026-W99"],
                  ["--daily", "--since", "7d"]):  # fmt: skip
        assert main(["report", *words, *settings]) == 1, words
        assert "tingfeng：" in capsys.readouterr().err
    assert {file.name for file in tmp_path.iterdir()} == {
        "daily-2026-06-14.html", "weekly-2026-W24.html",
    }  # fmt: skip


def test_a_first_judgement_and_its_confirmation_are_one_step():
    from tingfeng import Notice

    def told(minutes, kind, level, channel="a"):
        at = ENDS + timedelta(minutes=minutes)
        return Notice(id=f"{minutes}{channel}", channel=channel, incident="i", kind=kind,
                      level=level, title="", body="", created_at=at)  # fmt: skip

    steps = briefing._spoken(
        [told(0, "opened", "blue"), told(0, "opened", "blue", "b"), told(7, "opened", "blue"),
         told(20, "heartbeat", "blue"), told(30, "raised", "red"), told(60, "resolved", "red"),
         told(90, "opened", "blue")]
    )  # fmt: skip
    assert [(one.kind, one.level) for one in steps] == [
        ("opened", "blue"), ("raised", "red"), ("resolved", "red"), ("opened", "blue"),
    ]  # fmt: skip
