"""What people said of readings, laid over whatever is stored, though they may speak meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tingfeng.core.analysis import Analysis
from tingfeng.core.correction import Correction, Corrections, LabelRule
from tingfeng.core.ports import Store

CHANGED = "label/changed"
"""State that is another one after every correction: a cheap question, asked with every batch."""


class Said:
    """The corrections of *store* as they stand."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._mark: str | None = None
        self._known: Corrections | None = None

    def now(self) -> Corrections:
        """All that holds at this moment."""
        mark = self._store.load_state(CHANGED)
        if self._known is None or mark != self._mark:
            # The mark first: what is said between the two is then only loaded twice.
            self._mark = mark
            self._known = Corrections(self._store.corrections(), self._store.label_rules())
        return self._known

    def say(self, given: Sequence[Correction], rules: Sequence[LabelRule] = ()) -> None:
        """Keep what people said; whoever is reading just now will hear of it."""
        # Before as well: killed after the middle line, the others have been told all the same.
        self.mark()
        self._store.correct(given, rules)
        self.mark()

    def mark(self) -> None:
        """Tell whoever is reading just now to look again at what people said."""
        self._store.save_state(CHANGED, str(int(self._store.load_state(CHANGED) or 0) + 1))

    def record(self, analyses: Sequence[Analysis], words: Mapping[str, str]) -> list[Analysis]:
        """Keep readings of these *words* (by key) as people want them; what was kept.

        Once more if somebody spoke meanwhile: else an answer given while a batch was being written
        would be lost under it.
        """
        while True:
            known = self.now()
            kept = [known.over(one, words[one.key]) for one in analyses]
            self._store.record(kept, of=words)
            if self._store.load_state(CHANGED) == self._mark:
                return kept
