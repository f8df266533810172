"""What each kind of part must do. Structural: a part need not import this file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Literal, Protocol

from tingfeng.core.analysis import Analysis, Asked, Attitude, Document, Mood, Register
from tingfeng.core.correction import Correction, LabelRule
from tingfeng.core.coverage import Coverage
from tingfeng.core.creator_store import CreatorStore
from tingfeng.core.exhibit import Exhibit
from tingfeng.core.incident import Incident, Notice
from tingfeng.core.logbook import Entry
from tingfeng.core.post import Observation, Post
from tingfeng.core.query import Axis, Count, Query, Step
from tingfeng.core.removal import Removal

Outcome = Literal["new", "seen", "changed", "forgotten", "refused"]
"""``changed``: the stored post gained an edited text, a field that it had left unsaid, or another
engagement observation. ``forgotten``: refused, the post or its author was removed for good. ``refused``: by a server, for
a reason that its dead letters tell; what was stored before stays."""


class Segmenter(Protocol):
    """Cuts a cleaned text into words."""

    version: str

    def __call__(self, text: str) -> list[str]:
        """Words in order; joined they are *text*."""


class Engine(Protocol):
    """Reads attitude: of whole posts, and to one brand among others."""

    version: str
    """Name and hash of the weights, e.g. ``linear-1a2b3c4d``: it becomes part of
    :attr:`Analysis.reader`."""

    def posts(
        self, texts: Sequence[str], tokens: Sequence[Sequence[str]], registers: Sequence[Register]
    ) -> list[Mood]:
        """One answer a cleaned text, in order; *tokens* are its words. What is said of a text
        depends on that text alone.
        """

    def mentions(self, asked: Sequence[Asked]) -> list[Attitude]:
        """One answer a mention, in order."""


class Reader(Protocol):
    """Post to analysis. Has no memory: what it says of a post depends on that post alone."""

    version: str
    lexicon: str

    def read(self, posts: Sequence[Post]) -> list[Analysis]:
        """One analysis a post, in order, ``copy_of`` not yet filled in."""

    def retag(self, post: Post, analysis: Analysis) -> Analysis:
        """*analysis* with the mentions of the present lexicon; nothing else is read again."""


class PostStore(Protocol):
    """Where posts and their readings live."""

    def put(self, seen: Iterable[Observation], *, now: datetime) -> list[Outcome]:
        """Take in observations, in order, in one transaction; the outcome of each.

        A text or title that differs is an edit if it was collected later than the stored one: it
        holds from now on, the former one is kept among the earlier ones (each once, and none that
        holds again), and the post counts as unread. What an edit leaves unsaid is kept.

        Otherwise a sighting only fills what the stored post leaves unsaid: title, text, url,
        author, followers, verified, published_at with its precision, parent, rating, place, media,
        tags. It overwrites nothing, whenever it was collected. A post whose words grow by this
        counts as unread; else its reading stays, and counts follow its date and author.

        An engagement at a moment already stored is no observation; nor is one with unchanged
        counts when the observation is not *timed*.

        A post that was forgotten, or whose author was, is refused. A stored post that turns out to
        be of a forgotten author is removed like theirs.
        """

    def unread(self, reader: str, *, limit: int | None = None) -> Iterator[Post]:
        """Posts without a reading by *reader*, in the order they came in; all for ``""``.

        Safe to interleave with :meth:`record`.
        """

    def untagged(self, lexicon: str) -> Iterator[Document]:
        """Documents whose mentions are of another lexicon, in the order they came in."""

    def recent(self, reader: str, limit: int = 131_072) -> Iterator[Analysis]:
        """The last *limit* readings by *reader* with a fingerprint, in the order in which their
        posts came in; only key, fingerprint and ``copy_of`` are filled in.
        """

    def record(self, analyses: Sequence[Analysis], *, of: Mapping[str, str] | None = None) -> None:
        """Keep readings, replacing earlier ones of the same posts, in one transaction.

        *of*: by key, the words that were read. A reading of words that its post no longer has,
        because it was edited meanwhile, is left out: the post stays unread. So is one whose post
        was removed meanwhile; and if the post that opened its near-duplicate group was, it joins
        what is left of the group, or opens it anew.
        """

    def get(self, key: str) -> Document | None:
        """One post by its key."""

    def copies(self, root: str) -> Iterator[Document]:
        """The near-duplicate group that the post *root* opens, itself among them, by arrival."""

    def search(self, query: Query) -> Iterator[Document]:
        """Documents that *query* means."""

    def count(
        self, query: Query, by: Sequence[Axis] = (), *, step: Step | None = None
    ) -> list[Count]:
        """How many posts, split by the axes, ordered by them; cells with none are left out.

        Axis ``brand`` counts a post once for each brand it mentions (all brands, or those of the
        query), with the attitude to that brand; posts without a brand do not count there.
        """

    def voices(
        self, query: Query, by: Sequence[Axis] = (), *, step: Step | None = None
    ) -> list[Count]:
        """Like :meth:`count`, but an author says the same thing (copy group, or text without
        one) only once a cell. Posts without an author each count.
        """

    def authors(self, query: Query) -> int:
        """How many different authors."""

    def terms(self, query: Query) -> Mapping[str, int]:
        """In how many of the posts each keyword-worthy token stands."""

    def totals(self) -> Mapping[str, int]:
        """Posts (comments among them), comments, read, unread, no_text, undated, mentions, and ``bytes`` on disk."""

    def observations(self, key: str) -> list[Observation]:
        """All that was seen of one post, oldest first: texts and counts."""

    def forget(self, author: str, *, now: datetime, by: str = "", reason: str = "") -> list[str]:
        """Remove every post of *author* (keyed hash) and all that was derived from them; the keys
        of what was removed, in the order in which they came in.

        From then on :meth:`put` refuses posts of the author, and these posts whoever is said to
        have written them. Asking again is safe, and finishes what was broken off. A group of
        near-duplicates lives on under its earliest remaining member. What people corrected in
        these posts goes; in what the desk keeps, see :meth:`DeskStore.waiting`, their keys do. So do
        copies that incidents have of them, also of posts that are long gone.
        """

    def forget_posts(
        self, keys: Iterable[str], *, now: datetime, by: str = "", reason: str = ""
    ) -> list[str]:
        """Like :meth:`forget`, for single posts. A post that is not there yet is refused too."""

    def expire(self, before: datetime, *, now: datetime, by: str = "", reason: str = "") -> int:
        """Remove the posts that were published, or where nobody says when, collected before a
        moment; how many. They may come back: who keeps posts for a time must not put older ones.
        Copies that incidents have of them stay.
        """

    def audit(self) -> list[Removal]:
        """What was removed, in the order in which it was. What changed nothing leaves no line."""

    def close(self) -> None:
        """Let go of files and connections."""


class DeskStore(Protocol):
    """Where watchers keep what they must not forget. Every call is one transaction."""

    def load_state(self, name: str) -> str | None:
        """A small text kept under *name*."""

    def save_state(self, name: str, value: str) -> None:
        """Keep a small text under *name*."""

    def swap_state(self, name: str, old: str | None, new: str) -> bool:
        """Keep *new* under *name* if *old* is what stands there now (``None``: nothing does);
        whether it was. Of several processes that ask for the same, one succeeds.

        A name that is swapped is kept by nothing else.
        """

    def enqueue(self, notices: Sequence[Notice]) -> None:
        """Put notices into the outbox that no change of an incident brings; known ids are ignored."""

    def save_incident(
        self,
        incident: Incident,
        notices: Sequence[Notice] = (),
        states: Mapping[str, str] = {},
        *,
        now: datetime | None = None,
    ) -> None:
        """Keep the incident, queue its notices (known ids are ignored) and keep *states*: all or
        nothing. Of posts that its evidence names copies are kept, see :meth:`evidence`, unless it
        is closed. *now*: when, if it is not the moment of the call.
        """

    def evidence(self, incident: str | None = None) -> list[Exhibit]:
        """Copies of posts as they were when an incident named them, chain by chain.

        They outlive edits and :meth:`PostStore.expire`. What is forgotten is blanked, and a further
        line of the chain says so.
        """

    def keep_evidence(self, incident: Incident, keys: Sequence[str], *, now: datetime) -> int:
        """Keep copies of further posts, ``reach``, each wording once; how many are new. Of an
        incident that is closed none.
        """

    def expire_evidence(self, before: datetime, *, now: datetime) -> int:
        """Blank copies that were made before a moment, of incidents that are closed; how many."""

    def incidents(self, *, brand: str | None = None, open_only: bool = False) -> list[Incident]:
        """Incidents, latest opened first."""

    def waiting(self) -> list[Notice]:
        """Notices neither delivered nor given up nor withheld, oldest first."""

    def settle(self, notice: Notice) -> None:
        """Keep the notice's attempts, delivery and failure. Given up: failure set and attempts
        negative.
        """

    def notices(self, incident: str | None = None) -> list[Notice]:
        """Everything ever queued, oldest first."""

    def correct(self, given: Sequence[Correction], rules: Sequence[LabelRule] = ()) -> None:
        """Keep what people said, behind what they said before: nothing is overwritten."""

    def corrections(self) -> list[Correction]:
        """All of them, in the order in which they were made."""

    def label_rules(self) -> list[LabelRule]:
        """All rules, in the order in which they were made."""

    def log(self, entries: Sequence[Entry]) -> None:
        """Put what people said of incidents behind what was said before: nothing is overwritten."""

    def logbook(self) -> list[Entry]:
        """All of it, in the order in which it was said."""

    def note(self, coverage: Coverage) -> None:
        """Add to the ledger: counts of the same source and hour are summed."""

    def coverage(self, since: datetime, until: datetime) -> list[Coverage]:
        """The ledger, by hour and source."""


class Store(PostStore, DeskStore, CreatorStore, Protocol):
    """One place for all: what ``[store]`` in the settings builds."""


class Notifier(Protocol):
    """Tells people.

    May say more of itself, see :mod:`tingfeng.alerts.outbox`: ``longest``, the seconds that one call
    takes at most; ``pace``, how fast it may be spoken to; ``robot``, a key that is the same for all
    channels of one robot; and have ``send``, which delivers like a call and gives the answer.
    """

    name: str

    def __call__(self, notice: Notice, incident: Incident | None) -> None:
        """Deliver, or raise :class:`~tingfeng.core.errors.NotifyError`. Returning means that the
        channel confirmed it.
        """
