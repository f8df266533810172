"""alerts show, ack, close, feedback, silence: what a team says of incidents."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from tingfeng.cli.incident_view import briefly, silence_json, tell_silence, tell_view, view_json
from tingfeng.cli.incident_when import ahead
from tingfeng.cli.question import known_brands, known_platforms
from tingfeng.cli.session import filled, now, opened
from tingfeng.core.errors import SettingsError

if TYPE_CHECKING:
    from tingfeng.cli.screen import Screen
    from tingfeng.pipeline import Pipeline
    from tingfeng.pipeline.incidents import Board


def show(args: argparse.Namespace, screen: Screen) -> int:
    """One incident whole: evidence, clocks, who did what, messages, earlier ones like it."""
    with opened(args, screen) as pipeline:
        filled(pipeline)
        board = board_of(pipeline)
        view = board.view(args.id)
        similar = board.similar(view.incident)
    tell_view(view, similar, screen)
    screen.answer(view_json(view, screen.lang, similar))
    return 0


def acknowledge(args: argparse.Namespace, screen: Screen) -> int:
    """Someone has seen it."""
    with opened(args, screen) as pipeline:
        filled(pipeline)
        view = board_of(pipeline).acknowledge(
            args.id,
            by=_who(args, pipeline),
            owner=args.owner or "",
            next_step=args.next or "",
            due_at=ahead(args.due, at=now()) if args.due else None,
            note=args.note or "",
        )
    briefly(view, screen)
    screen.answer(view_json(view, screen.lang))
    return 0


def close(args: argparse.Namespace, screen: Screen) -> int:
    """It is over, or more is known of it."""
    with opened(args, screen) as pipeline:
        filled(pipeline)
        view = board_of(pipeline).close(
            args.id,
            by=_who(args, pipeline),
            reason=args.reason or "",
            cause=args.cause or "",
            action=args.did or "",
            outcome=args.outcome or "",
        )
    briefly(view, screen)
    if args.reason:
        screen.say(
            "下一轮判断（watch 或 alerts run）发出关闭消息；比现在更严重才会再次开警",
            "the next round (watch or alerts run) tells the channels; it opens again only if it "
            "becomes worse",
        )
    screen.answer(view_json(view, screen.lang))
    return 0


def feedback(args: argparse.Namespace, screen: Screen) -> int:
    """Was the alarm right?"""
    with opened(args, screen) as pipeline:
        filled(pipeline)
        view = board_of(pipeline).judge(
            args.id, by=_who(args, pipeline), truth=args.truth, reason=args.reason or ""
        )
    briefly(view, screen)
    if args.truth == "false" and view.incident.state != "closed":
        screen.say(
            f"事件还开着。要关闭：tingfeng alerts close {view.incident.id} --reason 误报",
            f"it is still open; to close it: tingfeng alerts close {view.incident.id} --reason …",
        )
    screen.answer(view_json(view, screen.lang))
    return 0


def silence(args: argparse.Namespace, screen: Screen) -> int:
    """Tell nobody for a while; list silences; end one before its time."""
    with opened(args, screen) as pipeline:
        filled(pipeline)
        board = board_of(pipeline)
        if args.lift:
            by = _who(args, pipeline)
            found = [board.lift(args.lift, by=by, comment=args.comment or "")]
        elif args.list:
            found = board.silences()
        else:
            made = board.silence(**_silence(args, pipeline))
            found = [one for one in board.silences() if one.silence.id == made.id]
    at = now()
    for one in found:
        tell_silence(one, at, screen)
    if not found:
        screen.say("没有静默", "there are no silences")
    screen.answer({"silences": [silence_json(one, at) for one in found]})
    return 0


def _silence(args: argparse.Namespace, pipeline: Pipeline) -> dict[str, Any]:
    at = now()
    if args.length and args.until:
        raise SettingsError("--for 和 --until 只写一个", "give --for or --until, not both")
    start = ahead(args.start, at=at) if args.start else at
    end = ahead(args.length, at=start) if args.length else None
    platform = known_platforms(pipeline.store, [args.platform])[0] if args.platform else ""
    return {
        "start": start,
        "end": ahead(args.until, at=at) if args.until else end,
        "by": _who(args, pipeline),
        "comment": args.comment or "",
        "include_critical": args.include_critical,
        "brand": known_brands(pipeline, [args.brand])[0] if args.brand else "",
        "platform": platform,
        "issue": args.issue or "",
        "keyword": args.keyword or "",
    }


def board_of(pipeline: Pipeline) -> Board:
    """The incidents of *pipeline*."""
    from tingfeng.pipeline.incidents import Board
    from tingfeng.pipeline.watchers import duty

    return Board(pipeline.store, lambda: duty(pipeline.settings), now)


def _who(args: argparse.Namespace, pipeline: Pipeline) -> str:
    return args.by or pipeline.settings.person()
