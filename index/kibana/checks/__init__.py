"""What Kibana would stumble over, found without Kibana.

Kibana says little of a bad file, and of some faults nothing until somebody opens the page: a field
that no document has leaves a panel empty, a reference by a wrong name breaks a whole dashboard.
Each module looks at one thing; :func:`check` asks them all.
"""

from __future__ import annotations

from collections.abc import Iterator

from index.es.layout import Names
from index.kibana.checks import charts, lines, lists, pages, references, shapes, words
from index.kibana.checks.faults import Fault, Look, Saved, fault

__all__ = ["Fault", "check"]

_LOOKS: tuple[Look, ...] = (
    shapes.look,
    references.look,
    charts.look,
    lists.look,
    pages.look,
    words.look,
)


def check(data: bytes, names: Names) -> list[Fault]:
    """Faults of a file of saved objects whose data views are those of *names*.

    A line that cannot be read hides what stands in it: mend it, and ask again.
    """
    objects, faults = lines.read(data)
    for saved in objects:
        for look in _LOOKS:
            faults += _guarded(look, saved, objects, names)
    return faults


def _guarded(look: Look, saved: Saved, objects: list[Saved], names: Names) -> Iterator[Fault]:
    """A file may hold anything anywhere: what is not of the form that a look expects is a fault."""
    try:
        yield from look(saved, objects, names)
    except (KeyError, TypeError, AttributeError, ValueError, IndexError) as error:
        yield fault(saved.where, f"形状不对，看不下去：{error}", f"of a form that cannot be read: {error}",
                    "用 tingfeng kibana build 重新生成", "make it anew: tingfeng kibana build")  # fmt: skip
