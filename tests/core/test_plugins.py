import pytest

from tingfeng import SettingsError, UnknownName, build, load

TABLE = {"path": "pathlib:PurePosixPath", "gone": "pathlib:Nowhere"}


def test_a_name_or_an_address():
    from pathlib import PurePosixPath

    assert load(TABLE, "path") is PurePosixPath
    assert load({}, "pathlib:PurePosixPath") is PurePosixPath


def test_an_unknown_name_says_what_is_known():
    with pytest.raises(UnknownName, match="gone, path"):
        load(TABLE, "pth")


@pytest.mark.parametrize("name", ["gone", "no.such.module:X"])
def test_what_cannot_be_loaded_is_a_settings_error(name):
    with pytest.raises(SettingsError, match="cannot load"):
        load(TABLE, name)


def test_wrong_arguments_name_the_part():
    table = {"date": "datetime:timedelta", "step": "tingfeng:Step"}
    with pytest.raises(SettingsError, match="step"):
        build(table, {"use": "step", "breadth": 3})


@pytest.mark.parametrize("section", [{}, {"use": 5}, {"breadth": 3}])
def test_a_section_without_a_name_says_what_is_known(section):
    with pytest.raises(SettingsError, match="gone, path"):
        build(TABLE, section)


def test_arguments_of_a_wrong_kind_name_the_part():
    with pytest.raises(SettingsError, match="step"):
        build({"step": "tingfeng:Step"}, {"use": "step", "width": 5})
