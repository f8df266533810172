"""A text as the encoder reads it."""

from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from nlp.marking import halves, marked, mention_ids, post_ids, tidy

from .conftest import TINY

TOKENIZER = Tokenizer.from_file(str(TINY / "tokenizer.json"))


def test_links_accounts_and_blanks_say_nothing():
    assert tidy("看 https://t.cn/A6x\n@某人  说的") == "看 @ 说的"
    assert tidy("半个\ud83d表情") == "半个 表情"


def test_a_name_is_marked_within_its_surroundings():
    text = "很" * 100 + "云雀" + "好" * 100
    assert marked(text, 100, 102) == ("很" * 75, "【云雀】", "好" * 75)
    assert marked("云雀", 0, 2) == ("", "【云雀】", "")


def test_the_account_of_a_brand_is_still_its_name():
    assert marked("问问@云雀手机 吧", 3, 5) == ("问问@", "【云雀】", "手机 吧")


def test_of_a_long_text_both_ends_are_read():
    assert halves(range(10), 4) == [0, 1, 8, 9]
    assert halves(range(3), 4) == [0, 1, 2]


@given(st.text(max_size=300), st.text(min_size=1, max_size=200), st.text(max_size=300))
def test_the_span_holds_the_tokens_of_the_name(left, name, right):
    place = (left + name + right, len(left), len(left) + len(name))
    ((ids, (start, end)),) = mention_ids(TOKENIZER, [place])
    assert 0 < start < end < len(ids) <= 242
    assert ids[start:end] == TOKENIZER.encode(f"【{tidy(name)}】").ids[1:-1][:80]
    assert ids == mention_ids(TOKENIZER, [("好", 0, 1), place])[1][0]


def test_no_texts_have_no_tokens():
    assert mention_ids(TOKENIZER, []) == []
    assert post_ids(TOKENIZER, []) == []
    assert post_ids(TOKENIZER, [""]) == [[2, 3]]
