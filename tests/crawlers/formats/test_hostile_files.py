"""Files as strangers make them: every encoding, every container, every kind of damage.

Whatever happens, a row that can be read is read, and one that cannot says why.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import tracemalloc
import zipfile
from datetime import datetime

import openpyxl
import pytest

from crawlers.exports import archives, text
from crawlers.exports.read import read_file, recognise, suggest
from tingfeng import SHANGHAI, InputError

NOW = datetime(2026, 6, 12, 10, 0, tzinfo=SHANGHAI)
MAP = """
[columns]
id = "编号"
text = "正文"
[constants]
platform = "tieba"
"""
ROWS = [("1001", "云雀手机发热"), ("1002", "续航不错，点赞👍"), ("1003", "客服说“重启”，\n没有用")]


@pytest.fixture
def mapping(tmp_path):
    path = tmp_path / "map.toml"
    path.write_text(MAP, encoding="utf-8")
    return path


@pytest.fixture
def put(tmp_path):
    def write(data, name="data.csv"):
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    return write


def table(rows=ROWS, delimiter=",", end="\r\n"):
    quoted = [[f'"{cell}"' for cell in row] for row in rows]
    return end.join(delimiter.join(row) for row in [["编号", "正文"], *quoted]) + end


def objects(rows=ROWS):
    return [{"编号": id, "正文": text} for id, text in rows]


def read(path, mapping, **more):
    return list(read_file(path, now=NOW, mapping=mapping, **more))


def seen(rows):
    return [(one.post.id, one.post.text) for row in rows for one in row.observations]


def refused(rows):
    return [row.line for row in rows if row.refused]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_every_encoding_and_delimiter(put, mapping, encoding, delimiter):
    assert seen(read(put(table(delimiter=delimiter).encode(encoding)), mapping)) == ROWS


def test_big5(put, mapping):
    rows = [("1", "雲雀手機發熱，客服說重新啟動就會好，根本沒有用")]
    text = table(rows).replace("编号", "編號")
    plan = MAP.replace("编号", "編號").replace("正文", "正文")
    mapping.write_text(plan, encoding="utf-8")
    assert seen(read(put(text.encode("big5")), mapping)) == rows


SHAPES = {
    "array": lambda rows: json.dumps(rows, ensure_ascii=False),
    "pretty array": lambda rows: json.dumps(rows, ensure_ascii=False, indent=2),
    "lines": lambda rows: "\n".join(json.dumps(row, ensure_ascii=False) for row in rows),
    "lines with commas": lambda rows: ",\n".join(
        json.dumps(row, ensure_ascii=False) for row in rows
    ),
    "pretty objects": lambda rows: "\n".join(
        json.dumps(row, ensure_ascii=False, indent=4) for row in rows
    ),
    "objects without a break": lambda rows: "".join(json.dumps(row) for row in rows),
    "keyed by id": lambda rows: json.dumps({row["编号"]: row for row in rows}),
    "within": lambda rows: json.dumps({"code": 0, "data": {"page": {"n": 1}, "list": rows}}),
    "beside a user": lambda rows: json.dumps({"user": {"id": 1, "title": "甲"}, "items": rows}),
    "pages": lambda rows: "\n".join(json.dumps({"data": [row]}, indent=1) for row in rows),
    "array of pages": lambda rows: json.dumps([{"data": [row]} for row in rows]),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_shape_of_json(put, mapping, shape, encoding):
    text = SHAPES[shape](objects())
    assert seen(read(put(text.encode(encoding), "liar.csv"), mapping)) == ROWS


@pytest.mark.parametrize("shape", ["array", "within", "keyed by id", "beside a user"])
def test_json_larger_than_the_buffer_is_streamed(put, mapping, shape):
    many = [(f"a{n}", f"第{n}条 " + "云雀手机" * 100) for n in range(3000)]
    rows = read(put(SHAPES[shape](objects(many))), mapping)
    assert seen(rows) == many
    assert not refused(rows)


def test_a_path_to_the_records(put, mapping):
    mapping.write_text('records = "a.*.list"\n' + MAP, encoding="utf-8")
    data = {"noise": [{"编号": "9", "正文": "不要"}], "a": {"x": {"list": objects()}}}
    assert seen(read(put(json.dumps(data)), mapping)) == ROWS


def test_line_separators_within_a_text_do_not_tear_it(put, mapping):
    text = '{"编号": "1", "正文": "一行\u2028二行\u0085三行"}\n{"编号": "2", "正文": "好"}'
    assert [id for id, _ in seen(read(put(text), mapping))] == ["1", "2"]
    text = '编号,正文\r\n1,"一行\u2028二行\x0b"\r\n2,好\r\n'
    assert [id for id, _ in seen(read(put(text), mapping))] == ["1", "2"]


@pytest.mark.parametrize("wrap", ["gz", "zip", "gb18030 in zip"])
def test_containers_whatever_the_name_says(put, mapping, wrap, tmp_path):
    data = table().encode("gb18030" if "gb18030" in wrap else "utf-8")
    if wrap == "gz":
        packed = gzip.compress(data)
    else:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("__MACOSX/._data.csv", b"\x00\x05\x16\x07")
            archive.writestr("数据/data.csv", data)
            archive.writestr("more.jsonl", json.dumps({"编号": "9", "正文": "另一份"}))
        packed = out.getvalue()
    found = seen(read(put(packed, "export.csv"), mapping))
    assert found[:3] == ROWS
    assert found[3:] == ([] if wrap == "gz" else [("9", "另一份")])


def workbook(rows=ROWS, name="data.xlsx", **cells):
    out = io.BytesIO()
    book = openpyxl.Workbook()
    sheet = book.active
    for row in [("编号", "正文"), *rows]:
        sheet.append(row)
    book.create_sheet("空")
    book.save(out)
    return out.getvalue()


def test_a_workbook_whatever_its_name(put, mapping):
    rows = [("1001", "云雀"), (1002, "续航不错"), (1003.0, "好")]
    found = seen(read(put(workbook(rows), "export.csv"), mapping))
    assert found == [("1001", "云雀"), ("1002", "续航不错"), ("1003", "好")]


def test_sheets_with_posts_comments_and_users(put):
    """MediaCrawler's Excel store writes the three on three sheets."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    sheets = {
        "Contents": {"note_id": "68a9b4e0000000001d02f0aa", "title": "云雀", "desc": "好",
                     "liked_count": "3", "last_modify_ts": 1775460419187},
        "Comments": {"comment_id": "68a9b864000000002700000c", "note_id": "68a9b4e0000000001d02f0aa",
                     "content": "烫", "like_count": 1, "last_modify_ts": 1775460420603},
        "Creators": {"user_id": "u1", "nickname": "示例甲", "fans": 3, "follows": 4},
    }  # fmt: skip
    for name, record in sheets.items():
        sheet = book.active if name == "Contents" else book.create_sheet()
        sheet.title = name
        sheet.append(list(record))
        sheet.append(list(record.values()))
    book.save(out)
    rows = read(put(out.getvalue(), "xhs.xlsx"), None)
    assert [row.observations[0].post.kind for row in rows[:2]] == ["post", "comment"]
    assert rows[2].skipped


def test_a_workbook_within_an_archive(put, mapping):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.xlsx", workbook([("1", "好")]))
    assert seen(read(put(out.getvalue(), "a.zip"), mapping)) == [("1", "好")]


def test_text_encoded_twice_is_mended_record_by_record(put, mapping):
    good, bad = "云雀手机发热", "客服态度很差"
    twice = bad.encode().decode("latin-1")
    windows = "“退款”难".encode().decode("cp1252", "ignore")
    rows = read(
        put(table([("1", good), ("2", twice), ("3", "café crème"), ("4", windows)])), mapping
    )
    assert seen(rows)[:3] == [("1", good), ("2", bad), ("3", "café crème")]


def test_one_record_in_another_encoding_is_mended(put, mapping):
    data = table(ROWS[:2]).encode() + '"1003","国标编码的一行"\r\n'.encode("gb18030")
    assert seen(read(put(data), mapping))[2] == ("1003", "国标编码的一行")


def test_bytes_of_no_encoding_are_refused_and_reading_goes_on(put, mapping):
    data = table(ROWS[:1]).encode() + b'"1002","\xff\xfe\xff\xff\x81"\r\n' + "1003,好\r\n".encode()
    rows = read(put(data), mapping)
    assert [id for id, _ in seen(rows)] == ["1001", "1003"]
    assert refused(rows) == [3]
    assert rows[1].content


@pytest.mark.parametrize(
    ("tail", "lost"),
    [
        ('1004,"没有写完', 1),
        ("1004", 1),
        ('1004,"一行\r\n二行,三行",多,了\r\n1005,好\r\n', 1),
        ('1004,"没有闭合的引号\r\n1005,好\r\n1006,"好"\r\n', 1),
        ("1004,逗号,太多,了\r\n1005,好\r\n", 1),
        ('1004,他说 "好" 的\r\n', 0),
        ('1004,"他说 \\"好\\", 是吗"\r\n', 0),
        ('"1004" ,好\r\n', 0),
        ("1004,\x00好\x00\r\n", 0),
        ("编号,正文\r\n1004,好\r\n", 0),
        ("\r\n\r\n,\r\n1004,好\r\n", 0),
    ],
)
def test_damage_in_a_table_costs_only_its_own_rows(put, mapping, tail, lost):
    rows = read(put(table() + tail), mapping)
    assert seen(rows)[:3] == ROWS
    assert len(refused(rows)) == lost
    assert all(bool(row.observations) + bool(row.refused) + bool(row.skipped) == 1 for row in rows)
    wanted = {"1004", "1005", "1006"} & {word[:4] for word in tail.replace('"', "\n").split("\n")}
    assert len(seen(rows)) == 3 + len(wanted) - lost


def test_carriage_returns_twice_and_a_repeated_header(put, mapping):
    rows = read(put(table(ROWS[:2], end="\r\r\n") + table([("7", "好")], end="\r\r\n")), mapping)
    assert [id for id, _ in seen(rows)] == ["1001", "1002", "7"]
    assert len([row for row in rows if row.skipped]) == 1


BROKEN = [
    ('[{"编号": "1", "正文": "好"}, {"编号": "2", "正文": "断', ["1"], 1),
    ('[{"编号": "1", "正文": "好"}, {"编号": "2", "正文": 错}, {"编号": "3", "正文": "好"}]', ["1", "3"], 1),
    ('{"编号": "1", "正文": "好"}\n{"编号": "2", "正\n{"编号": "3", "正文": "好"}', ["1", "3"], 1),
    ('{"编号": "1", "正文": "好"}{"编号": "2", "正文": "好"}\n{"编号": "3", "正文": "好"}\n', ["1", "2", "3"], 0),
    ('{"编号": "1", "正文": "好"}\n[1, 2]\n"字"\n{"编号": "3", "正文": "好"}\n', ["1", "3"], 2),
    ('{\n "编号": "1",\n "正文": "好"\n}\n{\n "编号": "2",\n "正文\n}\n{\n "编号": "3",\n "正文": "好"\n}', ["1", "3"], 1),
    ('{"x": 1, "list": [{"编号": "1", "正文": "好"}, {"编号": "2", "正文": 错}, {"编号": "3", "正文": "好"}]}', ["1", "3"], 1),
    ('{"编号": "1", "正文": "原样\n换行\t"}', ["1"], 0),
    ('{"编号": "1", "正文": "好", "n": NaN}\n{"编号": "2", "正文": "好", "n": ' + "9" * 5000 + "}", ["1"], 1),
    ('{"编号": "1", "正文": "好"}\n{"编号": "2", "正文": ' + "[" * 20000 + "]" * 20000 + "}\n", ["1"], 1),
    ('[{"编号": "1", "正文": "好,}", },\n {"编号": "2", "标签": ["a", "b" , ], "正文": "好", },]', ["1", "2"], 0),
    ('{"编号": "1", "正文": "好",}\n{"编号": "2", "正文": "好" , }\n{"编号": "3", "正文": "好"}\n', ["1", "2", "3"], 0),
    ('{"编号": "1", "正文": "好"}\n{"编号": "2", "正文": "好"}\n{"编号": "3", "正文": "好",}\n', ["1", "2", "3"], 0),
]  # fmt: skip


@pytest.mark.parametrize(("text", "ids", "lost"), BROKEN)
def test_damage_in_json_costs_only_its_own_records(put, mapping, text, ids, lost):
    rows = read(put(text), mapping)
    assert [id for id, _ in seen(rows)] == ids
    assert len(refused(rows)) == lost


@pytest.mark.parametrize("shape", ["lines", "array", "table"])
def test_a_record_too_large_is_refused_in_bounded_memory(put, mapping, monkeypatch, shape):
    for module in ("text", "records_json", "json_cursor", "records_table"):
        monkeypatch.setattr(f"crawlers.exports.{module}.LINE", 1 << 20)
    huge = [("1", "好"), ("2", "哈" * (30 << 20)), ("3", "好")]
    text = table(huge) if shape == "table" else SHAPES[shape](objects(huge))
    path = put(text)
    del text, huge
    tracemalloc.start()
    rows = read(path, mapping)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [id for id, _ in seen(rows)] == ["1", "3"]
    assert len(refused(rows)) == 1
    assert len(rows[1].content) <= 500
    assert peak < 40 << 20


def gate(path, mapping=None):
    with pytest.raises(InputError) as caught:
        list(read_file(path, now=NOW, mapping=mapping))
    assert caught.value.message.zh
    return caught.value.message.en


def test_what_is_no_file_of_records(put, mapping, tmp_path):
    assert "cannot open" in gate(tmp_path / "none.csv", mapping)
    assert "folder" in gate(tmp_path, mapping)
    assert "empty" in gate(put(b""), mapping)
    assert "blanks" in gate(put(b" \n \n"), mapping)
    assert "zero bytes" in gate(put(bytes(5000)), mapping)
    assert "neither text" in gate(put(bytes(range(1, 32)) * 100), mapping)
    assert "SQLite" in gate(put(b"SQLite format 3\0" + bytes(100)), mapping)
    assert "old Excel" in gate(put(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)), mapping)
    locked = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + bytes(99)
    )
    assert "password" in gate(put(locked, "a.xlsx"), mapping)


def test_walls_saved_as_data_are_called_walls(put, mapping):
    page = "<!DOCTYPE html><html><head><title>Sina Visitor System</title></head></html>"
    assert "login wall" in gate(put(page, "weibo.csv"), mapping)
    assert "web page" in gate(put("<html><body>你好</body></html>", "weibo.json"), mapping)
    assert "open it in Excel" in gate(
        put("<html><table><tr><td>1</td></tr></table>", "a.xls"), mapping
    )
    wall = {"ok": -100, "url": "https://passport.weibo.com/sso/signin"}
    assert "login wall" in gate(put(json.dumps(wall), "weibo.json"))
    assert "error answer" in gate(put('{"errno": 2, "errmsg": "参数错误"}', "a.json"))
    assert "error answer" in gate(put('{"code": -352, "message": "-352", "ttl": 1}', "b.json"))
    assert "cannot" not in gate(put('{"ok": 0, "msg": "请求过于频繁"}\n' * 3, "c.jsonl"))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ('{"status_code": 8, "status_msg": "用户未登录"}', "login wall"),
        ('{"error": {"message": "请您登录后查看", "code": 100, "need_login": true}}', "login wall"),
        ('{"result": 109}', "login wall"),
        ('{"result": 2, "error_msg": "操作太快了，请稍微休息一下"}', "error answer"),
        (
            '{"ret": ["FAIL_SYS_USER_VALIDATE::哎哟喂,被挤爆啦"], "data": {"url": "x"}}',
            "login wall",
        ),
        ('{"code": 300012, "success": false, "msg": "网络连接异常"}', "error answer"),
        ('{"timestamp": 1717, "status": 500, "error": "Internal Server Error"}', "error answer"),
        (
            '{"code": 0, "msg": "success", "data": {"items": [], "has_more": false}}',
            "nothing in it",
        ),
        ('{"ok": 1, "data": {"cards": []}}', "nothing in it"),
        ("[]", "nothing in it"),
        ("{}", "nothing in it"),
        ("code,msg\n-100,登录已过期\n", "login wall"),
        ("请求过于频繁，请稍后再试", "error answer"),
    ],
)
def test_answers_without_posts_are_told_apart(put, name, said):
    assert said in gate(put(name, "answer.csv"))


def test_dictionaries_of_python_are_told_from_broken_json(put, mapping):
    assert "json.dumps" in gate(
        put("{'编号': 1, '正文': '好'}\n{'编号': 2, '正文': '好'}\n"), mapping
    )


def test_a_page_in_a_cell_is_no_post(put, mapping):
    page = "<html><head><title>Sina Visitor System</title></head><body></body></html>"
    rows = read(put(f"编号,正文\n1,{page}\n2,为什么总要我登录验证\n"), mapping)
    assert seen(rows) == [("2", "为什么总要我登录验证")]
    assert "login wall" in rows[0].refused.en


@pytest.mark.parametrize("damage", [b"", b'{"\xb1\xe0": 1}\n'])
def test_half_an_emoji_leaves_no_half(put, mapping, damage):
    text = '{"编号": "1", "正文": "好\\ud83d", "x\\udd80": "\\ude00"}\n{"编号": "2", "正文": "\\ud83d\\ude00"}\n'
    rows = read(put(damage + text.encode()), mapping)
    assert seen(rows) == [("1", "好\ufffd"), ("2", "😀")]


GLUED = (
    "note_id,content,create_time,create_date_time,liked_count,comments_count,shared_count,nickname\n"
    "5012345678901234,好,1717488000,2024-06-04 16:00:00,1,2,3,甲\n"
    "comment_id,note_id,content,create_time,create_date_time,nickname,parent_comment_id,like_count\n"
    "5012345678901299,5012345678901234,评,1717488000,2024-06-04 16:00:00,乙,0,1\n"
)


def test_comments_glued_behind_posts_are_read_by_their_own_header(put):
    rows = read(put(GLUED), None)
    assert [bool(row.skipped) for row in rows] == [False, True, False]
    assert seen(rows) == [("5012345678901234", "好"), ("5012345678901299", "评")]
    assert rows[2].observations[0].post.parent == "5012345678901234"


def test_rows_below_a_header_nobody_reads_are_refused(put, mapping):
    text = "编号,正文,时间\n1,好,2024-06-04\n标题,作者,链接\n甲,乙,丙\n编号,正文,时间\n2,好,2024-06-04\n"
    rows = read(put(text), mapping)
    assert seen(rows) == [("1", "好"), ("2", "好")]
    assert refused(rows) == [4]
    assert "编号" in rows[2].refused.zh


def test_other_sheets_and_titles_of_a_workbook(put, mapping):
    book = openpyxl.Workbook()
    book.active.append(["日期", "条数"])
    book.active.append(["6/1", 3])
    sheet = book.create_sheet("明细")
    for row in (["数据导出"], ["导出时间", "2026-06-01"], ["编号", "正文"], ["1", "好"]):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    rows = read(put(out.getvalue(), "a.xlsx"), mapping)
    assert seen(rows) == [("1", "好")]
    assert len(rows) == 4


def test_a_record_of_another_shape_costs_only_itself(put):
    post = {"source_platform": "twitter.com", "item_id": "1", "timestamp_collected": 1717488000000,
            "data": {"rest_id": "1"}}  # fmt: skip
    odd = [{"item_id": "2", "data": {}}, {"source_platform": "twitter.com", "item_id": "3"},
           {"source_platform": "douyin.com", "item_id": "4", "data": {"desc": [1], "author": "甲"}}]  # fmt: skip
    lines = [json.dumps(one, ensure_ascii=False) for one in [post, post, post, *odd]]
    rows = read(put("\n".join(lines), "a.ndjson"), None)
    assert len(rows) == 6
    assert all(row.refused and row.content for row in rows[3:])


def test_a_zero_byte_in_a_short_file_is_no_utf16(put, mapping):
    for encoding in ("utf-8", "gb18030"):
        text = "编号,正文\n1,云\0雀很好\n2,好\n".encode(encoding)
        assert seen(read(put(text), mapping)) == [("1", "云雀很好"), ("2", "好")]


@pytest.mark.parametrize("title", ["微博导出表", "微博导出表,", "导出时间：2026-06-01\n\n共 2 条"])
def test_lines_above_the_header_are_passed_over_and_counted(put, mapping, title):
    rows = read(put(f'{title}\n编号,正文\n1,好\n2,"云雀\n很好"\n'), mapping)
    assert seen(rows) == [("1", "好"), ("2", "云雀\n很好")]
    assert [row.line for row in rows if row.skipped] == list(
        {"微博导出表": [1], "微博导出表,": [1]}.get(title, [1, 3])
    )


def test_a_wall_among_records_is_refused_alone(put, mapping):
    text = '{"编号": "1", "正文": "好"}\n{"ok": -100, "url": "https://passport.weibo.com"}\n'
    rows = read(put(text), mapping)
    assert seen(rows) == [("1", "好")]
    assert rows[1].refused
    assert "login wall" in rows[1].refused.en


def test_an_unknown_table_names_its_columns_and_the_remedy(put):
    said = gate(put("甲,乙\n1,2\n"))
    assert "甲、乙" in said
    assert "--suggest" in said
    assert "--map" in said


def bomb(inner=b"0" * (4 << 20)):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.csv", "编号,正文\n1,".encode() + inner)
    return out.getvalue()


def test_bombs_nests_and_passwords(put, mapping, monkeypatch):
    monkeypatch.setattr(archives, "FREE", 1 << 20)
    assert "bomb" in gate(put(bomb(), "b.zip"), mapping)
    text = "编号,正文\n" + "1,好\n" * (1 << 20)
    assert "bomb" in gate(put(gzip.compress(text.encode()), "b.csv.gz"), mapping)
    assert "another archive" in gate(put(gzip.compress(bomb(b"")), "b.gz"), mapping)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("inner.zip", bomb(b""))
    assert "another archive" in gate(put(out.getvalue(), "b.zip"), mapping)
    locked = bytearray(bomb(b""))
    at = locked.index(b"PK\x01\x02")
    locked[at + 8] |= 1  # the flag that says encrypted
    assert "password" in gate(put(bytes(locked), "b.zip"), mapping)
    assert "damaged" in gate(put(bomb(b"")[:-30], "b.zip"), mapping)
    assert "no files" in gate(put(b"PK\x05\x06" + bytes(18), "b.zip"), mapping)


def read_until_error(path, mapping, during=lambda: None):
    rows = []
    try:
        for row in read_file(path, now=NOW, mapping=mapping):
            rows.append(row)
            during()
    except InputError as error:
        return rows, error.message.en
    return rows, ""


@pytest.mark.parametrize("count", [50, 5000])
def test_a_cut_archive_keeps_what_was_read(put, mapping, count):
    many = [(str(n), f"第{n}条 {os.urandom(200).hex()}") for n in range(count)]
    whole = gzip.compress(table(many).encode())
    rows, error = read_until_error(put(whole[: len(whole) // 2], "cut.csv.gz"), mapping)
    assert "damaged" in error
    assert len(seen(rows)) > count // 4


def test_a_file_that_changes_while_it_is_read_says_so_at_the_end(put, mapping):
    path = put(table())

    def meanwhile():
        with path.open("ab") as more:
            more.write("1009,新的\r\n".encode())

    rows, error = read_until_error(path, mapping, meanwhile)
    assert "changed while it was read" in error
    assert seen(rows) == ROWS


def test_one_bad_member_does_not_hide_the_others(put, mapping):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.csv", table())
        archive.writestr("b.html", "<html>登录</html>")
        archive.writestr("c.png", b"\x89PNG\r\n" + bytes(50))
    rows = read(put(out.getvalue(), "a.zip"), mapping)
    assert seen(rows) == ROWS
    assert [row.content for row in rows if row.refused] == ["b.html", "c.png"]


def packed(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_documents_and_leftovers_in_an_archive_cost_nothing(put, mapping):
    word = packed(**{"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"})
    members = {"说明.docx": word, "__MACOSX/._a.csv": b"\0", ".DS_Store": b"\0Bud1", "读我.txt": "请看说明",
               "数据/a.csv": table()}  # fmt: skip
    path = put(packed(**members), "打包.zip")
    rows = read(path, mapping)
    assert seen(rows) == ROWS
    lost = [row for row in rows if row.refused]
    assert [row.content for row in lost] == ["说明.docx", "读我.txt"]
    assert [row.line for row in lost] == [0, 0]
    assert "打包.zip › 说明.docx" in lost[0].refused.zh
    assert "Word" in lost[0].refused.zh
    assert "打包.zip › 读我.txt" in lost[1].refused.zh


def test_members_of_known_formats_are_told_though_others_are_not_readable(put):
    steam = '{"recommendationid": "1", "review": "好玩", "voted_up": true}\n'
    word = packed(**{"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"})
    path = put(packed(**{"a.docx": word, "a.txt": "你好", "b.jsonl": steam}), "a.zip")
    assert recognise(path).name == "steam-reviews"
    assert "steam-reviews" in suggest(path, now=NOW)
    rows = read(path, None)
    assert [bool(row.observations) for row in rows] == [False, False, True]


def test_an_archive_without_anything_readable_names_itself_and_what_it_holds(put, mapping):
    path = put(packed(**{"说明.png": b"\x89PNG", "b.html": "<html>你好</html>"}), "打包.zip")
    for gate in (lambda: read(path, mapping), lambda: recognise(path), lambda: suggest(path)):
        with pytest.raises(InputError) as caught:
            gate()
        assert "打包.zip › 说明.png" in caught.value.message.zh
        assert "打包.zip › b.html" in caught.value.message.zh


def test_what_is_wrong_with_a_file_is_said_with_its_name(put, mapping):
    with pytest.raises(InputError, match=r"七月\.csv"):
        read(put("a,b\n1,2\n", "七月.csv"), mapping)


NOTE = {
    "note_id": "5041234567890123", "content": "云雀发热", "create_time": "notatime",
    "create_date_time": "2024-06-04 10:00:00", "liked_count": "1", "comments_count": "2",
    "shared_count": "3", "last_modify_ts": 1717500000000, "nickname": "甲", "user_id": "1",
}  # fmt: skip


def test_a_time_nobody_can_read_gives_way_to_the_other_and_is_remarked_upon(put):
    lines = [
        NOTE,
        NOTE | {"note_id": "x1", "create_date_time": ""},
        NOTE | {"create_date_time": "notatime"},
    ]
    rows = read(put("\n".join(json.dumps(line) for line in lines), "a.jsonl"), None)
    dated = [row.observations[0].post.published_at is not None for row in rows]
    assert dated == [True, False, True]  # the last by the clock within its id
    assert [row.remark is not None for row in rows] == [False, True, False]


def test_a_torn_row_of_a_known_format_is_no_post(put):
    head = ",".join(NOTE)
    row = ",".join(map(str, NOTE.values()))
    rows = read(put(f"{head}\n{row}\nbroken,row\n{row}\n"), None)
    assert [bool(row.observations) for row in rows] == [True, False, True]


def test_progress_grows_to_the_size_of_the_file(put, mapping):
    many = [(str(n), os.urandom(99).hex()) for n in range(20_000)]
    path, steps = put(table(many)), []
    read(path, mapping, progress=steps.append)
    assert steps == sorted(steps)
    assert steps[-1] == path.stat().st_size
    assert len(steps) > 5


def test_recognition_reads_only_the_beginning(put):
    path = put("id,bid,正文,工具,日期\n" + "1,z0JH2lOMb,好,手机,2024-06-04\n" * 10)
    source = recognise(path)
    assert (source.name, source.encoding) == ("weibo-crawler", "utf-8")
    assert source.columns[2] == "正文"


def test_nothing_is_larger_than_its_limit():
    assert text.LINE <= 16 << 20


def test_what_may_be_meant_is_no_mojibake():
    assert text.once("Ã\xa0 propos") == "Ã\xa0 propos"
    assert text.once("云雀".encode().decode("latin-1")) == "云雀"
