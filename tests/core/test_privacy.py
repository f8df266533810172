from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingfeng import Author, Privacy, mask

PRIVACY = Privacy(key=b"0123456789abcdef")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("打13812345678问", "打[手机号]问"),
        ("+86 138-1234-5678", "[手机号]"),
        ("138 1234 5678", "[手机号]"),
        ("加Ｖ１３８１２３４５６７８", "加Ｖ[手机号]"),
        ("１１０１０５１９４９１２３１００２Ｘ", "[身份证号]"),
        ("li＠qq.com", "[邮箱]"),
        ("证号11010519491231002X。", "证号[身份证号]。"),
        ("写信 li.lei+1@mail.example.com 谢谢", "写信 [邮箱] 谢谢"),
        ("邮箱abc@qq.com，电话", "邮箱[邮箱]，电话"),
        ("订单 20240601123456789 已发", "订单 20240601123456789 已发"),
        ("@小明 说 3.14159265358979", "@小明 说 3.14159265358979"),
        ("价格13800元，13900元", "价格13800元，13900元"),
    ],
)
def test_people_are_masked_and_numbers_are_not(text, masked):
    assert mask(text) == masked


@given(st.text(max_size=60))
def test_masking_twice_changes_nothing(text):
    assert mask(mask(text)) == mask(text)


def test_an_author_enters_as_a_keyed_hash(make_seen):
    seen = make_seen(author=Author(id="42", name="张三", followers=7))
    author = PRIVACY.enter(seen).post.author
    assert author == Author(id=PRIVACY.author("weibo", "42"), followers=7)
    assert len(author.id) == 16
    assert PRIVACY.author("zhihu", "42") != author.id
    assert Privacy(key=b"another key 1234").author("weibo", "42") != author.id


def test_an_author_without_an_id_is_known_by_name(make_seen):
    seen = make_seen(author=Author(id="", name="张三"))
    assert PRIVACY.enter(seen).post.author == Author(id=PRIVACY.author("weibo", "张三"))
    nobody = replace(seen, post=replace(seen.post, author=Author(id="")))
    assert PRIVACY.enter(nobody).post.author is None


def test_the_key_is_not_shown():
    assert "0123456789abcdef" not in repr(PRIVACY)


def test_a_nickname_cut_off_inside_a_character_has_a_pseudonym_too():
    assert len(PRIVACY.author("weibo", "\ud83d")) == 16
