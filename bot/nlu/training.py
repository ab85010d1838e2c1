"""Trains the model when it is missing or older than its inputs."""

import hashlib
import io
import logging
import os
import sys
import warnings
from contextlib import redirect_stdout
from pathlib import Path

from rich.console import Console

from bot.datafile import DataError
from bot.nlu import inputs
from bot.progress import Shown
from bot.settings import HOME, ROOT, settings

UNFINISHED = "unfinished"
CACHE = HOME / ".rasa" / "cache"  # Rasa's own: reuses what `rasa train` in the checkout has trained


def current_model() -> Path:
    """Return the path of the model for the current inputs, which may not exist yet."""
    return settings().models / f"stride-{inputs.of_model()}.tar.gz"


def ensure_model() -> Path:
    """Train the model for the current inputs unless it exists, and return its path."""
    model = current_model()
    if not model.is_file():
        _train(model)
    return model


def checked(model: Path) -> Path:
    """Return a model's path, or raise DataError when the archive is not the trained one."""
    stated = _hash_file(model)
    if not stated.is_file() or stated.read_text().split()[:1] != [_sha256(model)]:
        raise DataError(f"{model}: is not the model that was trained here: its SHA-256 is not what {stated.name} says")
    return model


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _hash_file(model: Path) -> Path:
    return model.with_name(f"{model.name}.sha256")


def _train(model: Path) -> None:
    os.environ.setdefault("RASA_CACHE_DIRECTORY", str(CACHE))
    os.environ.setdefault("LOG_LEVEL", "WARNING")  # else Rasa shows its own progress bars
    model.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with Shown("Starting Rasa", Console(stderr=True)) as progress, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # libraries warn of their own deprecations, which nobody here can fix
        # Import here: importing Rasa takes long, and most calls need no training.
        from rasa.model_training import train

        progress.say("Reading the training data")
        shown = _Nodes(progress)
        hooks = logging.getLogger("rasa.engine.training.hooks")
        hooks.addHandler(shown)
        hooks.setLevel(logging.INFO)
        hooks.propagate = False  # else every line would appear again below the progress display
        said = io.StringIO()  # Rasa prints a path from which the model is moved afterwards
        try:
            with redirect_stdout(said):
                result = train(
                    domain=str(ROOT / "domain.yml"),
                    config=str(ROOT / "config.yml"),
                    training_files=str(
                        ROOT / "data"
                    ),  # as `rasa train`, so that each reuses what the other has trained
                    output=str(model.parent / UNFINISHED),
                    fixed_model_name=model.name.removesuffix(".tar.gz"),
                )
        except BaseException:
            print(said.getvalue(), file=sys.stderr)
            raise
        finally:
            hooks.removeHandler(shown)
            hooks.propagate = True
    if result.code != 0 or result.model is None:
        raise RuntimeError(f"Rasa could not train the model (code {result.code}): {said.getvalue()}")
    _keep(Path(result.model), model)


def _keep(made: Path, model: Path) -> None:
    """Move a finished archive to the models, with its hash beside it in the format of `sha256sum --check`."""
    made.chmod(0o600)
    _hash_file(model).write_text(f"{_sha256(made)}  {model.name}\n")
    # Move last and in one step, so that an interruption leaves no half model, and none without its hash.
    made.replace(model)


class _Nodes(logging.Handler):
    """Shows which component Rasa is training, from the lines that it logs."""

    def __init__(self, progress: Shown) -> None:
        super().__init__()
        self._progress = progress

    def emit(self, record: logging.LogRecord) -> None:
        self._progress.say(record.getMessage().rstrip("."))
