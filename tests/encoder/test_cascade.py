"""Whole posts by the linear engine, mentions by the encoder."""

import pytest

from nlp.engines.cascade import CascadeEngine

from .conftest import TINY, ask

GIVEN = (["云雀太差了", "云雀"], [["云雀", "太", "差", "了"], ["云雀"]], ["short", "short"])


@pytest.fixture
def cascade() -> CascadeEngine:
    return CascadeEngine(str(TINY))


def test_posts_are_read_by_the_linear_engine_unless_it_is_unsure(cascade):
    always = CascadeEngine(str(TINY), post_sure=1)
    linear, encoder = cascade.linear.posts(*GIVEN), cascade.encoder.posts(*GIVEN)
    assert cascade.posts(*GIVEN) == linear
    for mixed, one, other in zip(always.posts(*GIVEN), linear, encoder, strict=True):
        mean = (one.sentiment.negative + other.sentiment.negative) / 2
        assert mixed.sentiment.negative == pytest.approx(mean)
        assert mixed.emotion == other.emotion
    assert (cascade.share, always.share) == (0, 1)


@pytest.mark.parametrize(
    "text", ["云雀手机发布", "云雀没有青鸟好", "云雀手机怎么样？", "云雀太差了，青鸟很好", "@云雀"]
)
def test_every_mention_has_the_whole_answer_of_the_encoder(cascade, text):
    """Sides, brand sense and adverts are ranked, and ranks of two engines do not mix."""
    asked = ask(text, *(name for name in ("云雀", "青鸟") if name in text))
    assert cascade.mentions(asked) == cascade.encoder.mentions(asked)
    assert cascade.share == 1


def test_copies_are_read_once_and_answered_each(cascade):
    text = "云雀手机续航很好，青鸟太差了"
    asked = [*ask(text, "云雀", "青鸟"), *ask(text, "云雀"), *ask(text, "云雀", register="review")]
    read = cascade.mentions(asked)
    assert read == cascade.encoder.mentions(asked)
    assert read[0] == read[2] != read[1]
    # A kind of text has its own calibration.
    assert dict(cascade.counts) == {"mentions": 4, "mentions sent": 3}
    assert cascade.mentions([]) == []


def test_its_name_names_both(cascade):
    assert cascade.linear.version in cascade.version
    assert cascade.encoder.version in cascade.version
    other = CascadeEngine(str(TINY), post_sure=0.5)
    assert other.version == f"{cascade.version}@p0.5"
