"""``tingfeng kibana``: built, looked over, and brought into what answers as Kibana does."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from index.es.layout import Names
from index.kibana.build import encoded, objects
from index.kibana.filling import Filled
from tests.index.kibana.stand_in import StandIn, running
from tingfeng.cli import main
from tingfeng.cli.kibana import _spanned

COUNT = len(list(objects(Names(), "zh")))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tingfeng.toml").write_text("", encoding="utf-8")
    return tmp_path


@pytest.fixture
def bring(folder, monkeypatch, capsys):
    """``bring(stand_in, "--keep")``: exit code, and what ``--json`` prints, or the message alone."""

    def one(stand_in, *words, secrets=(), settings=""):
        (folder / "tingfeng.toml").write_text(settings, encoding="utf-8")
        for name, value in dict(secrets).items():
            monkeypatch.setenv(name, value)
        with running(stand_in) as url:
            monkeypatch.setenv("TINGFENG_KIBANA_URL", url)
            code = main(["kibana", "import", "--wait", "0.01", "--json", *words])
        out, err = capsys.readouterr()
        for value in dict(secrets).values():
            assert value not in out + err
        answer = json.loads(out)
        return code, answer.get("error", answer)

    return one


def states(answer):
    return {one["state"] for one in answer["objects"]}


def test_it_is_built_and_can_be_compared(folder, capsys):
    assert main(["kibana", "build", "--decoded", "decoded", "--json"]) == 0
    assert sum(json.loads(capsys.readouterr().out)["objects"].values()) == COUNT
    assert (folder / "kibana.ndjson").read_bytes().count(b"\n") == COUNT
    overview = json.loads((folder / "decoded" / "dashboard.tf-overview.json").read_text("utf-8"))
    assert isinstance(overview["attributes"]["panelsJSON"], list)
    assert len(list((folder / "decoded").iterdir())) == COUNT


def test_the_language_is_that_of_the_settings_or_of_the_option(folder):
    (folder / "tingfeng.toml").write_text('lang = "en"', encoding="utf-8")
    main(["kibana", "build", "-o", "en.ndjson"])
    main(["kibana", "build", "-o", "zh.ndjson", "--lang", "zh"])
    assert "Brand overview" in (folder / "en.ndjson").read_text("utf-8")
    assert "品牌总览" in (folder / "zh.ndjson").read_text("utf-8")


def test_what_is_built_passes_the_check(folder, capsys):
    main(["kibana", "build", "--json"])
    capsys.readouterr()
    assert main(["kibana", "check", "kibana.ndjson", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"objects": COUNT, "faults": []}


def test_a_fault_is_told_with_its_place_and_remedy(folder, capsys):
    main(["kibana", "build"])
    text = (folder / "kibana.ndjson").read_text("utf-8")
    (folder / "bad.ndjson").write_text(text.replace('"sourceField\\":\\"keywords', '"sourceField\\":\\"colour'), "utf-8")  # fmt: skip
    capsys.readouterr()
    assert main(["kibana", "check", "bad.ndjson"]) == 1
    shown = capsys.readouterr().out
    assert "dashboard tf-overview, panel words, column split0：mentions 没有字段 colour" in shown


def test_the_cluster_tells_what_panels_show(folder, capsys, monkeypatch, full8, make_seen):
    from index.elastic import ElasticStore
    from servers.emptied import Emptied

    place = Emptied(full8)
    try:
        store = ElasticStore(**place.settings())  # makes the indices
        monkeypatch.setenv("TINGFENG_ES_URL", full8.url)
        monkeypatch.setenv("ES_SECRET", str(full8.password))
        (folder / "tingfeng.toml").write_text(
            f'[elastic]\nprefix = "{place.prefix}"\nuser = "{full8.user}"\npassword = "$ES_SECRET"\n',
            encoding="utf-8",
        )
        assert main(["kibana", "check", "--data", "--json"]) == 0
        answer = json.loads(capsys.readouterr().out)
        assert {one["documents"] for one in answer["panels"]} == {0}
        assert answer["newest_post"] is None
        old = [make_seen(str(n), published_at=datetime(2024, 3, n, tzinfo=UTC)) for n in (1, 2)]
        soon = make_seen("3", published_at=datetime(2100, 1, 1, tzinfo=UTC))
        listed = make_seen("4", published_at=datetime(2024, 5, 1, tzinfo=UTC), kind="hot")
        store.put([*old, soon, listed], now=datetime.now(UTC))
        store.close()
        full8.ask("POST", f"/{place.prefix}-*/_refresh")
        assert main(["kibana", "check", "--data", "--json"]) == 0
        answer = json.loads(capsys.readouterr().out)
        assert datetime.fromisoformat(answer["newest_post"]) == datetime(2024, 3, 2, tzinfo=UTC)
        days = {(datetime.now(UTC) - datetime.fromisoformat(one["since"])).days for one in answer["panels"] if one["since"]}  # fmt: skip
        assert days == {30, 14, 90}
        assert main(["kibana", "check", "--data"]) == 0
        shown = capsys.readouterr().out
        assert "空" in shown
        assert shown.count("最新的帖子是 2024-03-02 的：在 Kibana 右上角放宽时间") == 3
    finally:
        place.close()


def test_an_empty_dashboard_says_where_the_posts_are():
    since, day = datetime(2026, 5, 1, tzinfo=UTC), timedelta(days=1)
    panels = [
        Filled(place="总览", title=name, documents=0, rows=0, since=since) for name in ("a", "b")
    ]
    told = {newest: _spanned(panels, newest) for newest in (None, since - day, since, since + day)}
    assert "2026-05-01" in told[None][0]
    assert "还没有帖子" in told[None][0]
    assert "no post yet" in told[None][1]
    assert [zh for zh, _ in told.values() if "放宽时间" in zh] == [told[since - day][0]]
    assert "2026-04-30: widen the time" in told[since - day][1]
    full = [*panels, replace(panels[0], documents=1)]
    assert _spanned(full, since - day) == (
        "总览：打开时从 2026-05-01 看起",
        "总览: opens with what is since 2026-05-01",
    )


def test_a_file_that_is_not_there_is_a_clear_message(folder, capsys):
    assert main(["kibana", "check", "nowhere.ndjson"]) == 1
    assert "nowhere.ndjson" in capsys.readouterr().err


def test_everything_is_brought_and_the_second_time_replaced(bring):
    kibana = StandIn()
    code, answer = bring(kibana)
    assert (code, states(answer), len(answer["objects"])) == (0, {"made"}, COUNT)
    assert answer["version"] == "8.19.16"
    code, answer = bring(kibana)
    assert (code, states(answer)) == (0, {"replaced"})
    assert len(kibana.objects["default"]) == COUNT


def test_what_is_there_can_be_kept(bring):
    kibana = StandIn()
    bring(kibana)
    gone = kibana.objects["default"].pop(("dashboard", "tf-alarms"))
    kibana.objects["default"]["tag", "tf-tag"] = "mine"
    code, answer = bring(kibana, "--keep")
    made = [one["id"] for one in answer["objects"] if one["state"] == "made"]
    assert (code, states(answer), made) == (0, {"made", "kept"}, [gone["id"]])
    assert kibana.objects["default"]["tag", "tf-tag"] == "mine"


def test_the_prefix_is_that_of_the_cluster(bring):
    kibana = StandIn()
    bring(kibana, settings='[elastic]\nprefix = "team-b"')
    assert all(id.startswith("team-b-") for _, id in kibana.objects["default"])


def test_it_logs_in_with_the_provisioner_s_key(bring):
    kibana = StandIn(login="ApiKey c2VjcmV0OmtleQ==")
    code, _ = bring(kibana, secrets={"TINGFENG_ES_PROVISIONER_KEY": "c2VjcmV0OmtleQ=="})
    assert code == 0


def test_a_user_of_the_settings_goes_before_the_key(bring):
    kibana = StandIn(login="Basic YWRhOnZlcnktc2VjcmV0")
    code, _ = bring(
        kibana,
        secrets={"TINGFENG_ES_PROVISIONER_KEY": "a2V5", "KB_PASSWORD": "very-secret"},
        settings='[kibana]\nuser = "ada"\npassword = "$KB_PASSWORD"',
    )
    assert code == 0


def test_a_wrong_key_is_told_without_it(bring):
    code, said = bring(
        StandIn(login="ApiKey right"), secrets={"TINGFENG_ES_PROVISIONER_KEY": "wrong-key-123"}
    )
    assert code == 1
    assert "tingfeng es setup" in said


def test_a_space_is_made_if_asked_for(bring):
    kibana = StandIn()
    code, said = bring(kibana, "--space", "brand")
    assert (code, "--create-space" in said) == (1, True)
    code, answer = bring(kibana, "--space", "brand", "--create-space", "--default")
    assert (code, answer["space"]) == (0, "brand")
    assert len(kibana.objects["brand"]) == COUNT
    assert kibana.default == {"brand": "tf-posts"}
    code, _ = bring(kibana, settings='[kibana]\nspace = "brand"')
    assert code == 0


def test_who_may_not_make_a_space_is_told(bring):
    kibana = StandIn()
    kibana.may_make_spaces = False
    code, said = bring(kibana, "--space", "brand", "--create-space")
    assert (code, "管理员" in said) == (1, True)


def test_a_base_path_is_kept(bring):
    kibana = StandIn(base="/kibana")
    assert bring(kibana)[0] == 0
    assert all(target.startswith("/kibana/api/") for _, target, _ in kibana.asked)


def test_a_kibana_that_starts_is_waited_for(folder, monkeypatch, capsys):
    monkeypatch.setattr("index.kibana.importing._PAUSE", 0.01)
    kibana = StandIn(starting=3)
    with running(kibana) as url:
        monkeypatch.setenv("TINGFENG_KIBANA_URL", url)
        assert main(["kibana", "import", "--wait", "20", "--json"]) == 0
    capsys.readouterr()


def test_one_that_does_not_become_ready_is_told(bring):
    code, said = bring(StandIn(starting=1000))
    assert code == 1
    assert "unavailable" in said


def test_one_that_is_not_there_is_told(folder, monkeypatch, capsys):
    monkeypatch.setenv("TINGFENG_KIBANA_URL", "http://127.0.0.1:9")
    assert main(["kibana", "import", "--wait", "0.01", "--lang", "en"]) == 1
    assert "is it running" in capsys.readouterr().err


def test_an_older_kibana_is_refused(bring):
    code, said = bring(StandIn(version="8.17.3"))
    assert (code, "8.19" in said) == (1, True)


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        ({"type": "missing_references", "references": [{"type": "tag", "id": "x"}]}, "tag x"),
        ({"type": "ambiguous_conflict", "destinations": []}, "Saved Objects"),
        ({"type": "unsupported_type"}, "8.19"),
        ({"type": "unknown", "message": "broken shard", "statusCode": 500}, "broken shard"),
    ],
    ids=lambda each: each["type"] if isinstance(each, dict) else "",
)
def test_success_is_read_from_the_body(bring, error, remedy):
    kibana = StandIn()
    failed = {"type": "dashboard", "id": "tf-overview", "meta": {"title": "t"}, "error": error}
    kibana.plays = [(200, {"success": False, "successCount": 0, "errors": [failed]})]
    code, answer = bring(kibana, "--default")
    (one,) = answer["objects"]
    assert (code, one["state"]) == (1, "failed")
    assert remedy in one["why"]
    assert kibana.default == {}  # of what failed nothing becomes the default


@pytest.mark.parametrize(
    ("status", "body", "remedy"),
    [
        (413, {"message": "Payload content length greater"}, "maxImportPayloadBytes"),
        (422, {"message": "belongs to a more recent version of Kibana"}, "8.19"),
        (403, {"message": "Unable to bulk_create dashboard"}, "权限"),
        (500, {"message": "oops"}, "500"),
        (200, "<html>login</html>", "200"),
    ],
)
def test_a_bad_status_names_the_remedy(bring, status, body, remedy):
    kibana = StandIn()
    kibana.plays = [(status, body)]
    code, said = bring(kibana)
    assert (code, remedy in said) == (1, True), said


def test_a_file_with_faults_is_not_sent(folder, bring):
    broken = [one for one in objects(Names(), "zh") if one["type"] != "tag"]
    (folder / "broken.ndjson").write_bytes(b"".join(encoded(one) + b"\n" for one in broken))
    kibana = StandIn()
    code, answer = bring(kibana, "--file", "broken.ndjson")
    assert code == 1
    assert answer["faults"]
    assert kibana.asked == []


def test_a_file_that_lacks_objects_is_refused_by_kibana_too():
    from index.kibana.importing import bring
    from index.kibana.talking import Access, Kibana

    broken = [one for one in objects(Names(), "zh") if one["id"] != "tf-mentions"]
    with running(StandIn()) as url:
        found = bring(Kibana(Access(url=url)), b"".join(encoded(one) + b"\n" for one in broken))
    failed = {one.id for one in found if one.state == "failed"}
    assert {"tf-overview", "tf-alarms"} <= failed


def test_https_needs_the_authority_that_signed(folder, monkeypatch, capsys):
    import ssl

    from index.es.certificates import issue

    issue({"kibana": ["localhost", "127.0.0.1"]}, authority=folder / "a", out=folder / "o",
          public=folder / "p", now=datetime.now(UTC))  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    pair = folder / "o" / "kibana" / "kibana"
    context.load_cert_chain(pair.with_suffix(".crt"), pair.with_suffix(".key"))
    with running(StandIn(), context=context) as url:
        monkeypatch.setenv("TINGFENG_KIBANA_URL", url)
        assert main(["kibana", "import", "--wait", "0.01"]) == 1
        assert "ca" in capsys.readouterr().err
        monkeypatch.setenv("TINGFENG_ES_CA", str(folder / "p" / "ca.crt"))  # of both, in the stack
        assert main(["kibana", "import", "--wait", "0.01", "--json"]) == 0
    capsys.readouterr()


def test_an_address_that_is_none_is_told(folder, monkeypatch, capsys):
    monkeypatch.setenv("TINGFENG_KIBANA_URL", "kibana:5601")
    assert main(["kibana", "import"]) == 1
    assert "[kibana]" in capsys.readouterr().err
