"""From a stored document to a work: counts, field, tone, and whether it says that it is paid for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from tests.conftest import NOW
from tingfeng import Document, Engagement, Post, SettingsError
from tingfeng.kol.lexicon import Disclosure, shipped
from tingfeng.kol.works import INVITED, SELLING, advert_odds, lenses_of, signs_of, work_of


@pytest.fixture
def make(
    make_post: Callable[..., Post], make_analysis: Callable[..., Any]
) -> Callable[..., Document]:
    def document(text: str, advert: float | None = None, **changes: Any) -> Document:
        post = make_post("1", text, **changes)
        analysis = make_analysis(post, brands=("云雀",))
        return Document(post=post, analysis=analysis, indexed_at=NOW)

    return document


DECLARED = [
    "#广告 云雀新耳机到手了", "【广告】云雀新耳机，降噪很强", "云雀耳机开箱\n合作", "本视频由云雀赞助，感谢支持",
    "本文含商业推广内容，请理性购买", "品牌方寄来的新款，先用了两周", "感谢云雀官方的邀请体验，说说真实感受",
    "与品牌合作。说说我的用法", "#恰饭#今天聊聊这个平板", "This video is sponsored by Lark",
]  # fmt: skip
SILENT = [
    "感谢赞助商，马拉松办得很好", "这家广告牌太大了", "我刷到广告才知道开店", "不是广告，就是喜欢吃", "要合作的私信我",
    "店家提供各种热食", "云雀和高校合作研发芯片", "送的贴膜不错", "退货联系品牌方客服",
]  # fmt: skip


@pytest.mark.parametrize("text", DECLARED)
def test_a_mark_is_seen_however_it_is_written(make: Callable[..., Document], text: str) -> None:
    work = work_of(make(text))
    assert work is not None
    assert work.declared
    assert work.advert == 1.0


@pytest.mark.parametrize("text", SILENT)
def test_the_same_words_elsewhere_are_no_mark(make: Callable[..., Document], text: str) -> None:
    work = work_of(make(text))
    assert work is not None
    assert work.declared is False


@pytest.mark.parametrize(
    "text",
    [
        "同款链接在评论区",
        "挂小黄车了，闭眼入",
        "输入专属折扣码【LARK35】立减",
        "复制￥Ab3Cd5Ef7Gh￥打开淘宝",
    ],
)
def test_a_way_to_buy_without_a_mark_is_probably_promotion(
    make: Callable[..., Document], text: str
) -> None:
    work = work_of(make(text))
    assert work is not None
    assert (work.declared, work.advert) == (False, SELLING)


def test_guests_also_pay_and_a_denial_counts_only_where_nothing_is_sold(
    make: Callable[..., Document],
) -> None:
    odds = [advert_odds(one, signs_of(one)) for one in map(make, (
        "受邀参加发布会", "自费购入，无广测评", "无广测评！同款链接在评论区",
    ))]  # fmt: skip
    assert odds[0] == INVITED
    assert odds[1] == 0
    assert odds[2] == SELLING


def test_a_work_keeps_what_is_said_and_nothing_else(make: Callable[..., Document]) -> None:
    document = make("水光妆教程来了，口红和腮红到底怎么选", tags=("化妆",))
    seen = Engagement(observed_at=NOW, likes=9, comments=0, favorites=3)
    work = work_of(
        Document(post=document.post, analysis=document.analysis, engagement=seen, indexed_at=NOW),
        voices=2,
    )
    assert work is not None
    assert work.counts == {"likes": 9, "comments": 0, "saves": 3}
    assert (work.category, work.voices, work.observed_at) == ("美妆", 2, NOW)
    assert work.brands == {"云雀": "neutral"}
    assert abs(sum(work.tone) - 1) < 1e-9
    assert work.closeness is None


def test_a_post_without_a_date_is_no_work(make: Callable[..., Document]) -> None:
    assert work_of(make("云雀", published_at=None)) is None


def test_an_empty_post_declares_nothing_either_way(make: Callable[..., Document]) -> None:
    work = work_of(make("", media="video"))
    assert work is not None
    assert (work.declared, work.tone, work.category) == (None, (), "")


def test_one_look_for_anchors_misses_no_pattern() -> None:
    """The short cut and all patterns agree on every example here."""
    every = Disclosure(shipped("disclosure"))
    quick = Disclosure()
    for text in [
        *DECLARED,
        *SILENT,
        "同款链接在评论区",
        "点击左下角",
        "淘宝链接：https://m.tb.cn/abc",
        "#种草官#",
    ]:
        folded = text.lower()
        assert every.signs(folded) == quick.signs(folded)


def test_the_first_of_a_group_of_copies_is_no_copy(
    make_post: Callable[..., Post], make_analysis: Callable[..., Any]
) -> None:
    post = make_post("1", "云雀手机续航不错，用了两个星期才来说")
    for first, repeats in (("weibo:1", None), ("weibo:0", "weibo:0")):
        work = work_of(
            Document(post=post, analysis=make_analysis(post, copy_of=first), indexed_at=NOW)
        )
        assert work is not None
        assert work.copy_of == repeats


def test_a_folder_adds_words_and_a_broken_file_says_which(
    make: Callable[..., Document], tmp_path: Path
) -> None:
    (tmp_path / "categories.toml").write_text('["钓鱼"]\nwords = ["路亚", "鱼竿"]\n', "utf-8")
    work = work_of(make("周末带着路亚和鱼竿去了水库"), lenses=lenses_of(tmp_path))
    assert work is not None
    assert work.category == "钓鱼"
    assert lenses_of(None).fields.read(make("路亚鱼竿").post)[0] == ""
    (tmp_path / "scenes.toml").write_text("not toml", "utf-8")
    with pytest.raises(SettingsError, match=r"scenes\.toml"):
        lenses_of(tmp_path)


@pytest.mark.parametrize(
    "piece",
    ["\n", " ", "#", "9", "a", "a.", "哈", "感谢", "品牌方", "[", "code:", "!", "合作\n", "￥a", "专享 ", "我的 ", "@", "1.", "广告"],
)  # fmt: skip
def test_a_long_text_of_one_piece_is_read_in_linear_time(
    make: Callable[..., Document], piece: str
) -> None:
    text = "云雀手机的续航和拍照都很不错，专属$" + piece * (60_000 // len(piece))
    document = make(text)
    start = process_time()
    work_of(document)
    assert process_time() - start < 1.5
