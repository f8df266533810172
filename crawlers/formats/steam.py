"""Reviews of Steam, as ``appreviews`` answers and woctezuma/download-steam-reviews saves them."""

from __future__ import annotations

from crawlers.formats.record import Context, Record, ident, observe, person
from tingfeng import Message, Observation


class Steam:
    """Steam knows only thumbs: up is read as five stars, down as one."""

    name = "steam-reviews"
    label = Message("Steam 评测", "Steam reviews")

    def recognises(self, record: Record) -> bool:
        return "recommendationid" in record and "review" in record

    def read(self, record: Record, context: Context) -> list[Observation]:
        writer = record.get("author")
        steamid = writer.get("steamid") if isinstance(writer, dict) else record.get("steamid")
        thumb = str(record.get("voted_up")).lower()
        return [
            observe(
                context, source=self.name, platform="steam", kind="review",
                id=ident(record, context, "recommendationid"), text=record.get("review"),
                author=person(steamid), published=record.get("timestamp_created"),
                stars={"true": 5.0, "1": 5.0, "false": 1.0, "0": 1.0}.get(thumb),
                likes=record.get("votes_up"), comments=record.get("comment_count"),
            )
        ]  # fmt: skip
