"""Whom a creator worked for: every line leads to posts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.conftest import NOW
from tingfeng.kol.brandwork import dealings, is_undisclosed, proofs
from tingfeng.kol.nouns import Risk, Work


def work(n: int, brand: str = "", days: int = 1, stance: str = "neutral", **changes: Any) -> Work:
    fields: dict[str, Any] = {
        "observed_at": None, "counts": {}, "voices": None, "declared": False,
        "brands": {brand: stance} if brand else {},
    }  # fmt: skip
    return Work(key=f"x:{n}", at=NOW - timedelta(days=days), **(fields | changes))


WORKS = (
    work(1, "云雀", 3, "positive"), work(2, "云雀", 400, advert=1.0, declared=True),
    work(3, "山雀", 12, advert=0.8), work(4, "山雀", 2, "negative"), work(5, "喜鹊", 50), work(6),
)  # fmt: skip


def test_dealings_tell_paid_from_unpaid() -> None:
    by = {one.brand: one for one in dealings(WORKS)}
    assert (by["云雀"].declared, by["云雀"].likely, by["云雀"].organic) == (1, 0, 1)
    assert by["云雀"].stances == (("positive", 1),)
    assert by["山雀"].keys == ("x:3", "x:4")
    assert by["山雀"].last_paid == WORKS[2].at
    assert by["喜鹊"].paid == 0


def test_lines_name_brand_rival_share_and_what_is_not_marked() -> None:
    risk = Risk(kind="翻车", severity=3, on=date(2026, 5, 1), proof="x:9")
    found = {
        one.metric: one
        for one in proofs(
            WORKS, brand="云雀", competitors=("山雀",), exclusive=("喜鹊",), risks=(risk,), now=NOW
        )
    }
    assert set(found) == {
        "brandwork.own", "brandwork.rival", "brandwork.exclusive", "brandwork.ad_share",
        "brandwork.undisclosed", "brandwork.risk",
    }  # fmt: skip
    assert "12 天前" in found["brandwork.rival"].says.zh
    assert found["brandwork.ad_share"].value == 2 / 6
    assert found["brandwork.undisclosed"].keys == ("x:3",)
    assert found["brandwork.risk"].keys == ("x:9",)


def test_a_post_without_text_is_never_called_undisclosed() -> None:
    assert not is_undisclosed(work(1, advert=0.9, declared=None))
    assert is_undisclosed(work(1, advert=0.9))


def test_nothing_known_says_nothing() -> None:
    assert proofs((), brand="云雀", now=NOW) == ()
