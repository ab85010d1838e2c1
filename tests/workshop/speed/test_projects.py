"""Rasa as it comes: what its projects are made of, without training them."""

from pathlib import Path

import pytest
import yaml

from bot.knowledge.base import KnowledgeBase
from workshop.speed import projects
from workshop.speed.projects import Project


@pytest.fixture
def trained(var: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders that would have been trained."""
    folders: list[Path] = []

    def done(order: list[str], *, cwd: Path, **_: object) -> object:
        folders.append(cwd)
        return type("Done", (), {"returncode": 0})

    monkeypatch.setattr(projects.subprocess, "run", done)
    return folders


def content(file: Path) -> dict:
    """Read a file of a project."""
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def test_default_has_our_answers_and_one_for_what_is_not_understood(trained: list[Path], base: KnowledgeBase) -> None:
    """Each answer is a response with its rule; so is what is said after Rasa's fallback."""
    folder = projects.default().folder
    rules = content(folder / "data" / "rules.yml")["rules"]

    assert set(content(folder / "domain.yml")["responses"]) == {f"utter_{name}" for name in [*base.replies, "default"]}
    assert {rule["steps"][0]["intent"] for rule in rules} == {*base.replies, "nlu_fallback"}


@pytest.mark.parametrize("epochs", [1, 3])
def test_default_learns_for_so_many_epochs(trained: list[Path], epochs: int) -> None:
    """Whatever learns in epochs has as many; the rest is as Rasa has it."""
    config, rasas = content(projects.default(epochs).folder / "config.yml"), content(projects.DEFAULT_CONFIG)
    parts, theirs = ([*one["pipeline"], *one["policies"]] for one in (config, rasas))

    assert parts == [{**part, "epochs": epochs} if "epochs" in part else part for part in theirs]


def test_is_trained_once(trained: list[Path]) -> None:
    """A project with the same files is kept; other files are another project."""
    first, again, other = projects.keyword(), projects.keyword(), projects.starter()

    assert first == again
    assert trained == [first.folder, other.folder]


def test_failed_training_is_told(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What Rasa said last is in the error, and the project counts as not trained."""
    failed = type("Done", (), {"returncode": 1, "stdout": "", "stderr": "no epochs"})
    monkeypatch.setattr(projects.subprocess, "run", lambda *_, **__: failed)

    with pytest.raises(RuntimeError, match="no epochs"):
        projects.keyword()
    assert not list(var.glob("bench/*/seconds"))


def test_whole_training_is_reckoned_from_one_and_three_epochs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of what two more epochs take is an epoch's time; 99 of them come on top of the first."""
    monkeypatch.setattr(projects, "default", lambda epochs: Project(Path(), Path(), 80.0))

    assert projects.whole_training(Project(Path(), Path(), 60.0)) == 60.0 + 99 * 10.0


def test_environment_has_none_of_our_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rasa runs as it comes, not with what we settle for our own processes."""
    for name in ("STRIDE_REST", "OPENBLAS_NUM_THREADS", "RASA_CACHE_DIRECTORY"):
        monkeypatch.setenv(name, "1")

    assert not {"STRIDE_REST", "OPENBLAS_NUM_THREADS", "RASA_CACHE_DIRECTORY"} & set(projects.environment())
