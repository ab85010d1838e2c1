"""Sends every alarm to the clinic's own system: signed, retried until accepted, in its own thread."""

import asyncio
import hashlib
import hmac
import json
import logging
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator

import aiohttp
import certifi

from bot.alarm.record import AlarmRecord
from bot.alarm.record_lines import FILE, SENT, Line, lines, read_refused, read_sent, write_sent

logger = logging.getLogger(__name__)

SIGNATURE, TIMESTAMP = "X-Stride-Signature", "X-Stride-Timestamp"
LOCAL = "local"  # alarms of a trial in a terminal go to nobody
NOT_SENT = {"words", "previous"}
PAUSES = (1.0, 5.0, 15.0)  # seconds between tries, the last one repeated; a new alarm waits for the first
TIME_OUT = 10.0  # seconds for a whole try
PATIENCE = 60.0  # seconds that an alarm may wait before it is reported
LOOK = 5.0  # seconds between checks for alarms that wait for the disk
LATER = 15.0  # seconds until refused alarms are retried
TRIES = 3  # refusals of an alarm before the others go first
MOST_REFUSED = 100  # alarms; if more are refused, they are not the cause


class NotTakenError(Exception):
    """The clinic's system did not accept an alarm; the message says why."""


class RefusedError(NotTakenError):
    """The system answered with a status other than 2xx, or redirected, which would drop the body."""


class Webhook(threading.Thread):
    """Sends each recorded line at least once and in order; survives restarts.

    A line that is refused repeatedly is put aside, and retried once the others are accepted. A line that the record's
    key has not signed is not sent.

    The body is the line as JSON without the patient's words. `X-Stride-Timestamp` is the time of sending, in seconds
    since 1970; `X-Stride-Signature` is `sha256=` and the HMAC-SHA256 of `<timestamp>.<body>` with the shared secret,
    in hexadecimal digits.
    """

    def __init__(
        self, record: AlarmRecord, url: str, secret: str, unrecorded: Callable[[], Collection[Line]] = tuple
    ) -> None:
        """Create the thread.

        Args:
            record: The record.
            url: Where to send alarms.
            secret: The secret shared with it.
            unrecorded: Returns the alarms that the disk does not accept. They are sent without a number, and again
                with one once they are recorded.
        """
        super().__init__(name="alarm-webhook", daemon=True)
        self._record = record
        self._url = str(url)
        self._trusted = ssl.create_default_context()
        self._trusted.load_verify_locations(certifi.where())  # not every Python finds the system's
        self._secret = secret.encode()
        self._unrecorded = unrecorded
        self._news = threading.Event()
        self._ended = threading.Event()
        self._begun = False
        self._sent = 0  # the number of the last line accepted or put aside
        self._offset = 0  # where the next line begins
        self._told: set[str] = set()  # ids of unrecorded alarms that were accepted
        self._refusals: Counter[str] = Counter()  # by id
        self._aside: dict[str, Line] = {}  # by id
        self._again = 0.0  # when to retry those
        self._untaken: dict[str, float] = {}  # ids, and since when each waits
        self._looked = 0.0  # when they were last counted
        self._failures = 0  # since an alarm was accepted or put aside
        self._unread: tuple[float, str] | None = None  # since when the record is unreadable, and the error's type
        self._error = ""

    def wake(self) -> None:
        """Signal that there may be a new alarm."""
        self._news.set()

    def has_taken(self, entry: Line) -> bool:
        """Return whether the clinic's system has an alarm that is not recorded."""
        return entry["id"] in self._told

    def trouble(self) -> str | None:
        """Return what has not been accepted for some time, and why; None when all is well."""
        untaken, unread = list(self._untaken.values()), self._unread
        now = time.monotonic()
        problems = []
        if untaken and now - min(untaken) >= PATIENCE:
            problems.append(f"{len(untaken)} alarms not taken: {self._error or 'it is slow'}")
        if numbers := sorted(line["number"] for line in list(self._aside.values()) if line["number"]):
            problems.append(f"refused again and again: {', '.join(map(str, numbers))}")
        if unread and now - unread[0] >= PATIENCE:
            problems.append(f"the record cannot be read: {unread[1]}")
        return "; ".join(problems) or None

    def close(self) -> None:
        """End after one more try; what is not accepted is sent after the next start."""
        self._ended.set()
        self._news.set()

    def run(self) -> None:
        """Send unsent alarms, then wait for news."""
        while True:
            self._news.clear()
            closing = self._ended.is_set()
            well = self._send()
            if closing:
                return
            if well:
                self._news.wait(LOOK)
            else:
                self._ended.wait(PAUSES[0])
                self._news.wait(PAUSES[min(self._failures, len(PAUSES)) - 1] - PAUSES[0])

    def _send(self) -> bool:
        """Send all unsent alarms, and return whether that could be tried; no error may end the thread."""
        unread = None
        try:
            for send in (self._send_recorded, self._send_unrecorded, self._send_refused):
                try:
                    send()
                except NotTakenError:
                    raise
                except Exception as error:  # other alarms do not wait for a readable record
                    unread = self._unread or (time.monotonic(), type(error).__name__)
            if unread and not self._unread:
                logger.error("The record of alarms could not be read for the webhook: %s", unread[1])
        except NotTakenError:
            self._failures += 1
            return False
        finally:
            self._unread = unread
        return True

    def _begin(self) -> None:
        """Find where to continue; if unknown, send everything again: the ids show duplicates."""
        sent, refused = read_sent(self._record.folder), read_refused(self._record.folder)
        found, unsent = False, 0
        for offset, line in self._lines(0):
            unsent += 1
            if line["number"] in refused and not found:
                self._aside[line["id"]] = line
            # Take the first match: an added line with the same number then holds nothing back.
            if line["number"] == sent and not found:
                found, unsent = True, len(self._aside)
                self._sent, self._offset = line["number"], offset
        if unsent and not found:
            logger.warning("%s is missing or wrong: the clinic's webhook is told of all alarms again", SENT)
            self._aside = {}
        self._refusals.update(dict.fromkeys(self._aside, TRIES))
        if unsent:
            logger.warning("Alarms of before the start that the clinic's webhook has not taken: %d", unsent)

    def _send_recorded(self) -> None:
        if not self._begun:
            self._begin()
            self._begun = True
        path = self._record.folder / FILE
        if path.exists() and path.stat().st_size < self._offset:  # somebody has started another record
            self._offset = 0
        self._look()
        for offset, line in lines(self._record.folder, self._offset):
            if is_told(line):
                if time.monotonic() - self._looked > LOOK:
                    self._look()
                if self._record.is_ours(line):
                    self._hand_over(line)
                    self._sent = line["number"]
                    self._keep()
                else:
                    logger.error(
                        "Line %d of the record is not signed by its key, and not sent to the clinic", line["number"]
                    )
            self._offset = offset

    def _send_unrecorded(self) -> None:
        unrecorded = list(self._unrecorded())
        for entry in unrecorded:
            if is_told(entry) and entry["id"] not in self._told and entry["id"] not in self._aside:
                self._hand_over({"number": None, **entry})
        self._told &= {entry["id"] for entry in unrecorded}

    def _send_refused(self) -> None:
        if not self._aside or time.monotonic() < self._again:
            return
        self._again = time.monotonic() + LATER
        for line in list(self._aside.values()):
            try:
                self._post(line)
            except RefusedError:
                continue
            self._keep()

    def _lines(self, offset: int) -> Iterator[tuple[int, Line]]:
        """Yield the lines for the webhook from an offset on."""
        return (one for one in lines(self._record.folder, offset) if is_told(one[1]) and self._record.is_ours(one[1]))

    def _look(self) -> None:
        """Note which alarms are not accepted, and since when they wait."""
        self._looked = now = time.monotonic()
        there = [*self._aside, *(line["id"] for _, line in self._lines(self._offset))]
        there += [one["id"] for one in self._unrecorded() if is_told(one) and one["id"] not in self._told]
        self._untaken = {one: self._untaken.get(one, now) for one in there}

    def _keep(self) -> None:
        refused = [line["number"] for line in self._aside.values() if line["number"]]
        try:
            write_sent(self._record.folder, self._sent, refused)
        # The disk may be full: after a restart the line is sent again.
        except OSError as error:
            logger.error("%s could not be written: %s", SENT, type(error).__name__)

    def _hand_over(self, line: Line) -> None:
        """Send an alarm, or put it aside when it was refused too often.

        Raises:
            NotTakenError: It was neither accepted nor put aside, so all others wait.
        """
        try:
            self._post(line)
        except RefusedError:
            self._refusals[line["id"]] += 1
            if self._refusals[line["id"]] < TRIES or len(self._aside) >= MOST_REFUSED:
                raise
            self._aside[line["id"]] = line
            self._failures = 0
            self._again = time.monotonic() + LATER
            logger.error("The clinic's webhook refuses an alarm, the others go first: %s", line["number"])

    def _post(self, line: Line) -> None:
        """Try once, or raise NotTakenError."""
        body = json.dumps({key: value for key, value in line.items() if key not in NOT_SENT}).encode()
        self._untaken.setdefault(line["id"], time.monotonic())
        try:
            asyncio.run(self._request(body))
        # Catch every error: the alarm must arrive.
        except Exception as error:
            self._error = str(error) if isinstance(error, RefusedError) else type(error).__name__
            logger.error("The clinic's webhook did not take an alarm: %s", self._error)
            if isinstance(error, RefusedError):
                raise
            raise NotTakenError(self._error) from error
        if self._failures:  # the clinic's system is well again
            self._again = 0.0
        self._failures, self._error = 0, ""
        if line["number"] is None:
            self._told.add(line["id"])
        for noted in (self._untaken, self._aside, self._refusals):
            noted.pop(line["id"], None)

    async def _request(self, body: bytes) -> None:
        """Send once, now; raise RefusedError or any other error."""
        now = str(int(time.time()))
        signature = hmac.new(self._secret, f"{now}.".encode() + body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", TIMESTAMP: now, SIGNATURE: f"sha256={signature}"}
        proxied = self._url.startswith("https:")  # http stays on this machine
        session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIME_OUT), trust_env=proxied)
        request = session.post(self._url, data=body, headers=headers, ssl=self._trusted, allow_redirects=False)
        async with session, request as answer:
            if not 200 <= answer.status < 300:
                raise RefusedError(f"HTTP {answer.status}")


def is_told(line: Line) -> bool:
    """Return whether a line is for the webhook."""
    return bool(line["channel"] != LOCAL)
