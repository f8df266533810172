"""One page on how brands fare, every sentence of which leads to stored posts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from tingfeng import HOUR, LEVELS, Brand, Incident, Lang, Message, Store, platform_name
from tingfeng.insight import chart, loudest, sentiment, trend, verdict, voice
from tingfeng.insight.chart import Bar, Mark
from tingfeng.insight.counted import Scope, command, counted, total
from tingfeng.insight.evidence import Citations
from tingfeng.insight.export import replaced
from tingfeng.insight.listing import KINDS
from tingfeng.insight.loudest import loudest as loudest_posts
from tingfeng.insight.period import Period, floor, label, show
from tingfeng.insight.proportion import growth, percent, points, signed
from tingfeng.insight.section import Section, section, sources
from tingfeng.insight.sentiment import LABEL_NAMES, SentimentAnswer
from tingfeng.insight.trend import SIGHTS
from tingfeng.insight.verdict import (
    LEVEL_NAMES,
    REPLAYED,
    STATE_NAMES,
    TONES,
    UNJUDGED,
    Alarms,
    measured,
)
from tingfeng.insight.voice import VoiceAnswer
from tingfeng.insight.words import NOTHING_BEFORE


def report(
    store: Store,
    brands: Sequence[Brand],
    period: Period,
    *,
    now: datetime,
    lang: Lang = "zh",
    scope: Scope | None = None,
    incidents: Sequence[Incident] | None = None,
    replayed: Sequence[Incident] | None = None,
    judged: bool | None = None,
    model: str = "",
    limits: Sequence[Message] = (),
) -> str:
    """A self-contained HTML page: no scripts, nothing loaded from anywhere.

    Own brands get a section each (all of them, if none is our own), competitors stand in the
    share of voice. *incidents*: what people were told of, by default those of the store; *replayed*:
    what a replay finds besides, marked as never sent. Those that touch *period* are shown.
    *judged*: whether alerts were evaluated over *period*; by default only if there are *incidents*
    or a replay was made, since an empty list may mean that nobody ever looked. *model*: name and
    version of what read the posts; *limits*: what is known of its errors.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    scope = scope or Scope()
    chosen = [brand for brand in brands if brand.role == "own"] or list(brands)
    alarms = Alarms.known(store, period, incidents, replayed, judged)
    sections = [
        section(store, number, brand, brands, period, scope, alarms, now)
        for number, brand in enumerate(chosen, 1)
    ]
    shares = voice.voice(store, brands, period, now=now, scope=scope)
    citations = Citations(store)
    view = [_view(each, citations, lang) for each in sections]
    shown = _shares(store, shares, scope, period, citations, lang)
    ledger = sources(store.coverage(floor(period.since, HOUR), period.until))
    environment = Environment(
        loader=PackageLoader("tingfeng.insight"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template("report.html.j2").render(
        lang=lang,
        t=lambda zh, en: zh if lang == "zh" else en,
        into=lambda message: message.into(lang),
        show=show,
        named=lambda moment, step: label(moment, step, lang),
        unjudged=UNJUDGED.into(lang),
        percent=percent,
        sections=view,
        shares=shown,
        counted=counted(store, None, period, scope, now),
        period=period,
        now=now,
        sources=ledger,
        totals=store.totals(),
        stored=total(store, scope.query(period)),
        model=model,
        limits=limits,
        definitions=_definitions(sections),
        evidence=citations.listed,
        missing=len(citations.missing),
        label_names=LABEL_NAMES,
        kinds=KINDS,
        platform=lambda id: platform_name(id, lang),
        reactions=loudest.reactions,
        brands=[brand.name for brand in chosen],
    )


def write_report(
    path: Path, store: Store, brands: Sequence[Brand], period: Period, **given: Any
) -> None:
    """Write :func:`report`, which *given* is for, to *path*: whole or not at all.

    Raises:
        InputError: the folder is missing or cannot be written.

    """
    page = report(store, brands, period, **given)
    replaced(path, lambda draft: draft.write_text(page, encoding="utf-8", errors="replace"))


def _view(section: Section, citations: Citations, lang: Lang) -> dict[str, Any]:
    """The section with its texts in *lang*, charts drawn and posts cited."""
    cite, id = citations.cite, f"b{section.number}"
    mood, volume = section.mood, section.volume
    all_posts = mood.now.posts
    return {
        "id": id,
        "name": section.name,
        "posts": all_posts,
        "tone": section.verdict.tone,
        "tone_name": TONES[section.verdict.tone].into(lang),
        "sentence": section.verdict.sentence.into(lang),
        "cited": cite(each.document for each in (*section.negative[:3], *section.examples)[:4]),
        "mood": mood,
        "mood_chart": chart.attitude_bar(mood.now, lang, f"{id}-mood"),
        "negative_share": chart.interval_text(mood.now.share("negative"), lang),
        "change": points(mood.shift(mood.before), {"zh": "个百分点", "en": "points"}[lang]),
        "mood_rows": _mood_rows(mood, lang),
        "volume": volume,
        "growth": {
            "before": signed(growth(volume.total.posts, sentiment.posts(volume.before))),
            "year": signed(growth(volume.total.posts, sentiment.posts(volume.year_before))),
        },
        "sights": {sight: said.into(lang) for sight, said in SIGHTS.items()},
        "trend_chart": chart.trend_chart(volume, _marks(section, lang), lang, f"{id}-trend"),
        "peak": cite(each.document for each in section.peak),
        "platform_chart": _platforms(section, lang, f"{id}-platforms"),
        "words": [
            {"word": word, "growth": signed(growth(word.posts, word.before)),
             "negative": chart.interval_text(word.negative, lang), "cited": cite(word.examples)}
            for word in (section.words.words if section.words.before is not None else ())
        ],
        "words_sentence": (
            NOTHING_BEFORE if section.words.before is None else section.words.sentence()
        ).into(lang),
        "incidents": [
            _incident(each, section.alarms, citations, lang) for each in section.alarms.incidents
        ],
        "marked": [
            (level, LEVEL_NAMES[level].into(lang))
            for level in LEVELS
            if any(each.level == level for each in section.alarms.incidents)
        ],
        "judged": section.alarms.judged,
        "negative": [
            {"loud": loud, "cited": cite([loud.document])[0],
             "p": loudest.certainty(loud.document, section.name)}
            for loud in section.negative
        ],
        "suspected_share": percent(mood.suspected / all_posts if all_posts else None),
        "suspected_weighted": [said.into(lang) for said in mood.weighted_sentence()],
        "suspected_command": _suspected(section),
    }  # fmt: skip


def _mood_rows(mood: SentimentAnswer, lang: Lang) -> list[dict[str, Any]]:
    return [
        {
            "name": LABEL_NAMES[name].into(lang),
            "label": name,
            "now": chart.interval_text(mood.now.share(name), lang),
            "posts": mood.now.share(name).count,
            "then": [
                chart.interval_text(each.share(name), lang) if each else "–"
                for each in (mood.before, mood.year_before)
            ],
            "command": mood.commands[name],
        }
        for name in LABEL_NAMES
    ]


def _suspected(section: Section) -> str:
    scope, period = section.volume.counted.scope, section.volume.counted.period
    return command(scope.query(period, section.name, suspected=True))


def _marks(section: Section, lang: Lang) -> list[Mark]:
    return [
        Mark(
            at=each.opened_at,
            level=each.level,
            text=f"{LEVEL_NAMES[each.level].into(lang)} {show(each.opened_at)}",
            href=f"#incident-{each.id}",
        )
        for each in section.alarms.incidents
    ]


def _platforms(section: Section, lang: Lang, id: str) -> str:
    n = sum(posts for _, posts in section.platforms)
    rows = [
        Bar(name=platform_name(name, lang), value=posts, text=f"{posts} ({percent(posts / n)})")
        for name, posts in section.platforms[:8]
    ]
    return chart.bars(rows, Message("平台分布", "platforms").into(lang), id)


def _incident(
    incident: Incident, alarms: Alarms, citations: Citations, lang: Lang
) -> dict[str, Any]:
    return {
        "incident": incident,
        "replayed": REPLAYED.into(lang) if incident.id in alarms.replayed else "",
        "measured": measured(incident.evidence).into(lang),
        "level": LEVEL_NAMES[incident.level].into(lang),
        "state": STATE_NAMES[incident.state].into(lang),
        "sentences": [Message(*pair).into(lang) for pair in incident.evidence.sentences],
        "cited": citations.cite(incident.evidence.posts),
        "command": command(
            Scope().query(
                Period(since=incident.first_post_at, until=incident.evidence.at),
                incident.brand,
                labels=("negative",),
            )
        )
        if incident.first_post_at < incident.evidence.at
        else "",
    }


def _shares(
    store: Store,
    answer: VoiceAnswer,
    scope: Scope,
    period: Period,
    citations: Citations,
    lang: Lang,
) -> dict[str, Any]:
    unit = {"zh": "个百分点", "en": "points"}[lang]
    rows = []
    for each in answer.brands:
        loud = loudest_posts(store, scope.query(period, each.brand), limit=2)
        rows.append(
            {
                "voice": each,
                "role": voice.ROLES[each.role].into(lang),
                "share": percent(each.share, 1),
                "points": "–" if each.points is None else f"{each.points * 100:+.1f} {unit}",
                "growth": signed(growth(each.split.posts, each.before)),
                "negative": chart.interval_text(each.negative, lang),
                "cited": citations.cite(post.document for post in loud),
            }
        )
    drawn = [
        Bar(
            name=each.brand,
            value=each.split.posts,
            text=f"{percent(each.share, 1)} ({each.split.posts})",
            strong=each.role == "own",
        )
        for each in answer.brands
    ]
    title = Message("声量占比", "share of voice").into(lang)
    return {
        "answer": answer, "rows": rows, "sentence": answer.sentence().into(lang),
        "chart": chart.bars(drawn, title, "voice"),
    }  # fmt: skip


def _definitions(sections: Sequence[Section]) -> list[Message]:
    found = [
        verdict.DEFINITION, trend.DEFINITION, sentiment.DEFINITION, voice.DEFINITION,
        loudest.DEFINITION,
    ]  # fmt: skip
    return found + [each.words.definition for each in sections[:1]]
