"""The built-in story: the first command a person tries, and the smoke test of the whole."""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tingfeng.cli.demo_creators import creators_json, show_creators
from tingfeng.cli.incidents import replayed_json, tell
from tingfeng.cli.output import show
from tingfeng.cli.screen import Screen
from tingfeng.core.errors import SettingsError
from tingfeng.core.post import SHANGHAI

if TYPE_CHECKING:
    from tingfeng.demo.story import Story
    from tingfeng.pipeline import Pipeline
    from tingfeng.pipeline.rehearsal import Rehearsal

ENDS = datetime(2026, 6, 15, tzinfo=SHANGHAI)
"""The story ends here whatever the clock says, so that its answers can be written down."""

FILE = "tingfeng.toml"

KEY = "TINGFENG_AUTHOR_KEY=invented-authors-need-no-secret\n"


def demo(args: argparse.Namespace, screen: Screen) -> int:
    """Tell the story, hear it, compare; 1 when what was heard is not what was told."""
    from tingfeng.demo.story import tell
    from tingfeng.pipeline import Pipeline
    from tingfeng.pipeline.kol_rehearsal import rehearse_creators
    from tingfeng.pipeline.kol_target import wanted
    from tingfeng.pipeline.rehearsal import rehearse
    from tingfeng.settings import Settings

    story = tell(args.seed, ends=ENDS)
    settings = Settings.read(_prepare(args.folder, story, screen))
    with Pipeline(settings, clock=lambda: ENDS) as pipeline:
        with screen.progress("阅读故事", "reading the story", len(story.observations)) as advance:
            heard = rehearse(pipeline, story, advance=advance)
        answers = _answers(pipeline, heard, screen)
        _write_report(pipeline, heard, args.report, screen)
        met = rehearse_creators(pipeline, story, wanted(None, args.folder))
        show_creators(met, screen)
    screen.say(
        f"报告：{args.report}。接着玩：cd {args.folder} && tingfeng search 发烫，或 tingfeng kol score",
        f"Report: {args.report}. To go on: cd {args.folder} && tingfeng search 发烫, or tingfeng kol score",
    )
    passed = heard.passed and met.passed
    told = {**_truth(heard, screen), "passed": passed, **answers, "creators": creators_json(met)}
    screen.answer({**told, "report": str(args.report)})
    return 0 if passed else 1


def _prepare(folder: Path, story: Story, screen: Screen) -> Path:
    """An empty store and settings in *folder*; what an earlier demo left there goes."""
    from tingfeng.cli.template import settings_toml
    from tingfeng.pipeline.kol_rehearsal import ASKED

    _refuse_others(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".env").write_text(KEY, encoding="utf-8")
    for old in folder.glob("tingfeng.db*"):
        old.unlink()
    lines: dict[str, list[Any]] = {"own": [], "competitor": []}
    for brand in story.brands:
        lines[brand.role].append((brand.name, brand.aliases))
    path = folder / FILE
    text = settings_toml(lines["own"], lines["competitor"], lang=screen.lang)
    path.write_text(text, encoding="utf-8")
    for old in folder.glob("kol-watch.json*"):
        old.unlink()
    (folder / "kol.toml").write_text(ASKED, encoding="utf-8")
    return path


def _refuse_others(folder: Path) -> None:
    """Nobody's own store, settings or secrets may be replaced by a story."""
    secrets = folder / ".env"
    ours = secrets.is_file() and secrets.read_bytes() == KEY.encode()
    if not ours and any((folder / name).exists() for name in (FILE, ".env", "tingfeng.db")):
        raise SettingsError(
            f"{folder} 里已有不是演示写下的设置或数据，演示会把它们覆盖。请用 --folder 另选一个文件夹",
            f"{folder} holds settings or data that no demo wrote, and a demo would replace them: "
            "choose another --folder",
        )


def _truth(heard: Rehearsal, screen: Screen) -> dict[str, Any]:
    """What was planted, and what was alerted."""
    planted = heard.story.planted
    return {
        "passed": heard.passed,
        "seed": heard.story.seed,
        "posts": heard.posts,
        "distinct": heard.distinct,
        "planted": planted
        and {
            "brand": planted.brand, "begins_at": planted.begins_at,
            "should_alert_by": planted.should_alert_by, "reason": planted.reason,
        },
        "alerts": [replayed_json(one, screen.lang) for one in heard.alerts],
        "agreement": {"sure": heard.sure, "right": heard.right},
    }  # fmt: skip


def _answers(pipeline: Pipeline, heard: Rehearsal, screen: Screen) -> dict[str, Any]:
    """Say what was heard: attitude, share of voice, news, the alert."""
    from tingfeng.insight.period import Period
    from tingfeng.insight.sentiment import sentiment
    from tingfeng.insight.voice import voice
    from tingfeng.insight.words import words

    store, story, brands = pipeline.store, heard.story, pipeline.brands
    fortnight = Period(since=story.begins_at, until=story.ends_at)
    week = Period(since=story.ends_at - timedelta(days=7), until=story.ends_at)
    own = [brand.name for brand in brands if brand.role == "own"]
    screen.say(
        f"故事（种子 {story.seed}）：{heard.posts:,} 帖，去除雷同后 {heard.distinct:,} 种说法。"
        f"读完 {heard.reading.analyzed:,} 帖用 {heard.reading.seconds:.1f} 秒；拿得准的 {heard.sure:,} 帖里 "
        f"{heard.right / max(heard.sure, 1):.0%} 与写作者本意一致。\n",
        f"The story (seed {story.seed}): {heard.posts:,} posts, {heard.distinct:,} texts after copies "
        f"collapse. {heard.reading.analyzed:,} read in {heard.reading.seconds:.1f} s; of the "
        f"{heard.sure:,} it was sure of, {heard.right / max(heard.sure, 1):.0%} agree with what was "
        "meant.\n",
    )
    moods = [sentiment(store, name, fortnight, now=ENDS) for name in own]
    shares = voice(store, brands, fortnight, now=ENDS)
    news = words(store, own[0], week, now=ENDS, brands=brands, limit=10)
    for name, mood in zip(own, moods, strict=True):
        screen.say(*(f"◆ {name}",) * 2)
        show(mood.table(), screen)
    show(shares.table(), screen)
    show(news.table(), screen)
    _alert(heard, screen)
    return {
        "sentiment": [mood.as_json() for mood in moods],
        "voice": shares.as_json(),
        "words": news.as_json(),
    }


def _alert(heard: Rehearsal, screen: Screen) -> None:
    """The alert that fired, beside the moment at which it should have."""
    planted, found = heard.story.planted, heard.found
    if planted is None:
        screen.say("★ 这个故事里没有危机。", "★ There is no crisis in this story.")
    else:
        screen.say(
            f"★ 埋下的危机：{planted.brand}，{planted.begins_at:%m-%d %H:%M} 起（{planted.reason}），"
            f"应在 {planted.should_alert_by:%m-%d %H:%M} 前报警",
            f"★ Planted: {planted.brand} from {planted.begins_at:%m-%d %H:%M} ({planted.reason}), to be "
            f"alerted by {planted.should_alert_by:%m-%d %H:%M}",
        )
    if planted and found:
        late = round((found.incident.opened_at - planted.begins_at).total_seconds() / 60)
        screen.say(
            f"  报警：{found.incident.opened_at:%m-%d %H:%M}，首帖后 {late} 分钟",
            f"  alerted: {found.incident.opened_at:%m-%d %H:%M}, {late} minutes after its first post",
        )
        tell(found, screen)
    elif planted:
        screen.say("  没有报警！", "  not alerted!")
    for one in heard.false:
        screen.say(
            f"  误报：{one.incident.brand} {one.incident.opened_at:%m-%d %H:%M}",
            f"  false alarm: {one.incident.brand} {one.incident.opened_at:%m-%d %H:%M}",
        )
    if not heard.false:
        sale = heard.story.promotion
        screen.say(
            f"  {sale.begins_at:%m-%d} 的促销高峰没有误报",
            f"  no false alarm at the promotion peak of {sale.begins_at:%m-%d}",
        )
    screen.say()


def _write_report(pipeline: Pipeline, heard: Rehearsal, path: Path, screen: Screen) -> None:
    from tingfeng.insight.period import Period

    period = Period(since=heard.story.begins_at, until=heard.story.ends_at)
    incidents = [replace(one.incident, level=one.highest) for one in heard.alerts]
    pipeline.report(path, period, lang=screen.lang, replayed=incidents)
