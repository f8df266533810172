"""From what was typed to the pipeline it means."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from tingfeng.cli.screen import Screen
from tingfeng.core.errors import StoreError
from tingfeng.core.post import SHANGHAI

if TYPE_CHECKING:
    from tingfeng.pipeline import Pipeline
    from tingfeng.settings import Settings


def now() -> datetime:
    """The clock of the machine."""
    return datetime.now(SHANGHAI)


def settings_of(args: argparse.Namespace, screen: Screen) -> Settings:
    """The settings this command stands under; they set the language where none was typed."""
    from tingfeng.settings import Settings

    settings = Settings.read(args.settings)
    if args.lang is None:
        screen.lang = settings.lang
    return settings


@contextmanager
def opened(args: argparse.Namespace, screen: Screen) -> Iterator[Pipeline]:
    """The pipeline of these settings, its store closed at the end."""
    from tingfeng.pipeline import Pipeline

    with Pipeline(settings_of(args, screen), clock=now, say=screen.told) as pipeline:
        yield pipeline


@contextmanager
def asked(args: argparse.Namespace, screen: Screen) -> Iterator[Pipeline]:
    """The pipeline for a question about brands, which old tags would answer wrongly.

    A folder without a store is the wrong folder: nothing is made there.
    """
    with opened(args, screen) as pipeline:
        filled(pipeline)
        if pipeline.outdated:
            screen.aside(
                "注意：词表改过，历史帖子还是旧的品牌标注，数字会偏少或偏多。先运行 tingfeng retag",
                "note: the lexicon changed and stored posts still bear the old tags, so figures are "
                "off: run `tingfeng retag` first",
            )
        yield pipeline


def filled(pipeline: Pipeline) -> None:
    """Raise where there is no store: that is the wrong folder, and nothing is made there."""
    file = pipeline.store_file
    if file is not None and not file.exists():
        raise StoreError(
            f"{file} 不存在：先 tingfeng import 文件，或用 --settings 指到有数据的那一份设置",
            f"there is no {file}: `tingfeng import` files first, or name the settings of your data "
            "by --settings",
        )
