"""Replaces small files atomically: a reader gets all of the old text or all of the new."""

import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path

REST = ".part"  # suffix of a new file until it replaces the old one
OLD = 60.0  # seconds after which such a file is abandoned


def write_whole(path: Path, text: str) -> None:
    """Replace a file's text, which is on the disk at return and readable by its owner only.

    Raises:
        OSError: The file could not be written; the old one is unchanged.
    """
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.", suffix=REST)  # 0600
    try:
        with open(number, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise
    keep_names(path.parent)


def sweep(path: Path) -> None:
    """Delete the files that processes killed inside `write_whole` left beside a file."""
    with suppress(OSError):
        for rest in path.parent.glob(f"{path.name}.*{REST}"):
            with suppress(OSError):
                if time.time() - rest.stat().st_mtime > OLD:
                    rest.unlink()


def keep_names(folder: Path) -> None:
    """Sync a folder's list of files to the disk: a power failure may otherwise lose a new file's name."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
