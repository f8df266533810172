"""In what tone somebody writes, and what shows it."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given

from tingfeng.kol.tone import TONES, ToneReader, alike, confidence, divergence, gathered

READER = ToneReader()

TEXTS = {
    "专业": "首先看成分：烟酰胺浓度 5%，实测 28 天后含水量提升 12%。其次是配方原理，临床研究数据支持这一结论。",
    "亲民": "姐妹们，咱们小区门口这家家常菜，大家有没有吃过？评论区告诉我，下次一起去呀，你们都来",
    "高端": "这家私人会所的设计师定制系列尽显奢华品质，手工制作，典雅考究，限量珍藏，格调非凡",
    "潮流": "联名限定新品首发，辣妹风ootd狠狠拿捏，氛围感天花板，潮牌快闪店打卡出片",
    "温暖": "感谢妈妈一直的陪伴，家人在身边就是最温暖的幸福，祝大家平安健康，珍惜每一个美好的回忆",
    "幽默": "哈哈哈哈笑死，我这个大冤种又被自己蠢哭了，社死现场，麻了麻了，懂的都懂，属于是真香打脸",
    "克制": "这款机器整体来说中规中矩，操作简单，声音相对安静。个人感受仅供参考，也许未必适合所有人。",
    "激进": "千万别再买了！！！全网最大的骗局！！必须曝光，绝对智商税，立刻拉黑，不买后悔？醒醒吧！！",
    "热情": "哇！！太好吃了！超级惊艳！强烈推荐！真的爱了爱了！完美！惊喜满满！😍😍😍好喜欢！",
    "文艺": "黄昏的海浪与晚风，斑驳的光影落在旧书店，时光寂静，灵魂遇见远方的诗意与孤独。",
    "真诚": "说实话我觉得一般，我自己用了两个月，优点是便宜，缺点是有点干，后来我又试了别家，不过还会回购。",
    "实用": "保姆级攻略：\n1. 提前预约\n2. 停车地址\n3. 人均价格 80 元\n避坑技巧和必备清单都整理好了，收藏",
}  # fmt: skip


@pytest.mark.parametrize("tone", TONES)
def test_a_text_written_in_a_tone_is_read_so(tone: str) -> None:
    weights = READER.read(TEXTS[tone]).weights
    assert TONES[max(range(len(TONES)), key=weights.__getitem__)] == tone


def test_too_short_a_text_and_another_language_say_nothing() -> None:
    assert READER.read("好看！！！").weights == ()
    assert (
        READER.read("What a wonderful day to go shopping downtown with all my friends").weights
        == ()
    )


def test_topics_and_names_called_are_no_tone() -> None:
    plain = "今天去公园走了一圈，看了看湖边的树，然后回家做了饭。"
    assert READER.read(plain).weights == READER.read(f"{plain}#高级感[话题]# @奢华生活 ").weights


def test_a_creators_tone_leads_to_words_and_posts() -> None:
    tone = READER.of([("x:1", TEXTS["幽默"]), ("x:2", TEXTS["幽默"]), ("x:3", TEXTS["克制"])])
    first = tone.proofs[0]
    assert (first.tone, set(first.keys[:2])) == ("幽默", {"x:1", "x:2"})
    assert first.words[0][1] == 2
    assert tone.confidence == confidence(3) == 3 / 18
    assert "幽默" in tone.sentence().zh
    assert gathered([]).weights == ()


VECTORS = st.lists(st.floats(0.01, 1), min_size=12, max_size=12).map(
    lambda raw: tuple(value / sum(raw) for value in raw)
)


@given(VECTORS, VECTORS)
def test_divergence_is_a_distance_between_zero_and_one(
    one: tuple[float, ...], other: tuple[float, ...]
) -> None:
    assert 0 <= divergence(one, other) <= 1
    assert divergence(one, other) == pytest.approx(divergence(other, one))
    assert alike(one, one) == pytest.approx(1)
