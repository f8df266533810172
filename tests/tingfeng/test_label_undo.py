"""Whoever takes an answer back leaves what others had answered as if he had never spoken."""

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from index import STORES
from nlp.reader import BrandReader
from nlp.segment import RjiebaSegmenter
from tingfeng import Alias, Brand, Observation, build
from tingfeng.pipeline.labelling import Labelling
from tingfeng.pipeline.said import Said

AT = datetime(2026, 6, 12, tzinfo=UTC)
LONG = "云雀的新款我用了整整一个月，今天来说说真实的体会，大家看完再决定。还有一句无关的话。再说一句别的"


@pytest.fixture(params=["memory", "sqlite"])
def desk(request, tmp_path, monkeypatch, make_seen, now):
    """A store with posts 1 to 3, which say the same, and 4, which somebody will edit."""
    monkeypatch.syspath_prepend(request.path.parent)
    from words_engine import WordsEngine

    options = {"path": str(tmp_path / "posts.db")} if request.param == "sqlite" else {}
    with closing(build(STORES, {"use": request.param, **options})) as store:
        brands = [Brand(name="云雀", aliases=(Alias(text="云雀"),))]
        made = Desk(store, BrandReader(brands, WordsEngine(), RjiebaSegmenter()))
        for id, text in {"1": "云雀差", "2": "云雀差！", "3": "云雀差。", "4": LONG}.items():
            made.put(make_seen(id, text, collected_at=now), now)
        yield made


class Desk:
    """Several people at one store, a minute between any two things that they do."""

    def __init__(self, store, reader):
        self.store, self.reader = store, reader
        self.labelling = Labelling(store, Said(store), lambda: reader)
        self.minutes = 0

    def put(self, seen, now):
        self.store.put([seen], now=now)
        self.store.record(self.reader.read([seen.post]))

    def edit(self, id, text):
        post = self.store.get(f"weibo:{id}").post
        at = post.collected_at + timedelta(minutes=1)
        self.put(Observation(post=replace(post, text=text, collected_at=at)), at)

    def say(self, by, label, id="1", brand="云雀"):
        self.minutes += 1
        return self.labelling.correct(
            f"weibo:{id}", brand, label, by=by, at=AT + timedelta(minutes=self.minutes)
        )

    def undo(self, by):
        self.minutes += 1
        return self.labelling.undo(by=by, at=AT + timedelta(minutes=self.minutes))

    def answer(self, id="1", brand="云雀"):
        reading = self.store.get(f"weibo:{id}").analysis
        if brand is None:
            return reading.sentiment.label, reading.sentiment.by
        mine = [one.sentiment for one in reading.mentions if one.brand == brand]
        return (mine[0].label, mine[0].by) if mine else None


@pytest.mark.parametrize("brand", ["云雀", None])
def test_the_first_persons_answer_holds_again(desk, brand):
    desk.say("甲", "positive", brand=brand)
    desk.say("乙", "neutral", brand=brand)
    assert [desk.answer(id, brand) for id in "123"] == [("neutral", "person")] * 3
    said, changed = desk.undo("乙")
    assert (said.by, said.label, changed) == ("乙", "neutral", 3)
    assert [desk.answer(id, brand) for id in "123"] == [("positive", "person")] * 3
    (standing,) = desk.labelling.standing()
    assert (standing.by, standing.label, standing.at) == (
        "甲",
        "positive",
        AT + timedelta(minutes=1),
    )
    assert desk.undo("乙") is None
    desk.undo("甲")
    assert desk.answer("1", brand) == ("negative", "model")
    assert desk.labelling.standing() == []


def test_the_first_one_who_found_no_brand_is_heard_again(desk):
    desk.say("甲", "not_brand")
    desk.say("乙", "positive")
    desk.undo("乙")
    assert desk.answer("1") is desk.answer("2") is None


def test_of_three_each_leaves_the_one_before(desk):
    for by, label in (("甲", "negative"), ("乙", "neutral"), ("丙", "positive")):
        desk.say(by, label)
    desk.undo("丙")
    assert desk.answer() == ("neutral", "person")
    desk.undo("乙")
    assert desk.answer() == ("negative", "person")
    desk.say("丙", "positive")
    desk.undo("丙")
    assert desk.answer() == ("negative", "person")


def test_who_changed_his_mind_takes_both_answers_back(desk):
    desk.say("甲", "neutral")
    desk.say("乙", "negative")
    desk.say("乙", "positive")
    desk.undo("乙")
    assert desk.answer() == ("neutral", "person")


def test_a_later_answer_to_a_copy_is_still_the_later_one(desk):
    desk.say("甲", "neutral", "1")
    desk.say("丙", "positive", "2")
    assert desk.answer("3") == ("positive", "person")
    desk.say("乙", "negative", "1")
    assert desk.answer("3") == ("negative", "person")
    desk.undo("乙")
    assert [desk.answer(id)[0] for id in "123"] == ["neutral", "positive", "positive"]


def test_an_answer_withdrawn_for_one_after_a_small_edit_holds_again(desk):
    desk.say("甲", "negative", "4")
    desk.edit("4", LONG.replace("别的", "今天的"))
    desk.say("乙", "positive", "4")
    assert [one.by for one in desk.labelling.standing()] == ["乙"]
    desk.undo("乙")
    assert [one.by for one in desk.labelling.standing()] == ["甲"]
    assert desk.answer("4") == ("negative", "person")


def test_ones_own_answer_of_before_a_small_edit_does_not_come_back(desk):
    desk.say("甲", "neutral", "4")
    for part in ("今天的", "昨天的", "明天的"):
        desk.say("乙", "negative", "4")
        desk.edit("4", LONG.replace("别的", part))
    desk.say("乙", "positive", "4")
    desk.undo("乙")
    assert desk.answer("4") == ("neutral", "person")
    desk.undo("甲")
    assert desk.answer("4") == ("uncertain", "model")
    assert desk.labelling.standing() == []


def test_nobody_elses_answer_is_touched(desk):
    desk.say("甲", "neutral", "1")
    desk.say("甲", "positive", "4")
    desk.say("乙", "negative", "4", brand=None)
    desk.undo("乙")
    assert desk.answer("4") == ("positive", "person")
    assert [one.key for one in desk.labelling.standing()] == ["weibo:1", "weibo:4"]
