"""The record of alarms: an append-only file of lines, each signed and chained to the one before.

A line is on the disk before anything else changes. The head, a file beside the record, holds the number of lines. When
a crash leaves it behind, missing or broken, it is rebuilt from the lines.
"""

from __future__ import annotations

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
from typing import IO, cast

from bot.alarm.decide import CHECK, CHECKED, Decision
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
from bot.alarm.rules import AlarmKind
from bot.alarm.verdict import Verdict
from bot.files.atomic import keep_names, sweep, write_whole
from bot.files.keyfile import KeyFileError, read_key

logger = logging.getLogger(__name__)

MOST = 20  # rules, and spans, in a line
LONGEST_NAME, LONGEST_WORDS = 200, 2_000  # characters


@dataclass(frozen=True)
class Alarm:
    """An alarm, or a check, as it is recorded.

    Attributes:
        kind: The kind of alarm; `check`; or `undelivered`, when an urgent message did not reach the patient.
        by: Who raised it: `rules`, `voter`, `both` (neither was sure), `reply` (to the bot's question),
            `button` (the patient chose it), or `channel` (for `undelivered`).
        rules: The names of the rules that found signs; for `undelivered`, why.
        spans: Where the signs are in the kept part of the message: pairs of start and end, in characters.
        version: The rules' version.
        suspicion: The voter's probability; None when it was not asked before the alarm was raised.
        anchors: Where the words are that something learned points at, as `spans`.
    """

    kind: str
    by: str
    rules: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    version: str
    suspicion: float | None = None
    anchors: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(cls, kind: str, decision: Decision, verdict: Verdict, begin: int) -> Alarm:
        """Return an alarm, or a check, as a decision has raised it.

        Args:
            kind: The kind of alarm, or `check`.
            decision: The decision.
            verdict: What the rules have found.
            begin: Where the kept part of the message begins, in characters.
        """
        counted = [finding for finding in verdict.findings if not finding.silenced]
        anchors = verdict.anchors.get(CHECKED if kind == CHECK else cast(AlarmKind, kind), ())
        return cls(
            kind,
            decision.by or "button",
            tuple(finding.rule for finding in counted),
            tuple((finding.start - begin, finding.end - begin) for finding in counted),
            verdict.version,
            decision.probability,
            tuple((start - begin, end - begin) for start, end in anchors),
        )


class AlarmRecord:
    """Adds alarms to the record; several processes may share one."""

    def __init__(self, folder: Path, key_file: Path) -> None:
        """Keep the record in a folder, signed with the secret of a key file.

        The first use of the record creates a missing key. While the key cannot be used, nothing is recorded.
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
        """Return whether the record's key signed a line as it is.

        Raises:
            KeyFileError: The key cannot be used, or does not exist yet.
        """
        if not self._take_key():
            raise KeyFileError(f"{self._key_file}: is missing or empty")
        return is_signed(line, self.seal)

    def entry(self, alarm: Alarm, conversation: str, channel: str, words: str | None) -> Line:
        """Return a line's fields, of bounded size whatever the message; without words when they are None."""
        return {
            "id": secrets.token_hex(16),
            "time": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds"),
            "conversation": self.seal.name(conversation),
            "channel": _bounded(channel, LONGEST_NAME),
            "kind": _bounded(alarm.kind, LONGEST_NAME),
            "by": _bounded(alarm.by, LONGEST_NAME),
            "rules": [_bounded(rule, LONGEST_NAME) for rule in dict.fromkeys(alarm.rules)][:MOST],
            "spans": [(int(start), int(end)) for start, end in alarm.spans[:MOST]],
            "anchors": [(int(start), int(end)) for start, end in alarm.anchors[:MOST]],
            "version": _bounded(alarm.version, LONGEST_NAME),
            "suspicion": None if alarm.suspicion is None else float(alarm.suspicion),
            **({} if words is None else {"words": _bounded(words, LONGEST_WORDS)}),
        }

    def begin(self) -> None:
        """Write the head when it is missing, unreadable or behind, and remove files that a crash left half written.

        Raises:
            OSError: The disk does not accept it.
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
            OSError: The line could not be written, and nothing of it is left in the file.
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
            # The alarm is recorded; the next one, or the next start, updates the head.
            except OSError as error:
                logger.error("The head of the record of alarms could not be written: %s", type(error).__name__)

    def _take_key(self) -> bool:
        """Take the key if it exists, and return whether it does."""
        if not self._has_key and (secret := read_key(self._key_file)):
            self.seal, self._has_key = Seal(secret), True
        return self._has_key

    def _make_key(self, file: IO[bytes]) -> None:
        """Write the first head, then the key that signs it: a key without a head then means a lost head."""
        if self._is_unused(file):
            write_head(self.folder, Head(), self.seal)
        write_whole(self._key_file, self._new_secret)
        self._has_key = True

    def _is_unused(self, file: IO[bytes]) -> bool:
        return not file.seek(0, os.SEEK_END) and not (self.folder / SENT).exists()

    @contextlib.contextmanager
    def _alone(self) -> Iterator[IO[bytes]]:
        """Open the record with an exclusive lock, and have it end with a whole line."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.folder / FILE
        new = not path.exists()
        with open(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+b", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if new:
                keep_names(self.folder)
            # A line that a crash left half written stays and shows, but swallows no other line.
            if file.seek(0, os.SEEK_END) and os.pread(file.fileno(), 1, file.tell() - 1) != b"\n":
                _add(file, b"\n")
            if not self._take_key():
                self._make_key(file)
            yield file

    def _end(self, file: IO[bytes]) -> Head:
        """Return where the record continues: after its head, unless the last line is later or the head is lost."""
        head = read_head(self.folder, self.seal)
        last = last_line(file)
        # A key in another folder is older than the record, and begins it.
        begins = self._key_file.parent != self.folder and self._is_unused(file)
        end = head or Head(rebuilt=not begins)
        # With a good head, only a signed line counts.
        if last and last["number"] > end.lines and (head is None or is_signed(last, self.seal)):
            end = Head(last["number"], signature(last), rebuilt=head is None)
        # Never reuse a number that the webhook has seen, even if the lines are gone.
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
    """Cut a text, and replace half characters (lone surrogates), which cannot be written."""
    return text[:longest].encode("utf-8", "replace").decode()
