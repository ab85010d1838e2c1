"""What the tests of the record share: alarms, records, and a clinic's system that is told of them."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from bot.alarm.record import Alarm, AlarmRecord

Answer = Callable[["Handler"], None]


def refuse(status: int, location: str | None = None) -> Answer:
    """Answer with a status that is no success."""

    def answer(handler: "Handler") -> None:
        handler.send_response(status)
        if location:
            handler.send_header("Location", location)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def half(handler: "Handler") -> None:
    """Break off within the head of an answer."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Le")
    handler.close_connection = True


def close(handler: "Handler") -> None:
    """Hang up without an answer."""
    handler.close_connection = True


def drip(handler: "Handler") -> None:
    """Send an answer so slowly that it never ends, though each wait for a part of it is short."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    handler.wfile.flush()
    for _ in range(200):
        if handler.server.stopped.wait(0.05):
            return
        handler.wfile.write(b"X-Slow: 1\r\n")
        handler.wfile.flush()


class Receiver(ThreadingHTTPServer):
    """A clinic's system: gives the next of some bad answers while there are any, and then takes what comes."""

    daemon_threads = True

    def __init__(self) -> None:
        self.bad: list[Answer] = []
        self.down = False
        self.delay = 0.0  # seconds until an answer
        self.refuses: dict[int | None, int] = {}  # the status that an alarm of this number gets
        self.asked = 0
        self.gets = 0
        self.taken: list[tuple[dict[str, str], bytes]] = []
        self.stopped = threading.Event()
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_address[1]}/alarms"

    @property
    def alarms(self) -> list[dict[str, Any]]:
        """What it has taken."""
        return [json.loads(body) for _, body in self.taken]

    def wait_for(self, number: int) -> list[dict[str, Any]]:
        """Wait until so many alarms were taken; returns them."""
        until(lambda: len(self.taken) >= number)
        return self.alarms


class Handler(BaseHTTPRequestHandler):
    """Takes an alarm, or does not."""

    server: Receiver

    def do_POST(self) -> None:
        """Answer a request."""
        self.server.asked += 1
        body = self.rfile.read(int(self.headers["Content-Length"]))
        number = json.loads(body)["number"]
        self.server.stopped.wait(self.server.delay)
        if self.server.down:
            refuse(503)(self)
        elif number in self.server.refuses:
            refuse(self.server.refuses[number])(self)
        elif self.server.bad:
            self.server.bad.pop(0)(self)
        else:
            self.server.taken.append((dict(self.headers), body))
            self.send_response(204)
            self.end_headers()

    def do_GET(self) -> None:
        """Take note of a redirect that was followed; answer as a web page does."""
        self.server.gets += 1
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Stay quiet."""


def until(done: Callable[[], Any], seconds: float = 20.0) -> None:
    """Wait until something is so; fails when it never is."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it never was so"
        time.sleep(0.005)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A clinic's system that runs."""
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.stopped.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def wait_until() -> Callable[..., None]:
    """Wait until something is so."""
    return until


@pytest.fixture
def bad_answers() -> dict[str, Answer]:
    """Answers that are no "yes, I have it", by name."""
    statuses = (301, 302, 303, 307, 308, 304, 400, 401, 500, 503)
    return {
        **{str(status): refuse(status, "/") for status in statuses},
        "half": half,
        "close": close,
        "drip": drip,
    }


@pytest.fixture
def alarm() -> Alarm:
    """An alarm."""
    return Alarm("cauda_equina", "rules", ("numb saddle area",), ((2, 9),), "7", 0.4)


@pytest.fixture
def filled(alarm: Alarm) -> Callable[..., AlarmRecord]:
    """Make a record, or open it again, and add alarms."""

    def fill(folder: Path, number: int = 4, words: str | None = None, channel: str = "rest") -> AlarmRecord:
        record = AlarmRecord(folder, folder / "alarms.key")
        record.begin()
        for place in range(number):
            record.append(record.entry(alarm, f"+1555010{place}", channel, words))
        return record

    return fill
