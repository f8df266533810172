"""What people answered, beside what the engine said of the very same places: rows to learn from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from nlp.adapter import CLASSES, QUESTIONS, Question, sides
from nlp.adapter_features import Context, mention_context, post_context
from nlp.adapter_labels import Labels
from nlp.clean import clean
from nlp.reader import BrandReader
from nlp.scoring import NEGATIVE, NEUTRAL, POSITIVE
from tingfeng.core.analysis import Analysis, Asked, Attitude, Document, Mood, Register
from tingfeng.core.correction import Correction
from tingfeng.core.ports import Engine, Store
from tingfeng.core.post import Post
from tingfeng.pipeline.label_copies import about
from tingfeng.pipeline.labelled_rows import MentionRow
from tingfeng.pipeline.reading import batches
from tingfeng.pipeline.scoring import read_mentions

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BATCH = 256

CLASS = {"negative": NEGATIVE, "neutral": NEUTRAL, "positive": POSITIVE}
ANSWER = {number: name for name, number in CLASS.items()}

Place = tuple[str, int, int]
"""A text, and where in it a name begins and ends."""

Advance = Callable[[int], None]


class Recorder:
    """*engine*, and all that was asked of it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.version = engine.version
        self.places: dict[Place, tuple[Asked, Attitude]] = {}
        self.moods: dict[str, Mood] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self.engine, name)

    def posts(
        self, texts: Sequence[str], tokens: Sequence[Sequence[str]], registers: Sequence[Register]
    ) -> list[Mood]:
        """See :class:`tingfeng.Engine`."""
        moods = self.engine.posts(texts, tokens, registers)
        self.moods.update(zip(texts, moods, strict=True))
        return moods

    def mentions(self, asked: Sequence[Asked]) -> list[Attitude]:
        """See :class:`tingfeng.Engine`."""
        said = self.engine.mentions(asked)
        for one, attitude in zip(asked, said, strict=True):
            self.places[one.text, one.start, one.end] = one, attitude
        return said

    def forget(self) -> None:
        """Before other posts are read: a place is known by its text."""
        self.places.clear()
        self.moods.clear()


@dataclass(slots=True)
class _Rows:
    """Rows of one question, on their way to be arrays."""

    odds: list[Sequence[float]] = field(default_factory=list)
    contexts: list[Context] = field(default_factory=list)
    label: list[int] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    weight: list[float] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)


class Gathered:
    """Labels as rows, and which labels they were."""

    def __init__(self) -> None:
        self._rows: dict[Question, _Rows] = defaultdict(_Rows)
        self.used: list[dict[str, Any]] = []
        """Id, label, who and when of each; never the text."""
        self.lost = 0
        """Labels of posts that are gone or were edited since, or of names that the reader no longer
        finds there."""

    def labels(self, question: Question) -> Labels:
        """The rows of one question."""
        import numpy as np

        rows = self._rows[question]
        return Labels(
            question=question, odds=np.array(rows.odds, float).reshape(-1, CLASSES[question]),
            contexts=rows.contexts, label=np.array(rows.label, np.int64), groups=rows.groups,
            weight=np.array(rows.weight, float),
        )  # fmt: skip

    def unseen(self, question: Question, seen: set[str]) -> NDArray[np.bool_]:
        """Which rows come from labels that are not among *seen*."""
        import numpy as np

        return np.array([id not in seen for id in self._rows[question].ids], bool)

    def counts(self) -> dict[str, dict[str, int]]:
        """Labels of each question by answer."""
        found: dict[str, dict[str, int]] = {}
        for question in QUESTIONS:
            rows = self._rows[question]
            names = {0: "not_brand", 1: "brand"} if question == "sense" else ANSWER
            pairs = set(zip(rows.ids, rows.label, strict=True))
            found[question] = {
                name: sum(label == number for _, label in pairs) for number, name in names.items()
            }
        return found

    def note(self, id: str, said: str, by: str, at: str | None) -> None:
        """A label that is used."""
        self.used.append({"id": id, "label": said, "by": by, "at": at})

    def places(
        self, found: Sequence[tuple[Asked, Attitude]], *, meant: bool, stance: int | None,
        group: str, id: str,
    ) -> None:  # fmt: skip
        """The mentions of a brand in one text, all of which share one answer."""
        for asked, said in found:
            context = mention_context(asked, said.span)
            if meant and stance is not None:
                self._add("mention", sides([said.sentiment])[0].tolist(), context, stance,
                          group, 1 / len(found), id)  # fmt: skip
            if said.meant is not None:
                self._add("sense", (1 - said.meant, said.meant), context, int(meant), group,
                          1 / len(found), id)  # fmt: skip

    def post(self, mood: Mood, text: str, stance: int, *, group: str, id: str) -> None:
        """A whole post."""
        odds = sides([mood.sentiment])[0].tolist()
        self._add("post", odds, post_context(text), stance, group, 1.0, id)

    def _add(
        self, question: Question, odds: Sequence[float], context: Context, label: int,
        group: str, weight: float, id: str,
    ) -> None:  # fmt: skip
        rows = self._rows[question]
        rows.odds.append(odds)
        rows.contexts.append(context)
        rows.label.append(label)
        rows.groups.append(group)
        rows.weight.append(weight)
        rows.ids.append(id)


def recording(reader: BrandReader) -> tuple[BrandReader, Recorder]:
    """*reader*, and what is asked of its engine."""
    recorder = Recorder(reader.engine)
    return BrandReader(reader.brands, recorder, reader.segmenter), recorder


def from_corrections(
    gathered: Gathered, store: Store, reader: BrandReader, standing: Sequence[Correction],
    advance: Advance,
) -> None:  # fmt: skip
    """Rows of the corrections that hold, as *reader* would have read the posts."""
    watched, recorder = recording(reader)
    for part in batches(standing, BATCH):
        found = {one.key: store.get(one.key) for one in part}
        documents = {key: one for key, one in found.items() if one is not None}
        recorder.forget()
        watched.read([one.post for one in documents.values()])
        for said in part:
            document = documents.get(said.key)
            # An answer about words that its author took away would teach the new ones wrongly.
            if document is None or not about(document, said) or not _one(gathered, watched, recorder, document, said):  # fmt: skip
                gathered.lost += 1
        advance(len(part))


def _one(
    gathered: Gathered, reader: BrandReader, recorder: Recorder, document: Document, said: Correction
) -> bool:  # fmt: skip
    post, id = document.post, f"{said.key}|{said.brand or ''}"
    group = _group(document.analysis, post)
    if said.brand is None:
        text = clean(post.words)
        mood = recorder.moods.get(text)
        if mood is None or said.label not in CLASS:
            return False
        gathered.post(mood, text, CLASS[said.label], group=group, id=id)
    else:
        names = {(one.start, one.end) for one in reader.mentions.explain(post.words) if one.brand == said.brand}  # fmt: skip
        places = [recorder.places[place] for start, end in sorted(names)
                  if (place := (post.words, start, end)) in recorder.places]  # fmt: skip
        if not places:
            return False
        stance = CLASS.get(str(said.label))
        gathered.places(places, meant=said.label != "not_brand", stance=stance, group=group, id=id)
    gathered.note(id, str(said.label), said.by, said.at.isoformat())
    return True


def _group(analysis: Analysis | None, post: Post) -> str:
    return (analysis.copy_of if analysis else None) or post.words


def from_rows(
    gathered: Gathered, reader: BrandReader, rows: Sequence[MentionRow], by: str, advance: Advance
) -> None:
    """Rows of a file of labelled mentions, read as :mod:`tingfeng.pipeline.scoring` reads them."""
    recorder = Recorder(reader.engine)
    answers, lost = read_mentions(
        BrandReader((), recorder, reader.segmenter), rows, advance=advance
    )
    gathered.lost += len(lost)
    for one in answers:
        place = recorder.places.get((one.text, *one.read))
        stance = one.row.stance if one.row.stance in ANSWER else None
        if place is None or (one.row.meant and stance is None):
            gathered.lost += 1
            continue
        # A file's rows have no ids of their own, and its text must not stand in a card.
        digest = blake2b(one.row.text.encode(errors="surrogatepass"), digest_size=6).hexdigest()
        id = f"file:{digest}:{one.start}|{one.row.brand}"
        gathered.places([place], meant=one.row.meant, stance=stance, group=one.text, id=id)
        gathered.note(id, ANSWER[stance] if one.row.meant and stance is not None else "not_brand", by, None)  # fmt: skip


def places_of(
    reader: BrandReader, documents: Iterable[Document], advance: Advance
) -> list[tuple[Post, Asked, Attitude]]:
    """Every mention in *documents* with the engine's answer to it."""
    watched, recorder = recording(reader)
    found = []
    for part in batches(documents, BATCH):
        recorder.forget()
        posts = [one.post for one in part]
        for post, analysis in zip(posts, watched.read(posts), strict=True):
            found += [
                (post, *recorder.places[place])
                for one in analysis.mentions
                if (place := (post.words, one.start, one.end)) in recorder.places
            ]
        advance(len(part))
    return found
