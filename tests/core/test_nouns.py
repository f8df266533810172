import dataclasses
from datetime import timedelta

import pytest

import tingfeng
from tingfeng import Alias, Brand, Count, Step, lexicon_version


def test_public_names_are_sorted_and_there():
    assert sorted(tingfeng.__all__, key=lambda n: (not n.isupper(), n.islower(), n)) == list(
        tingfeng.__all__
    )
    assert all(hasattr(tingfeng, name) for name in tingfeng.__all__)


def test_nouns_are_frozen_and_keyword_only():
    for name in tingfeng.__all__:
        noun = getattr(tingfeng, name)
        if isinstance(noun, type) and dataclasses.is_dataclass(noun):
            assert noun.__dataclass_params__.frozen, name
            positional = {"Message", "Phrase", "Privacy"}  # a pair, a sequence, a tool: no nouns
            assert name in positional or all(f.kw_only for f in dataclasses.fields(noun)), name


def test_title_and_body_are_read_once(make_post):
    assert make_post(text="好用", title="开箱").words == "开箱\n好用"
    assert make_post(text="开箱，好用", title="开箱").words == "开箱，好用"
    assert make_post(text="", title="开箱").words == "开箱"


def test_a_negative_mention_decides(make_post, make_analysis):
    analysis = make_analysis(make_post(), "negative", brands=("云雀",))
    assert analysis.attitude("云雀") == "negative"
    assert analysis.attitude("橙子") is None


def test_unread_is_what_is_left():
    assert Count(by=(), posts=10, negative=1, neutral=2, positive=3, uncertain=1).unread == 3
    assert Count(by=(), posts=1, positive=1).of("positive") == 1


def test_the_lexicon_version_follows_every_rule():
    plain = Brand(name="小米", aliases=(Alias(text="小米"),))
    other = Brand(name="小米", aliases=(Alias(text="小米", never=("粥",)),))
    assert lexicon_version([plain]) != lexicon_version([other])
    assert lexicon_version([plain, other]) == lexicon_version([other, plain])


@pytest.mark.parametrize("minutes", [0, -5, 7, 1500])
def test_a_step_must_fit_the_day(minutes):
    with pytest.raises(ValueError, match="divide a day"):
        Step(width=timedelta(minutes=minutes))
