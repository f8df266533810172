"""Emoji and [表情] as evidence."""

from __future__ import annotations

import pytest

from nlp.clean import clean
from nlp.signs import mood, signs, valences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("太好了[心][心]😂", ("[心]", "😂")),
        ("[淚]真的[DOGE]", ("[泪]", "[doge]")),
        ("👍🏻👍", ("👍",)),
        ("❤️", ("❤",)),
        ("[地址]在这里，数字[1]", ()),
        ("plain text", ()),
        ("", ()),
    ],
)
def test_each_sign_once_in_order(text: str, expected: tuple[str, ...]) -> None:
    assert signs(clean(text)) == expected


def test_valence_is_what_people_mean() -> None:
    table = valences()
    assert table["[微笑]"] < -0.5 < 0.5 < table["[心]"]
    assert table["😡"] < 0 < table["😍"]
    assert all(-1 <= value <= 1 for value in table.values())
    assert mood(()) == 0
    assert mood(("[心]", "[微笑]")) == pytest.approx((table["[心]"] + table["[微笑]"]) / 2)
