"""Posts about the same thing, from the command line."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from index.memory import MemoryStore
from nlp.reader import ReaderSettings
from tingfeng import Document, InputError, ModelError, Query
from tingfeng.cli import main
from tingfeng.cli.screen import Screen
from tingfeng.cli.similar import _announce, _table
from tingfeng.pipeline.remembered import Remembered
from tingfeng.pipeline.similar import Likeness, Likenesses, similar

from .conftest import TINY

NOW_TEXTS = {
    "1": "云雀手机续航很好，我买的是b款，不错",
    "2": "云雀手机续航很好，我买的是b款，不错！",  # a copy of the first
    "3": "青鸟手机太差了",
    "4": "橙子和苹果，你吗？小米",
    "5": "",
    "6": "橙子和苹果，你吗？小米",  # says what 4 says, too short to be grouped
}


@pytest.fixture
def pipeline(make_seen, now, tmp_path):
    store = MemoryStore()
    store.put([make_seen(id, text) for id, text in NOW_TEXTS.items()], now=now)
    reader = ReaderSettings(sentiment={"use": "encoder", "path": str(TINY)}).build()
    (root,) = [f"weibo:{id}" for id in "1"]
    posts = list(store.unread(reader.version))
    from dataclasses import replace

    store.record([
        replace(one, copy_of=root if one.fingerprint and one.id in "12" else None)
        for one in reader.read(posts)
    ])  # fmt: skip
    shipped = ReaderSettings(sentiment={"use": "encoder", "path": str(TINY)})
    return SimpleNamespace(
        store=store,
        readers=SimpleNamespace(shipped=shipped),
        store_file=tmp_path / "tingfeng.db",
    )


def test_others_are_listed_once_and_copies_of_the_post_not_at_all(pipeline):
    found = similar(pipeline, "weibo:1", Query(), among=100, top=10)
    assert found.own_copies == 1
    assert found.among == 2
    assert {one.document.post.id for one in found.found} in ({"3", "4"}, {"3", "6"})
    assert {one.copies for one in found.found} == {0, 1}
    assert all(-1 <= one.cosine <= 1 for one in found.found)
    assert [one.cosine for one in found.found] == sorted(
        (one.cosine for one in found.found), reverse=True
    )


def test_few_are_compared_and_fewer_shown_where_few_are_wanted(pipeline):
    assert similar(pipeline, "weibo:1", Query(), among=1, top=10).among == 1
    assert len(similar(pipeline, "weibo:1", Query(), among=100, top=1).found) == 1
    alone = similar(pipeline, "weibo:1", Query(text="没有这样的词"), among=100, top=10)
    assert alone.found == []


def test_a_post_that_is_not_there_or_says_nothing_is_refused(pipeline):
    with pytest.raises(InputError, match="weibo:99"):
        similar(pipeline, "weibo:99", Query(), among=10, top=10)
    with pytest.raises(InputError, match="no words"):
        similar(pipeline, "weibo:5", Query(), among=10, top=10)


class Counting:
    version = "counting-1"

    def __init__(self):
        self.read = []

    def vectors(self, texts):
        self.read += texts
        return np.array([[len(text), 1.0] for text in texts], np.float32)


def test_vectors_are_made_once(tmp_path):
    engine, file = Counting(), tmp_path / "a.vectors.npz"
    first = Remembered(engine, file).vectors(["一", "二二", "一"])
    assert engine.read == ["一", "二二"]
    assert np.array_equal(Remembered(engine, file).vectors(["一", "二二", "一"]), first)
    assert engine.read == ["一", "二二"]
    Remembered(engine, file).vectors(["三三三"])
    assert engine.read[2:] == ["三三三"]
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_how_long_many_take_is_said_before_and_changes_no_vector(tmp_path):
    texts, told, clock = ["一" * n for n in range(1, 602)], [], iter([0.0, 6.4])
    many = Remembered(
        Counting(), tmp_path / "a.vectors.npz",
        announce=lambda missing, seconds: told.append((missing, round(seconds, 3))),
        timer=lambda: next(clock),
    )  # fmt: skip
    assert many.vectors(texts).tolist() == [[n, 1.0] for n in range(1, 602)]
    assert told == [(601, 53.6)]  # 64 took 6.4 seconds, 536 are left
    many.vectors(texts)
    many.vectors([*texts, *("二" * n for n in range(1, 501))])
    assert len(told) == 1  # nothing was missing, then few


@pytest.mark.parametrize("spoil", [b"", b"PK\x03\x04 broken", None])
def test_vectors_of_another_model_or_a_broken_file_are_made_again(tmp_path, spoil):
    engine, file = Counting(), tmp_path / "a.vectors.npz"
    Remembered(engine, file).vectors(["一"])
    if spoil is None:
        engine.version = "counting-2"
    else:
        file.write_bytes(spoil)
    assert Remembered(engine, file).vectors(["一"]).tolist() == [[1.0, 1.0]]
    assert engine.read == ["一", "一"]


def test_without_the_extra_the_remedy_is_said(pipeline, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "onnxruntime", None)
    with pytest.raises(ModelError, match=r"tingfeng\[encoder\]"):
        similar(pipeline, "weibo:1", Query(), among=10, top=10)


def test_the_command_answers_with_keys_and_cosines(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tingfeng.toml").write_text(
        f'[reader]\nsentiment = {{ use = "encoder", path = "{TINY.as_posix()}" }}\n'
        '[[brands]]\nname = "云雀"\n'
    )
    rows = "\n".join(
        f'{{"id": "{id}", "text": "{text}", "platform": "weibo"}}' for id, text in NOW_TEXTS.items()
    )
    (tmp_path / "posts.jsonl").write_text(rows)
    (tmp_path / "map.toml").write_text(
        '[constants]\nplatform = "weibo"\n[columns]\nid = "id"\ntext = "text"\n'
    )
    assert main(["import", "posts.jsonl", "--map", "map.toml"]) == 0
    assert main(["analyze", "--processes", "1"]) == 0
    capsys.readouterr()
    assert main(["similar", "weibo:1", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["post"] == "weibo:1"
    assert {"key", "cosine", "copies", "text", "label", "brands"} <= set(answer["similar"][0])
    assert main(["similar", "weibo:99"]) == 1


def likenesses(make_post, now, *cosines):
    post = Document(post=make_post(), indexed_at=now)
    found = [Likeness(document=post, cosine=one, copies=0) for one in cosines]
    return Likenesses(post=post, found=found, among=9, own_copies=0)


def test_where_nothing_is_much_alike_it_says_so(make_post, now):
    for lang, words in (("zh", "没有很相近的"), ("en", "nothing is much alike")):
        for cosines, far in (((0.29, 0.1), True), ((), True), ((0.31, 0.1), False)):
            notes = _table(likenesses(make_post, now, *cosines)).notes
            assert any(words in note.into(lang) for note in notes) is far


def test_the_time_of_many_is_said_beside_the_answer(capsys):
    for lang, words in (("zh", "首次编码 1,200 帖，约 12 秒"), ("en", "about 12 seconds")):
        _announce(1200, 12.3, Screen(lang=lang, json=True))
        out, err = capsys.readouterr()
        assert (out, words in err) == ("", True)
