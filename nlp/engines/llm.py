"""A language model behind an OpenAI-compatible endpoint, local or hosted, asked about mentions.

Off unless the settings choose it. What it is sent: of each mention, up to 300 characters to either
side, as stored, that is with telephone numbers, mail addresses and the like masked. **With a hosted
endpoint these texts leave this machine**; with a local one (llama.cpp, vLLM, Ollama) they do not.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from nlp import ENGINES
from nlp.engines import chosen
from nlp.engines.linear import NOTHING_SAID
from nlp.engines.llm_asking import OURS, Asker
from nlp.engines.llm_endpoint import Endpoint
from nlp.engines.llm_ledger import Ledger
from nlp.engines.llm_prompt import LABELS, Question, Said
from tingfeng import (
    Asked,
    Attitude,
    Engine,
    Label,
    Message,
    Mood,
    Register,
    Sentiment,
    SettingsError,
    build,
)

PER_DAY = {"requests": 2000, "tokens": 2_000_000}
"""A few yuan a day at the prices of 2026, should somebody forget about it."""

_REASONS = {
    "schema": ("格式不符", "wrong form"),
    "span": ("引文不在原文", "quotation not in the text"),
    "refused": ("拒答", "refused"),
    "rejected": ("端点不受理", "rejected by the endpoint"),
    "failed": ("端点故障", "endpoint unwell"),
    "budget": ("预算用完", "budget spent"),
}


class LlmEngine:
    """Asks a language model about mentions; everything else, and every mention without a usable
    answer, is read by the *base* engine.

    Of an answer only the label and the quotation are taken. A quotation that does not stand in the
    text discards the answer. A model gives no probabilities: its label gets *confidence*, a
    constant that means "so many of a hundred such labels are right". The default .9 is an
    assumption, on the careful side of how often two readings by language models agree (.95, gold
    mentions), not a measurement of your model: measure it with ``tingfeng score mentions`` and set
    it. The rest is shared 2 to 1 between neutral and the opposite side, for a stance is more often
    mistaken for none than for its contrary; ``uncertain`` gives each a third.

    What became of each mention is counted in the cache file, over all processes: :meth:`today`.
    """

    def __init__(
        self,
        model: str,
        *,
        base_url: str,
        key: str | None = None,
        base: str | Mapping[str, Any] = "linear",
        confidence: float = 0.9,
        cache: str = "tingfeng-llm.db",
        per_run: Mapping[str, int] | None = None,
        per_day: Mapping[str, int] | None = None,
        batch: int = 1,
        parallel: int = 4,
        timeout: float = 60.0,
        extra: Mapping[str, Any] | None = None,
        without: Sequence[str] = (),
        sleep: Callable[[float], object] = time.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """*model*: as the endpoint calls it. *base_url*: up to ``/v1``. *key*: in the settings
        ``"$NAME"``; none for most local servers. *base*: name of another engine, or its section.
        *cache*: file. *per_run*, *per_day*: most ``requests`` and ``tokens``. *batch*: posts a
        request; with more than one it is cheaper, but one post can sway the answer to another.
        *parallel*: requests at a time. *timeout*: seconds. *extra*: further fields of the request;
        *without*: those that the endpoint refuses, of ``temperature``, ``max_tokens`` and
        ``response_format``.

        Raises :class:`~tingfeng.SettingsError`; nothing is asked yet.
        """
        if not (1 / 3 < confidence < 1 and batch >= 1 and parallel >= 1 and timeout > 0):
            raise SettingsError(
                "llm：confidence 在 1/3 与 1 之间，batch、parallel 至少 1，timeout 大于 0",
                "llm: confidence must lie between 1/3 and 1, batch and parallel be at least 1, "
                "timeout more than 0",
            )
        section = {"use": base} if isinstance(base, str) else dict(base)
        section["use"] = chosen(str(section.get("use")))
        if section["use"] == "llm" or OURS & {*(extra or {})}:
            raise SettingsError(
                "llm 的 base 要写另一个引擎的名称，如 linear；extra 不能改 model、messages、stream、n",
                "base of llm must name another engine, such as linear; extra cannot change model, "
                "messages, stream or n",
            )
        self._base: Engine = build(ENGINES, section)
        self._endpoint = Endpoint(base_url, key, timeout=timeout, sleep=sleep, clock=clock)
        self._ledger = Ledger(
            cache, per_run=per_run or {}, per_day=PER_DAY if per_day is None else per_day,
            clock=clock,
        )  # fmt: skip
        self._asker = Asker(
            self._endpoint, self._ledger, model=model, batch=batch, parallel=parallel,
            extra=extra or {}, without=without,
        )  # fmt: skip
        self._model = model
        self._sentiments = {label: _odds(label, confidence) for label in LABELS}
        # Whose answers these are: a model of this name elsewhere may be another.
        self._asked_of = f"{model}@{self._endpoint.server}-{self._asker.prompt}"
        self.version = f"llm-{self._asked_of}@{confidence:g}+{self._base.version}"

    def __repr__(self) -> str:
        return f"LlmEngine({self._model!r}, host={self._endpoint.host!r})"

    def posts(
        self, texts: Sequence[str], tokens: Sequence[Sequence[str]], registers: Sequence[Register]
    ) -> list[Mood]:
        """See :class:`tingfeng.Engine`: the base engine's."""
        return self._base.posts(texts, tokens, registers)

    def mentions(self, asked: Sequence[Asked]) -> list[Attitude]:
        """See :class:`tingfeng.Engine`. Raises :class:`~tingfeng.ModelError` where only a person
        can help: a refused key, an unknown model, a cache that cannot be written.
        """
        if not asked:
            return []
        questions = [Question.of(one) for one in asked]
        keys = [one.key(self._asked_of) for one in questions]
        known = self._ledger.recall(set(keys))
        counts = Counter({"cached": sum(key in known for key in keys)})
        missing = {key: one for key, one in zip(keys, questions, strict=True) if key not in known}
        outcomes = self._asker.ask(missing)
        attitudes = []
        for key, one, own in zip(keys, questions, self._base.mentions(asked), strict=True):
            said = known.get(key) or outcomes[key]
            if isinstance(said, Said) and said.label is not None:
                counts["answered"] += 1
                low, high = said.span
                attitudes.append(
                    replace(
                        own, sentiment=self._sentiments[said.label],
                        span=(one.offset + low, one.offset + high),
                    )
                )  # fmt: skip
            else:
                counts[str(said.fault)] += 1
                attitudes.append(own)
        self._ledger.note(counts)
        return attitudes

    def today(self) -> dict[str, int]:
        """Of all processes, today in Shanghai: ``requests`` and ``tokens``; mentions ``answered``
        (of all, ``cached``), and those that the base engine had to read, by the reason: ``schema``,
        ``span``, ``refused``, ``rejected``, ``failed``, ``budget``.
        """
        return self._ledger.today()

    def close(self) -> None:
        """Let go of the cache file."""
        self._ledger.close()

    def report(self) -> Message:
        """:meth:`today` as a sentence."""
        told = self.today()
        reasons = {zh_en: told[name] for name, zh_en in _REASONS.items() if told.get(name)}
        zh = "，".join(f"{zh} {n}" for (zh, _), n in reasons.items()) or "无"
        en = ", ".join(f"{en} {n}" for (_, en), n in reasons.items()) or "none"
        requests, tokens, answered = told["requests"], told["tokens"], told.get("answered", 0)
        return Message(
            f"llm 今日 {requests} 次请求、{tokens} 个 token，答了 {answered} 处提及；改由基础引擎判断的：{zh}",
            f"llm today: {requests} requests, {tokens} tokens, {answered} mentions answered; "
            f"left to the base engine: {en}",
        )


def _odds(label: Label, confidence: float) -> Sentiment:
    """The constant probabilities of a label."""
    if label == "uncertain":
        return NOTHING_SAID
    rest = 1 - confidence
    if label == "neutral":
        return Sentiment(negative=rest / 2, neutral=confidence, positive=rest / 2, label=label)
    negative, positive = (confidence, rest / 3) if label == "negative" else (rest / 3, confidence)
    return Sentiment(negative=negative, neutral=rest * 2 / 3, positive=positive, label=label)
