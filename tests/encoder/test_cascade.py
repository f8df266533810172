"""Linear first, the encoder where it may know better."""

from dataclasses import replace

import pytest

from nlp.engines.cascade import CascadeEngine
from nlp.linear import answer
from tingfeng import Attitude

from .conftest import TINY, ask


@pytest.fixture
def cascade() -> CascadeEngine:
    return CascadeEngine(str(TINY), sure=0.9)


def side(negative: float, neutral: float, positive: float) -> Attitude:
    return Attitude(sentiment=answer(negative, neutral, positive, 0.5), span=(0, 1), meant=0.95)


def test_posts_are_read_by_the_linear_engine_unless_it_is_unsure():
    given = (["云雀太差了", "云雀"], [["云雀", "太", "差", "了"], ["云雀"]], ["short", "short"])
    never, always = CascadeEngine(str(TINY), post_sure=0), CascadeEngine(str(TINY), post_sure=1)
    linear, encoder = never.linear.posts(*given), never.encoder.posts(*given)
    assert never.posts(*given) == linear
    for mixed, one, other in zip(always.posts(*given), linear, encoder, strict=True):
        mean = (one.sentiment.negative + other.sentiment.negative) / 2
        assert mixed.sentiment.negative == pytest.approx(mean)
        assert mixed.emotion == other.emotion
    assert (never.share, always.share) == (0, 1)


SURE = side(0.02, 0.96, 0.02)


@pytest.mark.parametrize(
    ("text", "first", "sent"),
    [
        ("云雀手机发布", SURE, False),
        ("云雀手机发布", side(0.02, 0.38, 0.6), True),
        ("云雀手机发布", side(0.09, 0.905, 0.005), True),
        ("云雀手机发布", replace(SURE, meant=0.5), True),
        ("云雀没有青鸟好", SURE, True),
        ("云雀手机发布[微笑]", SURE, True),
        ("云雀手机怎么样？", SURE, True),
    ],
)
def test_what_goes_on_to_the_encoder(cascade, text, first, sent):
    (one,) = ask(text, "云雀")
    assert cascade.open(one, first) is sent


def test_other_brands_and_a_post_of_the_other_side_send_it_on(cascade):
    (one,) = ask("云雀手机发布", "云雀")
    praised = side(0.02, 0.02, 0.96)
    assert not cascade.open(one, praised)
    assert cascade.open(one, praised, several=True)
    against = replace(one, mood=answer(0.9, 0.05, 0.05, 0.5))
    assert cascade.open(against, praised)


def test_every_mention_on_which_an_alarm_hangs_is_sent_however_fast_it_shall_be():
    fast = CascadeEngine(str(TINY), sure=0)
    (one,) = ask("云雀手机发布", "云雀")
    assert fast.open(one, side(0.3, 0.4, 0.3))
    assert not fast.open(one, side(0.01, 0.5, 0.49))


def test_sent_mentions_have_the_answer_of_the_encoder_and_are_counted(cascade):
    text = "云雀手机续航很好，青鸟太差了"
    asked = ask(text, "云雀", "青鸟")
    assert cascade.share == 0
    both = zip(cascade.linear.mentions(asked), cascade.encoder.mentions(asked), strict=True)
    for found, (one, other) in zip(cascade.mentions(asked), both, strict=True):
        assert found.sentiment == other.sentiment
        assert (found.span, found.meant, found.advert) == (one.span, other.meant, other.advert)
    assert cascade.share == 1
    assert cascade.mentions([]) == []


def test_its_name_names_both(cascade):
    assert cascade.linear.version in cascade.version
    assert cascade.encoder.version in cascade.version
    assert cascade.version != CascadeEngine(str(TINY)).version
    one, other = CascadeEngine(str(TINY), sure=0.5), CascadeEngine(str(TINY), post_sure=0.5)
    assert (one.version[-5:], other.version[-5:]) == ("@s0.5", "@p0.5")
