"""A random encoder of 40 kB for tests that must not need torch, nor wait.

python -m training.tiny tests/encoder/tiny
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from training.export import export
from training.network import Encoder, Shape

CHARACTERS = "云雀青鸟橙子手机续航很好太差了不错的是我你他比没有和吗，。！？【】@ab1苹果小米"
WIDTH = 8


def tokenizer() -> Tokenizer:
    """One token a character."""
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *dict.fromkeys(CHARACTERS)]
    made = Tokenizer(
        models.WordPiece({piece: n for n, piece in enumerate(pieces)}, unk_token="[UNK]")  # noqa: S106
    )
    made.normalizer = normalizers.BertNormalizer()
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return made


def encoder(out: Path, seed: int) -> Encoder:
    """Random weights; the tokenizer goes into the folder *out*."""
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(seed)
    made = tokenizer()
    (out / "tokenizer.json").write_text(json.dumps(json.loads(made.to_str()), ensure_ascii=False))
    shape = Shape(
        vocabulary=made.get_vocab_size(), width=WIDTH, layers=2, heads=2, inner=2 * WIDTH,
        positions=256, pad=0,
    )  # fmt: skip
    model = Encoder(shape)
    for head in (model.post, model.emotion, model.mention):
        torch.nn.init.normal_(head.weight, std=1.0)  # answers that differ from text to text
    return model


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    out: Path = parser.parse_args().out
    model = encoder(out, seed=0)
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(3 * WIDTH, 6)).astype(np.float32), np.zeros(6, np.float32)
    texts = ["云雀手机续航很好", "太差了！我的青鸟手机没有云雀好", "你好吗？"]
    export(model, out / "tokenizer.json", out, texts=texts, places=[(texts[0], 0, 2)],
           vectors=vectors, keep=[1])  # fmt: skip


if __name__ == "__main__":
    main()
