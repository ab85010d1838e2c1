"""Verifies the record of alarms: a changed, removed, cut off or deleted line or file shows."""

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from bot.alarm.record_lines import (
    FILE,
    FIRST,
    HEAD,
    SENT,
    Line,
    Seal,
    is_signed,
    parse,
    read_head,
    read_sent,
    signature,
)
from bot.files.keyfile import read_key

REBUILT = "the head was missing or broken here, and was made anew: lines may be missing before"


def verify(folder: Path, key_file: Path) -> tuple[int, list[str]]:
    """Check every line's signature and place, and the end of the record against its head.

    Args:
        folder: Where the record is.
        key_file: The file of the key that signs it.

    Returns:
        The number of lines, and the problems, each with file and line.

    Raises:
        OSError: The record cannot be read.
        KeyFileError: Its key cannot be used.
    """
    path = folder / FILE
    secret = read_key(key_file)
    if not secret:
        kept = [folder / name for name in (FILE, HEAD) if (folder / name).exists()]
        return 0, [f"{key_file}: is missing or empty, so that {file} cannot be checked" for file in kept]
    if not path.exists():
        return 0, [f"{path}: is missing; a server that has started once leaves one, even without an alarm"]
    seal = Seal(secret)
    problems: list[str] = []
    count, number, mac = 0, 0, FIRST
    with path.open("rb") as file:
        # The head follows a line a moment later, so lock to read it. Unlock for the lines: alarms must be written.
        fcntl.flock(file, fcntl.LOCK_SH)
        head, sent, size = read_head(folder, seal), read_sent(folder) or 0, os.fstat(file.fileno()).st_size
        fcntl.flock(file, fcntl.LOCK_UN)
        at_head = FIRST if head and not head.lines else None
        for place, text in enumerate(_texts(file, size), start=1):
            line = parse(text)
            if line is None:
                problems.append(f"{path}:{place}: is no line of the record")
                continue
            problems += [f"{path}:{place}: {problem}" for problem in _wrong(line, number, mac, seal)]
            count, number, mac = count + 1, line["number"], signature(line)
            if head and number == head.lines:
                at_head = mac
    if head is None:
        problems.append(f"{folder / HEAD}: is missing or was changed: lines may be missing at the end of the record")
    elif head.mac != at_head:
        problems.append(f"{path}: the record should have a line {head.lines}, with the signature that {HEAD} names")
    elif head.rebuilt:
        problems.append(f"{folder / HEAD}: {REBUILT}")
    if sent > number:
        problems.append(f"{folder / SENT}: line {sent} was sent, but the record ends with line {number}")
    return count, problems


def _texts(file: IO[bytes], size: int) -> Iterator[bytes]:
    """Yield a file's lines up to a size in bytes."""
    while size > 0 and (text := file.readline(size)):
        size -= len(text)
        yield text


def _wrong(line: Line, number: int, mac: str, seal: Seal) -> Iterator[str]:
    """Yield the problems of a line, given the number and signature of the line before."""
    if "mac" not in line:
        yield "is not signed: an earlier version wrote it, or somebody else"
    elif not is_signed(line, seal):
        yield "was changed, or signed with another key"
    if line.get("previous") != mac or line["number"] != number + 1:
        yield "does not follow the line before: lines were changed, removed or added there"
    if line.get("rebuilt"):
        yield REBUILT
