"""Keeps the entries of walking diaries in SQLite."""

import datetime
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.files.database import opened, rebuild, update

FILE = "diary.db"
VERSIONS = (
    (
        "CREATE TABLE IF NOT EXISTS consent (conversation TEXT PRIMARY KEY, day TEXT NOT NULL)",
        """
        CREATE TABLE IF NOT EXISTS entry (
            conversation TEXT NOT NULL REFERENCES consent (conversation) ON DELETE CASCADE,
            day TEXT NOT NULL,
            minutes REAL,
            distance REAL,
            unit TEXT,
            eased_by TEXT,
            ease_minutes REAL
        )
        """,
        "CREATE INDEX IF NOT EXISTS by_conversation ON entry (conversation, day)",
    ),
)
COLUMNS = "day, minutes, distance, unit, eased_by, ease_minutes"
LAST = "rowid = (SELECT max(rowid) FROM entry WHERE conversation = ?)"


@dataclass(frozen=True)
class Entry:
    """A walk: when, how long or how far, and what eased the pain after how many minutes."""

    day: datetime.date
    minutes: float | None
    distance: float | None
    unit: str | None
    eased_by: str | None
    ease_minutes: float | None


class Diary:
    """The diaries of all conversations. Nothing is kept of a conversation that has not agreed."""

    def __init__(self, folder: Path) -> None:
        """Open the file in a folder, making both when they are missing."""
        self._path = folder / FILE

    def check(self) -> None:
        """Bring the file, if there is one, to this version; raises DataError when a later one has written it."""
        update(self._path, VERSIONS)

    def agreed(self, conversation: str) -> bool:
        """Return whether the patient has agreed to a diary."""
        with opened(self._path, VERSIONS) as database:
            found = database.execute("SELECT 1 FROM consent WHERE conversation = ?", [conversation]).fetchone()
        return found is not None

    def agree(self, conversation: str, day: datetime.date) -> None:
        """Note that the patient has agreed."""
        with opened(self._path, VERSIONS) as database:
            database.execute(
                "INSERT OR IGNORE INTO consent (conversation, day) VALUES (?, ?)", [conversation, day.isoformat()]
            )

    def add(self, conversation: str, *entries: Entry) -> None:
        """Keep entries, all or none; raises PermissionError without consent."""
        rows = [[conversation, *_row(entry)] for entry in entries]
        try:
            with opened(self._path, VERSIONS) as database:
                database.executemany(f"INSERT INTO entry (conversation, {COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        except sqlite3.IntegrityError as error:  # there is no consent that it could belong to
            raise PermissionError("nobody has agreed to a diary in this conversation") from error

    def entries(self, conversation: str) -> list[Entry]:
        """Return a diary's entries by their days."""
        with opened(self._path, VERSIONS) as database:
            rows = database.execute(
                f"SELECT {COLUMNS} FROM entry WHERE conversation = ? ORDER BY day, rowid", [conversation]
            ).fetchall()
        return [_entry(row) for row in rows]

    def last(self, conversation: str) -> Entry | None:
        """Return the entry that was added last; None when there is none."""
        with opened(self._path, VERSIONS) as database:
            row = database.execute(f"SELECT {COLUMNS} FROM entry WHERE {LAST}", [conversation]).fetchone()
        return _entry(row) if row else None

    def change_last(self, conversation: str, entry: Entry) -> None:
        """Put another entry into the place of the one that was added last."""
        with opened(self._path, VERSIONS) as database:
            database.execute(
                "UPDATE entry SET day = ?, minutes = ?, distance = ?, unit = ?, eased_by = ?, ease_minutes = ? "
                f"WHERE {LAST}",
                [*_row(entry), conversation],
            )

    def remove_last(self, conversation: str) -> None:
        """Take out the entry that was added last; the consent stays."""
        with opened(self._path, VERSIONS) as database:
            database.execute(f"DELETE FROM entry WHERE {LAST}", [conversation])

    def remove_day(self, conversation: str, day: datetime.date) -> None:
        """Take out all entries of a day; the consent stays."""
        with opened(self._path, VERSIONS) as database:
            database.execute("DELETE FROM entry WHERE conversation = ? AND day = ?", [conversation, day.isoformat()])

    def delete(self, conversation: str) -> None:
        """Delete a diary, and the consent to it, so that nothing of it stays in the file."""
        with opened(self._path, VERSIONS, deleting=True) as database:
            database.execute("DELETE FROM consent WHERE conversation = ?", [conversation])

    def overwrite(self) -> None:
        """Write the file anew, so that nothing is left in it of what a deletion that broke off has deleted."""
        with opened(self._path, VERSIONS) as database:
            rebuild(database)


def _row(entry: Entry) -> list[Any]:
    return [entry.day.isoformat(), entry.minutes, entry.distance, entry.unit, entry.eased_by, entry.ease_minutes]


def _entry(row: tuple[Any, ...]) -> Entry:
    return Entry(datetime.date.fromisoformat(row[0]), *row[1:])
