"""Bytes to characters and JSON out of its wrappers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.sources.answer import decode, loads
from tingfeng import AnswerChanged

TEXT = "云雀手机回应发热：将推送更新，朱镕基"


@pytest.mark.parametrize(
    ("body", "header"),
    [
        (TEXT.encode(), ""),
        (b"\xef\xbb\xbf" + TEXT.encode(), "text/html; charset=gbk"),
        (TEXT.encode("utf-16"), ""),
        (TEXT.encode("gb18030"), "text/html; charset=GB2312"),
        (TEXT.encode("gb18030"), "application/json"),
        (TEXT.encode("gb18030"), "text/html; charset=utf-8"),
        (TEXT.encode("gb18030"), "text/html; charset=ISO-8859-1"),
        (TEXT.encode(), "text/html; charset=gbk"),
        (TEXT.encode(), 'text/html; charset="utf8"'),
        (TEXT.encode("gb18030"), "text/html; charset=nonsense"),
    ],
)
def test_the_text_comes_out_whatever_is_declared(body, header):
    assert decode(body, header) == TEXT


def test_a_declaration_in_the_page_counts():
    html = f'<html><head><script>{"x" * 9000}</script><meta charset="big5"></head>雲雀手機'
    assert "雲雀手機" in decode(html.encode("big5"))


def test_damage_is_marked_and_kept_small():
    assert decode(TEXT.encode()[:-1]).startswith(TEXT[:-1])


@given(st.binary(max_size=400))
def test_any_bytes_give_some_text(body):
    assert isinstance(decode(body, "text/html; charset=gbk"), str)


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1}', '\ufeff{"a": 1}', 'cb({"a": 1});', '/**/jQuery1.cb({"a": 1})',
        'try{cb({"a": 1});}catch(e){};', ')]}\'\n{"a": 1}', '  {"a": 1}\n',
    ],
)  # fmt: skip
def test_json_out_of_its_wrapper(text):
    assert loads(text) == {"a": 1}


@pytest.mark.parametrize("text", ["", "<html>", '{"a": 1', '{"a": 1}<script>', "cb("])
def test_no_json_is_a_change(text):
    with pytest.raises(AnswerChanged):
        loads(text)
