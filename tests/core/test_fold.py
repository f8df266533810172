from hypothesis import given
from hypothesis import strategies as st

from tingfeng import Phrase, fold, parse_words, search_terms

TEXTS = st.text(alphabet=st.sampled_from("小米手机續航好ＡbC14 ，。😀é、"), max_size=30)


def test_width_case_and_traditional_characters_are_equal():
    assert fold("ＳＫ－ＩＩ 續航") == "sk-ii 续航"


@given(st.text(max_size=50))
def test_fold_keeps_every_offset(text):
    assert len(fold(text)) == len(text)


@given(st.text(max_size=50))
def test_fold_is_done_once(text):
    assert fold(fold(text)) == fold(text)


def test_terms_are_words_numbers_and_neighbours():
    assert search_terms("小米14 Pro，好") == ["小米", "米", "14", "pro", "好"]


@given(text=TEXTS, start=st.integers(0, 29), length=st.integers(1, 6))
def test_any_stretch_of_chinese_is_found_as_a_phrase(text, start, length):
    part = text[start : start + length]
    if part and all("\u4e00" <= char <= "\u9fff" for char in part):
        assert Phrase.of(part).within(search_terms(text))


def test_a_latin_word_is_found_whole_only():
    assert not Phrase.of("mac").within(search_terms("machine"))
    assert Phrase.of("iphone").within(search_terms("iPhone16Pro"))


def test_words_phrases_and_unwanted_words():
    must, never = parse_words('续航 "小米 14" -广告')
    assert must == (Phrase.of("续航"), Phrase.of("小米 14"))
    assert never == (Phrase.of("广告"),)
    assert parse_words("，。") == ((), ())
