"""A message that tries the channels, in the words of whoever gets it."""

from __future__ import annotations

from datetime import datetime

from tingfeng import Brand, Incident, Lang, Message, Notice

_ABOUT = 3
"""Sentences of the last incident that are shown: enough to see how messages look."""


def sample(
    brand: Brand | None, latest: Incident | None, now: datetime, lang: Lang, *, app: str = "听风"
) -> Notice:
    """A notice of kind ``test`` about *brand*, with what was last told of it as an example.

    It calls nobody, whatever the settings say.
    """
    name = Message(brand.name, brand.name) if brand else Message("（还没有品牌）", "(no brand yet)")
    title = Message(
        f"【测试】{name.zh}：这是一条测试消息，没有发生任何事",
        f"[test] {name.en}: this is a test, nothing has happened",
    )
    lines = [
        Message(
            f"{app}正在监测 {name.zh}。收到这条，就说明这个渠道能收到预警；测试不会 @ 任何人。",
            f"tingfeng watches {name.en}. That you read this shows that alerts reach this channel; "
            "a test calls nobody.",
        ),
        *(_last(latest) if latest else _invented(brand)),
        Message(f"发出时间：{now:%Y-%m-%d %H:%M:%S}", f"Sent at {now:%Y-%m-%d %H:%M:%S}"),
    ]
    return Notice(
        id=f"test.{now:%Y%m%d%H%M%S}",
        channel="",
        incident="test",
        kind="test",
        level="blue",
        title=title.into(lang),
        body="\n".join(f"- {line.into(lang)}" for line in lines),
        created_at=now,
    )


def _last(latest: Incident) -> list[Message]:
    when = f"{latest.opened_at:%Y-%m-%d %H:%M}"
    head = Message(f"例子：{when} 的那次事件（{latest.id}）是这样报的：",
                   f"An example, the incident of {when} ({latest.id}) was told like this:")  # fmt: skip
    return [head, *(Message(zh, en) for zh, en in latest.evidence.sentences[:_ABOUT])]


def _invented(brand: Brand | None) -> list[Message]:
    name = brand.name if brand else "某品牌"
    products = [alias.text for alias in brand.aliases if alias.entity == "product"] if brand else []
    thing = products[0] if products else name
    return [
        Message(
            f"例子（虚构）：【黄色预警·新事件】{name}：近1小时 42 条提及中 19 条负面，"
            f"多在说“{thing}”；平时约 4 条。",
            f"An example, invented: [yellow (warning), new incident] {name}: 19 of 42 mentions "
            f"negative in 1 h, most about “{thing}”; usually about 4.",
        )
    ]
