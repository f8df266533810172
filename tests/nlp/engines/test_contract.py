"""What every engine promises, whatever it is made of: :class:`tingfeng.Engine`."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from nlp import ENGINES
from nlp.clean import clean
from nlp.reader import ReaderSettings
from nlp.registers import register
from nlp.segment import RjiebaSegmenter
from tingfeng import FEELINGS, Asked, Engine, Label, Sentiment, build

NEAR = 1e-3
"""Arithmetic of batches may differ in the last bits, never so that an answer would."""

TEXTS = [
    "云雀手机续航不错，拍照也好",
    "云雀太差了，客服不理人，再也不买",
    "云雀比青鸟好，白鹭最烂",
    "",
    "😡😡👍",
    "[怒][doge]",
    "云雀",
    "屏幕很亮。" * 2000,
    "云雀很好用。" + "甲" * 10_000,
    "\ud83d云雀\udc00好",
    "\x00云雀\x07坏了\u202e\u200b",
    "　 \n\t",
    "mixed English 云雀 text, GOOD! https://t.cn/abc @某人",
    "雲雀真的很差勁",
]

NAME = "云雀"

TINY = Path(__file__).parents[2] / "encoder" / "tiny"
"""An untrained encoder, where the shipped weights are not installed."""

SETTINGS: dict[str, list[dict[str, Any]]] = {
    "linear": [{}, {"threshold": 0.9}],
    "encoder": [{}, {"threshold": 0.9}],
    "cascade": [{}, {"threshold": 0.9}, {"post_sure": 0.5}],
    "huggingface": [{}, {"threshold": 0.9}, {"precision": "full"}],
    "llm": [{}, {"model": "other"}, {"confidence": 0.8}],
}
"""Arguments that make different readers; the first of each is put to the test."""


def test_no_engine_escapes() -> None:
    assert SETTINGS.keys() == ENGINES.keys()


def sections(name: str, request: pytest.FixtureRequest, folder: Path) -> list[dict[str, Any]]:
    """The settings of :data:`SETTINGS` with what this machine has to offer."""
    given: dict[str, Any] = {"use": name}
    if name in ("encoder", "cascade") and not find_spec("tingfeng_encoder"):
        given["path"] = str(TINY)
    if name == "huggingface":
        make = request.getfixturevalue("checkpoint")
        given["model"] = make({0: "negative", 1: "neutral", 2: "positive"})
    if name == "llm":
        server = request.getfixturevalue("server")
        given |= {"model": "stand-in", "base_url": server.url, "cache": str(folder / "llm.db")}
    return [given | changes for changes in SETTINGS[name]]


@pytest.fixture(
    params=[
        pytest.param(name, marks=pytest.mark.transformers if name == "huggingface" else ())
        for name in ENGINES
    ]
)
def offered(request: pytest.FixtureRequest, tmp_path: Path) -> list[dict[str, Any]]:
    return sections(request.param, request, tmp_path)


@pytest.fixture
def engine(offered: list[dict[str, Any]]) -> Iterator[Engine]:
    made = build(ENGINES, offered[0])
    yield made
    getattr(made, "close", lambda: None)()


@pytest.fixture(scope="module")
def cut() -> Callable[[str], list[str]]:
    return RjiebaSegmenter()


def near(one: Sentiment, other: Sentiment) -> bool:
    return all(
        abs(getattr(one, side) - getattr(other, side)) <= NEAR
        for side in ("negative", "neutral", "positive")
    )


def sound(side: Sentiment) -> None:
    """Probabilities that sum to 1, and a label that is the likeliest or ``uncertain``."""
    odds: dict[Label, float] = {
        "negative": side.negative, "neutral": side.neutral, "positive": side.positive,
    }  # fmt: skip
    assert all(0 <= chance <= 1 for chance in odds.values())
    assert sum(odds.values()) == pytest.approx(1, abs=1e-6)
    assert side.label == "uncertain" or odds[side.label] == max(odds.values())
    assert side.by == "model"


def asked(text: str, *names: str) -> list[Asked]:
    """Every place of every name."""
    places = sorted(
        (at, at + len(name))
        for name in names
        for at in range(len(text))
        if text.startswith(name, at)
    )
    kind = register("post", clean(text))
    return [Asked(text=text, start=a, end=b, register=kind) for a, b in places]


MENTIONED = [
    *(part for text in TEXTS for part in asked(text, NAME)),
    *asked("云雀不行，还是青鸟好，白鹭没用过，云雀再见", "云雀", "青鸟", "白鹭"),
    *asked("太失望了，再也不买云雀", NAME),
    *asked("云雀云雀云雀", NAME),
    *asked("字" * 9_998 + NAME, NAME),
    *asked("\n\n云雀\n\n，", NAME),
    *asked("【云雀】【云雀", NAME),
]


def test_posts_are_answered_in_order_and_each_for_itself(
    engine: Engine, cut: Callable[[str], list[str]]
) -> None:
    texts = [clean(text) for text in TEXTS]
    kinds = [register("post", text) for text in texts]
    words = [cut(text) for text in texts]
    together = engine.posts(texts, words, kinds)
    backwards = engine.posts(texts[::-1], words[::-1], kinds[::-1])[::-1]
    assert len(together) == len(texts)
    for n, mood in enumerate(together):
        sound(mood.sentiment)
        (alone,) = engine.posts(texts[n : n + 1], words[n : n + 1], kinds[n : n + 1])
        for other in (alone, backwards[n]):
            assert near(mood.sentiment, other.sentiment), texts[n][:40]
        if mood.emotion:
            assert len(mood.emotion.odds) == len(FEELINGS)
            assert sum(mood.emotion.odds) == pytest.approx(1, abs=1e-6)


def test_texts_as_they_were_written_are_no_danger(engine: Engine) -> None:
    """The reader cleans them; who calls an engine directly may not."""
    moods = engine.posts(TEXTS, [list(text) for text in TEXTS], ["review"] * len(TEXTS))
    assert len(moods) == len(TEXTS)
    for mood in moods:
        sound(mood.sentiment)


@pytest.mark.parametrize("kind", ["review", "short", "long", "news"])
def test_every_register_is_read(engine: Engine, kind: Any) -> None:
    (mood,) = engine.posts(["云雀很好"], [["云雀", "很", "好"]], [kind])
    (attitude,) = engine.mentions([Asked(text="云雀很好", start=0, end=2, register=kind)])
    sound(mood.sentiment)
    sound(attitude.sentiment)


def test_mentions_are_answered_in_order_each_text_for_itself(engine: Engine) -> None:
    """The mentions of one text may know of one another, those of other texts may not."""
    together = engine.mentions(MENTIONED)
    assert len(together) == len(MENTIONED)
    of_text: dict[str, list[Asked]] = {}
    for one in MENTIONED:
        of_text.setdefault(one.text, []).append(one)
    alone = {
        (one.text, one.start): attitude
        for group in of_text.values()
        for one, attitude in zip(group, engine.mentions(group), strict=True)
    }
    for one, attitude in zip(MENTIONED, together, strict=True):
        other = alone[one.text, one.start]
        assert near(attitude.sentiment, other.sentiment), one.text[:40]
        assert attitude.span == other.span


def test_every_attitude_is_sound_and_rests_on_words_around_the_name(engine: Engine) -> None:
    for one, attitude in zip(MENTIONED, engine.mentions(MENTIONED), strict=True):
        sound(attitude.sentiment)
        low, high = attitude.span
        assert 0 <= low <= one.start < one.end <= high <= len(one.text)
        for chance in (attitude.meant, attitude.advert):
            assert chance is None or 0 <= chance <= 1


def test_the_mood_of_the_post_and_the_hint_may_be_given(engine: Engine) -> None:
    mood = Sentiment(negative=0.8, neutral=0.1, positive=0.1, label="negative")
    given = [
        Asked(text="云雀很好", start=0, end=2, register="short", mood=mood, hint=hint)
        for hint in (None, 0.0, 1.0)
    ]
    for attitude in engine.mentions(given):
        sound(attitude.sentiment)


def test_nothing_asked_nothing_answered(engine: Engine) -> None:
    assert engine.posts([], [], []) == []
    assert engine.mentions([]) == []


def test_the_version_is_stable_and_follows_the_arguments(offered: list[dict[str, Any]]) -> None:
    versions = [build(ENGINES, section).version for section in offered]
    assert len(set(versions)) == len(versions)
    assert [build(ENGINES, section).version for section in offered] == versions
    assert all(version.isprintable() and " " not in version for version in versions)


def test_another_process_can_be_handed_the_settings(offered: list[dict[str, Any]]) -> None:
    settings = ReaderSettings(sentiment=offered[0])
    again = pickle.loads(pickle.dumps(settings))
    assert again.build().version == settings.build().version
