"""SQLite files of this installation."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

WAIT = 5.0  # seconds for another process's write


def make(path: Path) -> None:
    """Make a file and its folder where they are missing, readable by their owner only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)


@contextmanager
def opened(path: Path, schema: str) -> Iterator[sqlite3.Connection]:
    """Open a file for one transaction.

    Args:
        path: The file; it and its folder are made when they are missing, readable by their owner only.
        schema: What makes the tables, where they are missing.

    Yields:
        The connection; what was done is kept unless an error is raised. What is deleted is overwritten.
    """
    make(path)
    with closing(sqlite3.connect(path, timeout=WAIT)) as database, database:
        database.execute("PRAGMA foreign_keys = ON")
        database.execute("PRAGMA secure_delete = ON")
        database.executescript(schema)
        yield database
