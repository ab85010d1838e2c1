"""SQLite files of this installation."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

WAIT = 5.0  # seconds for another process's write
# Of every connection: what holds when none of these is said differs from one build of SQLite to another.
PRAGMAS = (
    "foreign_keys = ON",
    "secure_delete = ON",  # what is deleted or replaced is overwritten where it stands
    "temp_store = MEMORY",  # no copies in temporary files
    "journal_mode = DELETE",  # the other kinds keep copies in a file beside this one
)


def make(path: Path) -> None:
    """Make a file and its folder where they are missing, readable by their owner only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)


def prepare(connection: sqlite3.Connection) -> None:
    """Say to a new connection how this installation uses SQLite."""
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def rebuild(connection: sqlite3.Connection) -> None:
    """Write the file anew, so that nothing deleted is left in it; the connection must be in no transaction.

    Needed besides overwriting: where SQLite splits or joins pages, copies of rows stay in the gaps, and those are not
    overwritten with the row. Takes half a second for 60 MB.
    """
    connection.execute("VACUUM")


@contextmanager
def opened(path: Path, schema: str, *, deleting: bool = False) -> Iterator[sqlite3.Connection]:
    """Open a file for one transaction.

    Args:
        path: The file; it and its folder are made when they are missing, readable by their owner only.
        schema: What makes the tables, where they are missing.
        deleting: Nothing of what is deleted may be left in the file, which is written anew if anything is.

    Yields:
        The connection; what was done is kept unless an error is raised.
    """
    make(path)
    with closing(sqlite3.connect(path, timeout=WAIT)) as database:
        prepare(database)
        with database:
            database.executescript(schema)
            yield database
        if deleting and database.total_changes:
            rebuild(database)
