"""es bootstrap, sync, migrate: how the cluster is filled and follows the store."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from tingfeng.cli.screen import Screen
from tingfeng.cli.session import now, settings_of

if TYPE_CHECKING:
    from index.es.sync import Progress
    from index.es.writer import Tally
    from tingfeng.pipeline.elastic import Elastic


def _elastic(args: argparse.Namespace, screen: Screen) -> Elastic:
    from tingfeng.pipeline.elastic import Elastic

    settings = settings_of(args, screen)
    return Elastic(settings, clock=now, say=lambda message: screen.aside(message.zh, message.en))


def bootstrap(args: argparse.Namespace, screen: Screen) -> int:
    """Templates and indices; what was there already stays as it is."""
    made = list(_elastic(args, screen).bootstrap(args.month))
    new = [each.name for each in made if each.state == "made"]
    for name in new:
        screen.say(f"新建 {name}", f"made {name}")
    screen.say(
        f"共 {len(made)} 项，新建 {len(new)}，其余已有", f"{len(made)} in all, {len(new)} new"
    )
    screen.answer({"made": new, "kept": [each.name for each in made if each.state == "kept"]})
    return 0


def sync(args: argparse.Namespace, screen: Screen) -> int:
    """Follow the store: once, or until somebody stops it."""
    elastic = _elastic(args, screen)
    if args.once:
        with _progress(screen) as progress:
            tally = elastic.sync(take_over=args.take_over, progress=progress)
        _report(tally, screen)
        screen.answer(_tally_json(tally))
        return int(tally.dead > 0)
    screen.aside(
        f"持续同步，每 {args.every:g} 秒看一次，Ctrl-C 停止",
        f"following, a look every {args.every:g} s, Ctrl-C stops",
    )
    with _progress(screen, ends=False) as progress:
        elastic.follow(take_over=args.take_over, every=args.every, progress=progress)
    return 0


@contextmanager
def _progress(screen: Screen, *, ends: bool = True) -> Iterator[Callable[[Progress], None]]:
    """A bar that is shown with the first news, when its length is known."""
    with ExitStack() as open_:
        advance: Callable[[int], None] | None = None
        done = 0

        def told(progress: Progress) -> None:
            nonlocal advance, done
            if progress.done < done:  # begun anew after the cluster was away
                done = 0
            if advance is None:
                total = progress.done + progress.waiting if ends else None
                advance = open_.enter_context(screen.progress("同步", "syncing", total))
            advance(progress.done - done)
            done = progress.done

        yield told


def _report(tally: Tally, screen: Screen) -> None:
    screen.say(
        f"写入 {tally.written:,} 个文档，已是最新的 {tally.stale:,}，被拒绝 {tally.dead:,}",
        f"{tally.written:,} documents written, {tally.stale:,} were there already, {tally.dead:,}"
        " refused",
    )
    if tally.dead:
        screen.aside(
            "有文档被拒绝：tingfeng es dlq list 看原因",
            "documents were refused: tingfeng es dlq list says why",
        )


def _tally_json(tally: Tally) -> dict[str, Any]:
    return {
        "written": tally.written, "stale": tally.stale, "dead": tally.dead,
        "retried": tally.retried, "requests": tally.requests, "waited": round(tally.waited, 1),
    }  # fmt: skip


def migrate(args: argparse.Namespace, screen: Screen) -> int:
    """Bring the indices to this version, or delete those of earlier ones."""
    elastic = _elastic(args, screen)
    if args.drop_old:
        gone = elastic.drop_old()
        screen.say(f"已删除 {len(gone)} 个旧索引", f"{len(gone)} old indices deleted")
        screen.answer({"deleted": gone})
        return 0
    with _progress(screen) as progress:
        done = elastic.migrate(progress)
    _report(done.tally, screen)
    screen.say(
        f"已从 v{done.old} 切换到 v{done.new}。{len(done.left)} 个旧索引已不再使用，确认无误后可用"
        " tingfeng es migrate --drop-old 删除",
        f"swapped from v{done.old} to v{done.new}. {len(done.left)} old indices are no longer used:"
        " tingfeng es migrate --drop-old deletes them",
    )
    screen.answer(
        {"old": done.old, "new": done.new, "left": list(done.left), **_tally_json(done.tally)}
    )
    return int(done.tally.dead > 0)
