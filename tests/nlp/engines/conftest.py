"""An endpoint on this machine that stands in for a language model; no model was ever spoken to."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from nlp.engines.llm import LlmEngine
from tingfeng import Asked

Answer = Callable[["StandIn", list[str]], tuple[int, dict[str, str], bytes]]


def completion(content: Any, **choice: Any) -> tuple[int, dict[str, str], bytes]:
    """An answer as the protocol wants it; *content* that is no text becomes JSON."""
    text = content if isinstance(content, str | None) else json.dumps(content, ensure_ascii=False)
    said = {"finish_reason": "stop", "message": {"content": text}} | choice
    body = {"choices": [said], "usage": {"total_tokens": 100}}
    return 200, {}, json.dumps(body).encode()


def answers(*given: tuple[Any, Any]) -> tuple[int, dict[str, str], bytes]:
    """A completion of (label, span), numbered from 1."""
    items = [{"id": n, "label": label, "span": span} for n, (label, span) in enumerate(given, 1)]
    return completion({"answers": items})


def reading(_: StandIn, posts: list[str]) -> tuple[int, dict[str, str], bytes]:
    """Like a model of few words: 差 is bad, 好 is good; it quotes what stands around the mark."""
    given = []
    for post in posts:
        found = re.search("[^，。]*【.*?】[^，。]*", post, re.DOTALL)
        assert found
        label = "negative" if "差" in found[0] else "positive" if "好" in found[0] else "neutral"
        given.append((label, found[0]))
    return answers(*given)


class StandIn:
    """``answer`` decides what is answered; ``asked`` and ``headers`` are what came in."""

    def __init__(self) -> None:
        self.answer: Answer = reading
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.severed = False
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                stand_in.asked.append({"path": self.path, **sent})
                stand_in.headers.append(dict(self.headers))
                posts = json.loads(sent["messages"][1]["content"])["posts"]
                status, headers, body = stand_in.answer(stand_in, [one["text"] for one in posts])
                if stand_in.severed:
                    self.close_connection = True
                    return
                try:
                    self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(body)
                except OSError:
                    pass  # whoever asked did not wait

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def sever(self) -> None:
        """From now on, hang up instead of answering."""
        self.severed = True

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server() -> Iterator[StandIn]:
    stand_in = StandIn()
    yield stand_in
    stand_in.close()


@pytest.fixture
def unused_port() -> Iterator[int]:
    """A port at which nobody listens: bound, so that nobody else takes it meanwhile."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@pytest.fixture
def make_llm(server: StandIn, tmp_path: Path) -> Iterator[Callable[..., LlmEngine]]:
    """``make_llm(timeout=1)``: an engine that asks *server* and waits without waiting."""
    made = []

    def make(**changes: Any) -> LlmEngine:
        settings = {
            "model": "stand-in", "base_url": server.url, "sleep": lambda _: None,
            "cache": str(tmp_path / "llm.db"),
        }  # fmt: skip
        made.append(LlmEngine(**(settings | changes)))
        return made[-1]

    yield make
    for engine in made:
        engine.close()


@pytest.fixture
def ask() -> Callable[..., Asked]:
    """``ask("云雀太差", "云雀")``: the first place where the name stands."""

    def make(text: str, name: str = "云雀", **changes: Any) -> Asked:
        start = text.index(name)
        fields: dict[str, Any] = {"start": start, "end": start + len(name), "register": "short"}
        return Asked(text=text, **(fields | changes))

    return make


def make_checkpoint(folder: Path, names: dict[int, str], **changes: Any) -> str:
    import torch
    import transformers

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *dict.fromkeys("这个手机很好太差了不")]
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    torch.manual_seed(7)
    config = transformers.BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=16, max_position_embeddings=300, id2label=names,
        label2id={name: number for number, name in names.items()}, num_labels=len(names),
        initializer_range=0.5, **changes,
    )  # fmt: skip
    transformers.BertForSequenceClassification(config).save_pretrained(folder)
    transformers.BertTokenizer.from_pretrained(folder).save_pretrained(folder)
    return str(folder)


@pytest.fixture
def checkpoint(tmp_path: Path) -> Callable[..., str]:
    """``checkpoint({0: "negative", 1: "positive"})``: the folder of a tiny random BERT."""
    return partial(make_checkpoint, tmp_path)
