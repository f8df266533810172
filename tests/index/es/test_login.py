"""Who is not let in is told why."""

import pytest

from index.es.connect import connect
from tingfeng import StoreError


def test_nobody_is_named(full8):
    with pytest.raises(StoreError) as refused:
        connect({"url": full8.url})
    assert "没有给密钥：先 tingfeng es setup，或在 [elastic] 写 api_key" in refused.value.message.zh
    assert "no key was given" in refused.value.message.en


@pytest.mark.parametrize("login", [{"user": "elastic", "password": "wrong"}, {"api_key": "bm86bm8="}])  # fmt: skip
def test_a_wrong_key_is_blamed(full8, login):
    with pytest.raises(StoreError, match="不接受这个密钥或密码|does not accept this key"):
        connect({"url": full8.url, **login})
