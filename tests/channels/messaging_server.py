"""Starts the real server with all messaging channels on, over the stand-in for their providers and for Rasa."""

import asyncio
import http.client
import json
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from played_rasa import PlayedRasa
from sanic import Sanic
from sanic.touchup import TouchUp
from stand_in import Arrived, StandIn
from traffic import Asked, Posted, Traffic, environment

from bot.alarm.desk import AlarmDesk
from bot.alarm.record_lines import FILE
from bot.channels import answering, sending
from bot.channels.office import Office
from bot.channels.server import create_app
from bot.clinic import clinic
from bot.knowledge.base import knowledge
from bot.reply.reply import render
from bot.reply.rows import Row, rows
from bot.settings import settings
from bot.store.messages_sqlite import SqliteMessages
from bot.web.http import StrictProtocol
from bot.web.limits import shared_limits
from workshop.processes import free_port

ROWS = [*rows()]
QUESTION, SIGN = "What is a brace?", "I can't pee since this morning"
_numbers = count(1)
# So that the tests need not wait long: they hold the order of things, and the size of pauses by a clock of their own.
AGAIN = 0.2  # seconds
PAUSES = (0.2,) * 50  # seconds; a slow machine must not give up
IDLE = 0.05  # seconds


@dataclass
class Clock:
    """The time, which a test can set forward."""

    ahead: float = 0.0

    def __call__(self) -> float:
        """Return the time in seconds since 1970."""
        return time.time() + self.ahead


def request(port: int, method: str, one: Posted) -> tuple[int, bytes]:
    """Send a request to a port of this machine, and return the status and the body of the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, one.path, one.body, dict(one.headers))
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@dataclass(frozen=True)
class Server:
    """A running server.

    Attributes:
        folder: Where it keeps everything.
        stand_in: The providers and Rasa.
        clock: Its time.
        loop: Where it runs.
        ports: Its ports; with more than one, there are several servers on the same folder.
        offices: The office of each.
    """

    folder: Path
    stand_in: StandIn
    clock: Clock
    loop: asyncio.AbstractEventLoop
    ports: list[int] = field(default_factory=list)
    offices: list[Office] = field(default_factory=list)

    def post(self, one: Posted, server: int = 0) -> int:
        """Send a request as a provider, and return the status of the answer."""
        return request(self.ports[server], "POST", one)[0]

    def leave(self, one: Posted) -> None:
        """Send a request, and reset the connection instead of waiting for the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[0], timeout=30)
        connection.request("POST", one.path, one.body, dict(one.headers))
        time.sleep(0.02)  # the server reads it
        connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    def files(self) -> dict[str, bytes]:
        """Return what lies in the folder, by name; without what SQLite has just deleted there."""
        found = {}
        for path in self.folder.rglob("*"):
            with suppress(FileNotFoundError, IsADirectoryError):
                found[path.name] = path.read_bytes()
        return found

    def do(self, work: Any) -> Any:
        """Have the server's event loop do something, and return the result."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout=30)

    def settle(self, seconds: float = 15.0) -> None:
        """Wait until every message is answered and every part is sent or given up."""
        end = time.monotonic() + seconds
        while (left := self.do(self.offices[0].store.waiting())) != (0, 0):
            assert time.monotonic() < end, f"{left} messages and parts still wait"
            time.sleep(0.01)

    def say(self, one: Posted) -> None:
        """Send a message, and wait until it is answered."""
        assert self.post(one) == 200
        self.settle()

    def alarms(self, least: int = 0) -> list[str]:
        """Return the kinds of the record's lines, in order; first wait until it has so many at least."""
        file = self.folder / FILE
        end = time.monotonic() + 10
        while len(lines := file.read_text().splitlines() if file.exists() else []) < least:
            assert time.monotonic() < end, f"{len(lines)} alarms are recorded, and not {least}"
            time.sleep(0.01)
        return [json.loads(line)["kind"] for line in lines]

    def dead(self) -> list[tuple[str, bool]]:
        """Return why messages were given up, and whether they were urgent."""
        return [(one.why, one.urgent) for one in self.do(self.offices[0].store.dead_letters())]


@dataclass(frozen=True)
class Patient:
    """A patient of a channel, whom no other test knows.

    Attributes:
        server: The server: a `Server`, or another one with a stand-in that can `post` and `settle`.
        traffic: How the channel's provider sends.
        number: The patient's number.
    """

    server: Any
    traffic: Traffic
    number: int = field(default_factory=_numbers.__next__)

    @property
    def row(self) -> Row:
        """The channel's limits and manners."""
        return rows()[self.traffic.row]

    @property
    def address(self) -> str:
        """Where replies go."""
        return self.traffic.address(self.number)

    @property
    def got(self) -> list[Asked]:
        """The messages that the patient got."""
        return [one.asked for one in self.tried if one.accepted]

    @property
    def tried(self) -> list[Arrived]:
        """All requests to send the patient something."""
        requests: list[Arrived] = self.server.stand_in.tried(self.address)
        return requests

    def text(self, words: str) -> Posted:
        """Return a message of the patient."""
        return self.traffic.text(self.number, words)

    def send(self, one: Posted | str) -> str:
        """Send a message, wait until all is answered, and return the letters of what the patient got for it."""
        before = len(self.got)
        assert self.server.post(self.text(one) if isinstance(one, str) else one) == 200
        self.server.settle()
        return letters(*(asked.text for asked in self.got[before:]))


def letters(*texts: str) -> str:
    """Return the letters of texts: no channel changes these, whatever it does to signs, lines and parts."""
    return "".join(filter(str.isalpha, "".join(texts)))


LEAD = letters("A back brace that keeps you bent forward a little may make walking easier")  # of the answer to QUESTION


def consent(patient: Patient) -> str:
    """The letters of what a patient is told first."""
    texts = knowledge().messaging
    return letters(clinic().fill(texts.consent_of_carrier if patient.row.carrier_words else texts.consent))


def notice(name: str) -> str:
    """The letters of a text of the channels' own."""
    return letters(clinic().fill(getattr(knowledge().messaging, name)))


def urgent() -> str:
    """The letters of the whole urgent message."""
    return letters(render(knowledge(), clinic(), knowledge()["urgent.cauda_equina"]).text)


@contextmanager
def event_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """An event loop in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield loop
    asyncio.run_coroutine_threadsafe(_cancel_others(), loop).result(timeout=30)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


async def _cancel_others() -> None:
    """Cancel all that an event loop does besides."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


@contextmanager
def stand_in() -> Iterator[StandIn]:
    """A stand-in; it has found nothing that a provider would have refused."""
    one = StandIn()
    yield one
    one.close()
    assert one.problems == []


@contextmanager
def running(folder: Path, over: StandIn, servers: int = 1, agent: Any = None, **variables: Any) -> Iterator[Server]:
    """Start servers on a folder.

    Args:
        folder: The folder.
        over: The providers.
        servers: How many servers share the folder.
        agent: Rasa; it is played if there is none.
        variables: Further variables of the environment, without `STRIDE_`.
    """
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        own = {f"STRIDE_{name}": value for name, value in variables.items()}
        for name, value in {**environment(over.providers), "STRIDE_VAR": str(folder), **own}.items():
            patch.setenv(name, value)
        for cached in (settings, shared_limits):
            cached.cache_clear()
            stack.callback(cached.cache_clear)
        for worker in (sending, answering):
            patch.setattr(worker, "IDLE", IDLE)
        patch.setattr(sending, "PAUSES", PAUSES)
        patch.setattr(sending, "AGAIN", AGAIN)
        rasa: Any = agent or PlayedRasa(over.rasa, folder)
        clock = Clock()
        loop = stack.enter_context(event_loop())
        server = Server(folder, over, clock, loop)
        for _ in range(servers):
            desk = AlarmDesk(settings(), clinic())  # each process has its own
            stack.callback(desk.close)
            for module in ("server", "web", "rest"):
                patch.setattr(f"bot.channels.{module}.desk", lambda desk=desk: desk)
            office = Office(SqliteMessages(folder, clock), desk, clock=clock)
            patch.setattr("bot.channels.messaging.office", lambda office=office: office)
            patch.setattr(Sanic, "_app_registry", {})  # the name of an app counts once a process
            _once(patch)
            app = create_app(rasa)
            port = free_port()
            listening = server.do(_start(app, port))
            stack.callback(server.do, _stop(listening))
            server.ports.append(port)
            server.offices.append(office)
        yield server


def _once(patch: pytest.MonkeyPatch) -> None:
    """Have Sanic change its own methods, as it does when it starts, for the first app of a process only."""
    if any(getattr(target, "__touched__", False) for target, _ in TouchUp._registry):
        patch.setattr(TouchUp, "run", lambda _: None)
        return
    for target, method in TouchUp._registry:  # so that they are as they were in the end
        patch.setattr(target, method, getattr(target, method))
        patch.setattr(target, "__touched__", False, raising=False)


async def _start(app: Any, port: int) -> Any:
    server = await app.create_server("127.0.0.1", port, protocol=StrictProtocol, return_asyncio_server=True)
    await server.startup()
    await server.before_start()
    await server.after_start()
    return server


async def _stop(server: Any) -> None:
    await server.before_stop()
    server.close()
