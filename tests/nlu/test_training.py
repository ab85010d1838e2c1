"""When the model is trained anew."""

import subprocess
from pathlib import Path

import pytest

from bot.datafile import DataError
from bot.nlu import training


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


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A model as training leaves it."""
    made = tmp_path / "made"
    made.write_bytes(b"an archive")
    model = tmp_path / "stride-1.tar.gz"
    training._keep(made, model)
    return model


def test_trained_model_is_taken(model: Path) -> None:
    """The archive that was trained is taken as it is; nobody but its owner can read it."""
    assert training.checked(model) == model
    assert model.read_bytes() == b"an archive"
    assert model.stat().st_mode & 0o777 == 0o600


def test_hash_is_what_other_programs_read(model: Path) -> None:
    """`sha256sum --check` can check a model too."""
    subprocess.run(["sha256sum", "--check", "--status", f"{model.name}.sha256"], cwd=model.parent, check=True)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("stride-1.tar.gz", b"another archive"),
        ("stride-1.tar.gz", b""),
        ("stride-1.tar.gz.sha256", b""),
        ("stride-1.tar.gz.sha256", b"0" * 64),
        ("stride-1.tar.gz.sha256", None),
    ],
    ids=["swapped", "emptied", "empty hash", "another hash", "no hash"],
)
def test_other_archive_is_refused(model: Path, name: str, content: bytes | None) -> None:
    """An archive that is not the one that was trained is refused before it is unpacked, by its name."""
    file = model.with_name(name)
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)

    with pytest.raises(DataError, match=r"stride-1\.tar\.gz: is not the model that was trained here"):
        training.checked(model)
