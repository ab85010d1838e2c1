"""The record of alarms: a file to which lines are only added, each signed and chained to the one before.

The line is on the disk before anything else is changed. The head, kept beside, tells how many lines there are; where a
crash left it behind, missing or broken, it is made anew from the lines.
"""

import contextlib
import datetime
import fcntl
import json
import logging
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bot.alarm.record_lines import (
    FILE,
    HEAD,
    SENT,
    Head,
    Line,
    Seal,
    is_signed,
    last_line,
    read_head,
    read_sent,
    signature,
    write_head,
)
from bot.files.atomic import keep_names, sweep, write_whole
from bot.files.keyfile import KeyFileError, read_key

logger = logging.getLogger(__name__)

MOST = 20  # rules, and spans, that a line names
LONGEST_NAME, LONGEST_WORDS = 200, 2_000  # characters


@dataclass(frozen=True)
class Alarm:
    """An alarm as it is recorded.

    Attributes:
        kind: Which alarm.
        by: Who raised it: `rules`, `voter`, `both` (neither was sure), `reply` (to a question of the
            bot's), or `button` (the patient chose it).
        rules: The names of the rules that found signs.
        spans: Where the signs stand in what is kept of the message, in characters: pairs of start and end.
        version: The rules' version.
        suspicion: The voter's probability; None when the alarm was raised before it was asked.
    """

    kind: str
    by: str
    rules: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    version: str
    suspicion: float | None = None


class AlarmRecord:
    """Adds alarms to the record; several processes may share one."""

    def __init__(self, folder: Path, key_file: Path) -> None:
        """Keep the record in a folder, signed with the secret of a key file.

        The first use of the record makes the key when it is missing. While the key cannot be used nothing is recorded.
        """
        self.folder = folder
        self._key_file = key_file
        self._new_secret = secrets.token_hex(32)
        self.seal = Seal(self._new_secret)
        self._has_key = False
        with contextlib.suppress(KeyFileError):
            self._take_key()
        self._number = 0  # of the last line that this process wrote

    def is_ours(self, line: Line) -> bool:
        """Tell whether a line stands as it was signed with the record's key.

        Raises:
            KeyFileError: The key cannot be used, or is not made yet.
        """
        if not self._take_key():
            raise KeyFileError(f"{self._key_file}: is missing or empty")
        return is_signed(line, self.seal)

    def entry(self, alarm: Alarm, conversation: str, channel: str, words: str | None) -> Line:
        """Make what a line tells, of bounded size whatever the message was; without the words when they are None."""
        return {
            "id": secrets.token_hex(16),
            "time": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds"),
            "conversation": self.seal.name(conversation),
            "channel": _bounded(channel, LONGEST_NAME),
            "kind": _bounded(alarm.kind, LONGEST_NAME),
            "by": _bounded(alarm.by, LONGEST_NAME),
            "rules": [_bounded(rule, LONGEST_NAME) for rule in dict.fromkeys(alarm.rules)][:MOST],
            "spans": [(int(start), int(end)) for start, end in alarm.spans[:MOST]],
            "version": _bounded(alarm.version, LONGEST_NAME),
            "suspicion": None if alarm.suspicion is None else float(alarm.suspicion),
            **({} if words is None else {"words": _bounded(words, LONGEST_WORDS)}),
        }

    def begin(self) -> None:
        """Make the head when it is missing, unreadable or behind, and clear up what a crash left half written.

        Raises:
            OSError: The disk does not take it.
            KeyFileError: The key cannot be used.
        """
        with self._alone() as file:
            for path in (self.folder / HEAD, self.folder / SENT, self._key_file):
                sweep(path)
            write_head(self.folder, self._end(file), self.seal)
            for name in (FILE, SENT):
                with contextlib.suppress(FileNotFoundError):
                    (self.folder / name).chmod(0o600)

    def append(self, entry: Line) -> None:
        """Write a line; it is on the disk when this returns.

        Raises:
            OSError: It could not be written, and nothing of it is left in the file.
            KeyFileError: The key cannot be used.
        """
        with self._alone() as file:
            end = self._end(file)
            line = {
                "number": end.lines + 1,
                **entry,
                **({"rebuilt": True} if end.rebuilt else {}),
                "previous": end.mac,
            }
            line["mac"] = self.seal.line(line)
            _add(file, json.dumps(line, ensure_ascii=False).encode() + b"\n")
            self._number = line["number"]
            try:
                write_head(self.folder, Head(line["number"], line["mac"]), self.seal)
            # The alarm stands; the next one, or the next start, brings the head up to it.
            except OSError as error:
                logger.error("The head of the record of alarms could not be written: %s", type(error).__name__)

    def _take_key(self) -> bool:
        """Take the key once it is there; returns whether it is."""
        if not self._has_key and (secret := read_key(self._key_file)):
            self.seal, self._has_key = Seal(secret), True
        return self._has_key

    def _make_key(self, file: IO[bytes]) -> None:
        """Make the key, after the first head that it signs: a key without a head then tells that the head was lost."""
        if self._is_unused(file):
            write_head(self.folder, Head(), self.seal)
        write_whole(self._key_file, self._new_secret)
        self._has_key = True

    def _is_unused(self, file: IO[bytes]) -> bool:
        return not file.seek(0, os.SEEK_END) and not (self.folder / SENT).exists()

    @contextlib.contextmanager
    def _alone(self) -> Iterator[IO[bytes]]:
        """Open the record, ending with a whole line, alone among all processes."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.folder / FILE
        new = not path.exists()
        with open(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+b", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if new:
                keep_names(self.folder)
            # What a crash left half written stays as it is, and shows, but swallows no other line.
            if file.seek(0, os.SEEK_END) and os.pread(file.fileno(), 1, file.tell() - 1) != b"\n":
                _add(file, b"\n")
            if not self._take_key():
                self._make_key(file)
            yield file

    def _end(self, file: IO[bytes]) -> Head:
        """Tell where the record goes on: after its head, unless the last line is later or the head is lost."""
        head = read_head(self.folder, self.seal)
        last = last_line(file)
        # A key that lies elsewhere is older than the record, and begins it.
        begins = self._key_file.parent != self.folder and self._is_unused(file)
        end = head or Head(rebuilt=not begins)
        # Beside a good head only a line that we signed counts.
        if last and last["number"] > end.lines and (head is None or is_signed(last, self.seal)):
            end = Head(last["number"], signature(last), rebuilt=head is None)
        # A number that the webhook has seen names no other alarm, even if the lines are gone.
        return Head(max(end.lines, self._number, read_sent(self.folder) or 0), end.mac, end.rebuilt)


def _add(file: IO[bytes], text: bytes) -> None:
    size = file.seek(0, os.SEEK_END)
    try:
        while text:
            text = text[os.write(file.fileno(), text) :]
        os.fsync(file.fileno())
    except OSError:
        with contextlib.suppress(OSError):
            file.truncate(size)
        raise


def _bounded(text: str, longest: int) -> str:
    """Cut a text; what is no character of its own (half of a pair) cannot be written, and is replaced."""
    return text[:longest].encode("utf-8", "replace").decode()
