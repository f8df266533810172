"""Any table by a mapping: every field of ours, drafts of mappings, and what is wrong with one."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawlers.exports.read import read_file, recognise, suggest
from crawlers.formats.mapping import FIELDS, load_map
from tingfeng import SHANGHAI, InputError, SettingsError

NOW = datetime(2026, 6, 12, 10, 0, tzinfo=SHANGHAI)


@pytest.fixture
def imported(tmp_path):
    def run(data, mapping, name="data.csv"):
        path, plan = tmp_path / name, tmp_path / "map.toml"
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        plan.write_text(mapping, encoding="utf-8")
        return list(read_file(path, now=NOW, mapping=plan))

    return run


def only(rows):
    (row,) = rows
    assert row.refused is None
    return row.observations[0]


EVERYTHING = """
[columns]
id = "i"
text = ["t1", "t2"]
title = "h"
url = "u"
author = "a"
author_name = "n"
followers = "f"
verified = "v"
published_at = "p"
collected_at = "c"
parent = "pa"
rating = "r"
place = "pl"
kind = "k"
platform = "s"
tags = "g"
media = "pics"
likes = "l"
comments = "m"
reposts = "x"
favorites = "fa"
views = "w"
coins = "co"
heat = "he"
"""
RECORD = {
    "i": "'123", "t1": "<b>正</b>文", "t2": "续&hellip;", "h": "标题", "u": " https://a.example/1 ",
    "a": "77.0", "n": "示例甲", "f": "1.2万", "v": "蓝V", "p": "3分钟前", "c": "2026-06-01 10:00:00",
    "pa": "0", "r": "4/5", "pl": "发布于 广东", "k": "评论", "s": "tieba", "g": "#云雀#,数码", "pics":
    "https://p.example/1.jpg", "l": "999+", "m": "--", "x": "转发", "fa": "", "w": "10万+", "co": "3",
    "he": "622 万热度",
}  # fmt: skip


@pytest.mark.parametrize("shape", ["table", "json", "workbook"])
def test_every_field(imported, shape):
    assert set(FIELDS) == set(load_columns(EVERYTHING))
    if shape == "table":
        data = ",".join(RECORD) + "\n" + ",".join(f'"{cell}"' for cell in RECORD.values())
    elif shape == "json":
        data = json.dumps([RECORD])
    else:
        book, out = openpyxl.Workbook(), io.BytesIO()
        book.active.append(list(RECORD))
        book.active.append(list(RECORD.values()))
        book.save(out)
        data = out.getvalue()
    seen = only(imported(data, EVERYTHING))
    post, counts = seen.post, seen.engagement
    assert (post.id, post.platform, post.kind) == ("123", "tieba", "comment")
    assert (post.title, post.text) == ("标题", "正文\n续…")
    assert post.url == "https://a.example/1"
    assert post.author.id == "77"
    assert (post.author.name, post.author.followers) == ("示例甲", 12_000)
    assert post.author.verified == "organization"
    assert post.collected_at == datetime(2026, 6, 1, 10, 0, tzinfo=SHANGHAI)
    assert post.published_at == datetime(2026, 6, 1, 9, 57, tzinfo=SHANGHAI)
    assert (post.parent, post.rating, post.place) == (None, 4.0, "广东")
    assert (post.tags, post.media, post.source) == (("云雀", "数码"), "image", "mapping")
    assert counts.counts == (999, None, 0, None, 100_000, 3, 6_220_000)
    assert seen.timed


def load_columns(text):
    import tomllib

    return tomllib.loads(text)["columns"]


MINIMAL = '[columns]\ntext = "t"\n[constants]\nplatform = "x"\nkind = "review"\n'


def test_records_without_ids_are_told_apart_by_columns(imported):
    rows = imported("t,u\n好,甲\n好,乙\n好,甲\n", MINIMAL + '[identity]\ncolumns = ["t", "u"]\n')
    ids = [row.observations[0].post.id for row in rows]
    assert ids[0] == ids[2] != ids[1]


def test_the_part_of_an_address_after_the_hash_does_not_tell_records_apart(imported):
    plan = '[columns]\ntext = "t"\nurl = "u"\n[constants]\nplatform = "x"\n[identity]\ncolumns = ["u"]\n'
    rows = imported("t,u\n好,https://a.example/1#pv=1\n好,https://a.example/1#pv=2\n", plan)
    assert len({row.observations[0].post.id for row in rows}) == 1


def test_a_ruined_id_is_refused_or_replaced_by_what_else_tells_apart(imported):
    plan = MINIMAL.replace("[columns]", '[columns]\nid = "i"')
    data = "i,t\n1.23E+17,好\n5e12,好\n"
    rows = imported(data, plan)
    assert rows[0].refused
    assert "Excel" in rows[0].refused.zh
    assert rows[1].observations[0].post.id == "5e12"
    rows = imported(data, plan + '[identity]\ncolumns = ["t"]\n')
    assert rows[0].observations
    many = "i,t\n" + "".join(f"1234567890123{n}0000,好{n}\n" for n in range(10, 15))
    assert all(row.refused for row in imported(many, plan))
    assert all(row.observations for row in imported("i,t\n1234567890123450,好\n", plan))


def test_short_rows_and_empty_ones(imported):
    plan = '[columns]\nid = "i"\ntext = "t"\nlikes = "l"\n[constants]\nplatform = "x"\n'
    rows = imported("i,t,l\n1,好\n2\n,,\n3,好,4\n", plan)
    assert [bool(row.observations) for row in rows] == [True, False, True]
    assert rows[1].refused


def test_a_row_with_less_than_half_of_the_cells_is_refused(imported):
    plan = '[columns]\nid = "i"\ntext = "t"\n[constants]\nplatform = "x"\n'
    rows = imported("i,t,a,b,c\n1,好,1,2,3\nbroken,row\n3,好,1\n", plan)
    assert [bool(row.observations) for row in rows] == [True, False, True]
    assert "5 列" in rows[1].refused.zh
    assert rows[1].content == "broken,row"


def test_the_first_time_that_can_be_read_counts(imported):
    plan = (
        '[columns]\nid = "i"\ntext = "t"\npublished_at = ["a", "b"]\n[constants]\nplatform = "x"\n'
    )
    data = "i,t,a,b\n1,好,notatime,2024-06-04 10:00\n2,好,notatime,\n3,好,,\n4,好,0,-\n"
    rows = imported(data, plan)
    assert [row.observations[0].post.published_at is not None for row in rows] == [
        True, False, False, False,
    ]  # fmt: skip
    assert [row.remark is not None for row in rows] == [False, True, False, False]
    assert "时间读不懂" in rows[1].remark.zh


def test_comments_in_the_same_row(imported):
    plan = MINIMAL + '[identity]\ncolumns = ["t"]\n[replies]\ntexts = ["c1", "c2"]\n'
    (row,) = imported("t,c1,c2\n好,赞,\n", plan)
    post, reply = row.observations
    assert (reply.post.kind, reply.post.text, reply.post.parent) == ("comment", "赞", post.post.id)


def test_dotted_columns_and_inner_replies(imported):
    plan = (
        'records = "data.threads"\n[columns]\nid = "meta.id"\ntext = "body"\n[constants]\n'
        'platform = "x"\n[replies]\nrecords = "answers"\n'
        'columns = { text = "body", published_at = "at" }\n'
    )
    thread = {
        "meta": {"id": 7},
        "body": "问",
        "answers": [{"body": "答", "at": 1742945292}, "还有"],
    }
    (row,) = imported(json.dumps({"data": {"threads": [thread]}}), plan)
    assert [seen.post.text for seen in row.observations] == ["问", "答", "还有"]
    assert row.observations[1].post.published_at is not None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[columns]\ntxt = 'a'\n[constants]\nplatform = 'x'", "text"),
        ("[columns]\ntext = 'a'\n[identity]\ncolumns = ['a']", "platform"),
        ("[columns]\nid = 'a'\n[constants]\nplatform = 'x'", "text or title"),
        ("[columns]\ntext = 'a'\n[constants]\nplatform = 'x'", "identity"),
        ("[columns]\ntext = 1\n", "column"),
        ("[kolumns]\n", "kolumns"),
        ("[columns\n", "TOML"),
    ],
)
def test_a_wrong_mapping_says_what_is_wrong(tmp_path, text, said):
    path = tmp_path / "map.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_map(path)
    assert said in caught.value.message.en


def test_a_missing_mapping_and_a_missing_column(tmp_path, imported):
    with pytest.raises(SettingsError, match="cannot open"):
        load_map(tmp_path / "none.toml")
    with pytest.raises(InputError, match="no column 正文"):
        imported(
            "编号,正文内容\n1,好\n",
            MINIMAL.replace('"t"', '"正文"') + "[identity]\ncolumns=['编号']",
        )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('columns = "a"', "section"),
        ("replies = 3\n" + MINIMAL, "section"),
        ('identity = ["t"]\n' + MINIMAL, "section"),
        ('records = ["a"]\n' + MINIMAL, "path"),
        ('[columns]\nid = "i"\ntext = "t"\n[constants]\nplatform = ["x"]\n', "one word"),
        (MINIMAL.replace("kind", "title") + 'kind = "nonsense"\n', "kind"),
        (MINIMAL + 'media = "film"\n', "image, video"),
        (MINIMAL + 'published_at = "2024"\n', "cannot be a constant"),
    ],
)
def test_what_a_mapping_cannot_mean_is_said(tmp_path, text, said):
    path = tmp_path / "map.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=said):
        load_map(path)


DRAFTS = {
    "chinese": ("编号,发布时间,昵称,微博内容,点赞数,IP属地\n1,2024-06-04 10:00,示例甲,云雀发热,3,广东\n"
                "2,2024-06-04 11:00,示例乙,云雀不错,4,北京\n3,2024-06-04 12:00,示例丙,云雀还行,5,上海\n",
                {"id", "published_at", "author_name", "text", "likes", "place"}),
    "english": ("id;created_at;user;body;likes\na;2024-06-04;u1;Skylark runs hot;3\n"
                "b;2024-06-05;u2;Skylark is fine;4\n", {"id", "published_at", "author", "text", "likes"}),
    "no id": ("评论内容,评分,评价时间\n很好用的手机,5,2024-06-04\n一般般的手机,3,2024-06-05\n",
              {"text", "rating", "published_at"}),
    "a count called comments": ("id,comments,text\n1,3,云雀发热\n2,4,云雀不错\n", {"id", "comments", "text"}),
    "texts called comment": ("id,comment\n1,云雀发热\n2,云雀不错\n", {"id", "text"}),
    "of works": ("作品ID,作品标题,作品链接,达人昵称,粉丝数,发布时间,评论\n"
                 "7374567890123456789,云雀发热,https://www.douyin.com/video/1,甲,1.2w,2024/6/4 8:05,3\n"
                 "7374567890123456790,云雀不错,https://www.douyin.com/video/2,乙,3千,2024/6/4 9:05,4\n",
                 {"id", "title", "url", "author_name", "followers", "published_at", "comments"}),
    "of a monitor": ("序号,媒体类型,标题,全文,原文URL,发布日期\n"
                     "1,微博,云雀翻车了,全文在此,http://a.example/1,2024-06-04\n"
                     "2,新闻,云雀发布会,全文在这,http://a.example/2,2024-06-04\n",
                     {"platform", "title", "text", "url", "published_at"}),
    "links by what stands in them": (
        "标题,标题链接,跳转,头像,封面,会员,级别,评价内容\n"
        "云雀,https://a.example/p/1,https://a.example/j,https://a.example/u/1,https://a.example/1.jpg,甲,金牌,发热\n"
        "云雀,https://a.example/p/2,https://a.example/j,https://a.example/u/2,https://a.example/2.jpg,乙,金牌,不错\n",
        {"title", "url", "author_name", "text"}),
    "links under unknown names": (
        "标题,字段7,字段8,正文\n云雀,https://a.example/i/1.png,https://a.example/p/1,云雀发热了\n"
        "云雀,https://a.example/i/2.png,https://a.example/p/2,云雀不错的\n", {"title", "url", "text"}),
    "digits are no text": ("名称X,号码\n云雀手机用了三天就发热,7374567890123456789\n"
                           "云雀手机续航还不错啊,7374567890123456790\n", {"text"}),
    "names unknown": ("a,b\n1,云雀手机用了三天就发热\n2,云雀手机续航还不错\n", {"text"}),
}  # fmt: skip


@pytest.mark.parametrize("name", DRAFTS)
def test_a_draft_maps_what_it_can_and_imports(tmp_path, name):
    data, fields = DRAFTS[name]
    path, plan = tmp_path / "weibo.csv", tmp_path / "map.toml"
    path.write_text(data, encoding="gb18030")
    plan.write_text(suggest(path, now=NOW), encoding="utf-8")
    assert set(load_map(plan).columns) == fields
    rows = list(read_file(path, now=NOW, mapping=plan))
    assert all(row.observations for row in rows)
    assert len({row.observations[0].post.key for row in rows}) == len(rows)
    assert recognise(path, load_map(plan)).name == "mapping"


def test_a_draft_of_a_table_without_names_warns(tmp_path):
    path = tmp_path / "weibo.csv"
    path.write_text("1,云雀手机用了三天就发热,2024-06-04\n2,云雀手机续航还不错,2024-06-05\n")
    assert "the first row looks like data" in suggest(path, now=NOW)


def test_platforms_by_the_names_people_give_them(imported):
    plan = '[columns]\nid = "id"\ntext = "t"\nplatform = "p"\n[constants]\nplatform = "other"\n'
    rows = imported("id,t,p\n1,好,微博\n2,好,Weibo\n3,好,某论坛\n4,好,\n5,好,B站\n", plan)
    named = [row.observations[0].post.platform for row in rows]
    assert named == ["weibo", "weibo", "某论坛", "other", "bilibili"]


def test_a_draft_of_a_known_format_says_so(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"recommendationid": "1", "review": "好玩", "voted_up": true}\n')
    assert "steam-reviews" in suggest(path, now=NOW).splitlines()[0]


CELLS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufeff"),
    min_size=1,
    max_size=30,
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8), st.sampled_from(",\t;|"))
def test_any_text_survives_a_csv_file(imported, texts, delimiter):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(["编号", "正文", "备注"])
    writer.writerows([f"n{number}", *pair] for number, pair in enumerate(texts))
    plan = '[columns]\nid = "编号"\ntext = "正文"\n[constants]\nplatform = "x"\n'
    rows = imported(out.getvalue(), plan)
    assert len(rows) == len(texts)
    from crawlers.markup import plain

    for row, (text, _) in zip(rows, texts, strict=True):
        if row.observations:
            assert row.observations[0].post.text == plain(text)
        else:
            assert not plain(text)
