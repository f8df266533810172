import re
import tomllib
from pathlib import Path

import pytest

from tingfeng import SettingsError
from tingfeng.cli.template import settings_toml
from tingfeng.core.brand import Alias
from tingfeng.settings import Settings

EXAMPLE = Path(__file__).parents[2] / "settings.example.toml"


def written(folder: Path, text: str) -> Path:
    path = folder / "tingfeng.toml"
    path.write_text(text, encoding="utf-8")
    return path


def keys(model: type) -> set[str]:
    """Every key of the settings, at any depth."""
    found = set()
    for name, field in model.model_fields.items():
        found.add(name)
        for inner in re.findall(r"tingfeng\.settings\.(\w+)", repr(field.annotation)):
            found |= keys(getattr(__import__("tingfeng.settings", fromlist=["x"]), inner))
    return found


def test_the_example_names_every_setting_and_loads():
    text = EXAMPLE.read_text(encoding="utf-8")
    Settings.model_validate(tomllib.loads(text))
    missing = {key for key in keys(Settings) if not re.search(rf"\b{key}\b", text)}
    assert not missing


def test_the_example_shows_the_defaults():
    given = Settings.model_validate(tomllib.loads(EXAMPLE.read_text(encoding="utf-8")))
    plain = Settings()
    for name in ("lang", "store", "reader", "alerts", "author_key"):
        assert getattr(given, name) == getattr(plain, name), name


def test_an_unknown_key_is_named_with_its_path(tmp_path):
    path = written(tmp_path, '[[brands]]\nname = "云雀"\nalias = ["x"]\n')
    with pytest.raises(SettingsError, match=r"brands\[0\]\.alias"):
        Settings.read(path)


@pytest.mark.parametrize("text", ["lang =", 'lang = "fr"', "[collect]\nevery = 0"])
def test_a_wrong_file_is_a_clear_message(tmp_path, text):
    with pytest.raises(SettingsError, match=r"tingfeng\.toml"):
        Settings.read(written(tmp_path, text))


def test_a_missing_file_names_the_remedy(tmp_path):
    with pytest.raises(SettingsError, match="tingfeng init"):
        Settings.read(tmp_path / "nowhere.toml")


def test_secrets_come_from_the_environment_and_are_not_shown(tmp_path, monkeypatch):
    path = written(tmp_path, '[[channels]]\nuse = "webhook"\nsecret = "$HOOK"\n')
    settings = Settings.read(path)
    with pytest.raises(SettingsError, match="HOOK"):
        settings.reveal(settings.channels)
    monkeypatch.setenv("HOOK", "s3cret")
    assert settings.reveal(settings.channels)[0]["secret"] == "s3cret"
    assert "s3cret" not in repr(settings)


def test_the_author_key_is_made_once_and_private(tmp_path):
    settings = Settings.read(written(tmp_path, ""))
    key = settings.key()
    assert settings.key() == key
    assert (tmp_path / ".env").stat().st_mode & 0o077 == 0
    assert Settings.read(tmp_path / "tingfeng.toml").key() == key


def test_a_short_author_key_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("TINGFENG_AUTHOR_KEY", "short")
    with pytest.raises(SettingsError, match="16"):
        Settings.read(written(tmp_path, "")).key()


def test_products_and_people_count_for_their_brand(tmp_path):
    text = '[[brands]]\nname = "云雀"\nproducts = ["X5"]\nspokespersons = [{ text = "阿青", never = ["菜"] }]\n'
    (brand,) = Settings.read(written(tmp_path, text)).lexicon()
    assert [(alias.text, alias.entity) for alias in brand.aliases] == [
        ("X5", "product"),
        ("阿青", "spokesperson"),
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_init_writes_can_be_read(lang):
    aliases = (Alias(text='"小\\米"', near=("手机",)), Alias(text="雷总", entity="executive"))
    text = settings_toml(
        [("小米", aliases)], [("橙子", ())], webhook="https://a.example", lang=lang
    )
    settings = Settings.model_validate(tomllib.loads(text))
    assert settings.lexicon()[0].aliases == aliases
    assert settings.competitors[0].name == "橙子"


def test_a_new_key_keeps_the_secrets_beside_it(tmp_path):
    dotenv = tmp_path / ".env"
    dotenv.write_text("TINGFENG_WEBHOOK_SECRET=abc", encoding="utf-8")  # no end of line
    key = Settings().placed(tmp_path).key()
    again = Settings().placed(tmp_path)
    assert again.key() == key
    assert again.reveal("$TINGFENG_WEBHOOK_SECRET") == "abc"


def test_two_processes_that_make_a_key_at_once_agree(tmp_path):
    one, other = Settings().placed(tmp_path), Settings().placed(tmp_path)
    assert one.key() == other.key() == Settings().placed(tmp_path).key()


def test_values_of_dotenv_may_stand_in_quotes(tmp_path):
    (tmp_path / ".env").write_text("\ufeff# A=0\nA=\nexport A='b c'\nA=d\n", encoding="utf-8")
    assert Settings().placed(tmp_path).reveal("$A") == "b c"


def test_a_dotenv_that_is_no_text_is_a_clear_message(tmp_path):
    (tmp_path / ".env").write_bytes(b"\xff\xfeA")
    with pytest.raises(SettingsError, match=r"\.env"):
        Settings().placed(tmp_path)


def test_a_brand_named_twice_is_refused(tmp_path):
    path = written(tmp_path, '[[brands]]\nname = "云雀"\n[[competitors]]\nname = "云雀"\n')
    with pytest.raises(SettingsError, match="云雀"):
        Settings.read(path).lexicon()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_template_shows_the_cluster_as_it_is_when_uncommented(lang):
    text = settings_toml([], [], lang=lang)
    given = re.sub(
        r'^# (\[elastic\]|(?:url|prefix|api_key) = ".*")$', r"\1", text, flags=re.MULTILINE
    )
    before, after = (Settings.model_validate(tomllib.loads(one)).elastic for one in (text, given))
    assert (after.url, after.prefix) == (before.url, before.prefix)
    assert (before.api_key, after.api_key) == ("", "$TINGFENG_ES_API_KEY")
    assert f"{before.prefix}-analyst" in text
