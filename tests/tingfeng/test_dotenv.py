from hypothesis import given
from hypothesis import strategies as st

from tingfeng import dotenv

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
