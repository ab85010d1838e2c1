"""Stock Rasa: projects with its own pipelines, trained once and kept in `var/bench/`."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rasa
import yaml

from bot.clinic import clinic
from bot.knowledge.base import knowledge
from bot.settings import ROOT, settings

RASA = Path(rasa.__file__).parent
STARTER = RASA / "cli" / "initial_project"
DEFAULT_CONFIG = RASA / "engine" / "recipes" / "config_files" / "default_config.yml"
LEARNS = ("DIETClassifier", "ResponseSelector", "UnexpecTEDIntentPolicy", "TEDPolicy")
UNSURE = "I did not understand that. Please say it in other words."
KEYWORD = {
    "recipe": "default.v1",
    "language": "en",
    "assistant_id": "keyword",
    "pipeline": [{"name": "WhitespaceTokenizer"}, {"name": "KeywordIntentClassifier"}],
    "policies": [{"name": "RulePolicy", "enable_fallback_prediction": True, "core_fallback_threshold": 0.3}],
}


@dataclass(frozen=True)
class Project:
    """A trained Rasa project.

    Attributes:
        folder: The folder of its files.
        model: Its trained model.
        seconds: How long the training took, with the epochs that it was made with.
    """

    folder: Path
    model: Path
    seconds: float


def default(epochs: int = 1) -> Project:
    """Return Rasa's default pipeline and policies on our own data, with the answers as plain responses."""

    def write(folder: Path) -> None:
        _write(folder / "config.yml", _config(epochs))
        replies = knowledge().replies
        # After one epoch nothing is sure, so most messages get the default reply, as in Rasa's manual.
        texts = {name: clinic().fill(" ".join(reply.texts)) for name, reply in replies.items()} | {"default": UNSURE}
        answers = {f"utter_{name}": [{"text": text}] for name, text in texts.items()}
        _write(folder / "domain.yml", {"version": "3.1", "intents": [*replies], "responses": answers})
        spoken = {name: name for name in replies} | {"nlu_fallback": "default"}
        rules = [
            {"rule": intent, "steps": [{"intent": intent}, {"action": f"utter_{name}"}]}
            for intent, name in spoken.items()
        ]
        _write(folder / "data" / "rules.yml", {"version": "3.1", "rules": rules})
        shutil.copytree(ROOT / "data" / "nlu", folder / "data" / "nlu")

    return _made("default", write)


def whole_training(one: Project) -> float:
    """Estimate the seconds of the default's training with all its epochs, from one and three epochs."""
    epoch = (default(epochs=3).seconds - one.seconds) / 2
    return one.seconds + 99 * epoch


def starter() -> Project:
    """Return the project that `rasa init` makes, with its own data."""

    def write(folder: Path) -> None:
        shutil.copytree(STARTER, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        _write(folder / "config.yml", _config())

    return _made("starter", write)


def keyword() -> Project:
    """Return the least that Rasa can do: whitespace tokens, one keyword classifier, one rule and one response."""

    def write(folder: Path) -> None:
        _write(folder / "config.yml", KEYWORD)
        domain = {"version": "3.1", "intents": ["ask"], "responses": {"utter_told": [{"text": "I can tell you that."}]}}
        _write(folder / "domain.yml", domain)
        told = [{"rule": "tell", "steps": [{"intent": "ask"}, {"action": "utter_told"}]}]
        _write(folder / "data" / "rules.yml", {"version": "3.1", "rules": told})
        words = "".join(f"- {word}\n" for word in ("a", "the", "my", "i", "is", "to", "what", "how", "can", "do"))
        _write(folder / "data" / "nlu.yml", {"version": "3.1", "nlu": [{"intent": "ask", "examples": words}]})

    return _made("keyword", write)


def environment() -> dict[str, str]:
    """Return the environment of a stock Rasa process: without our own settings."""
    ours = ("STRIDE_", "RASA_", "OPENBLAS_", "VIRTUAL_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}


def _config(epochs: int = 1) -> dict[str, Any]:
    """Return Rasa's default configuration with `epochs` epochs for the components that learn in epochs."""
    config: dict[str, Any] = yaml.safe_load(DEFAULT_CONFIG.read_text())
    for component in [*config["pipeline"], *config["policies"]]:
        if component["name"] in LEARNS:
            component["epochs"] = epochs
    return config


def _write(file: Path, content: Any) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")


def _made(name: str, write: Callable[[Path], None]) -> Project:
    """Write a project and train it, unless one with the same files exists."""
    home = settings().var.resolve() / "bench"
    fresh = home / f"{name}.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    write(fresh)
    files = sorted(path for path in fresh.rglob("*") if path.is_file())
    told = [[path.relative_to(fresh).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest()] for path in files]
    folder = home / f"{name}-{hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12]}"
    took = folder / "seconds"
    if took.is_file():
        shutil.rmtree(fresh)
    else:
        shutil.rmtree(folder, ignore_errors=True)
        fresh.rename(folder)
        begun = time.monotonic()
        order = [sys.executable, "-m", "rasa", "train", "--fixed-model-name", "model", "--quiet"]
        done = subprocess.run(order, cwd=folder, capture_output=True, text=True, env=environment())
        if done.returncode:
            raise RuntimeError(f"{folder}: Rasa could not train: {(done.stdout + done.stderr)[-1500:]}")
        took.write_text(f"{time.monotonic() - begun:.1f}")
    return Project(folder, folder / "models" / "model.tar.gz", float(took.read_text()))
