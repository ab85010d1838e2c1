"""Tells the clinic's own system of every alarm in the record: signed, retried until taken, in a thread of its own."""

import hashlib
import hmac
import itertools
import json
import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import requests

from bot.alarms.record import lines

logger = logging.getLogger(__name__)

SENT = "alarms.sent"  # the number of the last line that was taken
SIGNATURE = "X-Stride-Signature"
LOCAL = "local"  # alarms of who tries the bot in a terminal are nobody's
PAUSES = (1.0, 5.0, 30.0, 120.0, 600.0)  # seconds between tries, the last one again and again
TIME_OUT = 10.0  # seconds


class Webhook(threading.Thread):
    """Sends each line of the record once it stands there, at least once and in order; survives restarts.

    The body is the line as JSON without the patient's words; `X-Stride-Signature` is `sha256=` and the HMAC-SHA256 of
    the body with the shared secret, in hexadecimal digits.
    """

    def __init__(self, folder: Path, url: str, secret: str, pauses: tuple[float, ...] = PAUSES) -> None:
        super().__init__(name="alarm-webhook", daemon=True)
        self._folder = folder
        self._url = url
        self._secret = secret.encode()
        self._pauses = pauses
        self._news = threading.Event()
        self._ended = threading.Event()

    def wake(self) -> None:
        """Say that there is a new line."""
        self._news.set()

    def close(self) -> None:
        """End after the present try; what was not taken is sent after the next start."""
        self._ended.set()
        self._news.set()

    def run(self) -> None:
        """Send what is unsent, then wait for news."""
        while not self._ended.is_set():
            self._news.clear()
            for number, body in self._unsent():
                if not self._deliver(body):
                    return
                (self._folder / SENT).write_text(str(number))
            self._news.wait()

    def _unsent(self) -> Iterator[tuple[int, bytes]]:
        path = self._folder / SENT
        sent = int(path.read_text()) if path.exists() else 0
        for line in lines(self._folder):
            if line["number"] > sent and line["channel"] != LOCAL:
                line.pop("words", None)
                yield line["number"], json.dumps(line, ensure_ascii=False).encode()

    def _deliver(self, body: bytes) -> bool:
        """Try until it is taken; False when it was told to end before."""
        signature = hmac.new(self._secret, body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", SIGNATURE: f"sha256={signature}"}
        for pause in itertools.chain(self._pauses, itertools.repeat(self._pauses[-1])):
            try:
                requests.post(self._url, data=body, headers=headers, timeout=TIME_OUT).raise_for_status()
            except requests.RequestException as error:
                logger.error("The clinic's webhook did not take an alarm: %s", type(error).__name__)
            else:
                return True
            if self._ended.wait(pause):
                return False
        raise AssertionError("the pauses never end")
