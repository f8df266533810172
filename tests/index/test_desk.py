"""What watchers must not forget."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tingfeng import (
    SHANGHAI,
    Ack,
    Closing,
    Coverage,
    Evidence,
    Feedback,
    Incident,
    Lifting,
    Notice,
    Silence,
    StoreError,
)

HOUR = timedelta(hours=1)


def incident(id: str = "i1", hours: int = 0, **changes: Any) -> Incident:
    at = datetime(2026, 6, 12, 10, 0, 0, 7, tzinfo=SHANGHAI) + hours * HOUR
    evidence = Evidence(
        at=at, rule="share_1h", score=5.5, threshold=4.0, window_hours=1.0, mentions=30,
        negative=20, expected=3.0, usual_share=0.1, posts=("weibo:1", "weibo:2"),
        sentences=(("负面激增", "negatives surged"),),
    )  # fmt: skip
    fields: dict[str, Any] = {
        "brand": "云雀", "level": "red", "state": "open", "opened_at": at,
        "first_post_at": at - HOUR, "updated_at": at, "evidence": evidence, "negative": 20,
    }  # fmt: skip
    return Incident(id=id, **(fields | changes))


def notice(id: str = "n1", minutes: int = 0, **changes: Any) -> Notice:
    at = datetime(2026, 6, 12, 10, 0, tzinfo=SHANGHAI) + timedelta(minutes=minutes)
    fields: dict[str, Any] = {
        "channel": "钉钉", "incident": "i1", "kind": "opened", "level": "red",
        "title": "云雀：红色", "body": "**20** 条负面", "created_at": at,
    }  # fmt: skip
    return Notice(id=id, **(fields | changes))


def test_state(store: Any) -> None:
    assert store.load_state("cursor") is None
    store.save_state("cursor", "1")
    store.save_state("cursor", "2")
    assert store.load_state("cursor") == "2"


def test_a_state_is_swapped_only_by_who_knows_it(store: Any) -> None:
    assert not store.swap_state("turn", "a", "b")
    assert store.load_state("turn") is None
    assert store.swap_state("turn", None, "a")
    assert not store.swap_state("turn", None, "b")
    assert not store.swap_state("turn", "b", "c")
    assert store.swap_state("turn", "a", "b")
    assert store.load_state("turn") == "b"
    store.save_state("turn", "c")
    assert store.load_state("turn") == "c"


def test_of_many_that_swap_at_once_one_succeeds(store: Any) -> None:
    for turn in range(3):
        with ThreadPoolExecutor(4) as pool:
            won = pool.map(
                lambda who, old=turn: store.swap_state("turn", str(old) if old else None, who),
                [str(turn + 1)] * 4,
            )
        assert sum(won) == 1


def test_notices_of_no_change_are_queued_once(store: Any) -> None:
    store.enqueue([notice("n2", 1), notice("n1", 0)])
    store.enqueue([notice("n1", 0, title="again"), notice("n3", 2)])
    assert store.waiting() == [notice("n1"), notice("n2", 1), notice("n3", 2)]
    assert store.incidents() == []


def test_what_is_queued_does_not_quote_the_forgotten(store: Any, fill: Any, now: datetime) -> None:
    post = fill("gone", "云雀手机自燃")
    store.forget_posts([post.key], now=now)
    store.enqueue([notice(body=f"- 原文: [{post.key}](https://e.example/1)")])
    (queued,) = store.waiting()
    assert post.key not in queued.body


def test_an_incident_comes_back_as_it_was(store: Any) -> None:
    closed = incident(closed_at=incident().opened_at + HOUR, state="closed", reopened=1)
    store.save_incident(incident())
    store.save_incident(closed)
    assert store.incidents() == [closed]


def test_incidents_latest_first(store: Any) -> None:
    store.save_incident(incident("a"))
    store.save_incident(incident("b", 2, state="closed"))
    store.save_incident(incident("c", 1, brand="白鹭", state="cooling"))
    assert [each.id for each in store.incidents()] == ["b", "c", "a"]
    assert [each.id for each in store.incidents(open_only=True)] == ["c", "a"]
    assert [each.id for each in store.incidents(brand="云雀", open_only=True)] == ["a"]


def test_incident_notices_and_states_together(store: Any) -> None:
    store.save_incident(incident(), [notice("n2", 1), notice("n1", 0)], {"云雀": "{}"})
    assert store.load_state("云雀") == "{}"
    assert store.waiting() == store.notices() == [notice("n1"), notice("n2", 1)]
    store.save_incident(incident("i2"), [notice("n3", 2, incident="i2")])
    assert [each.id for each in store.notices("i2")] == ["n3"]


def test_a_known_notice_is_not_queued_again(store: Any) -> None:
    store.save_incident(incident(), [notice()])
    store.settle(replace(notice(), attempts=1, delivered_at=notice().created_at))
    store.save_incident(incident(), [notice(title="again")])
    assert store.waiting() == []
    assert [each.title for each in store.notices()] == ["云雀：红色"]


@pytest.mark.parametrize(
    ("changes", "waits"),
    [
        ({"attempts": 1, "failure": "timeout"}, True),
        ({"attempts": -3, "failure": "400"}, False),
        ({"attempts": 2, "delivered_at": notice().created_at + HOUR}, False),
    ],
)
def test_settled_notices(store: Any, changes: dict[str, Any], waits: bool) -> None:
    store.save_incident(incident(), [notice()])
    settled = replace(notice(), **changes)
    store.settle(settled)
    assert store.notices() == [settled]
    assert store.waiting() == ([settled] if waits else [])


def test_settling_what_was_never_queued_is_an_error(store: Any) -> None:
    with pytest.raises(StoreError, match="n1"):
        store.settle(notice())


def covered(hour: int, source: str = "feed a", **changes: Any) -> Coverage:
    at = datetime(2026, 6, 12, hour, 0, tzinfo=SHANGHAI)
    return Coverage(source=source, hour=at, **({"verdict": "ok", "requests": 1} | changes))


def test_the_ledger_sums_an_hour_and_keeps_its_last_verdict(store: Any) -> None:
    store.note(covered(9, posts=3, detail="200"))
    store.note(covered(9, posts=2, requests=2, failures=1, verdict="captcha", detail="验证码"))
    (kept,) = store.coverage(covered(9).hour, covered(10).hour)
    assert kept == covered(9, posts=5, requests=3, failures=1, verdict="captcha", detail="验证码")


def test_the_ledger_by_hour_and_source(store: Any) -> None:
    for each in (covered(10, "b"), covered(10, "a"), covered(8, "c"), covered(11, "d")):
        store.note(each)
    found = store.coverage(covered(8).hour, covered(11).hour)
    assert [each.source for each in found] == ["c", "a", "b"]
    half = timedelta(minutes=30)
    overlapping = store.coverage(covered(8).hour + half, covered(10).hour + half)
    assert [each.source for each in overlapping] == ["c", "a", "b"]
    assert store.coverage(covered(9).hour, covered(10).hour) == []


DAY = datetime(2026, 6, 12, 10, 0, 0, 7, tzinfo=SHANGHAI)


def entries() -> list[Any]:
    """One of each kind."""
    return [
        Silence(
            id="s1", brand="云雀", keyword="电池", start=DAY, end=DAY + HOUR, by="张三", at=DAY,
            comment="发布会",
        ),
        Ack(
            incident="i1", level="red", by="李四", at=DAY, owner="王五", next_step="发声明",
            due_at=DAY + HOUR,
        ),
        Lifting(silence="s1", by="张三", at=DAY + HOUR),
        Feedback(incident="i1", truth="false", by="李四", at=DAY + HOUR, reason="玩笑"),
        Closing(incident="i1", by="李四", at=DAY + HOUR, reason="已澄清", cause="误读"),
        Ack(incident="i1", level="blue", by="赵六", at=DAY),
    ]  # fmt: skip


def test_the_logbook_comes_back_as_it_was_in_the_order_in_which_it_was_said(store: Any) -> None:
    assert store.logbook() == []
    said = entries()
    store.log(said[:2])
    for one in said[2:]:
        store.log([one])
    store.log([])
    assert store.logbook() == said


def test_bytes_that_are_no_text_are_kept_as_text(store: Any) -> None:
    store.log([Ack(incident="i1", level="red", by="\udcff", at=DAY, note="\ud83d\ude00")])
    (kept,) = store.logbook()
    assert (kept.by, kept.note) == ("\ufffd", "😀")


def test_keys_of_the_forgotten_leave_the_logbook_and_what_was_written_around_them_stays(
    store: Any, fill: Any, now: datetime
) -> None:
    post, other = fill("12", "云雀手机自燃"), fill("123", "云雀手机也自燃")
    text = f"联系 {post.key} 的作者，不是 {other.key} 的"
    store.log([Closing(incident="i1", by="李四", at=DAY, reason="x", action=text)])
    store.forget_posts([post.key], now=now)
    (kept,) = store.logbook()
    assert kept.action == f"联系 … 的作者，不是 {other.key} 的"


def test_withheld_notices_are_kept_and_wait_for_nothing(store: Any) -> None:
    withheld = notice("n1", withheld="silence s1", made_at=DAY)
    digest = notice("n2", 1, kind="digest", incident="", covers=("n1", "n0"))
    store.save_incident(incident(), [withheld])
    store.enqueue([digest])
    assert store.waiting() == [digest]
    assert store.notices() == [withheld, digest]
    assert store.notices("") == [digest]
