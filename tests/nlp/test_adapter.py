"""An engine that people corrected: it learns what they said, and leaves alone what they did not."""

import numpy as np
import pytest

from nlp.adapter import Adapted, Part, hash_of, moved, save, sides
from nlp.adapter_features import BITS, grams, mention_context, post_context
from nlp.adapter_fitting import fit, minimum
from nlp.adapter_labels import Labels, folds
from nlp.adapting import CALIBRATED_ACCURACY, LEAST, learnt
from nlp.calibration import threshold
from nlp.engines.linear import LinearEngine
from nlp.reader import BrandReader
from nlp.segment import RjiebaSegmenter
from tingfeng import Alias, Asked, Attitude, Brand, ModelError, Mood, Sentiment

NEGATIVE, NEUTRAL, POSITIVE = 0, 1, 2
WORDS = {
    NEGATIVE: ["开裂", "卡顿", "拉胯"],
    NEUTRAL: ["发布", "参数", "尺寸"],
    POSITIVE: ["丝滑", "扎实", "惊艳"],
}


def sentiment(negative, neutral, positive):
    return Sentiment(negative=negative, neutral=neutral, positive=positive, label="uncertain")


class Unsure:
    """An engine that has no idea."""

    version = "unsure-1"

    def __init__(self, meant=None):
        self.meant = meant

    def posts(self, texts, tokens, registers):
        return [Mood(sentiment=sentiment(0.3, 0.4, 0.3)) for _ in texts]

    def mentions(self, asked):
        told = sentiment(0.3, 0.4, 0.3)
        return [Attitude(sentiment=told, span=(0, len(one.text)), meant=self.meant, advert=0.1) for one in asked]  # fmt: skip


def ask(text, name="云雀"):
    start = text.index(name)
    return Asked(text=text, start=start, end=start + len(name), register="short")


def said(number):
    """A text that leans one way by one word, and which."""
    label = number % 3
    return f"第{number}次用云雀，感觉{WORDS[label][number // 3 % 3]}", label


def labels(numbers, *, engine=None, wrong=0.0):
    dice = np.random.default_rng(1)
    texts = [said(number) for number in numbers]
    asked = [ask(text) for text, _ in texts]
    told = (engine or Unsure()).mentions(asked)
    label = np.array([y if dice.random() >= wrong else (y + 1) % 3 for _, y in texts])
    return Labels(
        question="mention", odds=sides([one.sentiment for one in told]),
        contexts=[mention_context(one, at.span) for one, at in zip(asked, told, strict=True)],
        label=label, groups=[str(number) for number in numbers], weight=np.ones(len(label)),
    )  # fmt: skip


@pytest.fixture(scope="module")
def taught():
    """What 150 labels teach, and the odds of each by what has not seen it."""
    return learnt(labels(range(150)), words=True)


def test_words_that_people_judged_are_learnt(taught):
    part, unseen = taught
    assert (unseen.argmax(axis=1) == labels(range(150)).label).mean() > 0.95
    new = labels(range(150, 180))
    assert (part.odds(new.odds, new.contexts).argmax(axis=1) == new.label).mean() > 0.95


def test_what_no_label_speaks_of_stays_as_it_was(taught):
    part, _ = taught
    before = np.array([[0.97, 0.02, 0.01], [0.01, 0.02, 0.97], [0.02, 0.96, 0.02]])
    after = part.odds(before, [("完全别的话题【】", "别的【】", "【橙子】")] * 3)
    assert (after.argmax(axis=1) == before.argmax(axis=1)).all()


def test_few_labels_change_little_and_none_nothing():
    few = fit(labels(range(3)), 2.0)
    rows = labels(range(30, 60))
    assert np.abs(few.odds(rows.odds, rows.contexts) - rows.odds).max() < 0.12
    nothing = fit(labels(range(3)).picked(np.zeros(3, bool)), 2.0)
    assert nothing.odds(rows.odds, rows.contexts) == pytest.approx(rows.odds)


def test_calibration_alone_mends_confidence_and_knows_no_words():
    rng = np.random.default_rng(2)
    true = rng.integers(0, 3, 600)
    odds = np.full((600, 3), 0.01)  # sure of everything, right of two in three
    odds[np.arange(600), np.where(rng.random(600) < 0.67, true, (true + 1) % 3)] = 0.98
    rows = Labels(
        question="mention", odds=odds, contexts=[("", "", "")] * 600, label=true,
        groups=list(map(str, range(600))), weight=np.ones(600),
    )  # fmt: skip
    part, unseen = learnt(rows, words=False)
    assert len(part.buckets) == 0
    assert abs(unseen.max(axis=1).mean() - 0.67) < 0.08


def test_held_out_odds_owe_nothing_to_their_own_label():
    """Labels that are pure noise cannot be foretold."""
    rng = np.random.default_rng(3)
    rows = labels(range(180))
    noise = Labels(
        question="mention", odds=rows.odds, contexts=rows.contexts, label=rng.integers(0, 3, 180),
        groups=rows.groups, weight=rows.weight,
    )  # fmt: skip
    _, unseen = learnt(noise, words=True)
    assert (unseen.argmax(axis=1) == noise.label).mean() < 0.45


def test_a_group_is_never_on_both_sides():
    groups = [str(number % 17) for number in range(100)]
    held = folds(groups, 5)
    assert sum(held).tolist() == [1] * 100
    for one in held:
        inside = {group for group, h in zip(groups, one.tolist(), strict=True) if h}
        outside = {group for group, h in zip(groups, one.tolist(), strict=True) if not h}
        assert not inside & outside


def test_a_missing_class_is_named_with_its_number():
    rows = labels(range(0, 150, 3))
    assert rows.missing(LEAST["train"]) == {NEUTRAL: 0, POSITIVE: 0}
    doubled = Labels(
        question="mention", odds=rows.odds, contexts=rows.contexts, label=rows.label,
        groups=["one text"] * len(rows.label), weight=rows.weight,
    )  # fmt: skip
    assert doubled.missing(2)[NEGATIVE] == 1


def test_the_search_finds_the_least_of_a_crooked_bowl():
    rng = np.random.default_rng(4)
    turned, _ = np.linalg.qr(rng.normal(size=(30, 30)))
    bent = turned * np.geomspace(1, 100, 30) @ turned.T

    def bowl(point):
        return float((point - 1) @ bent @ (point - 1)) / 2, bent @ (point - 1)

    found = minimum(bowl, np.zeros(30), np.full(30, 10.0), flat=1e-6)
    assert found == pytest.approx(np.ones(30), abs=1e-4)


def test_the_gradient_is_that_of_the_value(monkeypatch):
    kept = {}

    def caught(function, start, curved, *, flat):
        kept["function"], kept["size"] = function, len(start)
        return start

    monkeypatch.setattr("nlp.adapter_fitting.minimum", caught)
    fit(labels(range(9)), 2.0)
    rng = np.random.default_rng(0)
    point = rng.normal(size=kept["size"]) * 0.1
    _, gradient = kept["function"](point)
    for place in [0, 4, 9, 11, 12, 40, kept["size"] - 1]:
        step = np.zeros(kept["size"])
        step[place] = 1e-5
        slope = (kept["function"](point + step)[0] - kept["function"](point - step)[0]) / 2e-5
        assert gradient[place] == pytest.approx(slope, abs=1e-5)


def test_a_threshold_is_where_answers_are_right_often_enough():
    odds = np.array([[p, (1 - p) / 2, (1 - p) / 2] for p in np.linspace(0.5, 0.9, 100)])
    label = np.where(np.arange(100) < 50, np.arange(100) % 2, 0)
    assert 0.5 < threshold(odds, label, right=CALIBRATED_ACCURACY) < 0.7
    assert threshold(odds, np.ones(100, int), right=CALIBRATED_ACCURACY) == 0.8


def test_grams_are_of_length_one_and_of_their_place():
    found = grams([("abc", ""), ("", "abc"), ("", "")])
    assert np.bincount(found.rows, found.values**2, minlength=3) == pytest.approx([1, 1, 0])
    first, second = (set(found.buckets[found.rows == row].tolist()) for row in (0, 1))
    assert len(first) == len(second) == 6  # a b c ab bc abc
    assert not first & second
    assert found.buckets.max() < 1 << BITS
    alone = grams([("", "abc")])
    assert set(alone.buckets.tolist()) == second


def test_contexts_hold_the_clause_and_no_link():
    text = "橙子很差 https://t.cn/abc 而云雀手机续航很好。别的话"
    around, clause, name = mention_context(ask(text), (text.index("而"), text.index("。")))
    assert (clause, name) == ("而【】手机续航很好", "【云雀】")
    assert "t.cn" not in around
    assert len(post_context("长" * 5000)[0]) < 300


def test_a_file_gives_the_engine_that_was_learnt(taught, tmp_path):
    part, _ = taught
    raw = save({"mention": part}, Unsure.version)
    assert raw == save({"mention": part}, Unsure.version)
    (tmp_path / "own.npz").write_bytes(raw)
    engine = Adapted(Unsure(), tmp_path / "own.npz")
    assert engine.version == f"unsure-1+own-{hash_of(raw)}"
    asked = [ask(said(number)[0]) for number in range(200, 230)]
    answers = engine.mentions(asked)
    order = ("negative", "neutral", "positive")
    right = [one.sentiment.label == order[said(n)[1]] for n, one in enumerate(answers, 200)]
    assert sum(right) > 27
    assert all(one.advert == 0.1 and one.span == (0, len(a.text)) for one, a in zip(answers, asked, strict=True))  # fmt: skip
    assert answers[3] == engine.mentions(asked[3:4])[0]
    # No label of a whole post was given: posts stay as they were.
    assert engine.posts(["云雀开裂"], [["云雀", "开裂"]], ["short"]) == Unsure().posts(
        [""], [[]], []
    )
    assert engine.mentions([]) == engine.posts([], [], []) == []


def test_whether_the_brand_is_meant_is_learnt_where_the_engine_can_tell():
    texts = [f"{n} 云雀{'在树上唱歌' if n % 2 else '手机好用'}" for n in range(60)]
    asked = [ask(text) for text in texts]
    engine = Unsure(meant=0.6)
    told = engine.mentions(asked)
    rows = Labels(
        question="sense", odds=np.array([[0.4, 0.6]] * 60),
        contexts=[mention_context(one, at.span) for one, at in zip(asked, told, strict=True)],
        label=np.array([1 - n % 2 for n in range(60)]), groups=texts, weight=np.ones(60),
    )  # fmt: skip
    part, _ = learnt(rows, words=True)
    after = moved({"sense": part}, asked, told)
    assert all((one.meant > 0.5) == (n % 2 == 0) for n, one in enumerate(after))
    silent = Unsure().mentions(asked)
    assert moved({"sense": part}, asked, silent) == silent


@pytest.mark.parametrize("raw", [b"", b"nothing", save({}, "other-2")])
def test_a_file_that_does_not_fit_says_so(tmp_path, raw):
    (tmp_path / "own.npz").write_bytes(raw)
    with pytest.raises(ModelError, match="tingfeng model use shipped"):
        Adapted(Unsure(), tmp_path / "own.npz")
    with pytest.raises(ModelError):
        Adapted(Unsure(), tmp_path / "none.npz")


def everything_negative():
    """A part that turns whatever the engine said."""
    return Part(
        matrix=np.zeros((3, 3)), bias=np.array([5.0, 0.0, 0.0]), buckets=np.zeros(0, int),
        weights=np.zeros((0, 3)), threshold=0.5,
    )  # fmt: skip


def test_what_was_learnt_of_whole_posts_moves_no_mention(tmp_path, make_post):
    base = LinearEngine()
    (tmp_path / "own.npz").write_bytes(save({"post": everything_negative()}, base.version))
    own = Adapted(base, tmp_path / "own.npz")
    brands, cut = [Brand(name="云雀", aliases=(Alias(text="云雀"),))], RjiebaSegmenter()
    texts = [
        "云雀手机拍照可以，价格也合适，昨天刚收到",
        "云雀太差了",
        "云雀的屏幕真好看，就是贵",
        "@云雀",
    ]
    posts = [make_post(str(n), text) for n, text in enumerate(texts)]
    plain, moved_ = BrandReader(brands, base, cut), BrandReader(brands, own, cut)
    before, after = plain.read(posts), moved_.read(posts)
    assert {one.sentiment.label for one in after if one.sentiment} == {"negative"}
    assert [one.mentions for one in after] == [one.mentions for one in before]
    # Long after the posts were read, and with the moved mood before it.
    again = BrandReader(brands, Adapted(base, tmp_path / "own.npz"), cut)
    for post, one in zip(posts, after, strict=True):
        (fresh,) = moved_.read([post])
        assert again.retag(post, one).mentions == fresh.mentions
