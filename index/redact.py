"""Removed posts leave the stories that were told with them: figures stay, keys and quotes go."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from index.facts import split_key
from index.logbook import rewritten
from tingfeng import Entry, Incident, Message, Notice

GONE = Message("（此处引用的帖子已删除。）", "(What was quoted here has been removed.)")
"""Stands where a sentence or a line named a removed post."""


class Gone:
    """The keys of removed posts, to be found in what was written about them."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._keys = frozenset(keys)
        self._platforms = tuple({split_key(key)[0] + ":" for key in self._keys})
        self._lengths = tuple({len(key) for key in self._keys})

    def __contains__(self, key: str) -> bool:
        return key in self._keys

    def named(self, text: str) -> bool:
        """Whether *text* names one of them."""
        # By the few prefixes, not by the many keys: thousands may go at once.
        return any(self._at(text, start) for start in self._starts(text))

    def _starts(self, text: str) -> Iterable[int]:
        for platform in self._platforms:
            start = text.find(platform)
            while start >= 0:
                yield start
                start = text.find(platform, start + 1)

    def _at(self, text: str, start: int) -> bool:
        """Whether a whole key stands there: ``weibo:12`` does not name ``weibo:1``."""
        for length in self._lengths:
            end = start + length
            ends = not (text[end : end + 1].isalnum() or text[end : end + 1] in {"_", "-"})
            if ends and text[start:end] in self._keys:
                return True
        return False


_BLANK = "…"
_KEY = re.compile(r"\w+:[^\s()（）\[\]“”；，。]+", re.ASCII)


def quoted(incident: Incident, notices: Iterable[Notice]) -> list[str]:
    """Keys that they name: a judge at work may not know yet that one of the posts was removed."""
    evidence = incident.evidence
    told = [key for pair in evidence.sentences for text in pair for key in _KEY.findall(text)]
    return list(dict.fromkeys([*evidence.posts, *told, *named(notices)]))


def named(notices: Iterable[Notice]) -> list[str]:
    """Keys that notices name."""
    return list(dict.fromkeys(key for one in notices for key in _KEY.findall(one.body)))


def incident_without(incident: Incident, gone: Gone) -> Incident:
    """*incident* without the keys in its evidence and the sentences that name them."""
    evidence = incident.evidence
    posts = tuple(key for key in evidence.posts if key not in gone)
    sentences = tuple(
        (GONE.zh, GONE.en) if gone.named(zh) or gone.named(en) else (zh, en)
        for zh, en in evidence.sentences
    )
    return replace(incident, evidence=replace(evidence, posts=posts, sentences=sentences))


def notice_without(notice: Notice, gone: Gone) -> Notice:
    """*notice* without the lines that name them, sent or not: what is sent cannot be called back,
    what is kept here can.
    """
    lines = notice.body.split("\n")
    kept = [f"- {GONE.zh} {GONE.en}" if gone.named(line) else line for line in lines]
    return replace(notice, body="\n".join(kept))


def entry_without(entry: Entry, gone: Gone) -> Entry:
    """*entry* without the keys: what a team wrote around them is the team's."""
    return rewritten(entry, lambda text: _unnamed(text, gone) if gone.named(text) else text)


def _unnamed(text: str, gone: Gone) -> str:
    kept = _KEY.sub(lambda found: _BLANK if found.group() in gone else found.group(), text)
    return f"{GONE.zh} {GONE.en}" if gone.named(kept) else kept
