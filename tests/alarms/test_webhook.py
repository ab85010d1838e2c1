"""The clinic's webhook, with a real server at the other end."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from bot.alarms.record import Alarm, AlarmRecord
from bot.alarms.webhook import SIGNATURE, Webhook

ALARM = Alarm("cauda_equina", "rules", ("leaking",), ((0, 4),), "7")


class Clinic(ThreadingHTTPServer):
    """A clinic's system that refuses as many requests as it is told, and keeps what it takes."""

    def __init__(self) -> None:
        self.refuse = 0
        self.taken: list[tuple[dict[str, Any], bytes]] = []
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_address[1]}/alarms"


class Handler(BaseHTTPRequestHandler):
    """Takes an alarm, or refuses it."""

    server: Clinic

    def do_POST(self) -> None:
        """Answer a request."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.refuse:
            self.server.refuse -= 1
            self.send_error(503)
            return
        self.server.taken.append((dict(self.headers), body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Stay quiet."""


@pytest.fixture
def clinic_server() -> Iterator[Clinic]:
    """A clinic's system that runs."""
    server = Clinic()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def start(folder: Path, server: Clinic) -> Webhook:
    """A webhook that tries again at once."""
    webhook = Webhook(folder, server.url, "secret", pauses=(0.01,))
    webhook.start()
    return webhook


def wait_for(number: int, server: Clinic) -> None:
    """Wait until so many alarms were taken."""
    end = time.monotonic() + 20
    while len(server.taken) < number and time.monotonic() < end:
        time.sleep(0.01)


def test_tells_of_an_alarm_signed_and_without_words(tmp_path: Path, clinic_server: Clinic) -> None:
    """What arrives is the record's line without the patient's words, signed with the shared secret."""
    record = AlarmRecord(tmp_path, words=True)
    webhook = start(tmp_path, clinic_server)
    record.add(ALARM, "p", "rest", "my words").result(timeout=10)
    webhook.wake()
    wait_for(1, clinic_server)
    webhook.close()

    [(headers, body)] = clinic_server.taken

    assert json.loads(body)["rules"] == ["leaking"]
    assert b"my words" not in body
    assert headers[SIGNATURE] == "sha256=" + hmac.new(b"secret", body, hashlib.sha256).hexdigest()


def test_tries_again_until_taken_and_in_order(tmp_path: Path, clinic_server: Clinic) -> None:
    """A clinic that is down for a while gets every alarm once it is back, in order."""
    clinic_server.refuse = 5
    record = AlarmRecord(tmp_path)
    for _ in range(3):
        record.add(ALARM, "p", "rest", "").result(timeout=10)
    webhook = start(tmp_path, clinic_server)
    wait_for(3, clinic_server)
    webhook.close()

    assert [json.loads(body)["number"] for _, body in clinic_server.taken] == [1, 2, 3]


def test_restart_loses_nothing_and_sends_nothing_twice(tmp_path: Path, clinic_server: Clinic) -> None:
    """What was taken before a restart is not sent again, what was not is sent after it."""
    record = AlarmRecord(tmp_path)
    record.add(ALARM, "p", "rest", "").result(timeout=10)
    first = start(tmp_path, clinic_server)
    wait_for(1, clinic_server)
    first.close()
    first.join(timeout=10)
    record.add(ALARM, "p", "rest", "").result(timeout=10)
    second = start(tmp_path, clinic_server)
    wait_for(2, clinic_server)
    second.close()

    assert [json.loads(body)["number"] for _, body in clinic_server.taken] == [1, 2]


def test_trials_in_a_terminal_are_not_told(tmp_path: Path, clinic_server: Clinic) -> None:
    """An alarm of `stride chat` is recorded but does not reach the clinic."""
    record = AlarmRecord(tmp_path)
    for channel in ("local", "rest"):
        record.add(ALARM, "p", channel, "").result(timeout=10)
    webhook = start(tmp_path, clinic_server)
    wait_for(1, clinic_server)
    webhook.close()

    assert [json.loads(body)["channel"] for _, body in clinic_server.taken] == ["rest"]
