"""Addresses with a name and a password in them: used as they are meant, never shown."""

import base64
import traceback
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.addresses import server_address
from index.es.connect import _addresses, connect
from index.kibana.talking import Access, Kibana
from tingfeng import SettingsError

SECRET = "S3cr/et@?#%:~密"
ENCODED = "S3cr%2Fet%40%3F%23%25%3A~%E5%AF%86"
TORN = [
    "https://me:S3cr/etz@es.example:9200",
    "https://me:12/S3cretz@es.example:9200",
    "https://me:12?S3cretz@es.example",
    "https://me:12#S3cretz@es.example",
    "https://me:S3cr?etz@es.example",
    "https://me:[S3cretz@es.example",
    "https://me:S3cr℀etz@es.example",
    "https://me:S3cretz%FF@es.example",
    "https://me:S3cretz@es.example:99999",
    "https://me:S3cretz@",
    "https://:S3cretz@es.example",
    "S3cretz://me:S3cretz@es.example",
    "https://es.example:9200/?token=S3cretz",
]


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"]), min_size=1))  # fmt: skip
def test_what_is_encoded_arrives_as_it_was_meant(password, user):
    login = f"{quote(user, safe='')}:{quote(password, safe='')}"
    found = server_address(f"https://{login}@es.example/base/", section="elastic", port=9200)
    assert (found.user, found.password) == (user, password)
    assert found.shown() == "https://es.example/base"
    assert found.shown(443) == "https://es.example:443/base"


@pytest.mark.parametrize("url", TORN)
@pytest.mark.parametrize("section", ["elastic", "kibana"])
def test_a_password_that_tears_an_address_apart_is_told_without_any_of_it(url, section):
    with pytest.raises(SettingsError, match="%2F") as error:
        connect({"url": ["http://127.0.0.1:1", url]}) if section == "elastic" else Kibana(Access(url=url))  # fmt: skip
    shown = "".join(traceback.format_exception(error.value))
    assert f"[{section}]" in str(error.value)
    assert "password" in str(error.value)
    assert not [piece for piece in ("S3cr", "etz", "12/", "12?", "12#") if piece in shown]


def test_the_cluster_is_asked_by_the_decoded_login_at_an_address_without_it():
    urls, login = _addresses([f"https://me%40corp:{ENCODED}@[::1]/base/", "http://other"])
    assert urls == ["https://[::1]:443/base", "http://other:9200"]
    assert login == ("me@corp", SECRET)


def test_kibana_is_asked_by_the_decoded_login_and_its_repr_tells_none():
    made = Kibana(Access(url=f"https://me%40corp:{ENCODED}@kibana.example:5601/base"))
    assert made.address == "https://kibana.example:5601/base"
    sent = made._login()["Authorization"].removeprefix("Basic ")
    assert base64.b64decode(sent).decode() == f"me@corp:{SECRET}"
    assert "S3cr" not in repr(made._at) + repr(made._access)


def test_an_unencoded_at_sign_or_colon_is_understood():
    found = server_address("https://me:p@ss:w@es.example", section="elastic", port=9200)
    assert (found.user, found.password, found.host) == ("me", "p@ss:w", "es.example")
