"""Rasa's standard commands work in the same checkout."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.nlu.training import ensure_model
from bot.settings import ROOT
from workshop.processes import end

pytestmark = pytest.mark.rasa
RASA = [sys.executable, "-m", "rasa"]
START = 180  # seconds that a server may take on a slow machine


@contextmanager
def running(command: list[str], url: str, log: Path) -> Iterator[None]:
    """Run a server until its address answers, and stop it afterwards."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, env={**os.environ, "STRIDE_REST": "true"}
        )
        try:
            deadline = time.monotonic() + START
            while time.monotonic() < deadline and process.poll() is None:
                try:
                    urllib.request.urlopen(url, timeout=5).close()
                    break
                except OSError:
                    time.sleep(1)
            else:
                pytest.fail(f"{command} did not start:\n{log.read_text()[-3000:]}")
            yield
        finally:
            end(process, 30)


def post(url: str, body: dict[str, Any], **headers: str) -> bytes:
    """Post JSON; returns what comes back."""
    headers["Content-Type"] = "application/json"
    with urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode(), headers), timeout=60) as answer:
        return bytes(answer.read())


def test_data_validate() -> None:
    """`rasa data validate` finds no error in domain, rules and training data."""
    done = subprocess.run([*RASA, "data", "validate", "--fail-on-warnings"], cwd=ROOT, capture_output=True, timeout=300)

    assert done.returncode == 0, done.stdout.decode()[-3000:] + done.stderr.decode()[-3000:]


def test_core(tmp_path: Path) -> None:
    """`rasa test core` predicts every action of our test stories."""
    stories = ["--stories", "tests/stories", "--model", str(ensure_model()), "--out", str(tmp_path)]
    done = subprocess.run(
        [*RASA, "test", "core", *stories, "--fail-on-prediction-errors"], cwd=ROOT, capture_output=True, timeout=600
    )

    assert done.returncode == 0, done.stdout.decode()[-3000:] + done.stderr.decode()[-3000:]


def test_train(tmp_path: Path) -> None:
    """`rasa train` trains the model from the same files."""
    done = subprocess.run([*RASA, "train", "--out", str(tmp_path)], cwd=ROOT, capture_output=True, timeout=900)

    assert done.returncode == 0, done.stderr.decode()[-3000:]
    assert list(tmp_path.glob("*.tar.gz"))


def test_run_beside_actions(tmp_path: Path, free_port: Callable[[], int]) -> None:
    """`rasa run` answers through `rasa run actions`, behind the same guard."""
    model, actions_port, port = ensure_model(), free_port(), free_port()
    endpoints = tmp_path / "endpoints.yml"
    endpoints.write_text(f"action_endpoint:\n  url: http://127.0.0.1:{actions_port}/webhook\n")
    actions = [*RASA, "run", "actions", "--port", str(actions_port)]
    server = [*RASA, "run", "--model", str(model), "--endpoints", str(endpoints), "--port", str(port)]
    with ExitStack() as stack:
        stack.enter_context(running(actions, f"http://127.0.0.1:{actions_port}/health", tmp_path / "actions.log"))
        stack.enter_context(running(server, f"http://127.0.0.1:{port}/", tmp_path / "server.log"))
        answered = []
        for message in ("What is a laminectomy?", "/restart", "I can't pee"):
            replies = post(f"http://127.0.0.1:{port}/webhooks/rest/webhook", {"sender": "r", "message": message})
            answered.append([reply["metadata"].get("answer") for reply in json.loads(replies)])
        token = json.loads(post(f"http://127.0.0.1:{port}/webhooks/web/session", {}))["token"]
        message = {"id": "a-message-of-ours", "text": "What is a laminectomy?"}
        lines = post(f"http://127.0.0.1:{port}/webhooks/web/message", message, Authorization=f"Bearer {token}")

    assert answered == [["surgery.laminectomy"], [None], ["urgent.cauda_equina"]]
    assert json.loads(lines.splitlines()[0])["reply"]["answer"] == "surgery.laminectomy"
