"""Files about creators: recognised by their columns, read row by row, nothing lost."""

import json
import os
from datetime import date, datetime, timedelta

import pytest

from crawlers.creators import SHEETS
from crawlers.creators.build import Terms
from crawlers.creators.plan import load_plan
from crawlers.creators.read import read_creators, sheet_named
from crawlers.creators.suggest import suggest
from tingfeng import SHANGHAI, InputError, Price, SettingsError


@pytest.fixture
def read(now):
    def one(path, **changes):
        plan, source = changes.pop("plan", None), changes.pop("source", None)
        terms = Terms(now=now, filed=now - timedelta(days=1), basis="kit", file=path.name,
                      expires=lambda seen: seen + timedelta(days=180), **changes)  # fmt: skip
        told = []
        rows = list(read_creators(path, terms=terms, plan=plan, source=source, told=told.append))
        return rows, told[0] if told else None

    return one


@pytest.fixture
def table(tmp_path):
    def write(text, name="达人.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


PUGONGYING = (
    "博主昵称,小红书号,蒲公英链接,粉丝数,获赞与收藏,地区,博主类目,所属机构,图文笔记报价,视频笔记报价,阅读中位数,"
    "互动中位数,活跃粉丝占比,粉丝女性占比,数据更新时间\n"
    "阿云,yun123,https://pgy.xiaohongshu.com/solar/pre-trade/blogger-detail/5f0c1a2b3c4d5e6f7a8b9c0d,12.3万,"
    "56万,上海,美妆;护肤,无,3000,5000,8000,300,72.5%,88.6%,2026-06-01\n"
    "小河,xiaohe,,-,,,,,面议,-,,,,,\n"
)


def test_a_list_of_pugongying(read, table):
    rows, told = read(table(PUGONGYING))
    assert told.source == "pugongying"
    assert told.unread == []
    first, second = (row.snapshot for row in rows)
    assert first.key == "xiaohongshu:5f0c1a2b3c4d5e6f7a8b9c0d"
    assert (first.name, first.followers, first.gained) == ("阿云", 123_000, 560_000)
    assert (first.category, first.agency, first.place) == (("美妆", "护肤"), "", "上海")
    assert first.active_share == 0.725
    assert first.medians == {"views": 8000}
    assert first.indices == {"互动中位数": 300}
    terms = {"fee": 0.1, "declared": True, "taxed": None, "quoted_on": date(2026, 6, 1)}
    assert first.prices == (
        Price(form="image", amount=3000, **terms),
        Price(form="video", amount=5000, **terms),
    )
    assert first.provenance.seen_at == datetime(2026, 6, 1, tzinfo=SHANGHAI)
    assert first.provenance.expires_at == datetime(2026, 11, 28, tzinfo=SHANGHAI)
    assert first.provenance.file == "达人.csv 第 2 行"
    assert second.key == "xiaohongshu:xiaohe"
    assert second.prices == ()
    assert second.followers is None


def test_a_list_of_xingtu(read, table):
    rows, told = read(
        table(
            "达人昵称,星图ID,抖音号,粉丝数,达人类型,MCN机构,1-20s视频报价,21-60s视频报价,60s以上视频报价,预期播放量,星图指数,"
            "女性粉丝占比,18-23岁占比,24-30岁占比,31-40岁占比,41-50岁占比,50岁以上占比\n"
            "老王,6900000000000000001,laowang,310.5w,汽车,远山文化,30000,45000,60000,120万,82.1,35%,20%,30%,30%,15%,5%\n"
        )
    )
    assert told.source == "xingtu"
    [one] = (row.snapshot for row in rows)
    assert one.key == "douyin:laowang"
    assert one.followers == 3_105_000
    assert {price.form: price.amount for price in one.prices} == {
        "video_20": 30_000, "video": 45_000, "video_60": 60_000,
    }  # fmt: skip
    assert one.medians == {"views": 1_200_000}
    assert one.indices == {"星图指数": 82.1}
    by = {each.dimension: each.shares for each in one.audience}
    assert by["gender"] == {"female": 0.35, "male": 0.65}
    assert sum(by["age"].values()) == pytest.approx(1)


def test_research_tables_of_xinhong(read, table):
    rows, told = read(
        table(
            "user,ip_location,follows,fans,interaction,last_modify_ts,note_count,图文报价(RMB),平台等级,活跃粉丝占比(仅>1K),"
            "粉丝女性比例,粉丝年龄<18,粉丝年龄18-24,粉丝年龄25-34,粉丝年龄35-44,粉丝年龄>44,兴趣标签,地域分布\n"
            '295220c1ccc9,美国,837,1653,11636,1741740734045,146,60,3,50.37,88.6,0.9,40,40,15,4.1,"1   美食   5.19%\n2  时尚  4.41%",'
            '"1   广东   8.56%"\n'
            "6aaada83a058,美国,961,304,10699,1741746441631,142,找不到,3,,Null,Null,Null,Null,Null,Null,Null,Null\n"
        ),
        platform="xiaohongshu",
    )
    assert told.source == "xinbang"
    one, two = (row.snapshot for row in rows)
    assert (one.followers, one.following, one.works, one.gained) == (1653, 837, 146, 11636)
    by = {each.dimension: each.shares for each in one.audience}
    assert by["age"]["<18"] == 0.009
    assert by["interest"] == {"美食": 0.0519, "时尚": 0.0441}
    assert one.prices[0].amount == 60
    assert one.prices[0].declared is None
    assert two.audience == ()
    assert two.prices == ()
    assert rows[1].remarks == ()


def test_a_media_kit_in_a_workbook_with_titles_and_sheets(read, tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["2026 年 6 月刊例", None, None])
    sheet.append(
        ["平台", "账号名称", "主页链接", "粉丝数(万)", "视频报价(含税)", "图文报价(不含税)", "备注"]
    )
    sheet.append(["小红书", "小山", "https://www.xiaohongshu.com/user/profile/5f0c1a2b3c4d5e6f7a8b9c0d", 3.5, "1.2万", "3000-5000", "档期紧"])  # fmt: skip
    sheet.append(["B站", "小水", "https://space.bilibili.com/1234", 12, None, None, None])
    sheet.append([None, "没有平台也没有编号", None, 1, None, None, None])
    book.create_sheet("说明").append(["仅供内部"])
    path = tmp_path / "刊例.xlsx"
    book.save(path)
    rows, told = read(path)
    assert told.source == "kit"
    assert told.unread == ["备注"]
    taken = [row.snapshot for row in rows if row.snapshot]
    assert [one.key for one in taken] == ["xiaohongshu:5f0c1a2b3c4d5e6f7a8b9c0d", "bilibili:1234"]
    video, image = taken[0].prices
    assert (video.amount, video.taxed, image.amount, image.taxed) == (12_000, True, 5000, False)
    assert taken[0].followers == 35_000
    [refused] = [row for row in rows if row.refused]
    assert refused.line == 5
    assert "没有平台" in refused.content
    assert sum(bool(row.skipped) for row in rows) == 2


def test_creators_of_mediacrawler_are_named_by_their_file(read, tmp_path):
    path = tmp_path / "xhs_creator_creators_2026-06-01.json"
    path.write_text(
        json.dumps([{"user_id": "5f0c1a2b3c4d5e6f7a8b9c0d", "nickname": "阿云", "desc": "护肤", "gender": "女",
                     "avatar": "http://a/b.jpg", "ip_location": "上海", "follows": 12, "fans": 3400, "interaction": 9000,
                     "tag_list": '{"profession": "美妆博主"}', "last_modify_ts": 1780300000000}], ensure_ascii=False),
        encoding="utf-8",
    )  # fmt: skip
    rows, told = read(path)
    assert told.source == "mediacrawler"
    assert sheet_named("mediacrawler").basis == "public"
    [one] = (row.snapshot for row in rows)
    assert one.platform == "xiaohongshu"
    assert one.followers == 3400
    assert one.bio == "护肤"


def test_every_row_comes_back_once(read, table):
    text = PUGONGYING.splitlines()
    broken = [*text, text[0], ",,,,,,,,,,,,,,", "只有名字,,,,,,,,,,,,,,", text[1] + ",多,了", text[2].replace("-,", "一些,", 1)]  # fmt: skip
    rows, _ = read(table("\n".join(broken) + "\n"))
    kinds = ["taken" if row.snapshot else "refused" if row.refused else "skipped" for row in rows]
    assert kinds == ["taken", "taken", "skipped", "skipped", "refused", "refused", "taken"]
    assert rows[-1].remarks
    assert rows[-1].snapshot.followers is None
    assert all(row.content for row in rows if row.refused)


def test_what_is_not_about_creators_is_told_with_a_way_on(read, table):
    with pytest.raises(InputError, match="--suggest") as error:
        read(table("a,b,c\n1,2,3\n"))
    assert "a、b、c" in str(error.value)
    with pytest.raises(InputError):
        read(table("笔记标题,正文,发布时间\n好,好,2026-01-01\n"))


def test_the_draft_of_a_mapping_reads_the_file_it_was_made_of(read, table, tmp_path):
    path = table("红人名,链接地,粉丝,图文,怪列\n阿云,u1,1.2万,800,7\n小河,u2,3000,,8\n")
    text = suggest(path)
    assert 'name = "红人名"' not in text
    assert "怪列" in text
    assert "# id = " in text
    plan = tmp_path / "m.toml"
    plan.write_text(
        '[columns]\nid = "链接地"\nname = "红人名"\nfollowers = "粉丝"\n"price.image" = "图文"\n'
        '"indices.怪" = "怪列"\n[constants]\nplatform = "weibo"\ntaxed = false\nfee = 0.05\n',
        encoding="utf-8",
    )
    rows, told = read(path, plan=load_plan(plan, None))
    assert told.source == "mapping"
    one, two = (row.snapshot for row in rows)
    assert (one.key, one.name, one.followers, one.indices) == (
        "weibo:u1",
        "阿云",
        12_000,
        {"怪": 7},
    )
    assert (one.prices[0].taxed, one.prices[0].fee) == (False, 0.05)
    assert two.prices == ()


@pytest.mark.parametrize(
    "text",
    [
        "[columns]\nid='a'\nfollower='b'\n", "[columns]\nname='a'\n", "[colums]\nid='a'\n", "[columns\n",
        "basis='stolen'\n[columns]\nid='a'\n", "[columns]\nid='a'\n[constants]\nfee=true\n", "[columns]\nid=['a']\n",
    ],
)  # fmt: skip
def test_a_wrong_mapping_says_what_is_wrong(tmp_path, text):
    path = tmp_path / "m.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError):
        load_plan(path, None)


def test_every_source_of_the_table_is_its_own(tmp_path):
    for name in SHEETS:
        sheet = sheet_named(name)
        assert sheet.name == name
        assert sheet.label.zh
        assert sheet.basis
    with pytest.raises(SettingsError):
        sheet_named("nobody")


@pytest.mark.data
def test_real_creators_are_read_whole(read, data):
    rows, told = read(data / "xhs_creators.csv.gz", platform="xiaohongshu")
    assert told.source == "xinbang"
    assert len(rows) == 101
    assert all(row.snapshot for row in rows)
    assert sum(bool(row.snapshot.prices) for row in rows) > 90
    assert sum(len(row.snapshot.audience) == 4 for row in rows) > 60
    assert not any(row.remarks for row in rows)
    assert os.fspath(data) not in rows[0].snapshot.provenance.file


def test_a_row_whose_shares_are_the_whole_as_they_stand_is_not_per_cent(read, table):
    rows, _ = read(table(
        "昵称,抖音号,星图指数,21-60s视频报价,粉丝数,播放量中位数,女性占比,男性占比\n"
        "甲,a1,1,3000,1万,500,60,40\n乙,b2,1,-3000,1万,-5,0.4,0.6\n"
    ))  # fmt: skip
    first, second = (row.snapshot for row in rows)
    assert first.audience[0].shares == {"female": 0.6, "male": 0.4}
    assert second.audience[0].shares == {"female": 0.4, "male": 0.6}
    assert (second.prices, second.medians) == ((), {})
    assert any("报价" in said.zh for said in rows[1].remarks)
