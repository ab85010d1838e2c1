"""Small files that are replaced in one step: whoever reads one finds all of the old text or all of the new."""

import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path

REST = ".part"  # how the name of a new file ends until it takes the old one's place
OLD = 60.0  # seconds after which nobody writes such a file any more


def write_whole(path: Path, text: str) -> None:
    """Replace a file's text, on the disk when this returns; readable by its owner only.

    Raises:
        OSError: It could not be written; the old file stands as it was.
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
    """Delete what processes that were killed within `write_whole` left beside a file."""
    with suppress(OSError):
        for rest in path.parent.glob(f"{path.name}.*{REST}"):
            with suppress(OSError):
                if time.time() - rest.stat().st_mtime > OLD:
                    rest.unlink()


def keep_names(folder: Path) -> None:
    """Have the disk keep a folder's list of files: a new file's name may else be lost with the power."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
