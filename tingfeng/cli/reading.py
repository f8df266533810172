"""analyze, retag, lexicon test: posts are read."""

from __future__ import annotations

import argparse

from tingfeng.cli.question import known_brands
from tingfeng.cli.screen import Screen
from tingfeng.cli.session import opened
from tingfeng.core.message import Message


def analyze(args: argparse.Namespace, screen: Screen) -> int:
    """Read what the current reader has not read."""
    with opened(args, screen) as pipeline:
        total = pipeline.unread(again=args.again)
        with screen.progress("阅读", "reading", total) as advance:
            tally = pipeline.analyze(again=args.again, processes=args.processes, advance=advance)
        report = pipeline.readers.engine_report
    speed = tally.analyzed / tally.seconds if tally.seconds else 0
    screen.say(
        f"读了 {tally.analyzed:,} 帖（{tally.seconds:.1f} 秒，每秒 {speed:,.0f}），其中情感不确定 "
        f"{tally.uncertain:,}，没有文字 {tally.no_text:,}。引擎 {tally.engine}，读法：{tally.reader}",
        f"read {tally.analyzed:,} posts ({tally.seconds:.1f} s, {speed:,.0f}/s): attitude of "
        f"{tally.uncertain:,} uncertain, {tally.no_text:,} without text. Engine "
        f"{tally.engine}, reader: {tally.reader}",
    )
    if report:
        screen.say(report[0].zh, report[0].en)
    screen.answer({**tally.as_json(), "engine_report": report and report[1]})
    return 0


def retag(args: argparse.Namespace, screen: Screen) -> int:
    """Let history follow a changed lexicon."""
    with opened(args, screen) as pipeline:
        with screen.progress("重新标注", "tagging again", None) as advance:
            looked, changed = pipeline.retag(advance=advance)
        lexicon = pipeline.lexicon
    screen.say(
        f"重看 {looked:,} 帖，{changed:,} 帖的提及变了。词表版本 {lexicon}",
        f"{looked:,} posts looked at, mentions of {changed:,} changed. Lexicon {lexicon}",
    )
    screen.answer({"looked": looked, "changed": changed, "lexicon": lexicon})
    return 0


def lexicon_test(args: argparse.Namespace, screen: Screen) -> int:
    """Each alias on stored posts: hits, rejects, and why."""
    from tingfeng.cli.output import save, show
    from tingfeng.core.brand import Alias
    from tingfeng.insight.table import Table, columns

    trial = [
        Alias(text=text, near=tuple(args.near), never=tuple(args.never)) for text in args.alias
    ]
    with opened(args, screen) as pipeline:
        if not trial:
            known_brands(pipeline, args.brand)
        lines, looked = pipeline.lexicon_test(
            brands=args.brand, trial=trial, examples=args.examples, limit=args.limit
        )
    hit, reject = Message("命中", "hit"), Message("拒绝", "reject")
    table = Table(
        name=Message("词表检验", "lexicon test"),
        columns=columns(
            ("品牌", "brand"), ("别名", "alias"), ("结果", "result"), ("原因", "why"),
            ("提及", "mentions"), ("帖子", "posts"), ("例子", "examples"),
        ),
        rows=[
            (one.brand, one.alias, hit if one.accepted else reject, one.rule, one.mentions,
             one.posts, "\n".join(one.examples))
            for one in lines
        ],
        notes=(Message(f"看了最新的 {looked:,} 帖", f"the newest {looked:,} posts looked at"),),
    )  # fmt: skip
    show(table, screen)
    save(args.output, [table], screen, args.typed)
    keys = ("brand", "alias", "accepted", "rule", "mentions", "posts", "examples")
    screen.answer(
        {"looked": looked, "lines": [{key: getattr(one, key) for key in keys} for one in lines]}
    )
    return 0
