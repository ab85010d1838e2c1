"""When the model is trained anew."""

import shutil
from pathlib import Path

import pytest

from bot.nlu import training
from bot.settings import ROOT


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of what a model is made from."""
    for path in sorted(path for pattern in training.INPUTS for path in ROOT.glob(pattern)):
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    return tmp_path


def test_same_inputs_same_model(root: Path) -> None:
    """Two checkouts with equal inputs share a fingerprint, wherever they lie."""
    assert training.fingerprint(root) == training.fingerprint(ROOT)


@pytest.mark.parametrize(
    "name", ["config.yml", "domain.yml", "data/nlu/bot.yml", "data/stories/rules.yml", "bot/nlu/terms.yml"]
)
def test_a_changed_input_asks_for_training(root: Path, name: str) -> None:
    """A change to any input gives another fingerprint."""
    with (root / name).open("a") as file:
        file.write("\n")

    assert training.fingerprint(root) != training.fingerprint(ROOT)


def test_a_new_file_asks_for_training(root: Path) -> None:
    """So does a further file of training questions."""
    (root / "data" / "nlu" / "more.yml").write_text("")

    assert training.fingerprint(root) != training.fingerprint(ROOT)


@pytest.mark.rasa
def test_interrupted_training_leaves_no_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A training that dies half-way leaves nothing that looks like a finished model."""
    import rasa.model_training

    def dying(output: str, fixed_model_name: str, **_: object) -> None:
        Path(output).mkdir(parents=True)
        (Path(output) / f"{fixed_model_name}.tar.gz").write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setenv("STRIDE_MODELS", str(tmp_path))
    monkeypatch.setattr(training, "settings", training.settings.__wrapped__)
    monkeypatch.setattr(rasa.model_training, "train", dying)

    with pytest.raises(KeyboardInterrupt):
        training.ensure_model()

    assert not training.current_model().exists()


def test_trained_model_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that is there is not trained again, and a missing one is."""
    trained: list[Path] = []
    monkeypatch.setenv("STRIDE_MODELS", str(tmp_path))
    monkeypatch.setattr(training, "settings", training.settings.__wrapped__)
    monkeypatch.setattr(training, "_train", lambda model: (trained.append(model), model.touch()))

    first, second = training.ensure_model(), training.ensure_model()

    assert first == second
    assert trained == [first]
