"""What a brand looks for, and how close a post comes to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import NOW
from tingfeng import Document, Post
from tingfeng.kol.corpus import Corpus, Rarity, terms_of, without
from tingfeng.kol.fields import Fields
from tingfeng.kol.nouns import Work
from tingfeng.kol.relevance import (
    brand_of,
    closest,
    fields_of,
    rarity_of,
    scenes_of,
    target_of,
)
from tingfeng.kol.works import work_of

SKIN = [
    "这款精华质地清爽，敏感肌也能用，成分表里有烟酰胺和神经酰胺", "换季护肤流程：洁面、爽肤水、精华、面霜",
    "油皮防晒怎么选，成膜快不搓泥才好", "刷酸之后屏障受损，用面膜补水三天", "眼霜和面霜的顺序，毛孔粗大怎么办",
]  # fmt: skip
CARS = [
    "周末试驾新能源车，底盘扎实，内饰用料不错", "提车三个月油耗和续航里程记录", "充电桩安装流程，车主必看",
    "自动驾驶在高速上表现如何，座椅很舒服", "轮胎什么时候该换，保养手册说的和实际的",
]  # fmt: skip


@pytest.fixture
def posts(make_post: Callable[..., Post]) -> Callable[..., list[Document]]:
    def make(texts: list[str], name: str = "p", **changes: Any) -> list[Document]:
        return [
            Document(post=make_post(f"{name}{n}", text, **changes), indexed_at=NOW)
            for n, text in enumerate(texts)
        ]

    return make


def test_a_brand_is_what_it_writes(posts: Callable[..., list[Document]]) -> None:
    pool = posts(SKIN + CARS)
    brand = brand_of("云雀", posts(SKIN, "own"), rarity=rarity_of(pool), competitors=("山雀",))
    assert brand.target.categories == ("护肤",)
    assert brand.target.competitors == ("山雀",)
    assert abs(sum(brand.target.tone) - 1) < 1e-9
    assert brand.corpus is not None
    near, far = (
        brand.corpus.closeness(terms_of(one))
        for one in posts(["面霜和精华怎么搭配补水", "试驾车型底盘内饰怎么样"])
    )
    assert near is not None
    assert far is not None
    assert near > far


def test_liked_creators_weigh_more_than_own_posts(posts: Callable[..., list[Document]]) -> None:
    rarity = rarity_of(posts(SKIN + CARS))
    brand = brand_of("云雀", posts(SKIN, "own"), liked=[posts(CARS, "a")], rarity=rarity)
    assert brand.target.categories[0] == "汽车"
    assert brand.fields["汽车"] == pytest.approx(0.75)


def test_five_words_stand_in_for_posts_and_nothing_for_nothing(
    posts: Callable[..., list[Document]],
) -> None:
    rarity = rarity_of(posts(SKIN + CARS))
    typed = brand_of("云雀", rarity=rarity, keywords=("敏感肌", "补水", "面霜", "成分", "防晒"))
    assert typed.corpus is not None
    assert typed.target.categories == ("护肤",)
    unknown = brand_of("云雀", rarity=rarity, keywords=("补水",))
    assert unknown.corpus is None
    assert len(unknown.missing) == 2
    assert target_of("云雀", rarity=rarity).categories == ()


def test_adverts_of_liked_creators_do_not_count(posts: Callable[..., list[Document]]) -> None:
    rarity = rarity_of(posts(SKIN + CARS))
    paid = posts([f"#广告 {text}" for text in CARS], "a")
    assert brand_of("云雀", liked=[paid], rarity=rarity).liked == 0


def test_naming_the_brand_brings_no_post_closer() -> None:
    rarity = Rarity.of([["云雀", "耳机"], ["云雀", "好听"], ["面霜", "补水"], ["耳机", "好听"]])
    corpus = Corpus.of(rarity, [["云雀", "耳机", "降噪"]], names=("云雀",))
    assert corpus.closeness(["云雀", "好听"]) == corpus.closeness(["好听"]) == 0
    assert without(["云雀耳机", "耳机"], ["云雀"]) == ["耳机"]


def test_a_post_is_as_close_to_itself_as_can_be() -> None:
    rarity = Rarity.of([["a1", "b2"], ["b2", "c3"]])
    corpus = Corpus.of(rarity, [["a1", "b2"]])
    assert corpus.closeness(["a1", "b2"]) == pytest.approx(1)
    assert corpus.closeness([]) is None


def test_fields_weigh_recent_posts_and_leave_adverts_and_copies_out() -> None:
    def work(n: int, category: str, days: int = 0, **changes: Any) -> Work:
        fields: dict[str, Any] = {"observed_at": None, "counts": {}, "voices": None}
        return Work(
            key=f"x:{n}", at=NOW - timedelta(days=days), category=category, **(fields | changes)
        )

    works = [
        work(1, "护肤"), work(2, "汽车", 60), work(3, "汽车", advert=0.9),
        work(4, "汽车", copy_of="x:2"),
    ]  # fmt: skip
    first, second = fields_of(works, now=NOW)
    assert (first.name, first.keys) == ("护肤", ("x:1",))
    assert first.share == pytest.approx(2 / 3)
    assert (second.share, second.posts) == (pytest.approx(1 / 3), 1)


def test_scenes_and_closest_posts_lead_to_posts(posts: Callable[..., list[Document]]) -> None:
    documents = posts(["上班路上地铁里补妆，通勤妆", "露营野餐带什么防晒", *SKIN])
    works = [work for one in documents if (work := work_of(one)) is not None]
    scenes = scenes_of(zip(works, documents, strict=True), now=NOW)
    assert {one.name for one in scenes} >= {"通勤", "户外"}
    brand = brand_of("云雀", posts(SKIN, "own"), rarity=rarity_of(documents))
    assert brand.corpus is not None
    proofs = closest(documents, brand.corpus, most=2)
    assert [proof.n for proof in proofs] == [1, 1]
    assert all(proof.keys[0].startswith("weibo:p") for proof in proofs)


def test_a_file_adds_fields_and_takes_words_out(
    tmp_path: Any, make_post: Callable[..., Post]
) -> None:
    more = tmp_path / "fields.toml"
    more.write_text('["钓鱼"]\nwords = ["路亚", "鱼竿"]\n["护肤"]\nwords = ["-面霜"]\n', "utf-8")
    fields = Fields(categories=more)
    assert fields.read(make_post(text="路亚鱼竿推荐"))[0] == "钓鱼"
    assert fields.read(make_post(text="面霜，还是面霜"))[0] == ""
    assert Fields().of_words(["新能源车", "底盘"]) == ("汽车",)
