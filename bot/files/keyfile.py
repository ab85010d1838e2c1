"""Secrets that this installation creates for itself."""

import fcntl
import logging
import os
import secrets
import stat
from pathlib import Path

from bot.datafile import DataError

logger = logging.getLogger(__name__)

SHORTEST = 32  # characters


class KeyFileError(DataError):
    """A file cannot be used as a key; the message says which and why."""


def key(path: Path) -> str:
    """Return the secret in a file; create it when missing, readable by its owner only.

    When the file cannot be used, log that, and return a secret for this process only: patients must still get the
    alarm.

    Args:
        path: The file; its folder must exist.

    Returns:
        At least 32 characters, the same for all processes that ask at once if the file is usable.
    """
    try:
        return read_key(path) or _made(path)
    except (KeyFileError, OSError) as error:
        told = error if isinstance(error, KeyFileError) else f"{path}: cannot be written: {error.strerror}"
        logger.error("%s. What is signed with this process's own key instead counts until the process ends", told)
        return secrets.token_hex(32)


def read_key(path: Path) -> str:
    """Return the secret in a file; empty when the file is missing or empty.

    Raises:
        KeyFileError: The file cannot be read, or is not a key.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # reading a pipe would never end
            raise KeyFileError(f"{path}: is no file. Move it away, or name another")
        secret = path.read_text().strip()
    except FileNotFoundError:
        return ""
    except (OSError, ValueError) as error:
        told = error.strerror if isinstance(error, OSError) else "it holds other bytes than text"
        raise KeyFileError(f"{path}: cannot be read as a key: {told}. Mend it, or move it away") from error
    if 0 < len(secret) < SHORTEST:
        raise KeyFileError(f"{path}: needs at least {SHORTEST} characters. Mend it, or move it away")
    return secret


def _made(path: Path) -> str:
    with open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        secret = read_key(path)  # another process may have been first
        if not secret:  # also where a full disk left the file empty
            secret = secrets.token_hex(32)
            file.truncate(0)
            file.write(secret)
            file.flush()
            os.fsync(file.fileno())
    return secret
