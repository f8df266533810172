"""Contract of every segmenter in the table, and names that stay whole."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp import SEGMENTERS
from nlp.segment import Joiner, RjiebaSegmenter, content
from tingfeng import Segmenter, SettingsError, build, fold, load


@pytest.fixture(params=sorted(SEGMENTERS), scope="module")
def segment(request: pytest.FixtureRequest) -> Segmenter:
    return build(SEGMENTERS, {"use": request.param})


@pytest.mark.parametrize(
    "text", ["", " ", "[泪]", "今天买了手机[泪][doge]，真好 。", "a[b", "𠮷野家😍"]
)
def test_words_joined_are_the_text(segment: Segmenter, text: str) -> None:
    assert "".join(segment(text)) == text


def test_emoticons_stay_whole(segment: Segmenter) -> None:
    assert {"[允悲]", "[doge]"} <= set(segment("坏了[允悲]怎么办[doge]"))


def test_the_version_names_the_segmenter(segment: Segmenter) -> None:
    assert segment.version.split("-")[0] in SEGMENTERS


def test_jieba_says_nothing_while_it_loads(capfd: pytest.CaptureFixture[str]) -> None:
    assert build(SEGMENTERS, {"use": "jieba"})("手机") == ["手机"]
    assert capfd.readouterr() == ("", "")


def test_names_are_joined_but_no_other_word_is_cut() -> None:
    join, segment = Joiner(["sk-ii", "louis vuitton", "云雀手机", "ces"]), RjiebaSegmenter()
    text = "sk-ii和louis vuitton比云雀手机贵,license不变"
    words = join(text, segment(text))
    assert {"sk-ii", "louis vuitton", "云雀手机", "license"} <= set(words)


@given(
    st.text("小米手机粥a1- [泪]", max_size=30),
    st.lists(st.text("小米手a1-", min_size=1), max_size=5),
)
def test_joining_loses_nothing(text: str, names: list[str]) -> None:
    join = Joiner(map(fold, names))
    assert "".join(join(text, list(text))) == text


def test_content_is_words_and_pictures() -> None:
    assert content(["好", "，", " ", "[泪]", "😍", "[", "5g"]) == ["好", "[泪]", "😍", "5g"]


def test_jieba_is_an_extra_and_says_so(monkeypatch):
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("nlp.segment.version", missing)
    with pytest.raises(SettingsError, match=r"tingfeng\[jieba\]"):
        load(SEGMENTERS, "jieba")()
