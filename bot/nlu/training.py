"""Trains the model when it is missing or older than what it is made from."""

import hashlib
import logging
from pathlib import Path

from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bot.settings import ROOT, settings
from bot.yamlfile import DataError

# All that a trained model depends on.
INPUTS = (
    "config.yml",
    "domain.yml",
    "data/**/*.yml",
    "bot/nlu/*.py",
    "bot/nlu/*.yml",
    "bot/spelling.py",
    "bot/safety/**/*.py",
    "bot/safety/**/*.yml",
    "requirements/run.txt",
)

UNFINISHED = "unfinished"


def fingerprint(root: Path = ROOT) -> str:
    """Return a hash of the inputs' names and contents: two checkouts with equal inputs share it."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in INPUTS for path in root.glob(pattern)):
        digest.update(f"{path.relative_to(root).as_posix()}\n".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def current_model() -> Path:
    """Return where the model of the present inputs lies, or will lie."""
    return settings().models / f"stride-{fingerprint()}.tar.gz"


def ensure_model() -> Path:
    """Train unless the model of the present inputs is there; returns its path."""
    model = current_model()
    if not model.is_file():
        _train(model)
    return model


def checked(model: Path) -> Path:
    """Return a model's path; raises DataError when the archive is not the one that was trained."""
    stated = _hash_file(model)
    if not stated.is_file() or stated.read_text().split()[:1] != [_sha256(model)]:
        raise DataError(f"{model}: is not the model that was trained here: its SHA-256 is not what {stated.name} says")
    return model


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _hash_file(model: Path) -> Path:
    return model.with_name(f"{model.name}.sha256")


def _train(model: Path) -> None:
    # Here, because importing Rasa takes long and most calls need no training.
    from rasa.model_training import train

    model.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns) as progress:
        shown = _Shown(progress)
        hooks = logging.getLogger("rasa.engine.training.hooks")
        hooks.addHandler(shown)
        hooks.setLevel(logging.INFO)
        hooks.propagate = False  # else every line would stand below the progress display once more
        try:
            result = train(
                domain=str(ROOT / "domain.yml"),
                config=str(ROOT / "config.yml"),
                training_files=[str(ROOT / "data")],
                output=str(model.parent / UNFINISHED),
                fixed_model_name=model.name.removesuffix(".tar.gz"),
                force_training=True,
            )
        finally:
            hooks.removeHandler(shown)
            hooks.propagate = True
    if result.code != 0 or result.model is None:
        raise RuntimeError(f"Rasa could not train the model (code {result.code}); its messages above say why")
    _keep(Path(result.model), model)


def _keep(made: Path, model: Path) -> None:
    """Put a finished archive where models lie, with its hash beside it as `sha256sum --check` reads it."""
    made.chmod(0o600)
    _hash_file(model).write_text(f"{_sha256(made)}  {model.name}\n")
    # In one step and last, so that an interrupted training never leaves half a model behind, or one without its hash.
    made.replace(model)


class _Shown(logging.Handler):
    """Shows which component Rasa is training, from the lines that it logs."""

    def __init__(self, progress: Progress) -> None:
        super().__init__()
        self._progress = progress
        self._task = progress.add_task("Reading the training data", total=None)

    def emit(self, record: logging.LogRecord) -> None:
        self._progress.update(self._task, description=record.getMessage().rstrip("."))
