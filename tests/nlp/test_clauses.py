"""Which part of a text belongs to which brand."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.clauses import clause

NAMES = ("云雀", "青鸟", "白鹭")


def parts(text: str) -> list[str]:
    """What belongs to each of the names, in the order in which they stand."""
    places = sorted((text.find(n), text.find(n) + len(n)) for n in NAMES if n in text)
    spans = [clause(text, *place, [p for p in places if p != place]) for place in places]
    return [text[low:high] for low, high in spans]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("云雀续航不行，屏幕也暗，青鸟倒是好用，拍照清楚",
         ["云雀续航不行，屏幕也暗", "青鸟倒是好用，拍照清楚"]),
        ("用了三天就坏了，云雀真垃圾！青鸟还行", ["用了三天就坏了，云雀真垃圾！", "青鸟还行"]),
        ("外卖迟到 云雀不理人 青鸟好多了", ["外卖迟到 云雀不理人", "青鸟好多了"]),
        ("天气真好。云雀又死机了。晚上吃面", ["云雀又死机了。"]),
        ("云雀比青鸟好，就是贵", ["云雀比青鸟好，就是贵", "云雀比青鸟好"]),
        ("云雀不如青鸟，白鹭一般", ["云雀不如青鸟", "云雀不如青鸟", "白鹭一般"]),
        ("云雀和青鸟都不错", ["云雀和青鸟都不错"] * 2),
        ("把云雀换成青鸟之后信号好多了", ["把云雀", "换成青鸟之后信号好多了"]),
        ("云雀客服差但是青鸟客服好", ["云雀客服差", "但是青鸟客服好"]),
        ("#云雀# 太差了。再也不买", ["#云雀# 太差了。"]),
        ("太难用了！@云雀", ["太难用了！@云雀"]),
        ("转发//@甲:云雀太坑了//@乙:我的青鸟没事", ["@甲:云雀太坑了", "@乙:我的青鸟没事"]),
        ("云雀", ["云雀"]),
        ("云雀2.5折", ["云雀2.5折"]),
    ],
)  # fmt: skip
def test_each_brand_has_its_own_part(text: str, expected: list[str]) -> None:
    assert parts(text) == expected


@given(st.text(max_size=200), st.data())
def test_the_name_lies_inside_and_the_part_inside_the_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    text = f"{text[:start]}云雀{text[start:]}"
    others = data.draw(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 5)), max_size=4))
    rivals = [(at, at + size) for at, size in others if at + size <= len(text)]
    low, high = clause(text, start, start + 2, rivals)
    assert 0 <= low <= start < start + 2 <= high <= len(text)


said = st.sampled_from(
    [
        "续航不行",
        "屏幕也暗",
        "真好用",
        "今天到货",
        "客服不理人",
        "再也不买了",
        "",
        "[泪]",
        "三天就坏",
    ]
)
marks = st.sampled_from(["，", "。", "！", "；", "\n", "? "])


@given(st.permutations(NAMES), st.lists(st.tuples(said, said, marks), min_size=3, max_size=3))
def test_what_stands_apart_is_nobody_elses(
    names: list[str], around: list[tuple[str, str, str]]
) -> None:
    text = "".join(
        f"{left}{n}{right}{mark}" for n, (left, right, mark) in zip(names, around, strict=True)
    )
    found = parts(text)
    for own, other in permutations(range(3), 2):
        assert names[other] not in found[own]


@given(st.text(alphabet="云雀青鸟，。 但比和坏好", max_size=40))
def test_a_part_does_not_depend_on_what_is_far_away(text: str) -> None:
    near = f"{text}云雀坏了"
    far = "甲" * 300 + "。" + near
    start = len(text)
    low, high = clause(near, start, start + 2)
    shifted = clause(far, start + 301, start + 303)
    if len(text) < 50:
        assert (low + 301, high + 301) == shifted
