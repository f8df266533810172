"""What Kibana would stumble over, found without Kibana.

Kibana says little of a bad file, and of some faults nothing until somebody opens the page: a field
that no document has leaves a panel empty, a reference by a wrong name breaks a whole dashboard.
Each module looks at one thing; :func:`check` asks them all.
"""

from __future__ import annotations

from index.es.layout import Names
from index.kibana.checks import charts, lines, lists, pages, references, shapes, words
from index.kibana.checks.faults import Fault

__all__ = ["Fault", "check"]

_LOOKS = (shapes.look, references.look, charts.look, lists.look, pages.look, words.look)


def check(data: bytes, names: Names) -> list[Fault]:
    """Faults of a file of saved objects whose data views are those of *names*.

    A line that cannot be read hides what stands in it: mend it, and ask again.
    """
    objects, faults = lines.read(data)
    for look in _LOOKS:
        faults += look(objects, names)
    return faults
