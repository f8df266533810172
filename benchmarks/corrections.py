"""Corrections, a rule, a model of one's own and the switch to it from the command line, on real posts.

Everything is typed; the proofs are read from the store's own file. Answers are those of the silver
labels. Nothing that is kept of it holds the text of a post.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks.correction_story import Story
from benchmarks.machine import DATA, ROOT, heading
from benchmarks.silver_posts import silver_posts
from benchmarks.tables import grid

KILLS = 8
"""SIGKILLs while history is read again."""

SEED = 4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    given, _ = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as name:
        story = Story(Path(name) / "brand", silver_posts(given.data), kills=KILLS, seed=SEED)
        story.whole()
    text = told(story)
    (ROOT / "benchmarks" / "corrections.md").write_text(text, encoding="utf-8")
    print(text)
    if not all(holds for _, holds in story.proofs):
        raise SystemExit(1)


def told(story: Story) -> str:
    """What was typed, what was killed, and what holds."""
    return TEMPLATE.format(
        heading=heading("python -m benchmarks corrections"), typed="\n".join(story.shell.record),
        blows=grid(["command", "killed", "it still ran", "left in the store"],
                   [(command, when, "yes" if alive else "no", left) for command, when, alive, left in story.blows]),
        proofs=grid(["what", "holds"], [(what, "**yes**" if holds else "**NO**") for what, holds in story.proofs]),
        posts=len(story.known.rows), labels=len(story.known.answers), seed=SEED,
    )  # fmt: skip


TEMPLATE = """# Corrections, from an answer to a model of one's own

{heading}
{posts:,} real reposts (`weibo_ced_reposts`: those whose text has a silver label, copies included), and
answers that are the silver labels ({labels:,} pairs of post and brand). Moments of kills: seed {seed}.
Figures of models show that the way works, not how much it brings: the shipped engine has itself
learned from these labels, so its side is flattered, and the questions are those it was unsure of; the model is
used whatever they say. Seconds are no measurement (`speed.md`). No text of a post stands here; every
command also had `--json`.

## Typed

```console
{typed}
```

## Killed with SIGKILL, workers included

{blows}
## What holds

The folder left in peace is a copy made just before the command that was killed.

{proofs}"""

if __name__ == "__main__":
    main()
