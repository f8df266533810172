"""What people type into a search is cut as posts are."""

from __future__ import annotations

import pytest

from nlp.reader import ReaderSettings
from nlp.typed import typed
from tingfeng import Alias, Brand


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("小米手机", "小米 手机"),
        ('"小米手机"', '"小米手机"'),
        ("“小米手机” 发热", "“小米手机” 发热"),
        ("-小米手机 发热", "-小米手机 发热"),
        ('-"两个 词"', '-"两个 词"'),
        ("小米的手机", "小米 手机"),
        ("iPhone16Pro", "iPhone16Pro"),
        ("SK-II神仙水", "sk-ii 神仙水"),
        ("的", "的"),
        ("和服", "和服"),
        ("", ""),
    ],
)
def test_unquoted_chinese_is_cut_and_all_else_stays(text: str, expected: str) -> None:
    brands = tuple(
        Brand(name=name, aliases=(Alias(text=name),)) for name in ("SK-II", "小米", "神仙水")
    )
    assert typed(text, ReaderSettings(brands=brands).cutter()) == expected
