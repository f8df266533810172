"""Octoparse 八爪鱼: the Bilibili template, whose cells are all text."""

from __future__ import annotations

from crawlers.formats.ids import bilibili
from crawlers.formats.record import Context, Record, labels, observe, person, pick
from tingfeng import Message, Observation


class OctoparseBilibili:
    """The unnamed column 字段 is the share count; a label instead of a count is none."""

    name = "octoparse-bilibili"
    label = Message("八爪鱼 B站视频", "Octoparse, Bilibili videos")

    def recognises(self, record: Record) -> bool:
        return "视频标题" in record and any(
            name in record for name in ("总播放数", "总弹幕数", "投币数")
        )

    def read(self, record: Record, context: Context) -> list[Observation]:
        address = str(pick(record, "页面网址", "视频链接", "链接", "网址") or "").strip()
        description = record.get("视频介绍")
        return [
            observe(
                context, source=self.name, platform="bilibili", id=bilibili(address),
                title=record.get("视频标题"), text="" if description == "-" else description,
                # What follows ? only says which list the link was clicked in.
                url=address.partition("?")[0], media="video", tags=labels(record.get("标签")),
                author=person(
                    pick(record, "发布者id", "UP主id"), pick(record, "发布者", "UP主", "作者"),
                    pick(record, "粉丝数"),
                ),
                published=pick(record, "发布时间"), collected=pick(record, "采集时间"),
                likes=record.get("点赞数"), comments=record.get("评论数"),
                reposts=pick(record, "字段", "分享数", "转发数"), favorites=record.get("收藏数"),
                views=pick(record, "总播放数", "播放数"), coins=record.get("投币数"),
            )
        ]  # fmt: skip
