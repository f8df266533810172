"""Post to Analysis, in one process and in two."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from nlp.keywords import keywords
from nlp.nicknames import suggest
from nlp.pool import read_all
from nlp.reader import BrandReader, ReaderSettings
from tingfeng import (
    Alias,
    Analysis,
    Brand,
    Post,
    Sentiment,
    SettingsError,
    TingfengError,
    UnknownName,
)

BRANDS = (
    Brand(name="拼多多", aliases=suggest("拼多多")),
    Brand(name="云雀", aliases=(Alias(text="云雀"), Alias(text="云雀Pro", entity="product"))),
)
TEXTS = [
    "拼夕夕买的云雀Pro三天就坏了[泪]，客服不理人",
    "今天喝了小米粥",
    "",
    "@云雀",
    "//@云雀:新品发布\x1f了",
    "louis vuitton 12345 https://t.cn/x",
    "[泪][泪]",
    "转发微博。",
    "此用户未填写评价内容",
] * 3


@pytest.fixture(scope="module")
def reader() -> BrandReader:
    return ReaderSettings(brands=BRANDS).build()


@pytest.fixture(scope="module")
def posts(make_post: Callable[..., Post]) -> list[Post]:
    kinds = ["post", "review", "comment"]
    return [make_post(str(n), text, kind=kinds[n % 3]) for n, text in enumerate(TEXTS)]


def test_one_post(reader: BrandReader, posts: list[Post]) -> None:
    one = reader.read(posts[:1])[0]
    assert one.sentiment is not None
    assert one.sentiment.label == "negative"
    assert [posts[0].words[m.start : m.end] for m in one.mentions] == ["拼夕夕", "云雀Pro"]
    assert [m.entity for m in one.mentions] == ["brand", "product"]
    assert {m.sentiment.label for m in one.mentions} == {"negative"}
    for mention in one.mentions:
        assert mention.span is not None
        assert mention.span[0] <= mention.start < mention.end <= mention.span[1]
    assert one.signs == ("[泪]",)
    assert one.emotion is not None
    assert {"拼夕夕", "云雀pro", "[泪]"} <= set(one.tokens)
    assert "[泪]" not in one.keywords
    assert "云雀pro" in one.keywords
    assert (len(one.fingerprint), one.copy_of) == (96, None)
    assert (one.reader, one.lexicon, one.key) == (reader.version, reader.lexicon, posts[0].key)


def test_title_and_body_are_read_together(
    reader: BrandReader, make_post: Callable[..., Post]
) -> None:
    post = make_post("1", "太差了", title="云雀怎么样")
    (mention,) = reader.read([post])[0].mentions
    assert post.words[mention.start : mention.end] == "云雀"


def test_without_words_there_is_no_sentiment(
    reader: BrandReader, make_post: Callable[..., Post]
) -> None:
    empty, bare = reader.read([make_post("1", ""), make_post("2", "@云雀")])
    assert empty.sentiment is None
    assert empty.tokens == empty.mentions == ()
    assert bare.sentiment is None
    assert bare.mentions[0].sentiment.label == "uncertain"


def test_a_reading_does_not_depend_on_its_batch(reader: BrandReader, posts: list[Post]) -> None:
    assert reader.read(posts) == [one for post in posts for one in reader.read([post])]
    assert reader.read([]) == []


def test_retag_changes_mentions_only(reader: BrandReader, posts: list[Post]) -> None:
    old = ReaderSettings(brands=BRANDS[:1]).build()
    for post, before, now in zip(posts, old.read(posts), reader.read(posts), strict=True):
        tagged = reader.retag(post, before)
        assert tagged.mentions == now.mentions
        assert tagged.lexicon == reader.lexicon != before.lexicon
        assert replace(tagged, mentions=(), lexicon="") == replace(before, mentions=(), lexicon="")


def test_retag_asks_about_mentions_as_if_nobody_had_judged_the_post(
    reader: BrandReader, make_post: Callable[..., Post]
) -> None:
    post = make_post("1", "云雀手机拍照可以，价格也合适，昨天刚收到")
    (read,) = reader.read([post])
    said = Sentiment(negative=1.0, neutral=0.0, positive=0.0, label="negative", by="person")
    tagged = reader.retag(post, replace(read, sentiment=said))
    assert tagged.mentions == read.mentions
    assert tagged.sentiment == said


def test_sentiment_does_not_depend_on_the_lexicon(posts: list[Post], reader: BrandReader) -> None:
    bare = ReaderSettings().build().read(posts)
    assert [one.sentiment for one in bare] == [one.sentiment for one in reader.read(posts)]


@pytest.mark.parametrize("segmenter", ["rjieba", "jieba"])
def test_the_same_from_one_process_and_two(segmenter: str, posts: list[Post]) -> None:
    settings = ReaderSettings(brands=BRANDS, segmenter={"use": segmenter})
    batches = [posts[at : at + 4] for at in range(0, len(posts), 4)]
    alone: list[list[Analysis]] = list(read_all(settings, batches))
    assert list(read_all(settings, batches, processes=2)) == alone
    assert [len(batch) for batch in alone] == [len(batch) for batch in batches]


def test_wrong_settings_are_told_from_any_number_of_processes(posts: list[Post]) -> None:
    for processes in (1, 2):
        with pytest.raises(UnknownName, match="rjieba"):
            list(read_all(ReaderSettings(segmenter={"use": "nobody"}), [posts], processes))
        wrong = ReaderSettings(sentiment={"use": "linear", "colour": 1})
        with pytest.raises(SettingsError, match="colour"):
            list(read_all(wrong, [posts], processes))


def test_batches_are_asked_for_as_they_are_needed(posts: list[Post]) -> None:
    taken = 0

    def batches() -> Iterator[list[Post]]:
        nonlocal taken
        for _ in range(100):
            taken += 1
            yield posts[:1]

    reading = read_all(ReaderSettings(), batches(), processes=2)
    next(reading)
    assert taken <= 5
    reading.close()


def test_posts_without_words_stay_at_home(
    reader: BrandReader, make_post: Callable[..., Post]
) -> None:
    silent = [make_post(str(n), text) for n, text in enumerate(["", "转发微博", " "])]
    settings = ReaderSettings(brands=BRANDS)
    assert list(read_all(settings, [silent, silent[:1]], processes=2)) == [
        reader.read(silent),
        reader.read(silent[:1]),
    ]


def test_words_of_a_platform_mention_nobody(make_post: Callable[..., Post]) -> None:
    reader = ReaderSettings(brands=(Brand(name="微博", aliases=(Alias(text="微博"),)),)).build()
    silent, said = reader.read([make_post("1", "转发微博"), make_post("2", "微博又崩了")])
    assert (silent.mentions, silent.sentiment) == ((), None)
    assert [one.alias for one in said.mentions] == ["微博"]


PARENT = """
import os, sys
from datetime import UTC, datetime
from multiprocessing import active_children

from nlp.pool import read_all
from nlp.reader import ReaderSettings
from tingfeng import Post

def batches():
    while True:
        yield [Post(platform="weibo", id="1", kind="post", text="好", collected_at=datetime.now(UTC))]

if __name__ == "__main__":
    for _ in read_all(ReaderSettings(), batches(), 2):
        print(*[child.pid for child in active_children()], flush=True)
        sys.stdin.read()
"""


def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT, encoding="utf-8")
    parent = subprocess.Popen(
        [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    workers = [int(pid) for pid in parent.stdout.readline().split()]
    assert workers
    parent.kill()
    parent.communicate()
    until = time.monotonic() + 10
    while time.monotonic() < until and any(map(_runs, workers)):
        time.sleep(0.1)
    assert not any(map(_runs, workers))


def _runs(pid: int) -> bool:
    """A zombie does not: whoever inherited it may take its time."""
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return False


KILLER = """
import os, signal

class Killer:
    version = "killer-1"

    def __call__(self, text):
        os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_worker_is_a_clear_error(
    posts: list[Post], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "killer.py").write_text(KILLER, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    settings = ReaderSettings(segmenter={"use": "killer:Killer"})
    with pytest.raises(TingfengError, match="fewer processes"):
        list(read_all(settings, [posts], processes=2))


def test_keywords_are_telling() -> None:
    words = [
        "我们",
        "今天",
        "的",
        "云雀",
        "手机",
        "续航",
        "续航",
        "真的",
        "不错",
        "2026",
        "[泪]",
        "好",
    ]
    assert keywords(words)[0] == "续航"
    assert not {"我们", "2026", "[泪]", "好", "今天"} & set(keywords(words))


def test_half_an_emoji_hides_nothing(reader: BrandReader, make_post: Callable[..., Post]) -> None:
    text = "\ud83d云雀太差了\udc80"
    cut, sound = reader.read([make_post("1", text), make_post("2", "云雀太差了")])
    assert cut.sentiment == sound.sentiment
    assert cut.tokens == sound.tokens
    assert [text[m.start : m.end] for m in cut.mentions] == ["云雀"]
