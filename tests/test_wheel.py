"""What is installed from a wheel runs without a checkout."""

import json
import os
import site
import subprocess
import sys
import venv
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.nlu.training import ensure_model
from bot.settings import ROOT

pytestmark = pytest.mark.rasa
BUILD = "import sys; from setuptools.build_meta import build_wheel; print(build_wheel(sys.argv[1]))"


@pytest.fixture(scope="module")
def wheel(copy_checkout: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of this checkout."""
    copy, dist = copy_checkout(tmp_path_factory.mktemp("checkout")), tmp_path_factory.mktemp("dist")
    built = subprocess.run([sys.executable, "-c", BUILD, dist], cwd=copy, capture_output=True, text=True, check=True)
    return dist / built.stdout.splitlines()[-1]


def test_holds_every_file_of_the_bot(wheel: Path, tracked: list[str]) -> None:
    """All code and data of the bot are in it, and nothing of the developers'."""
    inside = set(zipfile.ZipFile(wheel).namelist())
    wanted = [name for name in tracked if name.startswith(("bot/", "actions/"))]
    project = ["config.yml", "domain.yml", "endpoints.yml", "credentials.yml", "clinic.yml"]
    project += [name for name in tracked if name.startswith("data/")]

    assert [name for name in wanted if name not in inside] == []
    assert [name for name in project if f"bot/project/{name}" not in inside] == []
    assert [name for name in inside if name.startswith(("workshop/", "tests/"))] == []


def test_runs_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    """Installed beside its requirements, without a checkout, it answers with the model that a checkout trains."""
    venv.create(tmp_path / "venv", with_pip=True, symlinks=True)
    python = tmp_path / "venv" / "bin" / "python"
    install = [python, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", wheel]
    subprocess.run(install, check=True, capture_output=True)
    [own] = (tmp_path / "venv").glob("lib/python*/site-packages")
    # Their own .pth files are not read from there, so that the checkout, which is installed there, cannot be imported.
    (own / "requirements.pth").write_text("\n".join(site.getsitepackages()))
    home = tmp_path / "home"
    home.mkdir()
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    environment |= {"STRIDE_MODELS": str(ensure_model().parent), "STRIDE_VAR": str(home / "var")}

    said = json.dumps({"conversation": "1", "text": "What is a laminectomy?"})
    command = [python.with_name("stride"), "ask"]
    done = subprocess.run(command, cwd=home, env=environment, input=said, capture_output=True, text=True, timeout=300)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["answers"] == ["surgery.laminectomy"]
    assert str(ROOT) not in done.stderr
    helped = subprocess.run([command[0], "--help"], cwd=home, env=environment, capture_output=True, text=True)
    assert "bench" not in helped.stdout
