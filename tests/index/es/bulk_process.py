"""A program that writes an index from where it stopped, for tests that kill it:
``url index count position``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.bulk_kills import STEP
from index.es.writer import Action, BulkWriter


def source(number: int) -> bytes:
    """The same whenever it is made."""
    return b'{"n":%d,"t":"%s"}' % (number, b"x" * (number % 700))


def main(url: str, index: str, count: int, position: Path) -> None:
    """Write *count* documents; after each flush, what it covers is noted down."""
    from elasticsearch import Elasticsearch

    first = int(position.read_text()) if position.exists() else 0
    with Elasticsearch(url) as client, BulkWriter(client, documents=100) as writer:
        for start in range(first, count, STEP):
            for number in range(start, min(start + STEP, count)):
                action = Action(
                    index=index, id=f"{number:032x}", source=source(number), version=number + 1
                )
                writer.add(action)
            writer.flush()
            fresh = position.with_suffix(".new")
            fresh.write_text(str(min(start + STEP, count)))
            fresh.replace(position)
            sys.stdout.write(f"{start}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]))
