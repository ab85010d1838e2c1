"""Opens this installation's SQLite files, and migrates them from one version to the next."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from bot.datafile import DataError

Steps = Sequence[str]  # SQL statements
WAIT = 5.0  # seconds for another process's write
# For every connection, because the defaults differ between builds of SQLite.
PRAGMAS = (
    "foreign_keys = ON",
    "secure_delete = ON",  # overwrites deleted or replaced data in place
    "temp_store = MEMORY",  # no copies in temporary files
    "journal_mode = DELETE",  # other modes keep copies in a file beside this one
)


def make(path: Path) -> None:
    """Create a file and its folder when missing, readable by their owner only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)


def prepare(connection: sqlite3.Connection) -> None:
    """Configure a new connection for this installation."""
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def rebuild(connection: sqlite3.Connection) -> None:
    """Rewrite the file, so that nothing deleted is left in it; the connection must not be in a transaction.

    Overwriting alone is not enough: where SQLite splits or joins pages, copies of rows stay in the gaps, and are not
    overwritten with the row. This takes half a second for 60 MB.
    """
    connection.execute("VACUUM")


def migrate(connection: sqlite3.Connection, path: Path, versions: Sequence[Steps]) -> None:
    """Migrate a file to the latest version in one transaction; SQLite's `user_version` holds its version.

    Args:
        connection: A connection to the file, not in a transaction.
        path: The file's path, for the error.
        versions: The steps from each version to the next, the first from an empty file. Never change a released
            version; add a new one. Queries name their columns, because a connection may have read the tables just
            before another process changed them.

    Raises:
        DataError: A later version of Stride has written the file.
    """
    if _version(connection, path, versions) == len(versions):
        return
    with connection:
        connection.execute("BEGIN IMMEDIATE")  # only one of several processes migrates
        for steps in versions[_version(connection, path, versions) :]:
            for step in steps:
                connection.execute(step)
        connection.execute(f"PRAGMA user_version = {len(versions)}")


def update(path: Path, versions: Sequence[Steps]) -> None:
    """Migrate a file, if it exists, to the latest version; raise DataError as `migrate` does."""
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
        path: The file; it and its folder are created when missing, readable by their owner only.
        versions: The steps that create its tables; see `migrate`.
        deleting: Whether to rewrite the file after a change, so that no deleted data is left in it.

    Yields:
        The connection; the transaction is committed unless an error is raised.

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


def lasting(
    path: Path, versions: Sequence[Steps], beside: Mapping[str, tuple[Path, Sequence[Steps]]]
) -> sqlite3.Connection:
    """Return a connection to keep open; its caller begins and ends every transaction.

    At the end of a transaction its changes are on the disk, and a power failure does not undo them. That needs EXTRA:
    with less, the deletion of the journal may be lost, and the journal then undoes the changes (SQLite's
    documentation of "PRAGMA synchronous").

    Args:
        path: The file; it and its folder are created when missing, readable by their owner only.
        versions: The steps that create its tables; see `migrate`.
        beside: More files, with their versions, by the name before their tables in SQL. A transaction is one over all.

    Raises:
        DataError: A later version of Stride has written one of the files.
    """
    files = {"main": (path, versions), **beside}
    for file, steps in files.values():
        with opened(file, steps):
            pass
    connection = sqlite3.connect(path, timeout=WAIT, isolation_level=None)
    try:
        for name, (file, _) in beside.items():
            connection.execute(f"ATTACH ? AS {name}", [str(file)])
        prepare(connection)
        for name in files:
            connection.execute(f"PRAGMA {name}.synchronous = EXTRA")
    except BaseException:
        connection.close()
        raise
    return connection
