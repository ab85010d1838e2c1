"""The record's format: signed JSON lines, a signed head with their number, and a file of what was sent."""

import hashlib
import hmac
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from bot.files.atomic import write_whole

FILE, HEAD, SENT = "alarms.jsonl", "alarms.head", "alarms.sent"
FIRST = "0" * 64  # the first line's predecessor
BLOCK = 65_536  # bytes
LONGEST = 4 * BLOCK  # bytes; every line is shorter
# The fields that a line needs to be shown and sent.
SHAPE = {"number": int, "time": str, "conversation": str, "channel": str, "kind": str, "by": str, "rules": list}
Line = dict[str, Any]


class Seal:
    """Signs with one secret, but another key for each purpose: no signature helps with another purpose."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.strip().encode()

    def line(self, line: Line) -> str:
        """Sign a line."""
        return self._sign("line", _canonical(line))

    def head(self, head: Line) -> str:
        """Sign a head."""
        return self._sign("head", _canonical(head))

    def name(self, conversation: str) -> str:
        """Hash a conversation's id with a key: it may be a phone number, and those are quick to guess."""
        return self._sign("conversation", conversation.encode("utf-8", "surrogatepass"))[:32]

    def _sign(self, purpose: str, message: bytes) -> str:
        key = hmac.digest(self._secret, f"stride alarms: {purpose}".encode(), "sha256")
        return hmac.new(key, message, hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Head:
    """The end of the record.

    Attributes:
        lines: The last line's number; 0 before the first.
        mac: The last line's signature.
        rebuilt: Whether the head was rebuilt from the record, so that lines may be missing before its end.
    """

    lines: int = 0
    mac: str = FIRST
    rebuilt: bool = False


def parse(text: bytes) -> Line | None:
    """Parse a line of the record; return None for anything else."""
    line = _json(text)
    if line is None or any(not isinstance(line.get(key), kind) for key, kind in SHAPE.items()):
        return None
    return line


def is_signed(line: Line, seal: Seal) -> bool:
    """Return whether a line is as it was signed."""
    return _fits(line, seal.line)


def signature(line: Line) -> str:
    """Return the signature that the next line refers to; an earlier version only hashed its lines."""
    return str(line.get("mac") or line.get("hash"))


def lines(folder: Path, offset: int = 0) -> Iterator[tuple[int, Line]]:
    """Yield the record's readable lines, each with the offset of the next one.

    Args:
        folder: Where the record is.
        offset: Where to begin, in bytes.
    """
    with suppress(FileNotFoundError), (folder / FILE).open("rb") as file:
        file.seek(offset)
        for text in file:
            if not text.endswith(b"\n"):  # somebody is still writing it
                return
            offset += len(text)
            line = parse(text)
            if line:
                yield offset, line


def last_line(file: IO[bytes]) -> Line | None:
    """Return the last readable line, without reading more of the file than needed."""
    place, tail = file.seek(0, os.SEEK_END), b""
    while place:
        begin = max(0, place - BLOCK)
        file.seek(begin)
        texts = (file.read(place - begin) + tail).split(b"\n")
        place = begin
        for text in reversed(texts[1:] if place else texts):
            line = parse(text) if text and len(text) < LONGEST else None
            if line:
                return line
        tail = texts[0][:LONGEST]  # enough of an overlong line to recognise it
    return None


def read_head(folder: Path, seal: Seal) -> Head | None:
    """Return the head; None when it is missing or changed."""
    with suppress(OSError):
        head = _json((folder / HEAD).read_bytes())
        if head and _fits(head, seal.head):
            return Head(head["lines"], head["last"], head["rebuilt"])
    return None


def write_head(folder: Path, head: Head, seal: Seal) -> None:
    """Replace the head."""
    fields = {"lines": head.lines, "last": head.mac, "rebuilt": head.rebuilt}
    write_whole(folder / HEAD, json.dumps({**fields, "mac": seal.head(fields)}))


def read_sent(folder: Path) -> int | None:
    """Return the number of the last line that the webhook is done with; None when unreadable."""
    return next(iter(_sent(folder)), None)


def read_refused(folder: Path) -> list[int]:
    """Return the numbers of earlier lines that the webhook refused, to send again."""
    return _sent(folder)[1:]


def write_sent(folder: Path, sent: int, refused: Iterable[int]) -> None:
    """Replace the file of what was sent: the last number on line 1, the refused ones on line 2.

    Raises:
        OSError: The file could not be written.
    """
    write_whole(folder / SENT, f"{sent}\n{' '.join(map(str, refused))}".strip())


def _sent(folder: Path) -> list[int]:
    with suppress(OSError, ValueError):
        numbers = [int(text) for text in (folder / SENT).read_text().split()]
        if min(numbers) >= 0:
            return numbers
    return []


def _json(text: bytes) -> Line | None:
    try:
        line = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return None
    return line if isinstance(line, dict) else None


def _fits(signed: Line, sign: Callable[[Line], str]) -> bool:
    unsigned = {key: value for key, value in signed.items() if key != "mac"}
    return signed.get("mac") == sign(unsigned)


def _once(pairs: list[tuple[str, Any]]) -> Line:
    """Refuse a duplicate key: readers differ on which one counts."""
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def _canonical(line: Line) -> bytes:
    return json.dumps(line, sort_keys=True).encode()
