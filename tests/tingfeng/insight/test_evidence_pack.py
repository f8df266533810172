"""Packs of evidence: safe to open, the same twice, and whatever is done to one is found."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from openpyxl import load_workbook

from tingfeng import (
    SHANGHAI,
    Ack,
    Document,
    Engagement,
    Evidence,
    Incident,
    InputError,
    Notice,
)
from tingfeng.core.exhibit import kept, without
from tingfeng.insight.evidence_pack import MANIFEST, Verified, pack, write
from tingfeng.insight.evidence_tables import Holding

NOW = datetime(2026, 6, 12, 10, 0, tzinfo=SHANGHAI)


@pytest.fixture
def held(make_post, make_analysis):
    posts = [
        make_post("1", "=1+1 <script>alert(1)</script>", url="https://e.example/1"),
        make_post("2", "@同事 云雀手机自燃", url="javascript:alert(1)"),
        make_post("3", "-3 分，再也不买"),
    ]
    chain = []
    for post in posts:
        document = Document(
            post=post, analysis=make_analysis(post, "negative", ("云雀",)), indexed_at=NOW,
            engagement=Engagement(observed_at=NOW, reposts=612),
        )  # fmt: skip
        chain.append(
            kept(chain, document, incident="ab12", brand="云雀", kind="evidence", at=NOW, now=NOW)
        )
    evidence = Evidence(
        at=NOW, rule="share_1h", score=9.0, threshold=5.0, window_hours=1.0, mentions=40,
        negative=20, expected=4.0, usual_share=0.1, posts=("weibo:1",), sentences=(("为什么", "Why"),),
    )  # fmt: skip
    incident = Incident(
        id="ab12", brand="云雀", level="red", state="open", opened_at=NOW, first_post_at=NOW,
        updated_at=NOW, evidence=evidence,
    )  # fmt: skip
    sent = Notice(
        id="ab12.opened.red.1.群", channel="群", incident="ab12", kind="opened", level="red",
        title="=红色", body="内容", created_at=NOW, attempts=1, delivered_at=NOW,
    )  # fmt: skip
    return Holding(
        incident=incident, exhibits=without(chain, [3], kind="forgotten", now=NOW),
        notices=[
            sent,
            replace(sent, id="b", attempts=-3, delivered_at=None, failure="93000"),
            replace(sent, id="c", attempts=0, delivered_at=None, withheld="silence s1"),
        ],
        entries=[Ack(incident="ab12", level="red", by="李四", at=NOW, next_step="+发声明")],
        made_at=NOW + timedelta(hours=1), version="1.2.3",
    )  # fmt: skip


def test_the_same_holding_makes_the_same_bytes_and_only_the_moment_changes_them(held):
    assert pack(held, "zh") == pack(held, "zh")
    later = pack(replace(held, made_at=NOW + timedelta(hours=2)), "zh")
    changed = {name for name, content in pack(held, "zh").items() if later[name] != content}
    assert changed == {"evidence-ab12.xlsx", "evidence-ab12.html", "manifest.json", "SHA256SUMS"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_in_the_book_is_calculated(held, lang, tmp_path):
    write(held, tmp_path / "a.xlsx", lang=lang)
    book = load_workbook(tmp_path / "a.xlsx")
    names = {"zh": ["说明", "证据", "时间线", "通知记录", "操作记录"],
             "en": ["about", "evidence", "timeline", "messages", "logbook"]}  # fmt: skip
    assert book.sheetnames == names[lang]
    cells = [cell for sheet in book for row in sheet for cell in row if isinstance(cell.value, str)]
    assert all(cell.data_type == "s" for cell in cells)
    assert {"=1+1 <script>alert(1)</script>", "@同事 云雀手机自燃", "=红色"} <= {
        c.value for c in cells
    }
    assert not any("再也不买" in cell.value for cell in cells)
    assert any("93000" in cell.value for cell in cells)


def test_the_page_runs_nothing_and_links_only_to_the_web(held):
    page = pack(held, "zh")["evidence-ab12.html"].decode()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert 'href="https://e.example/1"' in page
    assert 'href="javascript' not in page
    assert "不是公证" in page
    assert "再也不买" not in page
    assert "按个人要求删除" in page


def test_the_hash_of_an_exhibit_is_that_of_its_file(held):
    files = pack(held, "zh")
    told = json.loads(files[MANIFEST])
    kept_ = [one for one in told["chain"] if one["file"]]
    assert [one["key"] for one in kept_] == ["weibo:1", "weibo:2"]
    for one in kept_:
        assert sha256(files[one["file"]]).hexdigest() == one["sha256"]
        assert json.loads(files[one["file"]])["post"]["key"] == one["key"]
    assert told["head"] == told["chain"][-1]["link"]
    assert datetime.fromisoformat(told["made_at"]) == held.made_at.astimezone(UTC)


@pytest.mark.parametrize("name", ["pack", "pack.zip"])
def test_a_pack_is_intact_as_folder_and_as_archive(held, tmp_path, name):
    files = write(held, tmp_path / name, lang="zh")
    found = Verified(tmp_path / name)
    assert found.flaws == []
    assert found.manifest_sha256 == sha256(files[MANIFEST]).hexdigest()
    with pytest.raises(InputError, match="not written over"):
        write(held, tmp_path / name, lang="zh")


def _rewrite(folder, change):
    told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    change(told)
    (folder / MANIFEST).write_text(json.dumps(told), encoding="utf-8")


def _forge(folder):
    """An exhibit and its hashes are changed together."""
    path = folder / "exhibits/001.json"
    path.write_bytes(path.read_bytes().replace(b"alert", b"ALERT"))
    mark = sha256(path.read_bytes()).hexdigest()

    def change(told):
        told["files"]["exhibits/001.json"]["sha256"] = mark
        told["chain"][0]["sha256"] = mark

    _rewrite(folder, change)


@pytest.mark.parametrize(
    "tamper",
    [
        lambda folder: (folder / "evidence-ab12.html").write_text("x"),
        lambda folder: (folder / "exhibits/002.json").unlink(),
        lambda folder: (folder / "exhibits/003.json").write_text("{}"),
        _forge,
        lambda folder: _rewrite(folder, lambda told: told["chain"].pop()),
        lambda folder: _rewrite(folder, lambda told: told["chain"].pop(0)),
        lambda folder: _rewrite(folder, lambda told: told["chain"][0].update(kept_at="2020-01-01T00:00:00+00:00")),
    ],
)  # fmt: skip
def test_whatever_is_done_to_a_pack_is_found(held, tmp_path, tamper):
    write(held, tmp_path / "pack", lang="zh")
    tamper(tmp_path / "pack")
    assert Verified(tmp_path / "pack").flaws


@pytest.mark.parametrize("text", [None, "{", "[]", '{"files": {}}'])
def test_what_is_no_pack_is_said(tmp_path, text):
    if text is not None:
        (tmp_path / MANIFEST).write_text(text)
    with pytest.raises(InputError, match="no pack"):
        Verified(tmp_path)
    with pytest.raises(InputError, match="no pack"):
        Verified(tmp_path / "nothing.zip")


def test_a_folder_that_cannot_be_written_is_said(held, tmp_path):
    with pytest.raises(InputError):
        write(held, tmp_path / "no" / "such" / "pack", lang="zh")
