"""SQLite files of this installation."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from bot.datafile import DataError
from bot.files.database import lasting, opened

FIRST = (
    "CREATE TABLE IF NOT EXISTS parent (id TEXT PRIMARY KEY)",
    "CREATE TABLE IF NOT EXISTS note (parent TEXT NOT NULL REFERENCES parent (id), text TEXT NOT NULL)",
)
VERSIONS = (FIRST,)


def test_file_is_its_owners_alone(tmp_path: Path) -> None:
    """The file and its folder are made, and nobody else may read them."""
    path = tmp_path / "new" / "a.db"

    with opened(path, VERSIONS):
        pass

    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def bytes_in(folder: Path) -> bytes:
    """Return what all files of a folder hold."""
    return b"".join(path.read_bytes() for path in folder.iterdir())


CHANGES = ["DELETE FROM note WHERE parent = 'p1'", "UPDATE note SET text = '' WHERE parent = 'p1'"]


@pytest.mark.parametrize("mode", ["DELETE", "TRUNCATE", "PERSIST", "WAL"])
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("scattered", [1, 7919], ids=["added at the end", "added in between"])
def test_nothing_deleted_is_left(
    sqlite_that_keeps: None, tmp_path: Path, mode: str, change: str, scattered: int
) -> None:
    """Deleted and replaced words are in no file any more, though pages were split and SQLite itself leaves them."""
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"PRAGMA journal_mode = {mode}")
    with opened(path, VERSIONS) as database:
        database.executemany("INSERT INTO parent VALUES (?)", [["p0"], ["p1"], ["p2"]])
    for number in range(200):
        parent = f"p{number % 3}"
        row = [number * scattered % 211, parent, f"{parent} is numb " * (1 + number % 60)]
        with opened(path, VERSIONS) as database:
            database.execute("INSERT INTO note (rowid, parent, text) VALUES (?, ?, ?)", row)
    assert b"p1 is numb" in bytes_in(tmp_path)

    with opened(path, VERSIONS, deleting=True) as database:
        database.execute(change)

    assert b"p1 is numb" not in bytes_in(tmp_path)
    assert b"p2 is numb" in bytes_in(tmp_path)


def test_every_connection_is_prepared(tmp_path: Path, sqlite_that_keeps: None) -> None:
    """A connection overwrites what it deletes, and keeps no copies in other files, whatever SQLite does by itself."""
    wanted = {"secure_delete": 1, "temp_store": 2, "journal_mode": "delete", "foreign_keys": 1}

    with opened(tmp_path / "a.db", VERSIONS) as database:
        found = {name: database.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted}

    assert found == wanted


def test_error_leaves_nothing_behind(tmp_path: Path) -> None:
    """What was done before an error in the same transaction is undone."""
    path = tmp_path / "a.db"

    def fail() -> None:
        with opened(path, VERSIONS) as database:
            database.execute("INSERT INTO parent VALUES ('a')")
            raise RuntimeError("on the way")

    with pytest.raises(RuntimeError):
        fail()

    with opened(path, VERSIONS) as database:
        assert database.execute("SELECT * FROM parent").fetchall() == []


def test_references_are_checked(tmp_path: Path) -> None:
    """A row that belongs to nothing is refused."""
    with pytest.raises(sqlite3.IntegrityError), opened(tmp_path / "a.db", VERSIONS) as database:
        database.execute("INSERT INTO note VALUES ('nobody', 'text')")


def test_file_is_brought_to_the_latest_version(tmp_path: Path) -> None:
    """A file of an earlier version, or of none, gets what is missing, once, and keeps what it holds."""
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as database:  # as the first releases made it, without a version
        for step in FIRST:
            database.execute(step)
        database.execute("INSERT INTO parent VALUES ('a')")
        database.commit()
    later = (*VERSIONS, ("ALTER TABLE parent ADD COLUMN age INTEGER", "UPDATE parent SET age = 78"))

    for _ in range(2):
        with opened(path, later) as database:
            rows = database.execute("SELECT id, age FROM parent").fetchall()
            version = database.execute("PRAGMA user_version").fetchone()[0]

    assert (rows, version) == ([("a", 78)], 2)


def test_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    """A version is made whole or not at all."""
    path = tmp_path / "a.db"
    with opened(path, VERSIONS):
        pass

    broken = (*VERSIONS, ("ALTER TABLE parent ADD COLUMN age INTEGER", "no SQL"))
    with pytest.raises(sqlite3.OperationalError), opened(path, broken):
        pass

    with opened(path, VERSIONS) as database:
        assert [row[1] for row in database.execute("PRAGMA table_info(parent)")] == ["id"]


def test_file_of_a_later_version_is_refused(tmp_path: Path) -> None:
    """What a later version of Stride has written is left alone, and the operator is told what to do."""
    path = tmp_path / "a.db"
    with opened(path, (*VERSIONS, ())):
        pass

    refused = pytest.raises(DataError, match=r"a\.db: was written by a later version of Stride .*move the file away")
    with refused, opened(path, VERSIONS):
        pass


def test_processes_that_start_together_migrate_once(tmp_path: Path) -> None:
    """Of several that open an old file at once, one brings it to the latest version, and all can use it."""
    path = tmp_path / "a.db"
    with opened(path, VERSIONS):
        pass
    later = (*VERSIONS, ("ALTER TABLE parent ADD COLUMN age INTEGER",))

    def use(number: int) -> None:
        with opened(path, later) as database:
            database.execute("INSERT INTO parent (id, age) VALUES (?, 1)", [str(number)])

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(use, range(8)))

    with opened(path, later) as database:
        assert database.execute("SELECT count(*) FROM parent").fetchone() == (8,)


def test_lasting_connection_is_prepared(tmp_path: Path, sqlite_that_keeps: None) -> None:
    """A lasting connection overwrites what it deletes, and a power failure undoes nothing; so for a file beside it."""
    wanted = {"secure_delete": 1, "journal_mode": "delete", "synchronous": 3}
    beside = {"other": (tmp_path / "b.db", VERSIONS)}

    with closing(lasting(tmp_path / "a.db", VERSIONS, beside)) as database:
        found = [
            {name: database.execute(f"PRAGMA {file}.{name}").fetchone()[0] for name in wanted}
            for file in ("main", "other")
        ]

    assert found == [wanted, wanted]
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("a.db", "b.db")] == [0o600, 0o600]


def test_lasting_connection_has_transactions_over_both_files(tmp_path: Path) -> None:
    """What is undone in one file is undone in the file beside it."""
    beside = {"other": (tmp_path / "b.db", VERSIONS)}

    with closing(lasting(tmp_path / "a.db", VERSIONS, beside)) as database:
        for end, name in (("COMMIT", "kept"), ("ROLLBACK", "undone")):
            database.execute("BEGIN IMMEDIATE")
            for file in ("main", "other"):
                database.execute(f"INSERT INTO {file}.parent VALUES (?)", [name])
            database.execute(end)

    for file in ("a.db", "b.db"):
        with opened(tmp_path / file, VERSIONS) as database:
            assert database.execute("SELECT id FROM parent").fetchall() == [("kept",)]


def test_lasting_connection_refuses_a_later_version(tmp_path: Path) -> None:
    """A file beside that a later version of Stride has written is refused too."""
    with opened(tmp_path / "b.db", (*VERSIONS, ())):
        pass

    with pytest.raises(DataError, match=r"b\.db: was written by a later version"):
        lasting(tmp_path / "a.db", VERSIONS, {"other": (tmp_path / "b.db", VERSIONS)})
