"""Whose word decides a post: its own answer, that about the same words, that about a copy."""

from dataclasses import replace
from datetime import UTC, datetime

from tingfeng import Correction, Corrections, Mention, Sentiment
from tingfeng.core.correction import latest
from tingfeng.core.wording import Text

UNSURE = Sentiment(negative=0.3, neutral=0.4, positive=0.3, label="uncertain")
LONG = "云雀的新款用了一个月。服务差得离谱，没人接电话。大家看完再买"


def places(words):
    return [(i, i + 2) for i in range(len(words)) if words.startswith("云雀", i)]


def read(make_post, make_analysis, words, id="1", group=None):
    mentions = tuple(
        Mention(brand="云雀", start=a, end=b, alias="云雀", rule="plain", sentiment=UNSURE)
        for a, b in places(words)
    )
    made = make_analysis(make_post(id, words), "uncertain", copy_of=group)
    return replace(made, mentions=mentions)


def said(words, id="1", label="negative", brand="云雀", **changes):
    wording = None if words is None else Text(words).wording(places(words) if brand else None)
    fields = {"by": "小王", "at": datetime(2026, 6, 12, tzinfo=UTC), "wording": wording}
    return Correction(key=f"weibo:{id}", brand=brand, label=label, **fields | changes)


def test_of_a_post_that_was_edited_the_readers_answer_holds(make_post, make_analysis):
    known = Corrections([said("云雀差")])
    for words, label in (
        ("云雀差", "negative"),
        ("云雀修好了", "uncertain"),
        ("云雀差！", "negative"),
    ):
        over = known.over(read(make_post, make_analysis, words), words)
        assert over.attitude("云雀") == label


def test_what_was_kept_before_wordings_holds_whatever_the_post_says(make_post, make_analysis):
    known = Corrections([said(None, group="weibo:1")])
    for id in "12":
        reading = read(make_post, make_analysis, "云雀修好了", id, "weibo:1")
        assert known.over(reading, "云雀修好了").attitude("云雀") == "negative"
    again = Corrections([said(None), said("云雀差", label="positive")])
    reading = read(make_post, make_analysis, "云雀修好了")
    assert again.over(reading, "云雀修好了").attitude("云雀") == "uncertain"


def test_the_same_words_are_a_copy_however_short(make_post, make_analysis):
    known = Corrections([said("云雀差"), said("云雀好", "2", "positive")])
    for words, label in (("雲雀差", None), ("云雀 差", "uncertain"), ("云雀差。", "negative"), ("云雀好", "positive")):  # fmt: skip
        reading = read(make_post, make_analysis, words, "9")
        assert known.over(reading, words).attitude("云雀") == label
    assert Corrections([said("云雀差", brand="橙子")]).over(reading, words) == reading


def test_an_answer_about_a_copy_hangs_on_the_sentence_it_judged(make_post, make_analysis):
    known = Corrections([said(LONG, group="weibo:1")])
    for words, label in (
        (f"{LONG}。转给大家", "negative"),
        (LONG.replace("差得", "慢得"), "negative"),
        (LONG.replace("用了一个月", "买了就后悔"), "uncertain"),
    ):
        reading = read(make_post, make_analysis, words, "2", "weibo:1")
        assert known.over(reading, words).attitude("云雀") == label
    stranger = read(make_post, make_analysis, f"{LONG}。转给大家", "3", "weibo:3")
    assert known.over(stranger, f"{LONG}。转给大家").attitude("云雀") == "uncertain"


def test_the_first_of_a_group_no_longer_speaks_for_what_it_was_edited_to(make_post, make_analysis):
    """After an edit it still opens its own group."""
    known = Corrections([said(LONG, group="weibo:1")])
    edited = LONG.replace("用了一个月", "修好了")
    reading = read(make_post, make_analysis, edited, "1", "weibo:1")
    assert known.over(reading, edited).attitude("云雀") == "uncertain"
    copy = read(make_post, make_analysis, LONG, "2", "weibo:1")
    assert known.over(copy, LONG).attitude("云雀") == "negative"


def test_own_word_before_same_words_before_group_and_the_last_of_each(make_post, make_analysis):
    given = [
        said(LONG, "1", "negative", group="weibo:1"),
        said(f"{LONG}。转", "3", "positive", group="weibo:1"),
        said(LONG, "4", "neutral", group="weibo:1"),
    ]
    known = Corrections(given)
    for id, words, label in (
        ("1", LONG, "negative"), ("2", LONG, "neutral"), ("5", f"{LONG}。转", "positive"),
        ("6", f"{LONG}。看", "neutral"),
    ):  # fmt: skip
        reading = read(make_post, make_analysis, words, id, "weibo:1")
        assert known.over(reading, words).attitude("云雀") == label
        assert known.speaker(reading, words, "云雀").label == label


def test_an_answer_about_new_words_leaves_that_about_the_old_ones_to_copies():
    first, second = said("云雀差"), said("云雀修好了", label="positive")
    assert latest([first, second]) == [first, second]
    assert latest([first, second, replace(second, label=None)]) == [first]
    assert latest([said(None), first]) == [first]
