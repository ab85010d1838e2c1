"""Tells the clinic's own system of every alarm: signed, retried until taken, in a thread of its own."""

import asyncio
import contextlib
import hashlib
import hmac
import itertools
import json
import logging
import ssl
import threading
import time
from collections.abc import Callable, Collection
from pathlib import Path

import aiohttp
import certifi

from bot.alarms.lines import FILE, SENT, Line, lines, read_sent
from bot.wholefile import write_whole

logger = logging.getLogger(__name__)

SIGNATURE, TIMESTAMP = "X-Stride-Signature", "X-Stride-Timestamp"
LOCAL = "local"  # alarms of who tries the bot in a terminal are nobody's
NOT_SENT = {"words", "previous", "hash"}  # the patient's words, and what an earlier version made of them without a key
PAUSES = (1.0, 5.0, 15.0, 60.0)  # seconds between tries, the last one again and again
TIME_OUT = 10.0  # seconds that a try may take in all
PATIENCE = 60.0  # seconds without an alarm taken until that is told


class NotTakenError(Exception):
    """The clinic's system answered with another status than 2xx; a redirect is none, because it drops the body."""


class Webhook(threading.Thread):
    """Sends each line of the record once it stands there, at least once and in order; survives restarts.

    The body is the line as JSON without the patient's words. `X-Stride-Timestamp` is the time of sending, in seconds
    since 1970; `X-Stride-Signature` is `sha256=` and the HMAC-SHA256 of `<timestamp>.<body>` with the shared secret,
    in hexadecimal digits.
    """

    def __init__(self, folder: Path, url: str, secret: str, unrecorded: Callable[[], Collection[Line]] = tuple) -> None:
        """Make the thread.

        Args:
            folder: Where the record is.
            url: The address that is told.
            secret: What is shared with it.
            unrecorded: Returns the alarms that the disk does not take: they are sent without a number, and again
                with one once they are recorded.
        """
        super().__init__(name="alarm-webhook", daemon=True)
        self._folder = folder
        self._url = str(url)
        self._trusted = ssl.create_default_context()
        self._trusted.load_verify_locations(certifi.where())  # not every Python finds its system's
        self._secret = secret.encode()
        self._unrecorded = unrecorded
        self._news = threading.Event()
        self._ended = threading.Event()
        self._begun = False
        self._sent = 0  # the number of the last line that was taken
        self._offset = 0  # where the line after it begins
        self._told: set[str] = set()  # ids of unrecorded alarms that were taken
        self._untaken = 0
        self._since: float | None = None  # when the first of them was there, or the last was taken
        self._error = ""

    def wake(self) -> None:
        """Say that there may be a new alarm."""
        self._news.set()

    def trouble(self) -> str | None:
        """Tell what was not taken for some time, and why; None when all was."""
        since = self._since
        if since is None or time.monotonic() - since < PATIENCE:
            return None
        return f"{self._untaken} alarms not taken: {self._error or 'no answer'}"

    def close(self) -> None:
        """End once a try fails or all is sent; what was not taken is sent after the next start."""
        self._ended.set()
        self._news.set()

    def run(self) -> None:
        """Send what is unsent, then wait for news."""
        while True:
            self._news.clear()
            problem = self._attempt(self._send_recorded)
            # These do not wait for a record that can be read.
            problem = self._attempt(self._send_unrecorded) or problem
            if self._ended.is_set():
                return
            if not problem:
                self._untaken, self._since, self._error = 0, None, ""
            self._news.wait(PAUSES[-1] if problem else None)

    def _attempt(self, send: Callable[[], None]) -> bool:
        """Send; returns whether that could not be done: whatever it is, the thread must live."""
        try:
            send()
        except Exception as error:
            logger.error("The record of alarms could not be read for the webhook: %s", type(error).__name__)
            self._fail(error)
            return True
        return False

    def _begin(self) -> None:
        """Find where to go on; nothing is left out where that cannot be told: the ids show what is sent twice."""
        told = [line["number"] for _, line in lines(self._folder) if is_told(line)]
        sent = read_sent(self._folder)
        if told and (sent is None or sent > told[-1]):
            logger.warning("%s is missing or wrong: the clinic's webhook is told of all alarms again", SENT)
            sent = None
        self._sent = sent or 0
        unsent = sum(number > self._sent for number in told)
        if unsent:
            logger.warning("Alarms of before the start that the clinic's webhook has not taken: %d", unsent)

    def _send_recorded(self) -> None:
        if not self._begun:
            self._begin()
            self._begun = True
        path = self._folder / FILE
        if path.exists() and path.stat().st_size < self._offset:  # somebody has begun another record
            self._offset = 0
        for offset, line in lines(self._folder, self._offset):
            if self._is_unsent(line):
                if not self._deliver(line):
                    return
                self._sent = line["number"]
                self._keep()
            self._offset = offset

    def _send_unrecorded(self) -> None:
        unrecorded = list(self._unrecorded())
        for entry in unrecorded:
            if is_told(entry) and entry["id"] not in self._told:
                if not self._deliver({"number": None, **entry}):
                    return
                self._told.add(entry["id"])
        self._told &= {entry["id"] for entry in unrecorded}

    def _keep(self) -> None:
        try:
            write_whole(self._folder / SENT, str(self._sent))
        # A full disk: after a restart the line is sent again.
        except OSError as error:
            logger.error("%s could not be written: %s", SENT, type(error).__name__)

    def _is_unsent(self, line: Line) -> bool:
        return line["number"] > self._sent and is_told(line)

    def _deliver(self, line: Line) -> bool:
        """Try until it is taken; False when it was told to end before."""
        told = {"id": line["time"], **line}  # an earlier version gave its lines no id
        body = json.dumps({key: value for key, value in told.items() if key not in NOT_SENT}).encode()
        self._since = self._since or time.monotonic()
        for pause in itertools.chain(PAUSES, itertools.repeat(PAUSES[-1])):
            try:
                asyncio.run(self._post(body))
            # Whatever it is, the alarm must arrive.
            except Exception as error:
                self._fail(error)
                logger.error("The clinic's webhook did not take an alarm: %s", self._error)
            else:
                self._since, self._error = time.monotonic(), ""
                return True
            if self._ended.wait(pause):
                return False
        raise AssertionError("the pauses never end")

    async def _post(self, body: bytes) -> None:
        """Send once, now; raises NotTakenError, or whatever went wrong."""
        now = str(int(time.time()))
        signature = hmac.new(self._secret, f"{now}.".encode() + body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", TIMESTAMP: now, SIGNATURE: f"sha256={signature}"}
        session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIME_OUT), trust_env=True)
        request = session.post(self._url, data=body, headers=headers, ssl=self._trusted, allow_redirects=False)
        async with session, request as answer:
            if not 200 <= answer.status < 300:
                raise NotTakenError(f"HTTP {answer.status}")

    def _fail(self, error: Exception) -> None:
        self._error = str(error) if isinstance(error, NotTakenError) else type(error).__name__
        self._since = self._since or time.monotonic()
        unrecorded = [entry for entry in self._unrecorded() if is_told(entry) and entry["id"] not in self._told]
        with contextlib.suppress(Exception):  # the record that cannot be read may be what failed
            unsent = sum(self._is_unsent(line) for _, line in lines(self._folder, self._offset))
            self._untaken = unsent + len(unrecorded)


def is_told(line: Line) -> bool:
    """Tell whether a line is one for the webhook."""
    return line["channel"] != LOCAL
