"""What a channel did not take goes to another one, with a warning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from tingfeng import Lang, Message, Notice, SettingsError, Store

_HOP = "~"


def rerouted(
    store: Store, notice: Notice, target: str, failure: str, lang: Lang, now: datetime
) -> Notice:
    """The notice for channel *target*: the warning, and the words, unless *target* has them anyway.

    Its id hangs on the notice and the channel alone: queued again after a kill, it is the same.
    """
    warning = Message(
        f"警告：渠道 {notice.channel} 没有确认收下消息 {notice.id}，那里的人多半没有看到。请检查它的设置。原因：",
        f"Warning: channel {notice.channel} did not confirm message {notice.id}; most likely nobody "
        "there saw it. Look at its settings. Reason: ",
    ).into(lang)
    body = f"- {warning}{_one_line(failure)}"
    if not _has_it(store, notice, target):
        body += f"\n\n{notice.body}"
    mark = Message(f"【{notice.channel} 未送达】", f"[not delivered to {notice.channel}] ").into(
        lang
    )
    return replace(
        notice,
        id=f"{notice.id}{_HOP}{target}",
        channel=target,
        title=mark + notice.title,
        body=body,
        created_at=now,
        attempts=0,
        delivered_at=None,
        failure=None,
        made_at=None,
    )


def chains(fallbacks: Mapping[str, str], channels: Mapping[str, object]) -> None:
    """Raise where a fall-back is no channel, or leads back to where it came from."""
    for name, target in fallbacks.items():
        if target not in channels:
            raise SettingsError(
                f"[[channels]] {name} 的 fallback = “{target}” 不是渠道的名字",
                f"[[channels]] {name}: fallback {target!r} is not the name of a channel",
            )
        seen, step = {name}, target
        while step in fallbacks or step in seen:
            if step in seen:
                raise SettingsError(
                    f"[[channels]] 的 fallback 绕了一圈回到 {step}：最后一个不要写 fallback",
                    f"[[channels]]: fallbacks lead back to {step}; the last must have none",
                )
            seen.add(step)
            step = fallbacks[step]


def _has_it(store: Store, notice: Notice, target: str) -> bool:
    """Whether the same change was queued for *target* by itself."""
    change = notice.id.removesuffix(f".{notice.channel}")
    return any(each.id == f"{change}.{target}" for each in store.notices(notice.incident))


def _one_line(text: str) -> str:
    return " ".join(text.split())
