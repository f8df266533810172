"""A model of BERT-base's size with random weights, in eight bits: its speed is that of any other.

Built at run time with onnx and onnxruntime; without them it is not measured.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

LAYERS, WIDTH, HEADS, INNER, VOCABULARY, POSITIONS = 12, 768, 12, 3072, 21128, 512
"""bert-base-chinese."""

LONGEST = 128
BATCH = 1024
"""Tokens: the fastest of 512 to 4,096 in eight bits, for activations stay in cache."""


class Bert:
    """Reads texts as characters; what it answers means nothing."""

    def __init__(self) -> None:
        """Raises ImportError without onnx or onnxruntime."""
        import onnxruntime
        from onnxruntime.quantization import QuantType, quantize_dynamic

        with tempfile.TemporaryDirectory() as folder:
            whole, small = Path(folder) / "whole.onnx", Path(folder) / "int8.onnx"
            _write(whole)
            quantize_dynamic(str(whole), str(small), weight_type=QuantType.QInt8, per_channel=True,
                             op_types_to_quantize=["MatMul", "Gather"])  # fmt: skip
            self.size = small.stat().st_size
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = options.inter_op_num_threads = 1
            options.log_severity_level = 3
            self._session = onnxruntime.InferenceSession(
                small.read_bytes(), options, ["CPUExecutionProvider"]
            )

    def read(self, texts: Sequence[str]) -> tuple[float, float]:
        """Seconds of wall and of processor for *texts*, in batches of like length."""
        lengths = sorted(min(len(text) + 2, LONGEST) for text in texts)
        begun, used = time.perf_counter(), time.process_time()
        at = 0
        while at < len(lengths):
            to = at + 1
            while to < len(lengths) and (to + 1 - at) * lengths[to] <= BATCH:
                to += 1
            shape = (to - at, lengths[to - 1])
            ids = np.random.default_rng(at).integers(0, VOCABULARY, shape)
            self._session.run(None, {"ids": ids, "places": np.arange(shape[1])})
            at = to
        return time.perf_counter() - begun, time.process_time() - used


def _write(file: Path) -> None:
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    draw = np.random.default_rng(0)
    weights: list[Any] = []
    nodes: list[Any] = []

    def weight(name: str, *shape: int) -> str:
        array = draw.normal(0, 0.02, shape).astype(np.float32)
        weights.append(numpy_helper.from_array(array, name))
        return name

    def constant(name: str, value: Any) -> str:
        weights.append(numpy_helper.from_array(np.array(value), name))
        return name

    def node(kind: str, *inputs: str, **options: Any) -> str:
        name = f"{kind}_{len(nodes)}"
        nodes.append(helper.make_node(kind, list(inputs), [name], name=name, **options))
        return name

    def dense(x: str, name: str, inside: int, outside: int) -> str:
        product = node("MatMul", x, weight(f"{name}.w", inside, outside))
        return node("Add", product, weight(f"{name}.b", outside))

    def norm(x: str, name: str) -> str:
        scale, bias = weight(f"{name}.s", WIDTH), weight(f"{name}.o", WIDTH)
        return node("LayerNormalization", x, scale, bias, axis=-1)

    apart = constant("apart", np.array([0, 0, HEADS, WIDTH // HEADS], np.int64))
    together = constant("together", np.array([0, 0, WIDTH], np.int64))
    root, half, one, two = (constant(f"c{n}", np.float32(value)) for n, value in
                            enumerate(((WIDTH // HEADS) ** 0.5, 0.5, 1.0, 2**0.5)))  # fmt: skip

    def heads(x: str, order: Sequence[int]) -> str:
        return node("Transpose", node("Reshape", x, apart), perm=order)

    def block(x: str, n: int) -> str:
        q, k, v = (dense(x, f"{n}.{part}", WIDTH, WIDTH) for part in "qkv")
        score = node("MatMul", heads(q, (0, 2, 1, 3)), heads(k, (0, 2, 3, 1)))
        share = node("Softmax", node("Div", score, root), axis=-1)
        mixed = node("Transpose", node("MatMul", share, heads(v, (0, 2, 1, 3))), perm=(0, 2, 1, 3))
        out = dense(node("Reshape", mixed, together), f"{n}.out", WIDTH, WIDTH)
        x = norm(node("Add", x, out), f"{n}.first")
        wide = dense(x, f"{n}.wide", WIDTH, INNER)
        bent = node("Add", node("Erf", node("Div", wide, two)), one)
        narrow = dense(node("Mul", node("Mul", wide, bent), half), f"{n}.narrow", INNER, WIDTH)
        return norm(node("Add", x, narrow), f"{n}.second")

    words = node("Gather", weight("words", VOCABULARY, WIDTH), "ids")
    places = node("Gather", weight("positions", POSITIONS, WIDTH), "places")
    x = norm(node("Add", words, places), "start")
    for n in range(LAYERS):
        x = block(x, n)
    first = node("Gather", x, constant("first", np.int64(0)), axis=1)
    answer = dense(first, "answer", WIDTH, 3)
    graph = helper.make_graph(
        nodes, "bert",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, ["rows", "tokens"]),
         helper.make_tensor_value_info("places", TensorProto.INT64, ["tokens"])],
        [helper.make_tensor_value_info(answer, TensorProto.FLOAT, ["rows", 3])], weights,
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, str(file))
