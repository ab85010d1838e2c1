"""Takes alarms in for the record, and for the clinic's webhook when there is one."""

import atexit
import logging
import threading
import time
from collections import deque
from contextlib import suppress
from functools import cache, partial
from pathlib import Path

from bot.alarm.record import Alarm, AlarmRecord
from bot.alarm.record_lines import Line
from bot.alarm.record_repeats import Repeats
from bot.alarm.record_verify import verify
from bot.alarm.webhook import Webhook
from bot.clinic import Clinic, clinic
from bot.files.keyfile import KeyFileError
from bot.settings import Settings, settings

logger = logging.getLogger(__name__)

MOST = 1_000  # alarms that wait for the disk
RETRY = 5.0  # seconds until the disk is retried
SLOW = 5.0  # seconds after which an alarm that waits for the disk is reported
LAST_TRIES = 5.0  # seconds for the disk and the network at the end


class AlarmDesk:
    """Records alarms and sends them to the webhook, in threads of its own.

    An alarm that the disk does not accept stays in memory, is retried, and meanwhile goes to the webhook.
    """

    def __init__(
        self, settings: Settings, clinic: Clinic, *, tells: bool = True, minute: float = 60.0, retry: float = RETRY
    ) -> None:
        """Open the desk.

        Args:
            settings: Where the record, its key and the webhook are.
            clinic: Whether patients' words are kept.
            tells: Whether alarms go to the webhook.
            minute: The seconds for which repeats are counted.
            retry: The seconds until the disk is retried.
        """
        self._checks = partial(_check, settings.var, settings.alarm_key_file)
        self._record = AlarmRecord(settings.var, settings.alarm_key_file)
        self._words = clinic.keep_words_of_alarms
        self._repeats = Repeats(minute)
        self._retry = retry
        self._waiting: deque[tuple[float, Line]] = deque()  # what is not on the disk, and since when
        self._lost = self._only_told = 0  # alarms that nobody has; alarms that only the clinic has
        self._error = ""  # the type of the disk's last error
        self._logged = ("", 0)  # the last error and number in the log
        self._key_fault = ""  # the last key problem in the log
        self._begun = False
        self._changed = threading.Condition()
        self._news = self._closed = self._given_up = False
        self._webhook: Webhook | None = None
        if tells and settings.webhook and settings.alarm_webhook_secret:
            secret = settings.alarm_webhook_secret.get_secret_value()
            self._webhook = Webhook(self._record, settings.webhook, secret, self._unrecorded)
            self._webhook.start()
        self._writer = threading.Thread(target=self._write, name="alarm-record", daemon=True)
        self._writer.start()
        atexit.register(self.close)

    def __call__(self, alarm: Alarm, conversation: str, channel: str, text: str) -> None:
        """Take an alarm without waiting for the disk or the network."""
        entry = self._record.entry(alarm, conversation, channel, text if self._words else None)
        with self._changed:
            self._queue(self._repeats.take(entry))
            self._changed.notify()

    def trouble(self) -> str | None:
        """Return what keeps alarms from disk or clinic, without waiting for either; None when nothing does."""
        problems = []
        with self._changed:
            late = self._waiting and time.monotonic() - self._waiting[0][0] > SLOW
            if late or self._error:
                what = f"{len(self._waiting)} not recorded" if self._waiting else "new ones would not be recorded"
                problems.append(f"alarms: {what}: {self._error or 'the disk is slow'}")
            if not (self._writer.is_alive() or self._closed):
                problems.append("alarms: nothing writes them")
            if self._only_told:
                problems.append(
                    f"alarms: {self._only_told} told to the clinic, not recorded: too many waited for the disk"
                )
            if self._lost:
                problems.append(f"alarms: {self._lost} lost: too many waited for the disk")
        if self._webhook and (trouble := self._webhook.trouble()):
            problems.append(f"webhook: {trouble}")
        return "; ".join(problems) or None

    def close(self) -> None:
        """Write and send what is left within some seconds."""
        atexit.unregister(self.close)
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._writer.join(LAST_TRIES)
        self._given_up = True  # nothing more will be written
        if self._waiting:
            logger.error("Alarms that were not recorded before the end: %d", len(self._waiting))
        if self._webhook:
            self._webhook.close()
            self._webhook.join(LAST_TRIES)

    def _queue(self, entries: list[Line]) -> None:
        for entry in entries:
            if len(self._waiting) >= MOST and not self._make_room():
                self._lost += 1
                logger.error("An alarm was lost: %d wait for the disk already", MOST)
                continue
            self._waiting.append((time.monotonic(), entry))
            self._news = True

    def _make_room(self) -> bool:
        """Drop the oldest unrecorded alarm that the clinic's system has; return whether there is one."""
        for waiting in self._waiting:
            if self._webhook and self._webhook.has_taken(waiting[1]):
                self._waiting.remove(waiting)
                self._only_told += 1
                logger.error("An alarm is told to the clinic, but not recorded: %d wait for the disk already", MOST)
                return True
        return False

    def _unrecorded(self) -> list[Line]:
        """Return the alarms that the disk does not accept, or not within some seconds."""
        with self._changed:
            over = time.monotonic() - SLOW
            return [entry for since, entry in self._waiting if self._error or self._given_up or since < over]

    def _write(self) -> None:
        """Write alarms as they come, and retry those that the disk did not accept, until the desk closes."""
        self._checks()  # before missing files are created
        closed = False
        while not closed:
            self._drain()
            with self._changed:
                self._changed.wait_for(lambda: self._news or self._closed, self._pause())
                closed, self._news = self._closed, False
                self._queue(self._repeats.due(everything=closed))
        self._drain()

    def _pause(self) -> float | None:
        pauses = [self._repeats.wait(), self._retry if self._error else None]
        return min((pause for pause in pauses if pause is not None), default=None)

    def _begin(self) -> str:
        """Begin the record unless that is done; return the type of any error."""
        if not self._begun:
            try:
                self._record.begin()
            except Exception as problem:
                return self._told_of(problem)
            self._begun = True
        return ""

    def _told_of(self, problem: Exception) -> str:
        """Return an error's type; log a key problem once."""
        if isinstance(problem, KeyFileError) and str(problem) != self._key_fault:
            self._key_fault = str(problem)
            logger.error("No alarm can be recorded: %s", problem)
        return type(problem).__name__

    def _drain(self) -> None:
        """Write waiting alarms in order; what cannot be written keeps waiting, and meanwhile goes to the webhook."""
        error = self._begin()
        with self._changed:
            left = list(self._waiting)
        for waiting in left:
            try:
                self._record.append(waiting[1])
            # Catch every error: the thread must live.
            except Exception as problem:
                error = self._told_of(problem)
                if isinstance(problem, OSError | KeyFileError):  # no other alarm can be written either
                    break
            else:
                with self._changed, suppress(ValueError):  # it may have been dropped to make room
                    self._waiting.remove(waiting)
        with self._changed:
            if error and (error, len(self._waiting)) != self._logged:
                self._logged = error, len(self._waiting)
                logger.error("Alarms that are not recorded yet: %d (%s)", len(self._waiting), error)
            self._error = error
        if self._webhook:
            self._webhook.wake()


def _check(folder: Path, key_file: Path) -> None:
    """Log when the record is not whole."""
    try:
        _, problems = verify(folder, key_file)
    # Catch every error: alarms must be written.
    except Exception as error:
        logger.error("The record of alarms could not be checked: %s", type(error).__name__)
        return
    if problems:
        message = "The record of alarms is not whole: %s (problems: %d; `stride alarms --verify` lists them)"
        logger.error(message, problems[0], len(problems))


@cache
def desk() -> AlarmDesk:
    """Return the clinic's desk, one for all channels: two would send an alarm to the webhook twice."""
    return AlarmDesk(settings(), clinic())
