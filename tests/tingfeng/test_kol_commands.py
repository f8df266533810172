"""What a person types about fit, from stored creators to a matrix; over the market of the demo alone."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tingfeng import SHANGHAI, Post, Provenance, Snapshot
from tingfeng.cli import main
from tingfeng.cli.kol_score import _notes
from tingfeng.core.errors import SettingsError
from tingfeng.core.post import Author, Observation
from tingfeng.core.privacy import Privacy
from tingfeng.demo.market import market
from tingfeng.demo.story import tell
from tingfeng.pipeline import Pipeline
from tingfeng.pipeline.kol_rehearsal import ASKED
from tingfeng.pipeline.kol_score import score_all
from tingfeng.pipeline.kol_target import wanted
from tingfeng.settings import Settings

ENDS = datetime(2026, 6, 15, tzinfo=SHANGHAI)
SETTINGS = """
author_key = "sixteen-characters-at-least"
[reader]
processes = 1
sentiment = { use = "linear" }
[[brands]]
name = "云雀"
[[competitors]]
name = "橙子"
"""
HONEST, BOUGHT, RIVAL = "xiaohongshu:x70001", "weibo:w70003", "weibo:w70004"
PLATFORMS = ("weibo:", "xiaohongshu:", "bilibili:", "zhihu:")
STRANGER = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The demo's market and what its creators wrote in the story: without it they have too few posts
    for a score. And one creator with a name to be escaped.
    """
    folder = tmp_path_factory.mktemp("kol")
    (folder / "tingfeng.toml").write_text(SETTINGS, encoding="utf-8")
    (folder / "kol.toml").write_text(ASKED, encoding="utf-8")
    told = market(0, ends=ENDS)
    named = {one.key for one in told.snapshots}
    written = [
        seen
        for seen in tell(0, ends=ENDS).observations
        if seen.post.author and f"{seen.post.platform}:{seen.post.author.id}" in named
    ]
    said = Provenance(
        source="kit", seen_at=ENDS, basis="kit", expires_at=ENDS + timedelta(days=900)
    )
    stranger = Snapshot(platform="weibo", id="x", name=STRANGER, followers=9000, provenance=said)
    with Pipeline(Settings.read(folder / "tingfeng.toml"), clock=lambda: ENDS) as pipeline:
        hashed = Privacy(pipeline.settings.key()).author
        pipeline.store.put_creators([*told.snapshots, stranger], hashed=hashed, now=ENDS)
        pipeline.intake.put([*told.works, *written])
        pipeline.analyze()
    return folder


@pytest.fixture
def typed(folder, monkeypatch, capsys):
    """Runs ``tingfeng kol …``; the JSON object it prints."""
    monkeypatch.chdir(folder)

    def run(*words, code=0):
        assert main(["kol", *words, "--json"]) == code
        return json.loads(capsys.readouterr().out)

    return run


def test_scores_are_kept_once_and_the_competitors_face_is_vetoed(typed, folder):
    first, again = typed("score"), typed("score")
    assert first == again
    low = [one["verdict"] for one in typed("score", "--by", "low", "--top", "99")["scores"]]
    assert "not enough data" in low
    assert low == sorted(low, key=lambda one: one not in ("fit", "review"))
    scores = {one["key"]: one for one in typed("score", HONEST, BOUGHT, RIVAL, "weibo:x")["scores"]}
    assert scores[HONEST]["value"] > scores[BOUGHT]["value"]
    assert (scores[RIVAL]["verdict"], scores[RIVAL]["value"]) == ("vetoed", 0)
    assert scores["weibo:x"]["verdict"] == "not enough data"
    assert [scores["weibo:x"][name] for name in ("value", "low", "high")] == [None] * 3
    assert scores[BOUGHT]["effective"] < scores[BOUGHT]["followers"]
    with Pipeline(Settings.read(folder / "tingfeng.toml"), clock=lambda: ENDS) as pipeline:
        runs = [run for run in pipeline.store.score_runs() if run.id == first["run"]]
        assert len(runs) == 1
        assert len(dict(pipeline.store.scores(runs[0].id))) == first["pool"]


def test_points_and_gate_make_up_the_score(typed):
    told = typed("explain", BOUGHT)
    total = told["reference"] + told["gate_points"] + sum(part["points"] for part in told["parts"])
    assert total == pytest.approx(told["value"], abs=1e-3)
    proofs = [proof for part in told["parts"] for proof in part["proofs"]]
    assert any(key.startswith("weibo:market-") for proof in proofs for key in proof["keys"])
    assert all(proof["keys"] for proof in proofs), "every figure leads to rows"
    assert told["unknown"]


def test_a_card_is_one_page_that_loads_nothing_and_escapes_names(typed, tmp_path):
    typed("explain", "weibo:x", "--html", str(tmp_path / "x.html"))
    page = (tmp_path / "x.html").read_text(encoding="utf-8")
    assert STRANGER not in page
    assert "&lt;script&gt;" in page
    typed("explain", BOUGHT, "--html", str(tmp_path / "b.html"), "--lang", "en")
    page = (tmp_path / "b.html").read_text(encoding="utf-8")
    assert page.count("<svg") > 8
    assert "http" not in page.replace("http-equiv", "")
    assert "followers jumped" in page


def test_not_enough_data_is_no_score_no_interval_and_no_band_of_risk(
    folder, typed, tmp_path, monkeypatch, capsys
):
    typed("score", "weibo:x", "-o", str(tmp_path / "x.csv"))
    lines = (tmp_path / "x.csv").read_text(encoding="utf-8-sig").splitlines()
    row = next(row for row in csv.DictReader(lines) if row["账号"] == "weibo:x")
    assert not any(row[column] for column in ("得分", "区间", "风险", "最强", "最弱"))
    monkeypatch.chdir(folder)
    assert main(["kol", "explain", "weibo:x", "--html", str(tmp_path / "x.html")]) == 0
    said = capsys.readouterr().out
    assert "不给分" in said
    assert "正好是" not in said
    assert "近 30 天发布" not in said
    assert '<p class="score">' not in (tmp_path / "x.html").read_text(encoding="utf-8")


def test_files_hold_all_creators(typed, tmp_path):
    typed("score", "-o", str(tmp_path / "all.csv"))
    with (tmp_path / "all.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.reader(file) if row[1:2] and row[1].startswith(PLATFORMS)]
    assert len(rows) == 49
    told = typed("compare", HONEST, BOUGHT)
    assert [one["key"] for one in told["scores"]] == [HONEST, BOUGHT]


def test_a_matrix_keeps_its_limits_and_answers_what_if(typed):
    told = typed("matrix", "--budget", "3万", "--size", "6", "--tier", "头部=-1", "--tier", "koc=2-",
                 "--without", HONEST, "--what-if", "budget=6万", "--what-if", f"with={HONEST}")  # fmt: skip
    keys = [pick["key"] for pick in told["picks"]]
    assert told["spent"] <= 30_000
    assert len(keys) <= 6
    assert HONEST not in keys
    assert sum(pick["tier"] == "koc" for pick in told["picks"]) >= 2
    assert not {RIVAL, "weibo:x"} & set(keys)
    assert told["what_if"][0]["change"] > 0
    assert typed("matrix", "--budget", "1", "--tier", "head=1", code=1)["unmet"]


def test_whom_a_person_must_look_at_is_named_in_the_matrix():
    from tingfeng.cli.kol_matrix import _review

    assert _review([HONEST, BOUGHT], frozenset({BOUGHT, RIVAL}))[0].zh.startswith(
        f"需人工复核后再定：{BOUGHT}（"
    )
    assert _review([HONEST], frozenset({BOUGHT})) == ()


def test_a_list_that_is_followed_tells_each_change_once(typed, folder):
    first = typed("watch", HONEST, BOUGHT, "--list", "618")
    assert all("开始关注" in one["changes"][0] for one in first["creators"])
    assert [one["changes"] for one in typed("watch", "--list", "618")["creators"]] == [[], []]
    said = Provenance(source="kit", seen_at=ENDS, basis="kit", expires_at=ENDS + timedelta(days=9))
    newer = Snapshot(
        platform="xiaohongshu", id="x70001", name="阿柚的小日子", followers=30_000, provenance=said
    )
    with Pipeline(Settings.read(folder / "tingfeng.toml"), clock=lambda: ENDS) as pipeline:
        hashed = Privacy(pipeline.settings.key()).author
        pipeline.store.put_creators([newer], hashed=hashed, now=ENDS)
        asked = wanted(None, folder)
        found = score_all(pipeline, asked)
        from tingfeng.pipeline.kol_watch import look

        look(found, folder, name="other", keys=(BOUGHT,), days=14)
        looked = look(found, folder, name="618", keys=(), days=14)
        measures = found.ratings.measures
        there = tuple("gone:1" if key == BOUGHT else key for key in measures.keys)
        rated = replace(found.ratings, measures=replace(measures, keys=there))
        again = look(replace(found, ratings=rated), folder, name="618", keys=(), days=14)
    assert any("粉丝 18,600 → 30,000" in each.zh for each in looked[0].changes)
    assert looked[1].changes == ()
    assert [one.key for one in again if not one.seen] == [BOUGHT]
    kept = (folder / "kol-watch.json").read_text(encoding="utf-8")
    assert "全网好物官小七" not in kept
    assert json.loads(kept)["云雀/other"] == {BOUGHT: {}}


def test_a_campaign_without_weeks_before_is_not_enough_data(typed):
    told = typed("campaign", HONEST, "--since", "2026-06-08")
    assert told["against_before"]["ratio"] is None
    assert "数据不足" in told["against_before"]["lacks"]
    assert told["command"].startswith("tingfeng search --brand 云雀")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["explain", "weibo:nobody"], "kol list"),
        (["matrix", "--budget", "10", "--tier", "head"], "--tier"),
        (["matrix", "--budget", "10", "--what-if", "colour=red"], "--what-if"),
        (["score", "--want", "gender=1"], "--want"),
        (["score", "--want", "gender:women=0.9"], "female"),
        (["matrix", "--budget", "10", "--tier", "巨头=2"], "头部"),
        (["matrix", "--budget", "10", "--with", "weibo:nobody"], "不能选 weibo:nobody"),
        (["watch", "--list", "empty"], "kol watch"),
        (["score", "--category", "不存在"], "美妆"),
        (["score", "--platform", "douyin"], "没有 douyin 的达人"),
        (["compare", HONEST, HONEST], "两位以上"),
    ],
)
def test_what_is_typed_wrong_is_told_with_the_remedy(folder, monkeypatch, capsys, words, said):
    monkeypatch.chdir(folder)
    assert main(["kol", *words]) == 1
    assert said in capsys.readouterr().err


def test_a_field_of_the_users_own_words_is_known(tmp_path):
    (tmp_path / "categories.toml").write_text('["钓鱼"]\nwords = ["鱼竿"]\n', encoding="utf-8")
    assert wanted(None, tmp_path, categories=("钓鱼", "美妆")).categories == ("钓鱼", "美妆")
    (tmp_path / "kol.toml").write_text('categories = ["不存在"]\n', encoding="utf-8")
    with pytest.raises(SettingsError, match="不存在"):
        wanted(None, tmp_path)


def test_works_that_nobody_read_and_the_day_of_an_archive_are_told(folder, typed):
    assert typed("score", "--platform", "微博")["scores"]
    later = ENDS + timedelta(days=30)
    with Pipeline(Settings.read(folder / "tingfeng.toml"), clock=lambda: later) as pipeline:
        archive = _notes(score_all(pipeline, wanted(None, folder), keep=False))
    assert any("截至 2026-06-" in note.zh for note in archive)
    assert not any("还没读过" in note.zh for note in archive)
    post = Post(
        platform="xiaohongshu", id="unread", text="刚发的一篇", published_at=ENDS - timedelta(days=3),
        collected_at=ENDS, author=Author(id="x70001"), source="test",
    )  # fmt: skip
    with Pipeline(Settings.read(folder / "tingfeng.toml"), clock=lambda: ENDS) as pipeline:
        pipeline.intake.put([Observation(post=post)])
        found = score_all(pipeline, wanted(None, folder), keep=False)
        pipeline.analyze()
        read = score_all(pipeline, wanted(None, folder), keep=False)
    assert (found.unread, read.unread) == (1, 0)
    assert any("1 篇作品还没读过" in note.zh for note in _notes(found))


def test_mentions_before_and_after_are_counted_around_each_creator(folder, tmp_path):
    from tingfeng.pipeline.kol_campaign import measured

    (tmp_path / "tingfeng.toml").write_text(SETTINGS, encoding="utf-8")
    since = ENDS - timedelta(days=14)
    said = Provenance(source="kit", seen_at=ENDS, basis="kit", expires_at=ENDS + timedelta(days=90))
    with Pipeline(Settings.read(tmp_path / "tingfeng.toml"), clock=lambda: ENDS) as pipeline:
        hashed = Privacy(pipeline.settings.key()).author
        shown = [
            Snapshot(
                platform="weibo", id=f"c{n}", name=f"c{n}", followers=9000 + n, provenance=said
            )
            for n in range(12)
        ]
        pipeline.store.put_creators(shown, hashed=hashed, now=ENDS)
        pipeline.intake.put(
            [_mention(n, week, since, n < 6) for n in range(12) for week in range(6)]
        )
        pipeline.analyze()
        found = score_all(pipeline, wanted(None, tmp_path))
        told = measured(found, [f"weibo:c{n}" for n in range(6)], since=since, until=ENDS, weeks=4)
    assert all(circle.before == (1, 1, 1, 1) and circle.after == (1, 1) for circle in told.others)
    assert len(told.others) == 6
    assert told.against_before.ratio == pytest.approx(1, abs=0.05)
    assert not told.against_others.clear


def _mention(n: int, week: int, since: datetime, chosen: bool) -> Observation:
    at = since - timedelta(weeks=4) + timedelta(weeks=week, hours=1 + n)
    post = Post(
        platform="weibo", id=f"m{n}-{week}", text=f"第{week}周用云雀手机拍的第{n}张照片，分享给大家看看",
        published_at=at, collected_at=ENDS, author=Author(id=f"c{n}"), source="test",
    )  # fmt: skip
    return Observation(post=post)
