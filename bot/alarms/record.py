"""The record of alarms: a file to which lines are only added, each chained to the one before.

A line that was changed, taken out or put in breaks the chain; the head, kept beside, shows when lines are missing at
the end. Whoever can rewrite all of the files can forge it, so keep copies elsewhere.
"""

import datetime
import fcntl
import hashlib
import hmac
import json
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from bot.keyfile import key

FIRST = "0" * 64  # what the first line is chained to
FILE, HEAD, KEY = "alarms.jsonl", "alarms.head", "alarms.key"


@dataclass(frozen=True)
class Alarm:
    """An alarm as it is recorded.

    Attributes:
        kind: Which alarm.
        by: Who raised it: `rules`, `voter`, `both` (neither was sure), or `button` (the patient chose it).
        rules: The names of the rules that found signs.
        spans: Where the signs stand in the message, in characters: pairs of start and end.
        version: The rules' version.
        suspicion: The voter's probability; None when it was not asked.
    """

    kind: str
    by: str
    rules: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    version: str
    suspicion: float | None = None


class AlarmRecord:
    """Adds alarms to the record, in a thread of its own so that no disk holds up a patient's message."""

    def __init__(self, folder: Path, *, words: bool = False) -> None:
        """Keep the record in a folder; `words`: the patients' words too."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder
        self._words = words
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="alarm-record")

    def add(self, alarm: Alarm, conversation: str, channel: str, text: str) -> "Future[None]":
        """Record an alarm; the result is done when the line stands in the file, and holds the error if it could not."""
        time = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")
        return self._writer.submit(self._add, alarm, time, conversation, channel, text)

    def _add(self, alarm: Alarm, time: str, conversation: str, channel: str, text: str) -> None:
        with _locked(self.folder / FILE) as file:
            head = _head(self.folder)
            line = {
                "number": head["lines"] + 1,
                "time": time,
                "conversation": _anonymous(conversation, self.folder),
                "channel": channel,
                **vars(alarm),
                **({"words": text} if self._words else {}),
                "previous": head["hash"],
            }
            line["hash"] = _digest(line)
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            file.flush()
            (self.folder / HEAD).write_text(json.dumps({"lines": line["number"], "hash": line["hash"]}))


def verify(folder: Path) -> tuple[int, list[str]]:
    """Check the record's chain.

    Returns:
        How many lines there are, and what is wrong with them, each problem with file and line.
    """
    path = folder / FILE
    if not path.exists() and not (folder / HEAD).exists():
        return 0, []
    problems = []
    previous, number = FIRST, 0
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    for number, text in enumerate(lines, start=1):
        try:
            line = json.loads(text)
            stated = line.pop("hash")
        except (ValueError, KeyError, AttributeError, TypeError):
            problems.append(f"{path}:{number}: is no line of the record")
            continue
        if stated != _digest(line):
            problems.append(f"{path}:{number}: was changed")
        if line["previous"] != previous:
            problems.append(
                f"{path}:{number}: does not follow the line before: lines were changed, removed or added there"
            )
        previous = stated
    try:
        head = _head(folder)
    except ValueError:
        problems.append(f"{folder / HEAD}: cannot be read")
    else:
        if head["hash"] != previous:
            problems.append(f"{path}:{number}: the record should end with line {head['lines']}, of another hash")
    return len(lines), problems


def lines(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the record's lines that can be read."""
    path = folder / FILE
    for text in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        try:
            yield json.loads(text)
        except ValueError:
            continue


def _locked(path: Path) -> IO[str]:
    """Open the record for adding, alone among all processes until it is closed."""
    path.touch(mode=0o600)
    file = path.open("r+", encoding="utf-8")
    fcntl.flock(file, fcntl.LOCK_EX)
    end = file.seek(0, 2)
    # What a crash left half written stays as it is, and shows, but swallows no other line.
    if end and path.read_bytes()[-1:] != b"\n":
        file.write("\n")
    return file


def _head(folder: Path) -> dict[str, Any]:
    path = folder / HEAD
    return json.loads(path.read_text()) if path.exists() else {"lines": 0, "hash": FIRST}


def _digest(line: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(line, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _anonymous(conversation: str, folder: Path) -> str:
    """Hash a conversation's id with a key: the id may be a phone number, and those are soon tried through."""
    return hmac.new(key(folder / KEY).encode(), conversation.encode(), hashlib.sha256).hexdigest()[:32]
