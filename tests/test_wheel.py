"""The wheel, not the checkout: complete, installed and run."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    command = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(out),
        str(ROOT),
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(out.glob("*.whl"))


def test_every_file_that_is_needed_is_in_it(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for package in ("crawlers", "nlp", "index", "tingfeng"):
        for path in (ROOT / package).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert path.relative_to(ROOT).as_posix() in names
    assert not [name for name in names if name.startswith(("tests", "benchmarks", "servers"))]


def test_the_files_of_the_stack_are_in_it_as_they_stand_at_the_root(wheel):
    from tingfeng.pipeline.stack import FILES

    with zipfile.ZipFile(wheel) as packed:
        for name in FILES:
            assert packed.read(f"tingfeng/stack/{name}") == (ROOT / name).read_bytes()


def test_it_runs_where_the_checkout_is_not(wheel, tmp_path):
    """Installed beside the libraries of this environment, away from the repository."""
    site = tmp_path / "site"
    install = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--target",
        str(site),
        str(wheel),
    ]
    subprocess.run(install, check=True, capture_output=True)
    code = (
        f"import sys; sys.path.insert(0, {str(site)!r}); import tingfeng, nlp; "
        f"assert tingfeng.__file__.startswith({str(site)!r}), tingfeng.__file__; "
        "from tingfeng.cli import main; raise SystemExit(main(['demo', '--json']))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert (tmp_path / "report.html").stat().st_size > 10_000
