"""Is everything as it must be? Each finding with its remedy."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import packages_distributions
from typing import Literal

from tingfeng.core.errors import TingfengError
from tingfeng.core.message import Message
from tingfeng.core.post import SHANGHAI
from tingfeng.core.query import Query
from tingfeng.pipeline import Pipeline
from tingfeng.pipeline.engine_note import why
from tingfeng.pipeline.meaning import unmade

LOW_DISK = 2 * 1024**3
"""Bytes. A million posts take about half of that, see benchmarks/."""

UNDELIVERED = timedelta(days=7)
"""How far back messages that nobody got are told of: a week has its weekly meeting."""

LATE = timedelta(hours=1)
"""A throttled robot is silent for ten minutes; what waits longer waits for something else."""

UNANSWERED = ("failed", "rejected", "budget")
"""Counts of an engine that asks others: mentions that were not put, or had no answer at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at."""

    name: Message
    state: Literal["ok", "warn", "bad"]
    found: Message
    remedy: Message | None = None


def examine(pipeline: Pipeline) -> Iterator[Finding]:
    """Look at everything, the worst included: a check that fails is a finding."""
    checks: tuple[tuple[Message, Callable[[Pipeline], Iterator[Finding]]], ...] = (
        (Message("Python", "python"), _python),
        (Message("包名", "import names"), _names),
        (Message("设置", "settings"), _settings),
        (Message("数据库", "store"), _store),
        (Message("模型", "model"), _model),
        (Message("时钟", "clock"), _clock),
        (Message("磁盘", "disk"), _disk),
        (Message("来源", "sources"), _sources),
        (Message("通道", "channels"), _channels),
    )
    for name, check in checks:
        try:
            yield from check(pipeline)
        except TingfengError as error:
            yield Finding(name=name, state="bad", found=error.message)


def _python(_: Pipeline) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding(
        name=Message("Python", "python"),
        state="ok",  # an older one does not start at all
        found=Message(f"{version}（{sys.executable}）", f"{version} ({sys.executable})"),
    )


def _names(_: Pipeline) -> Iterator[Finding]:
    """``crawlers``, ``nlp`` and ``index`` are plain names: another package may have taken one."""
    owners = packages_distributions()
    taken = {
        name: found
        for name in ("crawlers", "nlp", "index")
        if (found := set(owners.get(name, ["tingfeng"])) - {"tingfeng"})
    }
    yield Finding(
        name=Message("包名", "import names"),
        state="bad" if taken else "ok",
        found=Message(f"被占用：{taken}", f"taken: {taken}")
        if taken
        else Message("crawlers nlp index 都是我们的", "crawlers, nlp and index are ours"),
        remedy=Message(
            "请把 tingfeng 装进自己的虚拟环境", "install tingfeng into an environment of its own"
        ),
    )


def _settings(pipeline: Pipeline) -> Iterator[Finding]:
    own = [brand.name for brand in pipeline.brands if brand.role == "own"]
    rivals = [brand.name for brand in pipeline.brands if brand.role == "competitor"]
    yield Finding(
        name=Message("设置", "settings"),
        state="ok" if own else "warn",
        found=Message(
            f"自有品牌 {'、'.join(own) or '无'}；竞品 {'、'.join(rivals) or '无'}；词表 {pipeline.lexicon}",
            f"own brands {', '.join(own) or 'none'}; competitors {', '.join(rivals) or 'none'}; "
            f"lexicon {pipeline.lexicon}",
        ),
        remedy=Message(
            "tingfeng init 会生成 tingfeng.toml", "`tingfeng init` writes tingfeng.toml"
        ),
    )
    if refusal := unmade(pipeline.settings):
        yield Finding(name=Message("设置", "settings"), state="warn", found=refusal.message)
    pipeline.settings.key()
    from nlp.nicknames import shared

    for one, other, alias in shared(pipeline.brands):
        yield Finding(
            name=Message("词表", "lexicon"),
            state="warn",
            found=Message(f"{one} 和 {other} 都有“{alias}”：同一帖会算给两家",
                          f"{one} and {other} share {alias!r}: a post counts for both"),
            remedy=Message("从其中一家的 aliases 里去掉它", "take it out of the aliases of one of them"),
        )  # fmt: skip


def _store(pipeline: Pipeline) -> Iterator[Finding]:
    totals = pipeline.store.totals()
    posts = totals["posts"]
    yield Finding(
        name=Message("数据库", "store"),
        state="ok",
        found=Message(
            f"{posts:,} 帖（其中评论 {totals['comments']:,}），未读 {totals['unread']:,}，"
            f"无日期 {totals['undated']:,}，{totals['bytes'] / 1e6:,.1f} MB",
            f"{posts:,} posts (among them {totals['comments']:,} comments), {totals['unread']:,} unread, "
            f"{totals['undated']:,} undated, {totals['bytes'] / 1e6:,.1f} MB",
        ),
    )
    for ok, message in getattr(pipeline.store, "check", list)():
        yield Finding(
            name=Message("数据库", "store"),
            state="ok" if ok else "bad",
            found=message,
            remedy=Message("若文件已损坏：从备份恢复，或另起一个文件后重新导入",
                           "if the file is damaged: restore a backup, or begin a new one and import again"),
        )  # fmt: skip
    if totals["unread"]:
        yield Finding(
            name=Message("阅读", "reading"),
            state="warn",
            found=Message(
                f"{totals['unread']:,} 帖还没读", f"{totals['unread']:,} posts are unread"
            ),
            remedy=Message("tingfeng analyze", "tingfeng analyze"),
        )
    if pipeline.readers.behind:
        yield Finding(
            name=Message("阅读", "reading"),
            state="warn",
            found=Message("有帖子还是旧读法的结果，预警在等重读完",
                          "some posts bear the readings of another reader: alerts wait until they are read again"),
            remedy=Message("tingfeng analyze", "tingfeng analyze"),
        )  # fmt: skip
    if pipeline.labelling.pending() or pipeline.labelling.unfinished():
        yield Finding(
            name=Message("标注", "corrections"),
            state="warn",
            found=Message("有标注或规则还没走完历史",
                          "history has not followed a correction or a rule to the end"),
            remedy=Message("tingfeng label rule --resume", "tingfeng label rule --resume"),
        )  # fmt: skip
    if pipeline.outdated:
        yield Finding(
            name=Message("品牌标注", "tags"),
            state="warn",
            found=Message("有帖子还是旧词表的标注", "some posts bear the tags of an older lexicon"),
            remedy=Message("tingfeng retag", "tingfeng retag"),
        )


def _model(pipeline: Pipeline) -> Iterator[Finding]:
    from datetime import UTC

    from tingfeng.core.post import Post

    moment = datetime.now(UTC)
    (reading,) = pipeline.reader.read(
        [
            Post(
                platform="doctor",
                id="1",
                text="质量太差了，非常失望，要求退款！",
                collected_at=moment,
            )
        ]
    )
    mood = reading.sentiment
    name, own = pipeline.readers.engine_name, pipeline.readers.model
    reason = why(pipeline.settings.reader.sentiment)
    fine = mood is not None and mood.label == "negative"
    yield Finding(
        name=Message("模型", "model"),
        state="ok" if fine else "bad",
        found=Message(f"引擎 {name}（{reason.zh}）{own and f'，自有模型 {own}'}；{pipeline.reader.version}，"
                      f"试读一句差评：{mood and mood.label}",
                      f"engine {name} ({reason.en}){own and f', own model {own}'}; "
                      f"{pipeline.reader.version}; a plain complaint reads {mood and mood.label}"),
        remedy=Message("重新安装 tingfeng，或检查 [reader] 设置",
                       "install tingfeng again, or look at [reader] in the settings"),
    )  # fmt: skip
    if (report := pipeline.readers.engine_report) is None:
        return
    told, counts = report
    yield Finding(
        name=Message("引擎", "engine"),
        state="warn" if any(map(counts.get, UNANSWERED)) else "ok",
        found=told,
        remedy=Message("看端点是否在运行、预算是否够；然后 tingfeng analyze --again，已答过的不再花费",
                       "see whether the endpoint runs and the budget suffices; then `tingfeng analyze "
                       "--again`, what was answered costs nothing"),
    )  # fmt: skip


def _clock(pipeline: Pipeline) -> Iterator[Finding]:
    now = pipeline.clock()
    ahead = [
        document.post.key
        for document in pipeline.store.search(Query(limit=1))
        if (document.post.published_at or now) > now + timedelta(hours=1)
    ]
    local = now.astimezone(SHANGHAI)
    yield Finding(
        name=Message("时钟", "clock"),
        state="warn" if ahead else "ok",
        found=Message(f"{local:%Y-%m-%d %H:%M:%S} Asia/Shanghai" + (f"，但 {ahead[0]} 在未来" if ahead else ""),
                      f"{local:%Y-%m-%d %H:%M:%S} Asia/Shanghai" + (f", but {ahead[0]} lies in the future" if ahead else "")),
        remedy=Message("校准系统时间（timedatectl），否则预警会算错时段",
                       "set the system clock (timedatectl), or alerts judge the wrong hours"),
    )  # fmt: skip


def _disk(pipeline: Pipeline) -> Iterator[Finding]:
    free = shutil.disk_usage(pipeline.settings.folder.resolve()).free
    yield Finding(
        name=Message("磁盘", "disk"),
        state="ok" if free > LOW_DISK else "warn",
        found=Message(f"剩余 {free / 1e9:,.1f} GB", f"{free / 1e9:,.1f} GB free"),
        remedy=Message("腾出空间：每百万帖约需 1 GB", "make room: a million posts take about 1 GB"),
    )


def _sources(pipeline: Pipeline) -> Iterator[Finding]:
    now = pipeline.clock()
    rows = pipeline.store.coverage(now - timedelta(days=1), now + timedelta(hours=1))
    latest = {row.source: row for row in rows}
    for source, row in latest.items():
        yield Finding(
            name=Message(f"来源 {source}", f"source {source}"),
            state="bad" if row.blind else "ok",
            found=Message(f"{row.verdict}，{row.posts} 帖 {row.detail}", f"{row.verdict}, {row.posts} posts {row.detail}"),
            remedy=Message("这段时间没有看到内容，不等于没人说话；等它恢复（会自动再试），或改用文件导入",
                           "nothing was seen, which is not silence: it is tried again by itself, or import files instead"),
        )  # fmt: skip
    if not latest:
        yield Finding(
            name=Message("来源", "sources"),
            state="ok",
            found=Message("最近一天没有抓取", "nothing was crawled in the last day"),
        )


def _channels(pipeline: Pipeline) -> Iterator[Finding]:
    now = pipeline.clock()
    since = now - UNDELIVERED
    lost = Counter(
        one.channel
        for one in pipeline.store.notices()
        if one.attempts < 0 and (one.made_at or one.created_at) >= since
    )
    late = Counter(
        one.channel
        for one in pipeline.store.waiting()
        if now - (one.made_at or one.created_at) > LATE
    )
    names = list(pipeline.telling.notifiers)  # sends nothing, refuses what is wrong
    for name in dict.fromkeys([*names, *lost, *late]):
        troubled = lost[name] or late[name]
        yield Finding(
            name=Message(f"通道 {name}", f"channel {name}"),
            state="bad" if lost[name] else "warn" if late[name] else "ok",
            found=Message(
                f"最近 7 天 {lost[name]} 条没有送达，{late[name]} 条等了一小时以上",
                f"{lost[name]} messages were not delivered in 7 days, {late[name]} have waited for more than an hour",
            )
            if troubled
            else Message("设置完整（未发送测试）", "set up (nothing was sent)"),
            remedy=Message(
                "看原因：tingfeng alerts list；改好后试：tingfeng alerts send-test；可设 fallback 转到别的通道",
                "see why: `tingfeng alerts list`; then try `tingfeng alerts send-test`; a fallback "
                "takes what a channel refuses",
            ),
        )
