from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingfeng import SHANGHAI, Alias, Brand
from tingfeng.insight.period import Period
from tingfeng.insight.terms import surprise
from tingfeng.insight.words import words

NOW = datetime(2026, 6, 12, 10, 0, tzinfo=SHANGHAI)
DAYLONG = Period(since=NOW - timedelta(days=1), until=NOW)
LARK = Brand(name="云雀", aliases=(Alias(text="云雀"), Alias(text="LARK-9")))


def talk(say, hours: float, text: str, times: int, label: str = "neutral", **given) -> list[str]:
    return [
        say(hours, label, text=f"{text} 第{n}条", tokens=text.split(), likes=n, **given)
        for n in range(times)
    ]


def test_new_and_growing_words_with_examples(store, say) -> None:
    talk(say, 30, "云雀 续航 不错", 40)
    talk(say, 30, "云雀 发热", 2)
    talk(say, 2, "云雀 续航 不错", 10)
    keys = talk(say, 2, "云雀 漏液", 10, "negative")
    talk(say, 2, "云雀 发热 lark", 20)
    answer = words(store, "云雀", DAYLONG, now=NOW, brands=(LARK,))
    assert [each.word for each in answer.words] == ["发热", "漏液"]
    heat, leak = answer.words
    assert (leak.new, leak.posts, leak.before, leak.negative.share) == (True, 10, 0, 1)
    assert leak.examples == tuple(reversed(keys))[:3]
    assert (heat.new, heat.posts, heat.before) == (False, 20, 2)
    assert heat.as_json()["growth"] == 9
    assert "漏液" in answer.sentence().zh
    assert leak.command.startswith("""tingfeng search '"漏液"' --brand 云雀""")


def test_copies_of_one_text_are_one(store, say) -> None:
    talk(say, 30, "云雀 续航", 20)
    talk(say, 2, "云雀 续航", 10)
    talk(say, 2, "云雀 福利 抽奖", 50, copy_of="weibo:31")
    assert words(store, "云雀", DAYLONG, now=NOW).words == ()


def test_a_word_of_last_month_is_not_new(store, say) -> None:
    talk(say, 24 * 20, "云雀 漏液", 1)
    talk(say, 30, "云雀 续航", 20)
    talk(say, 2, "云雀 漏液", 10)
    assert words(store, "云雀", DAYLONG, now=NOW).words[0].new is False


def test_without_an_earlier_period_nothing_is_new(store, say) -> None:
    talk(say, 2, "云雀 漏液", 10)
    answer = words(store, "云雀", DAYLONG, now=NOW, brands=(LARK,))
    assert "数据不足" in answer.sentence().zh
    assert [(each.word, each.new, each.surprise) for each in answer.words] == [("漏液", None, None)]


def test_keys(store, say) -> None:
    talk(say, 2, "云雀 漏液", 10)
    answer = words(store, "云雀", DAYLONG, now=NOW).as_json()
    assert set(answer) == {
        "counted", "posts", "before", "known_days", "look_back_days", "words",
    }  # fmt: skip
    assert set(answer["words"][0]) == {
        "word", "new", "posts", "distinct", "before", "growth", "surprise", "negative",
        "examples", "command",
    }  # fmt: skip


def test_dunning() -> None:
    """ "the swiss", first row of table 1 in Dunning 1993."""
    assert surprise(110, 110 + 2442, 111, 111 + 29114) == pytest.approx(270.72, abs=0.005)


@given(st.integers(1, 50), st.integers(0, 50))
def test_surprise_is_nothing_without_growth(n: int, k: int) -> None:
    assert surprise(min(k, n), n, min(k, n), n) == 0
    assert surprise(min(k, n), n, 0, 100) >= 0
