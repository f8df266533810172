"""Run all measurements, or those named: ``python -m benchmarks stream kills accuracy``."""

from __future__ import annotations

import subprocess
import sys

ALL = ("accuracy", "stream", "kills")


def main() -> int:
    failed = 0
    for name in sys.argv[1:] or ALL:
        print(f"== benchmarks.{name}", flush=True)
        failed += (
            subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode
            != 0
        )
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
