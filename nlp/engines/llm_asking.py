"""Questions to requests, requests to answers: within the budget, and patient with endpoints."""

from __future__ import annotations

import hashlib
import json
import logging
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from nlp.engines.llm_endpoint import Endpoint, Reply
from nlp.engines.llm_ledger import Ledger
from nlp.engines.llm_prompt import REACH, SYSTEM, Question, Said, messages, most_tokens, taken
from tingfeng import ModelError

log = logging.getLogger(__name__)

MOST = 16
"""Questions a request: of a post that names thirty brands, the answer would grow too long."""

IN_A_ROW = 3
QUIET = 60.0
"""After so many failures one after another, the endpoint is left alone for so many seconds."""

OURS = frozenset({"model", "messages", "stream", "n"})
"""Fields of a request that are not the user's."""


class Asker:
    """Asks one model by one prompt."""

    def __init__(
        self,
        endpoint: Endpoint,
        ledger: Ledger,
        *,
        model: str,
        batch: int,
        parallel: int,
        extra: Mapping[str, Any],
        without: Sequence[str],
    ) -> None:
        """See :class:`nlp.engines.llm.LlmEngine`."""
        self._endpoint, self._ledger = endpoint, ledger
        self._model, self._batch, self._parallel = model, batch, parallel
        self._extra, self._without = dict(extra), frozenset(without)
        told = json.dumps([SYSTEM, REACH, self._extra, sorted(self._without)], sort_keys=True)
        self.prompt = hashlib.blake2b(told.encode(), digest_size=4).hexdigest()
        """Version of the prompt and of the fields around it."""
        self._lock = threading.Lock()
        self._failures, self._answered, self._quiet_until = 0, False, 0.0
        self._told: set[str] = set()

    def ask(self, missing: Mapping[bytes, Question]) -> dict[bytes, Said | Reply]:
        """What becomes of each question: an answer, or why there is none."""
        requests = _requests(missing, self._batch)
        if len(requests) < 2 or self._parallel == 1:
            done = [self._one(one) for one in requests]
        else:
            pool = ThreadPoolExecutor(min(self._parallel, len(requests)), "llm")
            try:
                done = list(pool.map(self._one, requests))
            finally:  # after an error, what has not begun is not asked
                pool.shutdown(cancel_futures=True)
        return {key: outcome for each in done for key, outcome in each.items()}

    def _one(self, asked: Mapping[bytes, Question]) -> dict[bytes, Said | Reply]:
        """One request, and its answers into the cache."""
        questions = list(asked.values())
        sent, most = most_tokens(questions)
        reserved = 0

        def may() -> bool:
            nonlocal reserved
            allowed = self._ledger.reserve(sent + most)
            reserved += (sent + most) * allowed
            return allowed

        with self._lock:
            quiet = time.monotonic() < self._quiet_until
        try:
            reply = Reply(fault="failed") if quiet else self._endpoint.ask(
                self._payload(questions, most), may
            )  # fmt: skip
        except ModelError:  # a key, name or certificate that is refused: no model has worked
            if reserved:
                self._ledger.settle(reserved, 0)
            raise
        if reserved:
            self._ledger.settle(reserved, _used(reply, sent + most), unsent=not reply.sent)
        if not quiet:
            self._heed(reply)
        if reply.text is not None:
            said = dict(zip(asked, taken(reply.text, questions), strict=True))
        elif reply.fault == "refused":
            said = dict.fromkeys(asked, Said(fault="refused"))
        else:
            return dict.fromkeys(asked, reply)
        self._ledger.keep(said)
        return {**said}

    def _payload(self, questions: Sequence[Question], most: int) -> dict[str, Any]:
        payload = {
            "temperature": 0,
            "max_tokens": most,
            "response_format": {"type": "json_object"},
            **self._extra,
        }
        kept = {name: value for name, value in payload.items() if name not in self._without}
        return {"model": self._model, "messages": messages(questions), **kept}

    def _heed(self, reply: Reply) -> None:
        """Leave an endpoint alone that is unwell, and say so once."""
        with self._lock:
            if reply.fault in (None, "refused"):
                self._failures, self._answered = 0, True
                return
            if reply.fault in ("failed", "rejected"):
                self._failures += 1
            unwell = self._failures >= IN_A_ROW
            rest = max(reply.wait, QUIET if unwell else 0.0)
            self._quiet_until = max(self._quiet_until, time.monotonic() + rest)
            # A text or two that an endpoint rejects say nothing of the others.
            telling = unwell or reply.fault != "rejected"
            first = telling and str(reply.fault) not in self._told
            self._told |= {str(reply.fault)} if first else set()
            refuses = reply.fault == "rejected" and unwell and not self._answered
        host = self._endpoint.host
        if refuses:
            raise ModelError(
                f"{host} 拒绝了每一个请求：{reply.why}。请检查 llm 的 model、extra、without 和账户余额",
                f"{host} rejects every request: {reply.why}; check model, extra and without of llm, "
                "and the balance of the account",
            )
        if first and reply.fault == "budget":
            log.warning(
                "llm 的预算已用完，其余提及由基础引擎判断；之后可用 --again 重读，已答过的不再花费 "
                "(the budget of llm is spent: the base engine reads the rest; read --again later, "
                "what was answered costs nothing)"
            )
        elif first:
            log.warning(
                "%s 没有正常回答（%s），暂由基础引擎判断，恢复后可用 analyze --again 重读 (does not answer "
                "properly: the base engine reads meanwhile; run analyze --again once it does)",
                host, reply.why,
            )  # fmt: skip


def _used(reply: Reply, most: int) -> int:
    """Tokens to charge for *reply*, *most* at worst.

    Who sent a request and heard nothing cannot know whether a model answered it, and hosted ones
    bill what they have written, whoever has hung up meanwhile: then all that was reserved stays
    charged, for a budget must not be passed by what it does not see.
    """
    if reply.tokens is not None:
        return reply.tokens
    return 0 if reply.free else most


def _requests(missing: Mapping[bytes, Question], batch: int) -> list[dict[bytes, Question]]:
    """Questions by request: those of one post together, *batch* posts in each."""
    posts: dict[str, dict[bytes, Question]] = {}
    for key, one in missing.items():
        # Windows of one post differ where it is long: then they are asked apart.
        posts.setdefault(one.text, {})[key] = one
    requests: list[dict[bytes, Question]] = []
    for number, post in enumerate(posts.values()):
        if number % batch == 0:
            requests.append({})
        for key, one in post.items():
            if len(requests[-1]) == MOST:
                requests.append({})
            requests[-1][key] = one
    return requests
