"""The shipped weights, where they are installed: what must never break."""

from importlib.metadata import files

import pytest

from nlp.engines import chosen

from .conftest import ask

PLAIN = {
    "云雀手机质量太差了，刚买就坏，客服还骂人，坚决退货": "negative",
    "云雀手机续航很好，拍照清晰，非常满意，推荐购买": "positive",
    "云雀手机今天上午十点开售，售价三千元": "neutral",
}


def likeliest(side) -> str:
    return max(("negative", "neutral", "positive"), key=lambda name: getattr(side, name))


@pytest.mark.parametrize(("text", "label"), PLAIN.items())
def test_plain_sentences_are_read_right(shipped, text, label):
    (found,) = shipped.mentions(ask(text, "云雀"))
    assert likeliest(found.sentiment) == label
    assert found.meant > 0.5
    (mood,) = shipped.posts([text], [[]], ["long"])
    assert label == "neutral" or likeliest(mood.sentiment) == label


def test_three_brands_of_one_post_have_three_answers(shipped):
    text = "小米的续航很好，很满意；华为的客服太差了，气死我了；苹果手机下周二开始预售。"
    found = shipped.mentions(ask(text, "小米", "华为", "苹果"))
    assert [likeliest(one.sentiment) for one in found] == ["positive", "negative", "neutral"]


def test_a_fruit_is_no_brand(shipped):
    fruit, phone = (
        shipped.mentions(ask(text, "苹果"))[0].meant
        for text in ("今天买了两斤苹果，又脆又甜", "苹果手机系统又更新了，续航掉得厉害")
    )
    assert fruit < 0.5 < phone


def test_like_posts_lie_near_each_other(shipped):
    texts = ["快递太慢了，等了一个星期", "物流好几天都不动", "这支口红颜色显白"]
    texts += ["屏幕清晰", "电影好看", "菜很咸", "房间很吵", "客服很耐心", "衣服缩水了"]
    vectors = shipped.vectors(texts)
    centred = vectors - vectors.mean(axis=0)
    assert centred[0] @ centred[1] > centred[0] @ centred[2]


def test_the_weights_are_small_and_their_licence_lies_beside_them(shipped):
    from tingfeng_encoder import folder

    assert sum(file.stat().st_size for file in folder().iterdir() if file.is_file()) < 45e6
    assert chosen("auto") == "cascade"
    (notice,) = (file for file in files("tingfeng-encoder") or () if file.name == "NOTICE")
    assert "MIT license" in notice.read_text()
