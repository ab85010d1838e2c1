"""The private folder of all stored data."""

import logging
import stat
from pathlib import Path

from bot.datafile import DataError

logger = logging.getLogger(__name__)


def make_private(folder: Path) -> None:
    """Create the folder of STRIDE_VAR when missing, readable by its owner only.

    An existing folder keeps its mode: it may be any folder, such as /home, that others need. The files in it are
    readable by their owner only.

    Args:
        folder: The folder.

    Raises:
        DataError: It cannot be created, or others may write into it: they could put their own keys there.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"STRIDE_VAR: {folder}: cannot be made: {error.strerror}") from error
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & stat.S_IWOTH:
        raise DataError(f"STRIDE_VAR: {folder}: anybody may write into it; name a folder of the server's own")
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        may = "its group may write into it" if mode & stat.S_IWGRP else "others may look into it"
        logger.warning("STRIDE_VAR: %s: %s; `chmod 700` it unless they must", folder, may)
