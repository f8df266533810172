"""A fingerprint of what a post said, so that anybody can check later that it is unchanged."""

from __future__ import annotations

from tingfeng import Message
from tingfeng.core.exhibit import seal

DEFINITION = Message(
    "证据指纹：SHA-256，取 [编号, 发布时间（UTC，精确到秒）, 标题, 正文] 的紧凑 JSON（UTF-8）；"
    "用 tingfeng search 编号 --json 可以复算。",
    "Fingerprint of evidence: SHA-256 of the compact JSON (UTF-8) of [key, time published (UTC, to "
    "the second), title, text]; `tingfeng search KEY --json` gives what is needed to do it again.",
)

__all__ = ["DEFINITION", "seal"]
