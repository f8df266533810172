"""The classifier of walls: a row of the table each, and the pages that must not be taken for one."""

from __future__ import annotations

import json

import pytest

from crawlers.sources.verdict import judge

WEIBO = "https://m.weibo.cn/api/container/getIndex"
BILI = "https://api.bilibili.com/x/v2/reply"
ARTICLE = "<p>安全专家谈极验 geetest 与百度安全验证：请先登录再完成验证码，Just a moment。</p>" * 40


def page(title: str, body: str = "") -> str:
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{body}</body></html>"


JSON = [
    (WEIBO, {"ok": -100, "url": "https://passport.weibo.com/sso"}, "login_required"),
    (WEIBO, {"ok": 0, "msg": "这里还没有内容", "data": {"cards": []}}, "empty"),
    (WEIBO, {"ok": 0, "msg": "请求过于频繁，歇歇吧", "data": []}, "rate_limited"),
    (WEIBO, {"url": "https://m.weibo.cn/captcha/show"}, "captcha"),
    (WEIBO, {"ok": 0, "error_code": 20101, "msg": "该微博不存在"}, "deleted"),
    (WEIBO, {"ok": 0, "message": "target weibo does not exist!"}, "deleted"),
    (WEIBO, {"ok": 0, "msg": "没见过的话"}, "changed"),
    (WEIBO, {"ok": 1, "data": {"cards": []}}, "ok"),
    (BILI, {"code": -352, "data": {"v_voucher": "v"}}, "signature_required"),
    (BILI, {"code": -412, "message": "请求被拦截"}, "rate_limited"),
    (BILI, {"code": -101, "message": "账号未登录"}, "login_required"),
    (BILI, {"code": -403, "message": "访问权限不足"}, "forbidden"),
    (BILI, {"code": -404, "message": "啥都木有"}, "deleted"),
    (BILI, {"code": 62002}, "deleted"),
    (BILI, {"code": 12061}, "empty"),
    (BILI, {"code": -99999}, "changed"),
    (BILI, {"code": 0, "data": {}}, "ok"),
    ("https://club.jd.com/comment", {}, "blocked_ip"),
    ("https://api.m.jd.com/", {"code": "605", "echo": "no access"}, "signature_required"),
    ("https://h5api.m.taobao.com/h5", {"ret": ["FAIL_SYS_USER_VALIDATE::挤爆"]}, "captcha"),
    ("https://rate.tmall.com/x", {"rgv587_flag": "sm", "url": "/punish"}, "captcha"),
    ("https://h5api.m.taobao.com/h5", {"ret": ["SUCCESS::调用成功"], "data": {}}, "ok"),
    ("https://www.xiaohongshu.com/api", {"code": 300012, "success": False}, "blocked_ip"),
    ("https://www.xiaohongshu.com/api", {"code": -510001}, "deleted"),
    ("https://www.zhihu.com/api/v4/x", {"error": {"code": 10003}}, "signature_required"),
    ("https://www.zhihu.com/api/v4/x", {"error": {"code": 40362, "need_login": True}}, "captcha"),
    ("https://www.zhihu.com/api/v4/x", {"error": {"code": 404}}, "deleted"),
    ("https://tousu.sina.com.cn/x", {"result": {"status": {"code": 10017}}}, "empty"),
    ("https://tousu.sina.com.cn/x", {"result": {"status": {"code": 10005}}}, "signature_required"),
    ("https://tousu.sina.com.cn/x", {"result": {"status": {"code": 0}, "data": {}}}, "ok"),
    ("https://www.kuaishou.com/x", {"result": 50}, "signature_required"),
    ("https://www.kuaishou.com/x", {"result": 2}, "rate_limited"),
    ("https://www.kuaishou.com/x", {"result": 1, "data": []}, "ok"),
    ("https://linux.do/latest.json", {"errors": [], "error_type": "rate_limit"}, "rate_limited"),
    ("https://linux.do/t/1.json", {"error_type": "not_logged_in"}, "login_required"),
    ("https://any.example/x.json", {}, "blocked_ip"),
    ("https://any.example/x.json", [], "ok"),
]


@pytest.mark.parametrize(("url", "value", "verdict"), JSON)
def test_a_refusal_in_json(url, value, verdict):
    assert judge(200, url, {}, json.dumps(value), "json").verdict == verdict


PAGES = [
    (page("Sina Visitor System"), "login_required"),
    (page("验证", "<script>window._riskdata_ = {}</script>"), "captcha"),
    (page("", "<script src='//x/_____tmd_____/punish?x5secdata=1'></script>"), "captcha"),
    (page("知乎", "<meta id='zh-zse-ck' content='x'>"), "captcha"),
    (page("百度安全验证", "网络不给力，请稍后重试"), "captcha"),
    (page("登录跳转页", "检测到有异常请求从你的 IP 发出，请登录"), "rate_limited"),
    (page("", "<script src='https://verify.meituan.com/v.js'></script>"), "captcha"),
    (page("", "<script>new TencentCaptcha('1')</script>"), "captcha"),
    (page("", "<script src='/probe.js'></script>"), "captcha"),
    ("<script>var arg1='X';acw_sc__v2</script>", "captcha"),
    (page("创宇盾", ""), "captcha"),
    (page("Just a moment...", "Checking your browser"), "captcha"),
    (page("405", "<img src='//errors.aliyun.com/405.png'>"), "forbidden"),
    (page("小红书", "当前笔记暂时无法浏览"), "deleted"),
    (page("贴吧404", ""), "deleted"),
    (page("提示", "访问过于频繁，请稍后再试"), "rate_limited"),
    (page("用户登录", "账号 密码"), "login_required"),
    (page("云雀手机", ARTICLE), "ok"),
    (page("云雀手机", "短讯一则"), "ok"),
]


@pytest.mark.parametrize(("body", "verdict"), PAGES)
def test_a_wall_in_html(body, verdict):
    assert judge(200, "https://any.example/1.html", {}, body, "html").verdict == verdict


@pytest.mark.parametrize("expects", ["json", "feed"])
@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        (page("首页", ARTICLE), "changed"),
        (page("登录 - 示例网", ARTICLE), "login_required"),
        (page("首页", ARTICLE + "<input type='password'>"), "login_required"),
        (page("安全验证", ARTICLE), "captcha"),
    ],
)
def test_a_page_where_data_was_expected(expects, body, verdict):
    assert judge(200, "https://any.example/x", {}, body, expects).verdict == verdict


@pytest.mark.parametrize(
    ("status", "headers", "verdict"),
    [
        (200, {}, "ok"), (304, {}, "unchanged"), (401, {}, "login_required"),
        (403, {}, "forbidden"), (403, {"cf-mitigated": "challenge"}, "captcha"),
        (404, {}, "deleted"), (405, {}, "forbidden"), (410, {}, "deleted"), (412, {}, "rate_limited"),
        (418, {}, "rate_limited"), (429, {}, "rate_limited"), (432, {}, "login_required"),
        (451, {}, "forbidden"), (461, {}, "captcha"), (468, {}, "captcha"), (471, {}, "captcha"),
        (500, {}, "upstream_error"), (503, {}, "upstream_error"),
        (503, {"retry-after": "120"}, "rate_limited"), (599, {}, "upstream_error"),
        (400, {}, "changed"), (302, {"location": "https://news.example/"}, "changed"),
        (302, {"location": "https://passport.weibo.com/visitor"}, "login_required"),
        (302, {"location": "https://www.zhihu.com/account/unhuman?x"}, "captcha"),
        (302, {"location": "https://wappass.baidu.com/static/captcha"}, "captcha"),
        (302, {"location": "https://accounts.douban.com/passport/login"}, "login_required"),
    ],
)  # fmt: skip
def test_a_status(status, headers, verdict):
    assert (
        judge(status, "https://any.example/x", headers, page("页面", "文字"), "html").verdict
        == verdict
    )


@pytest.mark.parametrize(
    ("url", "expects", "verdict"),
    [
        ("https://www.douyin.com/aweme", "json", "signature_required"),
        ("https://club.jd.com/x", "json", "blocked_ip"),
        ("https://any.example/feed", "feed", "changed"),
        ("https://any.example/1.html", "html", "changed"),
    ],
)
def test_nothing_with_200_is_never_no_results(url, expects, verdict):
    assert judge(200, url, {}, b" \r\n", expects).verdict == verdict


def test_the_address_after_redirects_counts():
    url = "https://passport.weibo.com/visitor/visitor?entry=miniblog"
    assert judge(200, url, {}, page("微博", ARTICLE), "html").verdict == "login_required"


def test_words_for_people_are_there_in_both_languages():
    ruling = judge(432, WEIBO, {}, b"", "json")
    assert "432" in ruling.detail.zh
    assert "432" in ruling.detail.en
    assert judge(200, BILI, {}, '{"code":-412,"message":"请求被拦截"}', "json").detail.zh.endswith(
        "code -412 请求被拦截"
    )


WALLS = {
    "weibo-visitor-1.html": ("html", "login_required"),
    "weibo-visitor-2.json": ("json", "login_required"),
    "weibo-m-empty-1.json": ("json", "empty"),
    "weibo-hottopic-empty-1.json": ("json", "empty"),
}
SITES = {
    "weibo": WEIBO, "bilibili": BILI, "tieba": "https://tieba.baidu.com/p/1", "xhs":
    "https://www.xiaohongshu.com/explore", "zhihu": "https://www.zhihu.com/x", "taobao":
    "https://h5api.m.taobao.com/h5", "douyin": "https://www.douyin.com/x", "douban":
    "https://book.douban.com/subject/1/", "heimao": "https://tousu.sina.com.cn/",
}  # fmt: skip


@pytest.mark.data
def test_real_walls_are_walls_and_real_pages_are_not(data):
    kinds = {".json": "json", ".html": "html", ".xml": "feed"}
    files = [path for path in (data / "answers").iterdir() if path.suffix in kinds]
    assert len(files) > 40
    for path in files:
        site = SITES.get(path.name.split("-")[0], "https://any.example/")
        expects, verdict = WALLS.get(path.name, (kinds[path.suffix], "ok"))
        assert judge(200, site, {}, path.read_bytes(), expects).verdict == verdict, path.name
