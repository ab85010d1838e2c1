"""SQLite files of this installation."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.files.database import opened

SCHEMA = """
CREATE TABLE IF NOT EXISTS parent (id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS note (parent TEXT NOT NULL REFERENCES parent (id), text TEXT NOT NULL);
"""


def test_file_is_its_owners_alone(tmp_path: Path) -> None:
    """The file and its folder are made, and nobody else may read them."""
    path = tmp_path / "new" / "a.db"

    with opened(path, SCHEMA):
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
    with opened(path, SCHEMA) as database:
        database.executemany("INSERT INTO parent VALUES (?)", [["p0"], ["p1"], ["p2"]])
    for number in range(200):
        parent = f"p{number % 3}"
        row = [number * scattered % 211, parent, f"{parent} is numb " * (1 + number % 60)]
        with opened(path, SCHEMA) as database:
            database.execute("INSERT INTO note (rowid, parent, text) VALUES (?, ?, ?)", row)
    assert b"p1 is numb" in bytes_in(tmp_path)

    with opened(path, SCHEMA, deleting=True) as database:
        database.execute(change)

    assert b"p1 is numb" not in bytes_in(tmp_path)
    assert b"p2 is numb" in bytes_in(tmp_path)


def test_every_connection_is_prepared(tmp_path: Path, sqlite_that_keeps: None) -> None:
    """A connection overwrites what it deletes, and keeps no copies in other files, whatever SQLite does by itself."""
    wanted = {"secure_delete": 1, "temp_store": 2, "journal_mode": "delete", "foreign_keys": 1}

    with opened(tmp_path / "a.db", SCHEMA) as database:
        found = {name: database.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted}

    assert found == wanted


def test_error_leaves_nothing_behind(tmp_path: Path) -> None:
    """What was done before an error in the same transaction is undone."""
    path = tmp_path / "a.db"

    def fail() -> None:
        with opened(path, SCHEMA) as database:
            database.execute("INSERT INTO parent VALUES ('a')")
            raise RuntimeError("on the way")

    with pytest.raises(RuntimeError):
        fail()

    with opened(path, SCHEMA) as database:
        assert database.execute("SELECT * FROM parent").fetchall() == []


def test_references_are_checked(tmp_path: Path) -> None:
    """A row that belongs to nothing is refused."""
    with pytest.raises(sqlite3.IntegrityError), opened(tmp_path / "a.db", SCHEMA) as database:
        database.execute("INSERT INTO note VALUES ('nobody', 'text')")
