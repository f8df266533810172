"""tingfeng 听风, Chinese social listening. The public names; all of them live in tingfeng.core."""

from tingfeng.core.analysis import (
    FEELINGS,
    LABELS,
    Analysis,
    Asked,
    Attitude,
    By,
    Document,
    Emotion,
    Entity,
    Feeling,
    Label,
    Mention,
    Mood,
    Register,
    Sentiment,
)
from tingfeng.core.brand import Alias, Brand, lexicon_version
from tingfeng.core.correction import JUDGED, Correction, Corrections, Judged, LabelRule
from tingfeng.core.coverage import SEEING, Coverage, Verdict
from tingfeng.core.creator import (
    DIMENSIONS,
    Audience,
    Basis,
    CreatorEntry,
    Dimension,
    Price,
    Provenance,
    Snapshot,
)
from tingfeng.core.creator_store import (
    CommentCount,
    CreatorCard,
    CreatorOutcome,
    CreatorPost,
    CreatorStore,
    ScoreRun,
)
from tingfeng.core.errors import (
    AnswerChanged,
    CrawlError,
    InputError,
    ModelError,
    NotifyError,
    SettingsError,
    StoreError,
    TingfengError,
    UnknownName,
)
from tingfeng.core.exhibit import Exhibit, ExhibitKind
from tingfeng.core.fold import Phrase, fold, parse_words, search_terms
from tingfeng.core.incident import LEVELS, Evidence, Incident, Level, Notice
from tingfeng.core.logbook import (
    ENTRIES,
    LONGEST_SILENCE,
    TRUTHS,
    Ack,
    Closing,
    Entry,
    Feedback,
    Lifting,
    Silence,
    Truth,
)
from tingfeng.core.message import Lang, Message
from tingfeng.core.platforms import platform_name
from tingfeng.core.plugins import build, load
from tingfeng.core.ports import (
    DeskStore,
    Engine,
    Notifier,
    Outcome,
    PostStore,
    Reader,
    Segmenter,
    Store,
)
from tingfeng.core.post import SHANGHAI, Author, Engagement, Kind, Observation, Post, Precision
from tingfeng.core.privacy import Privacy, mask
from tingfeng.core.query import (
    DAY,
    HOUR,
    QUARTER,
    SUSPECT_AUTHORS,
    SUSPECT_COPIES,
    WEEK,
    Axis,
    Count,
    Query,
    Step,
)
from tingfeng.core.removal import Removal, post_hash

__version__ = "0.1.0"

__all__ = [
    "DAY", "DIMENSIONS", "ENTRIES", "FEELINGS", "HOUR", "JUDGED", "LABELS", "LEVELS",
    "LONGEST_SILENCE", "QUARTER", "SEEING", "SHANGHAI", "SUSPECT_AUTHORS", "SUSPECT_COPIES",
    "TRUTHS", "WEEK", "Ack", "Alias", "Analysis", "AnswerChanged", "Asked", "Attitude", "Audience",
    "Author", "Axis", "Basis", "Brand", "By", "Closing", "CommentCount", "Correction", "Corrections", "Count",
    "Coverage", "CrawlError", "CreatorCard", "CreatorEntry", "CreatorOutcome", "CreatorPost", "CreatorStore", "DeskStore", "Dimension", "Document", "Emotion",
    "Engagement", "Engine", "Entity", "Entry", "Evidence", "Exhibit", "ExhibitKind", "Feedback",
    "Feeling", "Incident", "InputError", "Judged", "Kind", "Label", "LabelRule", "Lang", "Level",
    "Lifting", "Mention", "Message", "ModelError", "Mood", "Notice", "Notifier", "NotifyError",
    "Observation", "Outcome", "Phrase", "Post", "PostStore", "Precision", "Price", "Privacy",
    "Provenance", "Query", "Reader", "Register", "Removal", "ScoreRun", "Segmenter", "Sentiment",
    "SettingsError", "Silence", "Snapshot", "Step", "Store", "StoreError", "TingfengError", "Truth",
    "UnknownName", "Verdict", "build", "fold", "lexicon_version", "load", "mask", "parse_words",
    "platform_name", "post_hash", "search_terms",
]  # fmt: skip
