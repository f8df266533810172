"""The texts of the demo: enough different ones, invented, and small on disk."""

import re
from datetime import datetime
from importlib.resources import files

import numpy as np
import pytest

from tingfeng import SHANGHAI, fold, mask
from tingfeng.demo.script import read
from tingfeng.demo.story import tell

ENDS = datetime(2026, 6, 15, tzinfo=SHANGHAI)
FILES = ("creators", "crisis", "drink", "fresh", "names", "phone", "promotion", "wholes")

REAL = (
    "小米|华为|苹果|荣耀|三星|一加|红米|魅族|真我|联想|索尼|oppo|vivo|iphone|蒙牛|伊利|光明牛奶|"
    "oatly|瑞幸|星巴克|喜茶|淘宝|天猫|拼多多|抖音|微信|支付宝|腾讯|阿里|百度|王者荣耀|原神"
)
"""Makers, shops and games that somebody might have written by habit."""


def grams(text: str) -> set[str]:
    folded = fold(text)
    return {folded[i : i + 3] for i in range(len(folded) - 2)}


def collapsed(texts: list[str], threshold: float = 0.7, width: int = 64) -> list[int]:
    """Sizes of near-duplicate groups: estimated Jaccard over 3-grams to a group's first text."""
    rng = np.random.default_rng(7)
    factors = rng.integers(1, 2**62, width, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    numbers: dict[str, int] = {}
    firsts, sizes = np.empty((len(texts), width), np.uint32), []
    for text in texts:
        ids = [numbers.setdefault(gram, len(numbers) + 1) for gram in grams(text)]
        mixed = (np.array(ids, np.uint64) * np.uint64(0x9E3779B97F4A7C15))[:, None] * factors
        print_ = ((mixed ^ (mixed >> np.uint64(29))) >> np.uint64(20)).astype(np.uint32).min(0)
        like = (firsts[: len(sizes)] == print_).mean(1) if sizes else np.zeros(0)
        if len(like) and like.max() >= threshold:
            sizes[int(like.argmax())] += 1
        else:
            firsts[len(sizes)] = print_
            sizes.append(1)
    return sizes


@pytest.mark.parametrize("seed", [0, 3])
def test_thousands_of_texts_are_left_after_copies_collapse(seed):
    story = tell(seed, ends=ENDS)
    posts = {seen.post.key: seen.post for seen in story.observations}
    written = [key for key, post in posts.items() if len(post.words) >= 15]
    assert len(collapsed([posts[key].words for key in written])) >= 3500


def test_nobody_but_the_hired_repeats_himself():
    """Coupons and praise must not look like water army by accident: no group of five."""
    story = tell(ends=ENDS)
    posts = {seen.post.key: seen.post for seen in story.observations}
    army = story.army()
    honest = [post.words for key, post in posts.items() if key not in army]
    assert max(collapsed([text for text in honest if len(text) >= 15])) < 5
    copied = [posts[key].words for key in story.army("praise", "attack")]
    assert len(collapsed(copied)) < len(copied) / 6


def pieces(value: object) -> list[str]:
    """Every string in a table."""
    if isinstance(value, str):
        return [value]
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [piece for item in items for piece in pieces(item)]


@pytest.mark.parametrize("name", FILES)
def test_pieces_are_well_formed(name):
    for piece in pieces(read(name)):
        assert set(re.findall(r"\{.*?\}", piece)) <= {"{m}", "{x}"}, piece
        assert "�" not in piece
        assert piece == piece.strip() or piece.startswith((" ", "#")) or piece.endswith(" "), piece


@pytest.mark.parametrize("name", FILES)
def test_no_pool_holds_a_sentence_twice(name):
    def pools(table: dict) -> list[list[str]]:
        found = []
        for key, value in table.items():
            if isinstance(value, dict) and key != "tails":
                found += pools(value)
            elif isinstance(value, list) and all(isinstance(item, str) for item in value):
                found += [] if key.startswith("shapes") else [value]
        return found

    for pool in pools(read(name)):
        assert len(set(pool)) == len(pool), pool


def test_nothing_in_it_is_real():
    for seen in tell(ends=ENDS).observations:
        words = seen.post.words
        assert not re.search(REAL, fold(words)), words
        assert mask(words) == words
        assert not re.search(r"https?://|1[3-9]\d{9}|400-", words), words
        assert not seen.post.url


def test_the_data_stay_small():
    folder = files("tingfeng.demo") / "data"
    assert sum(len(item.read_bytes()) for item in folder.iterdir()) < 600_000
