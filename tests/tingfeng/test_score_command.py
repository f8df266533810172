"""tingfeng score: labels of one's own against an engine, and what becomes of rows that cannot be scored."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from nlp.clean import clean
from nlp.linear import LinearSentiment
from nlp.nicknames import suggest
from nlp.reader import BrandReader, ReaderSettings
from nlp.segment import RjiebaSegmenter
from tingfeng import Asked, Attitude, Brand, Mood, Post, Register, Sentiment
from tingfeng.cli import main
from tingfeng.pipeline.labelled_files import mention_rows, text_rows

MENTIONS = [
    ("小米手机太差了，再也不买", "小米", 0, 1, "neg", 0),
    ("今天小米发布了新手机", "小米", 2, 1, "neu", 0),
    ("小米的手机真好用，很满意", "小米", 0, 1, "pos", 0),
    ("小米粥真好喝", "小米", 0, 0, "-", 0),
    ("苹果手机又好又坏", "苹果", 0, 1, "mix", 1),
    ("早上吃了一个苹果", "苹果", 6, 0, "", 0),
]
HEADER = ("text", "brand", "start", "is_brand", "stance", "ad")


class Shouting:
    """An engine that reads exclamation marks: enough of them are an advert and a complaint."""

    version = "shouting-1"

    def __init__(self, loud: int = 1) -> None:
        self.loud = loud

    def posts(
        self, texts: Sequence[str], tokens: Sequence[Sequence[str]], registers: Sequence[Register]
    ) -> list[Mood]:
        return [Mood(sentiment=self._said(text)) for text in texts]

    def mentions(self, asked: Sequence[Asked]) -> list[Attitude]:
        return [
            Attitude(sentiment=self._said(one.text), span=(one.start, one.end),
                     advert=min(one.text.count("!") / 4, 1.0))
            for one in asked
        ]  # fmt: skip

    def _said(self, text: str) -> Sentiment:
        negative = 0.8 if text.count("!") >= self.loud else 0.1
        rest = (1 - negative) / 2
        return Sentiment(negative=negative, neutral=rest, positive=rest,
                         label="negative" if negative > 0.5 else "uncertain")  # fmt: skip


SHOUTING = f"{__name__}:Shouting"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder: no store, no settings."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str]) -> Callable[..., dict[str, Any]]:
    def run(*words: str) -> dict[str, Any]:
        assert main(["score", *words, "--json"]) == 0
        answer: dict[str, Any] = json.loads(capsys.readouterr().out)
        return answer

    return run


def answers(path: Path) -> list[dict[str, str]]:
    """The rows that ``-o`` wrote, without what stands below the table."""
    lines = csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())
    return [line for line in lines if line["行"].isdigit()]


def write(path: Path, rows: Sequence[Sequence[object]], *, encoding: str = "utf-8") -> Path:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    data = text.getvalue().encode(encoding)
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def test_mentions_without_store_or_settings(folder: Path, ask: Callable[..., Any]) -> None:
    found = ask("mentions", str(write(folder / "m.csv", [HEADER, *MENTIONS])), "--engine", "linear")
    assert list(folder.iterdir()) == [folder / "m.csv"]
    assert (found["n"], found["n_attitude"], found["mixed"], found["refused"]) == (6, 3, 1, 0)
    assert found["engine"] == "linear"
    assert "linear-" in found["version"]
    for key in ("macro_f1", "macro_f1_with_uncertain", "neg_f1", "neg_auc", "neg_recall_at_fpr05",
                "brand_accuracy", "coverage_at_90"):  # fmt: skip
        assert found[key]["low"] <= found[key]["value"] <= found[key]["high"], key
    assert found["brand_accuracy"]["value"] == 1
    assert found["not_brand"].keys() <= {"never", "model"}


@pytest.mark.parametrize("name", ["m.csv", "m.csv.gz"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings_and_packing_change_nothing(
    name: str, encoding: str, folder: Path, ask: Callable[..., Any]
) -> None:
    plain = ask(
        "mentions", str(write(folder / "plain.csv", [HEADER, *MENTIONS])), "--engine", SHOUTING
    )
    packed = write(folder / name, [HEADER, *MENTIONS], encoding=encoding)
    found = ask("mentions", str(packed), "--engine", SHOUTING)
    assert {**found, "file": ""} == {**plain, "file": ""}


def test_the_answer_is_the_readers_own(folder: Path, ask: Callable[..., Any]) -> None:
    """What `analyze` would say to somebody who watches 小米, row by row."""
    brand = Brand(name="小米", aliases=suggest("小米"))
    reader: BrandReader = ReaderSettings(brands=(brand,), sentiment={"use": "linear"}).build()
    rows = [row for row in MENTIONS if row[1] == "小米"]
    posts = [
        Post(platform="weibo", id=str(n), text=str(row[0]), collected_at=datetime(2026, 6, 12, tzinfo=UTC))
        for n, row in enumerate(rows)
    ]  # fmt: skip
    write(folder / "m.csv", [HEADER, *rows])
    out = folder / "answers.csv"
    ask("mentions", "m.csv", "--engine", "linear", "-o", str(out))
    written = answers(out)
    for reading, line in zip(reader.read(posts), written, strict=True):
        assert ("1" if reading.mentions else "0") == line["判断：是品牌"]
        if reading.mentions:
            assert reading.mentions[0].rule == line["原因"]
            assert line["判断：态度"] == reading.mentions[0].sentiment.label[:3].replace(
                "unc", "uncertain"
            )


def test_rows_that_cannot_be_scored_are_counted_with_line_and_remedy(
    folder: Path, ask: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    bad = [
        ("", "小米", 0, 1, "neg", 0),
        ("小米手机不错", "", 0, 1, "pos", 0),
        ("小米手机不错", "小米", 0, "也许", "pos", 0),
        ("小米手机不错", "小米", 0, 1, "超好", 0),
        ("小米手机不错", "小米", 0, 1, "1", 0),
        ("今天天气不错", "小米", 0, 1, "pos", 0),
        ("小米手机不错", "小米", 0, 1, "pos", 0, "多余", "的格"),
    ]
    write(folder / "m.csv", [HEADER, *MENTIONS, *bad])
    found = ask("mentions", "m.csv")
    assert found["n"] == len(MENTIONS)
    assert found["refused"] == len(bad)
    assert sorted(one["line"] for one in found["refused_rows"]) == list(range(8, 15))
    assert all(one["why"] and one["why_zh"] for one in found["refused_rows"])
    assert main(["score", "mentions", "m.csv"]) == 0
    shown = capsys.readouterr().out
    assert "第 8 行未评分" in shown
    assert "共 7 行未评分" in shown


def test_a_wrong_start_is_searched_and_said(folder: Path, ask: Callable[..., Any]) -> None:
    rows = [
        ("今天小米发布了新手机", "小米", 7, 1, "neu", 0),
        ("小米手机太差了，再也不买", "小米", "", 1, "neg", 0),
        ("XIAOMI手机真好用，很满意", "小米", 0, 1, "pos", 0),
        ("买了台手机，Xiaomi 14，很满意", "小米", "x", 1, "pos", 0),
    ]
    found = ask("mentions", str(write(folder / "m.csv", [HEADER, *rows])))
    assert (found["n"], found["refused"]) == (4, 0)
    assert sorted(found["moved"].values()) == [1, 2]
    without = [HEADER[:2] + HEADER[4:5], *(row[:2] + row[4:5] for row in MENTIONS)]
    found = ask("mentions", str(write(folder / "n.csv", without)))
    assert found["n"] == 6


def test_offsets_hold_where_numbers_are_masked(folder: Path, ask: Callable[..., Any]) -> None:
    text = "打13800138000投诉，小米手机太差了，再也不买，小米客服也是"
    row = (text, "小米", text.index("小米"), 1, "neg", 0)
    out = folder / "a.csv"
    found = ask("mentions", str(write(folder / "m.csv", [HEADER, row, *MENTIONS])), "-o", str(out))
    assert found["moved"] == {}
    first = answers(out)[0]
    assert int(first["位置"]) != row[2]


def test_any_engine_with_the_arguments_of_the_settings(
    folder: Path, ask: Callable[..., Any]
) -> None:
    rows = [("小米手机!!!", "小米", 0, 1, "neg", 1), ("小米手机!", "小米", 0, 1, "neu", 0),
            ("小米手机", "小米", 0, 1, "pos", 0)]  # fmt: skip
    write(folder / "m.csv", [HEADER, *rows])
    found = ask("mentions", "m.csv", "--engine", SHOUTING)
    assert found["neg_recall_at_fpr05"]["value"] == 0
    assert (found["ad_f1"]["value"], found["ad_f1"]["n"]) == (1, 3)
    (folder / "tingfeng.toml").write_text(
        f'[reader]\nsentiment = {{ use = "{SHOUTING}", loud = 2 }}\n', encoding="utf-8"
    )
    for words in ((), ("--engine", SHOUTING)):
        found = ask("mentions", "m.csv", *words)
        assert found["engine"] == SHOUTING
        assert found["neg_recall_at_fpr05"]["value"] == 1
    assert ask("mentions", "m.csv", "--engine", "linear")["engine"] == "linear"


def test_attitude_is_asked_also_where_the_product_says_not_the_brand(
    folder: Path, ask: Callable[..., Any]
) -> None:
    rows = [("小米粥!!", "小米", 0, 1, "neg", 0), ("小米粥", "小米", 0, 1, "pos", 0),
            ("小米粥 ", "小米", 0, 1, "neu", 0)]  # fmt: skip
    found = ask("mentions", str(write(folder / "m.csv", [HEADER, *rows])), "--engine", SHOUTING)
    assert found["brand_accuracy"]["value"] == 0
    assert found["neg_f1"]["value"] == 1


LABELS = [
    [("好用", "pos"), ("难用", "neg"), ("很差", "neg")],
    [("好用", "1"), ("难用", "0"), ("很差", "0.0")],
    [("好用", "正面"), ("难用", "负面"), ("很差", "负")],
    [("好用", "Positive"), ("难用", "negative"), ("很差", "NEG")],
]


@pytest.mark.parametrize("rows", LABELS)
def test_labels_of_texts_as_people_write_them(
    rows: list[tuple[str, str]], folder: Path, ask: Callable[..., Any]
) -> None:
    found = ask(
        "texts", str(write(folder / "t.csv", [("text", "label"), *rows])), "--engine", "linear"
    )
    assert found["labels"] == {"neg": 2, "pos": 1}
    assert found["accuracy"]["n"] == found["n"] == 3
    assert {"macro_f1", "pos_f1", "neg_f1", "coverage_at_95", "ece"} <= found.keys()
    assert found["neu_f1"]["value"] is None
    assert found["neu_f1"]["reason"]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (("-1", "0", "1"), [0, 1, 2]),
        (("0", "1", "2"), [0, 1, 2]),
        (("-1.0", "0.0", "1.0"), [0, 1, 2]),
        (("差评", "中性", "好评"), [0, 1, 2]),
    ],
)
def test_numbers_mean_what_the_whole_file_says(
    labels: tuple[str, ...], expected: list[int], folder: Path
) -> None:
    path = write(folder / "t.csv", [("内容", "标签"), *(("好", label) for label in labels)])
    rows, refused = text_rows(path)
    assert ([row.label for row in rows], refused) == (expected, [])


def test_texts_without_words_and_without_labels_are_counted(
    folder: Path, ask: Callable[..., Any]
) -> None:
    rows = [("很好用", "1"), ("太差了", "0"), ("转发微博", "1"), ("一般", "")]
    found = ask("texts", str(write(folder / "t.csv", [("text", "label"), *rows])))
    assert (found["n"], found["refused"]) == (2, 2)
    assert {one["line"] for one in found["refused_rows"]} == {4, 5}


def test_texts_are_read_as_the_reader_reads_them(folder: Path, ask: Callable[..., Any]) -> None:
    texts = ["酒店很干净，服务热情", "房间又小又吵，再也不来", "手机到了，还没用"]
    segment, model = RjiebaSegmenter(), LinearSentiment()
    cleaned = [clean(text) for text in texts]
    said = model(cleaned, [segment(text) for text in cleaned], ["review"] * 3)
    path = write(folder / "t.csv", [("text", "label"), *((text, "neu") for text in texts[:1]),
                                    *((text, "neg") for text in texts[1:])])  # fmt: skip
    out = folder / "a.csv"
    ask("texts", str(path), "--engine", "linear", "--kind", "评价", "-o", str(out))
    written = answers(out)
    for mood, line in zip(said, written, strict=True):
        assert float(line["负面"].rstrip("%")) / (100 if "%" in line["负面"] else 1) == (
            pytest.approx(mood.negative, abs=1e-3)
        )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("text,stance\n好,pos\n", "brand"),
        ("text,brand,start,is_brand,stance\n", ""),
        ("", "空"),
    ],
)
def test_files_that_cannot_be_scored_say_why(
    content: str, said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "m.csv").write_text(content, encoding="utf-8")
    assert main(["score", "mentions", "m.csv"]) == 1
    error = capsys.readouterr().err
    assert error.startswith("tingfeng：m.csv")
    assert said in error


@pytest.mark.parametrize("engine", ["lineal", "nowhere:Engine"])
def test_an_unknown_engine_is_named(
    engine: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder / "m.csv", [HEADER, *MENTIONS])
    assert main(["score", "mentions", "m.csv", "--engine", engine]) == 1
    assert engine in capsys.readouterr().err


@pytest.mark.data
def test_every_gold_mention_stands_where_the_file_says(data: Path) -> None:
    rows, refused = mention_rows(data / "gold_mentions_open.csv.gz")
    assert not refused
    assert all(row.text.startswith(row.brand, row.start or 0) for row in rows)
