"""What the store's own file says of corrections, asked beside the product's command line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import get_args

from benchmarks.shell import Shell
from benchmarks.silver_posts import OWN, RIVALS
from index.sqlite import SQLiteStore
from tingfeng import Kind, Query


def stands(shell: Shell, keys: Iterable[str], brand: str) -> dict[tuple[str, str], int]:
    """What is said of *brand* in these posts, by whom, in how many."""
    store = SQLiteStore(str(shell.folder / "tingfeng.db"))
    found: Counter[tuple[str, str]] = Counter()
    for key in keys:
        document = store.get(key)
        assert document is not None
        if document.analysis is not None:
            named = [one.sentiment for one in document.analysis.mentions if one.brand == brand]
            found.update({(str(one.label), one.by) for one in named})
    store.close()
    return dict(found)


def unheard(shell: Shell) -> list[str]:
    """Standing corrections that are not what the store says of their post."""
    wrong = []
    store = SQLiteStore(str(shell.folder / "tingfeng.db"))
    for one in shell.ask("label", "list")["corrections"]:
        document = store.get(one["key"])
        assert document is not None
        assert document.analysis is not None
        now = document.analysis.attitude(one["brand"])
        if now != (None if one["label"] == "not_brand" else one["label"]):
            wrong.append(f"{one['key']} {one['brand']}: {now}, not {one['label']}")
    store.close()
    return wrong


def answers(shell: Shell) -> dict[tuple[str, tuple[str, int]], str]:
    """By post and place: what is said of every mention."""
    store = SQLiteStore(str(shell.folder / "tingfeng.db"))
    found = {
        (document.post.key, (one.brand, one.start)): str(one.sentiment.label)
        for document in store.search(Query(brands=(*OWN, *RIVALS), kinds=get_args(Kind)))
        if document.analysis for one in document.analysis.mentions
    }  # fmt: skip
    store.close()
    return found
