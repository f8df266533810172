"""Temperatures and thresholds of an exported encoder, from held-out texts."""

import json
import shutil
from itertools import product
from pathlib import Path

from nlp.engines.cascade import CascadeEngine
from nlp.engines.encoder import EncoderEngine
from training.calibrate import FEWEST, calibrate
from training.tasks import NONE, MentionRow, PostRow

TINY = Path(__file__).parents[1] / "encoder" / "tiny"
SIDES = [("太差了", 0), ("我没有", 1), ("很好", 2)]


def test_a_model_is_calibrated_in_place_and_still_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(TINY, folder)
    given = [(f"云雀{said}{n}", side) for n, (said, side) in product(range(FEWEST), SIDES)]
    posts = [
        PostRow(text=text, stance=side, emotion=side if side else NONE, source="weibo")
        for text, side in given
    ]
    mentions = [
        MentionRow(text=text, start=0, end=2, advert=int(side == 2), source="silver_x",
                   stance=tuple(float(n == side) for n in range(3)))
        for text, side in given
    ]  # fmt: skip
    before = EncoderEngine(str(folder)).version
    calibrate(folder, posts, mentions)
    described = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
    assert {"post", "post/short", "mention", "mention/short"} <= described["calibration"].keys()
    assert "cascade" not in described
    for one in described["calibration"].values():
        assert one["temperature"] > 0
        assert 0.5 <= one["threshold"] <= 0.8
    engine = CascadeEngine(str(folder))
    assert engine.encoder.version != before
    assert engine.posts(["云雀"], [["云雀"]], ["short"])
    once = (folder / "settings.json").read_bytes()
    calibrate(folder, posts, mentions)
    assert (folder / "settings.json").read_bytes() == once
