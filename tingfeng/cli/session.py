"""From what was typed to the pipeline it means."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from tingfeng.cli.screen import Screen
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

    with Pipeline(settings_of(args, screen), clock=now) as pipeline:
        yield pipeline
