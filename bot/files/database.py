"""SQLite files of this installation: how they are opened, and brought from one version to the next."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from bot.datafile import DataError

Steps = Sequence[str]  # SQL statements
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


def migrate(connection: sqlite3.Connection, path: Path, versions: Sequence[Steps]) -> None:
    """Bring a file to the latest version, in one transaction; SQLite's `user_version` tells which one it has.

    Args:
        connection: To the file, in no transaction.
        path: The file, for the error.
        versions: What makes each version from the one before, the first from an empty file. A version that was
            released is never changed; a new one is added. Queries name their columns: a connection may have read the
            tables just before another process changed them.

    Raises:
        DataError: A later version of Stride has written the file.
    """
    if _version(connection, path, versions) == len(versions):
        return
    with connection:
        connection.execute("BEGIN IMMEDIATE")  # of several processes, one migrates
        for steps in versions[_version(connection, path, versions) :]:
            for step in steps:
                connection.execute(step)
        connection.execute(f"PRAGMA user_version = {len(versions)}")


def update(path: Path, versions: Sequence[Steps]) -> None:
    """Bring a file, if there is one, to the latest version; raises DataError as `migrate` does."""
    if path.exists():
        with opened(path, versions):
            pass


def _version(connection: sqlite3.Connection, path: Path, versions: Sequence[Steps]) -> int:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > len(versions):
        problem = f"was written by a later version of Stride (its tables are of version {version}, not {len(versions)})"
        raise DataError(f"{path}: {problem}; run that version, or move the file away")
    return version


@contextmanager
def opened(path: Path, versions: Sequence[Steps], *, deleting: bool = False) -> Iterator[sqlite3.Connection]:
    """Open a file for one transaction.

    Args:
        path: The file; it and its folder are made when they are missing, readable by their owner only.
        versions: What makes its tables; see `migrate`.
        deleting: Nothing of what is deleted may be left in the file, which is written anew if anything is.

    Yields:
        The connection; what was done is kept unless an error is raised.

    Raises:
        DataError: A later version of Stride has written the file.
    """
    make(path)
    with closing(sqlite3.connect(path, timeout=WAIT)) as database:
        prepare(database)
        migrate(database, path, versions)
        before = database.total_changes
        with database:
            yield database
        if deleting and database.total_changes > before:
            rebuild(database)
