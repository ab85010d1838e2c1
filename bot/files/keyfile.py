"""Secrets that this installation makes for itself."""

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
    """A file cannot be used as a key; the message names it and says why."""


def key(path: Path) -> str:
    """Return the secret in a file; it is made, readable by its owner only, when there is none.

    Where the file cannot be used, the log says so, and the secret is one that this process makes for itself: patients
    must get the alarm all the same.

    Args:
        path: The file; its folder must exist.

    Returns:
        At least 32 characters, the same ones for all processes that ask at once when the file can be used.
    """
    try:
        return read_key(path) or _made(path)
    except (KeyFileError, OSError) as error:
        told = error if isinstance(error, KeyFileError) else f"{path}: cannot be written: {error.strerror}"
        logger.error("%s. What is signed with this process's own key instead counts until the process ends", told)
        return secrets.token_hex(32)


def read_key(path: Path) -> str:
    """Return the secret in a file; nothing when the file is missing or empty.

    Raises:
        KeyFileError: It cannot be read, or is no key.
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
        secret = read_key(path)  # another process may have been sooner
        if not secret:  # also where a full disk left the file empty
            secret = secrets.token_hex(32)
            file.truncate(0)
            file.write(secret)
            file.flush()
            os.fsync(file.fileno())
    return secret
