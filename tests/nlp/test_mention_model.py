"""The linear engine on mentions: whose side, on which words, brand or word, advert or not."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlp.engines.linear import NOTHING_SAID, LinearEngine
from nlp.mention_model import MentionModel
from nlp.mention_places import placed
from nlp.registers import register
from tingfeng import Asked, Attitude, ModelError, Sentiment


@pytest.fixture(scope="module")
def engine() -> LinearEngine:
    return LinearEngine()


def asked(text: str, *names: str) -> list[Asked]:
    return [
        Asked(text=text, start=text.index(name), end=text.index(name) + len(name),
              register=register("post", text))
        for name in names
    ]  # fmt: skip


def likeliest(answer: Attitude) -> str:
    side = answer.sentiment
    return max(("negative", "neutral", "positive"), key=lambda name: getattr(side, name))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("云雀太差了，客服不理人，再也不买", "negative"),
        ("云雀真好用，推荐", "positive"),
        ("云雀今天发布了新款手机", "neutral"),
        ("请问云雀的门店几点开门？", "neutral"),
        ("来自云雀客户端", "neutral"),
    ],
)
def test_plain_attitudes(engine: LinearEngine, text: str, expected: str) -> None:
    assert likeliest(engine.mentions(asked(text, "云雀"))[0]) == expected


def test_several_brands_each_have_their_own_answer_and_words(engine: LinearEngine) -> None:
    text = "云雀续航太差了，青鸟真好用，推荐大家买。白鹭今天发布新款"
    found = engine.mentions(asked(text, "云雀", "青鸟", "白鹭"))
    assert [likeliest(one) for one in found] == ["negative", "positive", "neutral"]
    assert [text[slice(*one.span)] for one in found] == [
        "云雀续航太差了", "青鸟真好用，推荐大家买。", "白鹭今天发布新款",
    ]  # fmt: skip


def test_an_advert_is_likelier_than_none(engine: LinearEngine) -> None:
    calls = "关注@云雀 转发抽奖送手机，点击链接领取优惠券，限时福利！"
    plain = "云雀用了三天就坏了"
    one, other = (engine.mentions(asked(text, "云雀"))[0].advert for text in (calls, plain))
    assert one is not None
    assert other is not None
    assert other < 0.2 < one


def test_what_was_read_of_the_post_is_not_read_again(engine: LinearEngine) -> None:
    text = "云雀续航不错,拍照也好"
    (question,) = asked(text, "云雀")
    cut = engine._segment(text)
    side = engine.posts([text], [cut], ["short"])[0].sentiment
    known = Asked(text=text, start=0, end=2, register="short", mood=side)
    one, other = engine.mentions([question])[0], engine.mentions([known])[0]
    assert one.sentiment.positive == pytest.approx(other.sentiment.positive, abs=1e-6)
    bad = Sentiment(negative=0.98, neutral=0.01, positive=0.01, label="negative")
    worse = engine.mentions([Asked(text=text, start=0, end=2, register="short", mood=bad)])[0]
    assert worse.sentiment.negative > one.sentiment.negative


def test_without_a_word_nothing_is_said(engine: LinearEngine) -> None:
    assert engine.mentions(asked("@云雀", "云雀"))[0].sentiment == NOTHING_SAID
    assert engine.mentions([]) == []


def test_the_hint_of_the_lexicon_counts() -> None:
    text = "苹果真不错"
    for hint, rule in ((1.0, "near"), (0.0, "never")):
        one = Asked(text=text, start=0, end=2, register="short", hint=hint)
        assert placed([one])[0].rule == rule


def test_rivals_are_other_houses_only() -> None:
    text = "小米手机比华为好，小米14也比iPhone好"
    (place,) = placed(asked(text, "小米"))
    assert [text[slice(*span)] for span in place.rivals] == ["华为", "iPhone"]


def test_threshold_and_files_name_themselves(tmp_path: Path) -> None:
    strict = LinearEngine(threshold=1.0)
    assert strict.version != LinearEngine().version
    assert strict.mentions(asked("云雀还可以", "云雀"))[0].sentiment.label == "uncertain"
    (tmp_path / "no.npz").write_bytes(b"not a model")
    with pytest.raises(ModelError, match=r"nlp\.train"):
        MentionModel(str(tmp_path / "no.npz"))
