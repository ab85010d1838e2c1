"""Keeps the entries of walking diaries in SQLite."""

import datetime
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from bot.database import opened

FILE = "diary.db"
SCHEMA = """
CREATE TABLE IF NOT EXISTS consent (conversation TEXT PRIMARY KEY, day TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS entry (
    conversation TEXT NOT NULL REFERENCES consent (conversation) ON DELETE CASCADE,
    day TEXT NOT NULL,
    minutes REAL,
    distance REAL,
    unit TEXT,
    eased_by TEXT,
    ease_minutes REAL
);
CREATE INDEX IF NOT EXISTS by_conversation ON entry (conversation, day);
"""


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

    def agreed(self, conversation: str) -> bool:
        """Return whether the patient has agreed to a diary."""
        with opened(self._path, SCHEMA) as database:
            found = database.execute("SELECT 1 FROM consent WHERE conversation = ?", [conversation]).fetchone()
        return found is not None

    def agree(self, conversation: str, day: datetime.date) -> None:
        """Note that the patient has agreed."""
        with opened(self._path, SCHEMA) as database:
            database.execute("INSERT OR IGNORE INTO consent VALUES (?, ?)", [conversation, day.isoformat()])

    def add(self, conversation: str, entry: Entry) -> None:
        """Keep an entry; raises PermissionError without consent."""
        walk = [entry.day.isoformat(), entry.minutes, entry.distance, entry.unit, entry.eased_by, entry.ease_minutes]
        try:
            with opened(self._path, SCHEMA) as database:
                database.execute("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)", [conversation, *walk])
        except sqlite3.IntegrityError as error:  # there is no consent that it could belong to
            raise PermissionError("nobody has agreed to a diary in this conversation") from error

    def entries(self, conversation: str) -> list[Entry]:
        """Return a diary's entries by their days."""
        with opened(self._path, SCHEMA) as database:
            rows = database.execute(
                "SELECT day, minutes, distance, unit, eased_by, ease_minutes FROM entry "
                "WHERE conversation = ? ORDER BY day, rowid",
                [conversation],
            ).fetchall()
        return [Entry(datetime.date.fromisoformat(day), *rest) for day, *rest in rows]

    def delete(self, conversation: str) -> None:
        """Delete a diary, and the consent to it, so that nothing of it stays in the file."""
        with opened(self._path, SCHEMA) as database:
            database.execute("DELETE FROM consent WHERE conversation = ?", [conversation])
