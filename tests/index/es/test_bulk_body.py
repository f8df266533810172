"""Actions as newline-delimited JSON, whatever is in them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.es.bulk_body import Action, body, octets

ACTIONS = st.builds(
    lambda index, id, value, version, deletes: Action(
        index=index,
        id=id,
        source=None if deletes else json.dumps(value, indent=1).encode(),
        version=version,
    ),
    st.text(min_size=1), st.text(min_size=1), st.dictionaries(st.text(), st.integers()),
    st.none() | st.integers(1, 2**63 - 1), st.booleans(),
)  # fmt: skip


@given(st.lists(ACTIONS))
def test_every_action_is_read_back(actions: list[Action]) -> None:
    lines = iter(body(actions).split(b"\n"))
    for action in actions:
        ((operation, meta),) = json.loads(next(lines)).items()
        assert operation == ("delete" if action.source is None else "index")
        assert (meta.pop("_index"), meta.pop("_id")) == (action.index, action.id)
        versioned = {"version": action.version, "version_type": "external"}
        assert meta == ({} if action.version is None else versioned)
        if action.source is not None:
            assert json.loads(next(lines)) == json.loads(action.source)
    assert list(lines) == [b""]


@given(ACTIONS.filter(lambda action: action.id.isalnum() and action.id.isascii()))
def test_a_body_is_no_larger_than_was_reckoned(action: Action) -> None:
    names = len(json.dumps(action.index)) - len(action.index)
    assert len(body([action])) <= octets(action) + names


def test_a_create_is_for_new_documents_only() -> None:
    made = Action(index="i", id="1", source=b"{}", create=True)
    assert body([made]).startswith(b'{"create":{"_index":"i","_id":"1"}}\n')
    with pytest.raises(ValueError, match="create"):
        Action(index="i", id="1", source=b"{}", create=True, version=1)
    with pytest.raises(ValueError, match="create"):
        Action(index="i", id="1", source=None, create=True)
