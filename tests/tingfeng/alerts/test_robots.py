"""What 企业微信, 钉钉 and 飞书 are sent, byte for byte, and what is made of their answers.

No real robot was ever asked: the shapes are those of the platforms' documentation.
"""

from __future__ import annotations

import json
import time
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tingfeng import SHANGHAI, Notice, NotifyError, SettingsError
from tingfeng.alerts import dingtalk, feishu
from tingfeng.alerts.dingtalk import DingTalk
from tingfeng.alerts.feishu import Feishu
from tingfeng.alerts.posting import Address
from tingfeng.alerts.robot import verdict
from tingfeng.alerts.wecom import WeCom

SECRET = "SEC-of-the-stand-in"
PEOPLE = [
    {"name": "张三", "userid": "zhangsan", "open_id": "ou_1"},
    {"name": "李四", "mobile": "13800000000", "email": "li@b.example"},
]
ROBOTS = {"wecom": WeCom, "dingtalk": DingTalk, "feishu": Feishu}


def notice(body="事件 abc\n\n- 为什么：负面多\n- 原文: [weibo:1](https://e.example/1)", **changes):
    fields = {
        "id": "abc.opened.yellow.1.群", "channel": "群", "incident": "abc", "kind": "opened",
        "level": "yellow", "title": "【黄色预警】云雀", "body": body,
        "created_at": datetime(2026, 6, 12, 10, 10, tzinfo=SHANGHAI),
    }  # fmt: skip
    return Notice(**(fields | changes))


def made(platform, url="https://r.example/hook/0123456789", **options):
    return ROBOTS[platform](url, **options)


def sent(platform, told=None, **options):
    return json.loads(made(platform, **options).body(told or notice()))


def test_wecom_byte_for_byte():
    assert made("wecom").body(notice()).decode() == (
        '{"msgtype": "markdown", "markdown": {"content": "### <font color=\\"warning\\">【黄色预警】云雀'
        "</font>\\n事件 abc\\n\\n- 为什么：负面多\\n- 原文: [weibo:1](https://e.example/1)\\n"
        '<font color=\\"comment\\">abc.opened.yellow.1.群</font>"}}'
    )


def test_dingtalk_byte_for_byte():
    assert made("dingtalk").body(notice()).decode() == (
        '{"msgtype": "markdown", "markdown": {"title": "【黄色预警】云雀", "text": "### <font color='
        '\\"#D48806\\">【黄色预警】云雀</font>\\n\\n事件 abc  \\n  \\n- 为什么：负面多  \\n- 原文: [weibo:1]'
        '(https://e.example/1)\\n\\n<font color=\\"#8C8C8C\\">abc.opened.yellow.1.群</font>"}, "at": '
        '{"atMobiles": [], "atUserIds": [], "isAtAll": false}}'
    )


def test_feishu_byte_for_byte():
    signed = made("feishu", secret="demo-secret", clock=lambda: 1_599_360_473.9)
    assert signed.body(notice()).decode() == (
        '{"timestamp": "1599360473", "sign": "3/MaVZ8JLIy4TUG+7KSFJqvUkTKd+HWY8g+56DZWq8s=", '
        '"msg_type": "interactive", "card": {"config": {"wide_screen_mode": true}, "header": {"title": '
        '{"tag": "plain_text", "content": "【黄色预警】云雀"}, "template": "yellow"}, "elements": [{"tag": '
        '"div", "text": {"tag": "lark_md", "content": "事件 abc\\n\\n- 为什么：负面多\\n- 原文: [weibo:1]'
        '(https://e.example/1)"}}, {"tag": "note", "elements": [{"tag": "plain_text", "content": '
        '"abc.opened.yellow.1.群"}]}]}}'
    )


def test_signatures_that_others_worked_out():
    """With the time and secret of 钉钉's own example, and two that a public client tests itself by."""
    assert (
        dingtalk.signature("1577262236757", "this is secret")
        == "hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM="
    )
    assert (
        feishu.signature("1700000000", "abcDEF123")
        == "qimCYnXKTZRVfEDjgpOq1ke9awsBuC3tn/n151vIck8="
    )


@pytest.mark.parametrize(
    ("platform", "token", "retry", "says"),
    [
        ("wecom", "gone", False, "93000"),
        ("wecom", "slow", True, "45009"),
        ("wecom", "busy", True, "-1"),
        ("dingtalk", "gone", False, "300005"),
        ("dingtalk", "slow", True, "130101"),
        ("dingtalk", "busy", True, "-1"),
        ("dingtalk", "sign", False, "310000"),
        ("dingtalk", "word", False, "关键词"),
        ("feishu", "gone", False, "19001"),
        ("feishu", "slow", True, "11232"),
        ("feishu", "busy", True, "1500"),
        ("feishu", "sign", False, "19021"),
        ("feishu", "word", False, "19024"),
        *((platform, token, True, says) for platform in ROBOTS for token, says in
          [("page", "登录"), ("five", "502"), ("hang", "0.3 s"), ("reset", "连不上")]),
    ],
)  # fmt: skip
def test_refusals_are_read_from_the_body_and_repeated_only_where_that_helps(
    robots, platform, token, retry, says
):
    robot = made(platform, robots.url(platform, f"{token}.refusing"), timeout=0.3)
    with pytest.raises(NotifyError, match=says) as caught:
        robot(notice(), None)
    assert caught.value.retry is retry
    assert caught.value.unsure is (token in ("hang", "reset"))
    assert f"{token}.refusing" not in str(caught.value) + repr(robot) + repr(caught.value)
    assert caught.value.__cause__ is None


def test_a_throttled_robot_says_for_how_long(robots):
    with pytest.raises(NotifyError) as caught:
        made("dingtalk", robots.url("dingtalk", "slow.long"))(notice(), None)
    assert caught.value.after == 600


@pytest.mark.parametrize("platform", ["dingtalk", "feishu"])
def test_a_signature_is_accepted_and_a_clock_that_is_off_is_not(robots, platform):
    url = robots.url(platform, f"sign.{platform}")
    assert "0" in made(platform, url, secret=SECRET).send(notice())
    late = made(platform, url, secret=SECRET, clock=lambda: time.time() - 4000)
    with pytest.raises(NotifyError) as caught:
        late(notice(), None)
    assert not caught.value.retry


@pytest.mark.parametrize("platform", ["dingtalk", "feishu"])
def test_a_keyword_is_added_where_it_is_missing(robots, platform):
    url = robots.url(platform, f"word.{platform}")
    made(platform, url, keyword="听风")(notice(), None)
    made(platform, url, keyword="听风")(notice(title="听风：云雀"), None)
    added, there = robots.taken(f"word.{platform}")
    assert "云雀 听风" in added
    assert "听风：云雀 听风" not in there


def test_the_former_answer_of_feishu_counts(robots):
    assert "success" in made("feishu", robots.url("feishu", "old.1")).send(notice())


@pytest.mark.parametrize("platform", ROBOTS)
def test_nothing_is_too_long_for_the_stand_in(robots, platform):
    body = "\n".join(
        f'- 第{n}条👨‍👩‍👧‍👦 [weibo:{n}](https://e.example/{n}) “引用"\\”' for n in range(900)
    )
    for level in ("yellow", "red"):
        robot = made(platform, robots.url(platform, f"good.long.{platform}"),
                     people=PEOPLE, mention={"red": ["@all"], "yellow": ["张三"]})  # fmt: skip
        robot(notice(body, level=level, title="长" * 5000), None)
    for taken in robots.taken(f"good.long.{platform}"):
        assert "alerts show abc" in taken
        assert "abc.opened.yellow.1.群" in taken


TEXT = st.text(st.sampled_from('好坏a \n*<>[]()`"\\😀👨‍👩‍👧é\u0301🇨🇳\ud800\x00@'), max_size=400)


@settings(max_examples=60, deadline=None)
@given(TEXT, TEXT, st.integers(1, 60))
def test_whatever_is_said_no_body_is_above_its_limit(title, body, times):
    told = notice(body * times, title=title)
    calls = {"people": PEOPLE, "mention": {"yellow": ["张三", "李四"]}}
    for platform, limit in (("dingtalk", 20_000), ("feishu", 20_000)):
        assert len(made(platform, **calls).body(told)) <= limit
    text = sent("wecom", told, **calls)["text"]["content"]
    assert len(text.encode()) <= 2048
    markdown = sent("wecom", told)["markdown"]["content"]
    assert len(markdown.encode()) <= 4096


def test_strangers_call_nobody():
    told = notice("- 引用：<@all> <at id=all></at> @13800000000\n- @张三")
    assert "<@all>" not in json.dumps(sent("wecom", told), ensure_ascii=False)
    assert sent("dingtalk", told)["at"] == {"atMobiles": [], "atUserIds": [], "isAtAll": False}
    assert "<at id=all>" not in json.dumps(sent("feishu", told), ensure_ascii=False)


def test_people_are_called_as_each_platform_does():
    told = notice("- 为什么\n- @张三 @李四 @路人")
    text = sent("wecom", told, people=PEOPLE)["text"]  # 李四 has but a mobile: Markdown cannot
    assert text["mentioned_list"] == ["zhangsan"]
    assert text["mentioned_mobile_list"] == ["13800000000"]
    assert "<@zhangsan>" in sent("wecom", told, people=PEOPLE[:1])["markdown"]["content"]
    ding = sent("dingtalk", told, people=PEOPLE)
    assert ding["at"] == {"atMobiles": ["13800000000"], "atUserIds": ["zhangsan"], "isAtAll": False}
    assert "@zhangsan @13800000000" in ding["markdown"]["text"]
    card = json.dumps(sent("feishu", told, people=PEOPLE))
    assert "<at id=ou_1></at> <at email=li@b.example></at>" in card


def test_everyone_is_called_as_each_platform_does():
    told = notice(level="red")
    mention = {"red": ["@all"]}
    assert sent("wecom", told, mention=mention)["text"]["mentioned_list"] == ["@all"]
    assert sent("dingtalk", told, mention=mention)["at"]["isAtAll"] is True
    assert "<at id=all></at>" in json.dumps(sent("feishu", told, mention=mention))


@pytest.mark.parametrize("platform", ROBOTS)
def test_where_the_whole_can_be_read(platform):
    told = notice("很长" * 20_000)
    more = "https://a.example/i/{incident}"
    assert "[查看全文](https://a.example/i/abc)" in made(platform, more=more).body(told).decode()
    assert "read it all: tingfeng alerts show abc" in made(platform, lang="en").body(told).decode()
    with pytest.raises(SettingsError, match="more"):
        made(platform, more="ftp://a.example")


@pytest.mark.parametrize(
    ("body", "code"),
    [(b'{"errcode": 0}', 0), (b'{"code": 0, "StatusCode": 0}', 0), (b'{"code": 0, "StatusCode": 5}', 5),
     (b'{"errcode": "0"}', None), (b'{"code": true}', None), (b"{}", None), (b"[0]", None),
     (b"ok", None), (b"\xff", None)],
)  # fmt: skip
def test_only_a_code_of_zero_accepts(body, code):
    assert verdict(body) == code


def test_an_address_tells_no_secret():
    address = Address(
        "https://user:passw0rd@r.example/hook/t0ken-1?key=k%2Fey-2&x=y",
        name="群",
        secrets=["s3cret"],
    )
    shown = address.scrub("passw0rd t0ken-1 k/ey-2 k%2Fey-2 s3cret r.example")
    assert shown == "*** *** *** *** *** r.example"


@pytest.mark.parametrize("url", ["https://r.example/hook/ab cd", "https://r.example/hook/密", "x"])
def test_an_address_copied_wrong_is_refused_without_being_told(url):
    with pytest.raises(SettingsError) as caught:
        Address(url, name="群")
    assert "hook" not in str(caught.value)
