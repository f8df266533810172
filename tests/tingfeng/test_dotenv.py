import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingfeng import SettingsError, dotenv

VALUES = st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="'\""), min_size=1)  # fmt: skip


@given(first=VALUES, second=VALUES)
def test_a_value_is_replaced_and_the_rest_stays(tmp_path_factory, first, second):
    file = tmp_path_factory.mktemp("private") / ".env"
    file.write_text(f"# A=0\nexport A={first}\nB=keep", encoding="utf-8")
    dotenv.put(file, "A", second)
    dotenv.put(file, "C", first)
    assert dotenv.values(file) == {"A": second, "B": "keep", "C": first}
    assert file.read_text(encoding="utf-8").startswith("# A=0\n")


def test_the_file_stays_the_same_file_and_private(tmp_path):
    """A container has it as a mount of its own: over that nothing can be renamed."""
    file = tmp_path / ".env"
    file.write_text("A=a-long-value-that-shrinks\n", encoding="utf-8")
    before = file.stat().st_ino
    dotenv.put(file, "A", "b")
    assert file.stat().st_ino == before
    assert file.stat().st_mode & 0o077 == 0
    assert file.read_text(encoding="utf-8") == "A=b\n"


def test_a_file_holds_one_value_and_stays_the_same_file(tmp_path):
    for value in ("a-long-value-that-shrinks", "b"):
        dotenv.put_file(tmp_path, "A", value)
        assert dotenv.files(tmp_path) == {"A": value}
    before = (tmp_path / "A").stat().st_ino
    dotenv.put_file(tmp_path, "A", "c")
    assert ((tmp_path / "A").stat().st_ino, (tmp_path / "A").stat().st_mode & 0o077) == (before, 0)
    (tmp_path / "EMPTY").touch()
    (tmp_path / ".hidden~").write_text("x")
    (tmp_path / "FOLDER").mkdir()
    assert dotenv.files(tmp_path) == {"A": "c"}
    assert dotenv.files(tmp_path / "nowhere") == {}


def test_a_folder_that_cannot_be_read_is_a_clear_message(tmp_path):
    (tmp_path / "A").write_bytes(b"\xff\xfe\x00secret")
    with pytest.raises(SettingsError, match="权限") as error:
        dotenv.files(tmp_path)
    assert "secret" not in str(error.value)


def test_what_is_taken_is_gone_and_the_rest_stays(tmp_path):
    file = tmp_path / ".env"
    file.write_text("# B=0\nA=a\nexport B=b\nB=c", encoding="utf-8")
    assert dotenv.take(file, "B") == "b"
    assert dotenv.take(file, "B") is None
    assert file.read_text(encoding="utf-8") == "# B=0\nA=a\n"
