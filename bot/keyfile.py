"""Secrets that this installation makes for itself."""

import fcntl
import os
import secrets
from contextlib import suppress
from pathlib import Path


def key(path: Path) -> str:
    """Return the secret in a file; it is made, readable by its owner only, when there is none.

    Args:
        path: The file; its folder must exist.

    Returns:
        64 hexadecimal digits, the same ones for all processes that ask at once.
    """
    with suppress(FileNotFoundError):
        if text := path.read_text():
            return text
    with open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        text = file.read()  # another process may have been sooner
        if not text:  # also where a full disk left the file empty
            text = secrets.token_hex(32)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    return text
