"""The mean of several runs' weights: the gain of an ensemble at the price of one.

Runs that start from one first stage end in one basin (M. Wortsman et al., "Model soups", ICML 2022).

    python -m training.soup OUT.pt RUN.pt RUN.pt …
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch

from training.network import load, save


def main() -> None:
    """The command line."""
    out, *files = map(Path, sys.argv[1:])
    runs = [load(file) for file in files]
    model = runs[0]
    states = [run.state_dict() for run in runs]
    model.load_state_dict(
        {name: torch.stack([one[name] for one in states]).mean(0) for name in states[0]}
    )
    save(model, out)


if __name__ == "__main__":
    main()
