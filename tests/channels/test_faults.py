"""Every fault behind the guard, really caused: the alarm comes in time, and nobody is left without a reply."""

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rasa.core.tracker_store import SQLTrackerStore
from rasa.utils.endpoints import EndpointConfig

from bot.channels import guard as guard_module
from bot.channels.background import Background
from bot.channels.guard import Guard
from bot.clinic import Clinic
from bot.knowledge.base import KnowledgeBase
from bot.models.answer_model import AnswerModel
from bot.nlu.training import current_model
from bot.settings import ROOT
from workshop.processes import end

pytestmark = pytest.mark.rasa
SIGN, QUESTION = "I can't pee and I am numb between my legs", "What is a laminectomy?"
IN_TIME = 2.0  # seconds from sending a sign to its urgent message


class Patient:
    """Sends messages through a guard to the real bot, and looks at the clock."""

    def __init__(self, agent: Any, base: KnowledgeBase, clinic: Clinic) -> None:
        self._agent = agent
        self._guard = Guard(base, clinic)

    def send(self, text: str, conversation: str | None = None) -> tuple[list[dict[str, Any]], float]:
        """Send a message; returns the replies and the seconds that they took."""
        handle, store = self._agent.handle_message, self._agent.tracker_store
        start = time.monotonic()
        name = conversation or f"fault-{time.monotonic()}"

        async def answered() -> list[dict[str, Any]]:
            return [reply async for reply in self._guard.answer(text, name, handle, store, "test")]

        return asyncio.run(answered()), time.monotonic() - start


@pytest.fixture
def patient(agent: Any, base: KnowledgeBase, clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> Patient:
    """A patient whose bot has a thread of its own, so that what hangs there hangs for no other test."""
    fresh = Background()
    monkeypatch.setattr(guard_module, "background", lambda: fresh)
    return Patient(agent, base, clinic)


@pytest.fixture
def action_server_down(agent: Any, free_port: Callable[[], int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Actions are asked for at a port where nobody listens."""
    nobody = EndpointConfig(f"http://127.0.0.1:{free_port()}/webhook")
    monkeypatch.setattr(agent.processor, "action_endpoint", nobody)


@pytest.fixture
def own_store(agent: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Conversations in an SQLite file of the test's own."""
    path = tmp_path / "folder" / "conversations.db"
    path.parent.mkdir()
    store = SQLTrackerStore(domain=agent.domain, dialect="sqlite", db=str(path))
    monkeypatch.setattr(agent, "tracker_store", store)
    monkeypatch.setattr(agent.processor, "tracker_store", store)
    return path


@pytest.fixture
def store_locked(own_store: Path) -> Iterator[None]:
    """Another program holds the store and does not let go."""
    other = sqlite3.connect(own_store)
    other.execute("BEGIN EXCLUSIVE")
    yield
    other.close()


@pytest.fixture
def store_gone(own_store: Path) -> None:
    """The store's folder was deleted."""
    own_store.unlink()
    own_store.parent.rmdir()


@pytest.fixture
def component_raising(monkeypatch: pytest.MonkeyPatch) -> None:
    """A component of the pipeline fails."""

    def fail(*_: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(AnswerModel, "probabilities", fail)


@pytest.fixture
def component_hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A component holds the thread that it runs in for 30 seconds."""
    over = threading.Event()
    monkeypatch.setattr(AnswerModel, "probabilities", lambda *_: over.wait(30))
    monkeypatch.setattr(guard_module, "PATIENCE", 1.0)
    yield
    over.set()


@pytest.mark.timed
@pytest.mark.parametrize(
    "fault", ["action_server_down", "store_locked", "store_gone", "component_raising", "component_hanging"]
)
def test_fault_behind_the_guard(
    fault: str, patient: Patient, base: KnowledgeBase, clinic: Clinic, request: pytest.FixtureRequest
) -> None:
    """A sign gets the urgent message within two seconds, anything else the signs that must not wait."""
    request.getfixturevalue(fault)

    urgent, seconds = patient.send(SIGN)
    plain, _ = patient.send(QUESTION)

    assert urgent[0].answer == "urgent.cauda_equina"
    assert seconds < IN_TIME
    assert [reply.text for reply in plain] == [clinic.fill(base.notices.unavailable)]


def test_alarm_of_a_forms_choice_needs_no_action(patient: Patient, request: pytest.FixtureRequest) -> None:
    """A reply to a form's question that is a sign there, and nowhere else, is an alarm also when the action fails."""
    for text in ("help me prepare for my visit", "skip", "skip"):
        [asked], _ = patient.send(text, "in a form")
    request.getfixturevalue("action_server_down")

    [urgent], _ = patient.send("wobbly", "in a form")

    assert asked.asks == "visit_weakness"
    assert urgent.answer == "urgent.cauda_equina"


def test_bot_recovers_from_a_hang(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once a hanging component lets go, questions are answered again."""
    over = threading.Event()
    probabilities = AnswerModel.probabilities
    monkeypatch.setattr(AnswerModel, "probabilities", lambda *given: over.wait(30) and probabilities(*given))
    monkeypatch.setattr(guard_module, "PATIENCE", 0.2)
    hung, _ = patient.send(QUESTION)
    over.set()
    monkeypatch.setattr(guard_module, "PATIENCE", 10.0)

    replies, _ = patient.send(QUESTION)

    assert hung[0].answer is None
    assert [reply.answer for reply in replies] == ["surgery.laminectomy"]


def ask(port: int, text: str) -> tuple[list[dict[str, Any]], float]:
    """Send a message to a server; returns the replies and the seconds that they took."""
    body = json.dumps({"sender": "fault", "message": text}).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}/webhooks/rest/webhook", body, headers)
    start = time.monotonic()
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.loads(response.read()), time.monotonic() - start


@pytest.mark.timed
@pytest.mark.parametrize("missing", [False, True], ids=["corrupt", "missing"])
def test_server_without_a_model(tmp_path: Path, free_port: Callable[[], int], missing: bool) -> None:
    """A server whose model cannot be loaded gives the alarm all the same, and says what to do."""
    port = free_port()
    model = tmp_path / current_model().name
    command = [sys.executable, "-m", "bot.cli", "run"]
    if missing:  # it vanished after `stride run` had looked for it, else that would train another one
        serve = "import sys, pathlib; from bot.channels.server import serve; serve(pathlib.Path(sys.argv[1]))"
        command = [sys.executable, "-c", serve, str(model)]
    else:
        model.write_bytes(b"this is no archive")
    environment = {
        **os.environ,
        "STRIDE_MODELS": str(tmp_path),
        "STRIDE_VAR": str(tmp_path / "var"),
        "STRIDE_PORT": str(port),
        "STRIDE_REST": "true",
    }
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=log)
    try:
        for _ in range(1200):
            if server.poll() is not None or listening(port):
                break
            time.sleep(0.1)
        urgent, seconds = ask(port, SIGN)
        plain, _ = ask(port, QUESTION)
    finally:
        end(server, 30)

    assert urgent[0]["metadata"]["answer"] == "urgent.cauda_equina"
    assert seconds < IN_TIME
    assert "can't answer right now" in plain[0]["text"]
    assert "make model" in (tmp_path / "log").read_text()


def listening(port: int) -> bool:
    """Whether a server answers, and says that it is not well."""
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/webhooks/web/health", timeout=5)
    except urllib.error.HTTPError as error:
        return error.code == 503
    except OSError:
        return False
    return True
