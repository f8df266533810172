"""A random model of 50 kB, made by ``python -m training.tiny tests/encoder/tiny``: it knows nothing,
but it is run as the real one is.
"""

import os
from importlib.util import find_spec
from pathlib import Path

import pytest

from nlp.engines.encoder import FILES, EncoderEngine
from tingfeng import Asked

TINY = Path(__file__).parent / "tiny"


@pytest.fixture
def tiny() -> EncoderEngine:
    return EncoderEngine(str(TINY))


@pytest.fixture(scope="session")
def shipped() -> EncoderEngine:
    """The real one. In CI its absence is a failure, elsewhere a skip."""
    if find_spec("tingfeng_encoder"):
        from tingfeng_encoder import folder

        if all((folder() / name).exists() for name in FILES):
            return EncoderEngine()
    message = "tingfeng-encoder is not installed: pip install -e encoder"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


def ask(text: str, *names: str, **more) -> list[Asked]:
    """About each of *names* at its first place in *text*."""
    return [
        Asked(text=text, start=text.index(name), end=text.index(name) + len(name),
              **({"register": "short"} | more))
        for name in names
    ]  # fmt: skip
