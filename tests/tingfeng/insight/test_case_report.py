from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tingfeng import SHANGHAI, Ack, Alias, Brand, Closing, Message
from tingfeng.insight.brief import Brief
from tingfeng.insight.case_report import case_report, lasting
from tingfeng.insight.dossier import Condition, Rules, Step
from tingfeng.insight.markdown import code, escaped, markdown
from tingfeng.insight.sheet_file import page

NOW = datetime(2026, 6, 12, 10, 0, tzinfo=SHANGHAI)
LARK = Brand(name="云雀", aliases=(Alias(text="云雀"),))

RULES = Rules(
    at=NOW,
    conditions=(
        Condition(level="yellow", met=True, says=Message("近24小时负面 60 条", "60 negatives"),
                  missing=Message("", "")),
        Condition(level="orange", met=False, says=Message("近24小时负面 60 条", "60 negatives"),
                  missing=Message("24小时内再有 90 条负面", "90 more negatives")),
        Condition(level="red", met=False, says=Message("没有红线词", "no red-line word"),
                  missing=Message("出现红线词", "a red-line word")),
    ),
    lowered_after=timedelta(hours=6), closed_after=timedelta(hours=24),
    reopened_within=timedelta(hours=72),
)  # fmt: skip


def made(store, one, **given):
    brief = Brief(store=store, brands=[LARK], period=lasting(one.incident, NOW), now=NOW, **given)
    return case_report(brief, one)


def section(text: str, title: str) -> str:
    return text.split(f"# {title}\n", 1)[1].split("\n#", 1)[0]


@pytest.fixture
def leak(say, army):
    """Posts of a small crisis; the key of the first."""
    first = say(4.9, "negative", text="云雀漏液了，我要求退款", likes=500)
    say(3, "positive", text="云雀客服处理很快", likes=30)
    say(3, "negative", text="云雀漏液，要求召回", platform="zhihu", likes=90)
    army(2, size=6)
    say(30, "negative", text="从前的事")
    return first


def test_the_course_is_told_in_order_with_posts_and_people(store, leak, dossier):
    one = dossier(
        steps=(Step(at=NOW - timedelta(hours=4), kind="opened", level="blue"),
               Step(at=NOW - timedelta(hours=1), kind="raised", level="orange")),
        acks=(Ack(incident="i1", level="orange", by="小林", at=NOW - timedelta(minutes=40),
                  next_step="联系当事人"),),
    )  # fmt: skip
    told = section(markdown(made(store, one), "zh"), "事件脉络与时间线")
    rows = [line.split(" | ") for line in told.splitlines() if line.startswith("| 2026")]
    assert [row[0][2:] for row in rows] == sorted(row[0][2:] for row in rows)
    moments = [row[1] for row in rows]
    assert moments[0].startswith("首条负面帖；引爆帖（互动 500）")
    assert "知乎首次出现负面；引爆帖（互动 90）" in moments
    assert moments[-2:] == ["升级（橙色严重）", "小林 确认"]
    assert "从前的事" not in told


def test_the_core_is_counted_and_short(store, leak, dossier):
    sheet = made(store, dossier())
    core = sheet.parts[0].blocks[0]
    assert "提及 9 条、负面 8 条" in core.said.zh
    assert "有明确态度的太少，不说占比" in core.said.zh
    assert "互动最高 500" in core.said.zh
    assert {proof.posts for proof in core.proofs} >= {9, 8}
    assert len(core.said.zh) <= 200


def test_parties_are_quoted_for_and_against_and_silence_is_said(store, leak, dossier):
    told = section(markdown(made(store, dossier()), "zh"), "各方观点")
    assert "普通网友：9 条（负面 8，中性 0，正面 1，不确定 0）" in told
    assert "> 云雀漏液了，我要求退款" in told
    assert "> 云雀客服处理很快" in told
    assert "媒体：库中没有其发言" in told


def test_demands_are_counted_by_words_and_quoted(store, leak, dossier):
    told = section(markdown(made(store, dossier()), "zh"), "诉求归纳")
    assert "| 退款退货 | 退款 1 | “云雀漏液了，我要求退款” |" in told
    assert "| 召回下架 | 召回 1 | “云雀漏液，要求召回” |" in told


def test_prospects_are_conditions_and_no_forecast(store, leak, dossier):
    told = section(
        markdown(made(store, dossier(level="yellow", rules=RULES)), "zh"),
        "走向预判（情景与触发条件）",
    )
    assert "升级为橙色严重：24小时内再有 90 条负面（现在：近24小时负面 60 条）" in told
    assert "升级为红色危机：出现红线词" in told
    assert "降级：连续 6 小时" in told
    assert "结束：所有规则连续 24 小时安静" in told
    assert "复燃：结束后 72 小时内" in told
    for word in ("预计", "可能会", "大概率", "将会"):
        assert word not in told


def test_of_what_is_over_only_flaring_up_is_told(store, leak, dossier):
    over = dossier(state="closed", closed_at=NOW, rules=RULES, owner="李蔚",
                   closing=Closing(incident="i1", by="李蔚", at=NOW, reason="已解决", cause="电芯批次",
                                   action="召回", outcome="次日回落"))  # fmt: skip
    text = markdown(made(store, over), "zh")
    told = section(text, "走向预判（情景与触发条件）")
    assert "复燃" in told
    assert "升级为" not in told
    done = section(text, "处置与往事")
    for said in ("关闭理由：已解决", "原因：电芯批次", "做法：召回", "结果：次日回落"):
        assert said in done


def test_an_incident_whose_posts_are_gone_is_told_without_inventing(store, dossier):
    sheet = made(store, dossier())
    text = markdown(sheet, "zh")
    assert not sheet.enough
    assert "数据不足：时段内没有提到它的帖子" in text
    assert "数据不足：没有可用来计算级别条件的帖子" in text
    assert "提及 0 条、负面 0 条" in text


def test_blind_hours_stand_in_the_core(store, leak, blind, dossier):
    blind(2)
    sheet = made(store, dossier())
    assert "其间采集失明 1 小时，各数偏低" in sheet.parts[0].blocks[0].said.zh


def test_both_languages_say_the_same_numbers(store, leak, dossier):
    sheet = made(store, dossier(rules=RULES))
    zh, en = (markdown(sheet, lang) for lang in ("zh", "en"))
    commands = [proof.command for proof in sheet.proofs() if proof.command]
    assert all(command.replace("|", "\\|") in text for command in commands for text in (zh, en))
    assert '<html lang="en">' in page(sheet, "en")


MARKUP = st.text(alphabet="\\`*_{}[]()<>#+-=.!|~&;:/@$ \"'1a中\n\t^", max_size=40)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=400)
@given(MARKUP | st.text(max_size=40))
def test_any_text_is_plain_text_to_a_markdown_reader(text):
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    shown = " ".join(text.encode("utf-8", "replace").decode().replace("\x00", "").split())
    for before, level in (("", 0), ("> ", 1), ("> - ", 3)):
        tokens = reader.parse(before + escaped(text))
        inline = [token for token in tokens if token.type == "inline"]
        assert [token.content for token in inline] == ([escaped(text)] if shown else [])
        assert all(token.level == level + 1 for token in inline)
        read = [child for token in inline for child in token.children]
        assert {child.type for child in read} <= {"text", "text_special"}
        assert "".join(child.content for child in read) == shown


@given(st.text(max_size=30))
def test_a_command_is_one_span_of_code(text):
    from markdown_it import MarkdownIt

    shown = " ".join(text.encode("utf-8", "replace").decode().replace("\x00", "").split())
    (inline,) = [one for one in MarkdownIt("commonmark").parse(f"x {code(text)}") if one.children]
    if shown:
        assert [(child.type, child.content) for child in inline.children[1:]] == [
            ("code_inline", shown)
        ]
