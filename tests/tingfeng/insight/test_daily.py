from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tingfeng import SHANGHAI, Ack, Alias, Author, Brand, SettingsError
from tingfeng.insight.brief import Brief
from tingfeng.insight.daily import daily, day
from tingfeng.insight.demands import demand
from tingfeng.insight.dossier import Dossier, Step
from tingfeng.insight.markdown import markdown
from tingfeng.insight.people import party, pseudonym, size
from tingfeng.insight.period import Period
from tingfeng.insight.sheet_file import page

NOW = datetime(2026, 6, 12, 10, 0, tzinfo=SHANGHAI)
TODAY = Period(since=NOW - timedelta(hours=10), until=NOW)
LARK = Brand(name="云雀", aliases=(Alias(text="云雀"),))
HERON = Brand(name="白鹭", role="competitor", aliases=(Alias(text="白鹭"),))


def made(store, period=TODAY, brands=(LARK, HERON), **given) -> str:
    """The report of a day, in Chinese Markdown."""
    return markdown(daily(Brief(store=store, brands=brands, period=period, now=NOW, **given)), "zh")


def section(text: str, title: str) -> str:
    """What stands under one heading."""
    return text.split(f"# {title}\n", 1)[1].split("\n#", 1)[0]


def test_a_negative_post_is_told_with_source_size_reactions_demand_and_state(store, say, dossier):
    key = say(2, "negative", text="云雀漏液了。我要求退款！", likes=70,
              author="secret-nickname", platform="weibo")  # fmt: skip
    mine = dossier(opened_at=NOW - timedelta(hours=1), first_post_at=NOW - timedelta(hours=3))
    told = section(made(store, dossiers=[mine], judged=True), "TOP 负面")
    assert "云雀漏液了。我要求退款！" in told
    assert "微博 · 2026-06-12 08:00 · 普通网友 · 匿名 secret-n · 粉丝数未知 · 互动 70" in told
    assert "诉求（退款退货）：“我要求退款！”" in told
    assert f"状态：发于事件 {mine.incident.id} 期间（橙色严重，进行中，负责：–）" in told
    assert f"`{key}`" in made(store)


def test_copies_are_told_once_with_their_number_and_command(store, army):
    army(2, size=6)
    told = section(made(store), "TOP 负面")
    assert told.count("> - 微博") == 1
    assert "雷同帖 6 条" in told
    assert "--copies-of weibo:1" in told


def test_a_day_of_blindness_is_not_called_calm_and_numbers_are_said_to_be_low(store, blind):
    for hour in range(10):
        blind(hour + 1)
    text = made(store, judged=True)
    assert "**采集失明 10 小时" in text
    assert "其间没有帖子不等于平静" in text
    assert "平稳" not in text.split("模型误差与口径")[0]
    assert "| feed a | 10 | 10 | 10 | 10 | 0 | captcha | – |" in text
    assert "1 个来源，合计失明 10 个来源小时" in text


def test_where_nobody_judged_no_incident_is_no_news(store, say):
    say(1, "negative")
    text = made(store)
    assert "这段时间没有做过预警判断" in section(text, "预警事件")
    assert "没有预警事件" not in text
    assert "状态：未做预警判断" in text


def test_an_empty_lexicon_and_no_competitor_are_said(store):
    assert "设置里没有品牌" in made(store, brands=())
    assert "没有竞品" not in made(store)  # there is nobody to compare with anyway
    assert "数据不足：没有提到这些品牌的帖子" in made(store)


def test_what_happened_in_the_day_is_told_as_of_its_end(store, say, dossier):
    say(5, "negative")
    steps = (
        Step(at=NOW - timedelta(hours=30), kind="opened", level="blue"),
        Step(at=NOW - timedelta(hours=5), kind="raised", level="orange"),
        Step(at=NOW - timedelta(hours=3), kind="lowered", level="yellow"),
        Step(at=NOW + timedelta(hours=20), kind="resolved", level="orange"),
    )
    one = dossier(steps=steps, opened_at=steps[0].at, state="closed", closed_at=steps[3].at)
    told = section(made(store, dossiers=[one], judged=True), "预警事件")
    assert "涉及 1 起事件：开警 0 次，升级 1 次，降级 1 次，结束 0 次；期末未结束 1 起" in told
    assert "| 橙色严重 | 黄色预警 | 进行中 |" in told
    assert f"`tingfeng alerts show {one.incident.id}`" in told
    before = Period(since=NOW - timedelta(days=3), until=NOW - timedelta(days=2))
    assert "没有预警事件" in made(store, before, dossiers=[one], judged=True)


def test_who_must_act_and_who_is_late(store, dossier):
    alone = dossier(told_at=NOW - timedelta(hours=3), act_within=timedelta(hours=1))
    taken = dossier(id="i2", acks=(Ack(incident="i2", level="orange", by="小林", at=NOW),),
                    owner="李蔚", next_step="联系当事人", due_at=NOW - timedelta(minutes=5))  # fmt: skip
    told = section(made(store, dossiers=[alone, taken], judged=True), "待办与责任人")
    assert "无人确认，没有负责人，首次处置应在 2026-06-12 08:00 前（已超时）" in told
    assert "负责 李蔚；下一步：联系当事人，2026-06-12 09:55 前完成（已超时）" in told
    assert "没有待办" in made(store, judged=True)


def test_strangers_write_neither_markup_nor_pages(store, say):
    evil = "<script>x</script> **粗** [a](javascript:1) `b` | 表 ![i](u) # 题 _斜_ ~~划~~ $x$ @谁"
    say(1, "negative", text=evil, url="javascript:alert(3)", brands=("云雀",))
    sheet = daily(Brief(store=store, brands=[LARK], period=TODAY, now=NOW))
    text = markdown(sheet, "zh")
    (quoted,) = [line for line in text.splitlines() if line.startswith("> ") and "粗" in line]
    assert quoted == (
        r"> \<script\>x\</script\> \*\*粗\*\* \[a\](javascript:1) \`b\` \| 表 !\[i\](u) \# 题 "
        r"\_斜\_ \~\~划\~\~ \$x\$ \@谁"
    ).replace(r" !\[", r" \!\[")
    assert "<javascript" not in text
    html = page(sheet, "zh")
    assert "<script" not in html
    assert 'href="javascript' not in html


@pytest.mark.parametrize(
    ("text", "latest", "since"),
    [
        (None, NOW, "2026-06-11"),
        (None, NOW - timedelta(days=40), "2026-05-03"),
        ("2026-06-03", NOW, "2026-06-03"),
        ("昨天", NOW, "2026-06-11"),
        ("today", NOW, "2026-06-12"),
    ],
)
def test_a_day_is_named_as_people_name_it(text, latest, since):
    period = day(text, now=NOW, latest=latest)
    assert f"{period.since:%Y-%m-%d %H:%M}" == f"{since} 00:00"
    assert period.until == min(period.since + timedelta(days=1), NOW)


@pytest.mark.parametrize("text", ["7d", "24h", "2026-06-01..2026-06-02", "2026-06-13", "周二"])
def test_what_is_no_day_is_refused(text):
    with pytest.raises(SettingsError):
        day(text, now=NOW, latest=NOW)


def test_a_demand_stands_word_for_word_in_the_post(store, say):
    text = "云雀发烫" * 30 + "。客服不回应，我们要求召回这批手机并道歉！" + "太失望了" * 30
    document = store.get(say(1, "negative", text=text))
    asked = demand(document)
    assert asked.quote.strip("…") in text
    assert asked.kind.zh == "召回下架"
    assert demand(store.get(say(1, "negative", text="云雀发烫，失望"))) is None


def test_people_stay_unknown_and_only_big_accounts_have_numbers(store, say):
    def of(**author):
        where = {name: author.pop(name) for name in ("platform", "url") if name in author}
        document = store.get(say(1, **where))
        return replace(
            document, post=replace(document.post, author=Author(id="f00dfeed99", **author))
        )

    assert size(of(followers=4321)).zh == "粉丝不足 1 万"
    assert size(of(followers=43_210)).zh == "粉丝 1 万至 10 万"
    assert size(of(followers=2_380_000)).zh == "粉丝 238.0 万"
    assert pseudonym(of(followers=1)).zh == "匿名 f00dfeed"
    assert party(of(followers=100_000)) == "big"
    assert party(of(followers=99_999)) == "ordinary"
    assert party(of(verified="organization")) == "institution"
    assert party(of(platform="news")) == "media"
    assert party(of(platform="news", url="https://www.samr.gov.cn/a")) == "authority"


def test_a_dossier_knows_its_state_at_any_moment(dossier):
    one: Dossier = dossier(steps=(
        Step(at=NOW - timedelta(hours=9), kind="opened", level="blue"),
        Step(at=NOW - timedelta(hours=8), kind="raised", level="red"),
        Step(at=NOW - timedelta(hours=1), kind="resolved", level="red"),
    ), state="closed", closed_at=NOW - timedelta(hours=1))  # fmt: skip
    assert one.as_of(NOW - timedelta(hours=9)) is None
    assert one.as_of(NOW - timedelta(hours=8, minutes=30)).level == "blue"
    assert one.as_of(NOW - timedelta(hours=2)).state == "open"
    assert one.as_of(NOW).state == "closed"
    assert one.height(TODAY) == "red"
