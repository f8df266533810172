"""People correct readings: one post with its copies, or by a rule whatever says the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from tingfeng.core.analysis import Analysis, Document
from tingfeng.core.correction import (
    Correction,
    Corrections,
    Judged,
    LabelRule,
    latest,
    latest_rules,
    named,
)
from tingfeng.core.errors import SettingsError
from tingfeng.core.fold import fold
from tingfeng.core.ports import Reader, Store
from tingfeng.core.query import Query
from tingfeng.core.wording import Text
from tingfeng.pipeline.label_copies import about, answered, followers, outlived, overruled, reached
from tingfeng.pipeline.label_preview import Preview, Renewed, hides, renewed
from tingfeng.pipeline.label_questions import Question, questions
from tingfeng.pipeline.label_words import concerned
from tingfeng.pipeline.reading import batches, gist
from tingfeng.pipeline.said import Said

BATCH = 500
"""Posts a transaction."""

PENDING = "rules.pending"
"""State with the ids of rules that history has not followed yet."""

OPEN = "label.pending"
"""State with the posts whose copies may not have followed an answer yet."""

Advance = Callable[[int], None]


class Labelling:
    """Corrections in *store*; *reader* is asked only where an earlier answer must be undone."""

    def __init__(self, store: Store, said: Said, reader: Callable[[], Reader]) -> None:
        self._store = store
        self._said = said
        self._reader = reader

    # -- one post ---------------------------------------------------------------------------

    def questions(
        self, *, brands: Sequence[str], platforms: Sequence[str] = (), since: datetime | None = None
    ) -> Iterator[Question]:
        """See :func:`tingfeng.pipeline.label_questions.questions`."""
        query = Query(
            brands=tuple(brands), labels=("uncertain",), platforms=tuple(platforms), since=since
        )
        return questions(self._store, self.standing(), query)

    def outlived(self) -> list[tuple[Correction, Document]]:
        """Answers that stand, but were given for words which the post no longer has."""
        return list(outlived(self._store, self.standing()))

    def copies(self, key: str, brand: str | None, label: Judged = "neutral") -> list[str]:
        """Keys of the other posts that an answer about this one would decide as well. Raises what
        :meth:`correct` does for *label*.
        """
        document, analysis = self._known(key)
        self._check(document, analysis, brand, label)
        given, again = self._given(document, analysis, brand, label, by="", at=document.indexed_at)  # fmt: skip
        return followers(self._store, given, lambda found: self._read(found, again=again))

    def correct(
        self, key: str, brand: str | None, label: Judged, *, by: str, at: datetime, note: str = ""
    ) -> tuple[Correction, int]:
        """Keep an answer; it holds at once for the post and its copies: how many were renewed."""
        document, analysis = self._known(key)
        self._check(document, analysis, brand, label)
        given, again = self._given(document, analysis, brand, label, by=by, at=at, note=note)
        return given[-1], self._follow(given, again=again)

    def _known(self, key: str) -> tuple[Document, Analysis]:
        document = self._store.get(key)
        if document is None:
            raise SettingsError(
                f"库里没有帖子 {key}：编号在 tingfeng search --json 的 key 里",
                f"the store has no post {key}: keys stand in `tingfeng search --json`",
            )
        analysis = document.analysis
        if analysis is None or analysis.sentiment is None:
            raise SettingsError(
                f"{key} 还没有读，或没有文字：先运行 tingfeng analyze",
                f"{key} is not read yet, or has no text: run `tingfeng analyze` first",
            )
        return document, analysis

    def _given(
        self, document: Document, analysis: Analysis, brand: str | None, label: Judged, *,
        by: str, at: datetime, note: str = "",
    ) -> tuple[list[Correction], bool]:  # fmt: skip
        """What is to be kept, the answer last, and whether the reader must be asked again because
        its own answer is no longer stored.
        """
        dropped = brand is not None and analysis.attitude(brand) is None
        places = None if brand is None else named(analysis, brand)
        if dropped:
            (fresh,) = self._reader().read([document.post])
            places = named(fresh, brand)
        said = Correction(
            key=analysis.key, brand=brand, label=label, by=by, at=at, group=analysis.copy_of,
            note=note, wording=Text(document.post.words).wording(places),
        )  # fmt: skip
        back = self._back(document, said, by=by, at=at)
        return [*back, said], dropped or answered(self._store, said)

    def _back(
        self, document: Document, said: Correction, *, by: str, at: datetime
    ) -> list[Correction]:
        """Earlier answers to the question of *said*, given before an edit that they outlived, taken
        back: else they would come into force with *said* gone.
        """
        return [
            replace(one, label=None, by=by, at=at, note="")
            for one in self.standing()
            if (one.key, one.brand) == (said.key, said.brand)
            and one.sentences != said.sentences
            and one.wording is not None
            and about(document, one)
        ]

    def undo(self, *, by: str, at: datetime) -> tuple[Correction, int] | None:
        """Take back the last answer that *by* gave and that still holds: whoever was overruled by
        it is heard again, else that question is the reader's. ``None``: there is none.
        """
        history = self._store.corrections()
        mine = [one for one in latest(history) if one.by == by]
        if not mine:
            return None
        back = replace(mine[-1], label=None, at=at, note="")
        return mine[-1], self._follow([back, *overruled(history, back)], again=True)

    def _follow(self, given: Sequence[Correction], *, again: bool) -> int:
        """Keep what was *given*, the first about the post whose copies it concerns, and let readings
        follow; how many were renewed.
        """
        key = given[0].key
        # Noted first, as rules are: killed in between, resume() lets the readings follow.
        self._open([*(one for one in self.unfinished() if one != key), key])
        self._said.say(given)
        mine = [one for one in given if one.key == key]
        done = self._renew(self._touched(mine), again=again)
        self._open([one for one in self.unfinished() if one != key])
        return done.changed

    def unfinished(self) -> list[str]:
        """Posts whose copies may not have followed an answer to the end."""
        found = json.loads(self._store.load_state(OPEN) or "[]")
        return [one if isinstance(one, str) else one[0] for one in found]

    def _open(self, keys: Sequence[str]) -> None:
        self._store.save_state(OPEN, json.dumps(keys))

    def standing(self) -> list[Correction]:
        """Answers that hold, in the order in which they were given."""
        return latest(self._store.corrections())

    def _check(
        self, document: Document, analysis: Analysis, brand: str | None, label: Judged
    ) -> None:
        if brand is None and label == "not_brand":
            raise SettingsError("“不是品牌”要写明哪个品牌：加 --brand", "not_brand needs a --brand")
        known = {mention.brand for mention in analysis.mentions}
        if brand is None or brand in known:
            return
        spoken = Correction(
            key=analysis.key, brand=brand, label=label, by="", at=document.indexed_at,
            group=analysis.copy_of, wording=Text(document.post.words).wording(()),
        )  # fmt: skip
        if not answered(self._store, spoken) and not self._dropped(document, brand):
            raise SettingsError(
                f"{analysis.key} 里没有认出 {brand}（认出：{'、'.join(sorted(known)) or '无'}）。"
                "漏认要改词表：tingfeng lexicon test",
                f"no {brand} was found in {analysis.key} (found: {', '.join(sorted(known)) or 'none'}); "
                "what is missed is mended in the lexicon: `tingfeng lexicon test`",
            )

    def _dropped(self, document: Document, brand: str) -> bool:
        """Whether the reader finds *brand* there and a rule says that it is none."""
        folded = fold(document.post.words)
        if not any(one.label == "not_brand" and one.applies(brand, folded) for one in self.rules()):
            return False
        (fresh,) = self._reader().read([document.post])
        return fresh.attitude(brand) is not None

    def _touched(self, given: Sequence[Correction]) -> Iterator[Document]:
        """The posts that any of these may have decided, each once."""
        seen = set()
        for one in given:
            for document in reached(self._store, one):
                if document.post.key not in seen:
                    seen.add(document.post.key)
                    yield document

    def _renew(
        self, documents: Iterable[Document], *, again: bool, advance: Advance = lambda _: None
    ) -> Renewed:
        """Lay what people said over stored readings, *again* over fresh ones; what changed."""
        done = Renewed()
        for part in batches(documents, BATCH):
            before = {one.post.key: one.analysis for one in part if one.analysis is not None}
            read = self._read(part, again=again)
            words = {one.post.key: one.post.words for one in part}
            known = self._said.now()
            read = [
                one for one in read
                if gist(known.over(one, words[one.key])) != gist(before[one.key])
            ]  # fmt: skip
            if read:
                done += renewed(before, self._said.record(read, words))
            advance(len(part))
        return done

    def _read(self, documents: Sequence[Document], *, again: bool) -> list[Analysis]:
        """Their readings: as stored, or fresh ones of the same groups."""
        stored = {one.post.key: one.analysis for one in documents if one.analysis is not None}
        if not again:
            return list(stored.values())
        fresh = self._reader().read([one.post for one in documents if one.post.key in stored])
        return [replace(one, copy_of=stored[one.key].copy_of) for one in fresh]

    # -- rules ------------------------------------------------------------------------------

    def preview(self, rule: LabelRule, *, advance: Advance = lambda _: None) -> Preview:
        """What *rule* would change among stored posts, were it kept (taken back where its label is
        ``None``).
        """
        found = Preview()
        given = list(self._store.label_rules())
        again = hides(rule, [one for one in given if one.id == rule.id])
        known = Corrections(self._store.corrections(), [*given, rule])
        for part in batches(concerned(self._store, rule, everything=again), BATCH):
            documents = {one.post.key: one for one in part}
            for read in self._read(part, again=again):
                document = documents[read.key]
                if document.analysis is not None:
                    words = document.post.words
                    found.add(document, document.analysis, known.over(read, words))
            advance(len(part))
        return found

    def apply(self, rule: LabelRule, *, advance: Advance = lambda _: None) -> Renewed:
        """Keep *rule* (taken back where its label is ``None``), and let history follow; what changed,
        counted as :meth:`preview` counts it. Killed in the middle, :meth:`resume` goes on.
        """
        # Pending first: a rule that was kept must not be forgotten, one that was not does no harm.
        self._pend({*self.pending(), rule.id})
        self._said.say([], [rule])
        return self.resume(advance=advance)

    def resume(self, *, advance: Advance = lambda _: None) -> Renewed:
        """Let history follow the answers and rules that it has not followed to the end."""
        done = Renewed()
        if self.unfinished():
            self._said.mark()  # the killed one may not have come to it
        for key in self.unfinished():
            given = [one for one in self._store.corrections() if one.key == key]
            done += self._renew(self._touched(given), again=True, advance=advance)
            self._open([one for one in self.unfinished() if one != key])
        for id in self.pending():
            history = [one for one in self._store.label_rules() if one.id == id]
            if history:
                rule = history[-1]
                again = hides(rule, history)
                done += self._renew(
                    concerned(self._store, rule, everything=again), again=again, advance=advance
                )
            self._pend(set(self.pending()) - {id})
        return done

    def rules(self) -> list[LabelRule]:
        """Rules that hold."""
        return latest_rules(self._store.label_rules())

    def pending(self) -> list[str]:
        """Ids of rules that history has not followed yet."""
        found: list[str] = json.loads(self._store.load_state(PENDING) or "[]")
        return found

    def _pend(self, ids: set[str]) -> None:
        self._store.save_state(PENDING, json.dumps(sorted(ids)))
