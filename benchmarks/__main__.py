"""Run all measurements, or those named: ``python -m benchmarks attitude open_sets``."""

from __future__ import annotations

import subprocess
import sys

ALL = (
    "learning", "attitude", "open_sets", "copies", "speed", "stream", "kills", "corrections",
    "elastic", "alerts", "alert_kills", "alerts_stream", "alerts_issues", "latency", "kol_matrix", "kol_attacks",
    "kol_real", "kol_matching", "tones", "spammers",
)  # fmt: skip


def main() -> int:
    """Options, such as ``--encoder FOLDER``, go to every measurement that is run."""
    options = sys.argv[1:]
    names = [options.pop(0) for _ in range(_named(options))] or ALL
    failed = 0
    for name in names:
        print(f"== benchmarks.{name}", flush=True)
        failed += (
            subprocess.run(
                [sys.executable, "-m", f"benchmarks.{name}", *options], check=False
            ).returncode
            != 0
        )
    return failed


def _named(words: list[str]) -> int:
    """How many *words* stand before the first option."""
    return next((n for n, word in enumerate(words) if word.startswith("-")), len(words))


if __name__ == "__main__":
    raise SystemExit(main())
