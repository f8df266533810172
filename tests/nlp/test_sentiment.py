"""Contract of the sentiment models that need no download, and what the shipped one must know."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp import linear
from nlp.clean import clean
from nlp.linear import LinearSentiment, answer
from nlp.segment import RjiebaSegmenter
from tingfeng import LABELS, ModelError

segment = RjiebaSegmenter()


@pytest.fixture(scope="module")
def model() -> LinearSentiment:
    return LinearSentiment()


def label(model: LinearSentiment, text: str) -> str:
    cleaned = clean(text)
    return model([cleaned], [segment(cleaned)])[0].label


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("不是不好，就是有点贵", "negative"),
        ("服务员态度好得没话说", "positive"),
        ("好得没话说", "positive"),
        ("这个手机太好用了", "positive"),
        ("刚买一周就坏了，客服半天不理人", "negative"),
        ("再也不会买了", "negative"),
        ("一点都不卡，很满意", "positive"),
        ("好吃不贵", "positive"),
        ("小米今天发布了新款手机", "neutral"),
        ("求推荐一款性价比高的耳机", "neutral"),
        ("垃圾", "negative"),
        ("質量很差，退貨了", "negative"),
    ],
)
def test_negation_questions_and_facts(model: LinearSentiment, text: str, expected: str) -> None:
    assert label(model, text) == expected


@settings(deadline=None)  # the first example loads the model
@given(st.lists(st.text(max_size=30), min_size=1, max_size=6))
def test_an_answer_depends_on_its_own_text_alone(texts: list[str]) -> None:
    model = _shared()
    cut = [segment(text) for text in texts]
    together = model(texts, cut)
    assert together == [model([text], [words])[0] for text, words in zip(texts, cut, strict=True)]
    for mood in together:
        assert mood.negative + mood.neutral + mood.positive == pytest.approx(1)
        assert mood.label in LABELS


def _shared(cache: list[LinearSentiment] = []) -> LinearSentiment:  # noqa: B006
    if not cache:
        cache.append(LinearSentiment())
    return cache[0]


def test_punctuation_among_the_words_does_not_matter(model: LinearSentiment) -> None:
    text = "很好,很满意"
    assert model([text], [["很", "好", ",", "很", "满意"]]) == model(
        [text], [["很", "好", "很", "满意"]]
    )


def test_reviews_are_calibrated_apart_but_not_read_otherwise(model: LinearSentiment) -> None:
    text, words = "还可以", [["还", "可以"]]
    post, review = model([text], words)[0], model([text], words, ["review"])[0]
    assert post != review
    assert max(["negative", "neutral", "positive"], key=lambda n: getattr(post, n)) == max(
        ["negative", "neutral", "positive"], key=lambda n: getattr(review, n)
    )


def test_nothing_to_read_gives_nothing(model: LinearSentiment) -> None:
    assert model([], []) == []


def test_the_threshold_makes_answers_uncertain_and_names_itself() -> None:
    strict = LinearSentiment(threshold=1.0)
    assert label(strict, "还可以") == "uncertain"
    assert strict.version != LinearSentiment().version
    assert answer(0.5, 0.3, 0.2, 0.5).label == "negative"


@pytest.mark.parametrize("content", [None, b"", b"not a model"])
def test_a_broken_file_says_the_remedy(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "model.npz"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ModelError, match=r"nlp\.train"):
        LinearSentiment(str(file))


def test_the_answer_does_not_depend_on_how_texts_are_held(
    model: LinearSentiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ["太差了", "", "很好 " * 40, "不错", "一般"]
    tokens = [segment(text) for text in texts]
    together = model(texts, tokens)
    monkeypatch.setattr(linear, "AT_ONCE", 5)
    assert model(texts, tokens) == together
