"""SQLite files of this installation."""

import sqlite3
from pathlib import Path

import pytest

from bot.database import opened

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


def test_deleted_is_overwritten(tmp_path: Path) -> None:
    """What was deleted cannot be read from the file's bytes."""
    path = tmp_path / "a.db"
    with opened(path, SCHEMA) as database:
        database.execute("INSERT INTO parent VALUES ('numb since Monday')")
    assert b"numb since Monday" in path.read_bytes()

    with opened(path, SCHEMA) as database:
        database.execute("DELETE FROM parent")

    assert b"numb since Monday" not in path.read_bytes()


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
