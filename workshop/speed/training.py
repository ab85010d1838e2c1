"""Measures how long training takes: from nothing, after a change, and in a fresh clone until the first reply."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import requests

from bot.settings import ROOT
from workshop.processes import HERE, free_port
from workshop.speed.page import NOTHING, QUESTIONS, RULES
from workshop.speed.projects import environment

LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".rasa", "models", "var", "__pycache__", ".*_cache", ".hypothesis")
QUESTION = "could I borrow a walking frame somewhere for a week or two"
FIRST_RUN = 1800.0  # maximum seconds


def trained() -> Iterator[tuple[str, float]]:
    """Train in a copy of the checkout; yield what was trained, and the seconds, 0 if no model was made."""
    with TemporaryDirectory(prefix="stride-bench-") as folder:
        copy = Path(folder) / "stride"
        shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
        yield NOTHING, _train(copy)
        _add_line(copy / "data" / "nlu" / "aids.yml", QUESTION)
        yield QUESTIONS, _train(copy)
        for name in ("bot/alarm/context.yml", "bot/knowledge/notices.yml", "bot/conversation/topics.yml"):
            with (copy / name).open("a", encoding="utf-8") as file:
                file.write("# changed\n")
        yield RULES, _train(copy)


def _train(copy: Path) -> float:
    before = set((copy / "models").glob("*.tar.gz"))
    begun = time.monotonic()
    order = [sys.executable, "-m", "bot.cli", "train"]
    subprocess.run(order, cwd=copy, env={**environment(), "PYTHONPATH": str(copy)}, check=True, capture_output=True)
    return time.monotonic() - begun if set((copy / "models").glob("*.tar.gz")) - before else 0.0


def _add_line(file: Path, question: str) -> None:
    """Add a question to the last answer of a file."""
    text = file.read_text(encoding="utf-8").rstrip("\n")
    indent = text.splitlines()[-1].partition("- ")[0]
    file.write_text(f"{text}\n{indent}- {question}\n", encoding="utf-8")


def first_run() -> float:
    """Run `make run` in a fresh clone; return the seconds until the chat's first reply."""
    with TemporaryDirectory(prefix="stride-bench-") as folder:
        port = free_port()
        clone = Path(folder) / "stride"
        begun = time.monotonic()
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        given = {**environment(), "STRIDE_PORT": str(port)}
        with (Path(folder) / "log").open("wb") as log, _group(clone, given, log):
            while not _replied(f"http://{HERE}:{port}/webhooks/web"):
                if time.monotonic() - begun > FIRST_RUN:
                    raise RuntimeError(f"`make run` did not answer: {(Path(folder) / 'log').read_text()[-1500:]}")
                time.sleep(0.5)
            return time.monotonic() - begun


def _replied(address: str) -> bool:
    with suppress(requests.RequestException, KeyError):
        token = requests.post(f"{address}/session").json()["token"]
        body = {"id": "message-1", "text": "What is neurogenic claudication?"}
        answer = requests.post(f"{address}/message", json=body, headers={"Authorization": f"Bearer {token}"})
        return '"condition.definition"' in answer.text
    return False


@contextmanager
def _group(clone: Path, given: dict[str, str], log: object) -> Iterator[None]:
    """Run `make run` while this is entered; then end all that it started."""
    order = ["make", "run"]
    process = subprocess.Popen(order, cwd=clone, env=given, stdout=log, stderr=log, start_new_session=True)  # type: ignore[call-overload]
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()
