"""Who decides whether an ambiguous name is the brand: users' words, the engine, shipped words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from nlp.context import Context
from nlp.engines.linear import LinearEngine
from nlp.mentions import Candidate, Judge, MentionFinder
from nlp.nicknames import brands, shipped_context, suggest
from nlp.sense import judge
from tingfeng import Alias, Brand

SHIPPED = MentionFinder([Brand(name="小米", aliases=suggest("小米"))])
OWN = MentionFinder(
    [Brand(name="小米", aliases=(Alias(text="小米", near=("门店", "手机"), never=("亲戚",)),))]
)


def always(odds: float | None) -> Judge:
    def said(text: str, found: Sequence[Candidate]) -> list[float | None]:
        return [odds] * len(found)

    return said


def rules(finder: MentionFinder, text: str, judged: Judge | None) -> list[tuple[bool, str]]:
    return [(one.accepted, one.rule) for one in finder.explain(text, judged)]


@pytest.mark.parametrize(
    ("text", "odds", "expected"),
    [
        ("小米门店排队", 0.01, (True, "near:门店")),
        ("小米是我家亲戚", 0.99, (False, "never:亲戚")),
        ("小米涨价了", 0.93, (True, "model:0.93")),
        ("小米涨价了", 0.08, (False, "model:0.08")),
        ("小米涨价了", None, (False, "no context")),
        ("小米手机", 0.08, (True, "near:手机")),
    ],
)
def test_words_of_the_user_win_also_those_that_are_shipped(
    text: str, odds: float | None, expected: tuple[bool, str]
) -> None:
    assert rules(OWN, text, always(odds)) == [expected]


@pytest.mark.parametrize(
    ("text", "odds", "expected"),
    [
        ("小米门店排队", 0.01, (True, "near:门店")),
        ("小米充电", 0.08, (False, "model:0.08")),
        ("小米充电", 0.93, (True, "model:0.93")),
        ("小米充电", None, (True, "near:充电")),
    ],
)
def test_shipped_words_are_a_hint_also_in_a_list_that_was_added_to(
    text: str, odds: float | None, expected: tuple[bool, str]
) -> None:
    (known,) = (one for one in suggest("小米") if one.text == "小米")
    more = replace(known, near=(*known.near, "门店"))
    finder = MentionFinder([Brand(name="小米", aliases=(more,))])
    assert rules(finder, text, always(odds)) == [expected]


def test_what_is_suggested_is_known_as_such_for_every_brand() -> None:
    for name in brands():
        for alias in suggest(name):
            shipped = shipped_context(alias.text)
            if alias.near and shipped:
                assert Context(alias)._shipped == shipped, alias.text


def test_a_longer_word_that_holds_the_name_closes_the_question() -> None:
    assert (False, "never:小米粥") in rules(SHIPPED, "小米粥", always(0.99))


def test_a_name_that_is_no_word_is_not_put_to_the_engine() -> None:
    finder = MentionFinder([Brand(name="云雀", aliases=(Alias(text="云雀"),))])
    assert rules(finder, "云雀涨价了", always(0.0)) == [(True, "plain")]


def test_without_a_judge_the_rules_decide() -> None:
    assert rules(OWN, "小米涨价了", None) == [(False, "no context")]
    assert OWN.find("小米涨价了") == []
    assert [one.rule for one in OWN.find("小米涨价了", always(0.9))] == ["model:0.90"]


def test_two_names_at_one_place_are_one_mention_after_judging() -> None:
    alias = Alias(text="小米", near=("雷",))
    finder = MentionFinder([Brand(name="小米", aliases=(alias, Alias(text="小 米", near=("雷",))))])
    assert [one.rule for one in finder.find("小米涨价了", always(0.9))] == ["model:0.90"]


@pytest.mark.parametrize(
    ("name", "text", "meant"),
    [
        ("苹果", "苹果新系统又把电池更新没了", True),
        ("苹果", "每天一个苹果，再喝一杯牛奶", False),
        ("美的", "最美的风景在路上", False),
        ("美的", "美的售后师傅上门修好了", True),
        ("理想", "这就是我理想中的生活", False),
    ],
)
def test_the_shipped_model_tells_words_from_brands(name: str, text: str, meant: bool) -> None:
    finder = MentionFinder([Brand(name=name, aliases=suggest(name))])
    assert bool(finder.find(text, judge(engine()))) is meant


def engine(cache: list[LinearEngine] = []) -> LinearEngine:  # noqa: B006
    if not cache:
        cache.append(LinearEngine())
    return cache[0]
