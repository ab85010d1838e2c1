"""A server that is killed at any point loses nothing that it has acknowledged, and repeats only what is urgent."""

import inspect
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from messaging_server import LEAD, QUESTION, SIGN, Patient, consent, letters, request, stand_in, urgent
from played_rasa import FAREWELL
from stand_in import Order, StandIn
from traffic import Posted, environment, traffic

from bot.channels.office import Office
from bot.settings import ROOT
from workshop.processes import free_port

pytestmark = pytest.mark.rasa
HERE = Path(__file__).parent
FORKING = "from bot.startup import prepare; prepare(tensorflow=False); from forking_server import main; main()"
SENDERS: int = inspect.signature(Office).parameters["senders"].default  # of a server
LEFT = """
    SELECT (SELECT count(*) FROM inbox),
    (SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending'))"""


@dataclass
class Crashing:
    """A server in a process of its own, which can be killed and started again on the same folder."""

    folder: Path
    stand_in: StandIn
    fork: Callable[[dict[str, str]], int]
    port: int = 0
    pid: int = 0

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.port = free_port()
        own = {"STRIDE_VAR": str(self.folder), "STRIDE_PORT": str(self.port), "RASA": self.stand_in.rasa}
        self.pid = self.fork({**environment(self.stand_in.providers), **own})
        end = time.monotonic() + 30
        while True:
            try:
                request(self.port, "GET", Posted("/icon.svg", {}, b""))
                return
            except OSError:
                assert time.monotonic() < end, "the server does not start"
                time.sleep(0.02)

    def kill(self) -> None:
        """Kill it at once."""
        os.kill(self.pid, signal.SIGKILL)

    def again(self) -> None:
        """Kill it, start it again, and wait until it has done everything."""
        self.kill()
        self.start()
        self.settle()

    def post(self, one: Posted) -> int:
        """Send a request as a provider, and return the status of the answer."""
        return request(self.port, "POST", one)[0]

    def settle(self) -> None:
        """Wait until every message is answered and every part is sent or given up."""
        end = time.monotonic() + 20
        while (left := self.left()) != (0, 0):
            assert time.monotonic() < end, f"{left} messages and parts still wait"
            time.sleep(0.02)

    def left(self) -> tuple[int, int]:
        """Return how many messages wait for an answer, and how many parts to be sent."""
        with closing(sqlite3.connect(self.folder / "messages.db")) as db:
            messages, parts = db.execute(LEFT).fetchone()
            return messages, parts


@pytest.fixture(scope="module")
def fork() -> Iterator[Callable[[dict[str, str]], int]]:
    """Start a server with further variables of the environment; returns the id of its process."""
    path = os.pathsep.join([str(ROOT), str(HERE)])
    with subprocess.Popen(
        [sys.executable, "-c", FORKING],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:

        def begin(variables: dict[str, str]) -> int:
            assert parent.stdin
            assert parent.stdout
            print(json.dumps(variables), file=parent.stdin, flush=True)
            return int(parent.stdout.readline())

        yield begin
        parent.kill()


@pytest.fixture
def server(fork: Callable[[dict[str, str]], int], tmp_path: Path) -> Iterator[Crashing]:
    """A running server."""
    with stand_in() as over:
        one = Crashing(tmp_path, over, fork)
        one.start()
        yield one
        one.kill()


@pytest.fixture
def patient(server: Crashing) -> Patient:
    """A patient of a channel on which a reply has many parts."""
    return Patient(server, traffic("sms"))


def got(patient: Patient) -> str:
    """The letters of all that a patient got."""
    return letters(*(asked.text for asked in patient.got))


def tries(patient: Patient) -> list[str]:
    """The letters of each request to send a patient something."""
    return [letters(one.asked.text) for one in patient.tried]


def test_message_that_was_acknowledged(patient: Patient) -> None:
    """Killed while one message is being answered and the next one waits, it answers both, in order and once.

    The provider's repeats change nothing.
    """
    server = patient.server
    held = server.stand_in.hold(f"heard: {QUESTION}")
    posted = [patient.text(QUESTION), patient.text("goodbye")]
    assert [server.post(one) for one in posted] == [200, 200]
    assert held.reached.wait(10)
    waiting = server.left()

    server.kill()
    server.start()
    repeated = [server.post(one) for one in posted]
    server.settle()

    assert waiting == (2, 0)
    assert repeated == [200, 200]
    assert got(patient).startswith(consent(patient))
    assert got(patient).index(LEAD) < got(patient).index(letters(FAREWELL))
    assert [got(patient).count(one) for one in (consent(patient), LEAD, letters(FAREWELL))] == [1, 1, 1]


def test_answer_that_rasa_has_kept(patient: Patient) -> None:
    """Killed when Rasa has answered and nothing of it is stored, it sends that answer, once, and does not ask again."""
    server = patient.server
    held = server.stand_in.hold(f"answered: {QUESTION}")
    assert server.post(patient.text(QUESTION)) == 200
    assert held.reached.wait(10)

    server.again()

    assert got(patient).count(LEAD) == 1
    assert server.stand_in.heard(QUESTION) == [QUESTION]


def test_sign_that_is_being_answered(patient: Patient) -> None:
    """Killed while the rest of the answer to a sign is being made, it has sent the urgent message; the rest follows."""
    server = patient.server
    held = server.stand_in.hold(f"heard: {SIGN}")
    assert server.post(patient.text(SIGN)) == 200
    assert held.reached.wait(10)
    server.stand_in.until(lambda: urgent() in got(patient))

    server.again()

    assert got(patient).startswith(urgent())
    assert got(patient).count(consent(patient)) == got(patient).count(LEAD) == 1
    assert server.stand_in.heard(SIGN)


def test_answer_that_waits_to_be_sent(patient: Patient) -> None:
    """Killed when an answer waits in the outbox, it sends it once."""
    server = patient.server
    others = [Patient(server, patient.traffic) for _ in range(SENDERS)]
    for other in others:  # each keeps a sender busy
        held = server.stand_in.hold(other.address)
        assert server.post(other.text("goodbye")) == 200
        assert held.reached.wait(10)
    assert server.post(patient.text(QUESTION)) == 200
    end = time.monotonic() + 10
    while server.left()[0]:
        assert time.monotonic() < end
        time.sleep(0.01)
    before = tries(patient)

    server.again()

    assert before == []
    assert got(patient).startswith(consent(patient))
    assert got(patient).count(consent(patient)) == got(patient).count(LEAD) == 1
    assert [tries(other).count(consent(other)) for other in others] == [1] * SENDERS


def lock_store(server: Crashing) -> sqlite3.Connection:
    """Have nobody else use the store's file."""
    db = sqlite3.connect(server.folder / "messages.db", isolation_level=None, check_same_thread=False)
    db.execute("BEGIN EXCLUSIVE")
    return db


def in_the_middle(patient: Patient, words: str, *, answered: bool) -> None:
    """Kill the server while a provider has a message, or has taken it and nobody could note that; start it again."""
    server = patient.server
    locks: list[sqlite3.Connection] = []
    if not answered:
        order = server.stand_in.hold(patient.address)
    else:
        order = server.stand_in.order(patient.address, Order(before=lambda: locks.append(lock_store(server))))
    assert server.post(patient.text(words)) == 200
    assert order.reached.wait(10)
    time.sleep(0.3 if answered else 0)  # the answer arrives
    server.kill()
    for lock in locks:
        lock.close()
    server.start()
    server.settle()


@pytest.mark.parametrize("answered", [False, True])
def test_ordinary_part_that_is_being_sent(patient: Patient, answered: bool) -> None:
    """A part of which nobody knows whether it was taken is not sent again, and the rest of the answer follows."""
    in_the_middle(patient, QUESTION, answered=answered)

    assert len({*tries(patient)}) == len(tries(patient))
    assert got(patient).startswith(consent(patient))
    assert got(patient).count(LEAD) == 1


@pytest.mark.parametrize("answered", [False, True])
def test_urgent_part_that_is_being_sent(patient: Patient, answered: bool) -> None:
    """An urgent part of which nobody knows whether it was taken is sent again: better twice than never."""
    in_the_middle(patient, SIGN, answered=answered)

    first, second, *rest = tries(patient)
    assert first == second
    assert letters(first, *rest).startswith(urgent())
    assert got(patient).count(LEAD) == 1
