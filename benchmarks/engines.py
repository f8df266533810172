"""The engines that can be measured here, each in a reader as the product builds it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.machine import DATA
from nlp.reader import BrandReader, ReaderSettings
from tingfeng import TingfengError
from tingfeng.pipeline.scoring import scorer

NAMES = ("linear", "encoder", "cascade")
NEURAL = ("encoder", "cascade")


@dataclass(slots=True, kw_only=True)
class Asked:
    """What the command line of a bench says."""

    data: Path
    encoder: Path | None = None
    """Weights of the encoder that are not installed yet."""

    readers: dict[str, BrandReader] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    """Engines that could not be built, and why."""

    @property
    def versions(self) -> str:
        """Every engine with the hash of its weights, for the head of a table."""
        said = [f"`{name}`: {reader.version}" for name, reader in self.readers.items()]
        said += [f"`{name}` was not measured ({why})" for name, why in self.absent.items()]
        return "Engines: " + "; ".join(said) + ".\n"


def recipe(name: str, encoder: Path | None) -> ReaderSettings:
    """A reader's settings with this engine."""
    path = {"path": str(encoder)} if encoder and name in NEURAL else {}
    return ReaderSettings(sentiment={"use": name, **path})


def asked(doc: str | None, argv: Sequence[str] | None = None) -> Asked:
    """The command line of a bench: which data, which engines, which weights."""
    parser = argparse.ArgumentParser(description=doc)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--engines", default=",".join(NAMES))
    parser.add_argument("--encoder", type=Path, help="folder of weights, else the installed ones")
    given = parser.parse_args(argv)
    found = Asked(data=given.data, encoder=given.encoder)
    for name in given.engines.split(","):
        try:
            found.readers[name] = scorer(recipe(name, given.encoder), None)[1]
        except TingfengError as error:
            found.absent[name] = error.into("en").partition(":")[0]
            print(f"{name}: {error.into('en')}", file=sys.stderr)
    return found
